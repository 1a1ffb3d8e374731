/** Rates, durations and timecode, as in genstudio/schema/rates.py; frames are whole numbers, rates exact fractions. */
export interface Rate {
  numerator: number;
  denominator: number;
}

const NTSC: Record<string, Rate> = {
  "23.976": { numerator: 24000, denominator: 1001 },
  "23.98": { numerator: 24000, denominator: 1001 },
  "29.97": { numerator: 30000, denominator: 1001 },
  "59.94": { numerator: 60000, denominator: 1001 },
};

/** Return the rate written as `"24"`, `"23.976"` or `"30000/1001"`, or null. */
export function parseRate(text: string): Rate | null {
  const named = NTSC[text];
  if (named) return named;
  const match = /^(\d+)(?:\/(\d+))?$/.exec(text.trim());
  if (match) return valid({ numerator: Number(match[1]), denominator: Number(match[2] ?? 1) });
  const decimal = /^(\d+)\.(\d{1,6})$/.exec(text.trim());
  if (!decimal) return null;
  const scale = 10 ** (decimal[2] ?? "").length;
  return valid({ numerator: Math.round(Number(text) * scale), denominator: scale });
}

const valid = (rate: Rate): Rate | null =>
  rate.denominator > 0 && rate.numerator > 0 && rate.numerator <= 1000 * rate.denominator ? rate : null;

const DURATION = /^\s*(\d+(?:\.\d+)?)\s*(s|f|ms|min)?\s*$/;

/** Round a non-negative number half to even, as Python does. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Return how many frames a duration such as `"4s"`, `"2.5"`, `"500ms"`, `"1min"`, `"96f"` lasts (at least 1), or null if it is none. */
export function durationFrames(text: string, rate: Rate): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const number = Number(match[1]);
  const { numerator, denominator } = rate;
  const unit = match[2] ?? "s";
  const frames = unit === "f" ? number : (number * numerator * (unit === "min" ? 60 : 1)) / (denominator * (unit === "ms" ? 1000 : 1));
  const whole = Math.max(1, roundHalfEven(frames));
  return whole * denominator > numerator * 3600 ? null : whole;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Return non-drop `HH:MM:SS:FF` of a frame number counted from 0, wrapping at 24 hours. */
export function timecode(frames: number, rate: Rate): string {
  const nominal = Math.max(1, Math.round(rate.numerator / rate.denominator));
  const seconds = Math.floor(frames / nominal);
  return `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${two(frames % nominal)}`;
}

/** Return the width of a frame of `height` at an aspect such as `"16:9"`, rounded to even as the studio does. */
export function frameSize(aspect: string, height: number): { width: number; height: number } {
  const [across = 16, down = 9] = aspect.split(":").map(Number);
  return { width: Math.max(2, roundHalfEven((height * across) / down / 2) * 2), height: Math.floor(height / 2) * 2 };
}
