/** The keys for takes: on the canvas for the take that stands for the selected shot, in the views of takes for the one in front. */
import type { KeyStroke } from "./keys.ts";
import { MOST_STARS } from "./review.ts";

export type TakeCommand = { does: "rate"; stars: number } | { does: "approve" | "reject" | "review" | "compare" | "sheet" };

export const TAKE_KEYS: readonly { shown: readonly string[]; does: string }[] = [
  { shown: ["⇧1", "…", "⇧5"], does: "Rate the take of the selected shot (⇧0: none)" },
  { shown: ["A", "X"], does: "Approve, reject it" },
  { shown: ["V"], does: "View it frame by frame, with its notes" },
  { shown: ["B"], does: "Compare it with another take, one beside the other" },
  { shown: ["T"], does: "All takes" },
];

/** In the views of takes digits rate, since nothing is chosen by number there. */
export const VIEW_KEYS = "1–5 rate · A approve · X reject";

const LETTERS: Readonly<Record<string, Exclude<TakeCommand["does"], "rate">>> = { a: "approve", x: "reject", v: "review", b: "compare", t: "sheet" };

/** Return what a key stroke means for a take, or null. `code` is the physical key: what ⇧3 types differs from keyboard to keyboard. */
export function takeCommandOf({ key, code, ctrl, shift, alt }: KeyStroke & { code: string }, where: "canvas" | "view"): TakeCommand | null {
  if (ctrl || alt) return null;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code);
  if (digit && shift === (where === "canvas") && Number(digit[1]) <= MOST_STARS) return { does: "rate", stars: Number(digit[1]) };
  const does = shift ? undefined : LETTERS[key.toLowerCase()];
  return does ? { does } : null;
}

/** Return the key stroke of a DOM event. */
export const strokeOf = (event: KeyboardEvent): KeyStroke & { code: string } => ({
  key: event.key,
  code: event.code,
  ctrl: event.ctrlKey || event.metaKey,
  shift: event.shiftKey,
  alt: event.altKey,
});
