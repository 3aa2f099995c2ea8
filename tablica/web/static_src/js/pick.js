import { on } from "./page.js";

/* [data-pick="company"] around [data-pick-typed]: typing suggests records, choosing takes one. */
let list = null;
let field = null;
let asked = 0;

function close() {
  list?.remove();
  list = null;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function open(box, rows) {
  close();
  field = box;
  list = Object.assign(document.createElement("ul"), { className: "offers", id: "pick-offers", innerHTML: rows });
  if (!list.firstElementChild) { list = null; return; }
  list.setAttribute("role", "listbox");
  (box.closest("dialog") ?? document.body).append(list);
  const place = box.getBoundingClientRect();
  list.style.top = `${place.bottom + scrollY + 2}px`;
  list.style.left = `${Math.min(place.left + scrollX, innerWidth - list.offsetWidth - 8)}px`;
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "true");
  box.setAttribute("aria-activedescendant", list.firstElementChild.id);
}

/* A chosen record among many: a ticked box with its name. */
function chip(name, { id, title }) {
  const label = Object.assign(document.createElement("label"), { className: "chip" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name, value: id, checked: true });
  label.append(box, Object.assign(document.createElement("bdi"), { textContent: title }));
  return label;
}

function take(row) {
  const around = field.closest("[data-pick]");
  if ("pickMany" in around.dataset) {
    const known = around.querySelector(`input[type=checkbox][value="${row.dataset.id}"]`);
    if (known) known.checked = true;
    else around.insertBefore(chip(around.dataset.pickName, row.dataset), around.querySelector("input[type=hidden]"));
    field.value = "";
  } else {
    around.querySelector("[data-pick-value]").value = row.dataset.id;
    around.querySelector("[data-pick-shown]").value = row.dataset.title;
    field.value = row.dataset.title;
  }
  field.focus();
  close();
}

async function suggest(box) {
  asked += 1;
  const turn = asked;
  const { pick } = box.closest("[data-pick]").dataset;
  const question = new URLSearchParams({ as: "pick", kind: pick, q: box.value });
  const answer = await fetch(`/records/suggest?${question}`).catch(() => null);
  if (!answer?.ok || turn !== asked || document.activeElement !== box) return;
  open(box, await answer.text());
}

on("input", "[data-pick-typed]", (_, box) => { suggest(box); });

on("keydown", "[data-pick-typed]", (e, box) => {
  if (!list && e.key === "ArrowDown") { e.preventDefault(); suggest(box); return; }
  if (!list) return;
  const current = list.querySelector('[aria-selected="true"]');
  if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); close(); return; }
  if (e.key === "Enter" || e.key === "Tab") {
    if (e.key === "Enter") { e.preventDefault(); e.stopPropagation(); }
    take(current);
    return;
  }
  const next = { ArrowDown: current.nextElementSibling, ArrowUp: current.previousElementSibling }[e.key];
  if (next === undefined) return;
  e.preventDefault();
  if (!next) return;
  current.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", next.id);
}, true);

on("mousedown", ".offers li", (e, row) => { e.preventDefault(); take(row); });
on("focusout", "[data-pick-typed]", close);
