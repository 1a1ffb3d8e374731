/** What of a shot its pipeline does not take: nothing of it is thrown away, since another pipeline may take it again. */
import { referenceOf, socketsOf, type NodeTypes } from "./declarations.ts";
import type { Canvas, CanvasEdge, Reference } from "./types.ts";
import { wiringOf } from "./wiring.ts";

export interface Unfit {
  /** Wires to inputs that are not there, by id. */
  wires: readonly (readonly [id: string, edge: CanvasEdge])[];
  /** Settings that nothing reads. */
  params: readonly string[];
}

/** Return what a node holds that nothing takes just now. */
export function unfitOf(canvas: Canvas, id: string, types: NodeTypes, references: readonly Reference[]): Unfit {
  const node = canvas.nodes[id];
  if (!node || !types.has(node.type)) return { wires: [], params: [] };
  const names = new Set(socketsOf(canvas, id, types, references).inputs.map((socket) => socket.name));
  const wires = wiringOf(canvas).to(id).filter(([, edge]) => !names.has(edge.targetHandle));
  return { wires, params: node.type === "shot" ? unread(node.data["params"], references.find((entry) => entry.reference === referenceOf(canvas, id))) : [] };
}

/** Return which settings a pipeline does not read; none where it is not known, or where quality chooses among several that read others. */
export function unread(params: unknown, reference: Reference | undefined): string[] {
  if (!reference?.params || !reference.reference.includes("@") || typeof params !== "object" || params === null) return [];
  const known = new Set(reference.params.map((param) => param.name));
  return Object.keys(params).filter((name) => !known.has(name));
}

const plain = (name: string): string => name.replace(/_/g, " ");

/** Say what a change of pipeline left without a taker, or null if all still fits. */
export function unfitWords(before: Unfit, after: Unfit, pipeline: string): string | null {
  const old = new Set(before.wires.map(([id]) => id));
  const sockets = [...new Set(after.wires.filter(([id]) => !old.has(id)).map(([, edge]) => plain(edge.targetHandle)))];
  const params = after.params.filter((name) => !before.params.includes(name)).map(plain);
  const parts = [
    ...(sockets.length ? [`takes no ${sockets.join(", ")}`] : []),
    ...(params.length ? [`does not read ${params.join(", ")}`] : []),
  ];
  return parts.length ? `${pipeline} ${parts.join(" and ")}.` : null;
}
