/** Lists that are compared by what they hold: whoever is given the same list as before has nothing to do. */

/** Whether two lists hold the same things in the same order. */
export const isSameList = (before: readonly unknown[], now: readonly unknown[]): boolean => now.length === before.length && now.every((item, at) => item === before[at]);

/** Return `now`, or `before` itself if both hold the same. */
export const orSame = <Item>(before: readonly Item[], now: Item[]): Item[] => (isSameList(before, now) ? (before as Item[]) : now);
