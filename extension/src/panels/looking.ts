/** Where the canvas is looked at: a node shown or brought into view, a scene entered, all of it fitted into the window. */
import type { useSvelteFlow } from "@xyflow/svelte";
import { tick } from "svelte";
import { bounds, fitting, seen, type Box, type Size, type View } from "../lib/boxes.ts";
import { freePlace, wayIntoView } from "../lib/place.ts";
import type { Position } from "../lib/types.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";
import { recall, remember } from "../ui/viewports.ts";

export const MIN_ZOOM = 0.08;
const FIT = { padding: 0.12, maxZoom: 1, minZoom: MIN_ZOOM };
const INSPECTOR_WIDTH = 292;
/** Below this width of the window the inspector lies over the canvas. */
const NARROW = 700;
/** What a new node is given room for, in canvas pixels: the largest usual card. */
const ROOM = { width: 264, height: 260 };
/** A stage that is just being made can be moved a frame or two later. */
const MOST_FRAMES = 60;

/** What is looked at just now. */
export interface Sight {
  boxes: readonly Box[];
  /** The boxes of the open scene: what it is wired to outside is only looked at. */
  own: readonly Box[];
  view: View;
  frame: Size;
}

/** How long the view may glide, in milliseconds; not at all for who asked for calm. */
const brief = (duration: number): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : duration);

export class Looking {
  private readonly store: ProjectStore;
  private readonly flow: Pick<ReturnType<typeof useSvelteFlow>, "getViewport" | "setViewport">;
  private readonly sight: () => Sight;
  /** The scene that is looked at: each is looked at in its own way. */
  private scene: string | null;

  constructor(store: ProjectStore, flow: Looking["flow"], sight: () => Sight) {
    [this.store, this.flow, this.sight, this.scene] = [store, flow, sight, store.scene];
  }

  /** Where this scene was looked at last; null if it never was. */
  last(): View | null {
    return recall(this.address(this.scene));
  }

  keep(view: View): void {
    remember(this.address(this.scene), view);
  }

  /** Return the view of all there is; null of nothing. */
  whole(): View | null {
    const { boxes, own, frame } = this.sight();
    const part = bounds(own.length ? own : boxes);
    return part && fitting(part, frame, FIT);
  }

  fit(): void {
    const to = this.whole();
    if (to) void this.flow.setViewport(to);
  }

  /** Look into another scene: where it was looked at last, else at all of it. `deselect` is called before. */
  async into(scene: string | null, deselect: () => void): Promise<void> {
    if (scene === this.scene) return;
    this.keep(this.sight().view);
    this.scene = scene;
    deselect();
    await tick();
    const to = this.last() ?? this.whole();
    if (to) void this.flow.setViewport(to, { duration: brief(200) });
  }

  /** Return a free place near the middle of what is seen. */
  freePlace(): Position {
    const { boxes, view, frame } = this.sight();
    // The inspector opens for the new node: what it will cover is no place for it.
    const hidden = this.store.selection.length === 1 || frame.width < NARROW ? 0 : INSPECTOR_WIDTH;
    return freePlace(seen(view, { ...frame, width: frame.width - hidden }), ROOM, boxes);
  }

  /** Move the view so that a node is seen whole in a window of this size, once no button is held: a node in the hand must not slip away. */
  reveal(id: string, window: Size): void {
    const on = this.boxOf(id);
    if (!on) return;
    const { x, y, zoom } = this.flow.getViewport();
    const screen = { x: on.x * zoom + x, y: on.y * zoom + y, width: on.width * zoom, height: on.height * zoom };
    const way = wayIntoView(screen, { x: 0, y: 0, ...window });
    if (way.x || way.y) void this.flow.setViewport({ x: x + way.x, y: y + way.y, zoom }, { duration: brief(160) });
  }

  /** Bring a node into view and `select` it; opens the scene that hides it. */
  async show(id: string, select: (ids: readonly string[]) => void): Promise<void> {
    if (!this.store.seen.canvas.nodes[id]) {
      this.store.enter(this.store.sceneToSee(id));
      await tick();
    }
    select([id]);
    const on = this.boxOf(id);
    const there = (box: Box): View => {
      const { view, frame } = this.sight();
      return fitting(box, frame, { ...FIT, padding: 0.4, maxZoom: Math.max(view.zoom, 0.9) });
    };
    for (let frames = 0; on && frames < MOST_FRAMES && !(await this.flow.setViewport(there(on), { duration: brief(240) })); frames += 1)
      await new Promise(requestAnimationFrame);
  }

  private boxOf(id: string): Box | undefined {
    return this.sight().boxes.find((box) => box.id === id);
  }

  private address(scene: string | null): string {
    return `${this.store.project}/${this.store.path}/${scene ?? ""}`;
  }
}
