/** What happened to a canvas file behind the studio's back, in words. */
import { listed } from "./history.ts";

/** As `recovery` tells it. */
export type Offer =
  | { id: string; kind: "damaged"; time: string; kept: string; why: string }
  | { id: string; kind: "outside"; time: string; sequence: number; changes: readonly string[] };

export interface OfferWords {
  title: string;
  text: string;
  keep: string;
  look: string;
}

/** Return what people are told of it. */
export function offerWords(offer: Offer): OfferWords {
  if (offer.kind === "damaged") {
    return {
      title: "The canvas file was damaged and has been restored.",
      text: "You see the canvas as it was after the last edit that the studio knows of. What the damaged file held is kept.",
      keep: "Keep it like this",
      look: "What was wrong?",
    };
  }
  return {
    title: "The canvas was changed by another program.",
    text: `${summary(offer.changes)}. It is part of the canvas now.`,
    keep: "Keep the change",
    look: "What changed?",
  };
}

/** Return `2 nodes added, 1 removed and 3 values changed`. */
function summary(changes: readonly string[]): string {
  const numbers = { added: 0, removed: 0, wires: 0, values: 0 };
  for (const line of changes) {
    if (line.startsWith("added ")) numbers.added += 1;
    else if (line.startsWith("removed ")) numbers.removed += 1;
    else if (/^(connected|disconnected|changed) .+ → /.test(line)) numbers.wires += 1;
    else numbers.values += 1;
  }
  const some = (count: number, one: string, many: string): string[] => (count ? [`${count} ${count === 1 ? one : many}`] : []);
  const words = [
    ...some(numbers.added, "node was added", "nodes were added"),
    ...some(numbers.removed, "node was removed", "nodes were removed"),
    ...some(numbers.wires, "wire changed", "wires changed"),
    ...some(numbers.values, "value changed", "values changed"),
  ];
  return listed(words);
}
