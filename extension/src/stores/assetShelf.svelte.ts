/** The assets of an open project: what the Asset Manager shows, what is on its way to it, and what is being trained. */
import type { AssetCard, AssetKind, TrainingTask } from "../lib/assets.ts";
import type * as T from "../lib/types.ts";
import { pictureName, pictureProblem, type Upload } from "../lib/uploads.ts";
import { StudioError } from "../protocol/link.ts";
import type { Files } from "../protocol/files.ts";

/** What of the shared library can be copied in. */
export interface LibraryItem {
  kind: string;
  name: string;
  picture: boolean;
}

/** What the shelf asks of the open project. */
export interface Studio {
  ask<Result>(method: string, params?: Record<string, unknown>): Promise<Result | null>;
  readonly files: Pick<Files, "send">;
}

type Events = T.ServerEvents;

export class AssetShelf {
  assets: readonly AssetCard[] = $state.raw([]);
  loaded = $state(false);
  uploads: readonly Upload[] = $state.raw([]);
  /** Trainings by asset, as messages tell them; they are newer than what the cards were loaded with. */
  private trainings: Readonly<Record<string, TrainingTask>> = $state.raw({});
  private next = 1;
  private loading: Promise<void> | null = null;
  private again = false;

  constructor(private readonly studio: Studio) {}

  /** Read all assets anew; while that is under way, once more after it. */
  load(): Promise<void> {
    if (this.loading) {
      this.again = true;
      return this.loading;
    }
    this.loading = this.read().finally(() => {
      this.loading = null;
      if (!this.again) return;
      this.again = false;
      void this.load();
    });
    return this.loading;
  }

  taskOf(asset: AssetCard): TrainingTask | null {
    return this.trainings[asset.uuid] ?? asset.task;
  }

  async create(kind: AssetKind, name: string, words: { trigger_word: string; description: string }): Promise<string | null> {
    return this.changed(await this.studio.ask<AssetCard>("create_asset", { kind, name, ...words }));
  }

  async rename(uuid: string, name: string): Promise<boolean> {
    return !!(await this.changed(await this.studio.ask<AssetCard>("rename_asset", { uuid, name })));
  }

  async describe(uuid: string, words: Partial<Pick<AssetCard, "trigger_word" | "description" | "keywords">>): Promise<boolean> {
    return !!(await this.changed(await this.studio.ask<AssetCard>("describe_asset", { uuid, ...words })));
  }

  async removePicture(uuid: string, path: string): Promise<void> {
    await this.changed(await this.studio.ask<AssetCard>("remove_asset_reference", { uuid, path }));
  }

  async remove(uuid: string, force: boolean): Promise<boolean> {
    const before = this.assets;
    this.assets = before.filter((asset) => asset.uuid !== uuid);
    // The answer of a call that returns nothing is null, as that of one that failed is: what is there now tells them apart.
    await this.studio.ask("delete_asset", { uuid, force });
    await this.load();
    return !this.assets.some((asset) => asset.uuid === uuid);
  }

  async train(asset: AssetCard): Promise<void> {
    const before = this.trainings;
    this.put(asset.uuid, { task_id: "", state: "queued", progress: 0, step: "", error: "", fix: "" });
    const made = await this.studio.ask<{ task_id: string }>("train_asset", { uuid: asset.uuid });
    const now = this.trainings[asset.uuid];
    if (!made) this.trainings = before;
    else if (now && !now.task_id) this.put(asset.uuid, { ...now, task_id: made.task_id });
  }

  async cancelTraining(asset: AssetCard): Promise<void> {
    const task = this.taskOf(asset);
    if (task?.task_id) await this.studio.ask("cancel", { task_id: task.task_id });
  }

  library(): Promise<LibraryItem[] | null> {
    return this.studio.ask<LibraryItem[]>("library_items");
  }

  async useItem(item: LibraryItem, asset: string | null): Promise<string | null> {
    const made = await this.studio.ask<{ path: string }>("use_library_item", { kind: item.kind, name: item.name, asset });
    if (made && asset) await this.load();
    return made?.path ?? null;
  }

  /** Send pictures to an asset, one after the other. What is refused stays in the list with the reason. */
  async upload(asset: AssetCard, files: readonly File[]): Promise<void> {
    const entries = files.map((file) => ({ file, entry: this.begin(asset.uuid, file) }));
    for (const { file, entry } of entries) if (!entry.error) await this.send(asset, file, entry.id);
    await this.load();
  }

  dismiss(id: number): void {
    this.uploads = this.uploads.filter((upload) => upload.id !== id);
  }

  onProgress({ asset, task_id, state, progress, step }: Events["server:task_progress"]): void {
    if (asset && !this.isOver(asset, task_id)) this.put(asset, { task_id, state: state ?? "generating", progress, step, error: "", fix: "" });
  }

  onSuccess({ asset, task_id }: Events["server:task_success"]): void {
    if (asset) this.put(asset, { task_id, state: "success", progress: 100, step: "", error: "", fix: "" });
  }

  onFailed({ asset, task_id, code, error, fix }: Events["server:task_failed"]): void {
    const state = code === "cancelled" ? "cancelled" : "failed";
    if (asset) this.put(asset, { task_id, state, progress: 0, step: "", error, fix: fix ?? "" });
  }

  private isOver(asset: string, task: string): boolean {
    const now = this.trainings[asset];
    return now?.task_id === task && now.state !== "queued" && now.state !== "generating";
  }

  private put(asset: string, task: TrainingTask): void {
    this.trainings = { ...this.trainings, [asset]: task };
  }

  private async read(): Promise<void> {
    const found = await this.studio.ask<AssetCard[]>("assets");
    if (!found) return;
    this.assets = found;
    this.loaded = true;
    // What was told while there was no connection is in the cards.
    this.trainings = Object.fromEntries(Object.entries(this.trainings).filter(([uuid, task]) => found.some((asset) => asset.uuid === uuid && (!asset.task || asset.task.task_id === task.task_id || !task.task_id))));
    for (const { uuid, task } of found) if (task && task.state !== "queued" && task.state !== "generating") this.put(uuid, task);
  }

  private async changed(made: AssetCard | null): Promise<string | null> {
    if (made) await this.load();
    return made?.uuid ?? null;
  }

  private begin(asset: string, file: File): Upload {
    const problem = pictureProblem(file);
    const entry = { id: this.next, asset, name: file.name, done: 0, error: problem };
    this.next += 1;
    this.uploads = [...this.uploads, entry];
    return entry;
  }

  private async send(asset: AssetCard, file: File, id: number): Promise<void> {
    const now = this.assets.find((other) => other.uuid === asset.uuid) ?? asset;
    const name = pictureName(file, new Set(now.references.map((path) => path.slice(path.lastIndexOf("/") + 1))));
    try {
      await this.studio.files.send({ path: `${now.folder}/reference_images/${name}`, file, onprogress: (done) => this.mark(id, { done }) });
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.mark(id, { error: `${error.message} ${error.fix}`.trim() });
      return;
    }
    this.dismiss(id);
    await this.load();
  }

  private mark(id: number, change: Partial<Upload>): void {
    this.uploads = this.uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload));
  }
}
