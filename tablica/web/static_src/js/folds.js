import { onContent } from "./page.js";

/* <details data-fold="deals">: stays as it was left; on a phone it starts folded. */
onContent("details[data-fold]", (fold) => {
  const key = `fold:${fold.dataset.fold}`;
  let kept = null;
  try { kept = localStorage.getItem(key); } catch { /* Storage is refused: as the server sent it. */ }
  if (kept) fold.open = kept === "open";
  else if (matchMedia("(max-width: 52rem)").matches) fold.open = false;
  fold.addEventListener("toggle", () => {
    try { localStorage.setItem(key, fold.open ? "open" : "shut"); } catch { /* For this page only. */ }
  });
});
