/** Steps that finish a picture can be passed by: what comes in goes on as it is. The twin of `graph.bypass`. */
import { wiringOf } from "./wiring.ts";
import type { Canvas, CanvasEdge, CanvasNode, Operation } from "./types.ts";

const FINISHING: ReadonlySet<string> = new Set(["super_resolution", "video_restoration"]);

/** Whether a node is one that can be passed by. */
export const canBeMuted = (node: CanvasNode | undefined): boolean => FINISHING.has(node?.type ?? "");

/** Whether a node is passed by just now. */
export const isMuted = (node: CanvasNode | undefined): boolean => canBeMuted(node) && node?.data["muted"] === true;

/** Return the wire that gives what a wire seems to give, past all steps that are passed by; null if nothing comes into the last of them. */
export function pastMuted(canvas: Canvas, edge: CanvasEdge): CanvasEdge | null {
  const seen = new Set<string>();
  let now = edge;
  while (isMuted(canvas.nodes[now.source])) {
    const before = wiringOf(canvas).into(now.source, "input")[0]?.[1];
    if (!before || seen.has(now.source)) return null;
    seen.add(now.source);
    now = before;
  }
  return now;
}

/** Return the operations that pass by the finishing steps among some nodes, or use all of them again where all are passed by. */
export function muteOperations(canvas: Canvas, ids: readonly string[]): { operations: Operation[]; muted: boolean } {
  const steps = ids.filter((id) => canBeMuted(canvas.nodes[id]));
  const muted = steps.some((id) => !isMuted(canvas.nodes[id]));
  const changed = steps.filter((id) => isMuted(canvas.nodes[id]) !== muted);
  const operations = changed.map((id) => ({ op: "add" as const, path: `/nodes/${id}/data/muted`, value: muted }));
  return { operations, muted };
}
