/* Open pages follow what others do, without moving what one reads. */
import htmx from "htmx.org";
import { csrfToken, on, word } from "./page.js";
import { onNews } from "./stream.js";

const SOON = 150; // milliseconds in which several changes are one
const LATER = 3000;
const EDITING = "form.editing, .comment form:has(textarea)";
const wall = () => document.getElementById("entries");
const isBusy = (element) => element.contains(document.activeElement)
  && document.activeElement.matches("input, textarea, select, [contenteditable]");

/* What one does oneself answers at once; what was read before that is out of date. */
let deeds = 0;
let underWay = 0;
for (const [moment, more] of [["htmx:before:request", 1], ["htmx:after:request", -1]]) {
  document.addEventListener(moment, () => { deeds += 1; underWay = Math.max(0, underWay + more); });
}

/* The text at an address; a broken line is waited out, since the news will not come again. */
async function get(address, headers = { "HX-Request": "true" }) {
  for (let tries = 0; tries < 60; tries += 1) {
    const before = deeds;
    const answer = await fetch(address, { headers }).catch(() => null);
    if (answer && answer.status < 500) {
      if (answer.status !== 200 || answer.redirected) return null;
      const text = await answer.text().catch(() => null);
      if (text !== null && deeds === before) return text;
    } else {
      await new Promise((done) => { setTimeout(done, LATER); });
    }
  }
  return null;
}

/* What one reads stays where it is while things above it change. */
function inPlace(change) {
  const seen = [...document.querySelectorAll("#entries > .entry")]
    .find((entry) => entry.getBoundingClientRect().bottom > 80);
  const before = seen?.getBoundingClientRect().top;
  change();
  if (seen?.isConnected && scrollY > 0) scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: "instant" });
}

function put(element, html) {
  const root = new DOMParser().parseFromString(html, "text/html").body;
  const fresh = root.querySelector(`#${element.id}`);
  if (!fresh) return;
  inPlace(() => {
    if (element.querySelector(".reply[open]")) answersOnly(element, fresh);
    else htmx.swap({ text: fresh.outerHTML, target: element, swap: "outerMorph", sourceElement: element });
  });
}

/* While one writes an answer, the others' answers still come in. */
function answersOnly(entry, fresh) {
  const answers = fresh.querySelector(".comments");
  const old = entry.querySelector(".comments");
  if (!answers) {
    old?.remove();
    return;
  }
  if (old) old.replaceWith(answers);
  else entry.querySelector(".inside").append(answers);
  htmx.process(answers);
}

/* Entries that came wait above, under a word that says how many. */
const waiting = new Map();
let asking = Promise.resolve();

function belongs(news) {
  const entries = wall();
  if (!entries) return false;
  const { liveWall } = entries.dataset;
  return !liveWall || "liveAround" in entries.dataset || news.walls.includes(Number(liveWall));
}

async function fetchArrived(number) {
  if (document.getElementById(`entry-${number}`) || waiting.has(number)) return;
  const address = new URL(location.href);
  address.searchParams.delete("at");
  address.searchParams.set("fresh", number);
  address.searchParams.set("waiting", waiting.size);
  const html = await get(address);
  const pill = document.getElementById("arrived");
  if (!html || !pill || document.getElementById(`entry-${number}`)) return;
  const root = new DOMParser().parseFromString(html, "text/html").body;
  const label = root.querySelector("#arrived");
  if (!label) return;
  waiting.set(number, root.querySelector(":scope > .entry").outerHTML);
  pill.replaceChildren(label.firstElementChild);
  pill.hidden = false;
}

/* What waits is read anew when it changes, and left out when it is gone. */
async function waitAnew(number) {
  waiting.delete(number);
  await fetchArrived(number);
  if (waiting.has(number)) return;
  const [other] = waiting.keys();
  if (other !== undefined) await waitAnew(other); // its word counts those that are left
  else document.getElementById("arrived").hidden = true;
}

on("click", "#arrived button", () => {
  const pill = document.getElementById("arrived");
  const html = [...waiting].sort(([one], [two]) => two - one).map(([, entry]) => entry).join("");
  waiting.clear();
  pill.hidden = true;
  if (!html || !document.getElementById("fresh") || "liveBelow" in wall().dataset) {
    location.assign(location.pathname);
    return;
  }
  document.querySelector("#entries > .empty")?.remove();
  htmx.swap({ text: html, target: document.getElementById("fresh"), swap: "afterbegin", sourceElement: document.body });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  refresh(); // what counts them and says when it was last touched
  wall().scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
});

/* Entries on the page that look different now. While one edits in them, they wait. */
const changed = new Map();

const turns = new Map();

async function redraw(number) {
  const turn = (turns.get(number) ?? 0) + 1;
  turns.set(number, turn);
  changed.delete(number);
  const entry = document.getElementById(`entry-${number}`);
  if (!entry) return;
  if (entry.querySelector(EDITING)) {
    soon(number, LATER);
    return;
  }
  const folded = entry.querySelector(".comments .older");
  const { liveWall } = wall()?.dataset ?? {};
  const address = new URL(folded ? location.href : `/e/${number}?heard`, location.href);
  if (folded) address.searchParams.set("fresh", number);
  else if (liveWall) address.searchParams.set("on", liveWall);
  const html = await get(address);
  if (html && turns.get(number) === turn && entry.isConnected && !entry.querySelector(EDITING)) put(entry, html);
}

function soon(number, wait = SOON) {
  if (!changed.has(number)) changed.set(number, setTimeout(() => redraw(number), wait));
}

/* News of one's own deed may be quicker than its answer, which brings the undo: that goes first. */
function remove(number, tries = 20) {
  if (underWay && tries) {
    setTimeout(() => remove(number, tries - 1), SOON);
    return;
  }
  if (waiting.has(number)) asking = asking.then(() => waitAnew(number));
  const entry = document.getElementById(`entry-${number}`);
  if (!entry || entry.matches(".gone") || isBusy(entry)) return;
  const line = Object.assign(document.createElement("p"), { className: "entry gone", id: entry.id, textContent: word("entryGone") });
  inPlace(() => entry.replaceWith(line));
}

/* [data-live="12"] shows a record, [data-live="deal"] all of a kind: read anew after a change. */
let reading = null;

function refresh() {
  reading ??= setTimeout(async () => {
    reading = null;
    const html = await get(location.href, {});
    if (!html) return;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const element of document.querySelectorAll("[data-live][id]")) {
      const twin = fresh.getElementById(element.id);
      const open = element.querySelector(":popover-open, dialog[open], .lifted, .dragging");
      if (twin && element.matches("details")) twin.open = element.open;
      for (const { id } of element.querySelectorAll("details[open][id]")) twin?.querySelector(`#${id}`)?.setAttribute("open", "");
      if (twin && !open && !isBusy(element) && twin.outerHTML !== element.outerHTML) {
        htmx.swap({ text: twin.outerHTML, target: element, swap: "outerMorph", sourceElement: element });
      }
    }
  }, SOON + 300 * Math.random());
}

const concerns = (news) => document.querySelector(`[data-live="${news.kind}"]`)
  || news.walls.some((number) => document.querySelector(`[data-live="${number}"]`));

/* Who is writing. */
const writers = new Map();

function showWriters(place, key) {
  const names = [...(writers.get(key)?.values() ?? [])].map((one) => one.name);
  let line = place.querySelector(":scope > .writing");
  if (!names.length) {
    line?.remove();
    return;
  }
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "writing" });
    line.setAttribute("role", "status");
    place.append(line);
  }
  const who = new Intl.ListFormat(document.documentElement.lang).format(names);
  line.textContent = `${word("writing")} ${who}`;
}

function isWriting(news) {
  if (news.by === Number(document.querySelector('meta[name="live"]').dataset.person)) return;
  const key = news.entry ? `entry-${news.entry}` : `wall-${news.record}`;
  const place = news.entry
    ? document.querySelector(`#entry-${news.entry} > .inside`)
    : Number(wall()?.dataset.liveWall) === news.record && document.getElementById("writing");
  if (!place) return;
  const those = writers.get(key) ?? new Map();
  clearTimeout(those.get(news.by)?.timer);
  const stop = () => {
    those.delete(news.by);
    inPlace(() => showWriters(place, key));
  };
  those.set(news.by, { name: news.name, timer: setTimeout(stop, 7000) });
  writers.set(key, those);
  inPlace(() => showWriters(place, key));
}

/* Whoever has posted writes no more. */
function hasWritten({ by, walls }) {
  const key = `wall-${walls[0]}`;
  const those = writers.get(key);
  if (!those?.has(by)) return;
  clearTimeout(those.get(by).timer);
  those.delete(by);
  const place = document.getElementById("writing");
  if (place) showWriters(place, key);
}

let told = 0;
on("submit", "form.composer, .reply form", () => { told = 0; });
on("input", "form.composer, .reply form", (_, form) => {
  const place = new URL(form.action).pathname.match(/^\/(r|e)\/(\d+)\//);
  if (!place || form.elements.audience?.value || Date.now() - told < 4000) return;
  told = Date.now();
  const body = new URLSearchParams({ [place[1] === "r" ? "record" : "entry"]: place[2] });
  fetch("/live/writing", { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
});

async function ringBell() {
  const html = await get("/notifications/bell");
  const bell = document.getElementById("bell");
  if (html && bell) bell.outerHTML = html;
  if (document.querySelector('[data-live="bell"]')) refresh();
}

let ringing = null;
onNews((news) => {
  if (news.what === "bell") {
    clearTimeout(ringing);
    ringing = setTimeout(ringBell, SOON);
  } else if (news.what === "writing") isWriting(news);
  else if (news.what === "gone") remove(news.entry);
  else if (news.what === "reset") {
    if (wall()) asking = asking.then(askAll);
    refresh();
  } else {
    if (news.what === "new") hasWritten(news);
    if (document.getElementById(`entry-${news.entry}`)) {
      if (news.what === "changed") soon(news.entry);
    } else if (waiting.has(news.entry)) asking = asking.then(() => waitAnew(news.entry));
    else if (belongs(news) && news.what === "new") asking = asking.then(() => fetchArrived(news.entry));
    if (!news.written && concerns(news)) refresh();
  }
});

/* Too much was missed to be told one by one. */
function askAll() {
  const pill = document.getElementById("arrived");
  if (!pill) return;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: word("newsMaybe") });
  pill.replaceChildren(button);
  pill.hidden = false;
}
