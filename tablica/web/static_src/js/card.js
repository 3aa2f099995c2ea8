import { say, word } from "./page.js";
import htmx from "htmx.org";

/* A card in the hand: .lane[data-stage] > ul > .card[data-move-to="/deals/7/stage"]. */
export let card = null;
let origin = null;

/** Takes a card up and remembers where it lay. */
export function lift(which) {
  card = which;
  origin = { list: card.parentElement, next: card.nextElementSibling };
}

/** Holds the card over a lane, at its end; over its own lane it lies where it was. */
export function carryTo(lane) {
  const list = lane.querySelector("ul");
  list.insertBefore(card, list === origin.list ? origin.next : null);
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Lays the card where it was. */
export function putBack() {
  origin.list.insertBefore(card, origin.next);
  card = null;
}

/** Leaves the card where it is and tells the server; a refusal brings it back. */
export async function settle() {
  const moved = card;
  const from = origin;
  const lane = moved.closest(".lane");
  card = null;
  if (!lane || from.list === moved.parentElement) return;
  const inHand = moved === document.activeElement;
  say(`${word("movedTo")}: ${lane.querySelector("h2").textContent}`);
  let refused = false;
  const note = (e) => {
    if (e.detail?.ctx?.sourceElement !== moved) return;
    refused = true;
    /* The card itself stays; the answer's toast still comes. */
    e.detail.ctx.swap = "none";
  };
  document.addEventListener("htmx:response:error", note);
  document.addEventListener("htmx:error", note);
  const values = { stage: lane.dataset.stage, version: moved.dataset.version };
  await htmx.ajax("POST", moved.dataset.moveTo, { source: moved, target: moved, swap: "outerHTML", values })
    .catch(() => { refused = true; });
  document.removeEventListener("htmx:response:error", note);
  document.removeEventListener("htmx:error", note);
  if (refused && moved.isConnected) from.list.insertBefore(moved, from.next);
  if (inHand) document.getElementById(moved.id)?.focus();
}
