import { on } from "./page.js";
import { caretOf } from "./rich.js";

/* [data-tags-from="/tags/suggest"]: offers known tags after # in a text, or at once in an input.
   [data-people-from="/people/mentions?on=7"]: offers colleagues and teams after @ in a text.
   [data-records-from="/records/suggest?as=card"]: offers records after [[ in a text. */
const FIELDS = "[data-tags-from], [data-people-from], [data-records-from]";
const WRITING = `${FIELDS}, .rich`;
let list = null;
let field = null;
let asked = 0;

/* The caret of a plain box; an editor over it brings one of its own. */
function plainCaret(box) {
  return {
    before: () => box.value.slice(0, box.selectionStart),
    replace(length, text) {
      const end = box.selectionStart;
      box.setRangeText(text, end - length, end, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    },
    card: (id) => `[[${id}]] `,
    words: (text) => text,
    rect() { const { left, bottom } = box.getBoundingClientRect(); return { left: left + 12, bottom }; },
    focus: () => box.focus(),
    host: box,
  };
}

const caret = (box) => caretOf(box) ?? plainCaret(box);

function started(box) {
  const text = caret(box).before();
  if (box.dataset.recordsFrom) {
    const title = text.match(/\[\[([^[\]\n\ufffc]{0,60})$/u);
    if (title) return { sign: "[[", begun: title[1], from: box.dataset.recordsFrom, any: true };
  }
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
  if (field) caret(field).host.setAttribute("aria-expanded", "false");
}

function open(box, sign, found) {
  close();
  field = box;
  list = document.createElement("ul");
  list.className = "hints";
  list.id = "tag-hints";
  list.setAttribute("role", "listbox");
  list.append(...found.map((each, index) => {
    const { name, note = "", id = "" } = typeof each === "string" ? { name: each } : each;
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === 0));
    item.dataset.name = name;
    item.dataset.id = id;
    item.append(Object.assign(document.createElement("bdi"), { textContent: id ? name : `${sign}${name}` }));
    if (note) item.append(Object.assign(document.createElement("small"), { textContent: note, dir: "auto" }));
    return item;
  }));
  (box.closest("dialog") ?? document.body).append(list);
  const { host, rect } = caret(box);
  const place = rect();
  list.style.top = `${place.bottom + scrollY + 2}px`;
  list.style.left = `${Math.max(8, Math.min(place.left + scrollX, innerWidth - list.offsetWidth - 8))}px`;
  host.setAttribute("aria-controls", list.id);
  host.setAttribute("aria-expanded", "true");
}

function take({ name, id }) {
  const { sign, begun } = started(field);
  const { card, focus, replace, words } = caret(field);
  if (id) replace(begun.length + sign.length, card(id));
  else replace(begun.length, words(`${name} `));
  focus();
  close();
}

async function offer(box) {
  const { sign, begun, from, any } = started(box);
  asked += 1;
  const turn = asked;
  if ((!begun && !any) || !caret(box).host.contains(document.activeElement)) return close();
  const address = new URL(from, location.href);
  address.searchParams.set("q", begun);
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const found = await answer.json();
  const isWhole = found.some((each) => `${each.name ?? each} ` === begun);
  if (found.length && !isWhole) open(box, sign, found.slice(0, 8)); else close();
}

on("input", FIELDS, (_, box) => offer(box));
/* The editor came over a box in which one had begun a name: what was offered there closed with it. */
on("rich:over", FIELDS, (_, box) => offer(box));

on("keydown", WRITING, (e) => {
  if (!list) return;
  const current = list.querySelector('[aria-selected="true"]');
  if (e.key === "Escape") { e.stopPropagation(); close(); return; }
  if ((e.key === "Enter" && !e.ctrlKey && !e.metaKey) || e.key === "Tab") { e.preventDefault(); e.stopPropagation(); take(current.dataset); return; }
  const next = { ArrowDown: current.nextElementSibling, ArrowUp: current.previousElementSibling }[e.key];
  if (next === undefined) return;
  e.preventDefault();
  if (!next) return;
  current.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
}, true);

on("mousedown", ".hints li", (e, item) => { e.preventDefault(); take(item.dataset); });
on("focusout", WRITING, close);
