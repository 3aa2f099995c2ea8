/* What holds other blocks runs as its first letter does: a browser would not look into them for it. */
import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const HOLDERS = new Set(["blockquote", "bulletList", "orderedList", "table"]);
const LETTER = /\p{L}/u;
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

function directions(doc) {
  const found = [];
  doc.descendants((node, at) => {
    if (node.isTextblock) return false;
    const letter = HOLDERS.has(node.type.name) && LETTER.exec(node.textContent)?.[0];
    if (letter) found.push(Decoration.node(at, at + node.nodeSize, { dir: FROM_THE_RIGHT.test(letter) ? "rtl" : "ltr" }));
    return true;
  });
  return DecorationSet.create(doc, found);
}

export const Direction = Extension.create({
  name: "direction",
  addProseMirrorPlugins: () => [new Plugin({
    state: {
      init: (_, { doc }) => directions(doc),
      apply: (change, before) => (change.docChanged ? directions(change.doc) : before),
    },
    props: { decorations(state) { return this.getState(state); } },
  })],
});
