/** Copies of nodes: new ids, no folder of their own yet, wires among them kept, places a little off. */
import { newId } from "./ids.ts";
import { isObject } from "./json.ts";
import { byOrder } from "./order.ts";
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

/** What an assembler says of each clip, by the node that gives it. */
const BY_NODE = ["events", "music"] as const;

function copiedData(node: CanvasNode, renamed: ReadonlyMap<string, string>): CanvasNode["data"] {
  const fresh = Object.fromEntries(Object.entries(OWN).filter(([key]) => key in node.data));
  const data: CanvasNode["data"] = { ...structuredClone(node.data), ...fresh };
  for (const key of BY_NODE) {
    const entries = node.type === "vse_assembler" ? data[key] : undefined;
    if (isObject(entries)) data[key] = Object.fromEntries(Object.entries(entries).map(([id, entry]) => [renamed.get(id) ?? id, entry]));
  }
  return data;
}

export interface Pasting {
  /** The scene that is pasted into; by default copies stand where what they were made of stands. */
  into?: string | null;
  /** Whether the clipping is of another canvas: nothing of this one is meant by its ids then. */
  foreign?: boolean;
}

/** Return the operations that paste a clipping, and the ids of the new nodes. */
export function pasteOperations(canvas: Canvas, clip: Clipping, offset: Position, { into = null, foreign = false }: Pasting = {}): { operations: Operation[]; ids: string[] } {
  const renamed = new Map(Object.entries(clip.nodes).map(([id, node]) => [id, newId(node.type)]));
  const here = (id: string | null | undefined): string | null => (!foreign && id && canvas.nodes[id] ? id : null);
  const operations: Operation[] = [];
  for (const [id, node] of Object.entries(clip.nodes).sort(byOrder)) {
    const parent = renamed.get(node.parent ?? "") ?? into ?? here(node.parent);
    const copy = { ...node, order: "", parent, data: copiedData(node, renamed) };
    const place = clip.layout[id] ?? { x: 0, y: 0 };
    operations.push({ op: "add", path: `/nodes/${renamed.get(id)}`, value: copy });
    operations.push({ op: "add", path: `/layout/${renamed.get(id)}`, value: { x: Math.round(place.x + offset.x), y: Math.round(place.y + offset.y) } });
  }
  for (const edge of [...clip.edges].sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))) {
    const source = renamed.get(edge.source) ?? here(edge.source);
    if (!source) continue;
    operations.push({ op: "add", path: `/edges/${newId("e")}`, value: { ...edge, order: "", source, target: renamed.get(edge.target) } });
  }
  return { operations, ids: [...renamed.values()] };
}
