import { csrfToken, on } from "./page.js";
import { onNews } from "./stream.js";

const post = (address, body) => fetch(address, {
  method: "POST",
  body,
  headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  keepalive: true,
});

async function hang(answer) {
  const html = await answer.text();
  const bell = document.getElementById("bell");
  if (bell) bell.outerHTML = html;
}

/* <a data-reads="/notifications/7/read">: whoever follows the link has read it. */
on("click", "[data-reads]", (_, link) => { post(link.dataset.reads); });

/* <button data-marks="/notifications/7"> keeps a notice for later, or is done with it. */
on("click", "[data-marks]", async (_, button) => {
  const notice = button.closest(".bell-row");
  const unread = notice.classList.toggle("unread");
  const answer = await post(`${button.dataset.marks}/${unread ? "unread" : "read"}`).catch(() => null);
  if (answer?.ok) await hang(answer);
  else notice.classList.toggle("unread");
});

/* What is before one's eyes for a while is read; told at most once in a few seconds, and only
   while the bell counts something. */
const LOOK = 500; // milliseconds
const LONG_ENOUGH = 2000;
const APART = 4000;
const LINE = 40; // pixels of it that must show
const told = new Set();
const since = new Map();
let last = 0;

function isSeen(element) {
  const { top, bottom, width } = element.getBoundingClientRect();
  const above = document.querySelector("header.top")?.getBoundingClientRect().bottom ?? 0;
  return width > 0 && top >= above && Math.min(bottom, top + LINE) <= innerHeight;
}

function look() {
  if (document.visibilityState !== "visible" || !document.querySelector("#bell .count")) {
    since.clear();
    return;
  }
  const now = performance.now();
  const seen = [...document.querySelectorAll('.entry[id^="entry-"], .comment[id^="comment-"]')]
    .filter(isSeen).map(({ id }) => id);
  for (const id of since.keys()) if (!seen.includes(id)) since.delete(id);
  for (const id of seen) if (!since.has(id)) since.set(id, now);
  const fresh = seen.filter((id) => !told.has(id) && now - since.get(id) >= LONG_ENOUGH);
  if (fresh.length && now - last >= APART) {
    last = now;
    tell(fresh);
  }
}

async function tell(seen) {
  for (const id of seen) told.add(id);
  const answer = await post("/notifications/seen", new URLSearchParams(seen.map((id) => id.split("-"))))
    .catch(() => null);
  if (answer?.ok) await hang(answer);
  else for (const id of seen) told.delete(id);
}

setInterval(look, LOOK);
onNews(({ what }) => { if (what === "bell" || what === "reset") told.clear(); });
