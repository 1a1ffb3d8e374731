/** Which nodes are real elements just now: those that are seen, as long as they are few; the rest is drawn as one picture.
 *
 * A film of up to {@link FEW} nodes is all elements. In a larger one, a window that shows more than that shows them too small to be worked
 * on: then only those are elements that somebody has in the hand, chose, or reached by the keyboard.
 */
import { overlap, seen, type Box, type Size, type View } from "./boxes.ts";

/** How many nodes a window may show as elements. More would cost frames when the canvas is moved. */
export const FEW = 40;

/** How many chosen nodes are kept as elements where all others are drawn. */
const CHOSEN = 16;

/** How far beyond the window nodes are made ready, as a share of it; and how far away an element may be before it goes. */
const AHEAD = 0.2;
const BEHIND = 0.75;

export interface Wanted {
  /** What ought to be elements, the nearest to the middle first. */
  ids: string[];
  /** Whether the window shows a drawing with few elements on it. */
  drawn: boolean;
}

/** Return which nodes ought to be elements.
 *
 * @param held Nodes in the hand, under the pointer or with the focus: always elements.
 * @param chosen Selected nodes: elements, if they are few or seen.
 * @param before What are elements now; they stay while they are near.
 */
export function wanted(boxes: readonly Box[], view: View, window: Size, held: ReadonlySet<string>, chosen: ReadonlySet<string>, before: ReadonlySet<string>): Wanted {
  if (boxes.length <= FEW) return { ids: boxes.map((box) => box.id), drawn: false };
  const inside = seen(view, window);
  const visible = boxes.filter((box) => overlap(box, inside));
  if (visible.length > FEW) {
    const kept = boxes.filter((box) => held.has(box.id) || (chosen.size <= CHOSEN && chosen.has(box.id)));
    return { ids: kept.map((box) => box.id), drawn: true };
  }
  const ahead = seen(view, window, AHEAD);
  const behind = seen(view, window, BEHIND);
  const middle = { x: inside.x + inside.width / 2, y: inside.y + inside.height / 2 };
  const far = (box: Box): number => Math.hypot(box.x + box.width / 2 - middle.x, box.y + box.height / 2 - middle.y);
  const near = boxes.filter((box) => held.has(box.id) || overlap(box, ahead)).sort((a, b) => far(a) - far(b));
  const ids = new Set(near.map((box) => box.id));
  for (const box of boxes) {
    if (ids.size >= 2 * FEW) break;
    if (before.has(box.id) && overlap(box, behind)) ids.add(box.id);
  }
  return { ids: [...ids], drawn: false };
}

/** How many elements may come and go in one frame. */
export interface Pace {
  come: number;
  go: number;
}

/** Return the next step from the elements there are towards those wanted; what is held comes at once, at whatever pace. */
export function step(now: ReadonlySet<string>, ids: readonly string[], held: ReadonlySet<string>, pace: Pace): ReadonlySet<string> {
  const target = new Set(ids);
  const fresh = ids.filter((id) => !now.has(id));
  const come = [...fresh.filter((id) => held.has(id)), ...fresh.filter((id) => !held.has(id)).slice(0, pace.come)];
  const gone = new Set([...now].filter((id) => !target.has(id)).slice(0, pace.go));
  return come.length === 0 && gone.size === 0 ? now : new Set([...[...now].filter((id) => !gone.has(id)), ...come]);
}
