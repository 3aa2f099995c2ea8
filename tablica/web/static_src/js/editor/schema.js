/* What the editor knows: as much as the server's Markdown, and nothing more. */
import { Node, markInputRule } from "@tiptap/core";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";

/* A list remembers whether its items stand close, and its sign: two lists may follow each other. */
const listed = {
  tight: { default: true, parseHTML: (list) => !list.querySelector(":scope > li > p + p"), rendered: false },
  sign: { default: "", rendered: false },
};

/* In a row of a table there is one line: anything else has no words in Markdown. */
const cell = {
  content: "paragraph",
  addAttributes: () => ({
    align: { default: null, parseHTML: (td) => td.align || td.style.textAlign || null, rendered: false },
    colspan: { default: 1, rendered: false },
    rowspan: { default: 1, rendered: false },
    colwidth: { default: null, rendered: false },
  }),
};

/* [[12]] */
export const RecordCard = Node.create({
  name: "recordCard",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ id: { default: "", parseHTML: (chip) => chip.dataset.card, rendered: false } }),
  parseHTML: () => [{ tag: "[data-card]" }],
  renderHTML: ({ node }) => ["span", { "data-card": node.attrs.id, class: "record" }, `[[${node.attrs.id}]]`],
  renderText: ({ node }) => `[[${node.attrs.id}]]`,
});

/* **x** turns bold as it would when it is read: no space inside the signs, so 2 * 3 * 4 stays. */
const signs = { bold: ["\\*\\*", "__"], italic: ["\\*", "_"], strike: ["~~"], code: ["`"] };

const inputRules = (type, name) => signs[name].map((sign) => {
  const letter = sign.slice(-1).replace("*", "\\*");
  return markInputRule({ find: new RegExp(`(?:^|[^${letter}\\p{L}\\p{N}])(${sign}(?![\\s${letter}])([^${letter}]*[^${letter}\\s])${sign})$`, "u"), type });
});

/** StarterKit without what Markdown cannot say, and with all that it can. */
const Kit = StarterKit.extend({
  addExtensions() {
    return this.parent().map((each) => {
      switch (each.name) {
        case "bulletList":
        case "orderedList":
          return each.extend({ addAttributes() { return { ...this.parent?.(), ...listed }; } });
        case "listItem":
          return each.extend({ content: "block+" });
        case "code": // `x` may be bold, or a link
          return each.extend({ excludes: "", priority: 1, addInputRules() { return inputRules(this.type, "code"); } });
        case "bold":
        case "italic":
        case "strike":
          return each.extend({ addInputRules() { return inputRules(this.type, each.name); } });
        case "codeBlock":
          return each.extend({ addAttributes() { return { ...this.parent?.(), language: { default: "", rendered: false } }; } });
        default:
          return each;
      }
    });
  },
});

export const extensions = [
  Kit.configure({
    underline: false,
    trailingNode: false,
    dropcursor: { color: false, class: "drop-line" },
    link: { openOnClick: false, autolink: false, linkOnPaste: true, protocols: ["tel"], HTMLAttributes: { rel: null, target: null } },
  }),
  /* Without widths of columns: Markdown has none, and they would be styles in the page. */
  Table.extend({ renderHTML: () => ["table", ["tbody", 0]] }).configure({ allowTableNodeSelection: true, View: null }),
  TableRow,
  TableHeader.extend(cell),
  TableCell.extend(cell),
  RecordCard,
];
