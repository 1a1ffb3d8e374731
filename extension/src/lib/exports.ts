/** What a project has made for others, as rows and players. */
import { span } from "./text.ts";

export interface ExportedFile {
  kind: string;
  path: string;
  name: string;
  bytes: number;
  modified: string;
  url: string;
}

/** An export as `exports` of the session tells it. */
export interface Exported extends Omit<ExportedFile, "url"> {
  kind: "film" | "package" | "list" | "archive" | "other";
  url?: string;
  files?: readonly ExportedFile[];
  format?: string;
  thumbnail?: string;
  seconds?: number;
  width?: number;
  height?: number;
  fps?: string;
  notices?: readonly string[];
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** Return a size as people say it: `1.4 MB`. */
export function sizeOf(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < UNITS.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** Return what a folder holds: the pictures of a film, or what an editor needs. */
function inside(files: readonly ExportedFile[]): string {
  const pictures = files.filter(({ name }) => name.toLowerCase().endsWith(".png")).length;
  return pictures ? `${pictures} pictures${pictures < files.length ? " and their sound" : ""}` : `${files.length} files for an editor`;
}

/** Return the facts of an export on one line. */
export function facts(item: Exported): string {
  const format = item.kind === "list" ? item.format : item.kind === "package" ? inside(item.files ?? []) : item.kind === "archive" ? "The whole project in one file" : "";
  const picture = item.width && item.height ? `${item.width} × ${item.height}` : "";
  return [format, item.seconds === undefined ? "" : span(item.seconds), picture, item.fps ? `${item.fps} fps` : "", sizeOf(item.bytes)].filter(Boolean).join(" · ");
}

/** Return the address that sends a file as a download. */
export const downloadUrl = (url: string): string => `${url}${url.includes("?") ? "&" : "?"}download`;
