import { fileSize, on, say, word } from "./page.js";

/* <form data-files> with <input type="file" multiple>, and .chosen for the chips. */
function input(form) {
  return form.querySelector('input[type="file"]');
}

function set(form, files) {
  const box = new DataTransfer();
  for (const file of files) box.items.add(file);
  input(form).files = box.files;
  draw(form);
}

function draw(form) {
  const list = form.querySelector(".chosen");
  list.replaceChildren(...[...input(form).files].map((file, index) => {
    const chip = document.createElement("span");
    const name = document.createElement("span");
    const bytes = document.createElement("small");
    const away = document.createElement("button");
    chip.className = "file";
    name.className = "name";
    name.textContent = file.name;
    bytes.textContent = fileSize(file.size);
    away.type = "button";
    away.textContent = "×";
    away.dataset.drop = index;
    away.setAttribute("aria-label", `${word("removeFile")}: ${file.name}`);
    chip.append(name, bytes, away);
    return chip;
  }));
}

function add(form, files) {
  if (!files.length) return;
  set(form, [...input(form).files, ...files]);
  form.classList.add("open");
  say(`${word("filesChosen")}: ${input(form).files.length}`);
}

/* A second choice in the browser's own window replaces the first: remember and add instead. */
const before = new WeakMap();
on("click", '[data-files] input[type="file"]', (_, field) => before.set(field, [...field.files]));
on("change", '[data-files] input[type="file"]', (_, field) => {
  set(field.form, [...(before.get(field) ?? []), ...field.files]);
  before.delete(field);
});

on("click", "[data-files] [data-drop]", (_, button) => {
  const form = button.closest("form");
  set(form, [...input(form).files].filter((_file, index) => index !== Number(button.dataset.drop)));
});

on("reset", "[data-files]", (_, form) => setTimeout(() => draw(form)));

on("paste", "[data-files]", (e, form) => {
  if (!e.clipboardData.files.length) return;
  e.preventDefault();
  add(form, e.clipboardData.files);
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
  add(form, e.dataTransfer.files);
});
