/** Carries out what becomes of dropped files (lib/drop.ts): brings them in, and gives nodes what they hold. */
import { assetName, landing, type Landing, type Target } from "../lib/drop.ts";
import type { Position } from "../lib/types.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";
import type { Unnamed } from "../stores/arrivals.svelte.ts";

/** A file that may be more than media. Answers whether it was dealt with: then nothing else is done with it. */
export type DropHook = (store: ProjectStore, file: File, at: Position) => Promise<boolean>;

/** Asked one after the other for each file dropped, before anything is done with it. */
export const dropHooks: DropHook[] = [];

/** How far apart nodes of several files stand, in canvas pixels. */
const STEP = 44;

/** Take in files dropped at a place of the canvas, on a node or beside all. */
export async function dropFiles(store: ProjectStore, files: readonly File[], at: Position, on: string | null): Promise<void> {
  const node = on === null ? undefined : store.canvas.nodes[on];
  const target = on !== null && node ? { id: on, node } : null;
  for (const [number, file] of files.entries()) await dropFile(store, file, { x: at.x + number * STEP, y: at.y + number * STEP }, target);
}

async function dropFile(store: ProjectStore, file: File, at: Position, target: Target | null): Promise<void> {
  if (store.readOnly) return store.notices.add("warning", "This canvas cannot be edited.", store.readOnly);
  for (const hook of dropHooks) if (await hook(store, file, at)) return;
  await land(store, file, at, landing(file, target));
}

async function land(store: ProjectStore, file: File, at: Position, to: Landing): Promise<void> {
  if (to.does === "refuse") return store.arrivals.refuse(file, null, at, to.message, to.fix);
  if (to.does === "text") return void store.addNode("text", at, { text: await file.text() });
  if (to.does === "asset") return void (store.arrivals.unnamed = { file, node: to.node, at });
  const node = to.does === "add" ? null : to.node;
  const made = await store.arrivals.bring(file, node, at);
  if (!made) return;
  if (to.does === "add") store.addNode(to.type, at, { file: made.path });
  else if (to.does === "fill") store.setAll(to.node, { file: made.path });
  else await store.ask("add_asset_reference", { uuid: to.asset, path: made.path }, to.node);
}

/** Make an asset of a picture, and the node that stands for it where none was dropped on. */
export async function nameAsset(store: ProjectStore, { file, node, at }: Unnamed, kind: "character" | "style" | "location", name: string): Promise<void> {
  store.arrivals.unnamed = null;
  const made = await store.arrivals.bring(file, node, at);
  if (!made) return;
  const asset = await store.ask<{ uuid: string; name: string }>("create_asset", { kind, name: name.trim() || assetName(file.name) }, node);
  if (!asset) return;
  await store.ask("add_asset_reference", { uuid: asset.uuid, path: made.path }, node);
  if (node !== null && store.canvas.nodes[node]) store.setAll(node, { asset: asset.uuid, name: asset.name });
  else store.addNode("asset", at, { asset: asset.uuid, name: asset.name });
}
