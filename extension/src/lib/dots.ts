/** The dots of the canvas, which nodes snap to; seen from afar only every second, fourth or eighth of them. */
import type { View } from "./boxes.ts";
import { GRID } from "./snap.ts";

/** Dots nearer to one another than this many screen pixels would be a grey veil. */
const NEAREST = 14;

export interface Dots {
  /** Screen pixels from dot to dot. */
  gap: number;
  /** Screen pixels from the corner of the window to the first dot; never more than a gap. */
  x: number;
  y: number;
}

/** Return the dots of a view. */
export function dotsOf(view: View): Dots {
  let gap = GRID * view.zoom;
  while (gap < NEAREST) gap *= 2;
  const rest = (at: number): number => ((at % gap) + gap) % gap;
  return { gap, x: rest(view.x), y: rest(view.y) };
}
