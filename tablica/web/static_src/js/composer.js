import { on, onContent } from "./page.js";

/* Tabs choose the type of entry; each [data-for] part belongs to some types only. */
export function choose(form, type) {
  form.elements.type.value = type;
  for (const tab of form.querySelectorAll("[data-type]")) {
    const chosen = tab.dataset.type === type;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) form.elements.text.placeholder = tab.dataset.placeholder ?? "";
  }
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(type);
    for (const field of part.querySelectorAll("input, select")) field.disabled = part.hidden;
  }
}

on("click", ".composer [data-type]", (_, tab) => {
  const form = tab.closest("form");
  choose(form, tab.dataset.type);
  form.classList.add("open");
  form.elements.text.focus();
});

on("keydown", ".composer [data-type]", (e, tab) => {
  if (e.key !== "ArrowRight" && e.key !== "ArrowLeft") return;
  const tabs = [...tab.closest("form").querySelectorAll("[data-type]")];
  const forward = (e.key === "ArrowRight") === (getComputedStyle(tab).direction === "ltr");
  const next = tabs[(tabs.indexOf(tab) + (forward ? 1 : -1) + tabs.length) % tabs.length];
  choose(tab.closest("form"), next.dataset.type);
  next.focus();
});

onContent("form.composer", (form) => choose(form, form.elements.type.value || "note"));

/* It stays open while there is something in it. It closes after a click and not at its start:
   what one clicks on must not jump away from under the pointer. */
on("focusin", "form.composer", (_, form) => form.classList.add("open"));

document.addEventListener("click", (e) => {
  for (const form of document.querySelectorAll("form.composer.open")) {
    const busy = form.elements.text.value.trim() || form.querySelector(".chosen .file");
    if (!busy && !form.contains(e.target) && !form.contains(document.activeElement)) form.classList.remove("open");
  }
});

/* <button data-write="note"> anywhere brings one to the composer. */
on("click", "[data-write]", (e, link) => {
  const form = document.querySelector("form.composer");
  if (!form) return;
  e.preventDefault();
  choose(form, link.dataset.write || "note");
  form.elements.text.focus();
  form.scrollIntoView({ block: "center" });
});
