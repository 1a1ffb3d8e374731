/** What becomes of a file that is dropped on the canvas: pure decisions, so that the shell (panels/dropping.ts) only carries them out. */
import { LIST_BYTES, listKind } from "./film.ts";
import type { CanvasNode } from "./types.ts";

export type FileKind = "image" | "video" | "audio" | "text";

/** What the studio takes, by suffix: the twin of `session.media.MEDIA_TYPES`, and plain text. */
const KINDS: Readonly<Record<string, FileKind>> = {
  mp4: "video",
  m4v: "video",
  mov: "video",
  webm: "video",
  mkv: "video",
  png: "image",
  jpg: "image",
  jpeg: "image",
  webp: "image",
  gif: "image",
  wav: "audio",
  mp3: "audio",
  m4a: "audio",
  ogg: "audio",
  flac: "audio",
  txt: "text",
  md: "text",
};

/** The largest text file that is read into a node, in bytes; a prompt is never longer. */
export const TEXT_BYTES = 64 * 1024;

/** Where files that people bring stand in a project. */
export const SOURCES = "01_Assets/Source_Media";

/** The value of the `accept` attribute for a kind of file. */
export const acceptOf = (kind: FileKind): string =>
  Object.entries(KINDS)
    .filter(([, other]) => other === kind)
    .map(([suffix]) => `.${suffix}`)
    .join(",");

/** Return what a file holds by its name, or null if it is none of what is taken. */
export function kindOf(name: string): FileKind | null {
  const suffix = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(KINDS, suffix) ? (KINDS[suffix] ?? null) : null;
}

/** What is done with a file. */
export type Landing =
  | { does: "fill"; node: string; label: string }
  | { does: "add"; type: "motion_source" | "audio" }
  | { does: "text" }
  | { does: "edit"; node: string | null }
  | { does: "reference"; node: string; asset: string }
  | { does: "asset"; node: string | null }
  | { does: "refuse"; message: string; fix: string };

/** The node of a canvas that a file is dropped on. */
export interface Target {
  id: string;
  node: CanvasNode;
}

const FILLED: Partial<Record<string, FileKind>> = { motion_source: "video", audio: "audio" };

/** Return what becomes of a file that is dropped on a node, or on the canvas where no node takes it. */
export function landing(file: { name: string; size: number }, target: Target | null): Landing {
  if (listKind(file.name)) {
    if (file.size > LIST_BYTES) return refusal(`${file.name} is longer than an edit list can be.`, `Import it by the command line: genstudio import FILE.`);
    return { does: "edit", node: target?.node.type === "vse_assembler" ? target.id : null };
  }
  const kind = kindOf(file.name);
  if (kind === null) return refusal(`${file.name} is none of the kinds of file that a film is made of.`, "Drop a video, a sound, a picture, a text or an edit list.");
  if (file.size === 0) return refusal(`${file.name} is empty.`, "Save it again where it came from, then drop it once more.");
  if (kind === "text" && file.size > TEXT_BYTES) return refusal(`${file.name} is longer than a text node holds.`, `Drop a text of up to ${TEXT_BYTES / 1024} KB.`);
  const wanted = FILLED[target?.node.type ?? ""];
  if (target && wanted === kind) return { does: "fill", node: target.id, label: `give ${file.name} to a node` };
  if (kind === "text") return { does: "text" };
  if (kind !== "image") return { does: "add", type: kind === "video" ? "motion_source" : "audio" };
  const asset = target?.node.type === "asset" ? target.node.data["asset"] : undefined;
  if (target && typeof asset === "string" && asset) return { does: "reference", node: target.id, asset };
  return { does: "asset", node: target?.node.type === "asset" ? target.id : null };
}

const refusal = (message: string, fix: string): Landing => ({ does: "refuse", message, fix });

/** Return the name under which a file is kept: what no disk or address minds, and never hidden. */
export function keptName(name: string): string {
  const clean = name
    .normalize("NFC")
    // eslint-disable-next-line no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/g, "_")
    .replace(/^[.\s]+/, "")
    .trim();
  const at = clean.lastIndexOf(".");
  const [stem, suffix] = at > 0 ? [clean.slice(0, at), clean.slice(at)] : [clean || "file", ""];
  return `${Array.from(stem).slice(0, 80).join("")}${suffix.toLowerCase()}`;
}

/** Return the name of the n-th file of one name: `fox.mp4`, `fox-2.mp4`, … */
export function numbered(name: string, number: number): string {
  if (number < 2) return name;
  const at = name.lastIndexOf(".");
  return at > 0 ? `${name.slice(0, at)}-${number}${name.slice(at)}` : `${name}-${number}`;
}

/** Return a name for an asset that is made of a picture: `red_fox-01.png` → `Red fox 01`. */
export function assetName(file: string): string {
  const words = file.replace(/\.[^.]*$/, "").replace(/[_\-\s]+/g, " ").trim();
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 60) || "Picture";
}
