import { getSchema } from "@tiptap/core";
import { read } from "./js/editor/reading.js";
import { extensions } from "./js/editor/schema.js";
import { write } from "./js/editor/writing.js";

export { mount } from "./js/editor/mount.js";

/** This Markdown as the editor would write it, had all of it been changed. */
export const rewritten = (source) => write(read(getSchema(extensions), source));
