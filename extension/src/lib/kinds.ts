/** The ids of a canvas, all and by type, listed once for each state of its nodes: a large canvas is looked through by many, after each edit. */
import type { Canvas } from "./types.ts";

interface Listed {
  all: readonly string[];
  byType: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<Canvas["nodes"], Listed>();

function listed(nodes: Canvas["nodes"]): Listed {
  const there = known.get(nodes);
  if (there) return there;
  const all = Object.keys(nodes);
  const byType = new Map<string, string[]>();
  for (const id of all) {
    const type = nodes[id]?.type ?? "";
    const alike = byType.get(type);
    if (alike) alike.push(id);
    else byType.set(type, [id]);
  }
  const fresh = { all, byType };
  known.set(nodes, fresh);
  return fresh;
}

/** Return the ids of nodes, in the order of the document. */
export const idsOf = (nodes: Canvas["nodes"]): readonly string[] => listed(nodes).all;

/** Return the ids of the nodes of one type, in the order of the document. */
export const idsOfType = (nodes: Canvas["nodes"], type: string): readonly string[] => listed(nodes).byType.get(type) ?? [];
