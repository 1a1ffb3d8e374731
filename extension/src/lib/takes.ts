/** Which take of a shot stands for it: the twin of `graph.cut.active_take`. */
import { isObject } from "./json.ts";
import type { CanvasNode, TakeView } from "./types.ts";

function isRejected(node: CanvasNode, take: string): boolean {
  const review = node.data["review"];
  const entry = isObject(review) ? review[take] : undefined;
  return isObject(entry) && entry["approval"] === "rejected";
}

/** Return version and number in `SHOT-010_v01_take02`: [1, 2]. */
function placeOf(id: string): [number, number] {
  const match = /_v(\d{2})_take(\d{2,})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2])] : [0, 0];
}

/** Return the number of a take: 2 for `SHOT-010_v01_take02`. */
export const takeNumber = (id: string): number => placeOf(id)[1];

/** Whether a take comes after another: by version, then by number. */
function isLater(a: TakeView, b: TakeView): boolean {
  const [version, number] = placeOf(a.record.id);
  const [otherVersion, otherNumber] = placeOf(b.record.id);
  return version !== otherVersion ? version > otherVersion : number > otherNumber;
}

/** Return the take a person chose, else the newest that is not rejected, real before draft. */
export function activeTake(node: CanvasNode, takes: readonly TakeView[]): TakeView | null {
  const chosen = takes.find((take) => take.record.id === node.data["active_take"]);
  if (chosen) return chosen;
  let best: TakeView | null = null;
  for (const take of takes) {
    if (isRejected(node, take.record.id)) continue;
    const better = !best || (take.record.draft === best.record.draft ? isLater(take, best) : best.record.draft);
    if (better) best = take;
  }
  return best;
}

/** Return `takes`, oldest first, with one more, or with the one of that id replaced. */
export function withTake(takes: readonly TakeView[], take: TakeView): TakeView[] {
  const others = takes.filter((other) => other.record.id !== take.record.id);
  const at = others.findIndex((other) => isLater(other, take));
  return at < 0 ? [...others, take] : [...others.slice(0, at), take, ...others.slice(at)];
}
