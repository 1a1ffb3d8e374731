/** Tidy layout: what feeds stands left of what it feeds, in columns; each scene is laid out by itself and placed as one block.
 *
 * Layers by the longest way from a start (Sugiyama), order in a layer by the middle of what comes before (barycentre), in a few sweeps.
 */
import { bounds, type Box, type Size } from "./boxes.ts";
import type { Places } from "./arrange.ts";
import { byOrder } from "./order.ts";
import type { Canvas, Position } from "./types.ts";

/** Room between columns and between nodes of one column, and around the nodes of a scene, in canvas pixels. */
const ACROSS = 96;
const DOWN = 44;
const AIR = 30;

/** A column of more nodes than this is broken into several beside one another. */
const TALL = 7;

const SWEEPS = 4;

interface Block extends Size {
  id: string;
  /** Where the nodes of the block stand, from its corner. */
  places: Map<string, Position>;
}

/** Return tidy places for some nodes; the corner of the room that they take stays where it is. */
export function tidied(canvas: Canvas, boxes: readonly Box[]): Places {
  const all = bounds(boxes);
  if (!all) return new Map();
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  const { places } = laidOut(canvas, null, sizes, new Set());
  const corner = { x: Math.min(...[...places.values()].map((at) => at.x)), y: Math.min(...[...places.values()].map((at) => at.y)) };
  return new Map([...places].map(([id, at]) => [id, { x: all.x + at.x - corner.x, y: all.y + at.y - corner.y }]));
}

/** Lay out what stands in a scene, scenes in it first. */
function laidOut(canvas: Canvas, scene: string | null, sizes: ReadonlyMap<string, Box>, entered: Set<string>): Block {
  // A node whose scene takes no part stands with the film's own.
  const homeOf = (id: string): string | null => {
    const parent = canvas.nodes[id]?.parent ?? null;
    return parent !== null && sizes.has(parent) && canvas.nodes[parent]?.type === "scene_group" ? parent : null;
  };
  const members = Object.entries(canvas.nodes)
    .filter(([id]) => sizes.has(id) && id !== scene && homeOf(id) === scene && !entered.has(id))
    .sort(byOrder);
  for (const [id] of members) entered.add(id);
  const blocks = members.map(([id, node]) => (node.type === "scene_group" ? sceneBlock(canvas, id, sizes, entered) : leaf(id, sizes)));
  const owner = new Map(blocks.flatMap((block) => [...block.places.keys()].map((id) => [id, block.id] as const)));
  return arranged(scene ?? "", blocks, linksOf(canvas, owner));
}

function leaf(id: string, sizes: ReadonlyMap<string, Box>): Block {
  const { width = 0, height = 0 } = sizes.get(id) ?? {};
  return { id, width, height, places: new Map([[id, { x: 0, y: 0 }]]) };
}

/** A scene's card stands left of what it holds, and air around both. */
function sceneBlock(canvas: Canvas, id: string, sizes: ReadonlyMap<string, Box>, entered: Set<string>): Block {
  const card = leaf(id, sizes);
  const held = laidOut(canvas, id, sizes, entered);
  if (held.places.size === 0) return card;
  const places = new Map([[id, { x: AIR, y: AIR }]]);
  for (const [inner, at] of held.places) places.set(inner, { x: AIR + card.width + DOWN + at.x, y: AIR + at.y });
  return { id, width: card.width + DOWN + held.width + 2 * AIR, height: Math.max(card.height, held.height) + 2 * AIR, places };
}

type Links = ReadonlyMap<string, ReadonlySet<string>>;

/** Return which blocks feed each block. */
function linksOf(canvas: Canvas, owner: ReadonlyMap<string, string>): Links {
  const before = new Map<string, Set<string>>();
  for (const edge of Object.values(canvas.edges)) {
    const [source, target] = [owner.get(edge.source), owner.get(edge.target)];
    if (source === undefined || target === undefined || source === target) continue;
    before.set(target, (before.get(target) ?? new Set()).add(source));
  }
  return before;
}

function arranged(id: string, blocks: readonly Block[], before: Links): Block {
  const columns = broken(ordered(layered(blocks, before), before));
  const places = new Map<string, Position>();
  const tallest = Math.max(0, ...columns.map(heightOf));
  let x = 0;
  for (const column of columns) {
    let y = (tallest - heightOf(column)) / 2;
    for (const block of column) {
      for (const [node, at] of block.places) places.set(node, { x: x + at.x, y: y + at.y });
      y += block.height + DOWN;
    }
    x += Math.max(0, ...column.map((block) => block.width)) + ACROSS;
  }
  return { id, width: Math.max(0, x - ACROSS), height: tallest, places };
}

const heightOf = (column: readonly Block[]): number => column.reduce((sum, block) => sum + block.height + DOWN, -DOWN);

/** Return the blocks in layers by the longest way to them; what only feeds stands right before what it feeds. Loops are cut where they close. */
function layered(blocks: readonly Block[], before: Links): Block[][] {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    open.add(id);
    const depth = Math.max(-1, ...[...(before.get(id) ?? [])].filter((other) => !open.has(other)).map(depthOf)) + 1;
    open.delete(id);
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of blocks) depthOf(id);
  pullForward(blocks, before, depths);
  const layers: Block[][] = [];
  for (const block of blocks) (layers[depths.get(block.id) ?? 0] ??= []).push(block);
  return layers.filter((layer) => layer?.length);
}

/** A start that feeds only what stands far right goes next to it, so that no wire crosses the whole film. */
function pullForward(blocks: readonly Block[], before: Links, depths: Map<string, number>): void {
  for (const { id } of blocks) {
    if (before.get(id)?.size) continue;
    const fed = blocks.filter((other) => before.get(other.id)?.has(id)).map((other) => depths.get(other.id) ?? 0);
    if (fed.length) depths.set(id, Math.max(0, Math.min(...fed) - 1));
  }
}

/** Return the layers with each in the order of the middles of its neighbours, swept forth and back; ties keep their order. */
function ordered(layers: readonly Block[][], before: Links): Block[][] {
  const after = new Map<string, Set<string>>();
  for (const [id, sources] of before) for (const source of sources) after.set(source, (after.get(source) ?? new Set()).add(id));
  const result = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const links = sweep % 2 === 0 ? before : after;
    const ranks = new Map(result.flatMap((layer) => layer.map((block, at) => [block.id, (at + 0.5) / layer.length] as const)));
    const walk = sweep % 2 === 0 ? result : [...result].reverse();
    for (const layer of walk) {
      const middles = new Map(layer.map((block) => [block.id, middleOf([...(links.get(block.id) ?? [])].map((id) => ranks.get(id) ?? 0.5), ranks.get(block.id) ?? 0.5)]));
      layer.sort((a, b) => (middles.get(a.id) ?? 0) - (middles.get(b.id) ?? 0));
      layer.forEach((block, at) => ranks.set(block.id, (at + 0.5) / layer.length));
    }
  }
  return result;
}

const middleOf = (values: readonly number[], otherwise: number): number => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : otherwise);

/** Break what is too tall into columns of about the same length. */
function broken(layers: readonly Block[][]): Block[][] {
  return layers.flatMap((layer) => {
    if (layer.length <= TALL) return [layer];
    const columns = Math.ceil(Math.sqrt(layer.length / 2));
    const rows = Math.ceil(layer.length / columns);
    return Array.from({ length: Math.ceil(layer.length / rows) }, (_, at) => layer.slice(at * rows, (at + 1) * rows));
  });
}
