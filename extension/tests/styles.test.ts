/** Hosts share the page with us: our rules may meet nothing of theirs. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../src/styles/", import.meta.url);
/** Classes that Svelte Flow puts on its own elements; only ever named together with one of ours. */
const STATES = new Set(["selected", "dragging", "connectingto", "valid"]);

describe("styles", () => {
  for (const name of readdirSync(folder)) {
    const css = readFileSync(new URL(name, folder), "utf8").replace(/\/\*[^]*?\*\//g, "");
    const selectors = [...css.matchAll(/(?:^|[{}])\s*([^{}@;]+)\{/g)].map((match) => (match[1] ?? "").trim()).filter((text) => !/^(from|to|\d+%)$/.test(text));
    it(`of ${name} are prefixed`, () => {
      const classes = selectors.flatMap((selector) => [...selector.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1] ?? ""));
      expect(classes.filter((used) => !/^(gs-|svelte-flow)/.test(used) && !STATES.has(used))).toEqual([]);
    });
    it(`of ${name} begin inside the studio`, () => {
      const loose = selectors.flatMap((selector) => selector.split(/,(?![^(]*\))/)).filter((part) => part.trim() && !/\.gs-/.test(part));
      expect(loose).toEqual([]);
    });
    it(`of ${name} name animations of our own`, () => {
      expect([...css.matchAll(/@keyframes\s+(\S+)/g)].map((match) => match[1]).filter((used) => !used?.startsWith("gs-"))).toEqual([]);
    });
  }
  it("never bring in markup from data", () => {
    const sources = readdirSync(new URL("../src/", import.meta.url), { recursive: true }) as string[];
    for (const path of sources.filter((entry) => entry.endsWith(".svelte"))) {
      expect(readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8")).not.toMatch(/\{@html|innerHTML/);
    }
  });
});
