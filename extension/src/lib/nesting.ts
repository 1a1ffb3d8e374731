/** Scenes inside scenes: what of a canvas is seen when one of them is open, and when some are folded.
 *
 * Wires are never rewritten in the document, so folding, grouping and entering lose none. What is seen is a canvas of its own: nodes inside a
 * folded scene are left out, and their wires end at sockets of the scene's card that stand for the inner ones (`<node>.<socket>`). Inside an
 * open scene, what it is wired to outside is seen as well, at its own place.
 */
import { idsOfType } from "./kinds.ts";
import { byOrder } from "./order.ts";
import { wiringOf, type Wired } from "./wiring.ts";
import type { Sockets } from "./declarations.ts";
import type { Canvas, CanvasEdge, CanvasNode, InputSocket, OutputSocket } from "./types.ts";

const isScene = (node: CanvasNode | undefined): boolean => node?.type === "scene_group";
const isFolded = (node: CanvasNode | undefined): boolean => isScene(node) && node?.data["collapsed"] === true;

/** Return the scenes that a node stands in, the innermost first; loops end. */
export function scenesAbove(canvas: Canvas, id: string): string[] {
  const found = new Set<string>();
  for (let at = canvas.nodes[id]?.parent; at && canvas.nodes[at] && !found.has(at) && at !== id; at = canvas.nodes[at]?.parent) found.add(at);
  return [...found];
}

/** Return all nodes inside the named ones, at any depth, themselves not. */
export function inside(canvas: Canvas, ids: Iterable<string>): Set<string> {
  const children = new Map<string, string[]>();
  for (const [id, { parent }] of Object.entries(canvas.nodes)) if (parent) children.set(parent, [...(children.get(parent) ?? []), id]);
  const [found, open] = [new Set<string>(), [...ids]];
  const roots = new Set(open);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const child of children.get(at) ?? []) {
      if (found.has(child) || roots.has(child)) continue;
      found.add(child);
      open.push(child);
    }
  }
  return found;
}

/** What is seen of a canvas. */
export interface Seen {
  canvas: Canvas;
  /** Nodes that stand outside the open scene; they are seen, and left where they are. */
  outside: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Return what is seen of a canvas with a scene open; `open` null is the whole film. A canvas without folded scenes is itself. */
export function seenOf(canvas: Canvas, open: string | null): Seen {
  const folded = idsOfType(canvas.nodes, "scene_group").some((id) => isFolded(canvas.nodes[id]));
  if (open === null && !folded) return { canvas, outside: NOBODY };
  const opened = open === null ? NOBODY : new Set([open, ...scenesAbove(canvas, open)]);
  const cards = new Map(Object.keys(canvas.nodes).map((id) => [id, cardOf(canvas, id, opened)]));
  const within = open === null ? null : inside(canvas, [open]);
  const outside = within ? neighbours(canvas, within, cards) : NOBODY;
  const shown = (id: string): boolean => cards.get(id) === id && (!within || within.has(id) || outside.has(id));
  const nodes = Object.fromEntries(Object.entries(canvas.nodes).filter(([id]) => shown(id)));
  return { canvas: { ...canvas, nodes, edges: seenWires(canvas, cards, nodes, within) }, outside };
}

/** Return the card that stands for a node: the outermost folded scene around it that is not open, else itself. */
function cardOf(canvas: Canvas, id: string, opened: ReadonlySet<string>): string {
  return scenesAbove(canvas, id).findLast((scene) => isFolded(canvas.nodes[scene]) && !opened.has(scene)) ?? id;
}

/** Return the cards outside a scene that something in it is wired to. */
function neighbours(canvas: Canvas, within: ReadonlySet<string>, cards: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  for (const { source, target } of Object.values(canvas.edges)) {
    if (within.has(source) === within.has(target)) continue;
    const card = cards.get(within.has(source) ? target : source);
    if (card) found.add(card);
  }
  return found;
}

const KNOWN = new WeakMap<CanvasEdge, CanvasEdge>();

function seenWires(canvas: Canvas, cards: ReadonlyMap<string, string>, nodes: Canvas["nodes"], within: ReadonlySet<string> | null): Canvas["edges"] {
  const edges: Canvas["edges"] = {};
  for (const [id, edge] of Object.entries(canvas.edges)) {
    const [source, target] = [cards.get(edge.source), cards.get(edge.target)];
    if (!source || !target || source === target || !nodes[source] || !nodes[target]) continue;
    if (within && !within.has(edge.source) && !within.has(edge.target)) continue;
    edges[id] = source === edge.source && target === edge.target ? edge : redrawn(edge, source, target);
  }
  return edges;
}

/** A wire as it is seen keeps its object as long as it is the same: what is drawn from it is then not drawn again. */
function redrawn(edge: CanvasEdge, source: string, target: string): CanvasEdge {
  const known = KNOWN.get(edge);
  if (known?.source === source && known.target === target) return known;
  const fresh = {
    ...edge,
    source,
    target,
    sourceHandle: source === edge.source ? edge.sourceHandle : handleOf(edge.source, edge.sourceHandle),
    targetHandle: target === edge.target ? edge.targetHandle : handleOf(edge.target, edge.targetHandle),
  };
  KNOWN.set(edge, fresh);
  return fresh;
}

const handleOf = (node: string, socket: string): string => `${node}.${socket}`;

/** Return the node and socket that a socket on a scene's card stands for; any other socket is itself. */
export function innerEnd(canvas: Canvas, node: string, handle: string): { node: string; handle: string } {
  const at = handle.indexOf(".");
  if (at < 0 || !isScene(canvas.nodes[node])) return { node, handle };
  return { node: handle.slice(0, at), handle: handle.slice(at + 1) };
}

/** Return the sockets that a folded scene shows: its own, and one for each inner socket that is wired to the outside. */
export function exposedSockets(canvas: Canvas, scene: string, own: Sockets, socketsOf: (id: string) => Sockets, titleOf: (id: string) => string): Sockets {
  if (!isFolded(canvas.nodes[scene])) return own;
  const within = inside(canvas, [scene]);
  const inputs = new Map<string, InputSocket>();
  const outputs = new Map<string, OutputSocket>();
  const wiring = wiringOf(canvas);
  for (const [id] of Object.entries(canvas.nodes).filter(([id]) => within.has(id)).sort(byOrder)) {
    const crossing = (wired: readonly Wired[], end: "source" | "target"): readonly Wired[] => wired.filter(([, edge]) => !within.has(edge[end]) && canvas.nodes[edge[end]]);
    const named = <Socket extends InputSocket | OutputSocket>(socket: Socket): Socket => ({ ...socket, name: handleOf(id, socket.name), title: `${titleOf(id)} · ${socket.title || socket.name}` });
    for (const [, edge] of crossing(wiring.to(id), "source")) {
      const socket = socketsOf(id).inputs.find((other) => other.name === edge.targetHandle);
      if (socket) inputs.set(handleOf(id, socket.name), named({ ...socket, required: false }));
    }
    for (const [, edge] of crossing(wiring.from(id), "target")) {
      const socket = socketsOf(id).outputs.find((other) => other.name === edge.sourceHandle);
      if (socket) outputs.set(handleOf(id, socket.name), named(socket));
    }
  }
  return { inputs: [...own.inputs, ...inputs.values()], outputs: [...own.outputs, ...outputs.values()] };
}
