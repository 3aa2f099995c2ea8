/* From Markdown: the same reader, with the same rules, as the server's (shared/markdown.py). */
import MarkdownIt from "markdown-it";
import { MarkdownParser } from "prosemirror-markdown";

const CARD = /\[\[([0-9]{1,15})\]\]/g;
const MOST_CARDS = 50;

function cellsHoldParagraphs(state) {
  state.tokens = state.tokens.flatMap((token) => {
    const paragraph = (type, nesting) => Object.assign(new state.Token(type, "p", nesting), { level: token.level + 1 });
    if (/^t[hd]_open$/.test(token.type)) return [token, paragraph("paragraph_open", 1)];
    if (/^t[hd]_close$/.test(token.type)) return [paragraph("paragraph_close", -1), token];
    return [token];
  });
}

function splitCards(state) {
  let left = MOST_CARDS;
  for (const block of state.tokens) {
    if (block.type !== "inline" || !block.content.includes("[[")) continue;
    let depth = 0;
    block.children = block.children.flatMap((token) => {
      if (/^link_(open|close)$/.test(token.type)) depth += token.nesting;
      if (token.type !== "text" || depth) return [token];
      const pieces = [];
      let at = 0;
      for (const match of token.content.matchAll(CARD)) {
        if (left-- <= 0) break;
        if (at < match.index) pieces.push(text(state, token.content.slice(at, match.index)));
        pieces.push(Object.assign(new state.Token("card", "", 0), { content: match[1] }));
        at = match.index + match[0].length;
      }
      if (at < token.content.length) pieces.push(text(state, token.content.slice(at)));
      return pieces;
    });
  }
}

function text(state, content) {
  return Object.assign(new state.Token("text", "", 0), { content });
}

const markdown = new MarkdownIt("commonmark", { html: false, linkify: true, breaks: true });
markdown.enable(["table", "strikethrough", "linkify"]);
markdown.normalizeLinkText = (address) => address;
markdown.core.ruler.disable("linkify"); // a bare address stays the words it is; the server links it
markdown.core.ruler.after("linkify", "cards", splitCards);
markdown.core.ruler.push("cells", cellsHoldParagraphs);

const align = (token) => ({ align: /text-align:(\w+)/.exec(token.attrGet("style") ?? "")?.[1] ?? null });

function parserFor(schema) {
  const parser = new MarkdownParser(schema, markdown, {
    paragraph: { block: "paragraph" },
    heading: { block: "heading", getAttrs: (token) => ({ level: Number(token.tag.slice(1)) }) },
    blockquote: { block: "blockquote" },
    bullet_list: { block: "bulletList", getAttrs: (token, tokens, at) => ({ sign: token.markup, tight: tightOf(tokens, at) }) },
    ordered_list: { block: "orderedList", getAttrs: (token, tokens, at) => ({ sign: token.markup, start: Number(token.attrGet("start") ?? 1), tight: tightOf(tokens, at) }) },
    list_item: { block: "listItem" },
    code_block: { block: "codeBlock", noCloseToken: true },
    fence: { block: "codeBlock", getAttrs: (token) => ({ language: token.info.trim() }), noCloseToken: true },
    hr: { node: "horizontalRule" },
    table: { block: "table" },
    thead: { ignore: true },
    tbody: { ignore: true },
    tr: { block: "tableRow" },
    th: { block: "tableHeader", getAttrs: align },
    td: { block: "tableCell", getAttrs: align },
    hardbreak: { node: "hardBreak" },
    softbreak: { node: "hardBreak" },
    card: { node: "recordCard", getAttrs: (token) => ({ id: token.content }) },
    em: { mark: "italic" },
    strong: { mark: "bold" },
    s: { mark: "strike" },
    link: { mark: "link", getAttrs: (token) => ({ href: token.attrGet("href"), title: token.attrGet("title") }) },
    code_inline: { mark: "code", noCloseToken: true },
    image: { ignore: true, noCloseToken: true },
  });
  /* A picture is a link to it, as on the server. A bare address is its words. */
  parser.tokenHandlers.image = (state, token) => {
    const link = schema.marks.link.create({ href: token.attrGet("src") });
    state.openMark(link);
    state.addText(token.content || token.attrGet("src"));
    state.closeMark(schema.marks.link);
  };
  const { link_open: open, link_close: close } = parser.tokenHandlers;
  parser.tokenHandlers.link_open = (state, token, ...rest) => token.markup !== "linkify" && open(state, token, ...rest);
  parser.tokenHandlers.link_close = (state, token, ...rest) => token.markup !== "linkify" && close(state, token, ...rest);
  return parser;
}

/** Whether the paragraphs of a list are not set apart: by the first paragraph right in an item. */
function tightOf(tokens, at) {
  const { level } = tokens[at];
  for (let i = at + 1; tokens[i].level > level; i += 1) {
    if (tokens[i].type === "paragraph_open" && tokens[i].level === level + 2) return tokens[i].hidden;
  }
  return true;
}

const parsers = new WeakMap();

/** The document that this Markdown says. */
export function read(schema, source) {
  if (!parsers.has(schema)) parsers.set(schema, parserFor(schema));
  return parsers.get(schema).parse(source);
}

/** The texts of its blocks; nothing where they lean on each other, "" where one is better anew. */
export function blocksOf(source) {
  const env = {};
  const lines = source.split("\n");
  const tops = markdown.parse(source, env).filter((token) => token.level === 0 && token.nesting >= 0);
  if (env.references || source.includes("\r")) return null;
  return tops.map((token) => {
    const text = lines.slice(...token.map).join("\n").replace(/\s+$/, "");
    if (token.type === "code_block") return "";
    return token.type === "paragraph_open" ? text.trim() : text;
  });
}
