/** Whether an output fits an input: the twin of `graph.check.fits`, held to it by tests/vectors/sockets.json. */
import type { SocketName } from "./types.ts";

export interface Fit {
  ok: boolean;
  /** True where the value is widened on the way; such wires are marked. */
  widened: boolean;
  /** Why not, in one sentence; empty if it fits. */
  reason: string;
}

const WIDENINGS: Partial<Record<SocketName, readonly SocketName[]>> = {
  Integer: ["Float"],
  Image: ["ControlMap", "Mask", "EDL"],
  Video: ["EDL"],
};

/** What people call the types. */
export const SOCKET_WORDS: Record<SocketName, string> = {
  String: "text",
  Integer: "a whole number",
  Float: "a number",
  Boolean: "yes or no",
  Image: "a picture",
  Video: "a video",
  Audio: "sound",
  AssetReference: "an asset",
  ControlMap: "a control map",
  Mask: "a mask",
  PipelineReference: "a pipeline",
  EDL: "a sequence",
};

/** One shape per family, so that colour never speaks alone: media round, values square, references diamond, sequence bar. */
export type SocketShape = "round" | "square" | "diamond" | "bar";
const SHAPES: Partial<Record<SocketName, SocketShape>> = {
  String: "square",
  Integer: "square",
  Float: "square",
  Boolean: "square",
  AssetReference: "diamond",
  PipelineReference: "diamond",
  EDL: "bar",
};

export const shapeOf = (types: readonly SocketName[]): SocketShape => SHAPES[types[0] ?? "String"] ?? "round";

/** CSS custom property that holds the colour of a socket type. */
export const colourOf = (types: readonly SocketName[]): string => `var(--gs-s-${(types[0] ?? "String").toLowerCase()})`;

const words = (types: readonly SocketName[]): string => types.map((name) => SOCKET_WORDS[name] ?? name).join(" or ");

/** Return whether one of the output's types is accepted by the input, as it is or by a widening. */
export function fits(output: readonly SocketName[], input: { types: readonly SocketName[] }): Fit {
  if (output.some((name) => input.types.includes(name))) return { ok: true, widened: false, reason: "" };
  const widened = output.some((name) => WIDENINGS[name]?.some((wide) => input.types.includes(wide)));
  if (widened) return { ok: true, widened: true, reason: "" };
  return { ok: false, widened: false, reason: `This gives ${words(output)}, but ${words(input.types)} is wanted here.` };
}
