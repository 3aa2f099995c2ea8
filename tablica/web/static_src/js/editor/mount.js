/* The editor over a <textarea>: what is stored and sent stays the Markdown in the box. */
import { Editor } from "@tiptap/core";
import { Fragment, Slice } from "@tiptap/pm/model";
import { makeBar } from "./bar.js";
import { Card } from "./cards.js";
import { clean, hasWords, looksLikeMarkdown } from "./cleaning.js";
import { Direction } from "./direction.js";
import { Keys } from "./keys.js";
import { blocksOf, read } from "./reading.js";
import { extensions } from "./schema.js";
import { isFaithful, keepAsTyped, shape, write } from "./writing.js";

const LONGEST = 50_000;

const PROFILE = /^\/(?:r|companies|people|deals|spaces)\/(\d{1,15})$/;

/* The number of the record whose address, and nothing else, was pasted. */
function recordAt(text) {
  const address = text.trim();
  return address.startsWith(`${location.origin}/`) ? PROFILE.exec(address.slice(location.origin.length))?.[1] : undefined;
}

const carriesFiles = (data) => Boolean(data?.files.length) && !hasWords(data.getData("text/html"));
const said = (doc) => JSON.stringify(shape(doc));

function properties(box, attributes) {
  return {
    attributes,
    transformPastedHTML: clean,
    /* Plain words that look like Markdown are read as such; Shift pastes them as they are. */
    clipboardTextParser(text, _context, plain, view) {
      const id = plain ? undefined : recordAt(text);
      if (id) return new Slice(Fragment.from(view.state.schema.nodes.recordCard.create({ id })), 0, 0);
      if (plain || !looksLikeMarkdown(text)) return null;
      const { content } = read(view.state.schema, text);
      return Slice.maxOpen(content);
    },
    handleDOMEvents: {
      paste: (_view, e) => carriesFiles(e.clipboardData),
      drop: (_view, e) => Boolean(e.dataTransfer?.files.length),
    },
  };
}

function caretOf(editor) {
  const { view } = editor;
  return {
    before() {
      const { $from, empty } = view.state.selection;
      if (!empty || $from.parent.type.spec.code || editor.isActive("code")) return "";
      return $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc");
    },
    replace(length, content) {
      const to = view.state.selection.from;
      editor.chain().focus().insertContentAt({ from: to - length, to }, content, { updateSelection: true }).run();
    },
    card: (id) => [{ type: "recordCard", attrs: { id: String(id) } }, { type: "text", text: " " }],
    words: (text) => ({ type: "text", text }),
    rect: () => view.coordsAtPos(view.state.selection.from),
    focus: () => editor.commands.focus(),
    host: view.dom,
  };
}

/* The place in the document after as many letters as stand before the caret in the box. */
function placeOf(doc, letters) {
  let left = letters;
  let place = doc.content.size;
  doc.descendants((node, at) => {
    if (left < 0 || !node.isTextblock) return left >= 0;
    if (left <= node.textContent.length) { place = at + 1 + left; left = -1; return false; }
    left -= node.textContent.length + 2;
    return false;
  });
  return place;
}

/* Markdown drops what is blank at the end; whoever is in the middle of typing goes on after it. */
function goOnAfter(editor, blank) {
  if (/\n.*\n/.test(blank)) editor.commands.splitBlock();
  else if (blank.includes("\n")) editor.commands.setHardBreak();
  const spaces = /[^\n]*$/.exec(blank)[0];
  if (spaces) editor.commands.insertContent({ type: "text", text: spaces });
}

/** Put the editor over `box`; null when its words would not come back as they are. */
export function mount(box, template) {
  const host = document.createElement("div");
  host.className = "rich";
  const attributes = {
    class: `${box.className} prose`,
    role: "textbox",
    "aria-multiline": "true",
    "aria-label": box.getAttribute("aria-label") ?? "",
    "data-placeholder": box.placeholder,
    spellcheck: "true",
  };
  const editor = new Editor({
    element: host,
    injectCSS: false,
    enablePasteRules: false,
    textDirection: "auto",
    extensions: [...extensions.slice(0, -1), Card, Direction, Keys.configure({ box })],
    editorProps: properties(box, attributes),
  });
  const { schema } = editor;
  const canHold = (text) => text.length <= LONGEST && isFaithful(schema, text);
  if (!canHold(box.value)) { editor.destroy(); return null; }

  let original = "";
  let untouched = "";
  let ours = false;
  const setEmpty = () => editor.view.dom.classList.toggle("is-empty", editor.state.doc.textContent === "" && editor.state.doc.childCount < 2 && editor.isActive("paragraph"));
  const take = () => {
    if (!canHold(box.value)) { leave(); return; }
    original = box.value;
    const doc = read(schema, original);
    keepAsTyped(doc, blocksOf(original));
    untouched = said(doc);
    editor.chain().setMeta("addToHistory", false).setContent(doc, { emitUpdate: false }).run();
    setEmpty();
  };
  const tell = () => {
    const { doc } = editor.state;
    const text = said(doc) === untouched ? original : write(doc);
    setEmpty();
    if (text === box.value) return;
    ours = true;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    ours = false;
  };
  const follow = () => { if (!ours) take(); };

  const leave = () => {
    if (editor.isDestroyed) return;
    labels.disconnect();
    box.form?.removeEventListener("reset", cleared);
    box.removeEventListener("input", follow);
    editor.destroy();
    host.remove();
    box.classList.remove("under");
    box.removeAttribute("tabindex");
    box.removeAttribute("aria-hidden");
    delete box.focus;
  };

  const letters = box.selectionStart;
  const hadFocus = document.activeElement === box;
  take();
  editor.on("update", tell);
  box.addEventListener("input", follow);
  const cleared = () => setTimeout(() => box.isConnected && take());
  box.form?.addEventListener("reset", cleared);
  box.addEventListener("invalid", () => editor.commands.focus());
  const labels = new MutationObserver(() => editor.view.dom.setAttribute("data-placeholder", box.placeholder));
  labels.observe(box, { attributeFilter: ["placeholder"] });

  box.after(host);
  host.append(makeBar(editor, box, template));
  box.classList.add("under");
  box.tabIndex = -1;
  box.setAttribute("aria-hidden", "true");
  box.focus = (options) => editor.view.dom.focus(options);
  if (hadFocus) {
    editor.commands.setTextSelection(placeOf(editor.state.doc, letters));
    if (letters === box.value.length) goOnAfter(editor, /\s*$/.exec(box.value)[0]);
    editor.view.focus(); // at once: the editor's command waits a frame, in which letters would fall into the box
  }
  return { caret: caretOf(editor), destroy: leave, get isGone() { return editor.isDestroyed; } };
}
