import { describe, expect, it } from "vitest";
import { aligned, placeOperations, spread, withHidden } from "../src/lib/arrange.ts";
import type { Box } from "../src/lib/boxes.ts";
import { overlap } from "../src/lib/boxes.ts";
import { findNodes } from "../src/lib/find.ts";
import { fittingSocket } from "../src/lib/fitting.ts";
import { commandOf, KEYS } from "../src/lib/keys.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { tidied } from "../src/lib/tidy.ts";
import type { Canvas } from "../src/lib/types.ts";
import { fittingFirst, shelves } from "../src/panels/adding.ts";
import { canvas, node, REFERENCES, shot, TYPES, wire } from "./helpers.ts";

const box = (id: string, x: number, y: number, width = 100, height = 50): Box => ({ id, x, y, width, height });

describe("lining up", () => {
  const boxes = [box("a", 0, 0), box("b", 300, 40, 200, 100), box("c", 120, 500)];
  const of = (edge: Parameters<typeof aligned>[1]) => boxes.map(({ id }) => aligned(boxes, edge).get(id));
  it("brings edges and middles to one line, the other way unchanged", () => {
    expect(of("left").map((at) => at?.x)).toEqual([0, 0, 0]);
    expect(of("right").map((at) => at?.x)).toEqual([400, 300, 400]);
    expect(of("centre").map((at) => at?.x)).toEqual([200, 150, 200]);
    expect(of("top")).toEqual([{ x: 0, y: 0 }, { x: 300, y: 0 }, { x: 120, y: 0 }]);
    expect(of("bottom").map((at) => at?.y)).toEqual([500, 450, 500]);
    expect(of("middle").map((at) => at?.y)).toEqual([250, 225, 250]);
  });
  it("spreads with the same room between all, the outer two stay", () => {
    const places = spread([box("a", 0, 0), box("b", 90, 7), box("c", 500, 9)], "across");
    expect([...places]).toEqual([["a", { x: 0, y: 0 }], ["b", { x: 250, y: 7 }], ["c", { x: 500, y: 9 }]]);
    expect(spread([box("a", 0, 0), box("b", 90, 7)], "down").size).toBe(0);
  });
  it("takes along what a scene holds, seen or not", () => {
    const film = canvas({ s: node("scene_group"), a: shot("SHOT_010", { parent: "s" }) }, {}, { s: { x: 0, y: 0 }, a: { x: 50, y: 50 } });
    expect(placeOperations(film, [box("s", 0, 0)], new Map([["s", { x: 10.4, y: 0 }]]))).toEqual([
      { op: "replace", path: "/layout/s", value: { x: 10, y: 0 } },
      { op: "replace", path: "/layout/a", value: { x: 60, y: 50 } },
    ]);
    const moved = [{ op: "replace" as const, path: "/layout/s", value: { x: 7, y: 8 } }];
    expect(withHidden(film, moved, { ...film, nodes: { s: film.nodes["s"]! } })[1]).toEqual({ op: "replace", path: "/layout/a", value: { x: 57, y: 58 } });
    expect(withHidden(film, moved, film)).toEqual(moved);
  });
});

/** A film of scenes inside scenes, with a wire from every shot to the next, one pipeline for all, one assembler. */
function bigFilm(scenes: number, shots: number): Canvas {
  const film = canvas({ pipe: node("pipeline"), cut: node("vse_assembler") });
  for (let at = 0; at < scenes; at += 1) {
    film.nodes[`s${at}`] = node("scene_group", {}, { parent: at % 3 === 2 ? `s${at - 1}` : null, order: `a${at}` });
    for (let number = 0; number < shots; number += 1) {
      const id = `s${at}_${number}`;
      film.nodes[id] = shot(`SHOT_${at}${number}`, { parent: `s${at}`, order: `a${number}` });
      film.edges[`p_${id}`] = wire("pipe", "pipeline", id, "pipeline");
      film.edges[`c_${id}`] = number ? wire(`s${at}_${number - 1}`, "sequence_out", id, "sequence_in") : wire(id, "output", "cut", "sequence_in");
    }
  }
  return film;
}
const sized = (film: Canvas): Box[] => Object.keys(film.nodes).map((id, at) => box(id, (at * 37) % 400, (at * 91) % 300, 264, 200 + (at % 5) * 30));
const standing = (film: Canvas): Box[] => {
  const boxes = sized(film);
  const places = tidied(film, boxes);
  return boxes.map((old) => ({ ...old, ...(places.get(old.id) ?? { x: NaN, y: NaN }) }));
};

describe("a tidy layout", () => {
  it("puts what feeds left of what it feeds, and nothing over anything else", () => {
    const film = bigFilm(4, 5);
    const boxes = standing(film);
    const by = new Map(boxes.map((one) => [one.id, one]));
    for (const [at, one] of boxes.entries()) for (const other of boxes.slice(at + 1)) expect(overlap(one, other), `${one.id} over ${other.id}`).toBe(false);
    for (const { source, target } of Object.values(film.edges)) expect(by.get(source)!.x + by.get(source)!.width, `${source} > ${target}`).toBeLessThan(by.get(target)!.x);
  });
  it("keeps each scene together: no stranger stands among its nodes", () => {
    const film = bigFilm(3, 4);
    const boxes = standing(film);
    const inner = boxes.filter((one) => one.id.startsWith("s0"));
    const room = { x: Math.min(...inner.map((one) => one.x)), y: Math.min(...inner.map((one) => one.y)), width: 0, height: 0 };
    room.width = Math.max(...inner.map((one) => one.x + one.width)) - room.x;
    room.height = Math.max(...inner.map((one) => one.y + one.height)) - room.y;
    for (const one of boxes.filter((other) => !other.id.startsWith("s0"))) expect(overlap(one, room), one.id).toBe(false);
  });
  it("stays where it was: its corner does not move, and doing it again changes nothing", () => {
    const film = bigFilm(2, 9);
    const once = standing(film);
    expect([Math.min(...once.map((one) => one.x)), Math.min(...once.map((one) => one.y))]).toEqual([0, 0]);
    const twice = tidied(film, once);
    expect(once.map(({ id, x, y }) => [id, x, y])).toEqual(once.map(({ id }) => [id, twice.get(id)?.x, twice.get(id)?.y]));
  });
  it("ends on loops, and breaks columns that are too tall", () => {
    const looped = canvas({ a: shot("SHOT_010"), b: shot("SHOT_020") }, { e1: wire("a", "x", "b", "y"), e2: wire("b", "x", "a", "y") });
    expect(tidied(looped, sized(looped)).size).toBe(2);
    const wide = canvas(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`n${at}`, node("note")])));
    const boxes = standing(wide);
    expect(new Set(boxes.map((one) => one.x)).size).toBeGreaterThan(3);
    expect(tidied(wide, []).size).toBe(0);
  });
});

describe("finding", () => {
  const film = canvas({
    one: shot("SHOT_010"),
    two: node("shot", { name: "Fox crosses", renders: "SCENE_01/SHOT_020", prompt: "ice cracks" }, { parent: "s" }),
    s: node("scene_group", { name: "The crossing" }),
    n: node("note", { text: "a fox, not a wolf" }),
  });
  const ids = (search: string) => findNodes(film, TYPES, search).map((entry) => entry.id);
  it("looks into names, words, kinds and folders, names first", () => {
    expect(ids("fox")).toEqual(["two", "n"]);
    expect(ids("shot_010")).toEqual(["one"]);
    expect(ids("ICE shot")).toEqual(["two"]);
    expect(ids("note")).toEqual(["n"]);
    expect([ids("  "), ids("nobody")]).toEqual([[], []]);
  });
  it("says where it is", () => {
    expect(findNodes(film, TYPES, "fox")[0]?.note).toBe("Shot · The crossing · ice cracks");
  });
});

describe("a wire in the hand", () => {
  it("finds the socket that fits as it is before one that widens", () => {
    expect(fittingSocket(TYPES.get("vse_assembler"), { node: "a", handle: "audio", type: "source", types: ["Audio"] })).toBe("music");
    expect(fittingSocket(TYPES.get("video_restoration"), { node: "a", handle: "output", type: "source", types: ["Image"] })).toBeNull();
    expect(fittingSocket(TYPES.get("asset"), { node: "a", handle: "style", type: "target", types: ["AssetReference"] })).toBe("asset");
    expect(fittingSocket(undefined, { node: "a", handle: "x", type: "source", types: ["Audio"] })).toBeNull();
  });
  it("is offered what fits first", () => {
    const loose = { node: "a", handle: "pipeline", type: "target" as const, types: ["PipelineReference" as const] };
    const found = fittingFirst(shelves(TYPES.values(), [], REFERENCES, ""), TYPES, loose);
    expect(found[0]?.title).toBe("Fits this wire");
    expect(found[0]?.offers.every((offer) => offer.type === "pipeline")).toBe(true);
    expect(found.slice(1).flatMap((shelf) => shelf.offers).some((offer) => offer.type === "pipeline")).toBe(false);
  });
});

describe("the keys", () => {
  const stroke = (key: string, held: Partial<{ ctrl: boolean; shift: boolean; alt: boolean }> = {}) => commandOf({ key, ctrl: false, shift: false, alt: false, ...held });
  it("of arranging are told in the help, and each means one thing", () => {
    expect(stroke("g", { ctrl: true })).toBe("group");
    expect(stroke("G", { ctrl: true, shift: true })).toBe("ungroup");
    expect(stroke("Z", { ctrl: true, shift: true })).toBe("redo");
    expect([stroke("c"), stroke("c", { ctrl: true }), stroke("x", { ctrl: true }), stroke("f", { ctrl: true }), stroke("f")]).toEqual(["fold", "copy", "cut", "find", "fit"]);
    expect(KEYS.flatMap((key) => key.shown)).toEqual(expect.arrayContaining(["Ctrl G", "Ctrl F", "C", "E", "L", "M"]));
  });
  it("make edits that apply as they are", () => {
    const film = bigFilm(1, 3);
    const operations = placeOperations(film, sized(film), tidied(film, sized(film)));
    expect(applyPatch(film, { operations, guard: false }).dropped).toEqual([]);
  });
});
