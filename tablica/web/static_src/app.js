import htmx from "htmx.org";
import "./js/board.js";
import "./js/composer.js";
import "./js/dialogs.js";
import "./js/drafts.js";
import "./js/files.js";
import "./js/folds.js";
import "./js/forms.js";
import "./js/inline.js";
import "./js/memo.js";
import "./js/live.js";
import "./js/notices.js";
import "./js/palette.js";
import "./js/passkeys.js";
import "./js/pick.js";
import "./js/refresh.js";
import "./js/readers.js";
import "./js/reply.js";
import "./js/reveal.js";
import "./js/rich.js";
import "./js/hints.js";
import "./js/strip.js";
import "./js/theme.js";
import "./js/times.js";
import "./js/toasts.js";
import "./js/zone.js";
import { begin, csrfToken } from "./js/page.js";

document.addEventListener("htmx:config:request", (e) => {
  e.detail.ctx.request.headers["X-CSRFToken"] = csrfToken();
});

htmx.onLoad((root) => begin(root));

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => begin());
else begin();
