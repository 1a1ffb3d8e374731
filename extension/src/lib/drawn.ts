/** What a drawing of the canvas was made of: drawing it again is only worth it when something of that has changed. */
import type { FlowEdge } from "./flow.ts";

export interface Drawn {
  /** Box, node and whether it is selected, of each node that is no element. */
  cards: readonly unknown[];
  lines: readonly FlowEdge[];
  /** Scale, theme, and what names, colours and pictures come from. */
  others: readonly unknown[];
}

const same = (before: readonly unknown[], now: readonly unknown[]): boolean => before.length === now.length && now.every((part, at) => part === before[at]);

/** Whether two drawings would look the same. */
export const isSame = (before: Drawn, now: Drawn): boolean => same(before.others, now.others) && same(before.lines, now.lines) && same(before.cards, now.cards);
