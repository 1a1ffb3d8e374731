/** What a drawing of the canvas was made of: it is drawn again only when something of that has changed, and only where it has. */
import { bounds, overlap } from "./boxes.ts";
import { sameJson } from "./json.ts";
import { isSameList } from "./lists.ts";
import type { Rect } from "./place.ts";
import { inkOfCard, inkOfLine, type Sketch } from "./sketch.ts";

export interface Drawn {
  /** Box, node and whether it is selected, of each node that is no element. */
  cards: readonly unknown[];
  /** Each wire that is drawn; with box and node of an end that is an element. */
  lines: readonly unknown[];
  /** What names, colours and pictures come from. */
  others: readonly unknown[];
}

/** Whether two drawings would look the same. */
export const isSame = (before: Drawn, now: Drawn): boolean => isSameList(before.others, now.others) && isSameList(before.lines, now.lines) && isSameList(before.cards, now.cards);

/** Return the smallest part of the canvas in which two drawings differ, at so many screen pixels a canvas pixel; null if they do not.
 *
 * What is drawn in another order counts as another from the first that moved to the last.
 */
export function differing(before: Sketch, now: Sketch, zoom: number): Rect | null {
  const cards = changed(before.cards, now.cards).map((card) => inkOfCard(card, zoom));
  const lines = changed(before.lines, now.lines).map((line) => inkOfLine(line, zoom));
  return bounds([...cards, ...lines]);
}

/** Return what of a drawing touches a part of the canvas. */
export const cut = ({ cards, lines }: Sketch, part: Rect, zoom: number): Sketch => ({
  cards: cards.filter((card) => overlap(inkOfCard(card, zoom), part)),
  lines: lines.filter((line) => overlap(inkOfLine(line, zoom), part)),
});

/** Return what of two lists lies between the like beginning and the like end of both. */
function changed<Item>(before: readonly Item[], now: readonly Item[]): Item[] {
  const shorter = Math.min(before.length, now.length);
  let [first, last] = [0, 0];
  while (first < shorter && sameJson(before[first], now[first])) first += 1;
  while (last < shorter - first && sameJson(before.at(-1 - last), now.at(-1 - last))) last += 1;
  return [...before.slice(first, before.length - last), ...now.slice(first, now.length - last)];
}
