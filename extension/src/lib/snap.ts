/** Where what is dragged lines up: with the edges and middles of what stands around it, or with the dots of the canvas. */
import type { Rect } from "./place.ts";
import type { Position } from "./types.ts";

/** What a drag lines up with. */
export type SnapMode = "guides" | "grid" | "free";

/** A line on the canvas that says what lines up: at `at` across (axis x) or down (axis y), `from` one end `to` the other. */
export interface Guide {
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
}

export interface Snap {
  /** How much further what is dragged has to move. */
  by: Position;
  guides: readonly Guide[];
}

/** Dots of the canvas, in canvas pixels from one to the next. */
export const GRID = 24;

/** How near on the screen, in pixels, two edges must come to line up. */
export const REACH = 7;

/** Half a pixel on the canvas is no difference that anybody sees. */
const SAME = 0.5;

export const NO_SNAP: Snap = { by: { x: 0, y: 0 }, guides: [] };

/** Return how a box that is dragged lines up with others. `reach` is in canvas pixels. */
export function toGuides(moving: Rect, others: readonly Rect[], reach: number): Snap {
  const by = { x: nearest(spanOf(moving, "x"), others, "x", reach), y: nearest(spanOf(moving, "y"), others, "y", reach) };
  const there = { ...moving, x: moving.x + (by.x ?? 0), y: moving.y + (by.y ?? 0) };
  const guides = [...(by.x === null ? [] : guidesOf(there, others, "x")), ...(by.y === null ? [] : guidesOf(there, others, "y"))];
  return { by: { x: by.x ?? 0, y: by.y ?? 0 }, guides };
}

/** Return how the corner of a box goes to the nearest dot. */
export function toGrid({ x, y }: Pick<Rect, "x" | "y">): Snap {
  const way = (at: number): number => Math.round(at / GRID) * GRID - at;
  return { by: { x: way(x), y: way(y) }, guides: [] };
}

interface Span {
  start: number;
  middle: number;
  end: number;
}

function spanOf(box: Rect, axis: "x" | "y"): Span {
  const [start, length] = axis === "x" ? [box.x, box.width] : [box.y, box.height];
  return { start, middle: start + length / 2, end: start + length };
}

/** An edge lines up with either edge, a middle with a middle only: more would be noise. */
const ways = (moving: Span, other: Span): number[] => [
  other.start - moving.start,
  other.end - moving.end,
  other.middle - moving.middle,
  other.start - moving.end,
  other.end - moving.start,
];

function nearest(moving: Span, others: readonly Rect[], axis: "x" | "y", reach: number): number | null {
  let best: number | null = null;
  for (const other of others)
    for (const way of ways(moving, spanOf(other, axis))) if (Math.abs(way) <= reach && (best === null || Math.abs(way) < Math.abs(best))) best = way;
  return best;
}

/** The lines on which a box and others stand now, each as long as all that stand on it. */
function guidesOf(box: Rect, others: readonly Rect[], axis: "x" | "y"): Guide[] {
  const own = spanOf(box, axis);
  const along = (rect: Rect): Span => spanOf(rect, axis === "x" ? "y" : "x");
  const found = new Map<number, Guide>();
  for (const other of others) {
    const span = spanOf(other, axis);
    const lines = [
      ...[own.start, own.end].filter((line) => Math.abs(span.start - line) < SAME || Math.abs(span.end - line) < SAME),
      ...(Math.abs(span.middle - own.middle) < SAME ? [own.middle] : []),
    ];
    for (const at of lines) {
      const so = found.get(at) ?? { axis, at, from: along(box).start, to: along(box).end };
      found.set(at, { ...so, from: Math.min(so.from, along(other).start), to: Math.max(so.to, along(other).end) });
    }
  }
  return [...found.values()];
}
