// Makes the sprite of the icons named in icons.txt: `trash` is an outline, `trash-filled` is solid.
// Used as <svg class="icon"><use href="…/icons.svg#trash"></use></svg>.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** The names in icons.txt, in order; empty lines and lines beginning with # do not count. */
export async function names(root) {
  const text = await readFile(path.join(root, "assets/icons.txt"), "utf8");
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line && !line.startsWith("#")))];
}

async function symbol(root, name) {
  const filled = name.endsWith("-filled");
  const file = filled ? `filled/${name.slice(0, -"-filled".length)}` : `outline/${name}`;
  let svg;
  try {
    svg = await readFile(path.join(root, "node_modules/@tabler/icons/icons", `${file}.svg`), "utf8");
  } catch {
    throw new Error(`assets/icons.txt: @tabler/icons has no icon named ${name}.`);
  }
  const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  const shapes = inside.replace(/\s*\n\s*/g, "").replace('<path stroke="none" d="M0 0h24v24H0z" fill="none"/>', "");
  const paint = filled
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes}</symbol>`;
}

/** One SVG with a symbol for each name; fails on a name that does not exist. */
export async function sprite(root) {
  const symbols = await Promise.all((await names(root)).map((name) => symbol(root, name)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
}
