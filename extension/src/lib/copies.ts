/** Copies of nodes: new ids, no folder of their own yet, wires among them kept, places a little off. */
import { newId } from "./ids.ts";
import type { Canvas, CanvasEdge, CanvasNode, Operation, Position } from "./types.ts";

export interface Clipping {
  nodes: Record<string, CanvasNode>;
  edges: CanvasEdge[];
  layout: Record<string, Position>;
}

/** Cut out the named nodes with the wires among them and into them. */
export function clipping(canvas: Canvas, ids: readonly string[]): Clipping {
  const chosen = new Set(ids.filter((id) => canvas.nodes[id]));
  const pick = <Value>(from: Record<string, Value>): Record<string, Value> =>
    Object.fromEntries(Object.entries(from).filter(([id]) => chosen.has(id)));
  return { nodes: pick(canvas.nodes), layout: pick(canvas.layout), edges: Object.values(canvas.edges).filter((edge) => chosen.has(edge.target)) };
}

/** What belongs to one node only: its folder is given by the studio, its takes and their reviews are its own. */
const OWN = { renders: "", scene: "", active_take: null, review: {}, version: 1 };

function copiedData(node: CanvasNode): CanvasNode["data"] {
  const fresh = Object.fromEntries(Object.entries(OWN).filter(([key]) => key in node.data));
  return { ...structuredClone(node.data), ...fresh };
}

/** Return the operations that paste a clipping, and the ids of the new nodes. */
export function pasteOperations(canvas: Canvas, clip: Clipping, offset: Position): { operations: Operation[]; ids: string[] } {
  const renamed = new Map(Object.entries(clip.nodes).map(([id, node]) => [id, newId(node.type)]));
  const operations: Operation[] = [];
  for (const [id, node] of Object.entries(clip.nodes)) {
    const copy = { ...node, order: "", parent: node.parent && canvas.nodes[node.parent] ? node.parent : null, data: copiedData(node) };
    const place = clip.layout[id] ?? { x: 0, y: 0 };
    operations.push({ op: "add", path: `/nodes/${renamed.get(id)}`, value: copy });
    operations.push({ op: "add", path: `/layout/${renamed.get(id)}`, value: { x: place.x + offset.x, y: place.y + offset.y } });
  }
  for (const edge of clip.edges) {
    const source = renamed.get(edge.source) ?? (canvas.nodes[edge.source] ? edge.source : null);
    if (!source) continue;
    operations.push({ op: "add", path: `/edges/${newId("e")}`, value: { ...edge, order: "", source, target: renamed.get(edge.target) } });
  }
  return { operations, ids: [...renamed.values()] };
}
