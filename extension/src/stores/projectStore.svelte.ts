/** The single source of truth of an open canvas: the replica, the tasks, the takes, and the connection they come over. */
import { between } from "../lib/order.ts";
import { connectionProblem, connectOperations, type Wire } from "../lib/connection.ts";
import { clipping, pasteOperations, type Clipping } from "../lib/copies.ts";
import { newId } from "../lib/ids.ts";
import { pointer } from "../lib/json.ts";
import { applyPatch } from "../lib/patch.ts";
import { EMPTY_CANVAS, Replica } from "../lib/replica.ts";
import { activeTake, withTake } from "../lib/takes.ts";
import { DEFAULT_REFERENCE, referenceOf, socketsOf, titleOf, type Sockets } from "../lib/declarations.ts";
import { parseRate, type Rate } from "../lib/timecode.ts";
import type * as T from "../lib/types.ts";
import type { CarrierKind, CarrierState, Hello } from "../protocol/carrier.ts";
import type { WidgetModel } from "../protocol/comm.ts";
import { connect } from "../protocol/connect.ts";
import { readHost } from "../protocol/host.ts";
import { ConnectionLostError, Link, StudioError } from "../protocol/link.ts";
import { CommMedia, HttpMedia, type MediaResolver } from "../protocol/media.ts";
import { Notices } from "./notices.svelte.ts";

/** Typing is sent when it pauses this long. */
export const TYPING_PAUSE_MS = 150;

/** A spinner says what it waits for after this long. */
const EXPLAIN_AFTER_MS = 5_000;

export interface ProjectPlace {
  project: string;
  canvas: string;
  hello: Hello;
  author: string;
  /** Over a comm that serves many projects, the project is opened by name first. */
  mustOpen: boolean;
}

type Connecting = { node: string; handle: string; type: "source" | "target" } | null;

export class ProjectStore {
  canvas: T.Canvas = $state.raw(EMPTY_CANVAS);
  synced = $state(false);
  /** Why the canvas could not be opened. */
  failure: StudioError | null = $state.raw(null);
  title = $state("");
  project = $state("");
  path = $state("");
  readOnly = $state("");
  settings: T.Settings | null = $state.raw(null);
  tasks: Readonly<Record<string, T.TaskSummary>> = $state.raw({});
  takes: Readonly<Record<string, readonly T.TakeView[]>> = $state.raw({});
  previews: Readonly<Record<string, string>> = $state.raw({});
  nodeTypes: ReadonlyMap<string, T.NodeType> = $state.raw(new Map());
  references: readonly T.Reference[] = $state.raw([]);
  assets: readonly T.AssetView[] = $state.raw([]);
  problems: readonly T.Problem[] = $state.raw([]);
  workers: readonly Record<string, unknown>[] = $state.raw([]);
  carrier: CarrierKind | null = $state(null);
  connection: CarrierState = $state("connecting");
  connecting: Connecting = $state.raw(null);
  media: MediaResolver | null = $state.raw(null);
  /** The node whose take plays by key, and the assembler whose cut plays in the viewer. */
  playing: string | null = $state(null);
  playingCut: string | null = $state(null);
  /** Ids of selected nodes; the viewer's own. */
  selection: readonly string[] = $state.raw([]);
  notices = new Notices();

  private readonly replica = new Replica();
  private readonly link: Link;
  private staged: T.Operation[] = [];
  private stagedLabel = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private clipboard: Clipping | null = null;
  private patches = 0;
  private syncing = false;
  private readonly explainers = new Map<string, ReturnType<typeof setTimeout>>();

  rate: Rate = $derived(parseRate(this.settings?.fps ?? "24") ?? { numerator: 24, denominator: 1 });
  active = $derived(Object.values(this.tasks).filter((task) => task.state === "queued" || task.state === "generating"));

  constructor(
    private readonly model: WidgetModel,
    private readonly place: ProjectPlace,
  ) {
    this.link = new Link(place.hello.client, (message) => this.receive(message), (state, kind) => this.moved(state, kind));
  }

  /** Uuid of the project that was asked for. */
  get wanted(): string {
    return this.place.project;
  }

  async start(): Promise<void> {
    const { project, canvas, hello } = this.place;
    await connect(this.link, this.model, hello, { path: project, canvas });
  }

  close(): void {
    this.flush();
    for (const timer of this.explainers.values()) clearTimeout(timer);
    this.link.close();
    this.media?.close();
  }

  // ------------------------------------------------------------------------------------------------- reading

  socketsOf(id: string): Sockets {
    return socketsOf(this.canvas, id, this.nodeTypes, this.references);
  }

  titleOf(id: string): string {
    const node = this.canvas.nodes[id];
    return node ? titleOf(node, this.nodeTypes) : id;
  }

  takesOf(id: string): readonly T.TakeView[] {
    return this.takes[id] ?? NO_TAKES;
  }

  activeTakeOf(id: string): T.TakeView | null {
    const node = this.canvas.nodes[id];
    return node ? activeTake(node, this.takesOf(id)) : null;
  }

  referenceOf(id: string): T.Reference | undefined {
    const reference = referenceOf(this.canvas, id) || DEFAULT_REFERENCE;
    return this.references.find((entry) => entry.reference === reference);
  }

  problemsOf(id: string): T.Problem[] {
    return this.problems.filter((problem) => problem.node === id);
  }

  connectionProblem(wire: Wire): string | null {
    return connectionProblem(this.canvas, wire, this.nodeTypes, this.references);
  }

  // ------------------------------------------------------------------------------------------------- editing

  /** Send one patch: seen at once, kept until the studio confirms it. Returns false if the canvas cannot be edited. */
  edit(label: string, operations: T.Operation[]): boolean {
    if (operations.length === 0) return true;
    if (this.readOnly) {
      this.notices.add("warning", "This canvas cannot be edited.", this.readOnly);
      return false;
    }
    this.flush();
    this.patches += 1;
    const id = `${this.place.hello.client}-p${this.patches}`;
    const patch = { base: this.replica.confirmed.version, operations, author: this.place.author, label, id, guard: false };
    this.replica.edit(patch);
    this.refresh();
    void this.send(patch);
    return true;
  }

  /** Set one key of a node's data. Typing is staged and sent when it pauses, or when something else happens. */
  setData(id: string, key: string, value: unknown, options: { typing?: boolean } = {}): void {
    const node = this.canvas.nodes[id];
    if (!node || this.readOnly) return;
    const label = `${key.replace(/_/g, " ")} of ${this.titleOf(id)}`;
    const operation: T.Operation = { op: key in node.data ? "replace" : "add", path: pointer("nodes", id, "data", key), value };
    if (!options.typing) {
      this.edit(label, [operation]);
      return;
    }
    this.stagedLabel = label;
    this.staged = [...this.staged.filter((other) => other.path !== operation.path), operation];
    this.refresh();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), TYPING_PAUSE_MS);
  }

  /** Set several keys of a node's data as one edit. */
  setAll(id: string, values: Record<string, unknown>): void {
    const node = this.canvas.nodes[id];
    if (!node) return;
    const operations = Object.entries(values).map(([key, value]) => ({
      op: key in node.data ? ("replace" as const) : ("add" as const),
      path: pointer("nodes", id, "data", key),
      value,
    }));
    this.edit(`${Object.keys(values).join(", ")} of ${this.titleOf(id)}`, operations);
  }

  /** Send what was typed and not yet sent. */
  flush(): void {
    clearTimeout(this.timer);
    const operations = this.staged;
    this.staged = [];
    if (operations.length) this.edit(this.stagedLabel, operations);
  }

  /** Add a node of a type at a place; returns its id, or null if the canvas cannot be edited. */
  addNode(type: string, at: T.Position, data: Record<string, unknown> = {}): string | null {
    const declared = this.nodeTypes.get(type);
    const id = newId(type);
    const value = { type, parent: null, order: "", data: { ...structuredClone(declared?.defaults ?? {}), ...data } };
    const place = { x: Math.round(at.x), y: Math.round(at.y) };
    const added = this.edit(`add ${declared?.title ?? type}`, [
      { op: "add", path: `/nodes/${id}`, value },
      { op: "add", path: `/layout/${id}`, value: place },
    ]);
    return added ? id : null;
  }

  removeThings(nodes: readonly string[], edges: readonly string[]): void {
    const gone = new Set(nodes);
    const loose = edges.filter((id) => {
      const edge = this.canvas.edges[id];
      return edge && !gone.has(edge.source) && !gone.has(edge.target);
    });
    const operations: T.Operation[] = [
      ...loose.map((id) => ({ op: "remove" as const, path: `/edges/${id}` })),
      ...nodes.map((id) => ({ op: "remove" as const, path: `/nodes/${id}` })),
    ];
    this.edit(nodes.length ? `remove ${nodes.map((id) => this.titleOf(id)).join(", ").slice(0, 80)}` : "remove wire", operations);
  }

  connectWire(wire: Wire): void {
    const problem = this.connectionProblem(wire);
    if (problem) this.notices.add("warning", problem, "", wire.target);
    else this.edit("connect", connectOperations(this.canvas, wire, newId("e"), this.nodeTypes, this.references));
  }

  /** Put an edge between two others of its socket. */
  reorder(edge: string, before: string | null, after: string | null): void {
    const order = between(before && (this.canvas.edges[before]?.order ?? null), after && (this.canvas.edges[after]?.order ?? null));
    this.edit("reorder", [{ op: "replace", path: `/edges/${edge}/order`, value: order }]);
  }

  copy(ids: readonly string[]): void {
    if (ids.length) this.clipboard = clipping(this.canvas, ids);
  }

  paste(clip: Clipping | null = this.clipboard): string[] {
    if (!clip) return [];
    const { operations, ids } = pasteOperations(this.canvas, clip, { x: 36, y: 36 });
    if (!this.edit("paste", operations)) return [];
    this.clipboard = { ...clip, layout: Object.fromEntries(Object.entries(clip.layout).map(([id, at]) => [id, { x: at.x + 36, y: at.y + 36 }])) };
    return ids;
  }

  duplicate(ids: readonly string[]): string[] {
    const kept = this.clipboard;
    const made = this.paste(clipping(this.canvas, ids));
    this.clipboard = kept;
    return made;
  }

  async undo(): Promise<void> {
    this.flush();
    await this.ask("undo");
  }

  async redo(): Promise<void> {
    this.flush();
    await this.ask("redo");
  }

  // ------------------------------------------------------------------------------------------------- working

  async generate(id: string, takes = 1): Promise<void> {
    await this.begin(id, "client:start_generation", { node_id: id, takes });
  }

  async render(id: string): Promise<void> {
    await this.begin(id, "client:render_final_sequence", { node_id: id });
  }

  async cancel(id: string): Promise<void> {
    const task = this.tasks[id];
    if (task?.task_id) await this.ask("cancel", { task_id: task.task_id }, id);
  }

  chooseTake(id: string, take: string | null): void {
    this.setData(id, "active_take", take);
  }

  async updateSettings(changes: Partial<T.Settings>): Promise<void> {
    const before = this.settings;
    if (before) this.settings = { ...before, ...changes };
    try {
      const settings = await this.link.call<T.Settings | null>("update_settings", changes);
      if (settings?.quality) this.settings = settings;
    } catch (error) {
      this.settings = before;
      this.notices.fail(error);
    }
  }

  /** Call a method and tell people if it fails; the answer is null then. */
  async ask<Result>(method: string, params: Record<string, unknown> = {}, node: string | null = null): Promise<Result | null> {
    try {
      return await this.link.call<Result>(method, params);
    } catch (error) {
      this.notices.fail(error, node);
      return null;
    }
  }

  private async begin(id: string, type: string, payload: Record<string, unknown>): Promise<void> {
    this.flush();
    const before = this.tasks[id];
    this.setTask({ ...IDLE, task_id: "", node_id: id, state: "queued" });
    try {
      const answer = await this.link.request<{ task_id?: string } | null>(type, payload);
      const now = this.tasks[id];
      if (answer?.task_id && now && !now.task_id) this.setTask({ ...now, task_id: answer.task_id });
    } catch (error) {
      this.setTask(before ?? { ...IDLE, task_id: "", node_id: id });
      this.notices.fail(error, id);
    }
  }

  private async send(patch: T.Patch & { id: string }): Promise<void> {
    try {
      // What became of it comes as a `server:patch`, also if it changed nothing.
      await this.link.request("client:patch", { patch });
    } catch (error) {
      // A lost connection keeps the patch: it is sent again on top of the next sync.
      if (error instanceof ConnectionLostError) return;
      this.forget(patch.id);
      this.notices.fail(error);
    }
  }

  private forget(id: string): void {
    this.replica.forget(id);
    this.refresh();
  }

  private refresh(): void {
    const view = this.replica.view;
    this.canvas = this.staged.length ? applyPatch(view, { operations: this.staged }).canvas : view;
  }

  // ------------------------------------------------------------------------------------------------- hearing

  private moved(state: CarrierState, kind: CarrierKind | null): void {
    this.connection = state;
    this.carrier = kind;
    if (state === "open") void this.hello();
  }

  private async hello(): Promise<void> {
    const { mustOpen, project, canvas } = this.place;
    try {
      if (mustOpen && this.carrier === "comm") await this.link.call("open", canvas ? { project, canvas } : { project });
      await this.sync();
    } catch (error) {
      this.stop(error);
    }
  }

  /** Ask for the whole state; patches that come meanwhile are part of it. */
  private async sync(): Promise<void> {
    this.syncing = true;
    try {
      await this.link.request("client:sync_request", {});
    } catch (error) {
      this.syncing = false;
      this.stop(error);
    }
  }

  /** The canvas cannot be opened: say so in its place. A lost connection is no such case, it comes back by itself. */
  private stop(error: unknown): void {
    if (error instanceof ConnectionLostError) return;
    if (!(error instanceof StudioError)) throw error;
    if (this.synced) this.notices.fail(error);
    else this.failure = error;
  }

  private receive(message: T.Envelope): void {
    const handle = this.handlers[message.type as keyof ProjectStore["handlers"]] as ((payload: never) => void) | undefined;
    handle?.(message.payload as never);
  }

  private readonly handlers = {
    "server:full_sync": (payload: T.FullSync) => this.onSync(payload),
    "server:patch": (payload: T.Patched) => this.onPatch(payload),
    "server:node_state_updated": (payload: T.ServerEvents["server:node_state_updated"]) => this.onState(payload),
    "server:task_progress": (payload: T.ServerEvents["server:task_progress"]) => this.onProgress(payload),
    "server:task_success": (payload: T.ServerEvents["server:task_success"]) => this.onSuccess(payload),
    "server:task_failed": (payload: T.ServerEvents["server:task_failed"]) => this.onFailed(payload),
    "server:notice": (payload: T.Notice) => this.notices.add(payload.level, payload.message, "", payload.node_id),
    "server:error": (payload: T.ServerEvents["server:error"]) => this.notices.add("error", payload.message, payload.fix ?? ""),
  };

  private onSync(full: T.FullSync): void {
    this.syncing = false;
    this.link.canvas = full.canvas;
    this.title = full.title;
    this.project = full.project;
    this.path = full.canvas;
    this.readOnly = full.read_only;
    this.settings = full.settings;
    this.takes = full.takes;
    this.tasks = Object.fromEntries(full.tasks.map((task) => [task.node_id, task]));
    this.nodeTypes = new Map(full.node_types.map((type) => [type.type, type]));
    this.references = full.tasks_available as unknown as T.Reference[];
    this.assets = full.assets as unknown as T.AssetView[];
    this.problems = full.problems;
    this.workers = full.workers;
    this.useMedia(full.media_base);
    const again = this.replica.sync(full);
    this.refresh();
    this.synced = true;
    this.failure = null;
    for (const patch of again) void this.send(patch as T.Patch & { id: string });
    for (const task of full.tasks) this.explainLater(task);
  }

  private useMedia(mediaBase: string): void {
    if (this.carrier === "comm") this.media ??= new CommMedia((method, params) => this.link.call(method, params));
    else this.media ??= new HttpMedia(mediaBase || `${readHost(document as never).base ?? "/"}genstudio/`);
  }

  private onPatch(patched: T.Patched): void {
    if (this.syncing) return;
    const receipt = this.replica.accept(patched);
    if (receipt === "gap") {
      void this.sync();
      return;
    }
    if (receipt !== "old") this.problems = patched.problems;
    this.refresh();
  }

  private onState({ node_id, state, task_id }: T.ServerEvents["server:node_state_updated"]): void {
    const before = this.tasks[node_id];
    const same = before && before.task_id === (task_id ?? "");
    const keep = same ? before : IDLE;
    const ended = state !== "queued" && state !== "generating";
    this.setTask({ ...keep, node_id, task_id: task_id ?? "", state, ...(ended ? { step: "", eta_s: null } : {}) });
  }

  private onProgress(payload: T.ServerEvents["server:task_progress"]): void {
    const id = payload.node_id;
    if (!id) return;
    const before = this.tasks[id];
    const over = before?.task_id === payload.task_id && before.state !== "queued" && before.state !== "generating";
    if (over) return;
    const { task_id, progress, step, eta_s } = payload;
    this.setTask({ ...(before ?? IDLE), node_id: id, task_id, state: "generating", progress, step, eta_s, error: "", fix: "" });
    if (payload.preview) this.previews = { ...this.previews, [id]: payload.preview };
  }

  private onSuccess({ task_id, node_id, result, remaining }: T.ServerEvents["server:task_success"]): void {
    if (!node_id) return;
    if (result.take) this.takes = { ...this.takes, [node_id]: withTake(this.takesOf(node_id), result.take) };
    const state = remaining > 0 ? ("generating" as const) : ("success" as const);
    this.setTask({ ...IDLE, ...this.tasks[node_id], node_id, task_id, state, result_url: result.output_url, step: "", eta_s: null, error: "", fix: "" });
    this.dropPreview(node_id);
  }

  private onFailed({ task_id, node_id, error, code, fix }: T.ServerEvents["server:task_failed"]): void {
    if (!node_id) return this.notices.add("error", error, fix);
    const state = code === "cancelled" ? ("cancelled" as const) : ("failed" as const);
    const told = state === "cancelled" ? { error: "", fix: "" } : { error, fix };
    this.setTask({ ...IDLE, ...this.tasks[node_id], node_id, task_id, state, step: "", eta_s: null, ...told });
    this.dropPreview(node_id);
  }

  private dropPreview(id: string): void {
    const { [id]: _, ...rest } = this.previews;
    this.previews = rest;
  }

  private setTask(task: T.TaskSummary): void {
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
    const jobs = await this.ask<T.JobView[]>("queue");
    const task = this.tasks[id];
    if (!jobs || task?.state !== "queued") return;
    const waiting = jobs.find((job) => job.task === task.task_id)?.state;
    const step = waiting?.state === "waiting" ? waiting.reason : "Waiting for its turn";
    this.setTask({ ...task, step });
  }
}

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
