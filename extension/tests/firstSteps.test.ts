/** The guide of the first steps: what a project has behind it, and that it stays away once it is put away. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FIRST_STEPS, stepsBehind, type Made } from "../src/lib/firstSteps.ts";
import { canvas, node, shot, take, wire } from "./helpers.ts";

const made = (more: Partial<Made> = {}): string[] => [...stepsBehind({ canvas: canvas({}), takes: {}, tasks: {}, ...more })];

describe("the first steps", () => {
  it("begin with the project that is open", () => expect(made()).toEqual(["project"]));
  it("take a shot for written once there are words in it, or wired to it", () => {
    expect(made({ canvas: canvas({ one: shot("SHOT_010") }) })).toEqual(["project"]);
    expect(made({ canvas: canvas({ one: { ...shot("SHOT_010"), data: { prompt: "  " } } }) })).toEqual(["project"]);
    expect(made({ canvas: canvas({ one: { ...shot("SHOT_010"), data: { prompt: "a fox" } } }) })).toContain("shot");
    expect(made({ canvas: canvas({ one: shot("SHOT_010"), words: node("text") }, { a: wire("words", "text", "one", "prompt") }) })).toContain("shot");
  });
  it("count takes of shots, and films of assemblers, only", () => {
    const all = canvas({ one: shot("SHOT_010"), cut: node("vse_assembler"), note: node("note") });
    expect(made({ canvas: all, takes: { gone: [take("a")], one: [] }, tasks: { one: { result_url: "a.mp4" } } })).toEqual(["project"]);
    expect(made({ canvas: all, takes: { one: [take("a")] }, tasks: { cut: { result_url: "" } } })).toEqual(["project", "take"]);
    expect(made({ canvas: all, takes: { one: [take("a")] }, tasks: { cut: { result_url: "film.mp4" } } })).toEqual(["project", "take", "film"]);
  });
  it("are few, and short", () => {
    expect(FIRST_STEPS.length).toBeLessThanOrEqual(4);
    for (const { text } of FIRST_STEPS) expect(text.length).toBeLessThan(120);
  });
});

describe("the guide", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  async function load(): Promise<(typeof import("../src/ui/guide.svelte.ts"))["guide"]> {
    vi.resetModules();
    return (await import("../src/ui/guide.svelte.ts")).guide;
  }
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("localStorage", storage);
  });
  it("is open until it is put away, and that is remembered", async () => {
    const first = await load();
    expect(first.open).toBe(true);
    first.putAway();
    expect(first.open).toBe(false);
    expect((await load()).open).toBe(false);
  });
  it("comes back when it is asked for", async () => {
    (await load()).putAway();
    const again = await load();
    again.ask();
    expect([again.open, again.asked]).toEqual([true, 1]);
    expect((await load()).open).toBe(true);
  });
  it("works where nothing may be kept", async () => {
    const closed = (): never => {
      throw new Error("SecurityError");
    };
    vi.stubGlobal("localStorage", { getItem: closed, setItem: closed, removeItem: closed });
    const guide = await load();
    expect(guide.open).toBe(true);
    guide.putAway();
    expect(guide.open).toBe(false);
  });
});
