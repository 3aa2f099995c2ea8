import { say } from "./page.js";

/* <a data-readers="/r/7/sharing?part=names">: a lock tells who reads when it is pointed at or
   stepped on; a tap or a click opens what it leads to. The names stay while one points at them. */
const LOCK = "[data-readers]";
const REST = 200; // milliseconds
const GRACE = 500; // so long the hand may take from the lock to the names
let lock = null;
let box = null;
let waiting = 0;
let asked = 0;

function later(what, after) {
  clearTimeout(waiting);
  waiting = setTimeout(what, after);
}

function hide() {
  clearTimeout(waiting);
  asked += 1;
  lock?.classList.remove("asked");
  lock?.removeAttribute("aria-describedby");
  lock = null;
  if (box?.matches(":popover-open")) box.hidePopover();
}

function made() {
  const fresh = Object.assign(document.createElement("div"), { id: "who-reads", className: "menu who-reads", popover: "manual" });
  fresh.setAttribute("role", "tooltip");
  return fresh;
}

function hang() {
  lock.classList.add("asked");
  lock.setAttribute("aria-describedby", box.id);
}

async function show(which, aloud = false) {
  if (lock === which || !which.isConnected) return;
  hide();
  lock = which;
  const turn = asked;
  const answer = await fetch(which.dataset.readers, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const names = await answer.text();
  if (turn !== asked) return;
  box ??= made();
  document.body.append(box);
  box.innerHTML = names;
  hang();
  box.showPopover();
  if (aloud) say(box.innerText);
}

document.addEventListener("pointerover", (e) => {
  if (e.pointerType === "touch" || !(e.target instanceof Element)) return;
  const near = e.target.closest(`${LOCK}, #who-reads`);
  if (near === lock || near === box) clearTimeout(waiting);
  if (near?.matches(LOCK)) { if (near !== lock) later(() => show(near), REST); }
  else if (!near) later(hide, GRACE);
});

document.addEventListener("focusin", (e) => {
  if (e.target.matches?.(`${LOCK}:focus-visible`)) show(e.target, true);
  else if (lock) hide();
});

document.addEventListener("focusout", hide);

/* What is new on the page may bring the lock anew: the names hang on the one that is there now. */
document.addEventListener("htmx:after:swap", () => {
  if (!lock) return;
  if (!lock.isConnected) lock = document.querySelector(`[data-readers="${CSS.escape(lock.dataset.readers)}"]`);
  if (!lock) hide();
  else if (box?.matches(":popover-open")) hang();
});

document.addEventListener("click", (e) => { if (lock && e.target.closest?.(LOCK)) hide(); }, true);

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape" || !box?.matches(":popover-open")) return;
  e.stopPropagation();
  hide();
}, true);
