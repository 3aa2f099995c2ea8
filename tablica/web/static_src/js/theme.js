import { on, onContent } from "./page.js";

const root = document.documentElement;

function keep(name, value) {
  try { localStorage.setItem(name, value); } catch { /* Storage is refused: for this page only. */ }
}

/* <button data-theme-to="light|dark|auto"> */
on("click", "[data-theme-to]", (_, button) => {
  root.dataset.theme = button.dataset.themeTo;
  keep("theme", root.dataset.theme);
  document.querySelectorAll("[data-theme-to]").forEach(show);
});

function show(button) {
  const current = root.dataset.theme || "auto";
  button.setAttribute("aria-pressed", String(button.dataset.themeTo === current));
}

onContent("[data-theme-to]", show);

/* <form data-theme-choice>: what is chosen for all devices counts here at once. */
on("change", "[data-theme-choice] [name=theme]", (_, choice) => {
  root.dataset.theme = choice.value;
  keep("theme", choice.value);
});

/* <button data-side-fold> folds the navigation to its icons. */
on("click", "[data-side-fold]", (_, button) => {
  root.dataset.side = root.dataset.side === "folded" ? "open" : "folded";
  keep("side", root.dataset.side);
  button.setAttribute("aria-expanded", String(root.dataset.side !== "folded"));
});

onContent("[data-side-fold]", (button) => {
  button.setAttribute("aria-expanded", String(root.dataset.side !== "folded"));
});
