/* Enter as the form has it: it sends short answers, and breaks lines elsewhere. */
import { Extension } from "@tiptap/core";

const canHover = () => matchMedia("(hover: hover)").matches;
const GROWING = ["listItem", "codeBlock", "tableRow", "blockquote"];

export const Keys = Extension.create({
  name: "keys",
  priority: 1000,
  addOptions: () => ({ box: null }),
  addKeyboardShortcuts() {
    const { box } = this.options;
    const send = () => { box.form.requestSubmit(); return true; };
    const isGrowing = () => GROWING.some((name) => this.editor.isActive(name));
    return {
      "Mod-Enter": send,
      Enter: () => Boolean(box.closest("[data-enter-sends]")) && !isGrowing() && canHover() && send(),
      "Shift-Enter": () => Boolean(box.closest("[data-enter-sends]")) && !isGrowing()
        && this.editor.commands.splitBlock(),
      "Mod-Shift-l": () => { box.dispatchEvent(new CustomEvent("rich:link")); return true; },
    };
  },
});
