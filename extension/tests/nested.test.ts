/** Films that stand in a film: the twin of `tests/unit/graph/test_graph_nested.py`. */
import { describe, expect, it } from "vitest";
import { clipFilms, clips, outermost, sequence } from "../src/lib/sequence.ts";
import { musicAt } from "../src/lib/showing.ts";
import type { Canvas, CutList } from "../src/lib/types.ts";
import { canvas, node, shot, take, wire } from "./helpers.ts";

const RATE = { numerator: 24, denominator: 1 };
const seq = (source: string, target: string, order: string) => wire(source, "sequence_out", target, "sequence_in", order);
const inner = (source: string, target: string, order: string) => wire(source, "final_video", target, "sequence_in", order);

const nested = (events: Record<string, unknown> = {}, more: Canvas["edges"] = {}): Canvas =>
  canvas(
    { a: shot("SHOT_010"), b: shot("SHOT_020"), c: shot("SHOT_030"), d: shot("SHOT_040"), film: node("vse_assembler", { events: { b: { in: 40 } } }), gala: node("vse_assembler", { events }) },
    { e1: seq("a", "film", "a0"), e2: inner("gala", "film", "a1"), e3: seq("d", "film", "a2"), e4: seq("b", "gala", "a0"), e5: seq("c", "gala", "a1"), ...more },
  );

describe("a film in a film", () => {
  it("gives its clips where it stands, each cut by its own assembler", () => {
    expect([...clipFilms(nested(), "film")]).toEqual([["a", "film"], ["b", "gala"], ["c", "gala"], ["d", "film"]]);
    expect(sequence(nested(), "gala")).toEqual(["b", "c"]);
    const takes = Object.fromEntries(["a", "b", "c", "d"].map((id) => [id, [take(id, { frames: 48 })]]));
    const found = clips(nested({ b: { in: 8, out: 32 }, d: { in: 47 } }), "film", takes, RATE);
    expect(found.map(({ node: id, film, first, last, frames }) => [id, film, first, last, frames])).toEqual([
      ["a", "film", 0, 48, 48],
      ["b", "gala", 8, 32, 24],
      ["c", "gala", 0, 48, 48],
      ["d", "film", 0, 48, 48],
    ]);
  });
  it("ends the clip before it for a dissolve into its first clip", () => {
    const takes = Object.fromEntries(["a", "b", "c", "d"].map((id) => [id, [take(id, { frames: 48 })]]));
    const found = clips(nested({ b: { transition: { kind: "dissolve", frames: 6 } } }), "film", takes, RATE);
    expect(found.map(({ frames }) => frames)).toEqual([42, 48, 48, 48]);
  });
  it("is not what a canvas leads with, and does not play inside itself", () => {
    expect(outermost(nested())).toEqual(["film"]);
    const looped = nested({}, { e6: inner("film", "gala", "a2") });
    expect(sequence(looped, "film")).toEqual(["a", "b", "c", "d"]);
    expect(outermost(looped)).toEqual(["film", "gala"]);
  });
  it("has music that ends with it", () => {
    const event = { number: 1, source: { kind: "video", audio: false }, source_in: 0, source_out: 48, record_in: 0, record_out: 48, transition: { kind: "cut", frames: 0, wipe: 1 }, titles: [] };
    const music = { start: 10, end: 20, first: 0, gain_db: 0, fade_in: 0, fade_out: 5, duck_db: 12 };
    const cut = { events: [event], music: [music] } as unknown as CutList;
    expect([9, 10, 19, 20].map((frame) => musicAt(cut, 0, frame, 24, 60)?.volume ?? null)).toEqual([null, 1, 0.1, null]);
  });
});
