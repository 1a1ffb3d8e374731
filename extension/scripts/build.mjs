// Bundles the front end into one ES module and one stylesheet beside the widget: an anywidget loads its script from a
// string, so there can be no second chunk. `--watch` rebuilds on change, `--meta` writes down what takes the room.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { home, options } from "./bundle.mjs";
import { buildLab } from "./lab.mjs";

const out = process.env.GENSTUDIO_STATIC ?? join(home, "..", "genstudio", "widget", "static");
const watching = process.argv.includes("--watch");
const build = { ...options, entryPoints: { studio: join(home, "src", "index.ts") }, outdir: out, minify: !watching, metafile: true };

function report(metafile) {
  for (const name of ["studio.js", "studio.css"]) {
    const bytes = readFileSync(join(out, name));
    console.log(`${name}: ${(bytes.length / 1000).toFixed(0)} KB, ${(gzipSync(bytes, { level: 9 }).length / 1000).toFixed(1)} KB gzip`);
  }
  if (process.argv.includes("--meta")) writeFileSync(join(home, "node_modules", ".meta.json"), JSON.stringify(metafile));
}

mkdirSync(out, { recursive: true });
if (watching) await (await esbuild.context(build)).watch();
else {
  report((await esbuild.build(build)).metafile);
  await buildLab(out);
}
