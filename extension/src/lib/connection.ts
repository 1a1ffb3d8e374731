/** Whether a wire may be drawn: the twin of `graph.check.connection_problem`, asked while the wire is dragged. */
import { fits } from "./sockets.ts";
import { socketsOf, socketTitle, type NodeTypes } from "./declarations.ts";
import type { Canvas, CanvasEdge, Operation, Reference } from "./types.ts";
import { wiringOf } from "./wiring.ts";

export type Wire = Pick<CanvasEdge, "source" | "sourceHandle" | "target" | "targetHandle">;

/** Return why the wire may not be, in one sentence, or null. A single input that is taken is no problem: the new wire replaces the old. */
export function connectionProblem(canvas: Canvas, wire: Wire, types: NodeTypes, references: readonly Reference[] = []): string | null {
  if (wire.source === wire.target) return "A node cannot feed itself.";
  const output = socketsOf(canvas, wire.source, types, references).outputs.find((socket) => socket.name === wire.sourceHandle);
  const input = socketsOf(canvas, wire.target, types, references).inputs.find((socket) => socket.name === wire.targetHandle);
  if (!output || !input) return "One end of this wire is not there.";
  if (!types.has(canvas.nodes[wire.source]?.type ?? "") || !types.has(canvas.nodes[wire.target]?.type ?? ""))
    return "This studio does not know the node at one end, so it cannot tell what fits.";
  const fit = fits(output.types, input);
  if (!fit.ok) return `${socketTitle(input)}: ${fit.reason}`;
  if (sameWire(canvas, wire)) return "These two are connected already.";
  if (wiringOf(canvas).after(wire.target).has(wire.source)) return "This would make a loop.";
  return null;
}

/** Whether the value is widened on the way (a still used as a sequence, …). */
export function isWidened(canvas: Canvas, wire: Wire, types: NodeTypes, references: readonly Reference[] = []): boolean {
  const output = socketsOf(canvas, wire.source, types, references).outputs.find((socket) => socket.name === wire.sourceHandle);
  const input = socketsOf(canvas, wire.target, types, references).inputs.find((socket) => socket.name === wire.targetHandle);
  return !!output && !!input && fits(output.types, input).widened;
}

const sameWire = (canvas: Canvas, wire: Wire): boolean =>
  wiringOf(canvas)
    .into(wire.target, wire.targetHandle)
    .some(([, edge]) => edge.source === wire.source && edge.sourceHandle === wire.sourceHandle);

/** Return the ids of the wires that go when a new one is drawn, in the same edit: those at an input that takes one only. */
export function replacedWires(canvas: Canvas, wire: Wire, types: NodeTypes, references: readonly Reference[] = []): string[] {
  const input = socketsOf(canvas, wire.target, types, references).inputs.find((socket) => socket.name === wire.targetHandle);
  return !input || input.many ? [] : wiringOf(canvas).into(wire.target, wire.targetHandle).map(([id]) => id);
}

/** Return the operations that draw the wire: last in a `many` input, in place of the old one elsewhere. */
export function connectOperations(canvas: Canvas, wire: Wire, id: string, types: NodeTypes, references: readonly Reference[] = []): Operation[] {
  const replaced = replacedWires(canvas, wire, types, references).map((old) => ({ op: "remove" as const, path: `/edges/${old}` }));
  const { source, sourceHandle, target, targetHandle } = wire;
  return [...replaced, { op: "add", path: `/edges/${id}`, value: { source, sourceHandle, target, targetHandle, order: "" } }];
}
