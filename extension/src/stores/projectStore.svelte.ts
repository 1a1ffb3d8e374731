/** The single source of truth of an open canvas: the replica, the tasks, the takes, and the connection they come over.
 *
 * What is known and asked stands in {@link CanvasReader}, how it is edited in {@link CanvasEditor}; here is the way to the studio.
 */
import { presetOf } from "../lib/film.ts";
import type * as T from "../lib/types.ts";
import type { CarrierKind, CarrierState, Hello } from "../protocol/carrier.ts";
import type { WidgetModel } from "../protocol/comm.ts";
import { connect } from "../protocol/connect.ts";
import { CommFiles, HttpFiles, bringIn, type Files } from "../protocol/files.ts";
import { readHost } from "../protocol/host.ts";
import { ConnectionLostError, Link, StudioError } from "../protocol/link.ts";
import { CommMedia, HttpMedia, type MediaResolver } from "../protocol/media.ts";
import { Arrivals } from "./arrivals.svelte.ts";
import { AssetShelf } from "./assetShelf.svelte.ts";
import { CanvasArranger } from "./canvasArranger.svelte.ts";
import type { OwnPatch } from "./canvasEditor.svelte.ts";
import { FilmDesk } from "./filmDesk.svelte.ts";
import { People } from "./people.svelte.ts";
import { TakesDesk } from "./takesDesk.svelte.ts";

export { TYPING_PAUSE_MS } from "./canvasEditor.svelte.ts";

export interface ProjectPlace {
  project: string;
  canvas: string;
  hello: Hello;
  author: string;
  /** Over a comm that serves many projects, the project is opened by name first. */
  mustOpen: boolean;
}

export class ProjectStore extends CanvasArranger {
  synced = $state(false);
  /** Why the canvas could not be opened. */
  failure: StudioError | null = $state.raw(null);
  carrier: CarrierKind | null = $state(null);
  connection: CarrierState = $state("connecting");
  media: MediaResolver | null = $state.raw(null);
  /** Counts up whenever the canvas may have been changed by something else than a view of the studio. */
  outside = $state(0);

  /** Files that are brought in. */
  readonly arrivals = new Arrivals((file, onshare) => bringIn(this.files, file, onshare));

  /** What the Asset Manager shows. */
  readonly shelf = new AssetShelf(this);

  /** Who else is on the canvas. */
  readonly people: People;

  /** What is done with takes. */
  readonly desk = new TakesDesk(this, () => this.files);

  /** What is done with the film. */
  readonly film = new FilmDesk(this);

  private readonly link: Link;
  private syncing = false;
  private left = false;

  constructor(
    private readonly model: WidgetModel,
    private readonly place: ProjectPlace,
  ) {
    super(place.author, place.hello.client);
    this.link = new Link(place.hello.client, (message) => this.receive(message), (state, kind) => this.moved(state, kind));
    this.people = new People(place.hello.client, (presence) => this.link.tell("client:presence", presence));
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
    this.left = true;
    this.board.close();
    this.people.leave();
    this.people.close();
    this.link.close();
    this.media?.close();
  }

  // ------------------------------------------------------------------------------------------------- working

  async generate(id: string, takes = 1): Promise<void> {
    await this.begin(id, "client:start_generation", { node_id: id, takes });
  }

  async render(id: string): Promise<void> {
    await this.begin(id, "client:render_final_sequence", { node_id: id, preset: presetOf(this.canvas.nodes[id]) });
  }

  async cancel(id: string): Promise<void> {
    const task = this.tasks[id];
    if (task?.task_id) await this.ask("cancel", { task_id: task.task_id, node_id: id }, id);
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

  async ask<Result>(method: string, params: Record<string, unknown> = {}, node: string | null = null): Promise<Result | null> {
    try {
      return await this.link.call<Result>(method, params);
    } catch (error) {
      this.notices.fail(error, node);
      return null;
    }
  }

  /** Call a method; what is wrong is for the asker to show. */
  async look<Result>(method: string, params: Record<string, unknown> = {}): Promise<Result | StudioError> {
    try {
      return await this.link.call<Result>(method, params);
    } catch (error) {
      if (error instanceof StudioError) return error;
      throw error;
    }
  }

  /** The way by which files travel into the project just now. */
  get files(): Files {
    if (this.carrier === "comm") return new CommFiles((method, params) => this.link.call(method, params));
    return new HttpFiles(readHost(document as never), this.project);
  }

  private async begin(id: string, type: string, payload: Record<string, unknown>): Promise<void> {
    this.flush();
    const settle = this.board.begin(id);
    try {
      const answer = await this.link.request<{ task_id?: string } | null>(type, payload);
      settle(answer?.task_id ?? "");
    } catch (error) {
      settle(null);
      this.notices.fail(error, id);
    }
  }

  protected async send(patch: OwnPatch): Promise<void> {
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

  // ------------------------------------------------------------------------------------------------- hearing

  private moved(state: CarrierState, kind: CarrierKind | null): void {
    this.connection = state;
    this.carrier = kind;
    this.people.beat(state === "open" && kind === "comm");
    if (state === "open") void this.hello();
    else this.people.clear();
    if (this.synced && !this.left && (state === "closed" || state === "outdated")) this.cutOff(state);
  }

  /** What is done from here on would reach nobody: better that it cannot be done. */
  private cutOff(state: "closed" | "outdated"): void {
    const [what, then] = state === "closed" ? ["The kernel that holds this canvas has ended.", "Run the cell again."] : ["The studio was updated since this page was loaded.", "Reload the page."];
    this.readOnly = `${what} ${then}`;
    const lost = this.replica.pending.length ? "What you changed last may not be kept." : "All you did is kept.";
    this.notices.add("error", what, `${lost} ${then}`);
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
    this.desk.hear(message);
  }

  private readonly handlers = {
    "server:full_sync": (payload: T.FullSync) => this.onSync(payload),
    "server:patch": (payload: T.Patched) => this.onPatch(payload),
    "server:problems": (payload: T.ServerEvents["server:problems"]) => (this.problems = payload.problems),
    "server:node_state_updated": (payload: T.ServerEvents["server:node_state_updated"]) => this.board.onState(payload),
    "server:task_progress": (payload: T.ServerEvents["server:task_progress"]) => (payload.asset ? this.shelf : this.board).onProgress(payload),
    "server:task_success": (payload: T.ServerEvents["server:task_success"]) => (payload.asset ? this.shelf : this.board).onSuccess(payload),
    "server:task_failed": (payload: T.ServerEvents["server:task_failed"]) => this.onFailed(payload),
    "server:presence": (payload: T.Presence) => this.people.hear(payload),
    "server:workers": (payload: T.ServerEvents["server:workers"]) => (this.workers = payload.workers),
    "server:notice": (payload: T.Notice) => this.onNotice(payload),
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
    this.board.sync(full);
    this.nodeTypes = new Map(full.node_types.map((type) => [type.type, type]));
    this.references = full.tasks_available as unknown as T.Reference[];
    this.assets = full.assets as unknown as T.AssetView[];
    this.problems = full.problems;
    this.workers = full.workers;
    this.useMedia(full.media_base);
    const again = this.replica.sync(full);
    this.refresh();
    this.synced = true;
    this.outside += 1;
    this.failure = null;
    this.people.announce();
    for (const patch of again) void this.send(patch as OwnPatch);
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
    if (receipt === "applied") this.tellOfLost(patched);
    if (receipt === "applied" && !patched.author) this.outside += 1;
    this.refresh();
  }

  private onNotice({ level, message, node_id }: T.Notice): void {
    this.notices.add(level, message, "", node_id);
    if (level === "warning" && !node_id) this.outside += 1;
  }

  private onFailed(payload: T.ServerEvents["server:task_failed"]): void {
    if (payload.asset) this.shelf.onFailed(payload);
    if (payload.node_id) this.board.onFailed(payload.node_id, payload);
    else this.notices.add(payload.code === "cancelled" ? "info" : "error", payload.error, payload.fix);
  }
}
