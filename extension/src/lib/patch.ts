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

const BARE_NODE = { parent: null, order: "", data: {} };

/** What a property falls back to when it is removed. */
const DEFAULTS: Record<string, Json> = {
  "nodes/parent": null,
  "nodes/order": "",
  "nodes/data": {},
  "edges/order": "",
  "layout/x": 0,
  "layout/y": 0,
};

/** Either the canvas after the operation, or why it does not apply. */
type Step = Canvas | string;

/** The whole patch is refused: an operation is malformed, a `test` does not hold, or an undo no longer applies as a whole. */
class Refused extends Error {}

const ID = /^[a-z0-9_]{1,64}$/;
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** Split a pointer that may be written; anything else refuses the patch. */
function placeOf(path: string): [Section, string, ...string[]] {
  if (!path.startsWith("/") || /~(?![01])/.test(path)) throw new Refused(`${path} is no JSON pointer.`);
  const [section = "", id = "", ...keys] = pointerParts(path);
  if (!Object.hasOwn(KINDS, section)) throw new Refused(`${path} is not a part of the canvas that can be edited.`);
  if (!ID.test(id) || [id, ...keys].some((key) => FORBIDDEN.has(key))) throw new Refused(`${path} holds a name that cannot be stored.`);
  return [section as Section, id, ...keys];
}

/** Apply operations as they are, no rule in between: the effective ones that the studio sends. */
export function replay(canvas: Canvas, operations: readonly Operation[]): Canvas {
  return operations.reduce(
    (now, { op, path, value }) => (op === "test" ? now : (writeAt(now, pointerParts(path), op === "remove" ? undefined : (value ?? null)) as Canvas)),
    canvas,
  );
}

/** Apply a patch by the rule. */
export function applyPatch(canvas: Canvas, patch: Pick<Patch, "operations" | "guard">): Applied {
  try {
    return attempt(canvas, patch.operations, patch.guard ?? false);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { canvas, dropped: [], changed: false, moved: false, refused: error.message };
  }
}

function attempt(canvas: Canvas, operations: readonly Operation[], guard: boolean): Applied {
  const dropped: Dropped[] = [];
  const drop = (operation: Operation, reason: string): void => {
    if (guard) throw new Refused(`This cannot be undone any more: ${reason}`);
    dropped.push({ operation, reason });
  };
  const later: Operation[] = [];
  let now = canvas;
  for (const operation of operations) {
    const next = step(now, operation, guard);
    if (typeof next === "string") later.push(operation);
    else now = next;
  }
  // An operation may lean on one that comes after it in its patch (a wire before its node): what failed gets a second chance.
  for (const operation of later) {
    const homeless = withoutScene(now, operation);
    if (homeless) drop(operation, "The scene was removed.");
    const next = step(now, homeless ?? operation, guard);
    if (typeof next === "string") drop(operation, next);
    else now = next;
  }
  return finish(canvas, now, dropped);
}

/** A node whose scene is gone stands outside: return the operation that puts it there, or null if its scene is there. */
function withoutScene(canvas: Canvas, operation: Operation): Operation | null {
  const [section, , ...keys] = placeOf(operation.path);
  if (section !== "nodes" || keys.length > 0 || operation.op !== "add" || !isObject(operation.value)) return null;
  const parent = operation.value["parent"];
  return typeof parent === "string" && !Object.hasOwn(canvas.nodes, parent) ? { ...operation, value: { ...operation.value, parent: null } } : null;
}

function step(canvas: Canvas, operation: Operation, guard: boolean): Step {
  const [section, id, ...keys] = placeOf(operation.path);
  if (operation.op === "test") {
    if (sameJson(readAt(canvas, [section, id, ...keys]) ?? null, operation.value ?? null)) return canvas;
    throw new Refused(`${operation.path} has been changed since.`);
  }
  const value = operation.op === "remove" ? undefined : (operation.value ?? null);
  if (keys.length === 0) {
    if (value !== undefined) return putEntry(canvas, section, id, value, operation.op);
    if (guard && section === "nodes") refuseIfFilled(canvas, id);
    return removeEntry(canvas, section, id);
  }
  const there = Object.hasOwn(canvas[section], id);
  if (!there && !(section === "layout" && Object.hasOwn(canvas.nodes, id))) return `${KINDS[section]} ${id} was removed.`;
  if (keys[0] === "data" && keys.length === 1 && isObject(value)) return mergeData(canvas, section, id, value);
  return putProperty(canvas, section, id, keys, value);
}

/** An undo does not remove a node that others connected or filled since. */
function refuseIfFilled(canvas: Canvas, id: string): void {
  const wired = Object.values(canvas.edges).some((edge) => edge.source === id || edge.target === id);
  if (wired || Object.values(canvas.nodes).some((node) => node.parent === id)) throw new Refused(`${id} has been connected or filled since.`);
}

/** A replacement of all data is one of its properties, so that it overrides no others' work. */
function mergeData(canvas: Canvas, section: Section, id: string, value: { [key: string]: Json }): Step {
  const there = readAt(canvas, [section, id, "data"]);
  if (!isObject(there)) return putProperty(canvas, section, id, ["data"], value);
  const keys = new Set([...Object.keys(there), ...Object.keys(value)]);
  return [...keys].reduce<Canvas>((now, key) => {
    const next = putProperty(now, section, id, ["data", key], value[key]);
    return typeof next === "string" ? now : next;
  }, canvas);
}

function putEntry(canvas: Canvas, section: Section, id: string, value: Json, op: Operation["op"]): Step {
  if (section === "layout") return Object.hasOwn(canvas.nodes, id) ? set(canvas, [section, id], value) : `The node ${id} was removed.`;
  const there = readAt(canvas, [section, id]);
  if (there !== undefined && op === "replace") return merge(canvas, section, id, there, value);
  if (there !== undefined) return sameJson(there, value) ? canvas : `There is already a ${KINDS[section].toLowerCase()} ${id}.`;
  if (op === "replace") return `${KINDS[section]} ${id} was removed.`;
  if (section === "edges") return addEdge(canvas, id, value as CanvasEdge);
  if (!isObject(value) || typeof value["type"] !== "string" || !value["type"]) throw new Refused(`Node ${id} has no type.`);
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
