/** The history of a project in plain words: what each version was, by day, and what differs between two. */
import { count } from "./text.ts";
import { takeNumber } from "./takes.ts";

/** A version as `versions` tells it. */
export interface Version {
  commit: string;
  time: string;
  author: string;
  message: string;
  subject: string;
  takes: readonly string[];
  take_folders: readonly string[];
  canvases: readonly string[];
  checkpoints: readonly string[];
  /** Pictures of the takes that came with it, as far as they are here. */
  thumbnails: readonly string[];
}

export interface NamedVersion {
  name: string;
  commit: string;
  time: string;
}

/** What going back would do, as `preview_restore` tells it. */
export interface Restoring {
  version: Version;
  changes: Readonly<Record<string, readonly string[]>>;
  files: readonly string[];
  settings: readonly string[];
  takes_since: number;
  obstacle: string;
}

export type VersionKind = "takes" | "named" | "back" | "share" | "saved" | "begin" | "other";

export interface Told {
  kind: VersionKind;
  title: string;
  detail: string;
}

const PREFIXES: readonly (readonly [RegExp, VersionKind, (rest: string) => string])[] = [
  [/^Checkpoint: (.+)$/, "named", (rest) => rest],
  [/^Go back to: (.+)$/, "back", (rest) => `Everything back to “${plain(rest)}”`],
  [/^Restore \S+ as it was: (.+)$/, "back", (rest) => `Canvas back to “${plain(rest)}”`],
  [/^Before going back to: (.+)$/, "saved", (rest) => `Saved before going back to “${plain(rest)}”`],
  [/^Before (sending|merging|archiving)$/, "saved", (rest) => `Saved before ${rest}`],
  [/^Merge (.+)$/, "share", () => "Merged what others sent"],
  [/^(Begin the project)$/, "begin", () => "The project began"],
];

/** The subject of takes that were made: `SHOT_010 take 3, generate-video low`; the prompt is the paragraph below it. */
const MADE = /^(\S+(?: v\d\d)? takes? \d.*), \S+ (?:draft|low|standard|high)$/;

/** Return a commit's subject in plain words. */
function plain(subject: string): string {
  for (const [form, , words] of PREFIXES) {
    const found = form.exec(subject);
    if (found) return words(found[1] ?? "");
  }
  const made = MADE.exec(subject)?.[1];
  if (made) return made;
  const takes = takesIn(subject);
  return takes.length ? takeWords(takes) : subject;
}

const TAKE = /^([A-Za-z0-9-]+)_v(\d{2})_take(\d{2,})$/;

/** Return the takes that the subject of an older project's commit begins with: `SHOT-010_v01_take01, SHOT-010_v01_take02: a fox`. */
function takesIn(subject: string): string[] {
  const names = (subject.split(": ")[0] ?? "").split(", ");
  return names.every((name) => TAKE.test(name)) ? names : [];
}

/** Return `SHOT_010 takes 1 and 2`, `SHOT_010 take 3, SHOT_020 take 1`. */
export function takeWords(takes: readonly string[]): string {
  const shots = new Map<string, number[]>();
  for (const take of takes) {
    const shot = (TAKE.exec(take)?.[1] ?? take).replaceAll("-", "_");
    shots.set(shot, [...(shots.get(shot) ?? []), takeNumber(take)]);
  }
  const words = [...shots].map(([shot, numbers]) => `${shot} ${numbers.length > 1 ? "takes" : "take"} ${listed(numbers.map(String))}`);
  return words.length > 3 ? `${words.slice(0, 2).join(", ")} and ${count(words.length - 2, "more shot")}` : words.join(", ");
}

/** Return `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Return the prompt that a commit of takes tells: its second paragraph, unless that is the last, which tells the pipeline. */
function promptIn(message: string): string {
  const paragraphs = message.trim().split("\n\n");
  return paragraphs.length > 2 ? paragraphs.slice(1, -1).join(" ").replace(/\s+/g, " ") : "";
}

/** Return what a version was, in plain words. */
export function told(version: Pick<Version, "subject" | "takes" | "message">): Told {
  const made = MADE.exec(version.subject)?.[1];
  if (made) return { kind: "takes", title: made, detail: promptIn(version.message) };
  const takes = takesIn(version.subject);
  if (takes.length) return { kind: "takes", title: takeWords(takes), detail: version.subject.slice(version.subject.indexOf(": ") + 2) };
  const kind = PREFIXES.find(([form]) => form.test(version.subject))?.[1] ?? (version.takes.length ? "takes" : "other");
  const also = version.takes.length ? takeWords(version.takes) : "";
  return { kind, title: plain(version.subject), detail: also };
}

export interface Day {
  day: string;
  versions: readonly Version[];
}

/** Return the versions by the day they were made, as the viewer's clock counts days; newest first, as they come. */
export function byDay(versions: readonly Version[], now: Date, timeZone?: string): Day[] {
  const key = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const long = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long", day: "numeric", month: "long" });
  const today = key.format(now);
  const yesterday = key.format(now.getTime() - 86_400_000);
  const days: { key: string; day: string; versions: Version[] }[] = [];
  for (const version of versions) {
    const time = new Date(version.time);
    const its = Number.isNaN(time.getTime()) ? "" : key.format(time);
    const last = days.at(-1);
    if (last?.key === its) last.versions.push(version);
    else days.push({ key: its, day: its === today ? "Today" : its === yesterday ? "Yesterday" : its ? long.format(time) : "Some day", versions: [version] });
  }
  return days.map(({ day, versions: its }) => ({ day, versions: its }));
}

/** Return the time of day, `14:05`. */
export function clock(time: string, timeZone?: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(moment);
}

export interface Change {
  kind: "added" | "removed" | "wire" | "changed";
  /** What it is about: a node, a wire, a property of a node. */
  what: string;
  /** What it was and is, where that can be said in a few words. */
  from?: string;
  to?: string;
}

const WIRE = /^(connected|disconnected|changed) (.+) (\S+) → (.+) (\S+)$/;

/** Return the sentences of a comparison as their parts; the wires of a node that came or went are told with it. */
export function changesOf(sentences: readonly string[]): Change[] {
  const whole = new Map<string, number>();
  for (const sentence of sentences) {
    const change = changeOf(sentence);
    if (change.kind === "added" || change.kind === "removed") whole.set(change.what, 0);
  }
  const kept = sentences.filter((sentence) => {
    const [, , source = "", , target = ""] = WIRE.exec(sentence) ?? [];
    const node = [target, source].find((end) => whole.has(end));
    if (node !== undefined) whole.set(node, (whole.get(node) ?? 0) + 1);
    return node === undefined;
  });
  return kept.map((sentence) => {
    const change = changeOf(sentence);
    const wires = change.kind === "added" || change.kind === "removed" ? (whole.get(change.what) ?? 0) : 0;
    return wires ? { ...change, to: `with ${count(wires, "wire")}` } : change;
  });
}

/** Return a sentence of a comparison as its parts. */
export function changeOf(sentence: string): Change {
  const wire = WIRE.exec(sentence);
  if (wire) {
    const [, verb = "", source, output = "", target, input = ""] = wire;
    return { kind: "wire", what: `${capital(verb)} ${source} (${output.replaceAll("_", " ")}) → ${target} (${input.replaceAll("_", " ")})` };
  }
  const whole = /^(added|removed) (.+)$/.exec(sentence);
  if (whole) return { kind: whole[1] as "added" | "removed", what: whole[2] ?? "" };
  const at = sentence.indexOf(": ");
  if (at < 0) return { kind: "changed", what: sentence };
  const [what, rest] = [sentence.slice(0, at).replaceAll("_", " ").replace(/^(SHOT|SCENE) (\d+)/, "$1_$2"), sentence.slice(at + 2)];
  const parts = rest.split(" → ");
  if (parts.length === 2) return { kind: "changed", what, from: parts[0] ?? "", to: parts[1] ?? "" };
  return { kind: "changed", what, to: rest };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Say what becomes of what is here now when one goes back. */
export function nothingIsLost(canvasOnly: boolean, takesSince: number): string {
  const takes = takesSince ? `the ${count(takesSince, "take")} made since ${takesSince === 1 ? "stays" : "stay"}` : "all takes stay";
  return canvasOnly
    ? `Nothing is lost: going back is one edit, which Undo takes back, and ${takes}.`
    : `Nothing is lost: everything is saved as a version first, and ${takes} where ${takesSince === 1 ? "it is" : "they are"}.`;
}
