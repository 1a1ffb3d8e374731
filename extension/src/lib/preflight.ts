/** What Generate would do, in the few lines that matter before it is pressed. */
import { bytes, gigabytes } from "./sizes.ts";
import { count, span } from "./text.ts";

/** As `preflight` tells it; see `genstudio.engine.preflight.Preflight`. */
export interface Preflight {
  takes: number;
  requested: string;
  pipeline: string;
  title: string;
  used: string | null;
  label: string;
  notice: string;
  waits_for: string;
  width: number;
  height: number;
  frames: number;
  seconds: number | null;
  bytes: number | null;
  samples: number;
  ahead: number;
  free_bytes: number;
  fits_disk: boolean;
  vram_gib: number;
  peak_vram_gib: number;
  card_gib: number;
  weights_bytes: number;
}

export interface Fact {
  tone: "ok" | "warn" | "bad" | "none";
  text: string;
}

/** Return what is to be known before Generate is pressed, the most important first. */
export function facts(known: Preflight): Fact[] {
  if (known.waits_for) return [{ tone: "warn", text: known.waits_for }, ...queueFact(known)];
  return [
    ...(known.notice ? [{ tone: "warn" as const, text: known.notice }] : []),
    { tone: known.notice ? "none" : "ok", text: [...new Set([known.title || known.pipeline, qualityWords(known), memoryWords(known)].filter(Boolean))].join(", ") },
    ...(known.weights_bytes ? [{ tone: "ok" as const, text: `weights here, ${bytes(known.weights_bytes)}` }] : []),
    { tone: "none", text: `${known.width} × ${known.height}${known.frames > 1 ? `, ${known.frames} frames` : ""}` },
    timeFact(known),
    diskFact(known),
    ...queueFact(known),
  ];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const qualityWords = ({ used, label }: Preflight): string => (used === "draft" ? capital(label || "draft") : [used, label].filter(Boolean).join(" "));

function memoryWords({ peak_vram_gib, vram_gib, card_gib }: Preflight): string {
  if (!vram_gib) return "";
  const needs = gigabytes(peak_vram_gib || vram_gib);
  return card_gib ? `${needs} of ${gigabytes(card_gib)}` : needs;
}

function timeFact({ seconds, samples, takes }: Preflight): Fact {
  if (seconds === null) return { tone: "none", text: "no past take tells how long" };
  const about = seconds < 1 ? "under a second" : `about ${span(seconds)}`;
  return { tone: "ok", text: `${about}${takes > 1 ? ` for ${takes} takes` : ""}, from ${count(samples, "past take")}` };
}

function diskFact({ bytes: size, free_bytes, fits_disk }: Preflight): Fact {
  if (!fits_disk) return { tone: "bad", text: `would not fit on the disk: ${bytes(size ?? 0)} wanted, ${bytes(free_bytes)} free` };
  return { tone: size === null ? "none" : "ok", text: `${size === null ? "" : `${bytes(size)} on disk, `}${bytes(free_bytes)} free` };
}

const queueFact = ({ ahead }: Preflight): Fact[] => (ahead ? [{ tone: "none", text: `${count(ahead, "job")} ahead in the queue` }] : []);
