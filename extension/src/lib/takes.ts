/** Which take of a shot stands for it: the twin of `graph.cut.active_take`. */
import type { CanvasNode, TakeView } from "./types.ts";

const isRejected = (node: CanvasNode, take: string): boolean => {
  const review = node.data["review"];
  if (typeof review !== "object" || review === null) return false;
  const entry = (review as Record<string, unknown>)[take];
  if (typeof entry !== "object" || entry === null) return false;
  const { rejected, status } = entry as { rejected?: unknown; status?: unknown };
  return rejected === true || status === "rejected";
};

/** Return the take a person chose, else the newest that is not rejected, real before draft; `takes` are oldest first. */
export function activeTake(node: CanvasNode, takes: readonly TakeView[]): TakeView | null {
  const chosen = takes.find((take) => take.record.id === node.data["active_take"]);
  if (chosen) return chosen;
  const usable = takes.filter((take) => !isRejected(node, take.record.id));
  return usable.findLast((take) => !take.record.draft) ?? usable.at(-1) ?? null;
}

/** Return the number in `SHOT-010_v01_take02`: 2. */
export const takeNumber = (id: string): number => Number(/_take(\d+)$/.exec(id)?.[1] ?? 0);

/** Return `takes` with one more, or with the one of that id replaced. */
export function withTake(takes: readonly TakeView[], take: TakeView): TakeView[] {
  const others = takes.filter((other) => other.record.id !== take.record.id);
  const at = others.findIndex((other) => takeNumber(other.record.id) > takeNumber(take.record.id));
  return at < 0 ? [...others, take] : [...others.slice(0, at), take, ...others.slice(at)];
}
