/** The client's copy of a canvas: what the studio confirmed, plus own edits that are on their way.
 *
 * `view` is what people see. Own patches are applied at once and kept until their echo comes back; a full sync drops what the
 * studio has already and puts the rest on top again. Sequence numbers are gapless: a gap means that a message was lost.
 */
import { pointerParts, sameJson, type Json } from "./json.ts";
import { applyPatch, replay } from "./patch.ts";
import type { Canvas, FullSync, Operation, Patch, Patched } from "./types.ts";

export type Receipt = "applied" | "own" | "old" | "gap";

export const EMPTY_CANVAS: Canvas = {
  schema: "genstudio.canvas/1",
  version: 0,
  nodes: {},
  edges: {},
  layout_version: 0,
  layout: {},
};

/** Return a canvas with those sections of the one before it that hold the same; the two differ at most in what the operations touch. */
function asBefore(before: Canvas, now: Canvas, operations: readonly Operation[]): Canvas {
  if (operations.some(({ op }) => op === "remove")) return now;
  const touched = operations.map(({ path }) => pointerParts(path));
  const kept = <Section extends "nodes" | "edges" | "layout">(section: Section): Canvas[Section] => {
    const [was, is] = [before[section] as Record<string, Json>, now[section] as Record<string, Json>];
    return touched.every(([room, id = ""]) => room !== section || sameJson(was[id], is[id])) ? before[section] : now[section];
  };
  return { ...now, nodes: kept("nodes"), edges: kept("edges"), layout: kept("layout") };
}

export class Replica {
  confirmed: Canvas = EMPTY_CANVAS;
  view: Canvas = EMPTY_CANVAS;
  sequence = 0;
  pending: Patch[] = [];

  /** Take over the whole state. Returns own patches that the studio has not seen and that must be sent again. */
  sync(full: Pick<FullSync, "graph" | "sequence">): Patch[] {
    this.confirmed = full.graph;
    this.sequence = full.sequence;
    this.pending = this.pending.map((patch) => this.rebased(patch)).filter((patch) => patch.operations.length > 0);
    this.refresh();
    return this.pending;
  }

  /** Apply an own edit at once. The patch is to be sent by the caller. */
  edit(patch: Patch): void {
    this.pending = [...this.pending, patch];
    this.view = applyPatch(this.view, patch).canvas;
  }

  /** Take in a patch that the studio accepted, own or foreign. */
  accept(patched: Patched): Receipt {
    if (patched.sequence > this.sequence + 1) return "gap";
    const own = this.pending.find((patch) => patch.id === patched.patch.id);
    if (own) this.pending = this.pending.filter((patch) => patch.id !== patched.patch.id);
    if (patched.sequence <= this.sequence) {
      // Acknowledged without a journal entry: it changed nothing, or it had been accepted before.
      if (own) this.refresh();
      return "old";
    }
    const { version, layout_version } = patched;
    this.confirmed = { ...replay(this.confirmed, patched.patch.operations), version, layout_version };
    this.sequence = patched.sequence;
    const before = this.view;
    this.refresh();
    // What was asked for here, what became of it, and what waits above it.
    if (own) this.keep(before, [own, patched.patch, ...this.pending].flatMap((patch) => patch.operations));
    return own ? "own" : "applied";
  }

  /** Forget an own patch, since it was refused. */
  forget(id: string): void {
    this.pending = this.pending.filter((patch) => patch.id !== id);
    this.refresh();
  }

  /** Ids are never reused: an entry that is there already came from this very patch, whose echo was lost. */
  private rebased(patch: Patch): Patch {
    const fresh = (operation: Operation): boolean => {
      const [room, id, ...rest] = pointerParts(operation.path);
      const isNew = operation.op === "add" && rest.length === 0 && (room === "nodes" || room === "edges");
      return !(isNew && id !== undefined && Object.hasOwn(this.confirmed[room as "nodes" | "edges"], id));
    };
    return { ...patch, base: this.confirmed.version, operations: patch.operations.filter(fresh) };
  }

  /** An edit that the studio confirmed just as it was made here keeps its objects: nothing of it is drawn a second time. */
  private keep(before: Canvas, touched: readonly Operation[]): void {
    this.view = asBefore(before, this.view, touched);
    if (this.pending.length === 0) this.confirmed = this.view;
  }

  private refresh(): void {
    this.view = this.pending.reduce((canvas, patch) => applyPatch(canvas, patch).canvas, this.confirmed);
  }
}
