import { afterEach, describe, expect, it, vi } from "vitest";
import { offerWords } from "../src/lib/recovery.ts";
import { isKeyless } from "../src/ui/keys.ts";
import { putAway, seen } from "../src/ui/seen.ts";

describe("what happened to the canvas file", () => {
  it("is summed up in a sentence", () => {
    const changes = ["added SHOT_030", "added SHOT_040", "removed SHOT_010", "connected a output → b style", "SHOT_020 prompt: a → b"];
    const outside = { id: "1", kind: "outside" as const, time: "", sequence: 3, changes };
    expect(offerWords(outside).text).toBe("2 nodes were added, 1 node was removed, 1 wire changed and 1 value changed. It is part of the canvas now.");
  });
  it("frightens nobody who did not lose anything", () => {
    expect(offerWords({ id: "1", kind: "damaged", time: "", kept: "x.damaged", why: "" }).text).toContain("is kept");
  });
});

describe("what was put away", () => {
  afterEach(() => vi.unstubAllGlobals());
  const storage = (items: Map<string, string>) => ({ getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) });

  it("stays away in this browser, project by project, and does not pile up for ever", () => {
    vi.stubGlobal("localStorage", storage(new Map()));
    expect([...putAway("p", ["a"])]).toEqual(["a"]);
    expect([...putAway("p", ["b", "a"])]).toEqual(["a", "b"]);
    expect([...seen("q")]).toEqual([]);
    putAway("p", Array.from({ length: 200 }, (_, at) => `n${at}`));
    expect(seen("p").size).toBeLessThan(100);
    expect(seen("p").has("n199")).toBe(true);
  });
  it("is told again where the page may keep nothing, or kept nonsense", () => {
    const closed = (): never => {
      throw new Error("denied");
    };
    vi.stubGlobal("localStorage", { getItem: closed, setItem: closed });
    expect([...putAway("p", ["a"])]).toEqual(["a"]);
    expect(seen("p").size).toBe(0);
    vi.stubGlobal("localStorage", storage(new Map([["genstudio-seen:p", "{"]])));
    expect(seen("p").size).toBe(0);
  });
});

describe("the keys of a page", () => {
  it("are ours where Voila made it, and shared where JupyterLab did", () => {
    expect(isKeyless({ body: { dataset: { voila: "voila" } } })).toBe(true);
    expect(isKeyless({ body: { dataset: { jpThemeLight: "true" } } })).toBe(false);
  });
});
