/** Between the canvas document and what Svelte Flow draws. Measured sizes, selection and drag flags are the viewer's and never go back. */
import { idsOf } from "./kinds.ts";
import type { Edge, Node } from "@xyflow/svelte";
import type { Size } from "./boxes.ts";
import { isWidened } from "./connection.ts";
import { referenceOf, socketsOf, titleOf, type NodeTypes } from "./declarations.ts";
import { orSame } from "./lists.ts";
import { colourOf } from "./sockets.ts";
import type { Canvas, CanvasEdge, CanvasNode, Operation, Reference } from "./types.ts";

/** Components read the node itself from the store: what is typed into a node is no business of Svelte Flow's. */
export type FlowNode = Node<Record<string, never>, "gs">;
/** `colour` names the custom property of what a wire carries. */
export type FlowEdge = Edge<{ widened: boolean; colour: string }>;

/** Where a node stands that nobody placed: in a free column, so that none hides another. */
const unplaced = (index: number): { x: number; y: number } => ({ x: 40 + (index % 4) * 320, y: 40 + Math.floor(index / 4) * 340 });

const NOBODY: ReadonlySet<string> = new Set();
const NOTHING_ALIKE: ReadonlyMap<string, Size> = new Map();
const LOOKED_AT = { class: "gs-outside", draggable: false, deletable: false };
const WORKED_ON = { class: undefined, draggable: undefined, deletable: undefined };

/** Return how to find an item of a list again by its id, asked for in about the order of the list: as long as they agree, nothing is sought. */
function finder<Item extends { id: string }>(list: readonly Item[]): (id: string) => Item | undefined {
  let [next, inStep] = [0, true];
  let index: ReadonlyMap<string, Item> | undefined;
  return (id) => {
    const there = list[next++];
    inStep &&= there === undefined || there.id === id;
    return inStep ? there : (index ??= new Map(list.map((item) => [item.id, item]))).get(id);
  };
}

/** What a node is called where it is read aloud, until it is another. */
const labels = new WeakMap<CanvasNode, { types: NodeTypes; label: string }>();
function labelOf(node: CanvasNode, types: NodeTypes): string {
  let known = labels.get(node);
  if (known?.types !== types) labels.set(node, (known = { types, label: `${types.get(node.type)?.title ?? node.type} ${titleOf(node, types)}` }));
  return known.label;
}

/** Return the nodes to draw. A node that did not move keeps its object; one being dragged keeps its place.
 *
 * A new one counts as measured if another of its type was (`alike`): Svelte Flow hides what it has not measured, and measures it all the same.
 */
export function toFlowNodes(
  canvas: Canvas,
  types: NodeTypes,
  before: readonly FlowNode[],
  outside: ReadonlySet<string> = NOBODY,
  alike: ReadonlyMap<string, Size> = NOTHING_ALIKE,
): FlowNode[] {
  const find = finder(before);
  const next: FlowNode[] = [];
  for (const id of idsOf(canvas.nodes)) {
    const node = canvas.nodes[id] as CanvasNode;
    const known = find(id);
    const position = known?.dragging ? known.position : (canvas.layout[id] ?? known?.position ?? unplaced(next.length));
    const ariaLabel = labelOf(node, types);
    // What stands outside the open scene is seen, and left where it is.
    const role = outside.has(id) ? LOOKED_AT : WORKED_ON;
    const same = known && known.position.x === position.x && known.position.y === position.y;
    if (same && known.ariaLabel === ariaLabel && known.class === role.class) next.push(known);
    else if (known) next.push({ ...known, position: { x: position.x, y: position.y }, ariaLabel, ...(known.class === role.class ? {} : role) });
    else {
      const layer = node.type === "scene_group" ? { zIndex: -1 } : {};
      const room = alike.get(node.type);
      const measured = room ? { measured: { ...room } } : {};
      next.push({ id, type: "gs" as const, position: { x: position.x, y: position.y }, ariaLabel, data: {}, ...layer, ...measured, ...(role.class ? role : {}) });
    }
  }
  return orSame(before, next);
}

/** Return the wires to draw, coloured by what they carry; those into nodes that work just now are marked.
 *
 * `whole` is the canvas that `canvas` shows a part of: there a wire leads to the nodes themselves, not to the cards of folded scenes.
 */
export function toFlowEdges(
  canvas: Canvas,
  types: NodeTypes,
  references: readonly Reference[],
  before: readonly FlowEdge[],
  working: ReadonlySet<string> = new Set(),
  whole: Canvas = canvas,
): FlowEdge[] {
  const from: From = { canvas, whole, types, references, working: [...working].sort().join(" "), loose: false };
  const was = madeFrom.get(before);
  if (was && unchanged(was, from)) return before as FlowEdge[];
  const find = finder(before);
  const next: FlowEdge[] = [];
  for (const id in canvas.edges) {
    const edge = canvas.edges[id] as CanvasEdge;
    if (!canvas.nodes[edge.source] || !canvas.nodes[edge.target]) {
      from.loose = true;
      continue;
    }
    const { source, sourceHandle, target, targetHandle } = edge;
    const known = find(id);
    const data = carried(whole, whole.edges[id] ?? edge, types, references);
    const kind = data.widened || working.has(target) ? ["gs-wire", data.widened && "gs-widened", working.has(target) && "gs-live"].filter(Boolean).join(" ") : "gs-wire";
    if (known && known.data === data && known.class === kind && sameEnds(known, edge)) next.push(known);
    else next.push({ ...known, id, source, sourceHandle, target, targetHandle, style: `--gs-wire: var(${data.colour})`, data, class: kind });
  }
  const made = orSame(before, next);
  madeFrom.set(made, from);
  return made;
}

/** What wires are drawn from. */
interface From {
  canvas: Canvas;
  whole: Canvas;
  types: NodeTypes;
  references: readonly Reference[];
  working: string;
  /** Whether a wire was left out, whose node may come back. */
  loose: boolean;
}
const madeFrom = new WeakMap<readonly FlowEdge[], From>();

/** Whether the same wires would be drawn: none came, and no node at the end of one is another. A new node has none. */
const unchanged = (was: From, now: From): boolean =>
  !was.loose && was.types === now.types && was.references === now.references && was.working === now.working && kept(was.canvas, now.canvas) && ((was.whole === was.canvas && now.whole === now.canvas) || kept(was.whole, now.whole));

function kept(was: Canvas, now: Canvas): boolean {
  if (was === now) return true;
  if (was.edges !== now.edges) return false;
  return was.nodes === now.nodes || idsOf(was.nodes).every((id) => was.nodes[id] === now.nodes[id]);
}

interface Carried {
  from: CanvasNode;
  to: CanvasNode;
  reference: string;
  types: NodeTypes;
  references: readonly Reference[];
  data: { widened: boolean; colour: string };
}

/** What each wire carries, until one of its ends changes: a canvas may have thousands of wires, and an edit touches few. */
const known = new WeakMap<CanvasEdge, Carried>();

function carried(canvas: Canvas, edge: CanvasEdge, types: NodeTypes, references: readonly Reference[]): Carried["data"] {
  const [from, to] = [canvas.nodes[edge.source] as CanvasNode, canvas.nodes[edge.target] as CanvasNode];
  const reference = to.type === "shot" ? referenceOf(canvas, edge.target) : "";
  const old = known.get(edge);
  if (old && old.from === from && old.to === to && old.reference === reference && old.types === types && old.references === references) return old.data;
  const output = socketsOf(canvas, edge.source, types, references).outputs.find((socket) => socket.name === edge.sourceHandle);
  const colour = /--[\w-]+/.exec(colourOf(output?.types ?? []))?.[0] ?? "--gs-faint";
  const fresh = { widened: isWidened(canvas, edge, types, references), colour };
  const data = old && old.data.widened === fresh.widened && old.data.colour === fresh.colour ? old.data : fresh;
  known.set(edge, { from, to, reference, types, references, data });
  return data;
}

const sameEnds = (known: FlowEdge, edge: { source: string; sourceHandle: string; target: string; targetHandle: string }): boolean =>
  known.source === edge.source &&
  known.sourceHandle === edge.sourceHandle &&
  known.target === edge.target &&
  known.targetHandle === edge.targetHandle;

/** Return the layout operations for nodes that stand elsewhere than the canvas says; places are whole pixels. */
export function layoutOperations(canvas: Canvas, nodes: readonly Pick<FlowNode, "id" | "position">[]): Operation[] {
  return nodes.flatMap(({ id, position }) => {
    if (!canvas.nodes[id]) return [];
    const place = { x: Math.round(position.x), y: Math.round(position.y) };
    const now = canvas.layout[id];
    if (now && now.x === place.x && now.y === place.y) return [];
    return [{ op: now ? ("replace" as const) : ("add" as const), path: `/layout/${id}`, value: place }];
  });
}
