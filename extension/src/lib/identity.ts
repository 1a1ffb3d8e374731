/** What a new entry is given once, as the studio will: the folder of its takes and its place in the order (twin of graph.identity).
 *
 * Only a guess that lets a new shot show its number at once: the studio knows folders that the canvas does not, and its word counts.
 */
import { append, lastOrder } from "./order.ts";
import type { Canvas, CanvasEdge, CanvasNode } from "./types.ts";

const FOLDERS: Readonly<Record<string, string>> = { shot: "SHOT", super_resolution: "UPSCALE", video_restoration: "RESTORE", audio: "AUDIO" };
const RENDERS = /^[A-Z0-9_]{1,32}\/[A-Z0-9_]{1,32}$/;
const NUMBERED = /^([A-Z]+)_(\d{2,9})$/;
const STEP = 10;

const rendersOf = (node: CanvasNode): string => (typeof node.data["renders"] === "string" ? (node.data["renders"] as string).toUpperCase() : "");

function sceneOf(canvas: Canvas, node: CanvasNode): string {
  const seen = new Set<string>();
  for (let parent = node.parent; parent && canvas.nodes[parent] && !seen.has(parent); parent = canvas.nodes[parent]?.parent ?? null) {
    seen.add(parent);
    const scene = canvas.nodes[parent]?.data["scene"];
    if (typeof scene === "string" && RENDERS.test(`${scene}/X`)) return scene;
  }
  return "SCENE_01";
}

function nextFolder(canvas: Canvas, scene: string, stem: string): string {
  const used = Object.values(canvas.nodes).map(rendersOf).filter((renders) => renders.startsWith(`${scene}/${stem}`));
  const numbers = used.map((renders) => {
    const [folder, name = ""] = renders.split("/");
    const match = NUMBERED.exec(name);
    return folder === scene && match?.[1] === stem ? Number(match[2]) : 0;
  });
  const number = Math.floor(Math.max(0, ...numbers) / STEP) * STEP + STEP;
  return `${scene}/${stem}_${String(number).padStart(3, "0")}`;
}

function nextScene(canvas: Canvas): string {
  const used = new Set(Object.values(canvas.nodes).flatMap((node) => [rendersOf(node).split("/")[0], node.data["scene"]]));
  let number = 1;
  while (used.has(`SCENE_${String(number).padStart(2, "0")}`)) number += 1;
  return `SCENE_${String(number).padStart(2, "0")}`;
}

/** Return a new node with all that the studio gives it. */
export function completeNode(canvas: Canvas, node: CanvasNode): CanvasNode {
  const data = { ...node.data };
  const stem = FOLDERS[node.type];
  const renders = rendersOf(node);
  const taken = renders !== "" && Object.values(canvas.nodes).some((other) => rendersOf(other) === renders);
  if (stem && (taken || !RENDERS.test(renders))) data["renders"] = nextFolder(canvas, sceneOf(canvas, node), stem);
  if (node.type === "scene_group" && !RENDERS.test(`${String(data["scene"] ?? "")}/X`)) data["scene"] = nextScene(canvas);
  const siblings = Object.values(canvas.nodes).filter((other) => (other.parent ?? null) === (node.parent ?? null));
  return { ...node, order: node.order || append(lastOrder(siblings)), data };
}

/** Return a new wire with its place after the wires of the same input. */
export function completeEdge(canvas: Canvas, edge: CanvasEdge): CanvasEdge {
  if (edge.order) return edge;
  const there = Object.values(canvas.edges).filter((other) => other.target === edge.target && other.targetHandle === edge.targetHandle);
  return { ...edge, order: append(lastOrder(there)) };
}
