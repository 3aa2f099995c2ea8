import { onContent } from "./page.js";

/* <div data-refresh="5" hx-trigger="refresh" …>: asks for itself anew every few seconds while it is
   looked at, and not while the keyboard or the pointer is at one of its buttons. */
onContent("[data-refresh]", (part) => {
  const again = setInterval(() => {
    if (!part.isConnected) clearInterval(again);
    else if (!document.hidden && !part.matches(":focus-within")) part.dispatchEvent(new Event("refresh"));
  }, 1000 * Number(part.dataset.refresh));
});
