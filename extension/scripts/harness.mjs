// Serves the development harness on loopback: the real front end on a pretended studio. `PORT` chooses the port. With `--out DIR` it is
// only made, around the front end that was built: tests look at what people get.
import { copyFileSync } from "node:fs";
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
  const folder = process.argv[out + 1];
  const built = { name: "built", setup: (build) => build.onResolve({ filter: /^\.\.\/src\/index\.ts$/ }, () => ({ path: "./studio.js", external: true })) };
  await esbuild.build({ ...settings, plugins: [built], sourcemap: false, outdir: folder });
  const made = process.env.GENSTUDIO_STATIC ?? join(home, "..", "genstudio", "widget", "static");
  copyFileSync(join(made, "studio.js"), join(folder, "studio.js"));
  copyFileSync(join(made, "studio.css"), join(folder, "harness.css"));
  process.exit(0);
}
const context = await esbuild.context(settings);
const { port } = await context.serve({ servedir: outdir, host: "127.0.0.1", port: Number(process.env.PORT ?? 8123) });
console.log(`http://127.0.0.1:${port}/harness.html?mode=canvas&theme=dark`);
