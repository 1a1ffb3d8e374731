/** What a merge left to choose, read from the canvas: the twin of `graph.conflicts.open_conflicts`. */
import { isObject, pointer, pointerParts } from "./json.ts";
import type { Canvas } from "./types.ts";

export interface Conflict {
  /** JSON pointer of the property; what `choose` is given. */
  path: string;
  section: "nodes" | "edges";
  id: string;
  /** The property in words; empty where one side removed the whole entry. */
  property: string;
  ours: string;
  theirs: string;
}

const SHOWN = 200;

/** Return what is still to be chosen, nodes first. Notes that are none are left out: a file is not trusted. */
export function openConflicts(canvas: Canvas): Conflict[] {
  return (["nodes", "edges"] as const).flatMap((section) =>
    Object.entries(canvas[section])
      .filter(([, entry]) => entry["conflicts"])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([id, entry]) => noted(section, id, entry["conflicts"])),
  );
}

function noted(section: "nodes" | "edges", id: string, marks: unknown): Conflict[] {
  if (!isObject(marks)) return [];
  return Object.entries(marks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([place, values]) => {
      if (!isObject(values) || (place && !place.startsWith("/"))) return [];
      const keys = pointerParts(place);
      const words = keys[0] === "data" && keys.length > 1 ? keys.slice(1) : keys;
      const said = (side: string): string => (keys.length === 0 ? (side in values ? "keep it" : "remove it") : valueWords(values[side]));
      return [{ path: pointer(section, id, ...keys), section, id, property: words.join(" ").replaceAll("_", " "), ours: said("ours"), theirs: said("theirs") }];
    });
}

/** Return a value in words. */
function valueWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "none";
  if (typeof value === "object") return "a group of values";
  const text = String(value).replace(/\s+/g, " ").trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text || "empty";
}
