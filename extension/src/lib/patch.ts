/** Applying patches to a canvas: the twin of `graph.edit.apply`, held to it by tests/vectors/patches.json.
 *
 * Different properties never conflict, the later change of one property wins, changes to what was deleted are dropped and reported.
 * The canvas is never changed in place; what a patch does not touch keeps its identity, so that only changed nodes are drawn again.
 */
import { completeEdge, completeNode } from "./identity.ts";
import { isObject, pointerParts, readAt, sameJson, writeAt, type Json } from "./json.ts";
import type { Canvas, CanvasEdge, CanvasNode, Operation, Patch } from "./types.ts";

export interface Dropped {
  operation: Operation;
  reason: string;
}

export interface Applied {
  canvas: Canvas;
  dropped: Dropped[];
  /** Nodes or edges changed. */
  changed: boolean;
  /** The layout changed. */
  moved: boolean;
  /** Why the whole patch was refused (a `test` that does not hold); empty if it was not. */
  refused: string;
}

type Section = "nodes" | "edges" | "layout";
const KINDS: Record<Section, string> = { nodes: "Node", edges: "Wire", layout: "Position" };

/** What a property falls back to when it is removed. */
const DEFAULTS: Record<string, Json> = {
  "nodes/parent": null,
  "nodes/order": "",
  "nodes/data": {},
  "edges/order": "",
  "layout/x": 0,
  "layout/y": 0,
};

const BARE_NODE = { parent: null, order: "", data: {} };

/** Either the canvas after the operation, or why it does not apply. */
type Step = Canvas | string;

/** Apply operations as they are, no rule in between: the effective ones that the studio sends. */
export function replay(canvas: Canvas, operations: readonly Operation[]): Canvas {
  return operations.reduce(
    (now, { op, path, value }) => (op === "test" ? now : (writeAt(now, pointerParts(path), op === "remove" ? undefined : (value ?? null)) as Canvas)),
    canvas,
  );
}

/** Apply a patch by the rule. */
export function applyPatch(canvas: Canvas, patch: Pick<Patch, "operations">): Applied {
  let now = canvas;
  const later: Operation[] = [];
  for (const operation of patch.operations) {
    const parts = pointerParts(operation.path);
    if (operation.op === "test" && !sameJson(readAt(now, parts) ?? null, operation.value ?? null))
      return { canvas, dropped: [], changed: false, moved: false, refused: `${operation.path} has been changed since.` };
    const next = step(now, operation, parts);
    if (typeof next === "string") later.push(operation);
    else now = next;
  }
  // An operation may lean on one that comes after it in its patch (a wire before its node): what failed gets a second chance.
  const dropped: Dropped[] = [];
  for (const operation of later) {
    const next = step(now, operation, pointerParts(operation.path));
    if (typeof next === "string") dropped.push({ operation, reason: next });
    else now = next;
  }
  return finish(canvas, now, dropped);
}

function step(canvas: Canvas, operation: Operation, parts: string[]): Step {
  if (operation.op === "test") return canvas;
  const [section, id, ...keys] = parts as [Section, string, ...string[]];
  if (!(section in KINDS) || id === undefined) return `${operation.path} may not be written.`;
  const value = operation.op === "remove" ? undefined : (operation.value ?? null);
  if (keys.length === 0) return value === undefined ? removeEntry(canvas, section, id) : putEntry(canvas, section, id, value, operation.op);
  const there = Object.hasOwn(canvas[section], id);
  if (!there && !(section === "layout" && Object.hasOwn(canvas.nodes, id))) return `${KINDS[section]} ${id} was removed.`;
  return putProperty(canvas, section, id, keys, value);
}

function putEntry(canvas: Canvas, section: Section, id: string, value: Json, op: Operation["op"]): Step {
  if (section === "layout") return Object.hasOwn(canvas.nodes, id) ? set(canvas, [section, id], value) : `The node ${id} was removed.`;
  const there = readAt(canvas, [section, id]);
  if (there !== undefined && op === "replace") return merge(canvas, section, id, there, value);
  if (there !== undefined) return sameJson(there, value) ? canvas : `There is already a ${KINDS[section].toLowerCase()} ${id}.`;
  if (op === "replace") return `${KINDS[section]} ${id} was removed.`;
  if (section === "edges") return addEdge(canvas, id, value as CanvasEdge);
  const node: CanvasNode = { ...BARE_NODE, ...(value as Partial<CanvasNode> & { type: string }) };
  if (node.parent && !Object.hasOwn(canvas.nodes, node.parent)) return "Its scene is not there.";
  return set(canvas, ["nodes", id], completeNode(canvas, node));
}

/** A replacement of a whole entry is one of its properties, so that it overrides no others' work. */
function merge(canvas: Canvas, section: Section, id: string, there: Json, value: Json): Step {
  if (!isObject(there) || !isObject(value)) return set(canvas, [section, id], value);
  const gone = Object.keys(there).filter((key) => !Object.hasOwn(value, key));
  const without = gone.reduce<Step>((now, key) => (typeof now === "string" ? now : putProperty(now, section, id, [key], undefined)), canvas);
  return typeof without === "string" ? without : set(without, [section, id], { ...(readAt(without, [section, id]) as object), ...value });
}

function addEdge(canvas: Canvas, id: string, edge: CanvasEdge): Step {
  const missing = [edge.source, edge.target].find((end) => !Object.hasOwn(canvas.nodes, end));
  return missing === undefined ? set(canvas, ["edges", id], completeEdge(canvas, { ...edge, order: edge.order ?? "" })) : `The node ${missing} was removed.`;
}

function removeEntry(canvas: Canvas, section: Section, id: string): Canvas {
  if (!Object.hasOwn(canvas[section], id)) return canvas;
  const without = set(canvas, [section, id], undefined);
  if (section !== "nodes") return without;
  const parent = canvas.nodes[id]?.parent ?? null;
  const edges = Object.fromEntries(Object.entries(without.edges).filter(([, edge]) => edge.source !== id && edge.target !== id));
  const nodes = Object.fromEntries(Object.entries(without.nodes).map(([key, node]) => [key, node.parent === id ? { ...node, parent } : node]));
  return set({ ...without, edges, nodes }, ["layout", id], undefined);
}

function putProperty(canvas: Canvas, section: Section, id: string, keys: string[], value: Json): Step {
  const fallback = keys.length === 1 && value === undefined ? DEFAULTS[`${section}/${keys[0]}`] : value;
  const refused = section === "nodes" ? refusedProperty(canvas, id, keys, fallback) : "";
  if (refused) return refused;
  for (let count = 0; count < keys.length; count += 1) {
    const found = readAt(canvas, [section, id, ...keys.slice(0, count)]);
    if (found === undefined && fallback === undefined) return canvas;
    if (found !== undefined && !isObject(found)) return `${keys.slice(0, count).join("/")} of ${id} is no longer an object.`;
  }
  return set(canvas, [section, id, ...keys], fallback);
}

function refusedProperty(canvas: Canvas, id: string, keys: string[], value: Json): string {
  if (keys[0] === "parent" && keys.length === 1) return refusedParent(canvas, id, value);
  if (keys[0] !== "data" || keys[1] !== "renders" || keys.length !== 2) return "";
  const old = canvas.nodes[id]?.data["renders"];
  return typeof old === "string" && old && old !== value ? `A shot keeps its folder ${old}.` : "";
}

function refusedParent(canvas: Canvas, id: string, value: Json): string {
  const seen = new Set([id]);
  for (let parent = value; typeof parent === "string"; parent = canvas.nodes[parent]?.parent) {
    if (!Object.hasOwn(canvas.nodes, parent)) return `The scene ${parent} was removed.`;
    if (seen.has(parent)) return "A scene cannot stand inside itself.";
    seen.add(parent);
  }
  return "";
}

const set = (canvas: Canvas, parts: string[], value: Json): Canvas =>
  sameJson(readAt(canvas, parts), value) ? canvas : (writeAt(canvas, parts, value) as Canvas);

function finish(before: Canvas, after: Canvas, dropped: Dropped[]): Applied {
  const changed = !sameJson(before.nodes, after.nodes) || !sameJson(before.edges, after.edges);
  const moved = !sameJson(before.layout, after.layout);
  const versions = { version: before.version + (changed ? 1 : 0), layout_version: before.layout_version + (moved ? 1 : 0) };
  return { canvas: changed || moved ? { ...after, ...versions } : before, dropped, changed, moved, refused: "" };
}
