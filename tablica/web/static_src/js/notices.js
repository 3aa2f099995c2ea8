import { csrfToken, on } from "./page.js";

const post = (address) => fetch(address, {
  method: "POST",
  headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  keepalive: true,
});

/* <a data-reads="/notifications/7/read">: whoever follows the link has read it. */
on("click", "[data-reads]", (_, link) => { post(link.dataset.reads); });

/* <button data-marks="/notifications/7"> keeps a notice for later, or is done with it. */
on("click", "[data-marks]", async (_, button) => {
  const notice = button.closest(".bell-row");
  const unread = notice.classList.toggle("unread");
  const answer = await post(`${button.dataset.marks}/${unread ? "unread" : "read"}`).catch(() => null);
  if (!answer?.ok) {
    notice.classList.toggle("unread");
    return;
  }
  const bell = document.getElementById("bell");
  if (bell) bell.outerHTML = await answer.text();
});
