/** Who else is on a canvas: several pages that hear of one another, each in a colour of its own. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { COLOURS, colourAmong, colourOf, colourTold } from "../src/lib/colours.ts";
import type * as T from "../src/lib/types.ts";
import { BEAT_MS, People } from "../src/stores/people.svelte.ts";

const sameColour = (count: number, colour = COLOURS[0]): string[] => {
  const found: string[] = [];
  for (let number = 0; found.length < count; number += 1) if (colourOf(`page${number}`) === colour) found.push(`page${number}`);
  return found.sort();
};

/** Pages whose messages reach all others in the order in which they were sent. */
class Room {
  readonly pages = new Map<string, People>();
  readonly said: T.Presence[] = [];

  enter(client: string): People {
    const page = new People(client, (presence) => void this.said.push(presence as T.Presence));
    this.pages.set(client, page);
    page.announce();
    this.settle();
    return page;
  }

  settle(): void {
    for (let round = 0; this.said.length; round += 1) {
      if (round > 1000) throw new Error("They never come to an end.");
      const message = this.said.shift()!;
      for (const [client, page] of this.pages) if (client !== message.client) page.hear(message);
    }
  }

  /** The colours in which a page sees the others. */
  seenBy = (client: string): Record<string, string> =>
    Object.fromEntries(this.pages.get(client)!.others.map((other) => [other.client, other.colour]));
}

describe("the colours of people", () => {
  it("are as different as there are, whoever comes in which order, and the same for everybody", () => {
    const clients = sameColour(COLOURS.length);
    for (const order of [clients, [...clients].reverse()]) {
      const room = new Room();
      for (const client of order) room.enter(client);
      const seen = clients.map((client) => room.seenBy(client));
      const all = { ...seen[0], ...seen[1] };
      expect(new Set(Object.values(all)).size).toBe(COLOURS.length);
      for (const [at, client] of clients.entries()) expect(seen[at]).toEqual(Object.fromEntries(Object.entries(all).filter(([other]) => other !== client)));
    }
  });

  it("stay where nobody else has them", () => {
    const [first, second] = [sameColour(1)[0]!, sameColour(1, COLOURS[3])[0]!];
    const room = new Room();
    room.enter(first);
    room.enter(second);
    expect(room.seenBy(first)).toEqual({ [second]: COLOURS[3] });
    expect(room.seenBy(second)).toEqual({ [first]: COLOURS[0] });
  });

  it("are shared when there are more people than colours", () => {
    const room = new Room();
    for (const client of sameColour(COLOURS.length + 4)) room.enter(client);
    const [first = ""] = room.pages.keys();
    expect(new Set(Object.values(room.seenBy(first))).size).toBeGreaterThanOrEqual(COLOURS.length - 1);
  });

  it("are never what a stranger writes into a style", () => {
    expect(colourTold("x", "red; background: url(https://example.org)")).toBe(colourOf("x"));
    expect(colourTold("x", COLOURS[5]!)).toBe(COLOURS[5]);
  });

  it("give way by the order of ids alone", () => {
    const others = [{ client: "b", colour: COLOURS[0]! }, { client: "c", colour: COLOURS[1]! }];
    expect(colourAmong("a", COLOURS[0]!, others)).toBe(COLOURS[0]);
    expect(colourAmong("d", COLOURS[0]!, others)).toBe(COLOURS[2]);
  });
});

/** How bright a colour is, from 0 to 1 (WCAG 2, relative luminance). */
function luminance(red: number, green: number, blue: number): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function fromHsl(text: string): [number, number, number] {
  const [hue = 0, saturation = 0, lightness = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  const part = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const spread = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
    return lightness / 100 - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [part(0), part(8), part(4)];
}

it.each(COLOURS)("a name can be read on %s", (colour) => {
  const ink = luminance(0x10 / 255, 0x14 / 255, 0x1c / 255);
  expect((luminance(...fromHsl(colour)) + 0.05) / (ink + 0.05)).toBeGreaterThan(4.5);
});

describe("a person", () => {
  it("is heard of, moves and goes", () => {
    const room = new Room();
    const ann = room.enter("ann");
    room.enter("bob");
    const bob = { client: "bob", name: "Bob", colour: "", cursor: [1, 2] as [number, number], selection: ["shot_010"], gone: false };
    ann.hear(bob);
    expect(ann.others).toMatchObject([{ client: "bob", name: "Bob", cursor: { x: 1, y: 2 }, selection: ["shot_010"] }]);
    ann.hear({ ...bob, gone: true });
    expect(ann.others).toEqual([]);
  });

  it("says that it goes", () => {
    const said: T.Presence[] = [];
    new People("ann", (presence) => void said.push(presence as T.Presence)).leave();
    expect(said).toEqual([{ client: "ann", gone: true }]);
  });

  afterEach(() => vi.useRealTimers());

  it("says that it is here as long as it should", () => {
    vi.useFakeTimers();
    const said: T.Presence[] = [];
    const ann = new People("ann", (presence) => void said.push(presence as T.Presence));
    ann.beat(true);
    vi.advanceTimersByTime(3 * BEAT_MS);
    expect(said.map((presence) => presence.client)).toEqual(["ann", "ann", "ann"]);
    ann.close();
    vi.advanceTimersByTime(3 * BEAT_MS);
    expect(said.length).toBe(3);
  });
});
