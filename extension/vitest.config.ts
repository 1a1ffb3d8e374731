import { compileModule } from "svelte/compiler";
import { defineConfig, type Plugin } from "vitest/config";

/** Runes in modules (`*.svelte.ts`), compiled as for the browser once their types are gone. */
const runes: Plugin = {
  name: "runes",
  enforce: "post",
  transform(code, id) {
    return /\.svelte\.ts$/.test(id) ? compileModule(code, { filename: id, generate: "client" }).js : null;
  },
};

export default defineConfig({
  plugins: [runes],
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
