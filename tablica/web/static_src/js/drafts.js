/* <textarea data-draft="wall-12">: what is typed, and chosen beside it, is kept in this browser at
   once and on the server after a pause; on every device it is there again. Nothing is overwritten in
   silence: what two pages write becomes two drafts, of which one is shown and the other offered. */
import htmx from "htmx.org";
import { choose } from "./composer.js";
import { bringBack, carried, clearFiles } from "./files.js";
import { dropSlot, forget, keepSlot, slotsAt } from "./kept.js";
import { csrfToken, on, onContent, word } from "./page.js";

const PAUSE = 1000; // milliseconds without a key
const AGAIN = [3000, 10_000, 30_000, 60_000];
const LEAVING = 60_000; // bytes that a browser sends after a page is gone
const ADDRESSES = {
  wall: (n) => `/r/${n}/draft`,
  comment: (n) => `/e/${n}/comments/draft`,
  entry: (n) => `/e/${n}/draft`,
  "comment-edit": (n) => `/comments/${n}/draft`,
};
const known = new Map(); // what the server said, by place
const states = new Map(); // what is written on this page, by text box
let turn = 0;
const hand = newNumber();

/** A number that nobody else has: a UUID, also where the browser makes none itself. */
export function newNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function address(spot) {
  const [, place, number] = spot.match(/^(.*)-(\d+)$/) ?? [];
  return ADDRESSES[place]?.(number);
}

/** Whether something unsent is kept for this place. */
export const hasDraft = (spot) => Boolean(known.get(spot)?.length) || slotsAt(spot).length > 0;

function moment(iso) {
  const at = new Date(iso);
  const language = document.documentElement.lang || "en";
  const timeZone = document.getElementById("draft-words")?.dataset.zone || undefined;
  const day = (moment) => moment.toLocaleDateString("en", { timeZone });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const isToday = day(at) === day(new Date());
  return at.toLocaleString(language, isToday ? clock : { day: "numeric", month: "short", ...clock });
}

async function ask(url, options = {}) {
  const { headers, ...rest } = options;
  return fetch(url, {
    ...rest,
    headers: { Accept: "application/json", "HX-Request": "true", "X-CSRFToken": csrfToken(), ...headers },
  });
}

/* ---- what stands in a form ---- */

const BESIDE = ["tags", "minutes", "happened_at", "choices", "closes_on"];
const TICKED = ["several", "secret"];
const CHOSEN = ["type", "audience", ...BESIDE];

function typed({ box }) {
  const form = box.form;
  const chosen = {};
  for (const name of CHOSEN) if (form.elements[name]?.value) chosen[name] = form.elements[name].value;
  for (const name of TICKED) if (form.elements[name]?.checked) chosen[name] = "1";
  const readers = [...form.querySelectorAll("input[name=readers]:checked")].map((one) => Number(one.value));
  if (readers.length) chosen.readers = readers;
  else if (form.dataset.readers) chosen.readers = form.dataset.readers.split(" ").map(Number);
  if (box.dataset.base) chosen.base = box.dataset.base;
  return { text: box.value, chosen, ...carried(form) };
}

function isEmpty({ box }, content) {
  if (content.files.length || content.uploads.length) return false;
  if (box.dataset.base) return content.text === box.defaultValue && content.chosen.tags === startTags(box);
  const { tags, minutes, happened_at: at, choices } = content.chosen;
  return !content.text.trim() && !tags && !minutes && !at && !choices?.trim();
}

const startTags = (box) => box.form.elements.tags?.defaultValue || undefined;

let filling = false;

function fill(state, { text, chosen = {}, files = [], uploads = [] }) {
  const { box } = state;
  const form = box.form;
  filling = true;
  box.value = text;
  if (form.matches(".composer") && chosen.type) choose(form, chosen.type);
  for (const name of BESIDE) if (form.elements[name]) form.elements[name].value = chosen[name] ?? "";
  for (const name of TICKED) if (form.elements[name]) form.elements[name].checked = Boolean(chosen[name]);
  if (form.elements.audience) {
    form.elements.audience.value = chosen.audience ?? "";
    if (form.elements.audience.value !== (chosen.audience ?? "")) form.elements.audience.value = "";
    if (chosen.readers) form.dataset.readers = chosen.readers.join(" ");
    else delete form.dataset.readers;
    form.elements.audience.dispatchEvent(new Event("change", { bubbles: true }));
    for (const one of form.querySelectorAll("input[name=readers]")) tick(one);
  }
  if (chosen.base && form.elements.version) form.elements.version.value = chosen.base;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  bringBack(form, state.spot, files, uploads);
  filling = false;
  if (text || files.length || uploads.length) form.classList.add("open");
}

/* The names to choose from come later than the choice. */
const tick = (one) => {
  const wanted = one.form?.dataset.readers?.split(" ");
  if (wanted) one.checked = wanted.includes(one.value);
};
onContent("input[name=readers]", tick);
on("change", "input[name=readers]", (_, one) => { delete one.form.dataset.readers; }, true);

/* ---- the quiet line below the text ---- */

function line(state) {
  const form = state.box.form;
  let found = form.querySelector(":scope > .draft-line");
  if (!found) {
    found = Object.assign(document.createElement("div"), { className: "draft-line" });
    found.setAttribute("role", "status");
    form.insertBefore(found, form.querySelector(":scope > .form-errors"));
  }
  return found;
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "linkish", textContent: label });
  made.addEventListener("click", act);
  return made;
}

function tell(state, sentence, ...acts) {
  const said = Object.assign(document.createElement("span"), { textContent: sentence });
  const first = document.createElement("p");
  first.append(said, ...acts);
  line(state).replaceChildren(first, ...(state.others ?? []).map((other) => offer(state, other)));
}

const quiet = (state) => state.box.form.querySelector(":scope > .draft-line")?.remove();

function tellKept(state, saved) {
  tell(state, word("draftFrom").replace("%s", moment(saved)), button(word("draftDiscard"), () => discard(state)));
}

function offer(state, other) {
  const row = document.createElement("p");
  row.className = "other";
  const words = document.createElement("q");
  words.dir = "auto";
  words.textContent = other.text.trim().slice(0, 80) || word("draftFiles");
  const note = Object.assign(document.createElement("span"), {
    textContent: word("draftOther").replace("%s", moment(other.saved)),
  });
  row.append(note, words, button(word("draftTake"), () => take(state, other)), button(word("draftDiscard"), async () => {
    await ask(`/drafts/${other.id}/discard`, { method: "POST" });
    state.others = state.others.filter((one) => one !== other);
    row.replaceChildren(
      Object.assign(document.createElement("span"), { textContent: word("draftDiscarded") }),
      button(word("draftUndo"), async () => {
        await ask(`/drafts/${other.id}/discard/undo`, { method: "POST" });
        state.others = [...(state.others ?? []), other];
        row.replaceWith(offer(state, other));
      }),
    );
  }));
  return row;
}

/* ---- keeping ---- */

function remember(state, more = {}) {
  const content = typed(state);
  const slot = {
    spot: state.spot, key: state.key, version: state.version, at: new Date().toISOString(), saved: false, ...content, ...more,
  };
  const isKept = keepSlot(slot);
  if (isKept) setTimeout(() => { delete state.box.form?.dataset.unsaved; });
  return content;
}

function changed(state) {
  if (filling || state.isPosting || !state.box.form) return;
  state.isDirty = true;
  const content = typed(state);
  if (isEmpty(state, content) && !state.version) {
    dropSlot(state.spot, state.key);
    state.isDirty = false;
  } else remember(state);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(state), PAUSE);
}

function body(content, { key, version }) {
  turn += 1;
  const sent = new URLSearchParams({ key, version, hand, turn, text: content.text });
  for (const [name, value] of Object.entries(content.chosen ?? {})) {
    for (const one of [value].flat()) sent.append(name, one);
  }
  for (const file of content.files ?? []) sent.append("files", file.id);
  for (const upload of content.uploads ?? []) if (upload.number) sent.append("uploads", upload.number);
  return sent;
}

const NOTHING = { text: "", chosen: {}, files: [], uploads: [] };

async function save(state, { leaving = false } = {}) {
  clearTimeout(state.timer);
  if (!state.isDirty || state.isPosting) return;
  if (state.saving && !leaving) { await state.saving; return save(state); }
  state.isDirty = false;
  const content = typed(state);
  const sent = body(isEmpty(state, content) ? NOTHING : content, state);
  state.saving = send(state, sent, leaving).catch(() => later(state));
  await state.saving;
  state.saving = null;
}

async function send(state, sent, leaving) {
  const answer = await ask(address(state.spot), {
    method: "POST", body: sent, keepalive: leaving && String(sent).length < LEAVING,
  });
  if (state.isPosting) return;
  if (answer.status === 410) { endedElsewhere(state); return; }
  if (answer.status === 422) { tell(state, (await answer.json()).sentence); return; }
  if (answer.status === 404) { tell(state, word("draftHereOnly")); return; }
  if (!answer.ok) { later(state); return; }
  const { draft, others } = await answer.json();
  state.tries = 0;
  state.others = others;
  known.set(state.spot, draft ? [draft, ...others] : others);
  if (!draft) {
    dropSlot(state.spot, state.key);
    begin(state);
    if (others.length) tell(state, ""); else quiet(state);
    return;
  }
  if (draft.key !== state.key) dropSlot(state.spot, state.key);
  Object.assign(state, { key: draft.key, version: draft.version, id: draft.id });
  if (!state.box.isConnected) return;
  remember(state, { saved: !state.isDirty });
  tellKept(state, draft.saved);
}

/* The server does not answer, or does not know who asks: the words stay here until it does. */
function later(state) {
  state.isDirty = true;
  const wait = AGAIN[Math.min(state.tries ?? 0, AGAIN.length - 1)];
  state.tries = (state.tries ?? 0) + 1;
  state.timer = setTimeout(() => save(state), wait);
}

function begin(state) {
  Object.assign(state, { key: newNumber(), version: 0, id: null });
}

/* Posted or thrown away on another page: what stands here is kept as a draft of its own. */
function endedElsewhere(state) {
  dropSlot(state.spot, state.key);
  begin(state);
  if (isEmpty(state, typed(state))) { quiet(state); return; }
  tell(state, word("draftEnded"));
  state.isDirty = true;
  remember(state);
  state.timer = setTimeout(() => save(state), PAUSE);
}

/* ---- taking up again ---- */

async function discard(state) {
  clearTimeout(state.timer);
  await state.saving;
  const { id, key } = state;
  const content = typed(state);
  if (id) await ask(`/drafts/${id}/discard`, { method: "POST" }).catch(() => null);
  dropSlot(state.spot, key);
  known.set(state.spot, (known.get(state.spot) ?? []).filter((one) => one.key !== key));
  begin(state);
  state.isDirty = false;
  const { box } = state;
  fill(state, box.dataset.base ? { text: box.defaultValue, chosen: { tags: startTags(box) } } : NOTHING);
  tell(state, word("draftDiscarded"), button(word("draftUndo"), async () => {
    const answer = id && await ask(`/drafts/${id}/discard/undo`, { method: "POST" }).catch(() => null);
    const back = answer?.ok ? (await answer.json()).draft : null;
    show(state, back ?? { ...content, key: newNumber(), version: 0, saved: new Date().toISOString() });
    if (!back) changed(state);
  }));
  box.focus();
}

function show(state, draft) {
  Object.assign(state, { key: draft.key, version: draft.version, id: draft.id ?? null, isDirty: false });
  fill(state, draft);
  tellKept(state, draft.saved);
}

/* The other text comes into the box; the one that stood there stays as a draft. */
async function take(state, other) {
  state.isDirty ||= !state.version && !isEmpty(state, typed(state));
  await save(state);
  const all = [...(known.get(state.spot) ?? [])];
  const mine = { ...typed(state), key: state.key, version: state.version, id: state.id, saved: new Date().toISOString() };
  state.others = all.filter((one) => one.key !== other.key && one.key !== mine.key);
  if (mine.version) state.others.push(mine);
  show(state, other);
}

function start(box) {
  const state = { box, spot: box.dataset.draft, isDirty: false, others: [] };
  begin(state);
  states.set(box, state);
  return state;
}

function takeUp(state, drafts) {
  const slots = slotsAt(state.spot);
  const typedHere = [];
  for (const slot of slots) {
    const there = drafts.find((one) => one.key === slot.key);
    if (slot.saved && !there) dropSlot(state.spot, slot.key);
    else if (!slot.saved) typedHere.push({ ...slot, saved: slot.at, isLocal: true, files: slot.files ?? [], uploads: slot.uploads ?? [] });
  }
  const rest = drafts.filter((one) => !typedHere.some((slot) => slot.key === one.key && slot.version === one.version));
  const all = [...typedHere, ...rest].sort((one, two) => two.saved.localeCompare(one.saved));
  const [first] = all;
  if (!first || state.box.value !== state.box.defaultValue) return;
  state.others = rest.filter((one) => one !== first);
  show(state, first);
  for (const slot of typedHere) if (slot !== first) deliver(slot);
  if (first.isLocal) {
    state.isLate = first.posting;
    state.isDirty = true;
    state.timer = setTimeout(() => save(state), 0);
  }
}

/* Words of a page that is gone, which did not reach the server: they go on as a draft of their own. */
async function deliver(slot) {
  const answer = await ask(address(slot.spot), { method: "POST", body: body(slot, slot) }).catch(() => null);
  if (!answer) return;
  if (answer.status === 410 && !slot.posting) {
    await ask(address(slot.spot), { method: "POST", body: body(slot, { key: newNumber(), version: 0 }) });
  }
  if (answer.ok || answer.status === 410) dropSlot(slot.spot, slot.key);
}

async function fetched(spot) {
  const answer = await ask(address(spot)).catch(() => null);
  if (!answer?.ok) return null;
  const { drafts } = await answer.json();
  known.set(spot, drafts);
  return drafts;
}

onContent("[data-drafts]", (list) => {
  for (const draft of JSON.parse(list.dataset.drafts)) {
    const there = (known.get(draft.at) ?? []).filter((one) => one.key !== draft.key);
    known.set(draft.at, [...there, draft]);
  }
});

onContent("[data-draft]", async (box) => {
  const state = start(box);
  const isPlain = box.dataset.base || !document.getElementById("wall");
  const drafts = isPlain ? await fetched(state.spot) : known.get(state.spot);
  if (box.isConnected) takeUp(state, drafts ?? []);
});

/* A change that was begun says so where it will be made. */
onContent("article.entry, article.comment", (article) => {
  const [, what, number] = article.id.match(/^(entry|comment)-(\d+)$/) ?? [];
  const [draft] = known.get(what === "comment" ? `comment-edit-${number}` : `entry-${number}`) ?? [];
  const place = article.querySelector(".prose") ?? article.querySelector("header");
  if (!draft || !place || article.querySelector(".draft-line, form.editing")) return;
  const said = Object.assign(document.createElement("p"), { className: "draft-line begun" });
  const query = article.closest("#entries, #pinned") && document.querySelector("form.composer")
    ? `?on=${document.querySelector("form.composer [data-draft]").dataset.draft.slice(5)}` : "";
  said.append(
    Object.assign(document.createElement("span"), { textContent: word("draftBegun").replace("%s", moment(draft.saved)) }),
    button(word("draftGoOn"), () => htmx.ajax("GET", `/${what === "entry" ? "e" : "comments"}/${number}/edit${query}`, { target: `#${article.id}`, swap: "outerHTML" })),
  );
  (place.closest(".words") ?? place).after(said);
});

/* ---- what happens on the page ---- */

const stateOf = (form) => states.get(form?.querySelector?.("[data-draft]"));

for (const event of ["input", "change", "files:changed"]) {
  on(event, "form:has([data-draft])", (_, form) => { const state = stateOf(form); if (state) changed(state); });
}

addEventListener("pagehide", () => { for (const state of states.values()) save(state, { leaving: true }); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    for (const state of states.values()) save(state, { leaving: true });
    return;
  }
  for (const [box, state] of states) if (box.isConnected) lookAgain(state); else states.delete(box);
});
addEventListener("online", () => { for (const state of states.values()) save(state); });

/* Back on this page: another device may have gone on, or posted. */
async function lookAgain(state) {
  const before = state.key;
  if (state.isDirty || state.isPosting || state.saving || !(state.version || state.box.matches(".composer *"))) return;
  const drafts = await fetched(state.spot);
  if (!drafts || state.isDirty || state.isPosting || state.key !== before) return;
  const now = drafts.find((one) => one.key === state.key);
  if (state.version && !now) {
    const content = { ...typed(state), key: newNumber(), version: 0, saved: new Date().toISOString() };
    dropSlot(state.spot, state.key);
    begin(state);
    fill(state, state.box.dataset.base ? { text: state.box.defaultValue } : NOTHING);
    tell(state, word("draftEndedGone"), button(word("draftUndo"), () => { show(state, content); changed(state); }));
  } else if (now && now.version > state.version) show(state, now);
  else if (!state.version && drafts.length && isEmpty(state, typed(state))) takeUp(state, drafts);
}

/* Answered: the next words are a new thing to do once, so they get a key of their own. */
export function newKey(form) {
  const field = form.elements._once;
  if (field) field.value = newNumber().replaceAll("-", "");
}

/* The form names its draft, so that the server ends it with the post. */
function post(form) {
  const state = stateOf(form);
  if (!state) return;
  clearTimeout(state.timer);
  let field = form.elements.draft;
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
    form.append(field);
  }
  field.value = state.key;
  if (!isEmpty(state, typed(state))) remember(state, { posting: true });
  state.isPosting = true;
}

on("submit", "form:has([data-draft])", (e, form) => { if (!e.defaultPrevented) post(form); }, true);
/* Two changed the same lines: the button that decides posts, too. */
on("click", "form:has([data-draft]) .late [hx-post]", (_, button) => post(button.form), true);
on("click", "form:has([data-draft]) .late [hx-get]", async (_, theirs) => {
  const state = stateOf(theirs.closest("form"));
  if (!state) return;
  clearTimeout(state.timer);
  state.isPosting = true;
  dropSlot(state.spot, state.key);
  known.set(state.spot, (known.get(state.spot) ?? []).filter((one) => one.key !== state.key));
  if (state.id) await ask(`/drafts/${state.id}/discard`, { method: "POST" }).catch(() => null);
}, true);

/* Posted: the draft goes, and the form is as new. A refusal keeps both. */
document.addEventListener("htmx:after:request", (e) => {
  const { sourceElement: source, response } = e.detail?.ctx ?? {};
  const form = source instanceof HTMLFormElement ? source : source?.closest?.("form:has([data-draft])");
  if (!form || !response) return;
  newKey(form);
  const state = stateOf(form);
  if (!state?.isPosting && source !== form) return;
  if (!state) return;
  state.isPosting = false;
  if (response.status >= 300) { changed(state); return; }
  dropSlot(state.spot, state.key);
  known.set(state.spot, (known.get(state.spot) ?? []).filter((one) => one.key !== state.key));
  begin(state);
  state.isDirty = false;
  clearTimeout(state.timer);
  quiet(state);
  clearFiles(form);
  form.reset();
  if (!form.contains(document.activeElement)) form.classList.remove("open");
});

for (const event of ["htmx:error", "pageshow"]) {
  addEventListener(event, () => {
    for (const state of states.values()) if (state.isPosting) { state.isPosting = false; changed(state); }
  });
}

/* Going: what is not on the server goes there first; then nothing of it stays in this browser. */
on("submit", 'form[action="/logout"]', async (e, form) => {
  e.preventDefault();
  e.stopImmediatePropagation();
  const all = Promise.all([...states.values()].map((state) => save(state)));
  await Promise.race([all, new Promise((done) => { setTimeout(done, 4000); })]);
  const isLeft = [...states.values()].some((state) => state.isDirty && state.box.isConnected);
  if (isLeft && !confirm(word("draftSignOut"))) return;
  await forget({ mine: true });
  for (const one of document.querySelectorAll("form[data-unsaved]")) delete one.dataset.unsaved;
  form.submit();
}, true);
