// Builds the prebuilt extension for JupyterLab: the container that it loads, and copies of the parts of the front end.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { home, options } from "./bundle.mjs";

const NAME = "genstudio";
const version = JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version;
const named = (name, bytes) => name.replace(".", `.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.`);

/** Build into `out` from the parts in `parts`, of which `files` names the first. */
export async function buildLab(parts, files, out = process.env.GENSTUDIO_LAB ?? join(home, "..", "genstudio", "server", "labextensions", NAME)) {
  const place = join(out, "static");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const name of readdirSync(parts)) if (!name.endsWith(".gz")) copyFileSync(join(parts, name), join(place, name));
  const result = await esbuild.build({
    ...options,
    entryPoints: [join(home, "src", "lab", "container.ts")],
    format: "iife",
    minify: true,
    write: false,
    outfile: "container.js",
    define: { ...options.define, GENSTUDIO_FILES: JSON.stringify(files) },
  });
  const script = result.outputFiles[0].contents;
  const entry = named("container.js", script);
  writeFileSync(join(place, entry), script);
  const schemas = join(out, "schemas", NAME);
  mkdirSync(schemas, { recursive: true });
  copyFileSync(join(home, "src", "lab", "plugin.json"), join(schemas, "plugin.json"));
  const manifest = {
    name: NAME,
    version,
    description: "The film studio in JupyterLab.",
    license: "Apache-2.0",
    jupyterlab: { extension: true, schemaDir: "schema", _build: { load: `static/${entry}`, extension: "./extension" } },
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${entry}: ${(script.length / 1000).toFixed(1)} KB for JupyterLab`);
}
