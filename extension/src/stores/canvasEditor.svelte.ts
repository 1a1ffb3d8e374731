/** Edits of an open canvas: seen at once, kept until the studio confirms them, sent as patches. */
import { connectOperations, type Wire } from "../lib/connection.ts";
import { newId } from "../lib/ids.ts";
import { pointer, pointerParts } from "../lib/json.ts";
import { lostBy } from "../lib/lost.ts";
import { between } from "../lib/order.ts";
import { applyPatch } from "../lib/patch.ts";
import { Replica } from "../lib/replica.ts";
import type * as T from "../lib/types.ts";
import { CanvasReader } from "./canvasReader.svelte.ts";

/** Typing is sent when it pauses this long. */
export const TYPING_PAUSE_MS = 150;

/** Typing that goes on within this time is one step of undo. */
const TYPING_REST_MS = 2_000;

/** How long a change is watched for somebody else's that overrides it. */
const FRESH_MS = 8_000;

/** A patch of this view; its id makes its echo known. */
export type OwnPatch = T.Patch & { id: string };

export abstract class CanvasEditor extends CanvasReader {
  protected readonly replica = new Replica();
  private staged: T.Operation[] = [];
  private stagedLabel = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What is being typed: pauses do not cut it into steps of undo, another field, another edit or a long rest does. */
  private typing = { path: "", gesture: "", at: 0 };
  /** When what was written last by this page, by path. */
  private readonly written = new Map<string, number>();

  constructor(
    private readonly author: string,
    private readonly client: string,
  ) {
    super();
  }

  protected abstract send(patch: OwnPatch): Promise<void>;

  /** Send one patch: seen at once, kept until the studio confirms it. Returns false if the canvas cannot be edited. */
  edit(label: string, operations: T.Operation[], gesture = ""): boolean {
    if (operations.length === 0) return true;
    if (this.readOnly) {
      this.notices.add("warning", "This canvas cannot be edited.", this.readOnly);
      return false;
    }
    this.flush();
    if (!gesture) this.typing.path = "";
    const id = `${this.client}-${newId("p")}${gesture && `~${gesture}`}`;
    for (const { path } of operations) this.written.set(path, Date.now());
    const patch = { base: this.replica.confirmed.version, operations, author: this.author, label, id, guard: false };
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
    if (operations.length) this.edit(this.stagedLabel, operations, this.gestureOf(operations[0]?.path ?? ""));
  }

  private gestureOf(path: string): string {
    const goesOn = this.typing.path === path && Date.now() - this.typing.at < TYPING_REST_MS;
    this.typing = { path, gesture: goesOn ? this.typing.gesture : newId("g"), at: Date.now() };
    return this.typing.gesture;
  }

  /** Tell of changes of this page that somebody else's patch has just overridden: the later one counts, but nobody loses work unawares. */
  protected tellOfLost(patched: T.Patched): void {
    // A call of this page that edits - undo, the settings of a take - is no other hand.
    if (patched.author?.split("#")[1] === this.client) return;
    const still = new Set(this.replica.pending.flatMap((patch) => patch.operations.map(({ path }) => path)));
    const now = Date.now();
    for (const [path, at] of this.written) if (now - at > FRESH_MS) this.written.delete(path);
    const lost = lostBy(patched.patch.operations, [...this.written.keys()].filter((path) => !still.has(path)));
    if (!lost) return;
    this.written.delete(lost.path);
    const [section = "", id = "", , key = ""] = pointerParts(lost.path);
    const who = patched.author?.split("#")[0] || "Somebody";
    const name = section === "edges" ? "a wire" : this.titleOf(id);
    const what = section === "layout" ? `moved ${name}` : lost.removed ? `removed ${name}` : `changed ${key ? `the ${key.replace(/_/g, " ")} of ` : ""}${name}`;
    this.notices.add("warning", `${who} ${what} just after you changed it. Their change counts.`, "", section === "edges" || lost.removed ? null : id);
  }

  /** Add a node of a type at a place, in the open scene; returns its id, or null if the canvas cannot be edited. `also` is done in the same edit. */
  addNode(type: string, at: T.Position, data: Record<string, unknown> = {}, also: (id: string) => T.Operation[] = () => []): string | null {
    const declared = this.nodeTypes.get(type);
    const id = newId(type);
    const value = { type, parent: this.scene, order: "", data: { ...structuredClone(declared?.defaults ?? {}), ...data } };
    const place = { x: Math.round(at.x), y: Math.round(at.y) };
    const added = this.edit(`add ${declared?.title ?? type}`, [
      { op: "add", path: `/nodes/${id}`, value },
      { op: "add", path: `/layout/${id}`, value: place },
      ...also(id),
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

  connectWire(drawn: Wire): void {
    const wire = this.innerWire(drawn);
    const problem = this.connectionProblem(wire);
    if (problem) this.notices.add("warning", problem, "", wire.target);
    else this.edit("connect", connectOperations(this.canvas, wire, newId("e"), this.nodeTypes, this.references));
  }

  /** Put an edge between two others of its socket. */
  reorder(edge: string, before: string | null, after: string | null): void {
    const order = between(before && (this.canvas.edges[before]?.order ?? null), after && (this.canvas.edges[after]?.order ?? null));
    this.edit("reorder", [{ op: "replace", path: `/edges/${edge}/order`, value: order }]);
  }

  async undo(): Promise<void> {
    this.flush();
    await this.ask("undo");
  }

  async redo(): Promise<void> {
    this.flush();
    await this.ask("redo");
  }

  protected forget(id: string): void {
    this.replica.forget(id);
    this.refresh();
  }

  /** Show the canvas as it is with all own edits. */
  protected refresh(): void {
    const view = this.replica.view;
    this.canvas = this.staged.length ? applyPatch(view, { operations: this.staged }).canvas : view;
  }
}
