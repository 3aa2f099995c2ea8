import { on } from "./page.js";

/* A toast goes when its ten seconds are over; CSS keeps the time, and stops it under the pointer. */
document.addEventListener("animationend", (e) => {
  if (e.animationName === "toast-life") e.target.closest(".toast")?.remove();
});

on("click", ".toast [data-dismiss]", (_, button) => button.closest(".toast").remove());

/* Whatever was asked in a toast has been answered when the answer comes. */
document.addEventListener("htmx:after:request", (e) => {
  const source = e.detail?.ctx?.sourceElement;
  if (source instanceof Element) source.closest(".toast")?.remove();
});

/* <template id="toast-offline"> holds the words for a server that does not answer. */
document.addEventListener("htmx:error", (e) => {
  const words = document.getElementById("toast-offline");
  if (!words || !(e.detail?.error instanceof TypeError)) return;
  document.getElementById("toasts").replaceChildren(words.content.cloneNode(true));
});
