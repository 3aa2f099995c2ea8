import { isTyping, on } from "./page.js";

/* <dialog data-palette>: Ctrl K; the list comes from the server, arrows walk it. */
const dialog = () => document.querySelector("dialog[data-palette]");
const rows = () => [...dialog().querySelectorAll("a.near-row")];

export function openPalette() {
  const box = dialog();
  if (!box || box.open) return;
  box.showModal();
  box.querySelector("input").select();
}

on("click", "[data-palette-open]", (e) => { e.preventDefault(); openPalette(); });

document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.code === "KeyK") { e.preventDefault(); openPalette(); }
  if (e.key === "/" && !isTyping(e.target) && !e.ctrlKey && !e.metaKey) {
    const box = document.querySelector("[data-search]");
    if (!box) return;
    e.preventDefault();
    box.focus();
    box.select();
  }
});

function mark(row) {
  for (const other of rows()) other.setAttribute("aria-selected", String(other === row));
  row?.scrollIntoView({ block: "nearest" });
  const field = dialog().querySelector("input");
  if (row?.id) field.setAttribute("aria-activedescendant", row.id);
}

on("keydown", "dialog[data-palette]", (e) => {
  const all = rows();
  const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    e.preventDefault();
    if (all.length) mark(all[(at + (e.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  } else if (e.key === "Enter" && at >= 0) {
    e.preventDefault();
    if (e.ctrlKey || e.metaKey) window.open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (dialog()?.open) mark(rows()[0]);
});
