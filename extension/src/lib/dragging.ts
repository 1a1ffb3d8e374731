/** A drag on the canvas: what it lines up with, and what goes along. Decided of values; the stage carries it out. */
import { bounds, overlap, type Box } from "./boxes.ts";
import type { FlowNode } from "./flow.ts";
import { inside } from "./nesting.ts";
import type { Rect } from "./place.ts";
import { NO_SNAP, REACH, toGrid, toGuides, type Snap, type SnapMode } from "./snap.ts";
import type { Canvas, Position } from "./types.ts";

/** The canvas under a drag. */
export interface Ground {
  canvas: Canvas;
  nodes: FlowNode[];
  boxes: readonly Box[];
  /** What are elements: Svelte Flow drags those of them that are selected. */
  mounted: ReadonlySet<string>;
}

/** Return how what is dragged lines up with the dots, or with what stands around it in the `part` of the canvas that is seen.
 *
 * @param zoom Screen pixels a canvas pixel.
 */
export function lineUp({ nodes, boxes }: Ground, dragged: readonly { id: string }[], mode: SnapMode, part: Rect, zoom: number): Snap {
  const moving = new Set(dragged.map((node) => node.id));
  const own = bounds(boxes.filter((box) => moving.has(box.id)));
  if (!own || mode === "free") return NO_SNAP;
  if (mode === "grid") return toGrid(own);
  const carried = new Set(nodes.filter((node) => node.dragging).map((node) => node.id));
  return toGuides(own, boxes.filter((box) => !moving.has(box.id) && !carried.has(box.id) && overlap(box, part)), REACH / zoom);
}

/** Return the nodes with those that are dragged moved on `by` canvas pixels, and what follows the first of them where it goes. */
export function carry(ground: Ground, lead: FlowNode | null | undefined, dragged: readonly FlowNode[], by: Position, dragging: boolean): FlowNode[] {
  const at = new Map(dragged.map((node) => [node.id, { x: node.position.x + by.x, y: node.position.y + by.y }]));
  const moved = by.x || by.y ? ground.nodes.map((node) => (at.has(node.id) ? { ...node, position: at.get(node.id) ?? node.position } : node)) : ground.nodes;
  return lead ? following({ ...ground, nodes: moved }, lead.id, at.get(lead.id) ?? lead.position, dragging) : moved;
}

/** Drawn nodes that are selected, and what stands in a scene, go where the dragged one goes. */
function following({ canvas, nodes, mounted }: Ground, lead: string, to: Position, dragging: boolean): FlowNode[] {
  const was = canvas.layout[lead];
  if (!was) return nodes;
  const scenes = nodes.filter((node) => (node.selected || node.id === lead) && canvas.nodes[node.id]?.type === "scene_group");
  const held = inside(canvas, scenes.map((node) => node.id));
  const follows = (node: FlowNode): boolean => node.id !== lead && (node.selected ? !mounted.has(node.id) : held.has(node.id));
  if (!nodes.some(follows)) return nodes;
  const [x, y] = [to.x - was.x, to.y - was.y];
  return nodes.map((node) => {
    const at = canvas.layout[node.id];
    return at && follows(node) ? { ...node, position: { x: at.x + x, y: at.y + y }, dragging } : node;
  });
}
