/** JSON values and pointers (RFC 6901). */
export type Json = unknown;
export type JsonObject = { [key: string]: Json };

/** Split a pointer into its decoded parts. */
export const pointerParts = (path: string): string[] =>
  path.split("/").slice(1).map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));

/** Return the pointer of decoded parts. */
export const pointer = (...parts: string[]): string =>
  parts.map((part) => `/${part.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");

export const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether two JSON values are the same; keys in any order. */
export function sameJson(a: Json, b: Json): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => sameJson(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** Return the value at a path, or undefined. */
export function readAt(value: Json, parts: readonly string[]): Json {
  let here = value;
  for (const part of parts) {
    if (!isObject(here) || !Object.hasOwn(here, part)) return undefined;
    here = here[part];
  }
  return here;
}

/** Return a copy with the value at the path set, or removed where it is undefined; objects on the way are made, the rest is shared. */
export function writeAt(target: Json, parts: readonly string[], value: Json): Json {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  const copy: JsonObject = isObject(target) ? { ...target } : {};
  if (rest.length === 0 && value === undefined) {
    delete copy[part];
    return copy;
  }
  // Defined, not assigned: a key such as `__proto__` from a file is only a key.
  const written = writeAt(Object.hasOwn(copy, part) ? copy[part] : undefined, rest, value);
  Object.defineProperty(copy, part, { value: written, enumerable: true, configurable: true, writable: true });
  return copy;
}
