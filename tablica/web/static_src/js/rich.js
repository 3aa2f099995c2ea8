/* <textarea data-rich>: an editor lies over it, fetched when one begins to write. */
import { on } from "./page.js";

const editors = new Map();
let fetched = null;

/** The caret of the editor over `box`, when there is one: what stands before it, and its place. */
export function caretOf(box) {
  const editor = editors.get(box);
  return editor && !editor.isGone ? editor.caret : undefined;
}

/** The box under the editor that `element` belongs to. */
export function boxUnder(element) {
  return element.closest(".rich")?.previousElementSibling ?? element;
}

async function begin(box) {
  const template = document.getElementById("rich");
  if (!template || editors.has(box)) return;
  editors.set(box, null);
  fetched ??= import(template.dataset.editor);
  const { mount } = await fetched.catch(() => { fetched = null; return {}; });
  if (mount && box.isConnected) {
    editors.set(box, mount(box, template));
    box.dispatchEvent(new Event("rich:over", { bubbles: true }));
  } else editors.delete(box);
}

/* Words that come into a box by themselves (a draft) are shown as they will look, too. */
on("focusin", "textarea[data-rich]", (_, box) => begin(box));
on("input", "textarea[data-rich]", (_, box) => begin(box));

document.addEventListener("htmx:after:swap", () => {
  for (const [box, editor] of editors) {
    if (box.isConnected) continue;
    editor?.destroy();
    editors.delete(box);
  }
});
