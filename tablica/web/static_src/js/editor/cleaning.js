/* What was copied in Word, mail or a web page: its words, headings, lists, tables and links. */
const GONE = "script, style, meta, link, title, head, template, iframe, object, embed, svg, math, noscript, img, picture, video, audio, canvas, input, button, select, textarea, [hidden], o\\:p:empty";
const KEPT = { a: ["href"], ol: ["start"], td: ["align"], th: ["align"], span: ["data-card"], code: [] };
const SCHEMES = /^(https?:|mailto:|tel:|\/(?!\/))/i;

const TAG = /<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>?/gi;
const FORBIDDEN = /([\s/"'])(style|on[a-z]+)(?=\s*=)/gi;

/* A document that loads nothing and runs nothing. Styles and handlers are set aside beforehand: the
   browser would not obey them, but complain of each. */
function parse(html) {
  const tame = html
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
    .replace(/<!\[if !supportLists\]>([\s\S]*?)<!\[endif\]>/gi, "<span data-bullet>$1</span>")
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(TAG, (tag) => tag.replace(FORBIDDEN, "$1data-$2"));
  return new DOMParser().parseFromString(tame, "text/html");
}

const styleOf = (element) => (element.dataset?.style ?? "").toLowerCase().replace(/\s*([:;])\s*/g, "$1");

function rename(element, name) {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

/* Bold and the like said by styles: Google Docs wraps all of it in a <b> that is not bold. */
function readStyles(body) {
  for (const b of body.querySelectorAll("b, strong")) {
    if (/font-weight:(normal|400)/.test(styleOf(b))) b.replaceWith(...b.childNodes);
  }
  for (const span of body.querySelectorAll("span, font")) {
    const style = styleOf(span);
    const inHeading = span.closest("h1, h2, h3, h4, h5, h6, a");
    let inner = span;
    const wrap = (name) => {
      const mark = span.ownerDocument.createElement(name);
      mark.append(...inner.childNodes);
      inner.append(mark);
      inner = mark;
    };
    if (/font-weight:(bold|[6-9]00)/.test(style) && !inHeading) wrap("strong");
    if (/font-style:italic/.test(style)) wrap("em");
    if (/text-decoration[^;]*:[^;]*line-through/.test(style)) wrap("s");
  }
}

/* Word writes a list as paragraphs that say "level 2" in a style, each with a drawn bullet. */
function readWordLists(body) {
  let open = [];
  for (const line of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = Number(/mso-list:[^;]*level(\d)/.exec(styleOf(line))?.[1] ?? 0);
    const before = line.previousElementSibling;
    if (!level) { open = []; continue; }
    const drawn = line.querySelector('[data-bullet], [data-style*="mso-list:Ignore" i]');
    const sign = drawn?.textContent.trim() ?? "";
    drawn?.remove();
    const name = /^[\p{L}\p{N}]{1,4}[.)]/u.test(sign) ? "ol" : "ul";
    if (open.length && before !== open[0].list) open = [];
    open = open.filter((each) => each.level <= level);
    let last = open.at(-1);
    if (!last || last.level < level) {
      const list = line.ownerDocument.createElement(name);
      if (name === "ol") list.setAttribute("start", Number.parseInt(sign, 10) || 1);
      if (last) last.list.lastElementChild.append(list); else line.before(list);
      last = { level, list };
      open.push(last);
    }
    const item = line.ownerDocument.createElement("li");
    item.append(...line.childNodes);
    last.list.append(item);
    line.remove();
  }
}

/* Lists right in lists, as old mail has them. */
function readLooseLists(body) {
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const before = list.previousElementSibling;
    if (before?.matches("li")) before.append(list);
    else rename(list, "li");
  }
}

/* A table that holds no table of words but the page: its parts stand one under the other. */
function readTables(body) {
  for (const table of [...body.querySelectorAll("table")].reverse()) {
    const cells = [...table.rows].map((row) => row.cells.length);
    const draws = table.matches('[role="presentation"]') || table.querySelector("table") || Math.max(0, ...cells) < 2;
    if (!draws) continue;
    table.replaceWith(...[...table.rows].flatMap((row) => [...row.cells]).map((cell) => rename(cell, "div")));
  }
  for (const cell of body.querySelectorAll("td, th")) {
    for (const block of cell.querySelectorAll("p, div, li, h1, h2, h3, h4, h5, h6, br")) block.before(" ");
    for (const block of cell.querySelectorAll("p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, br, blockquote, pre")) block.replaceWith(...block.childNodes);
  }
}

function readLinks(body) {
  const own = location.origin;
  for (const link of body.querySelectorAll("a")) {
    let href = (link.getAttribute("href") ?? "").trim();
    if (href.startsWith(`${own}/`)) href = href.slice(own.length);
    if (SCHEMES.test(href) && link.textContent.trim()) link.setAttribute("href", href);
    else link.replaceWith(...link.childNodes);
  }
}

/* A space that does not break is one of many drawn beside others; between letters it is meant. */
function readSpaces(body) {
  const texts = document.createNodeIterator(body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.parentElement.closest("pre")) text.data = text.data.replace(/\u00a0(?=\s|$)|(?<=\s|^)\u00a0/g, " ");
  }
}

function stripAttributes(body) {
  for (const element of body.querySelectorAll("*")) {
    const kept = KEPT[element.localName] ?? [];
    for (const { name } of [...element.attributes]) {
      if (!kept.includes(name)) element.removeAttribute(name);
    }
  }
}

/** Clean HTML of what was pasted. */
export function clean(html) {
  const { body } = parse(html);
  const comments = document.createNodeIterator(body, NodeFilter.SHOW_COMMENT);
  for (let each = comments.nextNode(); each; each = comments.nextNode()) each.remove();
  readWordLists(body);
  for (const gone of body.querySelectorAll(GONE)) gone.remove();
  readStyles(body);
  readLooseLists(body);
  readTables(body);
  readLinks(body);
  readSpaces(body);
  stripAttributes(body);
  return body.innerHTML;
}

/** Whether there are words in it: a picture copied from a page comes with a little HTML, too. */
export function hasWords(html) {
  return Boolean(html) && parse(html).body.textContent.trim() !== "";
}

const MARKDOWN = /^(#{1,6} |[-*+] |\d{1,9}[.)] |> |```|~~~|\|.*\|)|\*\*\S|~~\S|`[^`]+`|\]\(\S+\)|\[\[\d+\]\]/m;

/** Whether plain text looks as if it were Markdown. */
export const looksLikeMarkdown = (text) => MARKDOWN.test(text);
