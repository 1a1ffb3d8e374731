/** The frames around scenes: the room that a scene's card and all that stands in it take, with some air. */
import { idsOfType } from "./kinds.ts";
import { bounds, boxesOf, type Box } from "./boxes.ts";
import type { FlowNode } from "./flow.ts";
import type { Canvas } from "./types.ts";

export interface SceneFrame {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const AIR = 24;

/** Return one frame for each scene that holds something, outer scenes first. */
export function frames(canvas: Canvas, nodes: readonly Pick<FlowNode, "id" | "position" | "measured">[]): SceneFrame[] {
  const held = new Map<string, Box[]>();
  if (!idsOfType(canvas.nodes, "scene_group").length) return [];
  for (const box of boxesOf(canvas, nodes)) {
    for (const scene of scenesAround(canvas, box.id)) {
      const there = held.get(scene);
      if (there) there.push(box);
      else held.set(scene, [box]);
    }
  }
  const found: SceneFrame[] = [];
  for (const [id, boxes] of held) {
    const all = boxes.length > 1 ? bounds(boxes) : null;
    if (all) found.push({ id, x: all.x - AIR, y: all.y - AIR, width: all.width + 2 * AIR, height: all.height + 2 * AIR });
  }
  return found.sort((a, b) => b.width * b.height - a.width * a.height);
}

/** The scenes that a node stands in, and itself if it is one. */
function scenesAround(canvas: Canvas, id: string): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (let at: string | null | undefined = id; at && !seen.has(at); at = canvas.nodes[at]?.parent) {
    seen.add(at);
    if (canvas.nodes[at]?.type === "scene_group") found.add(at);
  }
  return found;
}
