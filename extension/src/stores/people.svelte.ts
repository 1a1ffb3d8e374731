/** Who else is on a canvas, where, and what they chose. Nothing of it is kept. */
import { colourAmong, colourOf, colourTold } from "../lib/colours.ts";
import type * as T from "../lib/types.ts";

export interface Person {
  client: string;
  name: string;
  colour: string;
  cursor: { x: number; y: number } | null;
  selection: readonly string[];
}

/** How often a page says that it is here where nothing else tells of its end. */
export const BEAT_MS = 20_000;

/** Others hear of a pointer at most this often. */
const PAUSE_MS = 50;

export class People {
  others: readonly Person[] = $state.raw([]);
  private colour: string;
  private cursor: { x: number; y: number } | null = null;
  private selection: readonly string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pulse: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly client: string,
    private readonly tell: (presence: object) => void,
  ) {
    this.colour = colourOf(client);
  }

  /** Say that this page is here, and where. */
  announce(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const cursor = this.cursor && [Math.round(this.cursor.x), Math.round(this.cursor.y)];
    this.tell({ client: this.client, colour: this.colour, cursor, selection: this.selection.slice(0, 64) });
  }

  /** Say now and then that this page is here, or stop doing so. */
  beat(on: boolean): void {
    clearInterval(this.pulse);
    this.pulse = on ? setInterval(() => this.announce(), BEAT_MS) : undefined;
  }

  /** The pointer of this page is at a place of the canvas, or has left it. */
  point(cursor: { x: number; y: number } | null): void {
    this.cursor = cursor;
    this.soon();
  }

  choose(selection: readonly string[]): void {
    this.selection = selection;
    this.soon();
  }

  hear({ client, name, colour, cursor, selection, gone }: T.Presence): void {
    if (!client || client === this.client) return;
    const rest = this.others.filter((other) => other.client !== client);
    if (gone) {
      this.others = rest;
      return;
    }
    const isNew = rest.length === this.others.length;
    const at = cursor ? { x: cursor[0], y: cursor[1] } : null;
    const person = { client, name: name || "Somebody", colour: colourTold(client, colour), cursor: at, selection: selection ?? [] };
    this.others = [...rest, person].sort((a, b) => (a.client < b.client ? -1 : 1));
    const before = this.colour;
    this.colour = colourAmong(this.client, before, this.others);
    // Who comes anew does not know of this page yet.
    if (isNew || this.colour !== before) this.announce();
  }

  /** Say that this page goes, where nothing else may tell of its end. */
  leave(): void {
    this.tell({ client: this.client, gone: true });
  }

  clear(): void {
    this.others = [];
  }

  close(): void {
    this.beat(false);
    clearTimeout(this.timer);
  }

  /** Alone, nobody needs to hear where the pointer is. */
  private soon(): void {
    if (this.others.length) this.timer ??= setTimeout(() => this.announce(), PAUSE_MS);
  }
}
