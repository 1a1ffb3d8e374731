import { describe, expect, it } from "vitest";
import { boxesOf } from "../src/lib/boxes.ts";
import { carry, lineUp, type Ground } from "../src/lib/dragging.ts";
import { toFlowNodes, type FlowNode } from "../src/lib/flow.ts";
import { canvas, node, shot, TYPES } from "./helpers.ts";

const film = canvas(
  { a: shot("SHOT_010"), b: shot("SHOT_020"), scene: node("scene_group"), child: { ...shot("SHOT_030"), parent: "scene" }, far: shot("SHOT_040") },
  {},
  { a: { x: 0, y: 0 }, b: { x: 400, y: 3 }, scene: { x: 900, y: 0 }, child: { x: 950, y: 200 }, far: { x: 9000, y: 4 } },
);

/** The film in the middle of a drag: some nodes moved and marked as dragged, some selected, some elements. */
function ground(moved: Record<string, { x: number; y: number }>, selected: string[], mounted: string[]): Ground {
  const nodes = toFlowNodes(film, TYPES, []).map((entry): FlowNode => ({
    ...entry,
    position: moved[entry.id] ?? entry.position,
    selected: selected.includes(entry.id),
    dragging: entry.id in moved,
  }));
  return { canvas: film, nodes, boxes: boxesOf(film, nodes), mounted: new Set(mounted) };
}
const those = (all: Ground, ...ids: string[]): FlowNode[] => all.nodes.filter(({ id }) => ids.includes(id));
const places = (nodes: readonly FlowNode[]): Record<string, [number, number]> => Object.fromEntries(nodes.map(({ id, position }) => [id, [position.x, position.y]]));
const SEEN = { x: -100, y: -100, width: 2000, height: 1000 };

describe("a drag", () => {
  it("lines up with what is seen, with the dots, or goes free", () => {
    const held = ground({ a: { x: 30, y: 5 } }, ["a"], ["a", "b"]);
    expect(lineUp(held, those(held, "a"), "guides", SEEN, 1).by).toEqual({ x: 0, y: -2 });
    expect(lineUp(held, those(held, "a"), "guides", { ...SEEN, x: -3000 }, 1)).toEqual({ by: { x: 0, y: 0 }, guides: [] });
    expect(lineUp(held, those(held, "a"), "grid", SEEN, 1).by).toEqual({ x: -6, y: -5 });
    expect(lineUp(held, those(held, "a"), "free", SEEN, 1).by).toEqual({ x: 0, y: 0 });
    expect(lineUp(held, [], "guides", SEEN, 1).by).toEqual({ x: 0, y: 0 });
  });
  it("reaches as far on the canvas as seven pixels of the screen", () => {
    const held = ground({ a: { x: 30, y: 13 } }, ["a"], ["a", "b"]);
    expect(lineUp(held, those(held, "a"), "guides", SEEN, 1).by.y).toBe(0);
    expect(lineUp(held, those(held, "a"), "guides", SEEN, 0.5).by.y).toBe(-10);
  });
  it("moves what is dragged on, and nothing else", () => {
    const held = ground({ a: { x: 30, y: 5 } }, ["a"], ["a", "b"]);
    expect(places(carry(held, those(held, "a")[0], those(held, "a"), { x: 0, y: -2 }, true))).toEqual({ ...places(held.nodes), a: [30, 3] });
    expect(carry(held, those(held, "a")[0], those(held, "a"), { x: 0, y: 0 }, true)).toBe(held.nodes);
  });
  it("takes along what is selected and only drawn, and what stands in a dragged scene", () => {
    const chosen = ground({ a: { x: 30, y: 5 } }, ["a", "far"], ["a", "b"]);
    const after = carry(chosen, those(chosen, "a")[0], those(chosen, "a"), { x: 0, y: 0 }, true);
    expect(places(after)).toEqual({ ...places(chosen.nodes), far: [9030, 9] });
    expect(after.find(({ id }) => id === "far")?.dragging).toBe(true);
    const scene = ground({ scene: { x: 910, y: 20 } }, [], ["scene", "child"]);
    expect(places(carry(scene, those(scene, "scene")[0], those(scene, "scene"), { x: 0, y: 4 }, false))["child"]).toEqual([960, 224]);
  });
});
