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

const WIDE = 2 * REACH + 1;

/** How many steps a place of the table stands across and down from the middle. */
const acrossOf = (at: number): number => (at % WIDE) - REACH;
const downOf = (at: number): number => Math.floor(at / WIDE) - REACH;
const away = (at: number): number => acrossOf(at) ** 2 + downOf(at) ** 2;

/** All places of the table, the nearest to the middle first. */
const RING = Int32Array.from({ length: WIDE * WIDE }, (_, at) => at).sort((a, b) => away(a) - away(b));

/** Return which of the places tried are taken, as a table by steps down and across. */
function blocked(middle: Position, size: { width: number; height: number }, taken: readonly Rect[]): Uint8Array {
  const table = new Uint8Array(WIDE * WIDE);
  const first = (edge: number): number => Math.max(-REACH, Math.floor(edge / STEP) + 1);
  const last = (edge: number): number => Math.min(REACH, Math.ceil(edge / STEP) - 1);
  for (const other of taken) {
    const [left, right] = [first(other.x - AIR - size.width - middle.x), last(other.x + other.width + AIR - middle.x)];
    const [top, bottom] = [first(other.y - AIR - size.height - middle.y), last(other.y + other.height + AIR - middle.y)];
    for (let down = top; down <= bottom; down += 1) if (left <= right) table.fill(1, (down + REACH) * WIDE + left + REACH, (down + REACH) * WIDE + right + REACH + 1);
  }
  return table;
}

/** Return the top left corner for a node of a size; places inside `view` come before all others. */
export function freePlace(view: Rect, size: { width: number; height: number }, taken: readonly Rect[]): Position {
  const middle = { x: view.x + (view.width - size.width) / 2, y: view.y + (view.height - size.height) / 2 };
  const table = blocked(middle, size, taken);
  const [wide, tall] = [(view.width - size.width) / 2 / STEP, (view.height - size.height) / 2 / STEP];
  let place: number | undefined;
  for (const at of RING) {
    if (table[at]) continue;
    place ??= at;
    if (Math.abs(acrossOf(at)) > wide || Math.abs(downOf(at)) > tall) continue;
    place = at;
    break;
  }
  const [across, down] = place === undefined ? [0, 0] : [acrossOf(place), downOf(place)];
  return { x: middle.x + across * STEP, y: middle.y + down * STEP };
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
