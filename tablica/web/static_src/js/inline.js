import { on, onContent } from "./page.js";

/* A form that came into the page in place of a value: the pen is in the hand at once. */
onContent("[data-inline]", (form) => {
  const field = form.querySelector("input:not([type=hidden]), select, textarea");
  field?.focus();
  if (field?.type === "text") field.select();
});

/* Esc puts the old value back: [data-cancel] fetches it. */
on("keydown", "[data-inline], .reply[open]", (e, form) => {
  if (e.key !== "Escape" || e.defaultPrevented) return;
  e.preventDefault();
  e.stopPropagation();
  if (form.matches(".reply")) {
    form.open = false;
    form.querySelector("summary").focus();
  } else {
    form.querySelector("[data-cancel]")?.click();
  }
});

/* A choice is made by choosing. */
on("change", "[data-inline][data-at-once] select", (_, field) => field.form.requestSubmit());

/* After a swap the keyboard stays where it was: on the value that was edited. */
document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement !== document.body) return;
  const edited = document.querySelector("[data-focus-me]");
  edited?.focus();
  edited?.removeAttribute("data-focus-me");
});
