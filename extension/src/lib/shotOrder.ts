/** The nodes that make takes, in the order in which people read a canvas: those of the film first, then down and across. */
import { idsOf, idsOfType } from "./kinds.ts";
import { sequence } from "./sequence.ts";
import type { Canvas } from "./types.ts";

/** Return the ids of all nodes that have a folder of takes: the film's in its order, then the others as they lie on the canvas. */
export function shotsInOrder(canvas: Canvas): string[] {
  const made = idsOf(canvas.nodes).filter((id) => typeof canvas.nodes[id]?.data["renders"] === "string");
  const films = [...idsOfType(canvas.nodes, "vse_assembler")];
  const place = (id: string): readonly [number, number] => [canvas.layout[id]?.y ?? 0, canvas.layout[id]?.x ?? 0];
  const rest = made.sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1] || (a < b ? -1 : 1));
  const has = new Set(made);
  return [...new Set([...films.sort().flatMap((film) => sequence(canvas, film)).filter((id) => has.has(id)), ...rest])];
}
