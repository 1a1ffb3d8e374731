/** Copies as text: what Copy puts on the clipboard and Paste takes from it, on this canvas, another one, or another project.
 *
 * What comes from the clipboard may be anything: it is checked here, piece by piece, before any of it becomes an edit.
 */
import { isObject, type Json } from "./json.ts";
import { inside } from "./nesting.ts";
import { clipping, type Clipping } from "./copies.ts";
import type { Canvas, CanvasEdge, CanvasNode, Position } from "./types.ts";

const SCHEMA = "genstudio.clipping/1";

/** The largest clipping that is read, in characters, and the most nodes in it. */
export const MOST_TEXT = 8_000_000;
const MOST_NODES = 5_000;

/** Where a clipping was taken: wires from outside it lead on only there. */
export interface Origin {
  project: string;
  canvas: string;
}

export interface Copied extends Clipping {
  origin: Origin;
}

/** Cut out nodes, with all that stands in the scenes among them. */
export function copied(canvas: Canvas, ids: readonly string[], origin: Origin): Copied {
  const scenes = ids.filter((id) => canvas.nodes[id]?.type === "scene_group");
  return { ...clipping(canvas, [...new Set([...ids, ...inside(canvas, scenes)])]), origin };
}

export const asText = (clip: Copied): string => JSON.stringify({ schema: SCHEMA, ...clip }, null, 1);

/** Return the clipping in a text; null if it is none; a sentence if it is one that cannot be used. */
export function fromText(text: string): Copied | string | null {
  if (!text.trimStart().startsWith("{") || !text.slice(0, 200).includes("genstudio.clipping/")) return null;
  if (text.length > MOST_TEXT) return "What is on the clipboard is larger than can be pasted at once.";
  const value = parsed(text);
  if (!isObject(value)) return "What is on the clipboard was cut off. Copy it again.";
  if (value["schema"] !== SCHEMA) return "What is on the clipboard was copied from a newer studio. Update this one to paste it.";
  const nodes = isObject(value["nodes"]) ? value["nodes"] : {};
  if (Object.keys(nodes).length > MOST_NODES) return "What is on the clipboard is larger than can be pasted at once.";
  if (!Object.entries(nodes).every(([id, node]) => isId(id) && isNode(node)) || Object.keys(nodes).length === 0) return "What is on the clipboard holds no nodes that can be read.";
  return read(value, nodes as Record<string, CanvasNode>);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

const isId = (value: Json): value is string => typeof value === "string" && /^[a-z0-9_]{1,64}$/.test(value);
const isName = (value: Json): value is string => typeof value === "string" && value.length > 0 && value.length <= 200;

const isNode = (value: Json): boolean =>
  isObject(value) && isName(value["type"]) && isObject(value["data"]) && isPlain(value["data"]) && (value["parent"] == null || isId(value["parent"]));

/** Whether a value holds nothing that a canvas cannot: keys that objects are made of, and numbers that JSON has not. */
function isPlain(value: Json, depth = 0): boolean {
  if (depth > 40) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (!isObject(value)) return typeof value !== "number" || Number.isFinite(value);
  return Object.entries(value).every(([key, item]) => !["__proto__", "constructor", "prototype"].includes(key) && isPlain(item, depth + 1));
}

function read(value: { [key: string]: Json }, nodes: Record<string, CanvasNode>): Copied {
  const origin = isObject(value["origin"]) ? value["origin"] : {};
  const places = isObject(value["layout"]) ? value["layout"] : {};
  const edges = Array.isArray(value["edges"]) ? value["edges"].filter((edge): edge is CanvasEdge => isEdge(edge, nodes)) : [];
  return {
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, { type, parent, order, data }]) => [id, { type, parent: parent ?? null, order: typeof order === "string" ? order : "", data }])),
    layout: Object.fromEntries(Object.entries(places).filter((entry): entry is [string, Position] => Object.hasOwn(nodes, entry[0]) && isPlace(entry[1]))),
    edges: edges.map(({ source, sourceHandle, target, targetHandle, order }) => ({ source, sourceHandle, target, targetHandle, order: typeof order === "string" ? order : "" })),
    origin: { project: String(origin["project"] ?? ""), canvas: String(origin["canvas"] ?? "") },
  };
}

const isPlace = (value: Json): value is Position => isObject(value) && [value["x"], value["y"]].every((at) => typeof at === "number" && Math.abs(at) < 1e7);

const isEdge = (value: Json, nodes: Record<string, CanvasNode>): boolean =>
  isObject(value) && isId(value["source"]) && isId(value["target"]) && Object.hasOwn(nodes, value["target"]) && isName(value["sourceHandle"]) && isName(value["targetHandle"]);
