/** Settings of a project: what may be chosen, and what a change means for what there is. */
import { count } from "./text.ts";
import { parseRate } from "./timecode.ts";
import type { Settings, TakeRecord } from "./types.ts";

export const ASPECTS: readonly { value: string; note: string }[] = [
  { value: "16:9", note: "television, web" },
  { value: "239:100", note: "cinema, wide" },
  { value: "37:20", note: "cinema, 1.85" },
  { value: "4:3", note: "classic" },
  { value: "1:1", note: "square" },
  { value: "4:5", note: "feed" },
  { value: "9:16", note: "phone, upright" },
];
export const HEIGHTS = [360, 480, 720, 1080, 1440, 2160] as const;
export const RATES: readonly { value: string; title: string }[] = [
  { value: "24000/1001", title: "23.976" },
  { value: "24", title: "24" },
  { value: "25", title: "25" },
  { value: "30000/1001", title: "29.97" },
  { value: "30", title: "30" },
  { value: "50", title: "50" },
  { value: "60000/1001", title: "59.94" },
  { value: "60", title: "60" },
];

const ASPECT = /^([1-9]\d{0,3}):([1-9]\d{0,3})$/;

/** Return a frame rate as people say it: `23.976` for `24000/1001`. */
export const rateWords = (value: string): string => RATES.find((rate) => rate.value === value)?.title ?? value;

/** Return what is wrong with an aspect ratio, in a sentence; empty if nothing is. */
export const aspectProblem = (aspect: string): string => (ASPECT.test(aspect) ? "" : "An aspect ratio is two whole numbers, such as 16:9.");

/** Return what is wrong with a frame rate, in a sentence; empty if nothing is. */
export const rateProblem = (fps: string): string => (parseRate(fps) ? "" : "A frame rate is a number such as 25, or a fraction such as 30000/1001.");

/** Return what is wrong with a height in pixels, in a sentence; empty if nothing is. */
export const heightProblem = (height: number): string => (Number.isInteger(height) && height >= 64 && height <= 8192 ? "" : "The height is a whole number of pixels from 64 to 8192.");

/** Return the frame in pixels, both even, as the studio rounds it; null for an aspect ratio that is none. */
export function frameSize({ aspect_ratio, height }: { aspect_ratio: string; height: number }): { width: number; height: number } | null {
  const [, across, down] = ASPECT.exec(aspect_ratio) ?? [];
  if (!across || !down || heightProblem(height)) return null;
  return { width: Math.max(2, evenlyRounded((height * Number(across)) / Number(down) / 2) * 2), height: Math.floor(height / 2) * 2 };
}

/** Halves go to the even neighbour, as in Python. */
function evenlyRounded(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

type Made = Pick<TakeRecord, "width" | "height" | "fps" | "kind" | "draft"> & { quality: { used: string } };

/** Return, in sentences, what going from one setting to another means for the takes that stand for the shots. Takes never change. */
export function consequences(before: Settings, after: Settings, takes: readonly Made[]): string[] {
  const told: string[] = [];
  const from = frameSize(before);
  const to = frameSize(after);
  if (from && to && (from.width !== to.width || from.height !== to.height)) told.push(sizeWords(before, after, to, takes));
  if (before.fps !== after.fps) told.push(...rateChange(after.fps, takes));
  if (before.quality !== after.quality) told.push(qualityWords(after.quality, takes));
  if (before.when_unavailable !== after.when_unavailable)
    told.push(after.when_unavailable === "queue" ? "Jobs that no machine can run in the chosen quality wait for one, and say what they wait for." : "Jobs that no machine can run in the chosen quality are made in the best one there is, a draft last, and say so.");
  if (before.auto_commit !== after.auto_commit)
    told.push(after.auto_commit ? "Finished takes enter the project's history by themselves." : "Finished takes stay out of the project's history until you make a version by hand.");
  return told;
}

function sizeWords(before: Settings, after: Settings, to: { width: number; height: number }, takes: readonly Made[]): string {
  const other = takes.filter((take) => take.width && take.height && (take.width !== to.width || take.height !== to.height)).length;
  const shape = before.aspect_ratio === after.aspect_ratio ? "scaled" : "scaled, and get black bars where their shape differs";
  return `New takes and the film are ${to.width} × ${to.height}.${other ? ` ${count(other, "take")} of another size ${other === 1 ? "stays as it is and is" : "stay as they are and are"} ${shape} in the film; generate again for a sharp picture.` : ""}`;
}

function rateChange(fps: string, takes: readonly Made[]): string[] {
  const other = takes.filter((take) => take.kind === "video" && take.fps && take.fps !== fps).length;
  const told = [`New takes and the film run at ${rateWords(fps)} frames a second; lengths of shots are counted anew, to the nearest frame.`];
  if (other) told.push(`${count(other, "take")} of another rate ${other === 1 ? "stays as it is and is" : "stay as they are and are"} conformed in the film. Trims and transitions counted in frames keep their numbers: look over the cut.`);
  return told;
}

function qualityWords(quality: string, takes: readonly Made[]): string {
  const other = takes.filter((take) => take.quality.used !== quality).length;
  return `New takes are asked for in ${quality} quality.${other ? ` ${count(other, "shot")} ${other === 1 ? "shows a take" : "show takes"} of another quality; ${other === 1 ? "it stays" : "they stay"} until you generate again.` : ""}`;
}
