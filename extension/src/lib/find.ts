/** Finding a node by its name, its words, its kind or its folder. */
import { titleOf, type NodeTypes } from "./declarations.ts";
import { scenesAbove } from "./nesting.ts";
import { clip } from "./text.ts";
import type { Canvas, CanvasNode } from "./types.ts";

export interface Found {
  id: string;
  title: string;
  /** Where it stands or why it was found. */
  note: string;
  type: string;
}

const MOST = 40;

/** Return the nodes in which all words of a search occur, those first in whose name they do; without words, none. */
export function findNodes(canvas: Canvas, types: NodeTypes, search: string): Found[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: { rank: number; entry: Found }[] = [];
  for (const [id, node] of Object.entries(canvas.nodes)) {
    const title = titleOf(node, types);
    const rank = rankOf(words, title.toLowerCase(), wordsOf(id, node, types).toLowerCase());
    if (rank > 0) found.push({ rank, entry: { id, title, note: noteOf(canvas, id, node, types), type: node.type } });
  }
  found.sort((a, b) => b.rank - a.rank || a.entry.title.localeCompare(b.entry.title, "en", { numeric: true }));
  return found.slice(0, MOST).map(({ entry }) => entry);
}

/** 3 where the name begins with the search, 2 where it holds it, 1 where the rest does, 0 where a word is missing. */
function rankOf(words: readonly string[], title: string, rest: string): number {
  if (!words.every((word) => title.includes(word) || rest.includes(word))) return 0;
  if (title.startsWith(words.join(" "))) return 3;
  return words.every((word) => title.includes(word)) ? 2 : 1;
}

const WORDED = ["prompt", "negative_prompt", "text", "renders", "scene", "reference", "file"];

const wordsOf = (id: string, node: CanvasNode, types: NodeTypes): string =>
  [id, node.type, types.get(node.type)?.title ?? "", ...WORDED.map((key) => (typeof node.data[key] === "string" ? (node.data[key] as string).slice(0, 20_000) : ""))].join("\n");

function noteOf(canvas: Canvas, id: string, node: CanvasNode, types: NodeTypes): string {
  const scenes = scenesAbove(canvas, id).map((scene) => (canvas.nodes[scene] ? titleOf(canvas.nodes[scene], types) : ""));
  const words = node.data["prompt"] || node.data["text"];
  return [types.get(node.type)?.title ?? node.type, ...scenes.reverse(), typeof words === "string" ? clip(words, 60) : ""].filter(Boolean).join(" · ");
}
