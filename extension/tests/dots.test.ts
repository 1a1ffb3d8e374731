import { describe, expect, it } from "vitest";
import { dotsOf } from "../src/lib/dots.ts";
import { GRID } from "../src/lib/snap.ts";

describe("the dots behind the canvas", () => {
  it("stand where nodes snap to", () => {
    const { gap, x, y } = dotsOf({ x: 100, y: -30, zoom: 1 });
    expect(gap).toBe(GRID);
    expect((100 - x) % GRID).toBe(0);
    expect((-30 - y) % GRID).toBeCloseTo(0);
  });

  it("move by less than a gap, so that a layer one gap larger than the window always covers it", () => {
    for (const zoom of [0.08, 0.3, 1, 1.37, 2.5])
      for (const at of [-9999.5, -24, -0.1, 0, 0.1, 23.9, 24, 12345.6]) {
        const { gap, x, y } = dotsOf({ x: at, y: at, zoom });
        expect(x).toBe(y);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThan(gap);
      }
  });

  it("are never so near to one another that they are a veil, and those that stay stand where they stood", () => {
    for (const zoom of [0.08, 0.1, 0.2, 0.4, 0.58, 0.6]) {
      const { gap } = dotsOf({ x: 0, y: 0, zoom });
      expect(gap).toBeGreaterThanOrEqual(14);
      const each = gap / (GRID * zoom);
      expect(Math.log2(each) % 1).toBeCloseTo(0);
    }
  });
});
