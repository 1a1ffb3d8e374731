/** What is done with takes - reviewed, compared, made again, brought back - and which view of them is open. */
import { carriesRecord } from "../lib/embedded.ts";
import type { Approval } from "../lib/review.ts";
import { reviewOf } from "../lib/review.ts";
import { takeNumber } from "../lib/takes.ts";
import type * as T from "../lib/types.ts";
import { bringIn, type Files } from "../protocol/files.ts";
import { StudioError } from "../protocol/link.ts";
import type { CanvasEditor } from "./canvasEditor.svelte.ts";

/** A view of takes; they lie one on the other. */
export type TakeView =
  | { kind: "sheet"; node: string | null }
  | { kind: "review"; node: string; take: string; frame: number | null }
  | { kind: "compare"; node: string; first: string; second: string };

/** How alike two takes are, and the settings in which they differ. */
export interface Likeness {
  identical: boolean;
  psnr_db: number | null;
  ssim: number;
  frames: number;
  same_format: boolean;
  differences: readonly { name: string; first: unknown; second: unknown }[];
}

/** What a dropped file turned out to be. */
interface BroughtBack {
  kind: "here" | "restored" | "made" | "none";
  node: string | null;
  take: string | null;
}

const FIELDS: Readonly<Record<string, string>> = { negative_prompt: "words to avoid", params: "parameters" };

export class TakesDesk {
  /** Open views, the one in front last. */
  views: readonly TakeView[] = $state.raw([]);
  /** Reproductions that are being made, by their task. */
  private readonly again = new Map<string, { node: string; take: string }>();

  constructor(
    private readonly store: CanvasEditor,
    private readonly files: () => Files,
  ) {}

  open(view: TakeView): void {
    this.views = [...this.views, view];
  }

  /** Put another view in the place of the one in front. */
  turn(view: TakeView): void {
    this.views = [...this.views.slice(0, -1), view];
  }

  close(): void {
    this.views = this.views.slice(0, -1);
  }

  /** Have one view in front, or none; what lay below it stays below it. */
  bring(view: TakeView | null): void {
    const same = (other: TakeView): boolean => JSON.stringify(other) === JSON.stringify(view);
    const at = this.views.findLastIndex(same);
    if (at < 0) this.views = view ? [view] : [];
    else if (at < this.views.length - 1) this.views = this.views.slice(0, at + 1);
  }

  /** Open the take that stands for a node. */
  review(node: string, take = this.store.activeTakeOf(node)?.record.id, frame: number | null = null): void {
    if (take) this.open({ kind: "review", node, take, frame });
  }

  /** Compare a take with the one before it, or, if it is the first, with the one after. */
  compare(node: string, take = this.store.activeTakeOf(node)?.record.id): void {
    const ids = this.store.takesOf(node).map((view) => view.record.id);
    const at = take ? ids.indexOf(take) : -1;
    const [first, second] = at > 0 ? [ids[at - 1], ids[at]] : [ids[0], ids[1]];
    if (first && second) this.open({ kind: "compare", node, first, second });
    else this.store.notices.add("info", "There is nothing to compare yet.", "Generate a second take.", node);
  }

  // ------------------------------------------------------------------------------------------------- reviews

  /** Give stars; the same number again takes them back. */
  async rate(node: string, take: string, stars: number): Promise<void> {
    const now = reviewOf(this.store.canvas.nodes[node], take).rating;
    await this.store.ask("rate_take", { node_id: node, take, stars: stars === now ? 0 : stars }, node);
  }

  /** Approve or reject; the same again takes it back. */
  async judge(node: string, take: string, approval: Approval): Promise<void> {
    const now = reviewOf(this.store.canvas.nodes[node], take).approval;
    await this.store.ask("approve_take", { node_id: node, take, approval: approval === now ? null : approval }, node);
  }

  /** Add a note; whether it is there. */
  async note(node: string, take: string, text: string, frame: number | null): Promise<boolean> {
    return (await this.store.ask("add_note", { node_id: node, take, text, frame }, node)) !== null;
  }

  async resolve(node: string, take: string, note: string, resolved: boolean): Promise<void> {
    await this.store.ask("resolve_note", { node_id: node, take, note, resolved }, node);
  }

  async removeNote(node: string, take: string, note: string): Promise<void> {
    await this.store.ask("remove_note", { node_id: node, take, note }, node);
  }

  // ------------------------------------------------------------------------------------------------- settings and likeness

  async useSettings(node: string, take: string): Promise<void> {
    // What is being typed comes first, lest it overrides them.
    this.store.flush();
    const answer = await this.store.ask<{ changed: string[]; kept: string[] }>("use_take_settings", { node_id: node, take }, node);
    if (!answer) return;
    const named = answer.changed.map((key) => FIELDS[key] ?? key.replace(/_/g, " "));
    const kept = answer.kept.length ? "Its prompt is partly wired and was left as it is." : "";
    const said = named.length ? `${this.store.titleOf(node)} has the settings of take ${takeNumber(take)} again: ${named.join(", ")}.` : `${this.store.titleOf(node)} has the settings of take ${takeNumber(take)} already.`;
    this.store.notices.add("info", said, kept, node);
  }

  async measure(node: string, first: string, second: string): Promise<Likeness | null> {
    return this.store.ask<Likeness>("compare_takes", { node_id: node, first, second }, node);
  }

  /** Write a contact sheet and return its project-relative path. */
  async print(node: string | null, kind: "png" | "pdf"): Promise<string | null> {
    return (await this.store.ask<{ path: string }>("contact_sheet", { node_id: node, kind }, node))?.path ?? null;
  }

  // ------------------------------------------------------------------------------------------------- making again

  async reproduce(node: string, take: string): Promise<void> {
    const task = await this.store.ask<string>("reproduce_take", { node_id: node, take }, node);
    if (!task) return;
    this.again.set(task, { node, take });
    this.store.notices.add("info", `Take ${takeNumber(take)} is being made again, just as its record says.`, "You are told how alike they are.", node);
  }

  /** Hear of tasks that end: a reproduction is compared with its original. */
  hear({ type, payload }: T.Envelope): void {
    if (type !== "server:task_success" && type !== "server:task_failed") return;
    const { task_id: task, remaining } = payload as { task_id: string; remaining?: number };
    const made = this.again.get(task);
    if (!made || remaining) return;
    this.again.delete(task);
    if (type === "server:task_success") void this.tell(made.node, made.take, task);
  }

  private async tell(node: string, take: string, task: string): Promise<void> {
    const found = await this.store.ask<{ verdict: string; identical: boolean; take: string }>("reproduction", { node_id: node, take, task_id: task }, node);
    if (found) this.store.notices.add(found.identical ? "info" : "warning", found.verdict, "", node);
  }

  // ------------------------------------------------------------------------------------------------- files

  /** Bring back the shot that a dropped file is a take of, and return its node; null if the file is none, and nothing was done.
   *
   * Undefined says that it is one, but could not be brought back, of which people were told.
   */
  async bringBack(file: File, at: T.Position): Promise<string | null | undefined> {
    if (!(await carriesRecord(file))) return null;
    const files = this.files();
    try {
      const path = await bringIn(files, file, () => undefined);
      const found = await this.store.ask<BroughtBack>("shot_of_file", { path, ...at });
      // It has a place among the takes: the copy that was sent has done its duty.
      await files.remove(path);
      if (found && found.kind !== "none") this.say(file.name, found);
      return found?.kind === "none" ? null : (found?.node ?? undefined);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.store.notices.fail(error);
      return undefined;
    }
  }

  private say(file: string, { kind, node, take }: BroughtBack): void {
    const number = take ? takeNumber(take) : 0;
    const shot = node ? this.store.titleOf(node) : "";
    const said = {
      here: [`This is take ${number} of ${shot}, which stands here.`, "“Use its settings” in the inspector gives the shot its settings back."],
      restored: [`${shot} is back, with its takes; take ${number} stands for it.`, ""],
      made: [`A new shot was made from ${file.slice(0, 80)}, with its settings; the file is its first take.`, ""],
      none: ["", ""],
    } as const;
    this.store.notices.add("info", said[kind][0], said[kind][1], node);
  }
}
