/** Edits of several nodes at once: each is one patch, so one step of undo. What they do is decided by pure functions in `lib/`. */
import { muteOperations } from "../lib/bypass.ts";
import { CanvasEditor } from "./canvasEditor.svelte.ts";

export abstract class CanvasArranger extends CanvasEditor {
  /** Pass by the finishing steps among some nodes; where all of them are passed by, use them again. */
  mute(ids: readonly string[]): void {
    const { operations, muted } = muteOperations(this.canvas, ids);
    this.edit(`${muted ? "pass by" : "use"} ${this.titleOf(ids[0] ?? "")}`, operations);
  }
}
