/** Pictures on their way into an asset: which are taken, under which name, and how they are told. */

/** Suffix by MIME type of the pictures that are taken. */
const TYPES: Readonly<Record<string, string>> = { "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif" };
const SUFFIXES = [".png", ".jpg", ".jpeg", ".webp", ".gif"];
const MOST_BYTES = 200 * 2 ** 20;
const LONGEST_NAME = 60;

/** What is known of a dropped file. */
export interface Dropped {
  name: string;
  size: number;
  type: string;
}

const suffixOf = (name: string): string => /\.[^./\\]+$/.exec(name.toLowerCase())?.[0] ?? "";

/** Return why a file is not taken as a reference picture; empty if it is. What it truly holds is looked at by the studio. */
export function pictureProblem(file: Dropped): string {
  if (!(file.type in TYPES) && !SUFFIXES.includes(suffixOf(file.name))) return "is no picture. Use PNG, JPEG, WebP or GIF.";
  if (file.size === 0) return "is empty.";
  if (file.size > MOST_BYTES) return "is larger than 200 MB. Make it smaller first.";
  return "";
}

/** Return a name for a picture among those that are taken: plain letters and digits, numbered if need be. */
export function pictureName(file: Dropped, taken: ReadonlySet<string>): string {
  const known = suffixOf(file.name);
  const suffix = SUFFIXES.includes(known) ? known : (TYPES[file.type] ?? ".png");
  const plain = file.name.slice(0, file.name.length - known.length).normalize("NFC").replace(/[^\p{L}\p{N}_-]+/gu, "_");
  const stem = plain.replace(/^[_-]+|[_-]+$/g, "").slice(0, LONGEST_NAME) || "picture";
  const inUse = new Set([...taken].map((name) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = `${stem}${number > 1 ? `_${number}` : ""}${suffix}`;
    if (!inUse.has(name.toLowerCase())) return name;
  }
}

export interface Upload {
  id: number;
  asset: string;
  name: string;
  /** 0 to 1; at 1 the studio looks at what came. */
  done: number;
  error: string;
}

/** Return how an upload stands, in a few words. */
export function uploadWords({ done, error }: Upload): string {
  if (error) return error;
  return done < 1 ? `${Math.floor(done * 100)}%` : "Looking at it…";
}
