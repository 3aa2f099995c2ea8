/* To Markdown: as bare as it can be and still be read back as the same document. */
import { MarkdownSerializer } from "prosemirror-markdown";
import { read } from "./reading.js";

/* #tags, @names and addresses stay as they are as long as that may be. */
const NAMES = /(?<![\p{L}\p{N}_])[#@][\p{L}\p{N}_][\p{L}\p{N}\p{M}_-]*/gu;
const ADDRESSES = /\b[a-z][a-z0-9+.-]*:\/\/\S+|\bwww\.\S+|\S+@\S+\.\S+/gi;
const KEPT = new RegExp(`${NAMES.source}|${ADDRESSES.source}`, "giu");
const AT_START = /^(\s*)([-+=~#>]|\d{1,9}(?=[.)]))/;
const SIGNS = /[\\`*_[\]<>&~|#!]/g;
const ALL = /[!-/:-@[-`{-~]/g;

/* How much is escaped: nothing, what may mean something, every sign, and letters beside marks. */
const LEVELS = [0, 1, 2, 3];

function escaped(text, level, atStart) {
  if (level === 0) return text;
  let out = "";
  let at = 0;
  const escape = (part) => part.replace(level === 1 ? SIGNS : ALL, "\\$&");
  for (const found of text.matchAll(level === 1 ? KEPT : NAMES)) {
    out += escape(text.slice(at, found.index)) + found[0];
    at = found.index + found[0].length;
  }
  out += escape(text.slice(at));
  return atStart && level === 1 ? out.replace(AT_START, (_, space, sign) => (/\d/.test(sign) ? `${space}${sign}\\` : `${space}\\${sign}`)) : out;
}

const entity = (letter) => `&#${letter.codePointAt(0)};`;

/* **x,**y is bold for nobody: a letter beside a mark may be written by its number. */
function besideMarks(text, parent, index) {
  const letters = [...text];
  const near = (other) => other && other.marks.length !== 0;
  const inside = parent.child(index).marks.length !== 0;
  if (index > 0 && (inside || near(parent.maybeChild(index - 1)))) letters[0] = entity(letters[0]);
  if (letters.length > 1 && index + 1 < parent.childCount && (inside || near(parent.maybeChild(index + 1)))) {
    letters.push(entity(letters.pop()));
  }
  return letters.join("");
}

function words(state, node, parent, index) {
  const { level = 0 } = state.options;
  const atStart = state.atBlockStart || /(^|\n)$/.test(state.out);
  let text = escaped(node.text.replaceAll("\u0000", ""), level, atStart);
  if (level === 3 && /^\p{L}|\p{L}$/u.test(node.text)) text = besideMarks(text, parent, index);
  state.text(text.replaceAll("\n", " "), false);
}

function codeMarks(state, node) {
  const longest = Math.max(0, ...[...node.text.matchAll(/`+/g)].map((run) => run[0].length));
  const space = /^`|`$|^ .*\S.* $/.test(node.text) ? " " : "";
  return { ticks: "`".repeat(longest + 1), space };
}

function fence(node) {
  const sign = node.attrs.language?.includes("`") ? "~" : "`";
  const runs = node.textContent.match(sign === "`" ? /`{3,}/g : /~{3,}/g) ?? [];
  return sign.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
}

/* Two lists of one kind one after the other are two by their signs. */
function signOf(node, parent, index, signs) {
  const before = parent?.maybeChild(index - 1);
  const own = signs.includes(node.attrs.sign) ? node.attrs.sign : signs[0];
  const taken = before?.type === node.type ? before.usedSign ?? (before.attrs.sign || signs[0]) : "";
  node.usedSign = own === taken ? signs.find((sign) => sign !== taken) : own;
  return node.usedSign;
}

function list(state, node, indent, mark) {
  const loose = state.options.loose || !node.attrs.tight;
  if (state.closed?.type === node.type) state.flushClose(2);
  else if (state.inTightList) state.flushClose(1);
  const outer = state.inTightList;
  state.inTightList = !loose;
  node.forEach((item, _, i) => {
    if (i && !loose) state.flushClose(1);
    const sign = mark(i);
    state.wrapBlock(" ".repeat(sign.length), sign, node, () => state.renderContent(item));
  });
  state.inTightList = outer;
}

/* In a list without spaces between its items nothing stands apart. */
function near(state, node) {
  if (state.inTightList && state.closed && state.closed.type !== node.type) state.flushClose(1);
}

function row(state, node, cells) {
  state.write("|");
  state.inCell = true;
  for (let i = 0; i < cells; i += 1) {
    state.out += " ";
    const from = state.out.length;
    const line = node.maybeChild(i)?.firstChild;
    if (line) state.renderInline(line, false);
    state.out = `${state.out.slice(0, from)}${state.out.slice(from).replace(/\\?\|/g, "\\|")} |`;
  }
  state.inCell = false;
  state.ensureNewLine();
}

const LINES = { left: ":---", right: "---:", center: ":---:" };

const nodes = {
  text: words,
  paragraph(state, node) {
    if (!node.childCount) return; // Markdown has no empty paragraphs
    near(state, node);
    state.renderInline(node);
    state.closeBlock(node);
  },
  heading(state, node) {
    let broken = false;
    node.forEach((child) => { broken ||= child.type.name === "hardBreak"; });
    const { level } = node.attrs;
    near(state, node);
    if (broken && level <= 2) {
      state.renderInline(node);
      state.ensureNewLine();
      state.write(level === 1 ? "===" : "---");
    } else {
      state.write(`${"#".repeat(level)} `);
      state.inHeading = true;
      state.renderInline(node, false);
      state.inHeading = false;
    }
    state.closeBlock(node);
  },
  blockquote(state, node) {
    near(state, node);
    const tight = state.inTightList;
    state.inTightList = false;
    state.wrapBlock("> ", null, node, () => state.renderContent(node));
    state.inTightList = tight;
  },
  bulletList(state, node, parent, index) {
    const sign = signOf(node, parent, index, ["-", "+", "*"]);
    list(state, node, 2, () => `${sign} `);
  },
  orderedList(state, node, parent, index) {
    const sign = signOf(node, parent, index, [".", ")"]);
    list(state, node, 3, (i) => `${(node.attrs.start ?? 1) + i}${sign} `);
  },
  listItem: (state, node) => state.renderContent(node),
  codeBlock(state, node) {
    const marks = fence(node);
    near(state, node);
    state.write(`${marks}${node.attrs.language ?? ""}\n`);
    if (node.textContent) state.text(node.textContent, false);
    state.out += node.textContent ? "\n" : "";
    state.write(marks);
    state.closeBlock(node);
  },
  horizontalRule(state, node) {
    near(state, node);
    state.write("***");
    state.closeBlock(node);
  },
  hardBreak: (state) => (state.inCell || state.inHeading ? state.text(" ", false) : state.write("\n")),
  recordCard: (state, node) => state.write(`[[${node.attrs.id}]]`),
  table(state, node) {
    near(state, node);
    const cells = Math.max(...node.children.map((line) => line.childCount));
    row(state, node.child(0), cells);
    const lines = Array.from({ length: cells }, (_, i) => LINES[node.child(0).maybeChild(i)?.attrs.align] ?? "---");
    state.write(`| ${lines.join(" | ")} |`);
    state.ensureNewLine();
    for (let i = 1; i < node.childCount; i += 1) row(state, node.child(i), cells);
    state.closeBlock(node);
  },
};

const marks = {
  italic: { open: "*", close: "*", mixable: true, expelEnclosingWhitespace: true },
  bold: { open: "**", close: "**", mixable: true, expelEnclosingWhitespace: true },
  strike: { open: "~~", close: "~~", mixable: true, expelEnclosingWhitespace: true },
  link: {
    open: (_state, mark, parent, index) => (isBare(mark, parent, index) ? "<" : "["),
    close: (_state, mark, parent, index) => (isBare(mark, parent, index - 1) ? ">" : `](${target(mark)})`),
    mixable: true,
  },
  code: {
    open: (_state, _mark, parent, index) => { const { ticks, space } = codeMarks(_state, parent.child(index)); return ticks + space; },
    close: (_state, _mark, parent, index) => { const { ticks, space } = codeMarks(_state, parent.child(index - 1)); return space + ticks; },
    escape: false,
  },
};

function isBare(mark, parent, index) {
  const { href, title } = mark.attrs;
  const piece = parent.maybeChild(index);
  return !title && piece?.isText && piece.text === href && piece.marks.length === 1 && /^[a-z][a-z0-9+.-]{1,31}:[^\s<>]*$/i.test(href);
}

function target({ attrs: { href, title } }) {
  const address = /[\s()<>\\]/.test(href) ? `<${href.replace(/[<>\\]/g, "\\$&")}>` : href;
  return title ? `${address} "${title.replace(/["\\]/g, "\\$&")}"` : address;
}

const writer = new MarkdownSerializer(nodes, marks, { hardBreakNodeName: "hardBreak" });

/** What of a document Markdown can say, to compare two: empty paragraphs and outer spaces are nothing. */
export function shape(node) {
  if (node.isTextblock && !node.type.spec.code) return [node.type.name, node.attrs.level ?? 0, line(node)];
  if (node.type.spec.code) return [node.type.name, node.textContent.replace(/\n$/, "")];
  const said = node.children.filter((child) => child.type.name !== "paragraph" || line(child) !== "[]");
  const { start, tight } = node.attrs;
  const set = node.type.name === "bulletList" || node.type.name === "orderedList" ? [start ?? 0, tight] : [];
  return [node.type.name, ...set, ...said.map(shape)];
}

function line(block) {
  const runs = [];
  block.forEach((child) => {
    const text = child.isText ? child.text : child.type.name === "hardBreak" ? "\n" : `\u0001${child.attrs.id}\u0001`;
    const set = child.type.name === "hardBreak" ? null : child.marks.map((mark) => `${mark.type.name} ${mark.attrs.href ?? ""}`).sort().join();
    for (const piece of text.split(/(\s+)/)) {
      if (!piece) continue;
      const own = /^\s+$/.test(piece) ? null : set;
      const last = runs.at(-1);
      if (last && last[1] === own) last[0] += piece; else runs.push([piece, own]);
    }
  });
  const joined = runs.map(([text, set]) => (set === null ? [text.includes("\n") ? "\n" : text, set] : [text, set]));
  while (joined.length && joined[0][1] === null) joined.shift();
  while (joined.length && joined.at(-1)[1] === null) joined.pop();
  return JSON.stringify(joined);
}

const same = (one, two) => JSON.stringify(shape(one)) === JSON.stringify(shape(two));

const written = new WeakMap();
const typed = new WeakMap();
const LONG = 20_000;

/* Each block at the top by itself: what did not change is not written anew at every key. */
function writeBlock(block) {
  if (written.has(block)) return written.get(block);
  const { schema } = block.type;
  const whole = schema.topNodeType.create(null, block);
  let best = null;
  for (const loose of [false, true]) {
    for (const level of LEVELS) {
      const text = writer.serialize(whole, { level, loose, tightLists: false }).replace(/\n+$/, "");
      best ??= text;
      if (same(read(schema, text), whole)) {
        written.set(block, text);
        return text;
      }
    }
  }
  written.set(block, best);
  return best;
}

/** Remember how the blocks of `doc` stood in the text it was read from: what stays is left alone. */
export function keepAsTyped(doc, blocks) {
  if (!blocks || blocks.length !== doc.childCount) return;
  doc.forEach((block, _, i) => { if (blocks[i]) typed.set(block, blocks[i]); });
}

function joined(doc, textOf) {
  const texts = [];
  doc.forEach((block) => texts.push(textOf(block)));
  return texts.filter((text) => text !== "").join("\n\n");
}

/** The Markdown of a document. */
export function write(doc) {
  const text = joined(doc, (block) => typed.get(block) ?? writeBlock(block));
  if (text.length > LONG || same(read(doc.type.schema, text), doc)) return text;
  return joined(doc, writeBlock);
}

/** Whether writing down what was read loses nothing: else the words stay in their plain box. */
export function isFaithful(schema, source) {
  const doc = read(schema, source);
  return same(read(schema, write(doc)), doc);
}
