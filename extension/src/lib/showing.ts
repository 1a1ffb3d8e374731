/** What a film shows and sounds like at a frame, for the preview: the twin of `edit.compose` and `edit.music`, as far as a browser can draw it. */
import type { CutList } from "./types.ts";

export type CutEvent = CutList["events"][number];
export type CutTitle = CutEvent["titles"][number];

/** One event on the screen: the frame of its media (at the rate of the film), and how much of it is seen. */
export interface Layer {
  event: CutEvent;
  frame: number;
  opacity: number;
  /** A CSS `clip-path`; empty for all of it. */
  clip: string;
  /** How loud its sound is, 0 to 1. */
  volume: number;
}

export interface Shown {
  /** From the back to the front. */
  layers: readonly Layer[];
  titles: readonly { title: CutTitle; opacity: number; key: string }[];
  /** How much black lies over the picture, 0 to 1. */
  black: number;
}

const goesOut = (event: CutEvent): boolean => event.transition.kind === "fade_out" && event.transition.frames > 0;

/** Return the place in the list of the event at a frame of the film; -1 in a gap or beyond the end. */
export function eventAt(cut: CutList, frame: number): number {
  let [low, high] = [0, cut.events.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const event = cut.events[middle] as CutEvent;
    if (frame < event.record_in) high = middle - 1;
    else if (frame >= event.record_out) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Return what an event dissolves or wipes out of, if it does. */
export function outgoingOf(cut: CutList, at: number): CutEvent | null {
  const [event, before] = [cut.events[at], cut.events[at - 1]];
  if (!event || !before || !["dissolve", "wipe"].includes(event.transition.kind) || !event.transition.frames) return null;
  return before.record_out === event.record_in && !goesOut(before) ? before : null;
}

/** Return the speed at which an event plays its media. */
export const speedAt = (event: CutEvent): number => (event.source.kind === "image" ? 1 : (event.source_out - event.source_in) / (event.record_out - event.record_in));

/** Return the frame of its media, at the rate of the film, that an event shows so many frames after its record in. */
export const sourceFrame = (event: CutEvent, local: number): number => event.source_in + Math.floor(local * speedAt(event) + 1e-9);

/** Return all that is seen and heard at a frame of the film. */
export function shownAt(cut: CutList, frame: number): Shown {
  const at = eventAt(cut, frame);
  const event = cut.events[at];
  if (!event) return { layers: [], titles: [], black: 1 };
  const local = frame - event.record_in;
  const { kind, frames } = event.transition;
  const share = frames && local < frames ? (local + 0.5) / frames : 1;
  const left = event.record_out - frame;
  const out = goesOut(event) && left <= frames ? (left - 0.5) / frames : 1;
  const before = share < 1 ? outgoingOf(cut, at) : null;
  const fades = kind !== "cut" && kind !== "fade_out" && !before ? share : 1;
  const own: Layer = {
    event,
    frame: sourceFrame(event, local),
    opacity: before && kind === "dissolve" ? share : 1,
    clip: before && kind === "wipe" ? wipePath(event.transition.wipe, share) : "",
    volume: (before ? share : fades) * out,
  };
  const layers = before ? [{ event: before, frame: sourceFrame(before, before.record_out - before.record_in + local), opacity: 1, clip: "", volume: 1 - share }, own] : [own];
  return { layers, titles: titlesAt(event, local), black: 1 - fades * out };
}

/** Return the titles over an event so many frames after its record in, and how far they have faded in. */
export function titlesAt(event: CutEvent, local: number): Shown["titles"] {
  const length = event.record_out - event.record_in;
  return event.titles.flatMap((title, at) => {
    const frames = Math.min(title.frames, length - title.start);
    const now = local - title.start;
    if (now < 0 || now >= frames || !title.text.trim()) return [];
    const rise = title.fade_in ? (now + 0.5) / Math.min(title.fade_in, frames) : 1;
    const fall = title.fade_out ? (frames - now - 0.5) / Math.min(title.fade_out, frames) : 1;
    return [{ title, opacity: Math.max(0, Math.min(1, rise, fall)), key: `${event.number}-${at}` }];
  });
}

const percent = (share: number): string => `${Math.round(share * 1e4) / 100}%`;

/** Return the CSS `clip-path` of what is seen of the incoming picture when a share of a wipe is over; codes of SMPTE 258M. */
export function wipePath(code: number, share: number): string {
  const rest = 1 - share;
  switch (code) {
    case 2:
      return `inset(0 0 ${percent(rest)} 0)`;
    case 21:
      return `inset(0 ${percent(rest / 2)})`;
    case 22:
      return `inset(${percent(rest / 2)} 0)`;
    case 41: {
      const reach = 2 * share;
      if (reach <= 1) return `polygon(0 0, ${percent(reach)} 0, 0 ${percent(reach)})`;
      return `polygon(0 0, 100% 0, 100% ${percent(reach - 1)}, ${percent(reach - 1)} 100%, 0 100%)`;
    }
    case 101:
      return `inset(${percent(rest / 2)})`;
    case 119:
      // CSS measures a circle by the diagonal over the square root of two; the wipe reaches the corners, half a diagonal away.
      return `circle(${percent(share * Math.SQRT1_2)} at center)`;
    default:
      return `inset(0 ${percent(rest)} 0 0)`;
  }
}

/** Return where in its file a music is at a frame of the film, in seconds, and how loud, 0 to 1; null where it is silent. */
export function musicAt(cut: CutList, at: number, frame: number, fps: number, seconds: number): { time: number; volume: number } | null {
  const music = cut.music[at];
  if (!music) return null;
  const now = frame - music.start;
  const end = Math.min(cut.events.at(-1)?.record_out ?? 0, music.end ?? Infinity, music.start + Math.floor(Math.max(0, seconds * fps - music.first)));
  if (now < 0 || frame >= end) return null;
  const rise = music.fade_in ? Math.min(1, (now + 0.5) / music.fade_in) : 1;
  const fall = music.fade_out ? Math.min(1, (end - frame - 0.5) / music.fade_out) : 1;
  const heard = cut.events[eventAt(cut, frame)]?.source.audio ?? false;
  const level = 10 ** ((music.gain_db - (heard ? music.duck_db : 0)) / 20);
  return { time: (music.first + now) / fps, volume: Math.max(0, Math.min(1, level * rise * fall)) };
}
