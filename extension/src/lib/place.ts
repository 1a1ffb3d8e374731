/** Where a new node goes: the free place nearest to the middle of what is seen. */
import type { Position } from "./types.ts";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Room between nodes, and the grid on which places are tried, in canvas pixels. */
const AIR = 28;
const STEP = 32;

/** How far from the middle places are tried, in steps. */
const REACH = 60;

const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width + AIR && b.x < a.x + a.width + AIR && a.y < b.y + b.height + AIR && b.y < a.y + a.height + AIR;

/** Return the top left corner for a node of a size; places inside `view` come before all others. */
export function freePlace(view: Rect, size: { width: number; height: number }, taken: readonly Rect[]): Position {
  const middle = { x: view.x + (view.width - size.width) / 2, y: view.y + (view.height - size.height) / 2 };
  let best = middle;
  let least = Infinity;
  for (let across = -REACH; across <= REACH; across += 1) {
    for (let down = -REACH; down <= REACH; down += 1) {
      const at = { x: middle.x + across * STEP, y: middle.y + down * STEP };
      const outside = at.x < view.x || at.y < view.y || at.x + size.width > view.x + view.width || at.y + size.height > view.y + view.height;
      const cost = Math.hypot(across, down) + (outside ? REACH : 0);
      if (cost < least && !taken.some((other) => overlaps({ ...at, ...size }, other))) {
        best = at;
        least = cost;
      }
    }
  }
  return best;
}

/** Return by how much a view must move across and down so that a node is seen, both on the screen; what is larger than the view is left. */
export function wayIntoView(node: Rect, view: Rect, margin = 20): Position {
  const along = (from: number, length: number, start: number, room: number): number => {
    if (length + 2 * margin > room) return 0;
    if (from < start + margin) return start + margin - from;
    return Math.min(0, start + room - margin - (from + length));
  };
  return { x: along(node.x, node.width, view.x, view.width), y: along(node.y, node.height, view.y, view.height) };
}
