/** Words and numbers for people. */

/** Prompts may be a megabyte; what is only shown is cut to this many characters. */
export const SHOWN_LENGTH = 400;

/** Above this length a text area would make the page crawl; the text is shown cut and edited on demand. */
export const HEAVY_LENGTH = 50_000;

/** Return at most `length` characters on one line. */
export function clip(text: string, length: number = SHOWN_LENGTH): string {
  const line = text.slice(0, length + 1).replace(/\s+/g, " ").trim();
  return line.length > length || text.length > length ? `${line.slice(0, length)}…` : line;
}

/** Return seconds as `40 s`, `1 min 20 s`, `2 h 5 min`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Return `14 s left`, or an empty text where nothing is known. */
export const timeLeft = (eta: number | null | undefined): string => (eta == null || !(eta > 0.5) ? "" : `${span(eta)} left`);

/** Return `3 shots`, `1 take`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Return how long ago a moment was, in words; `now` in milliseconds. */
export function ago(rfc3339: string, now: number): string {
  const then = Date.parse(rfc3339);
  if (Number.isNaN(then)) return "";
  const minutes = Math.round((now - then) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${count(minutes, "minute")} ago`;
  if (minutes < 60 * 24) return `${count(Math.round(minutes / 60), "hour")} ago`;
  if (minutes < 60 * 24 * 30) return `${count(Math.round(minutes / 60 / 24), "day")} ago`;
  return new Date(then).toISOString().slice(0, 10);
}

/** Return what comes up to the first full stop that ends a sentence. */
export const firstSentence = (text: string): string => /^.*?[.!?](?=\s)/s.exec(text)?.[0] ?? text;

/** Return the last part of a path or URL, without its query. */
export function baseName(path: string): string {
  const last = (path.split("?")[0] ?? "").split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    // A name with a stray percent sign was never encoded.
    return last;
  }
}
