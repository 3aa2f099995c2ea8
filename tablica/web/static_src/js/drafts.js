import { on, onContent } from "./page.js";

/* <textarea data-draft="wall-12">: unsent words survive a closed browser. */
const key = (box) => `draft:${box.dataset.draft}`;

onContent("[data-draft]", (box) => {
  try {
    const kept = localStorage.getItem(key(box));
    if (!kept || box.value) return;
    box.value = kept;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.closest(".composer")?.classList.add("open");
  } catch { /* Storage is refused: there are no drafts. */ }
});

on("input", "[data-draft]", (_, box) => {
  try {
    if (box.value.trim()) localStorage.setItem(key(box), box.value);
    else localStorage.removeItem(key(box));
  } catch { /* Storage is refused or full: the words are still on the screen. */ }
});

/* Answered: the next words are a new thing to do once, so they get a key of their own. */
export function newKey(form) {
  const field = form.elements._once;
  if (!field) return;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  field.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Posted: the draft goes, and the form is as new. A refusal keeps both. */
document.addEventListener("htmx:after:request", (e) => {
  const { sourceElement: form, response } = e.detail?.ctx ?? {};
  if (!(form instanceof HTMLFormElement) || !response) return;
  newKey(form);
  const box = form.querySelector("[data-draft]");
  if (!box || response.status >= 300) return;
  try { localStorage.removeItem(key(box)); } catch { /* There was none. */ }
  form.reset();
  if (!form.contains(document.activeElement)) form.classList.remove("open");
});
