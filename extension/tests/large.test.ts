/** Which nodes of a large film are elements, and where what is drawn lies. */
import { describe, expect, it, vi } from "vitest";
import { bounds, boxAt, boxesOf, fitting, seen, type Box } from "../src/lib/boxes.ts";
import { toFlowEdges, toFlowNodes } from "../src/lib/flow.ts";
import { cut, differing, isSame } from "../src/lib/drawn.ts";
import { lostBy } from "../src/lib/lost.ts";
import { FEW, step, wanted } from "../src/lib/mounting.ts";
import { cardOf, drawing, inkOfLine, linesOf, type Sketch } from "../src/lib/sketch.ts";
import { canvas, REFERENCES, shot, TYPES, wire } from "./helpers.ts";

const WINDOW = { width: 1000, height: 800 };
const NONE: ReadonlySet<string> = new Set();
const row = (count: number): Box[] => Array.from({ length: count }, (_, at) => ({ id: `n${at}`, x: at * 300, y: 0, width: 260, height: 200 }));

describe("elements", () => {
  it("are all nodes of a small film, wherever one looks", () => {
    const far = wanted(row(FEW), { x: -1e6, y: 0, zoom: 1 }, WINDOW, NONE, NONE, NONE);
    expect([far.ids.length, far.drawn]).toEqual([FEW, false]);
  });
  it("of a large film are those that are seen or near", () => {
    const { ids, drawn } = wanted(row(500), { x: -30_000, y: 0, zoom: 1 }, WINDOW, NONE, NONE, NONE);
    expect(drawn).toBe(false);
    expect(ids).toContain("n101");
    expect(ids.length).toBeLessThan(10);
    expect(ids).not.toContain("n110");
  });
  it("that were seen stay while they are near, and go when they are not", () => {
    const before = new Set(["n98", "n5"]);
    const { ids } = wanted(row(500), { x: -30_000, y: 0, zoom: 1 }, WINDOW, NONE, NONE, before);
    expect(ids).toContain("n98");
    expect(ids).not.toContain("n5");
  });
  it("are only what is held or chosen where the window shows more than can be worked on", () => {
    const { ids, drawn } = wanted(row(500), { x: 0, y: 0, zoom: 0.02 }, WINDOW, new Set(["n7"]), new Set(["n9"]), NONE);
    expect([ids, drawn]).toEqual([["n7", "n9"], true]);
    const many = new Set(row(500).map((box) => box.id));
    expect(wanted(row(500), { x: 0, y: 0, zoom: 0.02 }, WINDOW, new Set(["n7"]), many, NONE).ids).toEqual(["n7"]);
  });
  it("come and go a few at a time, and at once where they are held", () => {
    const now = new Set(["a", "b", "c"]);
    expect([...step(now, ["c", "d", "e", "f"], new Set(["f"]), { come: 1, go: 1 })]).toEqual(["b", "c", "f", "d"]);
    expect(step(now, ["a", "b", "c"], NONE, { come: 5, go: 5 })).toBe(now);
  });
});

describe("the view", () => {
  it("that fits a part shows it whole, in the middle, and no larger than allowed", () => {
    const part = { x: 100, y: 50, width: 4000, height: 1000 };
    const view = fitting(part, WINDOW, { padding: 0.1, maxZoom: 1, minZoom: 0.05 });
    const shown = seen(view, WINDOW);
    expect(shown.x).toBeLessThan(100);
    expect(shown.x + shown.width).toBeGreaterThan(4100);
    expect(shown.x + shown.width / 2).toBeCloseTo(2100);
    expect(fitting({ ...part, width: 10, height: 10 }, WINDOW, { padding: 0.1, maxZoom: 1, minZoom: 0.05 }).zoom).toBe(1);
  });
  it("of nothing has no bounds, and the box on top is the one that is met", () => {
    expect(bounds([])).toBeNull();
    const two = [...row(1), { id: "top", x: 100, y: 100, width: 50, height: 50 }];
    expect(boxAt(two, { x: 120, y: 120 })?.id).toBe("top");
    expect(boxAt(two, { x: 900, y: 120 })).toBeUndefined();
  });
});

describe("the drawing", () => {
  const film = canvas({ a: shot("SHOT_010"), b: shot("SHOT_020") }, { e: wire("a", "sequence_out", "b", "sequence_in") }, { a: { x: 0, y: 0 }, b: { x: 900, y: 0 } });
  const nodes = toFlowNodes(film, TYPES, []);
  const edges = toFlowEdges(film, TYPES, REFERENCES, []);
  const boxes = new Map(boxesOf(film, nodes).map((box) => [box.id, box]));
  it("leads a wire from the right side of one card to the left side of the other, also where both are out of sight", () => {
    const [line] = linesOf(film, edges, boxes, TYPES, REFERENCES, { x: 500, y: 0, width: 100, height: 400 });
    expect([line?.from.x, line?.to.x, line?.colour]).toEqual([264, 900, "--gs-s-edl"]);
    expect(linesOf(film, edges, boxes, TYPES, REFERENCES, { x: 0, y: 900, width: 100, height: 400 })).toEqual([]);
  });
  it("is made of the same boxes until a node moves, is measured or becomes another kind", () => {
    const before = boxesOf(film, nodes);
    expect(boxesOf(film, nodes).every((box, at) => box === before[at])).toBe(true);
    const [a, b] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    const after = boxesOf(film, [{ ...a, measured: { width: 300, height: 90 } }, b]);
    expect([after[0]?.width, after[1] === before[1]]).toEqual([300, true]);
    const noted = { ...film, nodes: { ...film.nodes, a: { ...film.nodes["a"]!, type: "note" } } };
    expect(boxesOf(noted, nodes)[0]?.width).toBe(220);
  });
  it("is drawn again only when something of it has changed", () => {
    const drawn = { cards: [1, 2], lines: edges, others: ["dark"] };
    expect(isSame(drawn, { cards: [1, 2], lines: [...edges], others: ["dark"] })).toBe(true);
    for (const change of [{ cards: [1] }, { cards: [1, 3] }, { lines: [] }, { others: ["light"] }]) expect(isSame(drawn, { ...drawn, ...change })).toBe(false);
  });
  describe("of which a part is drawn anew", () => {
    const card = (id: string, x: number, picture = "") => cardOf({ id, x, y: 0, width: 260, height: 200 }, film, TYPES, false, undefined, picture);
    const sketch: Sketch = { cards: ["a", "b", "c", "d"].map((id, at) => card(id, at * 300)), lines: [] };
    const among = (...cards: Sketch["cards"]): Sketch => ({ ...sketch, cards });
    const [a, b, c, d] = sketch.cards as [Sketch["cards"][0], Sketch["cards"][0], Sketch["cards"][0], Sketch["cards"][0]];
    it("finds nothing where all is as it was, whatever objects it is made of", () => {
      expect(differing(sketch, among(...sketch.cards.map((one) => ({ ...one }))), 1)).toBeNull();
      expect(differing({ cards: [], lines: [] }, { cards: [], lines: [] }, 1)).toBeNull();
    });
    it("finds what came, went, moved or looks otherwise, with the line around it", () => {
      const around = { x: 296, y: -4, width: 268, height: 208 };
      for (const other of [among(a, c, d), among(a, { ...b, selected: true }, c, d), among(a, card("b", 300, "b.jpg"), c, d), among(a, { ...b, progress: 3 }, c, d)]) {
        expect(differing(sketch, other, 1)).toEqual(around);
        expect(differing(other, sketch, 1)).toEqual(around);
      }
      expect(differing(sketch, among(a, { ...b, x: 900 }, c, d), 1)).toEqual({ ...around, width: 868 });
      expect(differing(sketch, among(a, c, b, d), 1)).toEqual({ ...around, width: 568 });
    });
    it("reaches as far as a line is wide where all is small, and as its bends go", () => {
      expect(differing(sketch, among(a, c, d), 0.1)).toEqual({ x: 260, y: -40, width: 340, height: 280 });
      const line = { id: "e", from: { x: 1000, y: 50 }, to: { x: 0, y: 80 }, colour: "red", selected: false };
      const bend = 6.25 * Math.sqrt(1000);
      expect(inkOfLine(line, 1)).toEqual({ x: -bend - 4, y: 46, width: 1000 + 2 * bend + 8, height: 38 });
      expect(differing({ ...sketch, lines: [line] }, { ...sketch, lines: [{ ...line, from: { ...line.from } }] }, 1)).toBeNull();
      expect(differing({ ...sketch, lines: [line] }, { ...sketch, lines: [{ ...line, to: { x: 0, y: 81 } }] }, 1)?.height).toBe(39);
    });
    it("strokes wires in one order, whichever are drawn", () => {
      vi.stubGlobal("Path2D", class { moveTo() {} bezierCurveTo() {} });
      const line = (id: string, colour: string, chosen = false) => ({ id, from: { x: 0, y: 0 }, to: { x: 9, y: 9 }, colour, selected: chosen });
      const strokes = (...lines: ReturnType<typeof line>[]): string[] => {
        const order: string[] = [];
        const pen = { strokeStyle: "", lineWidth: 0, stroke: () => order.push(String(pen.strokeStyle)) } as unknown as CanvasRenderingContext2D;
        const brush = { colour: (name: string) => name, picture: () => null, font: "", zoom: 0.1 };
        expect([...drawing(pen, { cards: [], lines }, brush)]).toEqual([]);
        return order;
      };
      const [red, blue, chosen] = [line("a", "red"), line("b", "blue"), line("c", "amber", true)];
      expect(strokes(red, blue, line("d", "red"), chosen)).toEqual(["blue", "red", "amber"]);
      expect(strokes(chosen, blue, red)).toEqual(["blue", "red", "amber"]);
      vi.unstubAllGlobals();
    });
    it("draws again what touches it, and leaves the rest", () => {
      expect(cut(sketch, { x: 290, y: 0, width: 100, height: 10 }, 1).cards.map((one) => one.id)).toEqual(["b"]);
      expect(cut(sketch, { x: 263, y: 0, width: 100, height: 10 }, 1).cards.map((one) => one.id)).toEqual(["a", "b"]);
    });
  });
  it("keeps a wire's object when a letter is typed, and renews only what is touched", () => {
    const typed = { ...film, nodes: { ...film.nodes, a: { ...film.nodes["a"]!, data: { ...film.nodes["a"]!.data, prompt: "f" } } } };
    expect(toFlowEdges(typed, TYPES, REFERENCES, edges)).toBe(edges);
  });
});

describe("a lost change", () => {
  const operation = (op: "replace" | "remove", path: string) => ({ op, path, value: 1 });
  it("is one that is written again, or whose node is gone", () => {
    const mine = ["/nodes/a/data/prompt", "/layout/b"];
    expect(lostBy([operation("replace", "/nodes/a/data/prompt")], mine)).toEqual({ path: mine[0], removed: false });
    expect(lostBy([operation("remove", "/nodes/a")], mine)).toEqual({ path: mine[0], removed: true });
    expect(lostBy([operation("replace", "/nodes/a/data/name"), operation("remove", "/nodes/ab")], mine)).toBeNull();
  });
});
