/** What an assembler says of the clips, the titles and the sound of its film: read with care, written key by key so that edits of several people do not meet. */
import { isObject, pointer, readAt, type JsonObject } from "./json.ts";
import { timecode, type Rate } from "./timecode.ts";
import type { Canvas, CanvasNode, Operation } from "./types.ts";

export type TransitionKind = "cut" | "dissolve" | "wipe" | "fade_in" | "fade_out";

export const TRANSITIONS: readonly { kind: TransitionKind; title: string }[] = [
  { kind: "cut", title: "Cut" },
  { kind: "dissolve", title: "Dissolve" },
  { kind: "wipe", title: "Wipe" },
  { kind: "fade_in", title: "Fade from black" },
  { kind: "fade_out", title: "Fade to black" },
];

/** The wipes that a film can show, by SMPTE 258M wipe code: the twin of `schema.cut.WIPES`. */
export const WIPES: readonly { code: number; title: string }[] = [
  { code: 1, title: "Left to right" },
  { code: 2, title: "Top to bottom" },
  { code: 21, title: "From the middle to the sides" },
  { code: 22, title: "From the middle up and down" },
  { code: 41, title: "From the upper left corner" },
  { code: 101, title: "Rectangle" },
  { code: 119, title: "Circle" },
];

export const PRESETS = [
  { preset: "h264", title: "H.264", note: "MP4 with AAC: plays everywhere" },
  { preset: "h265", title: "H.265", note: "MP4 with AAC: smaller, for newer players" },
  { preset: "prores", title: "ProRes 422 HQ", note: "QuickTime with PCM: for an editor or a grade" },
  { preset: "images", title: "Image sequence", note: "A PNG for every frame, and a WAV" },
] as const;
export type Preset = (typeof PRESETS)[number]["preset"];

/** Return the preset that an assembler renders by. */
export const presetOf = (node: CanvasNode | undefined): Preset => PRESETS.find(({ preset }) => preset === node?.data["preset"])?.preset ?? "h264";

export interface Join {
  kind: TransitionKind;
  frames: number;
  wipe: number;
}

export const POSITIONS = [
  { position: "lower", title: "Lower third" },
  { position: "centre", title: "Centre" },
  { position: "upper", title: "Upper third" },
] as const;
export type TitlePosition = (typeof POSITIONS)[number]["position"];

/** Text over a clip; `start` counts from its first frame, without `frames` it lasts as long as the clip. `size` is a share of the picture's height. */
export interface TitleData {
  text: string;
  start?: number;
  frames?: number;
  position?: TitlePosition;
  size?: number;
  fade_in?: number;
  fade_out?: number;
}

/** What `schema.cut.Title` says where a title says nothing. */
export const TITLE_SIZE = 1 / 16;

const isFrame = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** Return what an assembler says of one clip. */
export function eventOf(node: CanvasNode | undefined, clip: string): JsonObject {
  const event = readAt(node?.data, ["events", clip]);
  return isObject(event) ? event : {};
}

/** Return how a clip comes in. */
export function joinOf(event: JsonObject): Join {
  const given = isObject(event["transition"]) ? event["transition"] : {};
  const kind = TRANSITIONS.find((known) => known.kind === given["kind"])?.kind ?? "cut";
  const wipe = WIPES.find(({ code }) => code === given["wipe"])?.code ?? 1;
  const frames = isFrame(given["frames"]) ? given["frames"] : 0;
  return kind === "cut" || frames === 0 ? { kind: "cut", frames: 0, wipe } : { kind, frames, wipe };
}

/** Return a transition as the canvas keeps it; `usual` frames where it has no length yet. */
export function joined({ kind, frames, wipe }: Join, usual: number): JsonObject {
  if (kind === "cut") return { kind, frames: 0 };
  const length = Math.max(1, Math.round(frames) || usual);
  return kind === "wipe" ? { kind, frames: length, wipe } : { kind, frames: length };
}

/** Return the titles of a clip, in the order in which they are kept; what is none is left out. */
export function titlesOf(event: JsonObject): TitleData[] {
  const given = event["title"];
  const found = Array.isArray(given) ? given : given ? [given] : [];
  return found.flatMap((title) => (typeof title === "string" ? [{ text: title }] : isObject(title) && typeof title["text"] === "string" ? [title as unknown as TitleData] : []));
}

/** Return the titles of a clip with one changed, removed (null) or, past the last, added; undefined where none is left. */
export function withTitle(titles: readonly TitleData[], at: number, title: TitleData | null): TitleData[] | undefined {
  const changed = titles.flatMap((other, index) => (index !== at ? [other] : title ? [title] : []));
  if (title && at >= titles.length) changed.push(title);
  return changed.length ? changed : undefined;
}

/** Return the speed of a clip as a number; 1 is normal. */
export function speedOf(event: JsonObject): number {
  const [top = NaN, bottom = 1] = String(event["speed"] ?? 1).split("/").map(Number);
  const speed = top / bottom;
  return speed >= 0.01 && speed <= 100 ? speed : 1;
}

/** What an assembler says of one music: its levels in decibels, its fades and places in frames. */
export interface Levels {
  start: number;
  first: number;
  gain_db: number;
  fade_in: number;
  fade_out: number;
  duck_db: number;
}

const LEVELS: Readonly<Levels> = { start: 0, first: 0, gain_db: 0, fade_in: 0, fade_out: 0, duck_db: 12 };

/** Return the levels of a music that is wired to an assembler. */
export function levelsOf(node: CanvasNode | undefined, track: string): Levels {
  const given = readAt(node?.data, ["music", track]);
  const levels: Levels = { ...LEVELS };
  if (isObject(given)) for (const key of Object.keys(LEVELS) as (keyof Levels)[]) if (typeof given[key] === "number") levels[key] = given[key];
  return levels;
}

/** Programme loudness of EBU R 128 in LUFS, the twin of `graph.soundtrack.LOUDNESS`. */
export const BROADCAST = -23;

/** Return the loudness in LUFS that a film is brought to, null for the levels as they are. */
export function loudnessOf(node: CanvasNode | undefined): number | null {
  const given = node?.data["loudness"];
  return given === null ? null : typeof given === "number" && given >= -60 && given <= -5 ? given : BROADCAST;
}

/** Return the operations that set keys somewhere in a node's data, making the objects on the way; a key that is undefined goes. */
export function dataOperations(canvas: Canvas, id: string, place: readonly string[], changes: JsonObject): Operation[] {
  const data = canvas.nodes[id]?.data;
  if (!data) return [];
  const missing = place.findIndex((_, depth) => !isObject(readAt(data, place.slice(0, depth + 1))));
  if (missing >= 0) {
    const kept = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (!Object.keys(kept).length) return [];
    const value = place.slice(missing + 1).reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), kept);
    return [{ op: "add", path: pointer("nodes", id, "data", ...place.slice(0, missing + 1)), value }];
  }
  const there = readAt(data, place);
  return Object.entries(changes).flatMap(([key, value]): Operation[] => {
    const path = pointer("nodes", id, "data", ...place, key);
    const known = isObject(there) && Object.hasOwn(there, key);
    if (value !== undefined) return [{ op: known ? "replace" : "add", path, value }];
    return known ? [{ op: "remove", path }] : [];
  });
}

/** Return the frames that somebody wrote - timecode with one to four fields, `36f`, `1.5s` - or null. A plain number counts frames. */
export function framesOf(text: string, rate: Rate): number | null {
  const nominal = Math.max(1, Math.round(rate.numerator / rate.denominator));
  const counted = /^\s*(\d{1,8})\s*f?\s*$/.exec(text);
  if (counted) return Number(counted[1]);
  const seconds = /^\s*(\d{1,6}(?:\.\d{1,6})?)\s*s\s*$/.exec(text);
  if (seconds) return Math.round((Number(seconds[1]) * rate.numerator) / rate.denominator);
  if (!/^\s*\d{1,2}([:;.]\d{1,2}){1,3}\s*$/.test(text)) return null;
  const fields = text.trim().split(/[:;.]/).map(Number).reverse();
  const [frames = 0, second = 0, minute = 0, hour = 0] = fields;
  if (frames >= nominal || second > 59 || minute > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * nominal + frames;
}

/** Return frames as timecode without an hour that is zero: `00:04:12`. */
export function shortTime(frames: number, rate: Rate): string {
  const whole = timecode(frames, rate);
  return whole.startsWith("00:") ? whole.slice(3) : whole;
}

/** Return the row of each of some bars over frames, so that none lies over another; as few rows as that takes. */
export function rowsOf(bars: readonly { first: number; length: number }[]): number[] {
  const ends: number[] = [];
  const rows = new Map<object, number>();
  for (const bar of [...bars].sort((a, b) => a.first - b.first)) {
    const free = ends.findIndex((end) => end <= bar.first);
    const row = free < 0 ? ends.length : free;
    ends[row] = bar.first + bar.length;
    rows.set(bar, row);
  }
  return bars.map((bar) => rows.get(bar) ?? 0);
}

/** Return an order in which one clip stands at another place. */
export function reordered(order: readonly string[], clip: string, to: number): string[] {
  const rest = order.filter((other) => other !== clip);
  const at = Math.max(0, Math.min(to, rest.length));
  return [...rest.slice(0, at), clip, ...rest.slice(at)];
}

/** Return the new in or out point of a clip whose edge is dragged, in frames of its media: never beyond the media, always one frame at least. */
export function trimmedTo(edge: "in" | "out", clip: { first: number; last: number; limit: number }, by: number): number {
  const wanted = Math.round((edge === "in" ? clip.first : clip.last) + by);
  return edge === "in" ? Math.max(0, Math.min(wanted, clip.last - 1)) : Math.max(clip.first + 1, Math.min(wanted, clip.limit));
}

/** What an editing program gives back, by the suffix of its file: the kinds that `import_edit` reads. */
const LISTS: Readonly<Record<string, "edl" | "otio" | "xml">> = { edl: "edl", otio: "otio", xml: "xml" };

/** The largest list that fits into one message, in bytes. */
export const LIST_BYTES = 3_000_000;

/** Return which kind of edit list a file is by its name, or null. */
export function listKind(name: string): "edl" | "otio" | "xml" | null {
  const suffix = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(LISTS, suffix) ? (LISTS[suffix] ?? null) : null;
}

/** Return the text of a list: UTF-8 as it should be, Latin-1 as old systems write it. */
export function listText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
