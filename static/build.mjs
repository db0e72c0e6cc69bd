// Builds static/dist from static/src: `node static/build.mjs`, with --watch for `make dev`.
// One style sheet, one script, one sprite of exactly the icons that templates and Python name.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, watch, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "static/src"), target = join(root, "static/dist"), modules = join(root, "node_modules");
const watching = process.argv.includes("--watch");
const SKIPPED = new Set(["node_modules", "static", "var", "tests", "migrations", "__pycache__"]);

/** Yields every template and Python module of the project. */
function* namingFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* namingFiles(path);
    else if (/\.(html|py)$|gallery\.json$/.test(entry.name)) yield path;
  }
}

/** Returns the icons that a file names: {% icon "name" %}, icon="name", "icon": "name", and the values of any ..._ICONS = {...}. */
export function iconsIn(text) {
  const names = [];
  for (const [, inside] of text.matchAll(/\{%\s*icon\s+(\S+)/g)) for (const [, name] of inside.matchAll(/["']([a-z0-9-]+)["']/g)) names.push(name);
  for (const [, name] of text.matchAll(/(?:\b|_)icon["']?\s*(?::\s*str\s*)?[=:]\s*["']([a-z0-9-]+)["']/g)) names.push(name);
  for (const [, inside] of text.matchAll(/_ICONS\b[^=\n]*=\s*\{([^}]*)\}/g)) for (const [, name] of inside.matchAll(/:\s*["']([a-z0-9-]+)["']/g)) names.push(name);
  return names;
}

/** Returns the texts of a Python module that may be icons, handed on from somewhere: taken if there is such an icon. */
export function perhapsIconsIn(text) {
  return [...text.matchAll(/["']([a-z][a-z0-9-]*)["']/g)].map(([, name]) => name);
}

/** Writes the sprite. An icon that does not exist stops the build, so that no page shows a hole. */
function buildSprite() {
  const where = new Map();
  const fileOf = (name) => join(modules, "bootstrap-icons/icons", `${name}.svg`);
  for (const path of namingFiles(root)) {
    const text = readFileSync(path, "utf8");
    for (const name of iconsIn(text)) where.set(name, relative(root, path));
    if (path.endsWith(".py")) for (const name of perhapsIconsIn(text)) if (existsSync(fileOf(name))) where.set(name, relative(root, path));
  }
  const symbols = [], unknown = [];
  for (const name of [...where.keys()].sort()) {
    const file = fileOf(name);
    if (!existsSync(file)) { unknown.push(`${name} (${where.get(name)})`); continue; }
    const inside = readFileSync(file, "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 16 16" fill="currentColor">${inside}</symbol>`);
  }
  if (unknown.length) throw new Error(`There is no such Bootstrap icon: ${unknown.join(", ")}`);
  writeFileSync(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return symbols.length;
}

/** Compiles the chosen parts of Bootstrap into plain CSS, which esbuild then bundles with ours. */
const bootstrap = {
  name: "bootstrap",
  setup(build) {
    build.onResolve({ filter: /^\.\/bootstrap\.css$/ }, () => ({ path: join(source, "bootstrap.scss"), namespace: "sass" }));
    build.onLoad({ filter: /.*/, namespace: "sass" }, ({ path }) => {
      const made = sass.compile(path, { loadPaths: [modules], logger: sass.Logger.silent });
      return { contents: made.css, loader: "css", resolveDir: source, watchFiles: [path] };
    });
  },
};

const shared = {
  outdir: target,
  bundle: true,
  minify: !watching,
  sourcemap: watching ? "linked" : false,
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  external: ["*.woff2"],
  legalComments: "none",
  logLevel: "warning",
};
const scripts = { ...shared, format: "iife", entryPoints: { app: join(source, "app.js"), theme: join(source, "theme.js") } };
// The editor of rich text, which only the pages with such a field load. Of markdown-it it bundles single rules, which
// need no names of HTML entities, Unicode punctuation and domains: without them it has a third of its size.
const unneeded = {
  name: "unneeded",
  setup(build) {
    const exports = { entities: "export const decodeHTML = (text) => text;", "uc.micro": "export const P = /$^/, S = /$^/;", mdurl: "export {};" };
    build.onResolve({ filter: /^(entities|uc\.micro|mdurl)$/ }, ({ path }) => ({ path, namespace: "unneeded" }));
    build.onLoad({ filter: /.*/, namespace: "unneeded" }, ({ path }) => ({ contents: exports[path] }));
  },
};
const richText = { ...shared, format: "esm", entryPoints: { rich_text: join(source, "rich_text.js") }, plugins: [unneeded] };
const styles = { ...shared, entryPoints: { app: join(source, "app.css") }, plugins: [bootstrap] };

function copyRest() {
  copyFileSync(join(modules, "@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2"), join(target, "public-sans.woff2"));
  for (const name of readdirSync(join(source, "files"))) copyFileSync(join(source, "files", name), join(target, name));
}

function report(icons) {
  const sizes = readdirSync(target).map((name) => [name, readFileSync(join(target, name))]);
  for (const [name, bytes] of sizes) console.log(`  ${name.padEnd(20)} ${(bytes.length / 1000).toFixed(1).padStart(7)} kB ${(gzipSync(bytes).length / 1000).toFixed(1).padStart(7)} kB gzip`);
  console.log(`  ${icons} icons`);
}

mkdirSync(target, { recursive: true });
copyRest();
const icons = buildSprite();
if (watching) {
  const contexts = await Promise.all([scripts, richText, styles].map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
  let soon;
  const again = () => { clearTimeout(soon); soon = setTimeout(() => { try { buildSprite(); } catch (problem) { console.error(problem.message); } }, 200); };
  for (const folder of ["templates", "onestop", "partners", "agreements", "meetings"]) if (existsSync(join(root, folder))) watch(join(root, folder), { recursive: true }, again);
  console.log("Watching static/src and the icons that templates name.");
} else {
  await Promise.all([scripts, richText, styles].map((options) => esbuild.build(options)));
  report(icons);
}
