import { card, carryTo, lift, putBack, settle } from "./card.js";
import { on, say, word } from "./page.js";

/* The board of deals by mouse, by keys, and by the menu of a card. A card is put into a stage, not
   at a place in it: there the time decides, and the newest stands last. */
on("dragstart", ".card[data-move-to]", (e, which) => {
  lift(which);
  e.dataTransfer.effectAllowed = "move";
  e.dataTransfer.setData("text/plain", "");
  requestAnimationFrame(() => which.classList.add("moving"));
});

on("dragover", ".lane", (e, lane) => {
  if (!card) return;
  e.preventDefault();
  lane.classList.add("over");
});

on("dragleave", ".lane", (e, lane) => {
  if (!lane.contains(e.relatedTarget)) lane.classList.remove("over");
});

on("drop", ".lane", (e, lane) => {
  e.preventDefault();
  if (card) { carryTo(lane); settle(); }
});

on("dragend", ".card", (_, which) => {
  which.classList.remove("moving");
  document.querySelectorAll(".lane.over").forEach((lane) => lane.classList.remove("over"));
  if (card) putBack();
});

/* Space lifts, arrows carry, Space puts down, Esc takes it back. */
on("keydown", ".card[data-move-to]", (e, which) => {
  if (e.target !== which) return;
  if (e.key === " ") {
    e.preventDefault();
    if (which.classList.toggle("lifted")) { lift(which); say(word("lifted")); } else settle();
  } else if (which.classList.contains("lifted")) {
    carry(e, which);
  }
});

function carry(e, which) {
  if (e.key === "Escape") { which.classList.remove("lifted"); putBack(); which.focus(); return; }
  if (e.key !== "ArrowRight" && e.key !== "ArrowLeft") return;
  e.preventDefault();
  const forward = (e.key === "ArrowRight") === (getComputedStyle(which).direction === "ltr");
  const lane = which.closest(".lane")[forward ? "nextElementSibling" : "previousElementSibling"];
  if (!lane) return;
  carryTo(lane);
  which.focus();
  say(lane.querySelector("h2").textContent);
}

/* <form data-carry="7"> in the menu of a card puts that card where its button says. */
on("submit", "[data-carry]", (e, form) => {
  const which = document.getElementById(`card-${form.dataset.carry}`);
  const lane = document.querySelector(`.lane[data-stage="${e.submitter?.value}"]`);
  if (!which || !lane) return;
  e.preventDefault();
  which.dataset.version = form.elements.version.value;
  lift(which);
  carryTo(lane);
  settle();
});

/* Who chose Lost writes why at once. */
document.addEventListener("toggle", (e) => {
  if (e.target.matches?.("#card-menu details[open]")) e.target.querySelector("[name=reason]").focus();
}, true);

/* The menu of a card that has gone goes with it. */
document.addEventListener("htmx:after:swap", () => {
  const menu = document.querySelector("#card-menu:popover-open");
  const of = menu?.querySelector("[hx-target]")?.getAttribute("hx-target");
  if (of && !document.querySelector(of)) menu.hidePopover();
});
