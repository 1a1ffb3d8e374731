/** Which kinds of nodes a wire may end at that was dropped in free space, and at which of their sockets. */
import { fits } from "./sockets.ts";
import type { NodeType, SocketName } from "./types.ts";

/** The loose end of a wire: what it carries, and the side of the node that it begins at. */
export interface Loose {
  node: string;
  handle: string;
  type: "source" | "target";
  types: readonly SocketName[];
}

/** Return the socket of a kind of node that a loose wire fits best: as it is before widened; null if none does. */
export function fittingSocket(declared: NodeType | undefined, loose: Loose): string | null {
  if (!declared) return null;
  const ends = loose.type === "source" ? declared.inputs : declared.outputs;
  const fitting = ends
    .map((socket) => ({ socket, fit: loose.type === "source" ? fits(loose.types, socket) : fits(socket.types, { types: loose.types }) }))
    .filter(({ fit }) => fit.ok);
  return (fitting.find(({ fit }) => !fit.widened) ?? fitting[0])?.socket.name ?? null;
}
