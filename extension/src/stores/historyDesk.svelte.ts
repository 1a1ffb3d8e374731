/** The history of the open project as its drawer shows it: versions, names, copies, remotes; looking back and going back. */
import type { NamedVersion, Restoring, Version } from "../lib/history.ts";
import type { Offer } from "../lib/recovery.ts";
import { putAway } from "../ui/seen.ts";
import type { ProjectStore } from "./projectStore.svelte.ts";

/** Commits are made by other processes and are not told: an open drawer looks again this often. */
const LOOK_MS = 4_000;
const PAGE = 40;

/** An automatic copy of the canvas, as `auto_saves` tells it. */
export interface Copy {
  name: string;
  time: string;
  version: number;
  nodes: number;
  shots: number;
}

interface Restored {
  notices: readonly string[];
}

interface Pulled {
  commit: string | null;
  conflicts: readonly string[];
  notices: readonly string[];
}

export type Scope = "all" | "canvas" | "named" | "copies";

export class HistoryDesk {
  versions: readonly Version[] = $state.raw([]);
  named: readonly NamedVersion[] = $state.raw([]);
  copies: readonly Copy[] = $state.raw([]);
  remotes: Readonly<Record<string, string>> = $state.raw({});
  scope: Scope = $state("all");
  /** What has been asked for and is not there yet, in words; nothing else is begun meanwhile. */
  busy = $state("");
  loaded = $state(false);
  /** Whether there may be older versions than those listed. */
  more = $state(false);
  private limit = PAGE;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly store: ProjectStore) {}

  open(): void {
    void this.look();
    void this.store.ask<Record<string, string>>("remotes").then((found) => found && (this.remotes = found));
    this.timer = setInterval(() => document.hidden || void this.look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.timer);
  }

  show(scope: Scope): void {
    this.scope = scope;
    this.limit = PAGE;
    this.loaded = false;
    void this.look();
  }

  older(): void {
    this.limit += PAGE;
    void this.look();
  }

  /** Ask for what the drawer shows now. */
  async look(): Promise<void> {
    const { scope, limit, store } = this;
    if (store.connection !== "open") return;
    if (scope === "copies") this.copies = (await store.ask<Copy[]>("auto_saves")) ?? this.copies;
    else if (scope === "named") this.named = (await store.ask<NamedVersion[]>("checkpoints")) ?? this.named;
    else await this.lookAtVersions(limit, scope === "canvas");
    if (scope === this.scope) this.loaded = true;
  }

  private async lookAtVersions(limit: number, canvasOnly: boolean): Promise<void> {
    const found = await this.store.ask<Version[]>("versions", { limit: limit + 1, canvas_only: canvasOnly });
    if (!found || (this.scope === "canvas") !== canvasOnly) return;
    this.more = found.length > limit;
    this.versions = found.slice(0, limit);
  }

  /** Give the present version a name; returns whether that went well. */
  async name(title: string): Promise<boolean> {
    const made = await this.during("Saving…", () => this.store.ask<{ notice: string }>("checkpoint", { name: title }));
    if (made?.notice) this.store.notices.add("warning", made.notice);
    if (made) await this.look();
    return made !== null;
  }

  /** Say what changed in the canvas: by a version, from a version to another one, or to what is there now (`now`). */
  changes(version: string, against: string): Promise<string[] | null> {
    if (against === "before") return this.store.ask<string[]>("version_changes", { version });
    return this.store.ask<string[]>("compare_versions", { old: version, new: against === "now" ? null : against });
  }

  preview(version: string, canvasOnly: boolean): Promise<Restoring | null> {
    return this.store.ask<Restoring>("preview_restore", { version, canvas_only: canvasOnly });
  }

  previewCopy(name: string): Promise<string[] | null> {
    return this.store.ask<string[]>("preview_auto_save", { name });
  }

  async goBack(version: string, title: string, canvasOnly: boolean): Promise<boolean> {
    this.store.flush();
    const done = await this.during("Going back…", () => this.store.ask<Restored>("restore_version", { version, canvas_only: canvasOnly }));
    if (!done) return false;
    for (const notice of done.notices) this.store.notices.add("warning", notice);
    this.store.notices.add("info", `${canvasOnly ? "The canvas is" : "Everything is"} as it was in “${title}”.`, "Undo takes the change of the canvas back.");
    await this.look();
    return true;
  }

  async goBackToCopy(name: string): Promise<boolean> {
    this.store.flush();
    const done = await this.during("Going back…", () => this.store.ask("restore_auto_save", { name }));
    if (done) this.store.notices.add("info", "The canvas is as it was in the copy.", "Undo takes the change back.");
    return done !== null;
  }

  async send(remote: string): Promise<void> {
    this.store.flush();
    const sent = await this.during("Sending…", () => this.store.ask("push", { remote }));
    if (sent) this.store.notices.add("info", `${remote} has everything now.`);
    await this.look();
  }

  async get(remote: string): Promise<void> {
    this.store.flush();
    const pulled = await this.during("Fetching…", () => this.store.ask<Pulled>("pull", { remote }));
    if (!pulled) return;
    // What came is no surprise: it is not offered to be taken back.
    const came = (await this.store.ask<Offer[]>("recovery")) ?? [];
    putAway(this.store.project, came.filter((offer) => offer.kind === "outside").map((offer) => offer.id));
    this.store.outside += 1;
    for (const notice of pulled.notices) this.store.notices.add("warning", notice);
    if (pulled.conflicts.length) this.store.notices.add("warning", `Both sides changed ${pulled.conflicts.length === 1 ? "one thing" : `${pulled.conflicts.length} things`}. Choose in the history, or at the nodes.`);
    else this.store.notices.add("info", pulled.commit ? `What others sent to ${remote} is here.` : "There is nothing new.");
    await this.look();
  }

  private async during<Result>(words: string, work: () => Promise<Result>): Promise<Result> {
    this.busy = words;
    try {
      return await work();
    } finally {
      this.busy = "";
    }
  }
}
