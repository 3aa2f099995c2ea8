import { on, onContent } from "./page.js";

/* Ctrl+Enter (⌘ Enter) sends the form one writes in. */
on("keydown", "form textarea, form input", (e, field) => {
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    field.form.requestSubmit();
  }
});

/* Enter sends, Shift+Enter breaks the line: for short answers only. */
on("keydown", "[data-enter-sends] textarea", (e, field) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing && matchMedia("(hover: hover)").matches) {
    e.preventDefault();
    field.form.requestSubmit();
  }
});

/* A second click while the first is on its way does nothing. */
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method === "get" || form.method === "dialog") return;
  if ("sending" in form.dataset) {
    e.preventDefault();
    e.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "";
}, true);

function free(e) {
  const source = e.detail?.ctx?.sourceElement;
  source?.closest?.("form")?.removeAttribute("data-sending");
}

for (const event of ["htmx:finally:request", "htmx:error"]) document.addEventListener(event, free);

/* A page brought back by the Back button is not sending any more. */
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
});

/* Text boxes grow with their text where the browser does not do it by itself. */
if (!CSS.supports("field-sizing", "content")) {
  const grow = (box) => {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight + 2}px`;
  };
  onContent("textarea", grow);
  on("input", "textarea", (_, box) => grow(box));
}

/* <form data-guard>: leaving with unsaved words asks first. */
on("input", "form[data-guard]", (_, form) => { form.dataset.unsaved = ""; });
on("submit", "form[data-guard]", (_, form) => { delete form.dataset.unsaved; });
addEventListener("beforeunload", (e) => {
  if (document.querySelector("form[data-unsaved]")) e.preventDefault();
});
