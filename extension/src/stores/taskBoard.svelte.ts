/** What the nodes of a canvas are doing: their tasks, their takes, and the pictures of work that is not done. */
import { withTake } from "../lib/takes.ts";
import type * as T from "../lib/types.ts";

/** A spinner says what it waits for after this long. */
const EXPLAIN_AFTER_MS = 5_000;

const NO_TAKES: readonly T.TakeView[] = [];

const IDLE: T.TaskSummary = {
  task_id: "",
  node_id: "",
  state: "idle",
  progress: 0,
  step: "",
  eta_s: null,
  error: "",
  fix: "",
  result_url: "",
};

const isActive = (task: T.TaskSummary): boolean => task.state === "queued" || task.state === "generating";

type Events = T.ServerEvents;

export class TaskBoard {
  tasks: Readonly<Record<string, T.TaskSummary>> = $state.raw({});
  takes: Readonly<Record<string, readonly T.TakeView[]>> = $state.raw({});
  previews: Readonly<Record<string, string>> = $state.raw({});
  active = $derived(Object.values(this.tasks).filter(isActive));
  private readonly explainers = new Map<string, ReturnType<typeof setTimeout>>();

  /** `queue` asks for the jobs that have not ended; null if that failed. */
  constructor(private readonly queue: () => Promise<readonly T.JobView[] | null>) {}

  takesOf(id: string): readonly T.TakeView[] {
    return this.takes[id] ?? NO_TAKES;
  }

  /** Take over the whole state. */
  sync(full: Pick<T.FullSync, "takes" | "tasks">): void {
    this.takes = full.takes;
    this.tasks = Object.fromEntries(full.tasks.map((task) => [task.node_id, task]));
    for (const task of full.tasks) this.explainLater(task);
  }

  close(): void {
    for (const timer of this.explainers.values()) clearTimeout(timer);
  }

  /** Show a node as queued while the request is on its way; `settle` says what became of it, its task or null. */
  begin(id: string): (task: string | null) => void {
    const before = this.tasks[id];
    this.put({ ...IDLE, task_id: "", node_id: id, state: "queued", result_url: before?.result_url ?? "" });
    return (task) => {
      const now = this.tasks[id];
      if (task === null) this.put(before ?? { ...IDLE, task_id: "", node_id: id });
      else if (task && now && !now.task_id) this.put({ ...now, task_id: task });
    };
  }

  onState({ node_id, state, task_id }: Events["server:node_state_updated"]): void {
    const before = this.tasks[node_id];
    const same = before && before.task_id === (task_id ?? "");
    const keep = same ? before : { ...IDLE, result_url: before?.result_url ?? "" };
    const ended = state !== "queued" && state !== "generating";
    this.put({ ...keep, node_id, task_id: task_id ?? "", state, ...(ended ? { step: "", eta_s: null } : {}) });
  }

  onProgress(payload: Events["server:task_progress"]): void {
    const id = payload.node_id;
    if (!id) return;
    const before = this.tasks[id];
    const over = before?.task_id === payload.task_id && before.state !== "queued" && before.state !== "generating";
    if (over) return;
    const { task_id, progress, step, eta_s } = payload;
    this.put({ ...(before ?? IDLE), node_id: id, task_id, state: "generating", progress, step, eta_s, error: "", fix: "" });
    if (payload.preview) this.previews = { ...this.previews, [id]: payload.preview };
  }

  onSuccess({ task_id, node_id, result, remaining }: Events["server:task_success"]): void {
    if (!node_id) return;
    if (result.take) this.takes = { ...this.takes, [node_id]: withTake(this.takesOf(node_id), result.take) };
    const state = remaining > 0 ? ("generating" as const) : ("success" as const);
    this.put({ ...IDLE, ...this.tasks[node_id], node_id, task_id, state, result_url: result.output_url, step: "", eta_s: null, error: "", fix: "" });
    this.dropPreview(node_id);
  }

  onFailed(node: string, { task_id, error, code, fix }: Events["server:task_failed"]): void {
    const state = code === "cancelled" ? ("cancelled" as const) : ("failed" as const);
    const told = state === "cancelled" ? { error: "", fix: "" } : { error, fix };
    this.put({ ...IDLE, ...this.tasks[node], node_id: node, task_id, state, step: "", eta_s: null, ...told });
    this.dropPreview(node);
  }

  private dropPreview(id: string): void {
    const { [id]: _, ...rest } = this.previews;
    this.previews = rest;
  }

  private put(task: T.TaskSummary): void {
    this.tasks = { ...this.tasks, [task.node_id]: task };
    this.explainLater(task);
  }

  /** Never a dead spinner: what has waited long asks why. */
  private explainLater(task: T.TaskSummary): void {
    clearTimeout(this.explainers.get(task.node_id));
    this.explainers.delete(task.node_id);
    if (task.state !== "queued" || !task.task_id || task.step) return;
    this.explainers.set(task.node_id, setTimeout(() => void this.explain(task.node_id), EXPLAIN_AFTER_MS));
  }

  private async explain(id: string): Promise<void> {
    const jobs = await this.queue();
    const task = this.tasks[id];
    if (!jobs || task?.state !== "queued") return;
    const waiting = jobs.find((job) => job.task === task.task_id)?.state;
    const step = waiting?.state === "waiting" ? waiting.reason : "Waiting for its turn";
    this.put({ ...task, step });
  }
}
