// Builds the front end twice from the same sources: in parts, for pages that a server of ours can hand them to, and whole, for a kernel
// that sends it over the widget's channel. The loader is what an anywidget gets; it knows the names of the parts.
// `--watch` builds anew on change, `--meta` writes down what takes the room.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { home, options } from "./bundle.mjs";
import { buildLab } from "./lab.mjs";

const out = process.env.GENSTUDIO_STATIC ?? join(home, "..", "genstudio", "widget", "static");
const parts = join(out, "parts");
const watching = process.argv.includes("--watch");
const common = { ...options, entryPoints: { studio: join(home, "src", "index.ts") }, minify: !watching, metafile: true, logLevel: "warning" };
const kb = (bytes) => (bytes / 1000).toFixed(1);
const zipped = (path) => gzipSync(readFileSync(path), { level: 9 });

/** The parts, named by their content, each with its gzip beside it. */
async function buildParts() {
  rmSync(parts, { recursive: true, force: true });
  const { metafile } = await esbuild.build({ ...common, outdir: parts, splitting: true, entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" });
  const made = readdirSync(parts);
  for (const name of made) writeFileSync(join(parts, `${name}.gz`), zipped(join(parts, name)));
  const outputs = Object.fromEntries(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const script = made.find((name) => outputs[name]?.entryPoint?.endsWith("src/index.ts"));
  const files = { script, style: made.find((name) => name.endsWith(".css")) };
  writeFileSync(join(out, "parts.json"), `${JSON.stringify({ ...files, first: first(script, outputs) }, null, 1)}\n`);
  if (process.argv.includes("--meta")) writeFileSync(join(home, "node_modules", ".meta.json"), JSON.stringify(metafile));
  return files;
}

/** The scripts that a canvas needs before it is there: the first one and all that those import at once. */
function first(script, outputs, found = new Set()) {
  if (found.has(script)) return [...found];
  found.add(script);
  for (const { path, kind } of outputs[script].imports) if (kind === "import-statement") first(basename(path), outputs, found);
  return [...found];
}

async function build() {
  mkdirSync(out, { recursive: true });
  const [files] = await Promise.all([buildParts(), esbuild.build({ ...common, outdir: out })]);
  await esbuild.build({
    ...options,
    entryPoints: { loader: join(home, "src", "loader.ts") },
    outdir: out,
    minify: !watching,
    logLevel: "warning",
    define: { ...options.define, GENSTUDIO_FILES: JSON.stringify(files) },
  });
  await buildLab(parts, files);
  const start = [files.style, ...JSON.parse(readFileSync(join(out, "parts.json"), "utf8")).first].map((name) => zipped(join(parts, name)).length);
  console.log(`A canvas needs ${kb(start.reduce((sum, size) => sum + size, 0))} KB gzip in parts; the whole is ${kb(zipped(join(out, "studio.js")).length + zipped(join(out, "studio.css")).length)} KB.`);
}

if (watching) {
  const rebuild = { name: "rebuild", setup: (run) => run.onEnd(() => build()) };
  await (await esbuild.context({ ...common, outdir: join(home, "node_modules", ".watched"), plugins: [...common.plugins, rebuild] })).watch();
} else await build();
