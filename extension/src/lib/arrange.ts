/** Lining up and spreading out the nodes that are chosen; scenes take what they hold along. */
import { bounds, type Box } from "./boxes.ts";
import type { Canvas, Operation, Position } from "./types.ts";
import { inside } from "./nesting.ts";

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";
export type Axis = "across" | "down";

/** Where nodes go, by id. */
export type Places = ReadonlyMap<string, Position>;

/** Return where boxes stand when they share an edge, or a middle, of the room they take together. */
export function aligned(boxes: readonly Box[], edge: Edge): Places {
  const all = bounds(boxes);
  if (!all) return new Map();
  const place = (box: Box): Position => {
    if (edge === "left") return { x: all.x, y: box.y };
    if (edge === "right") return { x: all.x + all.width - box.width, y: box.y };
    if (edge === "centre") return { x: all.x + (all.width - box.width) / 2, y: box.y };
    if (edge === "top") return { x: box.x, y: all.y };
    if (edge === "bottom") return { x: box.x, y: all.y + all.height - box.height };
    return { x: box.x, y: all.y + (all.height - box.height) / 2 };
  };
  return new Map(boxes.map((box) => [box.id, place(box)]));
}

/** Return where boxes stand when there is the same room between each and the next; the first and the last stay. */
export function spread(boxes: readonly Box[], axis: Axis): Places {
  const [at, size] = axis === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const sorted = [...boxes].sort((a, b) => a[at] + a[size] / 2 - (b[at] + b[size] / 2));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || sorted.length < 3) return new Map();
  const taken = sorted.reduce((sum, box) => sum + box[size], 0);
  const room = (last[at] + last[size] - first[at] - taken) / (sorted.length - 1);
  let next = first[at];
  return new Map(
    sorted.map((box) => {
      const place = { x: box.x, y: box.y, [at]: next };
      next += box[size] + room;
      return [box.id, place];
    }),
  );
}

/** Return the layout operations that bring nodes to their places; what stands in a scene that moves, moves with it. */
export function placeOperations(canvas: Canvas, boxes: readonly Box[], places: Places): Operation[] {
  const was = new Map(boxes.map((box) => [box.id, box]));
  const all = new Map(places);
  for (const [id, to] of places) {
    const from = canvas.nodes[id]?.type === "scene_group" ? was.get(id) : undefined;
    if (from) for (const [held, at] of carried(canvas, id, { x: to.x - from.x, y: to.y - from.y })) if (!all.has(held)) all.set(held, at);
  }
  return [...all].flatMap(([id, { x, y }]): Operation[] => {
    const place = { x: Math.round(x), y: Math.round(y) };
    const now = canvas.layout[id];
    if (!canvas.nodes[id] || (now?.x === place.x && now.y === place.y)) return [];
    return [{ op: now ? "replace" : "add", path: `/layout/${id}`, value: place }];
  });
}

/** Return where what a scene holds stands once the scene has moved. */
export function carried(canvas: Canvas, scene: string, by: Position): Places {
  const moved = new Map<string, Position>();
  if (!by.x && !by.y) return moved;
  for (const id of inside(canvas, [scene])) {
    const at = canvas.layout[id];
    if (at) moved.set(id, { x: at.x + by.x, y: at.y + by.y });
  }
  return moved;
}

/** Return layout operations with those of what is hidden in the folded scenes that they move. */
export function withHidden(canvas: Canvas, operations: readonly Operation[], seen: Canvas): Operation[] {
  const hidden = operations.flatMap(({ path, value }) => {
    const id = path.split("/")[2] ?? "";
    const was = canvas.layout[id];
    if (canvas.nodes[id]?.type !== "scene_group" || !was) return [];
    const to = value as Position;
    return [...carried(canvas, id, { x: to.x - was.x, y: to.y - was.y })].filter(([held]) => !seen.nodes[held]);
  });
  return [...operations, ...[...new Map(hidden)].map(([id, at]): Operation => ({ op: "replace", path: `/layout/${id}`, value: at }))];
}
