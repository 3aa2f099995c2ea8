import { on } from "./page.js";

/* <select data-reveals="some"> shows the [data-revealed="some"] beside it when that is chosen. */
on("change", "[data-reveals]", (_, field) => {
  const near = field.closest("form, .pick-audience") ?? document;
  for (const part of near.querySelectorAll("[data-revealed]")) {
    part.hidden = part.dataset.revealed !== field.value;
  }
});

/* <form data-close-after> in a dialog: sent well, the dialog is gone. */
document.addEventListener("htmx:finally:request", (e) => {
  const form = e.detail?.ctx?.sourceElement;
  const status = e.detail?.ctx?.response?.status ?? 0;
  if (form?.matches?.("[data-close-after]") && status < 400) form.closest("dialog")?.remove();
});
