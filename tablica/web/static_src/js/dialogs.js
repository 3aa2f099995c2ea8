import { isTyping, on, onContent, say, word } from "./page.js";

/* <button data-open="#id"> opens a dialog; a click beside it, or [data-close], shuts it. */
on("click", "[data-open]", (_, button) => {
  button.closest("[popover]")?.hidePopover();
  document.querySelector(button.dataset.open)?.showModal();
});

on("click", "dialog [data-close]", (_, button) => button.closest("dialog").close());

document.addEventListener("pointerdown", (e) => {
  if (!(e.target instanceof HTMLDialogElement)) return;
  const place = e.target.getBoundingClientRect();
  const inside = e.clientX >= place.left && e.clientX <= place.right
    && e.clientY >= place.top && e.clientY <= place.bottom;
  if (!inside) e.target.close();
});

/* A dialog that the server sends stands open at once, and is gone when shut. */
onContent("dialog[data-now]", (dialog) => {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

document.addEventListener("keydown", (e) => {
  if (isTyping(e.target) || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
  if (e.key === "?") document.getElementById("shortcuts")?.showModal();
  if (e.key === "n") {
    const box = document.querySelector("form.composer textarea");
    if (!box) return;
    e.preventDefault();
    box.focus();
  }
});

/* <div popover data-fetched>: one menu for many; what it held for the one before is not shown. */
document.addEventListener("beforetoggle", (e) => {
  if (e.newState === "open" && e.target.matches?.("[data-fetched]")) e.target.replaceChildren();
}, true);

/* A choice from a menu shuts it. */
on("click", "[popover] :is(a, button):not([popovertarget], .stay)", (_, item) => {
  item.closest("[popover]").hidePopover();
});

/* <button data-copy="/e/7"> copies a whole address, <button data-copy-text="…"> the text itself. */
on("click", "[data-copy], [data-copy-text]", async (_, button) => {
  const { copy, copyText } = button.dataset;
  await navigator.clipboard.writeText(copyText ?? new URL(copy, location.href).href);
  const label = button.querySelector("span") ?? button;
  const words = label.textContent;
  label.textContent = word("copied");
  say(word("copied"));
  setTimeout(() => { label.textContent = words; }, 1500);
});
