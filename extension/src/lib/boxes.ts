/** The room that nodes take on the canvas, measured where they have been drawn, estimated where not; and what lies where. */
import type { FlowNode } from "./flow.ts";
import type { Rect } from "./place.ts";
import type { Canvas, Position } from "./types.ts";

export interface Box extends Rect {
  id: string;
}

export interface View extends Position {
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** What a card is expected to take before it was drawn once, in canvas pixels. */
const USUAL: Readonly<Record<string, Size>> = {
  shot: { width: 264, height: 262 },
  asset: { width: 184, height: 160 },
  vse_assembler: { width: 272, height: 240 },
  note: { width: 220, height: 96 },
};
const COMMON: Size = { width: 212, height: 130 };

type Placed = Pick<FlowNode, "id" | "position" | "measured">;

/** The box of each node, until the node is another: an edit moves few of them. */
const known = new WeakMap<Placed, { type: string; box: Box }>();

/** Return the boxes of nodes, in their order; that of a node that is the same is the same. */
export function boxesOf(canvas: Canvas, nodes: readonly Placed[]): Box[] {
  return nodes.map((node) => {
    const type = canvas.nodes[node.id]?.type ?? "";
    const old = known.get(node);
    if (old?.type === type) return old.box;
    const { id, position, measured } = node;
    const usual = USUAL[type] ?? COMMON;
    const box = { id, x: position.x, y: position.y, width: measured?.width || usual.width, height: measured?.height || usual.height };
    known.set(node, { type, box });
    return box;
  });
}

export const overlap = (a: Rect, b: Rect): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export const contains = (outer: Rect, inner: Rect): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

/** Return the part of the canvas that a window shows, grown by `margin` of its size on each side. */
export function seen(view: View, window: Size, margin = 0): Rect {
  const width = window.width / view.zoom;
  const height = window.height / view.zoom;
  return { x: -view.x / view.zoom - width * margin, y: -view.y / view.zoom - height * margin, width: width * (1 + 2 * margin), height: height * (1 + 2 * margin) };
}

/** Return the box at a point; of several the one drawn last. */
export const boxAt = (boxes: readonly Box[], at: Position): Box | undefined => boxes.findLast((box) => overlap(box, { ...at, width: 0.01, height: 0.01 }));

/** Return what holds all boxes, or null if there are none. */
export function bounds(boxes: Iterable<Rect>): Rect | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Return the view in which a window shows a part of the canvas whole, with `padding` of the window free around it. */
export function fitting(part: Rect, window: Size, { padding, maxZoom, minZoom }: { padding: number; maxZoom: number; minZoom: number }): View {
  const room = (length: number): number => Math.max(1, length * (1 - padding));
  const fit = Math.min(room(window.width) / Math.max(1, part.width), room(window.height) / Math.max(1, part.height));
  const zoom = Math.min(maxZoom, Math.max(minZoom, fit));
  return { x: window.width / 2 - (part.x + part.width / 2) * zoom, y: window.height / 2 - (part.y + part.height / 2) * zoom, zoom };
}
