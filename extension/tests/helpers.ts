/** Small canvases for the tests, and the studio's own declarations. */
import { NODE_TYPES, REFERENCES } from "../dev/declarations.ts";
import type { Canvas, CanvasEdge, CanvasNode, Patch, Patched, TakeView } from "../src/lib/types.ts";

export const TYPES = new Map(NODE_TYPES.map((type) => [type.type, type]));
export { REFERENCES };

export const node = (type: string, data: Record<string, unknown> = {}, more: Partial<CanvasNode> = {}): CanvasNode => ({ type, parent: null, order: "", data, ...more });

export const shot = (name: string, more: Partial<CanvasNode> = {}): CanvasNode => node("shot", { renders: `SCENE_01/${name}`, prompt: "", duration: "4s" }, more);

export const wire = (source: string, sourceHandle: string, target: string, targetHandle: string, order = "a0"): CanvasEdge => ({
  source,
  sourceHandle,
  target,
  targetHandle,
  order,
});

export function canvas(nodes: Record<string, CanvasNode>, edges: Record<string, CanvasEdge> = {}, layout: Canvas["layout"] = {}): Canvas {
  return { schema: "genstudio.canvas/1", version: 1, nodes, edges, layout_version: 1, layout };
}

export const patch = (id: string, operations: Patch["operations"]): Patch & { id: string } => ({ base: 1, operations, author: "a#c", label: "", id, guard: false });

export const patched = (sequence: number, from: Patch, version = sequence): Patched =>
  ({ sequence, version, layout_version: 1, patch: from, author: from.author ?? "", dropped: [] }) as unknown as Patched;

export function take(id: string, more: Partial<TakeView["record"]> = {}): TakeView {
  const record = { id, kind: "video", draft: false, fps: "24", frames: 96, ...more } as TakeView["record"];
  return { record, output_url: `media/x/${id}.mp4`, thumbnail_url: `media/x/${id}.mp4?w=320` };
}
