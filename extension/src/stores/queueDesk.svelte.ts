/** The queue as its panel shows it: looked at while the panel is open, at once after whatever is done to it here. */
import { placeBefore, type QueueJob, type QueueOverview } from "../lib/queue.ts";
import type { ProjectStore } from "./projectStore.svelte.ts";

/** Jobs of other projects are not told to this view: an open panel looks again this often. */
const LOOK_MS = 2_000;
/** How soon it looks again when a task of this view has moved. */
const SOON_MS = 300;

const NOTHING: QueueOverview = { paused: null, paused_by: "", jobs: [], ended: [], running: 0, waiting: 0, workers: [], dashboard: "" };

export class QueueDesk {
  now: QueueOverview = $state.raw(NOTHING);
  loaded = $state(false);
  /** The job whose log is shown, and what its task printed. */
  logOf: QueueJob | null = $state.raw(null);
  log = $state("");
  private timer: ReturnType<typeof setInterval> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private looking = false;

  constructor(private readonly store: ProjectStore) {}

  open(): void {
    void this.look();
    this.timer = setInterval(() => document.hidden || void this.look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.soon = undefined;
  }

  /** Look again in a moment; many calls in a row are one. */
  stir(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      void this.look();
    }, SOON_MS);
  }

  async look(): Promise<void> {
    if (this.looking || this.store.connection !== "open") return;
    this.looking = true;
    const found = await this.store.ask<QueueOverview>("queue_overview");
    this.looking = false;
    if (!found) return;
    this.now = found;
    this.loaded = true;
    this.store.workers = found.workers as never;
    if (this.logOf) await this.readLog(this.logOf);
  }

  async do(method: string, params: Record<string, unknown> = {}): Promise<void> {
    await this.store.ask(method, params);
    await this.look();
  }

  async move(job: string, way: "up" | "down"): Promise<void> {
    const before = placeBefore(this.now.jobs, job, way);
    if (before !== undefined) await this.do("move_job", { job_id: job, before });
  }

  async showLog(job: QueueJob | null): Promise<void> {
    this.logOf = job;
    this.log = "";
    if (job) await this.readLog(job);
  }

  private async readLog(job: QueueJob): Promise<void> {
    const said = await this.store.ask<string>("log", { task_id: job.task });
    if (said !== null && this.logOf === job) this.log = said;
  }
}
