/** Which nodes are elements just now: brought there frame by frame, so that the hand is never waited for (lib/mounting.ts says which). */
import type { Box, Size, View } from "../lib/boxes.ts";
import { step, wanted, type Pace } from "../lib/mounting.ts";

/** How many elements come and go in one frame: at first, while the view stands, while it is panned, while it is zoomed. */
const PACES = { first: { come: 12, go: 0 }, standing: { come: 5, go: 10 }, panning: { come: 1, go: 5 }, zooming: { come: 0, go: 5 } } as const satisfies Record<string, Pace>;

/** What is looked at. */
export interface Scenery {
  boxes: readonly Box[];
  view: View;
  frame: Size;
  /** Nodes in the hand, under the pointer or with the focus: elements at once. */
  held: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  /** How the view is being moved; empty while it stands. */
  moving: "" | "panning" | "zooming";
}

export class Elements {
  ids: ReadonlySet<string> = $state.raw(new Set());
  /** Whether the window shows a drawing: then what the pointer meets becomes an element. */
  drawn: boolean = $state(false);
  private planned = 0;
  private readonly look: () => Scenery;

  constructor(look: () => Scenery) {
    this.look = look;
  }

  /** Take the next step towards what is wanted now, and the others in the frames to come. */
  plan(): void {
    const { boxes, view, frame, held, selected, moving } = this.look();
    const next = wanted(boxes, view, frame, held, selected, this.ids);
    this.drawn = next.drawn;
    const after = step(this.ids, next.ids, held, moving || this.ids.size ? PACES[moving || "standing"] : PACES.first);
    if (after === this.ids) return;
    this.ids = after;
    this.planned ||= requestAnimationFrame(() => {
      this.planned = 0;
      this.plan();
    });
  }

  /** Make a node an element at once. */
  bring(id: string): void {
    this.ids = new Set([...this.ids, id]);
  }

  close(): void {
    cancelAnimationFrame(this.planned);
  }
}
