/** The projects of a workspace, for the page of cards. */
import type { ProjectCard } from "../lib/types.ts";
import type { CarrierKind, CarrierState, Hello } from "../protocol/carrier.ts";
import type { WidgetModel } from "../protocol/comm.ts";
import { connect } from "../protocol/connect.ts";
import { readHost } from "../protocol/host.ts";
import { Link } from "../protocol/link.ts";
import { CommMedia, HttpMedia, type MediaResolver } from "../protocol/media.ts";
import { Notices } from "./notices.svelte.ts";

/** A project that was put away as a file. */
export interface Archive {
  name: string;
  bytes: number;
  made: string;
}

/** What new projects begin with where people said so (the trait `new_projects`), in place of the workspace's settings. */
function beginning(model: WidgetModel): Record<string, unknown> {
  const said = model.get("new_projects");
  return said && typeof said === "object" ? { ...said } : {};
}

export class WorkspaceStore {
  projects: readonly ProjectCard[] = $state.raw([]);
  loaded = $state(false);
  archives: readonly Archive[] = $state.raw([]);
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
      this.archives = (await this.link.call<Archive[] | null>("archives")) ?? [];
    } catch (error) {
      this.notices.fail(error);
    }
  }

  /** Make a project; returns it, or null if that failed (people are told why). */
  create(title: string, description: string): Promise<ProjectCard | null> {
    return this.make("create_project", { title, description });
  }

  /** The sample film, made if it is not there; null if that failed. */
  sample(): Promise<ProjectCard | null> {
    return this.make("sample_film", {});
  }

  private async make(method: string, params: Record<string, unknown>): Promise<ProjectCard | null> {
    try {
      const made = await this.link.call<ProjectCard>(method, { ...params, settings: beginning(this.model) });
      await this.refresh();
      return made;
    } catch (error) {
      this.notices.fail(error);
      return null;
    }
  }

  /** Put a project away; returns whether that went well (people are told what became of it). */
  async archive(project: string, how: { exports: boolean; remove: boolean }): Promise<boolean> {
    try {
      const made = await this.link.call<{ name: string; left_out: string[] }>("archive_project", { project, ...how });
      this.notices.add(made.left_out.length ? "warning" : "info", `Archives/${made.name} is written.`, made.left_out.slice(0, 3).join(" "));
      await this.refresh();
      return true;
    } catch (error) {
      this.notices.fail(error);
      return false;
    }
  }

  /** Bring a project back from its archive. */
  async restore(name: string): Promise<void> {
    try {
      const made = await this.link.call<ProjectCard & { left_out: string[] }>("restore_project", { name });
      this.notices.add(made.left_out.length ? "warning" : "info", `${made.name} is back, checked file by file.`, made.left_out.slice(0, 3).join(" "));
      await this.refresh();
    } catch (error) {
      this.notices.fail(error);
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
