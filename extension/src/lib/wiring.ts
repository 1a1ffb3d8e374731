/** The wires of a canvas, looked up by node. Built once for a set of wires: edits that leave the wires alone find it ready. */
import { byOrder } from "./order.ts";
import type { Canvas, CanvasEdge } from "./types.ts";

export type Wired = readonly [id: string, edge: CanvasEdge];

const NONE: readonly Wired[] = [];
const built = new WeakMap<Canvas["edges"], Wiring>();

export class Wiring {
  private readonly incoming = new Map<string, Wired[]>();
  private readonly outgoing = new Map<string, Wired[]>();
  private readonly following = new Map<string, ReadonlySet<string>>();

  constructor(edges: Canvas["edges"]) {
    for (const wired of Object.entries(edges).sort(byOrder)) {
      push(this.incoming, wired[1].target, wired);
      push(this.outgoing, wired[1].source, wired);
    }
  }

  /** The wires that end at a node, in order. */
  to(node: string): readonly Wired[] {
    return this.incoming.get(node) ?? NONE;
  }

  /** The wires that end at one socket, in order. */
  into(node: string, handle: string): readonly Wired[] {
    return this.to(node).filter(([, edge]) => edge.targetHandle === handle);
  }

  /** The wires that begin at a node, in order. */
  from(node: string): readonly Wired[] {
    return this.outgoing.get(node) ?? NONE;
  }

  /** All nodes that can be reached from a node along the wires; the node itself only by a loop. */
  after(node: string): ReadonlySet<string> {
    const known = this.following.get(node);
    if (known) return known;
    const found = new Set<string>();
    const open = [node];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const [, { target }] of this.from(id)) {
        if (found.has(target)) continue;
        found.add(target);
        open.push(target);
      }
    }
    this.following.set(node, found);
    return found;
  }
}

function push(map: Map<string, Wired[]>, key: string, wired: Wired): void {
  const list = map.get(key);
  if (list) list.push(wired);
  else map.set(key, [wired]);
}

/** Return the wires of a canvas by node. */
export function wiringOf(canvas: Canvas): Wiring {
  const known = built.get(canvas.edges);
  if (known) return known;
  const wiring = new Wiring(canvas.edges);
  built.set(canvas.edges, wiring);
  return wiring;
}

/** Return the node whose output goes into a socket; the first where there are several, null where there is none. */
export const sourceInto = (canvas: Canvas, node: string, handle: string): string | null => wiringOf(canvas).into(node, handle)[0]?.[1].source ?? null;
