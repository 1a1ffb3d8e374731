/** Fractional index texts: between any two there is another, so that a list is reordered by changing one entry.
 *
 * The keys are those of the package `fractional-indexing`, which the studio's `graph.order` makes as well.
 */
import { generateKeyBetween } from "fractional-indexing";

/** Return a text that sorts after `before` and before `after`; null means the end of the list on that side. */
export function between(before: string | null, after: string | null): string {
  try {
    return generateKeyBetween(before, after);
  } catch {
    // Hand-written files may hold any text, or the same one twice: then only "after what came before" can be promised.
    return before === null ? "Zz" : append(before);
  }
}

/** Return a key for the end of a list whose greatest key is `last`, which may be any text. */
export function append(last: string | null): string {
  if (last === null || last === "") return generateKeyBetween(null, null);
  try {
    return generateKeyBetween(last, null);
  } catch {
    return `${last}V`;
  }
}

/** Compare two entries by their order text, then by id, so that the result never depends on the order of keys. */
export function byOrder<Entry extends { order: string }>(a: [string, Entry], b: [string, Entry]): number {
  if (a[1].order !== b[1].order) return a[1].order < b[1].order ? -1 : 1;
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** Return the greatest order text of some entries, or null. */
export const lastOrder = (entries: Iterable<{ order: string }>): string | null => {
  let last: string | null = null;
  for (const { order } of entries) if (last === null || order > last) last = order;
  return last;
};
