/** Which node shows a problem: the one it names, else the end of the wire that is there. */
import type { Canvas, Problem } from "./types.ts";

/** Return the problems by node; under "" stand those that no node can show.
 *
 * @param canvas Asked only where a problem names no node, so that an edit of the canvas is no news to the other problems.
 */
export function problemsByNode(problems: readonly Problem[], canvas: () => Pick<Canvas, "nodes" | "edges">): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const place = problem.node ?? endOf(problem.edge ?? "", canvas());
    const there = found.get(place);
    if (there) there.push(problem);
    else found.set(place, [problem]);
  }
  return found;
}

function endOf(edge: string, { nodes, edges }: Pick<Canvas, "nodes" | "edges">): string {
  const wire = edges[edge];
  return [wire?.target, wire?.source].find((end) => end !== undefined && nodes[end]) ?? "";
}
