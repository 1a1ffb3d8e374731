/** What is known of an open canvas, and the questions that components ask of it. */
import { connectionProblem, type Wire } from "../lib/connection.ts";
import { exposedSockets, innerEnd, scenesAbove, seenOf, type Seen } from "../lib/nesting.ts";
import { DEFAULT_REFERENCE, referenceOf, socketsOf, titleOf, type Sockets } from "../lib/declarations.ts";
import { EMPTY_CANVAS } from "../lib/replica.ts";
import { problemsByNode } from "../lib/problems.ts";
import { activeTake } from "../lib/takes.ts";
import { parseRate, type Rate } from "../lib/timecode.ts";
import type * as T from "../lib/types.ts";
import { Notices } from "./notices.svelte.ts";
import { TaskBoard } from "./taskBoard.svelte.ts";

type Connecting = { node: string; handle: string; type: "source" | "target" } | null;

const NO_PROBLEMS: readonly T.Problem[] = [];

export abstract class CanvasReader {
  canvas: T.Canvas = $state.raw(EMPTY_CANVAS);
  title = $state("");
  project = $state("");
  path = $state("");
  readOnly = $state("");
  settings: T.Settings | null = $state.raw(null);
  nodeTypes: ReadonlyMap<string, T.NodeType> = $state.raw(new Map());
  references: readonly T.Reference[] = $state.raw([]);
  assets: readonly T.AssetView[] = $state.raw([]);
  problems: readonly T.Problem[] = $state.raw([]);
  workers: readonly Record<string, unknown>[] = $state.raw([]);
  /** The scene that was entered; the viewer's own. */
  entered: string | null = $state(null);
  /** The end that a wire is being dragged from. */
  connecting: Connecting = $state.raw(null);
  /** The node whose take plays by key, and the assembler whose cut plays in the viewer. */
  playing: string | null = $state(null);
  playingCut: string | null = $state(null);
  /** Ids of selected nodes; the viewer's own. */
  selection: readonly string[] = $state.raw([]);
  readonly notices = new Notices();
  readonly board = new TaskBoard(() => this.ask<T.JobView[]>("queue"));

  rate: Rate = $derived(parseRate(this.settings?.fps ?? "24") ?? { numerator: 24, denominator: 1 });
  /** The scene that is open, as long as it is there; null is the whole film. */
  scene: string | null = $derived(this.entered !== null && this.canvas.nodes[this.entered]?.type === "scene_group" ? this.entered : null);
  /** What of the canvas is seen: of an open scene what it holds, of folded ones their cards. */
  readonly seen: Seen = $derived(seenOf(this.canvas, this.scene));
  private readonly problemsByNode = $derived(problemsByNode(this.problems, () => this.canvas));

  /** Call a method and tell people if it fails; the answer is null then. */
  abstract ask<Result>(method: string, params?: Record<string, unknown>, node?: string | null): Promise<Result | null>;

  get tasks(): Readonly<Record<string, T.TaskSummary>> {
    return this.board.tasks;
  }

  get takes(): Readonly<Record<string, readonly T.TakeView[]>> {
    return this.board.takes;
  }

  get previews(): Readonly<Record<string, string>> {
    return this.board.previews;
  }

  /** The tasks that are not over. */
  get active(): readonly T.TaskSummary[] {
    return this.board.active;
  }

  socketsOf(id: string): Sockets {
    const own = socketsOf(this.canvas, id, this.nodeTypes, this.references);
    if (this.canvas.nodes[id]?.type !== "scene_group") return own;
    return exposedSockets(this.canvas, id, own, (inner) => this.socketsOf(inner), (inner) => this.titleOf(inner));
  }

  /** The scene to open so that a node is seen: the one it stands in, if that is folded or inside one that is; else the film. */
  sceneToSee(id: string): string | null {
    const above = scenesAbove(this.canvas, id);
    return above.some((scene) => this.canvas.nodes[scene]?.data["collapsed"] === true) ? (above[0] ?? null) : null;
  }

  titleOf(id: string): string {
    const node = this.canvas.nodes[id];
    return node ? titleOf(node, this.nodeTypes) : id;
  }

  takesOf(id: string): readonly T.TakeView[] {
    return this.board.takesOf(id);
  }

  activeTakeOf(id: string): T.TakeView | null {
    const node = this.canvas.nodes[id];
    return node ? activeTake(node, this.takesOf(id)) : null;
  }

  referenceOf(id: string): T.Reference | undefined {
    const reference = referenceOf(this.canvas, id) || DEFAULT_REFERENCE;
    return this.references.find((entry) => entry.reference === reference);
  }

  problemsOf(id: string): readonly T.Problem[] {
    return this.problemsByNode.get(id) ?? NO_PROBLEMS;
  }

  connectionProblem(wire: Wire): string | null {
    return connectionProblem(this.canvas, this.innerWire(wire), this.nodeTypes, this.references);
  }

  /** The wire between the nodes themselves, for one that is drawn to the card of a folded scene. */
  protected innerWire(wire: Wire): Wire {
    const source = innerEnd(this.canvas, wire.source, wire.sourceHandle);
    const target = innerEnd(this.canvas, wire.target, wire.targetHandle);
    return { source: source.node, sourceHandle: source.handle, target: target.node, targetHandle: target.handle };
  }
}
