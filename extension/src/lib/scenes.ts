/** The frames around scenes: the room that a scene's card and all that stands in it take, with some air. */
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
  const scenes = Object.keys(canvas.nodes).filter((id) => canvas.nodes[id]?.type === "scene_group");
  return scenes
    .map((id) => frameOf(canvas, id, nodes))
    .filter((frame) => frame !== null)
    .sort((a, b) => b.width * b.height - a.width * a.height);
}

function frameOf(canvas: Canvas, scene: string, nodes: readonly Pick<FlowNode, "id" | "position" | "measured">[]): SceneFrame | null {
  const inside = nodes.filter((node) => node.id === scene || isInside(canvas, node.id, scene));
  if (inside.length < 2) return null;
  const left = Math.min(...inside.map((node) => node.position.x)) - AIR;
  const top = Math.min(...inside.map((node) => node.position.y)) - AIR;
  const right = Math.max(...inside.map((node) => node.position.x + (node.measured?.width ?? 240))) + AIR;
  const bottom = Math.max(...inside.map((node) => node.position.y + (node.measured?.height ?? 200))) + AIR;
  return { id: scene, x: left, y: top, width: right - left, height: bottom - top };
}

function isInside(canvas: Canvas, id: string, scene: string): boolean {
  const seen = new Set<string>();
  for (let parent = canvas.nodes[id]?.parent; parent && !seen.has(parent); parent = canvas.nodes[parent]?.parent) {
    if (parent === scene) return true;
    seen.add(parent);
  }
  return false;
}
