/** What a drag lines up with: the viewer's own choice, kept in this browser and never in the canvas. */
import type { SnapMode } from "../lib/snap.ts";

const KEY = "genstudio-snap";
const MODES: readonly SnapMode[] = ["guides", "grid", "free"];

function read(): SnapMode {
  try {
    const kept = localStorage.getItem(KEY);
    return MODES.find((mode) => mode === kept) ?? "guides";
  } catch {
    // A sandboxed host keeps nothing.
    return "guides";
  }
}

class Snapping {
  mode: SnapMode = $state(read());

  next(): void {
    this.mode = MODES[(MODES.indexOf(this.mode) + 1) % MODES.length] ?? "guides";
    try {
      localStorage.setItem(KEY, this.mode);
    } catch {
      // It holds as long as the page then.
    }
  }
}

export const snapping = new Snapping();
