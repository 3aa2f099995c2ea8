/* The row of signs under the words: [data-does="bold"]; arrows move along it. */
const DOES = {
  heading1: (chain) => chain.toggleHeading({ level: 1 }),
  heading2: (chain) => chain.toggleHeading({ level: 2 }),
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  strike: (chain) => chain.toggleStrike(),
  code: (chain) => chain.toggleCode(),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  blockquote: (chain) => chain.toggleBlockquote(),
  codeBlock: (chain) => chain.toggleCodeBlock(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true }),
  rowAfter: (chain) => chain.addRowAfter(),
  columnAfter: (chain) => chain.addColumnAfter(),
  deleteRow: (chain) => chain.deleteRow(),
  deleteColumn: (chain) => chain.deleteColumn(),
  deleteTable: (chain) => chain.deleteTable(),
};
const ACTIVE = { heading1: ["heading", { level: 1 }], heading2: ["heading", { level: 2 }] };

function moveAlong(e, bar) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!step || e.target.localName !== "button") return;
  e.preventDefault();
  const forward = getComputedStyle(bar).direction === "ltr" ? step : -step;
  const signs = [...bar.querySelectorAll("button")].filter((sign) => sign.offsetParent);
  const next = signs[(signs.indexOf(e.target) + forward + signs.length) % signs.length];
  for (const sign of signs) sign.tabIndex = sign === next ? 0 : -1;
  next.focus();
}

function address(text) {
  const typed = text.trim();
  if (!typed) return "";
  if (/^(https?:|mailto:|tel:|\/(?!\/))/i.test(typed)) return typed;
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed)) return "";
  return /^[^\s@/]+@[^\s@/]+$/.test(typed) ? `mailto:${typed}` : `https://${typed}`;
}

function linking(editor, bar) {
  const field = bar.querySelector("[data-link]");
  const open = () => {
    bar.classList.add("linking");
    field.value = editor.getAttributes("link").href ?? "";
    field.focus();
    field.select();
  };
  const close = () => { bar.classList.remove("linking"); editor.commands.focus(); };
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" && e.key !== "Escape") return;
    e.preventDefault();
    e.stopPropagation();
    if (e.key === "Enter") link(editor, address(field.value));
    close();
  });
  field.addEventListener("input", (e) => e.stopPropagation());
  field.addEventListener("blur", () => bar.classList.remove("linking"));
  return open;
}

function link(editor, href) {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!href) chain.unsetLink().run();
  else if (editor.state.selection.empty && !editor.isActive("link")) {
    chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).unsetMark("link").run();
  } else chain.setLink({ href }).run();
}

/** A bar for this editor, made from the template of the page. */
export function makeBar(editor, box, template) {
  const bar = template.content.firstElementChild.cloneNode(true);
  const openLink = linking(editor, bar);
  const signs = [...bar.querySelectorAll("[data-does]")];
  signs.forEach((sign, index) => { sign.tabIndex = index ? -1 : 0; });
  box.addEventListener("rich:link", openLink);
  bar.addEventListener("keydown", (e) => moveAlong(e, bar));
  bar.addEventListener("mousedown", (e) => { if (e.target.closest("button")) e.preventDefault(); });
  bar.addEventListener("click", (e) => {
    const does = e.target.closest("[data-does]")?.dataset.does;
    if (does === "link") openLink();
    else if (does) DOES[does](editor.chain().focus()).run();
  });
  const show = () => {
    bar.classList.toggle("in-table", editor.isActive("table"));
    for (const sign of signs) {
      const [name, attributes] = ACTIVE[sign.dataset.does] ?? [sign.dataset.does];
      if (sign.hasAttribute("aria-pressed")) sign.setAttribute("aria-pressed", String(editor.isActive(name, attributes)));
    }
  };
  editor.on("transaction", show);
  return bar;
}
