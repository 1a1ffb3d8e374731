/** Scenes inside scenes, grouping, and copies as text: what is seen, and that no wire is lost on any way there and back. */
import { describe, expect, it } from "vitest";
import { asText, copied, fromText } from "../src/lib/clipping.ts";
import { pasteOperations } from "../src/lib/copies.ts";
import { socketsOf, titleOf } from "../src/lib/declarations.ts";
import { toFlowEdges } from "../src/lib/flow.ts";
import { groupOperations, outermost, ungroupOperations } from "../src/lib/grouping.ts";
import { newId } from "../src/lib/ids.ts";
import { exposedSockets, innerEnd, inside, scenesAbove, seenOf } from "../src/lib/nesting.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { sequence } from "../src/lib/sequence.ts";
import type { Canvas, CanvasEdge, Operation } from "../src/lib/types.ts";
import { canvas, node, REFERENCES, shot, TYPES, wire } from "./helpers.ts";

const scene = (more: object = {}, collapsed = false) => node("scene_group", { name: "", scene: "SCENE_01", collapsed }, more);

/** outer ⊃ (inner ⊃ a, b), c; d stands in the film. */
const film = (folded: readonly string[] = []): Canvas =>
  canvas(
    {
      outer: scene({}, folded.includes("outer")),
      inner: scene({ parent: "outer", order: "a1" }, folded.includes("inner")),
      a: shot("SHOT_010", { parent: "inner", order: "a0" }),
      b: shot("SHOT_020", { parent: "inner", order: "a1" }),
      c: shot("SHOT_030", { parent: "outer", order: "a2" }),
      d: shot("SHOT_040", { order: "a3" }),
      pipe: node("pipeline", { reference: "generate-video" }),
      cut: node("vse_assembler"),
    },
    {
      e1: wire("pipe", "pipeline", "a", "pipeline"),
      e2: wire("pipe", "pipeline", "d", "pipeline"),
      e3: wire("a", "sequence_out", "b", "sequence_in"),
      e4: wire("b", "sequence_out", "cut", "sequence_in", "a0"),
      e5: wire("c", "sequence_out", "cut", "sequence_in", "a1"),
      e6: wire("d", "sequence_out", "cut", "sequence_in", "a2"),
    },
  );
const ends = (edges: Canvas["edges"]) => Object.entries(edges).map(([id, edge]) => `${id} ${edge.source}.${edge.sourceHandle} > ${edge.target}.${edge.targetHandle}`);
const apply = (before: Canvas, operations: Operation[]): Canvas => {
  const applied = applyPatch(before, { operations, guard: false });
  expect([applied.dropped, applied.refused]).toEqual([[], ""]);
  return applied.canvas;
};

describe("what is seen", () => {
  it("is the canvas itself where nothing is folded or open", () => {
    const all = film();
    expect(seenOf(all, null).canvas).toBe(all);
  });
  it("of a folded scene is its card, with the wires of what it holds", () => {
    const { canvas: seen, outside } = seenOf(film(["outer"]), null);
    expect(Object.keys(seen.nodes).sort()).toEqual(["cut", "d", "outer", "pipe"]);
    expect(ends(seen.edges)).toEqual([
      "e1 pipe.pipeline > outer.a.pipeline",
      "e2 pipe.pipeline > d.pipeline",
      "e4 outer.b.sequence_out > cut.sequence_in",
      "e5 outer.c.sequence_out > cut.sequence_in",
      "e6 d.sequence_out > cut.sequence_in",
    ]);
    expect(outside.size).toBe(0);
  });
  it("of an inner folded scene is its own card, of an outer one the outer card", () => {
    expect(Object.keys(seenOf(film(["inner"]), null).canvas.nodes)).not.toContain("a");
    expect(Object.keys(seenOf(film(["inner"]), null).canvas.nodes)).toContain("inner");
    expect(Object.keys(seenOf(film(["inner", "outer"]), null).canvas.nodes)).not.toContain("inner");
  });
  it("inside an open scene is what it holds and what that is wired to, though it is folded outside", () => {
    const { canvas: seen, outside } = seenOf(film(["inner", "outer"]), "inner");
    expect(Object.keys(seen.nodes).sort()).toEqual(["a", "b", "cut", "pipe"]);
    expect([...outside].sort()).toEqual(["cut", "pipe"]);
    expect(ends(seen.edges)).toEqual(["e1 pipe.pipeline > a.pipeline", "e3 a.sequence_out > b.sequence_in", "e4 b.sequence_out > cut.sequence_in"]);
  });
  it("keeps the objects of wires that are drawn as before", () => {
    const before = film(["outer"]);
    const [first, again] = [seenOf(before, null), seenOf({ ...before, nodes: { ...before.nodes } }, null)];
    for (const id of Object.keys(first.canvas.edges)) expect(again.canvas.edges[id]).toBe(first.canvas.edges[id]);
  });
  it("survives scenes that stand inside one another", () => {
    const looped = canvas({ x: scene({ parent: "y" }, true), y: scene({ parent: "x" }), a: shot("SHOT_010", { parent: "x" }) });
    expect(scenesAbove(looped, "x")).toEqual(["y"]);
    expect(inside(looped, ["x"])).toEqual(new Set(["y", "a"]));
    expect(() => [seenOf(looped, null), seenOf(looped, "x")]).not.toThrow();
  });
  it("shows sockets of inner nodes on a folded card, which stand for the inner ones", () => {
    const folded = film(["outer"]);
    const own = socketsOf(folded, "outer", TYPES);
    const exposed = exposedSockets(folded, "outer", own, (id) => socketsOf(folded, id, TYPES, REFERENCES), (id) => titleOf(folded.nodes[id]!, TYPES));
    expect(exposed.inputs.map((socket) => [socket.name, socket.title])).toEqual([["a.pipeline", "SHOT_010 · Pipeline"]]);
    expect(exposed.outputs.map((socket) => socket.name)).toEqual(["sequence", "b.sequence_out", "c.sequence_out"]);
    expect(innerEnd(folded, "outer", "a.pipeline")).toEqual({ node: "a", handle: "pipeline" });
    expect(innerEnd(folded, "d", "a.pipeline")).toEqual({ node: "d", handle: "a.pipeline" });
    expect(exposedSockets(film(), "outer", own, () => own, String)).toBe(own);
  });
  it("colours wires to a folded card by what they carry", () => {
    const whole = film(["outer"]);
    const drawn = toFlowEdges(seenOf(whole, null).canvas, TYPES, REFERENCES, [], new Set(), whole);
    expect(drawn.find((edge) => edge.id === "e1")?.style).toContain("--gs-s-pipelinereference");
    expect(drawn.find((edge) => edge.id === "e4")).toMatchObject({ source: "outer", sourceHandle: "b.sequence_out" });
  });
});

describe("grouping", () => {
  const boxes = Object.keys(film().nodes).map((id, at) => ({ id, x: at * 300, y: at * 10, width: 260, height: 200 }));
  it("leaves every wire as it is, at any depth", () => {
    const before = film();
    const grouped = apply(before, groupOperations(before, ["a", "inner", "c"], "fresh", boxes));
    expect(grouped.edges).toEqual(before.edges);
    expect(grouped.nodes["fresh"]).toMatchObject({ type: "scene_group", parent: "outer" });
    expect([grouped.nodes["inner"]?.parent, grouped.nodes["c"]?.parent, grouped.nodes["a"]?.parent]).toEqual(["fresh", "fresh", "inner"]);
    expect(grouped.layout["fresh"]).toEqual({ x: 300 - 256, y: 10 });
    expect(outermost(before, ["a", "inner", "c", "gone"])).toEqual(["inner", "c"]);
  });
  it("and back gives the canvas that there was", () => {
    const before = film();
    const after = apply(apply(before, groupOperations(before, ["a", "b"], "fresh", boxes)), []);
    const back = apply(after, ungroupOperations(after, ["fresh"], () => newId("e")));
    expect([back.nodes, back.edges]).toEqual([before.nodes, before.edges]);
  });
  it("takes several scenes apart at once, into the scene or the film that they stood in", () => {
    const back = apply(film(), ungroupOperations(film(), ["outer", "inner"], () => newId("e")));
    expect(["a", "b", "c"].map((id) => back.nodes[id]?.parent)).toEqual([null, null, null]);
    expect(apply(film(), ungroupOperations(film(), ["inner"], () => newId("e"))).nodes["a"]?.parent).toBe("outer");
  });
  it("keeps the film the same when a scene that is wired as a whole is dissolved", () => {
    const before = film();
    const whole: Canvas = { ...before, edges: { e1: before.edges["e3"] as CanvasEdge, e2: wire("d", "sequence_out", "cut", "sequence_in", "a2"), e3: wire("outer", "sequence", "cut", "sequence_in", "a1") } };
    expect(sequence(whole, "cut")).toEqual(["a", "b", "c", "d"]);
    const back = apply(whole, ungroupOperations(whole, ["outer"], () => newId("e")));
    expect(sequence(back, "cut")).toEqual(["a", "b", "c", "d"]);
  });
  it("of nothing does nothing", () => {
    expect(groupOperations(film(), ["gone"], "fresh", boxes)).toEqual([]);
    expect(ungroupOperations(film(), ["a"], () => "e")).toEqual([]);
  });
});

describe("copies as text", () => {
  const origin = { project: "p", canvas: "c" };
  it("come back as they went, with all that stands in a scene", () => {
    const clip = copied(film(), ["inner"], origin);
    expect(Object.keys(clip.nodes).sort()).toEqual(["a", "b", "inner"]);
    expect(fromText(asText(clip))).toEqual(clip);
  });
  it("keep wires among them and the order in the scene; on the same canvas also those into them", () => {
    const before = film();
    const clip = copied(before, ["inner"], origin);
    const { operations, ids } = pasteOperations(before, clip, { x: 10, y: 10 });
    const after = apply(before, operations);
    const [copy] = ids.filter((id) => after.nodes[id]?.type === "scene_group");
    expect(after.nodes[copy!]?.parent).toBe("outer");
    const made = Object.values(after.edges).filter((edge) => ids.includes(edge.target));
    expect(made.map((edge) => [ids.includes(edge.source), edge.targetHandle]).sort()).toEqual([[false, "pipeline"], [true, "sequence_in"]]);
    expect(Object.keys(after.edges)).toHaveLength(8);
  });
  it("take nothing of another canvas for their own, whatever the ids", () => {
    const { operations, ids } = pasteOperations(film(), copied(film(), ["a"], origin), { x: 0, y: 0 }, { into: "outer", foreign: true });
    const after = apply(film(), operations);
    expect(after.nodes[ids[0]!]?.parent).toBe("outer");
    expect(Object.values(after.edges).filter((edge) => edge.target === ids[0])).toEqual([]);
  });
  it("of an assembler keep what it says of the clips that were copied with it", () => {
    const before = film();
    before.nodes["cut"]!.data["events"] = { d: { in: 3 }, c: { in: 4 } };
    const { operations, ids } = pasteOperations(before, copied(before, ["cut", "d"], origin), { x: 0, y: 0 });
    const after = apply(before, operations);
    const [cut, clip] = [ids.find((id) => after.nodes[id]?.type === "vse_assembler"), ids.find((id) => after.nodes[id]?.type === "shot")];
    expect(after.nodes[cut!]?.data["events"]).toEqual({ [clip!]: { in: 3 }, c: { in: 4 } });
  });
  it("that are none are left alone", () => {
    for (const text of ["", "a fox", "{}", '{"cells": []}', "[1]"]) expect(fromText(text)).toBeNull();
  });
  it("that cannot be used say so, and never become an edit", () => {
    const text = (value: object) => JSON.stringify({ schema: "genstudio.clipping/1", ...value });
    const good = { a: { type: "note", parent: null, order: "", data: {} } };
    const bad = [
      asText(copied(film(), ["a"], origin)).slice(0, -3),
      text({}).replace("/1", "/9"),
      text({ nodes: {} }),
      text({ nodes: { "../x": good.a } }),
      text({ nodes: { a: { type: 3, data: {} } } }),
      text({ nodes: { a: { type: "note", data: [] } } }),
      text({ nodes: good }).replace('"data":{}', '"data":{"__proto__":{"x":1}}'),
    ];
    for (const wrong of bad) expect(typeof fromText(wrong)).toBe("string");
    const odd = fromText(text({ nodes: good, edges: [{ source: "a" }, 3, { ...wire("a", "x", "b", "y") }], layout: { a: { x: "1" }, b: { x: 1, y: 1 } }, origin: 7 }));
    expect(odd).toMatchObject({ edges: [], layout: {}, origin: { project: "", canvas: "" } });
  });
});
