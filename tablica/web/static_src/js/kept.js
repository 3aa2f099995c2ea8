/* What this browser keeps of somebody's unsent words and files, under their number: whoever signs in
   next finds nothing of it. Without storage everything still works; then only the server remembers. */
const ME = () => document.getElementById("draft-words")?.dataset.person ?? "";
const WORDS = "draft:";

function words(prefix) {
  const found = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const name = localStorage.key(at);
    if (name.startsWith(prefix)) found.push(name);
  }
  return found;
}

const name = (spot, key) => `${WORDS}${ME()}:${spot}:${key}`;

/** The drafts kept here for one place. */
export function slotsAt(spot) {
  try {
    return words(`${WORDS}${ME()}:${spot}:`).map((key) => JSON.parse(localStorage.getItem(key)));
  } catch { return []; }
}

/** Keeps a draft; false where the browser refuses. */
export function keepSlot(slot) {
  try {
    localStorage.setItem(name(slot.spot, slot.key), JSON.stringify(slot));
    return true;
  } catch { return false; }
}

export function dropSlot(spot, key) {
  try { localStorage.removeItem(name(spot, key)); } catch { /* There was none. */ }
}

let opened = null;

function store() {
  opened ??= new Promise((done, refuse) => {
    const asked = indexedDB.open("tablica", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "local" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => refuse(asked.error);
  });
  return opened;
}

async function inStore(mode, act) {
  try {
    const files = (await store()).transaction("files", mode).objectStore("files");
    const asked = act(files);
    return await new Promise((done, refuse) => {
      files.transaction.oncomplete = () => done(asked.result);
      files.transaction.onerror = () => refuse(asked.error);
      files.transaction.onabort = () => refuse(files.transaction.error);
    });
  } catch { return undefined; }
}

/** Keeps the bytes of a file that is on its way: `{local, number, spot, file}`. */
export const keepFile = (of) => inStore("readwrite", (files) => files.put({ ...of, person: ME() }));
export const dropFile = (local) => inStore("readwrite", (files) => files.delete(local));

/** The files kept here that are still on their way. */
export async function filesKept() {
  return ((await inStore("readonly", (files) => files.getAll())) ?? []).filter((one) => one.person === ME());
}

/** Forgets what is kept here: of everybody else, and with `mine` one's own, too. */
export async function forget({ mine = false } = {}) {
  try {
    for (const key of words(WORDS)) {
      if (mine || !key.startsWith(`${WORDS}${ME()}:`)) localStorage.removeItem(key);
    }
  } catch { /* Storage is refused: there is nothing. */ }
  for (const one of (await inStore("readonly", (files) => files.getAll())) ?? []) {
    if (mine || one.person !== ME()) await dropFile(one.local);
  }
}

/* At the door nobody is known yet: who comes back after a while finds everything. */
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ME() && forget());
else if (ME()) forget();
