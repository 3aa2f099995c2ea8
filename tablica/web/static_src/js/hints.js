import { on } from "./page.js";

/* [data-tags-from="/tags/suggest"]: offers known tags after # in a text, or at once in an input.
   [data-people-from="/people/mentions?on=7"]: offers colleagues and teams after @ in a text. */
const FIELDS = "[data-tags-from], [data-people-from]";
let list = null;
let field = null;
let asked = 0;

function started(box) {
  const text = box.value.slice(0, box.selectionStart);
  if (box.dataset.peopleFrom) {
    const name = text.match(/(?:^|[\s(])@([\p{L}\p{N}][^\n@]{0,40})$/u);
    if (name) return { sign: "@", begun: name[1], from: box.dataset.peopleFrom };
  }
  const tag = box.tagName === "TEXTAREA"
    ? text.match(/(?:^|\s)#([\p{L}\p{N}_-]{1,40})$/u)
    : text.match(/([^\s,،#]{1,40})$/u);
  return { sign: "#", begun: (box.dataset.tagsFrom && tag?.[1]) || "", from: box.dataset.tagsFrom };
}

function close() {
  list?.remove();
  list = null;
  field?.setAttribute("aria-expanded", "false");
}

function open(box, sign, found) {
  close();
  field = box;
  list = document.createElement("ul");
  list.className = "hints";
  list.id = "tag-hints";
  list.setAttribute("role", "listbox");
  list.append(...found.map((each, index) => {
    const { name, note = "" } = typeof each === "string" ? { name: each } : each;
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === 0));
    item.dataset.name = name;
    item.textContent = `${sign}${name}`;
    if (note) item.append(Object.assign(document.createElement("small"), { textContent: note }));
    return item;
  }));
  (box.closest("dialog") ?? document.body).append(list);
  const place = box.getBoundingClientRect();
  list.style.top = `${place.bottom + scrollY + 2}px`;
  list.style.left = `${Math.min(place.left + scrollX + 12, innerWidth - list.offsetWidth - 8)}px`;
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "true");
}

function take(name) {
  const end = field.selectionStart;
  const from = end - started(field).begun.length;
  field.setRangeText(`${name} `, from, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  close();
}

on("input", FIELDS, async (_, box) => {
  const { sign, begun, from } = started(box);
  asked += 1;
  const turn = asked;
  if (!begun) return close();
  const address = new URL(from, location.href);
  address.searchParams.set("q", begun);
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const found = await answer.json();
  if (found.length) open(box, sign, found.slice(0, 8)); else close();
});

on("keydown", FIELDS, (e) => {
  if (!list) return;
  const current = list.querySelector('[aria-selected="true"]');
  if (e.key === "Escape") { e.stopPropagation(); close(); return; }
  if ((e.key === "Enter" && !e.ctrlKey && !e.metaKey) || e.key === "Tab") { e.preventDefault(); e.stopPropagation(); take(current.dataset.name); return; }
  const next = { ArrowDown: current.nextElementSibling, ArrowUp: current.previousElementSibling }[e.key];
  if (next === undefined) return;
  e.preventDefault();
  if (!next) return;
  current.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
}, true);

on("mousedown", ".hints li", (e, item) => { e.preventDefault(); take(item.dataset.name); });
on("focusout", FIELDS, close);
