import { card, lift, putBack, settle } from "./card.js";
import { on, say, word } from "./page.js";

/* The board of deals by mouse and by keys; on touch each card has a menu. */
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
  const below = [...lane.querySelectorAll(".card:not(.moving)")].find((other) => {
    const place = other.getBoundingClientRect();
    return e.clientY < place.top + place.height / 2;
  });
  lane.querySelector("ul").insertBefore(card, below ?? null);
});

on("dragleave", ".lane", (e, lane) => {
  if (!lane.contains(e.relatedTarget)) lane.classList.remove("over");
});

on("drop", ".lane", (e) => e.preventDefault());

on("dragend", ".card", (e, which) => {
  which.classList.remove("moving");
  document.querySelectorAll(".lane.over").forEach((lane) => lane.classList.remove("over"));
  if (e.dataTransfer.dropEffect === "none") putBack(); else settle();
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
  lane.querySelector("ul").prepend(which);
  which.focus();
  which.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(lane.querySelector("h2").textContent);
}
