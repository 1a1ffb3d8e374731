// Serves the development harness on loopback: the real front end on a pretended studio. `PORT` chooses the port, `--out DIR` only builds.
import { join } from "node:path";
import * as esbuild from "esbuild";
import { home, options } from "./bundle.mjs";

const dev = join(home, "dev");
const outdir = join(home, "node_modules", ".harness");
const settings = {
  ...options,
  entryPoints: [join(dev, "harness.ts"), join(dev, "harness.html")],
  loader: { ".html": "copy" },
  outdir,
  sourcemap: true,
  logLevel: "warning",
};
const out = process.argv.indexOf("--out");
if (out > 0) {
  // Only built, for tests that serve it themselves.
  await esbuild.build({ ...settings, outdir: process.argv[out + 1] });
  process.exit(0);
}
const context = await esbuild.context(settings);
const { port } = await context.serve({ servedir: outdir, host: "127.0.0.1", port: Number(process.env.PORT ?? 8123) });
console.log(`http://127.0.0.1:${port}/harness.html?mode=canvas&theme=dark`);
