/** What is known of a node: its declaration and its sockets, also for nodes that no declaration describes. */
import { wiringOf } from "./wiring.ts";
import type { Canvas, CanvasNode, InputSocket, NodeType, OutputSocket, Reference, SocketName } from "./types.ts";

export interface Sockets {
  inputs: readonly InputSocket[];
  outputs: readonly OutputSocket[];
}

export type NodeTypes = ReadonlyMap<string, NodeType>;

const ANY: SocketName[] = [];
export const DEFAULT_REFERENCE = "generate-video";

/** The reference a shot is generated with: that of the pipeline node wired to it, else the default task. */
export function referenceOf(canvas: Canvas, shot: string): string {
  for (const [, edge] of wiringOf(canvas).into(shot, "pipeline")) {
    const reference = canvas.nodes[edge.source]?.data["reference"];
    if (typeof reference === "string" && reference) return reference;
  }
  return DEFAULT_REFERENCE;
}

/** Return the sockets of a node; a shot also has those of its task. Unknown types get one socket per wire that touches them. */
export function socketsOf(canvas: Canvas, id: string, types: NodeTypes, references: readonly Reference[] = []): Sockets {
  const node = canvas.nodes[id];
  const declared = node && types.get(node.type);
  if (!declared) return socketsFromWires(canvas, id);
  const task = node.type === "shot" ? references.find((entry) => entry.reference === referenceOf(canvas, id)) : undefined;
  const own = new Set(declared.inputs.map((socket) => socket.name));
  const extra = (task?.inputs ?? []).filter((socket) => !own.has(socket.name));
  return { inputs: extra.length ? [...declared.inputs, ...extra] : declared.inputs, outputs: declared.outputs };
}

function socketsFromWires(canvas: Canvas, id: string): Sockets {
  const inputs = new Map<string, InputSocket>();
  const outputs = new Map<string, OutputSocket>();
  const shared = { types: ANY, title: "", description: "" };
  for (const [, edge] of wiringOf(canvas).to(id)) inputs.set(edge.targetHandle, { ...shared, name: edge.targetHandle, required: false, many: true });
  for (const [, edge] of wiringOf(canvas).from(id)) outputs.set(edge.sourceHandle, { ...shared, name: edge.sourceHandle });
  return { inputs: [...inputs.values()], outputs: [...outputs.values()] };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The name people see on a node. */
export function titleOf(node: CanvasNode, types: NodeTypes): string {
  const name = textOf(node.data["name"]);
  if (name) return name;
  const renders = textOf(node.data["renders"]);
  if (renders) return renders.slice(renders.indexOf("/") + 1);
  return types.get(node.type)?.title ?? node.type;
}

/** The folder name of a shot (`SHOT_010`), or an empty text before it has one. */
export function slateOf(node: CanvasNode): string {
  const renders = textOf(node.data["renders"]);
  return renders.slice(renders.indexOf("/") + 1);
}

/** What a socket is called. */
export const socketTitle = (socket: { name: string; title: string }): string =>
  socket.title || socket.name.replace(/_/g, " ").replace(/^./, (letter) => letter.toUpperCase());
