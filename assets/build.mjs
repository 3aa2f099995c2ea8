// Builds what browsers load into tablica/web/static/build/: every script and style that lies right
// in a room's static_src/ folder becomes one bundle of the same name (`.mjs` a module, fetched when it
// is needed); the icons become one sprite.
// `--watch` builds again at every change.
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { sprite } from "./icons.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const out = path.join(root, "tablica/web/static/build");
const asIs = new Set([".svg", ".png", ".webmanifest", ".ico"]);

/** The files right inside each room's static_src/, by their names, which must differ. */
async function sources() {
  const found = new Map();
  for (const room of (await readdir(path.join(root, "tablica"))).sort()) {
    const folder = path.join(root, "tablica", room, "static_src");
    if (!existsSync(folder)) continue;
    for (const file of await readdir(folder, { withFileTypes: true })) {
      if (!file.isFile()) continue;
      if (found.has(file.name)) throw new Error(`Two rooms have a file named ${file.name}.`);
      found.set(file.name, path.join(folder, file.name));
    }
  }
  return found;
}

const found = await sources();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await writeFile(path.join(out, "icons.svg"), await sprite(root));
for (const [name, file] of found) {
  if (asIs.has(path.extname(name))) await copyFile(file, path.join(out, name));
}

const options = {
  entryPoints: [...found.values()].filter((file) => /\.(js|css)$/.test(file)),
  outdir: out,
  entryNames: "[name]",
  assetNames: "files/[name]-[hash]",
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  nodePaths: [path.join(root, "node_modules")],
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  logLevel: "warning",
};

// What pages fetch only when it is needed: modules, for `import()`.
const modules = { ...options, entryPoints: [...found.values()].filter((file) => file.endsWith(".mjs")), format: "esm" };

for (const each of [options, modules]) {
  if (process.argv.includes("--watch")) await (await esbuild.context(each)).watch();
  else await esbuild.build(each);
}
