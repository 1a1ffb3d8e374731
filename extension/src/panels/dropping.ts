/** Carries out what becomes of dropped files (lib/drop.ts): brings them in, and gives nodes what they hold. */
import { assetName, landing, type Landing, type Target } from "../lib/drop.ts";
import type { Position } from "../lib/types.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";
import type { Unnamed } from "../stores/arrivals.svelte.ts";

/** How far apart nodes of several files stand, in canvas pixels. */
const STEP = 44;

/** Take in files dropped at a place of the canvas, on a node or beside all. A file of a take brings its shot back, which is then shown. */
export async function dropFiles(store: ProjectStore, files: readonly File[], at: Position, on: string | null, show: (node: string) => void = () => undefined): Promise<void> {
  const node = on === null ? undefined : store.canvas.nodes[on];
  const target = on !== null && node ? { id: on, node } : null;
  for (const [number, file] of files.entries()) await dropFile(store, file, { x: at.x + number * STEP, y: at.y + number * STEP }, target, show);
}

async function dropFile(store: ProjectStore, file: File, at: Position, target: Target | null, show: (node: string) => void): Promise<void> {
  if (store.readOnly) return store.notices.add("warning", "This canvas cannot be edited.", store.readOnly);
  const to = landing(file, target);
  if (to.does === "edit") return store.film.receive(file, to.node);
  // What is dropped on a node that takes it is meant for that node.
  const shot = to.does === "add" || to.does === "asset" ? await store.desk.bringBack(file, at) : null;
  if (shot === null) return land(store, file, at, to);
  if (shot) show(shot);
}

async function land(store: ProjectStore, file: File, at: Position, to: Exclude<Landing, { does: "edit" }>): Promise<void> {
  if (to.does === "refuse") return store.arrivals.refuse(file, null, at, to.message, to.fix);
  if (to.does === "text") return void store.addNode("text", at, { text: await file.text() });
  if (to.does === "asset") return void (store.arrivals.unnamed = { file, node: to.node, at });
  const node = to.does === "add" ? null : to.node;
  const path = await store.arrivals.bring(file, node, at);
  if (!path) return;
  if (to.does === "add") store.addNode(to.type, at, { file: path });
  else if (to.does === "fill") store.setAll(to.node, { file: path });
  else await store.ask("add_asset_reference", { uuid: to.asset, path }, to.node);
}

/** Make an asset of a picture, and the node that stands for it where none was dropped on. */
export async function nameAsset(store: ProjectStore, { file, node, at }: Unnamed, kind: "character" | "style" | "location", name: string): Promise<void> {
  store.arrivals.unnamed = null;
  const path = await store.arrivals.bring(file, node, at);
  if (!path) return;
  const asset = await store.ask<{ uuid: string; name: string }>("create_asset", { kind, name: name.trim() || assetName(file.name) }, node);
  if (!asset) return;
  await store.ask("add_asset_reference", { uuid: asset.uuid, path }, node);
  if (node !== null && store.canvas.nodes[node]) store.setAll(node, { asset: asset.uuid, name: asset.name });
  else store.addNode("asset", at, { asset: asset.uuid, name: asset.name });
}
