/** The order of the film as the canvas draws it: the twin of `graph.cut.sequence`, for the cut strip. */
import { byOrder } from "./order.ts";
import { durationFrames, type Rate } from "./timecode.ts";
import { activeTake } from "./takes.ts";
import type { Canvas, CanvasEdge, TakeView } from "./types.ts";

const wiresInto = (canvas: Canvas, id: string, handle: string): [string, CanvasEdge][] =>
  Object.entries(canvas.edges)
    .filter(([, edge]) => edge.target === id && edge.targetHandle === handle)
    .sort(byOrder);

/** Return the ids of the clips of an assembler in film order; a clip that arrives twice is listed once. */
export function sequence(canvas: Canvas, assembler: string): string[] {
  const found: string[] = [];
  const path = new Set<string>();
  const visit = (id: string): void => {
    const node = canvas.nodes[id];
    if (!node || path.has(id)) return;
    path.add(id);
    for (const [, edge] of wiresInto(canvas, id, "sequence_in")) visit(edge.source);
    if (node.type === "scene_group") for (const shot of shotsOfScene(canvas, id)) visit(shot);
    else if (id !== assembler && !found.includes(id)) found.push(id);
    path.delete(id);
  };
  visit(assembler);
  return found;
}

/** Return the shots of a scene group by their order. */
export function shotsOfScene(canvas: Canvas, scene: string): string[] {
  return Object.entries(canvas.nodes)
    .filter(([, node]) => node.parent === scene && (node.type === "shot" || node.type === "scene_group"))
    .sort(byOrder)
    .map(([id]) => id);
}

export interface Clip {
  node: string;
  take: TakeView | null;
  frames: number;
}

/** Return the clips with the length they have in the film, in frames of the project rate. */
export function clips(canvas: Canvas, assembler: string, takes: Readonly<Record<string, readonly TakeView[]>>, rate: Rate): Clip[] {
  return sequence(canvas, assembler).flatMap((id) => {
    const node = canvas.nodes[id];
    if (!node) return [];
    const take = activeTake(node, takes[id] ?? []);
    return [{ node: id, take, frames: clipFrames(node.data["duration"], take, rate) }];
  });
}

function clipFrames(duration: unknown, take: TakeView | null, rate: Rate): number {
  const asked = durationFrames(typeof duration === "string" ? duration : "4s", rate) ?? 1;
  const record = take?.record;
  if (!record || record.kind !== "video" || !record.fps || record.frames < 1) return asked;
  const [numerator = 24, denominator = 1] = record.fps.split("/").map(Number);
  return Math.max(1, Math.round((record.frames * denominator * rate.numerator) / (numerator * rate.denominator)));
}
