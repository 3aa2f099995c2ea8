/* <form data-files> with <input type="file" multiple>, and .chosen for the chips: what is chosen,
   dropped or pasted is uploaded at once, in pieces, and goes on after whatever breaks. */
import { newUpload } from "./uploads.js";
import { dropFile, filesKept, keepFile } from "./kept.js";
import { csrfToken, fileSize, on, say, word } from "./page.js";

const AT_ONCE = 3;
const all = new Map(); // the files of each form

const itemsOf = (form) => all.get(form) ?? [];
const input = (form) => form.querySelector('input[type="file"]');

/** What a form carries that is not posted yet: files that are there, and those on their way. */
export function carried(form) {
  const items = itemsOf(form);
  return {
    files: items.filter((item) => item.id).map(({ id, name, size, type, url }) => ({ id, name, size, type, url })),
    uploads: items.filter((item) => !item.id).map(({ local, number, name, size }) => ({ local, number, name, size })),
  };
}

const tellDraft = (form) => form.dispatchEvent(new CustomEvent("files:changed", { bubbles: true }));

/** Forgets the files of a form: they are posted. */
export function clearFiles(form) {
  for (const item of itemsOf(form)) leave(item);
  all.delete(form);
  form.querySelector(".chosen")?.replaceChildren();
}

function leave(item) {
  item.upload?.stop();
  if (item.local) dropFile(item.local);
  if (item.shown) URL.revokeObjectURL(item.shown);
}

/** Shows what a draft carries; what was on its way goes on, as far as its bytes are here. */
export async function bringBack(form, spot, files, uploads) {
  if (!form.matches("[data-files]")) return;
  const now = carried(form);
  const same = (a, b) => JSON.stringify(a.map((x) => x.id ?? x.number)) === JSON.stringify(b.map((x) => x.id ?? x.number));
  if (same(now.files, files) && same(now.uploads, uploads)) return;
  for (const item of itemsOf(form)) { item.upload?.stop(); item.chip.remove(); }
  all.set(form, []);
  for (const { id, name, size, type, url } of files) put(form, { id, name, size, type, url, state: "there" });
  if (!uploads.length) return;
  const kept = await filesKept();
  for (const { local, number, name, size } of uploads) {
    const here = kept.find((one) => one.local === local || (number && one.number === number));
    if (here) put(form, { file: here.file, name, size, type: here.file.type, local: here.local, number: number ?? here.number, state: "waiting" });
    else if (number) put(form, { name, size, type: "", number, state: "missing" });
  }
  next();
}

/** Takes files into a form and sends them. */
export function addFiles(form, files) {
  if (!files.length) return;
  form.classList.add("open");
  for (const file of files) {
    const gap = itemsOf(form).find((item) => item.state === "missing" && item.name === file.name && item.size === file.size);
    if (gap) { Object.assign(gap, { file, type: file.type, state: "waiting" }); keep(form, gap); draw(gap); continue; }
    const item = { file, name: file.name, size: file.size, type: file.type, local: crypto.getRandomValues(new Uint32Array(3)).join("-"), state: "waiting" };
    keep(form, item);
    put(form, item);
  }
  say(`${word("filesChosen")}: ${itemsOf(form).length}`);
  tellDraft(form);
  next();
}

const keep = (form, { local, number, file }) => keepFile({ local, number, file, spot: form.id });

function put(form, item) {
  item.form = form;
  all.set(form, [...itemsOf(form), item]);
  item.chip = document.createElement("span");
  item.chip.className = "file";
  form.querySelector(".chosen").append(item.chip);
  draw(item);
}

/* ---- chips ---- */

const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

function preview(item) {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(item.type);
  const isSound = item.type.startsWith("audio/");
  if (!isPicture && !isSound) return null;
  if (!item.shown && item.file) item.shown = URL.createObjectURL(item.file);
  const source = item.shown ?? item.url;
  if (!source) return null;
  const made = Object.assign(document.createElement(isPicture ? "img" : "audio"), { src: source });
  if (isPicture) Object.assign(made, { alt: "", className: "thumb" });
  else Object.assign(made, { controls: true, preload: "metadata" });
  return made;
}

function draw(item) {
  const { chip } = item;
  chip.dataset.state = item.state;
  const name = make("span", "name");
  const away = make("button", "away", "×");
  const bytes = make("small", "bytes", fileSize(item.size));
  name.append(Object.assign(document.createElement("bdi"), { textContent: item.name }));
  away.type = "button";
  away.setAttribute("aria-label", `${word(item.state === "coming" ? "cancelFile" : "removeFile")}: ${item.name}`);
  away.addEventListener("click", () => remove(item));
  const parts = [preview(item), name, bytes, away];
  if (item.state === "waiting" || item.state === "coming") {
    item.bar = Object.assign(document.createElement("progress"), { max: item.size || 1, value: item.sent ?? 0 });
    item.bar.setAttribute("aria-label", `${word("fileComing")}: ${item.name}`);
    parts.push(item.bar);
  }
  if (item.state === "failed" || item.state === "missing") {
    parts.push(make("span", "why", item.state === "failed" ? item.why : word("fileMissing")));
    const again = make("button", "linkish", word(item.state === "failed" ? "tryAgain" : "chooseAgain"));
    again.type = "button";
    again.addEventListener("click", () => (item.state === "failed" ? retry(item) : input(item.form).click()));
    parts.push(again);
  }
  if (item.id) parts.push(Object.assign(document.createElement("input"), { type: "hidden", name: "attached", value: item.id }));
  chip.replaceChildren(...parts.filter(Boolean));
  waitsFor(item.form);
}

function remove(item) {
  const { form } = item;
  all.set(form, itemsOf(form).filter((one) => one !== item));
  item.chip.remove();
  leave(item);
  if (item.number) {
    fetch(`/uploads/${item.number}`, {
      method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    }).catch(() => null);
  }
  tellDraft(form);
  waitsFor(form);
  next();
}

/* ---- sending ---- */

function next() {
  const items = [...all.values()].flat();
  let coming = items.filter((item) => item.state === "coming").length;
  for (const item of items) {
    if (coming >= AT_ONCE) return;
    if (item.state !== "waiting" || !item.form.isConnected) continue;
    coming += 1;
    send(item);
  }
}

function retry(item) {
  item.state = "waiting";
  draw(item);
  next();
}

async function send(item) {
  item.state = "coming";
  draw(item);
  try {
    item.upload = await newUpload(item.file, item, {
      numbered(number) {
        item.number = number;
        if (item.local) keep(item.form, item);
        tellDraft(item.form);
      },
      progress(sent) {
        item.sent = sent;
        if (item.bar) item.bar.value = sent;
      },
      done(id) {
        Object.assign(item, { id, state: "there", url: `/files/${id}/${encodeURIComponent(item.name)}` });
        if (item.local) dropFile(item.local);
        settled(item);
      },
      failed(why) {
        Object.assign(item, { state: "failed", why });
        settled(item);
      },
    });
  } catch {
    Object.assign(item, { state: "failed", why: word("fileFailed") });
    settled(item);
  }
}

function settled(item) {
  draw(item);
  if (item.id) tellDraft(item.form);
  else say(`${item.name}: ${item.why}`);
  next();
}

addEventListener("online", () => {
  for (const item of [...all.values()].flat()) if (item.state === "failed" && item.file) retry(item);
});

/* ---- posting waits for what is on its way ---- */

const isComing = (item) => item.state === "waiting" || item.state === "coming";
const posting = new WeakMap();

on("submit", "[data-files]", (e, form) => {
  const items = itemsOf(form);
  const stuck = items.find((item) => item.state === "failed" || item.state === "missing");
  if (!stuck && !items.some(isComing)) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  if (stuck) { complain(form, word("filesStuck")); return; }
  const send = form.querySelector('button[type="submit"]');
  if (!posting.has(form)) posting.set(form, send.textContent);
  send.textContent = word("postWhenThere");
  send.setAttribute("aria-busy", "true");
  say(word("postWhenThere"));
}, true);

function complain(form, sentence) {
  const line = make("p", "error", sentence);
  form.querySelector(".form-errors").replaceChildren(line);
}

function waitsFor(form) {
  const items = itemsOf(form);
  if (!posting.has(form) || items.some(isComing)) return;
  const send = form.querySelector('button[type="submit"]');
  send.textContent = posting.get(form);
  send.removeAttribute("aria-busy");
  posting.delete(form);
  if (items.some((item) => item.state !== "there")) complain(form, word("filesStuck"));
  else form.requestSubmit();
}

/* ---- choosing, dropping, pasting ---- */

on("change", '[data-files] input[type="file"]', (_, field) => {
  const files = [...field.files];
  field.value = "";
  addFiles(field.form, files);
});

on("reset", "[data-files]", (_, form) => clearFiles(form));

/* A picture from the clipboard is called “image.png”, whatever it shows: its time tells more. */
export function timely(file, title) {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const ending = file.name.split(".").pop() || file.type.split("/").pop();
  const called = `${title} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.${ending}`;
  return new File([file], called, { type: file.type });
}

on("paste", "[data-files]", (e, form) => {
  const files = [...e.clipboardData.files];
  if (!files.length) return;
  e.preventDefault();
  addFiles(form, files.map((file) => (/^image\.\w+$/.test(file.name) ? timely(file, word("pictureName")) : file)));
});

on("dragover", "[data-files]", (e, form) => {
  if (!e.dataTransfer.types.includes("Files")) return;
  e.preventDefault();
  form.classList.add("over");
});

on("dragleave", "[data-files]", (e, form) => {
  if (!form.contains(e.relatedTarget)) form.classList.remove("over");
});

on("drop", "[data-files]", (e, form) => {
  form.classList.remove("over");
  if (!e.dataTransfer.files.length) return;
  e.preventDefault();
  addFiles(form, [...e.dataTransfer.files]);
});
