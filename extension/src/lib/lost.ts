/** Which of some changes a later patch has overridden. */
import type { Operation } from "./types.ts";

export interface Lost {
  path: string;
  /** Whether what was changed is gone. */
  removed: boolean;
}

/** Return the first of the paths that the operations write again or whose entry they remove, or null. */
export function lostBy(operations: readonly Operation[], paths: readonly string[]): Lost | null {
  for (const operation of operations) {
    if (operation.op === "test") continue;
    const path = paths.find((other) => other === operation.path || (operation.op === "remove" && other.startsWith(`${operation.path}/`)));
    if (path !== undefined) return { path, removed: operation.op === "remove" };
  }
  return null;
}
