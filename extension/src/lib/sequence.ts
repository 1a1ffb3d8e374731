/** The order and the lengths of the clips of a film, for the cut strip: the twins of `graph.sequence` and `graph.clips`. */
import { idsOfType } from "./kinds.ts";
import { isMuted } from "./bypass.ts";
import { joinOf, speedOf, type Join } from "./film.ts";
import { isObject, sameJson } from "./json.ts";
import { orSame } from "./lists.ts";
import { byOrder } from "./order.ts";
import { activeTake } from "./takes.ts";
import { durationFrames, parseRate, type Rate } from "./timecode.ts";
import { wiringOf } from "./wiring.ts";
import type { Canvas, CanvasEdge, CanvasNode, TakeView } from "./types.ts";

const wiresInto = (canvas: Canvas, id: string, handle = "sequence_in"): CanvasEdge[] =>
  wiringOf(canvas)
    .into(id, handle)
    .map(([, edge]) => edge);

/** Return the ids of the nodes whose clips make the film of an assembler, in film order, each once.
 *
 * What comes in at `sequence_in` of a shot stands before it; a scene gives its shots by their order; a step that is passed by what comes in; an assembler its clips. Nothing is entered twice, so loops end.
 */
export const sequence = (canvas: Canvas, assembler: string): string[] => [...clipFilms(canvas, assembler).keys()];

/** Return the clips of `sequence`, each with the assembler that cuts it: where films stand in one another, the innermost. */
export function clipFilms(canvas: Canvas, assembler: string): Map<string, string> {
  const found = new Map<string, string>();
  const entered = new Set<string>([assembler]);
  const add = (clip: string, film: string): void => void (found.has(clip) || found.set(clip, film));
  const enter = ({ source, sourceHandle }: CanvasEdge, film: string): void => {
    const node = canvas.nodes[source];
    const place = node?.type === "vse_assembler" ? source : `${source} ${sourceHandle}`;
    if (!node || entered.has(place)) return;
    entered.add(place);
    if (node.type === "scene_group") for (const shot of shotsOfScene(canvas, source)) add(shot, film);
    else if (node.type === "vse_assembler") wiresInto(canvas, source).forEach((edge) => enter(edge, source));
    else if (isMuted(node)) wiresInto(canvas, source, "input").slice(0, 1).forEach((edge) => enter(edge, film));
    else {
      if (node.type === "shot" && sourceHandle === "sequence_out") wiresInto(canvas, source).forEach((edge) => enter(edge, film));
      add(source, film);
    }
  };
  wiresInto(canvas, assembler).forEach((edge) => enter(edge, assembler));
  return found;
}

/** Return the assemblers that a canvas leads with: those whose films stand in no other. */
export function outermost(canvas: Canvas): readonly string[] {
  const films = idsOfType(canvas.nodes, "vse_assembler");
  if (!films.some((film) => wiringOf(canvas).from(film).length)) return films;
  const inside = new Set(films.flatMap((film) => [...clipFilms(canvas, film).values()].filter((other) => other !== film)));
  const free = films.filter((film) => !inside.has(film));
  return free.length ? free : films;
}

/** Return the shots of a scene and of the scenes inside it: by order, each chain of shots where its first shot stands. */
export function shotsOfScene(canvas: Canvas, scene: string): string[] {
  const members = membersOf(canvas, scene, new Set());
  const inside = new Set(members);
  const before = (id: string): string[] =>
    wiresInto(canvas, id)
      .filter((edge) => inside.has(edge.source) && edge.sourceHandle === "sequence_out")
      .map((edge) => edge.source);
  const followed = new Set(members.flatMap(before));
  const chains = members.filter((id) => !followed.has(id)).map((last) => chainTo(last, before));
  const place = (chain: string[]): number => Math.min(...chain.map((id) => members.indexOf(id)));
  chains.sort((a, b) => place(a) - place(b));
  // Shots of a loop belong to no chain; they come last rather than get lost.
  return [...new Set([...chains.flat(), ...members])];
}

function membersOf(canvas: Canvas, scene: string, seen: Set<string>): string[] {
  if (seen.has(scene)) return [];
  seen.add(scene);
  const children = Object.entries(canvas.nodes).filter(([, node]) => node.parent === scene);
  return children.sort(byOrder).flatMap(([id, node]) => (node.type === "scene_group" ? membersOf(canvas, id, seen) : node.type === "shot" ? [id] : []));
}

function chainTo(last: string, before: (id: string) => string[]): string[] {
  const chain = new Set<string>();
  const entered = new Set<string>();
  const visit = (id: string): void => {
    if (entered.has(id)) return;
    entered.add(id);
    before(id).forEach(visit);
    chain.add(id);
  };
  visit(last);
  return [...chain];
}

export interface Clip {
  node: string;
  /** The assembler that cuts it: where a film stands in another, its own. */
  film: string;
  take: TakeView | null;
  /** Length in the film. */
  frames: number;
  /** What of the media is shown: in point, out point (exclusive), and where the media ends, at the rate of the project. */
  first: number;
  last: number;
  limit: number;
}

/** Frames a still can give: the twin of `graph.clips.STILL`. */
const STILL = 24 * 3600 * 1000;

/** Return a list of clips in which each that says the same as the one before it in this place is that one; the list before, if all are. */
export const keptClips = (before: readonly Clip[], now: readonly Clip[]): readonly Clip[] =>
  orSame(before, now.map((clip, at) => (sameJson(before[at], clip) ? (before[at] as Clip) : clip)));

/** Return the clips with the length they have in the film, in frames of the project rate; a shot without a take has the length it asks for. */
export function clips(canvas: Canvas, assembler: string, takes: Readonly<Record<string, readonly TakeView[]>>, rate: Rate): Clip[] {
  const found = [...clipFilms(canvas, assembler)].flatMap(([id, film]): Trimmed[] => {
    const node = canvas.nodes[id];
    if (!node) return [];
    const take = activeTake(node, takes[id] ?? []);
    const events = canvas.nodes[film]?.data["events"];
    const given = isObject(events) ? events[id] : undefined;
    const event = isObject(given) ? given : {};
    return [{ node: id, film, take, join: joinOf(event), speed: speedOf(event), ...trimmed(mediaFrames(node, take, rate), take?.record.kind === "image", event) }];
  });
  return laidOut(found);
}

type Trimmed = Clip & { join: Join; speed: number };

/** End clips earlier that have not enough left for the dissolve or wipe out of them; the twin of `graph.clips.lay_out`. */
function laidOut(clips: readonly Trimmed[]): Clip[] {
  const laid: Trimmed[] = [];
  for (const clip of clips) {
    const before = laid.at(-1);
    const wanted = ["dissolve", "wipe"].includes(clip.join.kind) ? Math.min(clip.join.frames, clip.frames) : 0;
    if (before && wanted) laid[laid.length - 1] = { ...before, frames: roomy(before, wanted) };
    laid.push(clip);
  }
  return laid.map(({ join: _join, speed: _speed, ...clip }) => clip);
}

/** The most frames of a clip after which others are left; its own transition stays whole. */
function roomy({ join, speed, first, last, limit, frames }: Trimmed, left: number): number {
  const shortest = Math.max(1, Math.min(join.frames, frames));
  let [length, end] = [frames, last];
  while (Math.floor((limit - end) / speed + 1e-9) < left && length > shortest) {
    const shorter = Math.min(end, first + Math.max(1, Math.floor((length - 1) * speed + 1e-9)));
    if (shorter === end) break;
    end = shorter;
    length = Math.max(1, Math.floor((end - first) / speed + 0.5 + 1e-9));
  }
  return length;
}

/** Return the length of a take at the project's rate, or of the shot as it asks for it. */
export function mediaFrames(node: CanvasNode, take: TakeView | null, rate: Rate): number {
  const record = take?.record;
  const own = record?.kind === "video" && record.frames > 0 && record.fps ? parseRate(record.fps) : null;
  if (record && own) return Math.max(1, Math.round((record.frames * own.denominator * rate.numerator) / (own.numerator * rate.denominator)));
  const asked = node.data["duration"];
  return durationFrames(typeof asked === "string" ? asked : "4s", rate) ?? durationFrames("4s", rate) ?? 1;
}

const isFrame = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

function trimmed(length: number, still: boolean, event: Record<string, unknown>): Omit<Clip, "node" | "film" | "take"> {
  const limit = still ? STILL : length;
  const first = isFrame(event["in"]) && event["in"] < limit ? event["in"] : 0;
  const last = isFrame(event["out"]) && event["out"] > first && event["out"] <= limit ? event["out"] : Math.min(limit, first + length);
  return { first, last, limit, frames: Math.max(1, Math.round((last - first) / speedOf(event))) };
}
