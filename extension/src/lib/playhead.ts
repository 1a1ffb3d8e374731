/** Frames and seconds of takes that play, alone or side by side. A frame is shown from its start up to that of the next. */
import { parseRate, type Rate } from "./timecode.ts";
import type { TakeView } from "./types.ts";

/** Beyond this a clip is put in its place; nearer, it runs a little faster or slower, which nobody sees. */
const JUMP_S = 0.12;
/** Clips this near to one another are in step: a quarter of a frame at 24. */
const CLOSE_S = 0.01;
const NUDGE = 0.06;

/** Return the seconds at which a frame is shown: the middle of it, so that no rounding of a player shows its neighbour. */
export const secondsOf = (frame: number, rate: Rate): number => ((frame + 0.5) * rate.denominator) / rate.numerator;

/** Return the frame that is shown at a moment. */
export const frameAt = (seconds: number, rate: Rate): number => Math.max(0, Math.floor((seconds * rate.numerator) / rate.denominator + 1e-6));

/** Return a frame that is there, of `count`. */
export const clampFrame = (frame: number, count: number): number => Math.min(Math.max(0, Math.round(frame)), Math.max(0, count - 1));

/** How fast a take runs, how many frames it has, and how many seconds it lasts; a still is one frame long. */
export interface Length {
  rate: Rate;
  frames: number;
  seconds: number;
}

export function lengthOf(take: TakeView, project: Rate): Length {
  const { kind, fps, frames } = take.record;
  const rate = (fps && parseRate(fps)) || project;
  const count = kind === "video" ? Math.max(1, frames ?? 1) : 1;
  return { rate, frames: count, seconds: (count * rate.denominator) / rate.numerator };
}

/** Return what shows all of several takes: the rate of the first that moves, and frames up to the end of the longest. */
export function together(lengths: readonly Length[]): Length | null {
  const moving = lengths.filter((length) => length.frames > 1);
  const first = moving[0] ?? lengths[0];
  if (!first) return null;
  const seconds = Math.max(...lengths.map((length) => length.seconds));
  return { rate: first.rate, frames: Math.max(1, Math.round((seconds * first.rate.numerator) / first.rate.denominator)), seconds };
}

/** Return how a clip gets back in step that is `drift` seconds ahead: by a jump, or by another speed. */
export function correction(drift: number): { jump: boolean; speed: number } {
  if (Math.abs(drift) > JUMP_S) return { jump: true, speed: 1 };
  if (Math.abs(drift) < CLOSE_S) return { jump: false, speed: 1 };
  return { jump: false, speed: drift > 0 ? 1 - NUDGE : 1 + NUDGE };
}
