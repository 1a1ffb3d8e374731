/** Edits of several nodes at once: each is one patch, so one step of undo. What they do is decided by pure functions in `lib/`. */
import { aligned, placeOperations, spread, type Axis, type Edge, type Places } from "../lib/arrange.ts";
import { bounds, type Box } from "../lib/boxes.ts";
import { muteOperations } from "../lib/bypass.ts";
import { asText, copied, fromText, type Copied } from "../lib/clipping.ts";
import { pasteOperations } from "../lib/copies.ts";
import type { Loose } from "../lib/fitting.ts";
import { groupOperations, ungroupOperations } from "../lib/grouping.ts";
import type { Wire } from "../lib/connection.ts";
import { newId } from "../lib/ids.ts";
import { innerEnd, inside } from "../lib/nesting.ts";
import { tidied } from "../lib/tidy.ts";
import { unfitOf, unfitWords } from "../lib/unfit.ts";
import { wiringOf } from "../lib/wiring.ts";
import { count } from "../lib/text.ts";
import type { Operation, Position, Problem } from "../lib/types.ts";
import { CanvasEditor } from "./canvasEditor.svelte.ts";

/** How far a copy stands from what it was made of, in canvas pixels. */
const STEP = 36;

export abstract class CanvasArranger extends CanvasEditor {
  /** What was pasted last, and how often: the next copy of it stands further on. */
  private pasted = { text: "", times: 0 };

  /** Put nodes into a new scene; returns its id, or null if the canvas cannot be edited. */
  group(ids: readonly string[], boxes: readonly Box[]): string | null {
    const scene = newId("scene_group");
    const operations = groupOperations(this.canvas, ids, scene, boxes);
    return operations.length && this.edit(`group ${count(ids.length, "node")} into a scene`, operations) ? scene : null;
  }

  /** Dissolve the scenes among some nodes; returns what they held. */
  ungroup(ids: readonly string[]): string[] {
    const scenes = ids.filter((id) => this.canvas.nodes[id]?.type === "scene_group");
    const held = Object.keys(this.canvas.nodes).filter((id) => scenes.includes(this.canvas.nodes[id]?.parent ?? ""));
    const done = this.edit(`ungroup ${scenes.map((id) => this.titleOf(id)).join(", ")}`, ungroupOperations(this.canvas, scenes, () => newId("e")));
    return done ? held : [];
  }

  /** Fold the scenes among some nodes to their cards; where all are folded, unfold them. */
  fold(ids: readonly string[]): void {
    const scenes = ids.filter((id) => this.canvas.nodes[id]?.type === "scene_group");
    const collapsed = scenes.some((id) => this.canvas.nodes[id]?.data["collapsed"] !== true);
    const operations = scenes.map((id) => ({ op: "add" as const, path: `/nodes/${id}/data/collapsed`, value: collapsed }));
    this.edit(`${collapsed ? "fold" : "unfold"} ${scenes.map((id) => this.titleOf(id)).join(", ")}`, operations);
  }

  /** Open a scene, or the whole film. This is the viewer's own: it changes nothing. */
  enter(scene: string | null): void {
    this.entered = scene;
  }

  align(ids: readonly string[], boxes: readonly Box[], edge: Edge): void {
    this.moveTo(`align ${count(ids.length, "node")}`, boxes, aligned(chosen(boxes, ids), edge));
  }

  spread(ids: readonly string[], boxes: readonly Box[], axis: Axis): void {
    this.moveTo(`spread ${count(ids.length, "node")}`, boxes, spread(chosen(boxes, ids), axis));
  }

  /** Lay out some nodes, with what stands in the scenes among them; all that are seen where fewer than two are named. */
  tidy(ids: readonly string[], boxes: readonly Box[]): void {
    const wanted = ids.length > 1 ? new Set([...ids, ...inside(this.canvas, ids)]) : null;
    const movable = boxes.filter((box) => !this.seen.outside.has(box.id) && (!wanted || wanted.has(box.id)));
    this.moveTo("tidy", boxes, tidied(this.seen.canvas, movable));
  }

  /** Pass by the finishing steps among some nodes; where all of them are passed by, use them again. */
  mute(ids: readonly string[]): void {
    const { operations, muted } = muteOperations(this.canvas, ids);
    this.edit(`${muted ? "pass by" : "use"} ${this.titleOf(ids[0] ?? "")}`, operations);
  }

  override connectWire(wire: Wire): void {
    const draw = (): void => super.connectWire(wire);
    if (wire.targetHandle === "pipeline") this.repiped([wire.target], draw);
    else draw();
  }

  /** Let a pipeline node stand for another pipeline. */
  setReference(id: string, reference: string): void {
    const shots = wiringOf(this.canvas).from(id).map(([, edge]) => edge.target);
    this.repiped(shots, () => this.setData(id, "reference", reference));
  }

  /** Give shots another pipeline. What fits it stays as it is; what does not stays as well, and is told. */
  private repiped(shots: readonly string[], change: () => void): void {
    const unfit = (id: string) => unfitOf(this.canvas, id, this.nodeTypes, this.references);
    const before = shots.map(unfit);
    change();
    shots.forEach((id, at) => {
      const told = before[at] && unfitWords(before[at], unfit(id), this.referenceOf(id)?.title ?? "This pipeline");
      if (told) this.notices.add("warning", `${this.titleOf(id)}: ${told}`, "It is kept for a pipeline that does, and left out until then.", id);
    });
  }

  /** Do what mends a problem, as one edit. */
  mend(problem: Problem): void {
    if (problem.fix?.operations?.length) this.edit(problem.fix.label.toLowerCase(), problem.fix.operations as unknown as Operation[]);
  }

  /** Add a node at the loose end of a wire, and the wire, as one edit. */
  addWired(type: string, at: Position, data: Record<string, unknown>, loose: Loose, socket: string): string | null {
    const from = innerEnd(this.canvas, loose.node, loose.handle);
    const wire = (id: string): Record<string, string> =>
      loose.type === "source"
        ? { source: from.node, sourceHandle: from.handle, target: id, targetHandle: socket, order: "" }
        : { source: id, sourceHandle: socket, target: from.node, targetHandle: from.handle, order: "" };
    return this.addNode(type, at, data, (id) => [
      ...this.takenWires(loose, from).map((edge) => ({ op: "remove" as const, path: `/edges/${edge}` })),
      { op: "add", path: `/edges/${newId("e")}`, value: wire(id) },
    ]);
  }

  /** Return the text that stands for nodes on the clipboard, or null if there are none. */
  copyText(ids: readonly string[]): string | null {
    const there = ids.filter((id) => this.canvas.nodes[id]);
    return there.length ? asText(copied(this.canvas, there, { project: this.project, canvas: this.path })) : null;
  }

  /** Paste what a text stands for; returns the new nodes. `middle` is where it goes if it is of another canvas. */
  pasteText(text: string, middle: Position): string[] {
    const clip = fromText(text);
    if (clip === null) return [];
    if (typeof clip === "string") {
      this.notices.add("warning", clip);
      return [];
    }
    this.pasted = { text, times: this.pasted.text === text ? this.pasted.times + 1 : 1 };
    const foreign = clip.origin.project !== this.project || clip.origin.canvas !== this.path;
    const made = this.put("paste", clip, foreign ? wayTo(clip, middle, this.pasted.times - 1) : along(this.pasted.times), foreign);
    if (made.length && foreign) this.tellOfMissing(made);
    return made;
  }

  /** Copy nodes beside themselves, with the wires into them; returns the copies. */
  duplicate(ids: readonly string[]): string[] {
    return this.put("duplicate", copied(this.canvas, ids, { project: this.project, canvas: this.path }), along(1), false);
  }

  private put(label: string, clip: Copied, by: Position, foreign: boolean): string[] {
    const { operations, ids } = pasteOperations(this.canvas, clip, by, { into: this.scene, foreign });
    return ids.length && this.edit(`${label} ${count(ids.length, "node")}`, operations) ? ids : [];
  }

  private moveTo(label: string, boxes: readonly Box[], places: Places): void {
    this.edit(label, placeOperations(this.canvas, boxes, places));
  }

  /** The wires that a new one replaces: those at a single input. */
  private takenWires(loose: Loose, from: { node: string; handle: string }): string[] {
    const input = loose.type === "target" ? this.socketsOf(from.node).inputs.find((socket) => socket.name === from.handle) : undefined;
    if (!input || input.many) return [];
    return Object.entries(this.canvas.edges).flatMap(([id, edge]) => (edge.target === from.node && edge.targetHandle === from.handle ? [id] : []));
  }

  /** Copies from another project may name what this one does not have. */
  private tellOfMissing(ids: readonly string[]): void {
    const uuids = new Set(this.assets.map((asset) => asset.uuid));
    const missing = ids.filter((id) => {
      const data = this.canvas.nodes[id]?.data ?? {};
      return this.canvas.nodes[id]?.type === "asset" ? !uuids.has(String(data["asset"] ?? "")) : typeof data["file"] === "string" && data["file"] !== "";
    });
    if (missing.length) this.notices.add("warning", `${count(missing.length, "pasted node")} may name assets or files that are not in this project.`, "Choose others on the nodes, or bring the files in.", missing[0]);
  }
}

const chosen = (boxes: readonly Box[], ids: readonly string[]): Box[] => boxes.filter((box) => ids.includes(box.id));

const along = (times: number): Position => ({ x: STEP * times, y: STEP * times });

/** The way from where a clipping was cut to a place of this canvas. */
function wayTo(clip: Copied, middle: Position, times: number): Position {
  const all = bounds(Object.values(clip.layout).map((at) => ({ ...at, width: 240, height: 240 })));
  if (!all) return along(times);
  return { x: middle.x - all.x - all.width / 2 + STEP * times, y: middle.y - all.y - all.height / 2 + STEP * times };
}
