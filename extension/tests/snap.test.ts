import { describe, expect, it } from "vitest";
import { commandOf } from "../src/lib/keys.ts";
import { GRID, toGrid, toGuides } from "../src/lib/snap.ts";

const box = (x: number, y: number, width = 200, height = 100) => ({ x, y, width, height });

describe("a box that is dragged near others", () => {
  it("lines up with the nearest edge or middle, each way on its own", () => {
    const { by, guides } = toGuides(box(304, 95), [box(300, 400), box(900, 90)], 8);
    expect(by).toEqual({ x: -4, y: -5 });
    expect(guides.map(({ axis, at }) => [axis, at])).toEqual([["x", 300], ["x", 500], ["x", 400], ["y", 90], ["y", 190], ["y", 140]]);
  });
  it("says so by lines that reach over all that stand on them", () => {
    const { guides } = toGuides(box(0, 1000), [box(0, 0, 50), box(0, 3000, 50)], 8);
    expect(guides).toEqual([{ axis: "x", at: 0, from: 0, to: 3100 }]);
  });
  it("lines up edge to edge, and middle to middle where sizes differ", () => {
    expect(toGuides(box(205, 500), [box(0, 0)], 8).by).toEqual({ x: -5, y: 0 });
    expect(toGuides(box(47, 500), [box(0, 0, 300)], 8).by.x).toBe(3);
  });
  it("goes where it is put where nothing is near, or nothing is there", () => {
    expect(toGuides(box(40, 500), [box(0, 0)], 8)).toEqual({ by: { x: 0, y: 0 }, guides: [] });
    expect(toGuides(box(40, 500), [], 8)).toEqual({ by: { x: 0, y: 0 }, guides: [] });
  });
  it("stays on a line that it stands on", () => {
    const { by, guides } = toGuides(box(0, 500), [box(0, 0)], 8);
    expect([by.x, guides.length]).toEqual([0, 3]);
  });
});

describe("the grid", () => {
  it("takes the corner to the nearest dot, also left of and above the middle of the canvas", () => {
    expect(toGrid({ x: GRID + 5, y: -5 })).toEqual({ by: { x: -5, y: 5 }, guides: [] });
  });
});

it("S changes what a drag lines up with", () => {
  expect(commandOf({ key: "s", ctrl: false, shift: false, alt: false })).toBe("snap");
  expect(commandOf({ key: "s", ctrl: true, shift: false, alt: false })).toBeNull();
});
