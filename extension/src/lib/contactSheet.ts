/** All takes of a shot or of a film as a sheet of pictures: which ones, in which order, and how the arrow keys go over it. */
import { shotsInOrder } from "./shotOrder.ts";
import { reviewOf, type Review } from "./review.ts";
import type { Canvas, TakeView } from "./types.ts";

export interface SheetEntry {
  node: string;
  take: TakeView;
  review: Review;
}

export interface SheetFilter {
  approval: "all" | "approved" | "undecided" | "rejected";
  /** The fewest stars; 0 for any. */
  stars: number;
  /** Whether animatics are shown. */
  drafts: boolean;
  /** Only takes with notes that are open. */
  noted: boolean;
}

export const EVERYTHING: SheetFilter = { approval: "all", stars: 0, drafts: true, noted: false };

/** Return the takes of a node, or of all nodes in the order of the film; of each the oldest first. */
export function sheetEntries(canvas: Canvas, takes: Readonly<Record<string, readonly TakeView[]>>, node: string | null): SheetEntry[] {
  const nodes = node === null ? shotsInOrder(canvas) : [node];
  return nodes.flatMap((id) => (takes[id] ?? []).map((take) => ({ node: id, take, review: reviewOf(canvas.nodes[id], take.record.id) })));
}

/** Whether an entry is shown. */
export function isShown({ take, review }: SheetEntry, filter: SheetFilter): boolean {
  const approval = review.approval ?? "undecided";
  return (
    (filter.approval === "all" || filter.approval === approval) &&
    review.rating >= filter.stars &&
    (filter.drafts || !take.record.draft) &&
    (!filter.noted || review.notes.some((note) => !note.resolved))
  );
}

/** Return the place that a key leads to in a grid of so many columns, or null if the key does not move. */
export function moved(key: string, at: number, columns: number, count: number): number | null {
  const last = count - 1;
  const wide = Math.max(1, columns);
  const to: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - wide, ArrowDown: at + wide, Home: 0, End: last };
  const next = to[key];
  if (next === undefined || count === 0) return null;
  return next < 0 || next > last ? (key === "ArrowDown" && Math.floor(at / wide) < Math.floor(last / wide) ? last : at) : next;
}
