/** The projects of a workspace, for the page of cards. */
import type { ProjectCard } from "../lib/types.ts";
import type { CarrierKind, CarrierState, Hello } from "../protocol/carrier.ts";
import type { WidgetModel } from "../protocol/comm.ts";
import { connect } from "../protocol/connect.ts";
import { readHost } from "../protocol/host.ts";
import { Link } from "../protocol/link.ts";
import { CommMedia, HttpMedia, type MediaResolver } from "../protocol/media.ts";
import { Notices } from "./notices.svelte.ts";

export class WorkspaceStore {
  projects: readonly ProjectCard[] = $state.raw([]);
  loaded = $state(false);
  carrier: CarrierKind | null = $state(null);
  connection: CarrierState = $state("connecting");
  media: MediaResolver | null = $state.raw(null);
  notices = new Notices();
  private readonly link: Link;

  constructor(
    private readonly model: WidgetModel,
    private readonly hello: Hello,
  ) {
    this.link = new Link(hello.client, () => undefined, (state, kind) => this.moved(state, kind));
  }

  start(): Promise<void> {
    return connect(this.link, this.model, this.hello, { path: "workspace", canvas: "" });
  }

  close(): void {
    this.link.close();
    this.media?.close();
  }

  async refresh(): Promise<void> {
    try {
      this.projects = await this.link.call<ProjectCard[]>("list_projects");
      this.loaded = true;
    } catch (error) {
      this.notices.fail(error);
    }
  }

  /** Make a project; returns it, or null if that failed (people are told why). */
  async create(title: string, description: string): Promise<ProjectCard | null> {
    try {
      const made = await this.link.call<ProjectCard>("create_project", { title, description });
      await this.refresh();
      return made;
    } catch (error) {
      this.notices.fail(error);
      return null;
    }
  }

  private moved(state: CarrierState, kind: CarrierKind | null): void {
    this.connection = state;
    this.carrier = kind;
    if (state !== "open") return;
    if (kind === "comm") this.media ??= new CommMedia((method, params) => this.link.call(method, params));
    else this.media ??= new HttpMedia(`${readHost(document as never).base ?? "/"}genstudio/`);
    void this.refresh();
  }
}
