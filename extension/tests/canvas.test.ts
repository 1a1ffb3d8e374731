import { describe, expect, it } from "vitest";
import { connectionProblem, connectOperations } from "../src/lib/connection.ts";
import { clipping, pasteOperations } from "../src/lib/copies.ts";
import { socketsOf, titleOf } from "../src/lib/declarations.ts";
import { layoutOperations, toFlowEdges, toFlowNodes, type FlowNode } from "../src/lib/flow.ts";
import { idsOf, idsOfType } from "../src/lib/kinds.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { freePlace, wayIntoView } from "../src/lib/place.ts";
import { frames } from "../src/lib/scenes.ts";
import { problemsByNode } from "../src/lib/problems.ts";
import { clips, keptClips, sequence, shotsOfScene } from "../src/lib/sequence.ts";
import { shelves } from "../src/panels/adding.ts";
import { canvas, node, REFERENCES, shot, take, TYPES, wire } from "./helpers.ts";

const film = canvas(
  {
    one: shot("SHOT_010"),
    two: shot("SHOT_020"),
    pipe: node("pipeline", { reference: "generate-video" }),
    fox: node("asset", { asset: "u", name: "Fox" }),
    cut: node("vse_assembler", { events: {} }),
    odd: node("lip_sync_9000", { secret: 1 }),
  },
  { e1: wire("pipe", "pipeline", "one", "pipeline"), e2: wire("one", "sequence_out", "cut", "sequence_in", "a0"), e3: wire("odd", "weird", "two", "style") },
  { one: { x: 10, y: 20 } },
);

describe("problems", () => {
  const said = (edge: string | null, node: string | null = null) => ({ node, socket: null, edge, severity: "error" as const, code: "missing_node", message: edge ?? "", fix: null });
  it("of a wire are shown by the end that is there, and by nobody where both are gone", () => {
    const torn = canvas(film.nodes, { in: wire("gone", "output", "one", "style"), out: wire("one", "output", "gone", "input"), both: wire("gone", "output", "away", "input") });
    const found = problemsByNode([said("in"), said("out"), said("both"), said("e9"), said("in", "two")], () => torn);
    expect(found.get("one")?.map(({ message }) => message)).toEqual(["in", "out"]);
    expect(found.get("two")?.length).toBe(1);
    expect(found.get("")?.map(({ message }) => message)).toEqual(["both", "e9"]);
  });
  it("that name their node ask nothing of the canvas", () => {
    expect(problemsByNode([said(null, "one")], () => { throw new Error("asked"); }).get("one")?.length).toBe(1);
  });
});

describe("connections", () => {
  const problem = (source: string, sourceHandle: string, target: string, targetHandle: string) =>
    connectionProblem(film, { source, sourceHandle, target, targetHandle }, TYPES, REFERENCES);
  it("that fit may be drawn", () => {
    expect(problem("pipe", "pipeline", "two", "pipeline")).toBeNull();
    expect(problem("two", "output", "cut", "sequence_in")).toBeNull();
  });
  it("that do not fit say why, in words", () => {
    expect(problem("fox", "asset", "one", "pipeline")).toBe("Pipeline: This gives an asset, but a pipeline is wanted here.");
    expect(problem("one", "sequence_out", "one", "sequence_in")).toBe("A node cannot feed itself.");
    expect(problem("pipe", "pipeline", "one", "pipeline")).toBe("These two are connected already.");
    expect(problem("odd", "weird", "one", "style")).toContain("does not know");
    expect(problem("one", "nowhere", "two", "prompt")).toBe("One end of this wire is not there.");
  });
  it("never make a loop", () => {
    const chained = { ...film, edges: { ...film.edges, e9: wire("one", "sequence_out", "two", "sequence_in") } };
    expect(connectionProblem(chained, wire("two", "sequence_out", "one", "sequence_in"), TYPES)).toBe("This would make a loop.");
  });
  it("to a taken single input replace the old wire in one patch", () => {
    const other = { ...film, nodes: { ...film.nodes, pipe2: node("pipeline", { reference: "generate-image" }) } };
    const operations = connectOperations(other, wire("pipe2", "pipeline", "one", "pipeline"), "e_new", TYPES);
    expect(operations.map(({ op, path }) => [op, path])).toEqual([["remove", "/edges/e1"], ["add", "/edges/e_new"]]);
    const after = applyPatch(other, { operations, guard: false }).canvas;
    expect(Object.values(after.edges).filter((edge) => edge.targetHandle === "pipeline")).toHaveLength(1);
  });
  it("to a many input join at the end", () => {
    const operations = connectOperations(film, wire("two", "sequence_out", "cut", "sequence_in"), "e_new", TYPES);
    const after = applyPatch(film, { operations, guard: false }).canvas;
    expect((after.edges["e_new"]?.order ?? "") > "a0").toBe(true);
  });
});

describe("declarations", () => {
  it("give a shot the sockets of the task its pipeline names", () => {
    const extra = { name: "source_image", types: ["Image" as const], title: "", required: true, many: false, description: "" };
    const tasks = [{ reference: "generate-video", title: "", kind: "video", description: "", inputs: [extra] }];
    expect(socketsOf(film, "one", TYPES, tasks).inputs.map((socket) => socket.name)).toContain("source_image");
  });
  it("show a node of an unknown type by the wires that touch it", () => {
    expect(socketsOf(film, "odd", TYPES).outputs.map((socket) => socket.name)).toEqual(["weird"]);
    expect(titleOf(film.nodes["odd"]!, TYPES)).toBe("lip_sync_9000");
  });
});

describe("the drawing", () => {
  it("is left alone by typing, and by a move redraws only what moved", () => {
    const before = toFlowNodes(film, TYPES, []);
    const wires = toFlowEdges(film, TYPES, REFERENCES, []);
    const { canvas: typed } = applyPatch(film, { operations: [{ op: "replace", path: "/nodes/one/data/prompt", value: "fox" }], guard: false });
    expect(toFlowNodes(typed, TYPES, before)).toBe(before);
    expect(toFlowEdges(typed, TYPES, REFERENCES, wires)).toBe(wires);
    const { canvas: moved } = applyPatch(film, { operations: [{ op: "replace", path: "/layout/one/x", value: 99 }], guard: false });
    expect(toFlowNodes(moved, TYPES, before).filter((entry, at) => entry !== before[at]).map((entry) => entry.id)).toEqual(["one"]);
  });
  it("keeps selection and measured size, and the place of a node in the hand", () => {
    const before = toFlowNodes(film, TYPES, []).map((entry): FlowNode => ({ ...entry, selected: true, measured: { width: 9, height: 9 } }));
    const held = before.map((entry) => (entry.id === "one" ? { ...entry, dragging: true, position: { x: 500, y: 500 } } : entry));
    const [one] = toFlowNodes({ ...film, layout: { one: { x: 1, y: 1 } } }, TYPES, held);
    expect([one?.selected, one?.measured, one?.position]).toEqual([true, { width: 9, height: 9 }, { x: 500, y: 500 }]);
  });
  it("takes a new node for as large as the last of its type, so that it is seen before it is measured", () => {
    const before = toFlowNodes(film, TYPES, []);
    const added = { ...film, nodes: { ...film.nodes, three: shot("SHOT_030"), note: node("note") } };
    const room = new Map([["shot", { width: 264, height: 250 }]]);
    const fresh = toFlowNodes(added, TYPES, before, new Set(), room);
    expect(fresh.slice(0, before.length)).toEqual(before);
    expect(fresh.slice(before.length).map(({ id, measured }) => [id, measured])).toEqual([["three", { width: 264, height: 250 }], ["note", undefined]]);
  });
  it("lists ids by type in the order of the document, and anew when a node came", () => {
    expect([idsOf(film.nodes), idsOfType(film.nodes, "shot"), idsOfType(film.nodes, "nothing")]).toEqual([Object.keys(film.nodes), ["one", "two"], []]);
    expect(idsOfType({ ...film.nodes, three: shot("SHOT_030") }, "shot")).toEqual(["one", "two", "three"]);
  });
  it("writes back whole-pixel places of moved nodes, and nothing else of what Svelte Flow holds", () => {
    const nodes = toFlowNodes(film, TYPES, []).map((entry): FlowNode => ({ ...entry, selected: true, dragging: true, measured: { width: 1, height: 1 } }));
    const moved = nodes.map((entry) => (entry.id === "one" ? { ...entry, position: { x: 33.4, y: 20 } } : entry));
    const [operation, ...rest] = layoutOperations(film, moved).filter(({ path }) => path === "/layout/one");
    expect(operation).toEqual({ op: "replace", path: "/layout/one", value: { x: 33, y: 20 } });
    expect(rest).toEqual([]);
    expect(layoutOperations(film, [{ id: "gone", position: { x: 1, y: 1 } }])).toEqual([]);
  });
  it("does not draw a wire without ends, and marks widened and working ones", () => {
    const loose = { ...film, edges: { ...film.edges, bad: wire("nobody", "x", "one", "y"), wide: wire("two", "output", "cut", "sequence_in") } };
    const edges = toFlowEdges(loose, TYPES, REFERENCES, [], new Set(["cut"]));
    expect(edges.map((edge) => edge.id).sort()).toEqual(["e1", "e2", "e3", "wide"]);
    expect(edges.find((edge) => edge.id === "wide")?.class).toBe("gs-wire gs-widened gs-live");
    expect(toFlowEdges(loose, TYPES, REFERENCES, edges, new Set(["cut"]))[0]).toBe(edges[0]);
  });
  it("looks at no wire for a new node, and draws one whose end comes back", () => {
    const wires = toFlowEdges(film, TYPES, REFERENCES, []);
    const more = { ...film, nodes: { ...film.nodes, more: shot("SHOT_900") } };
    expect(toFlowEdges(more, TYPES, REFERENCES, wires)).toBe(wires);
    const { [film.edges["e1"]!.source]: gone, ...rest } = film.nodes;
    const without = toFlowEdges({ ...film, nodes: rest }, TYPES, REFERENCES, wires);
    expect(without.map((edge) => edge.id)).not.toContain("e1");
    expect(gone).toBeDefined();
    expect(toFlowEdges(film, TYPES, REFERENCES, without).map((edge) => edge.id)).toEqual(wires.map((edge) => edge.id));
  });
  it("keeps what it knows of nodes whatever goes and comes between them", () => {
    const before = toFlowNodes(film, TYPES, []).map((entry): FlowNode => ({ ...entry, selected: true }));
    const [first, ...others] = Object.entries(film.nodes);
    const changed = { ...film, nodes: Object.fromEntries([["fresh", shot("SHOT_901")], ...others, first!]) };
    const after = toFlowNodes(changed, TYPES, before);
    expect(after.map((entry) => entry.id)).toEqual(Object.keys(changed.nodes));
    expect(after.filter((entry) => entry.selected).map((entry) => entry.id)).toEqual([...others, first!].map(([id]) => id));
  });
  it("frames a scene around its shots", () => {
    const scened = canvas({ s: node("scene_group"), a: shot("SHOT_010", { parent: "s" }) });
    const placed = [
      { id: "s", position: { x: 0, y: 0 }, measured: { width: 100, height: 50 } },
      { id: "a", position: { x: 200, y: 100 }, measured: { width: 100, height: 100 } },
    ];
    expect(frames(scened, placed)).toEqual([{ id: "s", x: -24, y: -24, width: 348, height: 248 }]);
    expect(frames(canvas({ s: node("scene_group") }), placed.slice(0, 1))).toEqual([]);
  });
});

describe("copies", () => {
  it("have new ids, no folder, no takes, and the wires into them", () => {
    const { operations, ids } = pasteOperations(film, clipping(film, ["one"]), { x: 36, y: 36 });
    const after = applyPatch(film, { operations, guard: false });
    const copy = after.canvas.nodes[ids[0]!]!;
    expect(after.dropped).toEqual([]);
    expect(copy.data["renders"]).toBe("SCENE_01/SHOT_030");
    expect(after.canvas.layout[ids[0]!]).toEqual({ x: 46, y: 56 });
    expect(Object.values(after.canvas.edges).filter((edge) => edge.target === ids[0])).toHaveLength(1);
  });
});

describe("the cut", () => {
  const rate = { numerator: 24, denominator: 1 };
  it("follows wires by order, chains before their end, each clip once", () => {
    const chained = canvas(
      { a: shot("SHOT_010"), b: shot("SHOT_020"), c: shot("SHOT_030"), cut: node("vse_assembler") },
      {
        e1: wire("a", "sequence_out", "b", "sequence_in"),
        e2: wire("c", "sequence_out", "cut", "sequence_in", "a1"),
        e3: wire("b", "sequence_out", "cut", "sequence_in", "a0"),
        e4: wire("a", "sequence_out", "cut", "sequence_in", "a2"),
      },
    );
    expect(sequence(chained, "cut")).toEqual(["a", "b", "c"]);
  });
  it("takes the shots of a scene by order, chains together, and survives loops", () => {
    const scened = canvas(
      {
        s: node("scene_group"),
        inner: node("scene_group", {}, { parent: "s", order: "a3" }),
        a: shot("SHOT_010", { parent: "s", order: "a2" }),
        b: shot("SHOT_020", { parent: "s", order: "a0" }),
        c: shot("SHOT_030", { parent: "inner", order: "a0" }),
        cut: node("vse_assembler"),
      },
      { e1: wire("s", "sequence", "cut", "sequence_in"), e2: wire("a", "sequence_out", "b", "sequence_in"), e3: wire("c", "sequence_out", "c", "sequence_in") },
    );
    expect(shotsOfScene(scened, "s")).toEqual(["a", "b", "c"]);
    expect(sequence(scened, "cut")).toEqual(["a", "b", "c"]);
  });
  it("has the length of the takes at the project's rate, trimmed and at speed", () => {
    const assembled = canvas(
      { a: shot("SHOT_010"), b: shot("SHOT_020"), cut: node("vse_assembler", { events: { a: { in: 10, out: 34, speed: "1/2" } } }) },
      { e1: wire("a", "sequence_out", "cut", "sequence_in", "a0"), e2: wire("b", "sequence_out", "cut", "sequence_in", "a1") },
    );
    const takes = { a: [take("SHOT-010_v01_take01", { fps: "16", frames: 65 })] };
    expect(clips(assembled, "cut", takes, rate).map((clip) => clip.frames)).toEqual([48, 96]);
    const plain = { ...assembled, nodes: { ...assembled.nodes, cut: node("vse_assembler") } };
    expect(clips(plain, "cut", takes, rate)[0]?.frames).toBe(98);
  });
  it("keeps the clips that an edit did not change, and the list where it changed none", () => {
    const film = canvas(
      { a: shot("SHOT_010"), b: shot("SHOT_020"), cut: node("vse_assembler", { events: {} }) },
      { e1: wire("a", "sequence_out", "cut", "sequence_in", "a0"), e2: wire("b", "sequence_out", "cut", "sequence_in", "a1") },
    );
    const before = clips(film, "cut", {}, rate);
    expect(keptClips(before, clips(film, "cut", {}, rate))).toBe(before);
    const longer = { ...film, nodes: { ...film.nodes, b: { ...shot("SHOT_020"), data: { ...shot("SHOT_020").data, duration: "9s" } } } };
    const after = keptClips(before, clips(longer, "cut", {}, rate));
    expect([after[0] === before[0], after[1] === before[1], after[1]?.frames]).toEqual([true, false, 216]);
    expect(keptClips(before, before.slice(0, 1))).toEqual([before[0]]);
  });
});

describe("places", () => {
  const view = { x: 0, y: 0, width: 900, height: 700 };
  const size = { width: 264, height: 260 };
  it("of new nodes are the middle, then beside one another, never on top", () => {
    const taken: { x: number; y: number; width: number; height: number }[] = [];
    for (let count = 0; count < 12; count += 1) {
      const at = freePlace(view, size, taken);
      for (const other of taken) {
        expect(at.x + size.width <= other.x || other.x + size.width <= at.x || at.y + size.height <= other.y || other.y + size.height <= at.y).toBe(true);
      }
      taken.push({ ...at, ...size });
    }
    expect(taken[0]).toMatchObject({ x: 318, y: 220 });
    expect(taken[1]!.x).toBeGreaterThanOrEqual(0);
    expect(taken[1]!.x + size.width).toBeLessThanOrEqual(900);
  });
  it("that are hidden are moved into view by the shortest way, and what is too large stays", () => {
    expect(wayIntoView({ x: 800, y: 100, width: 200, height: 100 }, view)).toEqual({ x: -120, y: 0 });
    expect(wayIntoView({ x: -50, y: 650, width: 200, height: 100 }, view)).toEqual({ x: 70, y: -70 });
    expect(wayIntoView({ x: 100, y: 100, width: 200, height: 100 }, view)).toEqual({ x: 0, y: 0 });
    expect(wayIntoView({ x: -500, y: 0, width: 2000, height: 100 }, view).x).toBe(0);
  });
});

describe("the palette", () => {
  const assets = [{ uuid: "u", kind: "character", name: "Fox" }];
  const titles = (search: string) => shelves(TYPES.values(), assets, REFERENCES, search).flatMap((shelf) => shelf.offers.map((offer) => offer.title));
  it("offers every kind of node, the assets and the pipelines", () => {
    expect(titles("")).toEqual(expect.arrayContaining(["Shot", "Assembler", "Fox", "Text to video", "Note"]));
  });
  it("finds by all words, in any order", () => {
    expect(titles("resol super")).toEqual(["Super resolution"]);
    expect(titles("fox")).toContain("Fox");
    expect(titles("zeppelin")).toEqual([]);
  });
});
