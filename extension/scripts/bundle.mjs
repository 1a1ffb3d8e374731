// What the build and the development harness have in common.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sveltePlugin from "esbuild-svelte";

export const home = join(dirname(fileURLToPath(import.meta.url)), "..");
const version = JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version;

/** See no-colours.mjs. */
const noColours = { name: "no-colours", setup: (build) => build.onResolve({ filter: /^d3-color$/ }, () => ({ path: join(home, "scripts", "no-colours.mjs") })) };

/** Options of esbuild for an ES module in a browser. */
export const options = {
  bundle: true,
  format: "esm",
  target: "es2022",
  conditions: ["svelte", "browser", "production"],
  mainFields: ["svelte", "browser", "module", "main"],
  define: { "process.env.NODE_ENV": '"production"', GENSTUDIO_VERSION: JSON.stringify(version) },
  legalComments: "none",
  logLevel: "info",
  plugins: [
    noColours,
    sveltePlugin({
      compilerOptions: { css: "external" },
      // Warnings of packages are not ours to mend; ours fail `npm run check`.
      filterWarnings: (warning) => !(warning.filename ?? "").includes("node_modules"),
    }),
  ],
};
