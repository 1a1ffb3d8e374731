/** Long random work through the real store against the real studio: undo and redo are exact, pages and disk agree, cuts lose nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boxesOf, type Box } from "../src/lib/boxes.ts";
import { layoutOperations } from "../src/lib/flow.ts";
import type { Canvas } from "../src/lib/types.ts";
import type { ProjectStore } from "../src/stores/projectStore.svelte.ts";
import { Page, Studio, until } from "./studio.ts";

const campaign = !!process.env["GENSTUDIO_CAMPAIGN"];
const TIMEOUT = campaign ? 3_600_000 : 120_000;
/** Undo must reach at least 200 steps back. */
const DEEP = 205;

let studio: Studio;
beforeAll(async () => void (studio = await Studio.start()), TIMEOUT);
afterAll(() => studio.stop());

/** A small generator of random numbers (mulberry32), so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const KINDS = ["shot", "pipeline", "asset", "note", "scene_group", "vse_assembler", "super_resolution"];

/** One thing that a person does; what cannot be done just now is not done. */
function act(store: ProjectStore, chance: (below: number) => number, step: number): void {
  const ids = Object.keys(store.canvas.nodes).sort();
  const wires = Object.keys(store.canvas.edges).sort();
  const any = (list: readonly string[]): string => list[chance(list.length)] ?? "";
  const boxes = (): Box[] => boxesOf(store.canvas, Object.entries(store.canvas.layout).map(([id, position]) => ({ id, position })));
  const deeds: (() => void)[] = [
    () => void store.addNode(any(KINDS), { x: chance(2000), y: chance(2000) }, { name: `made ${step}` }),
    () => store.setData(any(ids), "name", `named ${step}`),
    () => store.setData(any(ids), "prompt", `A fox ${step} \u{1F98A} \u202Etxet`),
    () => store.setAll(any(ids), { duration: `${1 + chance(9)}s`, seed: chance(99) }),
    () => store.edit("move", layoutOperations(store.canvas, [any(ids), any(ids)].map((id) => ({ id, position: { x: chance(3000), y: chance(3000) } })))),
    () => void store.duplicate([any(ids), any(ids)]),
    () => store.removeThings([any(ids)], []),
    () => store.removeThings([], [any(wires)]),
    () => connect(store, any(ids), any(ids)),
    () => connect(store, any(ids), any(ids)),
    () => any(wires) && store.reorder(any(wires), null, null),
    () => store.edit("into a scene", [{ op: "replace", path: `/nodes/${any(ids)}/parent`, value: any(ids.filter((id) => store.canvas.nodes[id]?.type === "scene_group")) || null }]),
    () => void store.group([any(ids), any(ids)], boxes()),
    () => void store.ungroup([any(ids)]),
    () => store.fold([any(ids)]),
    () => store.mute([any(ids)]),
    () => store.align([any(ids), any(ids)], boxes(), "left"),
    () => chance(4) === 0 && store.tidy([], boxes()),
    () => void store.pasteText(store.copyText([any(ids)]) ?? "", { x: 0, y: 0 }),
  ];
  deeds[chance(deeds.length)]?.();
}

/** Draw the first wire that fits between two nodes. */
function connect(store: ProjectStore, source: string, target: string): void {
  for (const { name: sourceHandle } of store.socketsOf(source).outputs)
    for (const { name: targetHandle } of store.socketsOf(target).inputs) {
      const wire = { source, sourceHandle, target, targetHandle };
      if (!store.connectionProblem(wire)) return store.connectWire(wire);
    }
}

const content = ({ nodes, edges, layout }: Canvas): Pick<Canvas, "nodes" | "edges" | "layout"> => ({ nodes, edges, layout });

async function agree(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.settled();
  const disk = await studio.onDisk();
  const isThere = ({ version, layout_version }: Canvas): boolean => version >= disk.version && layout_version >= disk.layout_version;
  await until(() => pages.every((page) => isThere(page.store.canvas)), "the last edit on all pages");
  for (const page of pages) expect(page.store.canvas).toEqual({ ...page.store.canvas, ...disk });
}

describe("one person", () => {
  it("is shown a new node once: what the studio made of it is what was drawn at once", { timeout: TIMEOUT }, async () => {
    const page = await new Page(studio, "once").open();
    for (const kind of KINDS) {
      page.store.addNode(kind, { x: 10, y: 20 });
      const { nodes, layout } = page.store.canvas;
      await page.settled();
      expect([kind, page.store.canvas.nodes === nodes, page.store.canvas.layout === layout]).toEqual([kind, true, true]);
    }
    page.store.close();
  });
  for (const seed of campaign ? [...Array(20).keys()] : [1]) {
    it(`can take back every one of ${DEEP} steps and do them all again, seed ${seed}`, { timeout: TIMEOUT }, async () => {
      const [page, other] = [await new Page(studio, `one${seed}`).open(), await new Page(studio, `watch${seed}`).open()];
      const chance = random(seed);
      const start = content(page.store.canvas);
      let steps = 0;
      for (let step = 0; steps < DEEP; step += 1) {
        const before = page.sequence;
        act(page.store, chance, step);
        await page.settled();
        if (page.sequence > before) steps += page.sequence - before;
        if (step % 20 === 0) await agree([page, other]);
      }
      await agree([page, other]);
      const end = content(page.store.canvas);
      for (let step = 0; step < steps; step += 1) await page.store.undo();
      await agree([page, other]);
      expect(content(page.store.canvas)).toEqual(start);
      for (let step = 0; step < steps; step += 1) await page.store.redo();
      await agree([page, other]);
      expect(content(page.store.canvas)).toEqual(end);
      expect(page.store.notices.all.filter((notice) => notice.level === "error")).toEqual([]);
      page.store.close();
      other.store.close();
    });
  }
});

describe("two people", () => {
  it("see one another, and hear of a change that the other overrides", { timeout: TIMEOUT }, async () => {
    const [ann, ben] = [await new Page(studio, "seen1").open(), await new Page(studio, "seen2").open()];
    const [a, b] = [ann.store, ben.store];
    await until(() => a.people.others.length === 1 && b.people.others.length === 1, "each to see the other");
    const shot = Object.keys(a.canvas.nodes).find((id) => a.canvas.nodes[id]?.type === "shot") ?? "";
    b.people.choose([shot]);
    b.people.point({ x: 10.4, y: 20 });
    await until(() => a.people.others[0]?.selection[0] === shot, "what the other chose");
    expect(a.people.others[0]).toMatchObject({ client: "seen2", cursor: { x: 10, y: 20 } });
    a.setData(shot, "prompt", "of Ann");
    await until(() => b.canvas.nodes[shot]?.data["prompt"] === "of Ann", "her change");
    b.setData(shot, "prompt", "of Ben");
    await until(() => a.notices.all.length > 0, "word of the lost change");
    expect(a.notices.all[0]?.message).toMatch(/changed the prompt of .* just after you changed it/);
    expect(b.notices.all).toEqual([]);
    b.removeThings([shot], []);
    a.setData(shot, "negative_prompt", "rain");
    await agree([ann, ben]);
    expect(a.canvas.nodes[shot]).toBeUndefined();
    expect(a.notices.all.at(-1)?.message).toMatch(/no longer applies|removed/);
    ben.store.close();
    await until(() => a.people.others.length === 0, "the other to be gone");
    ann.store.close();
  });
  it("cannot take back what the other changed since, and one sentence is one step", { timeout: TIMEOUT }, async () => {
    const [ann, ben] = [await new Page(studio, "guard1").open(), await new Page(studio, "guard2").open()];
    const note = ann.store.addNode("note", { x: 0, y: 0 }) ?? "";
    for (const text of ["A f", "A fox", "A fox runs"]) {
      ann.store.setData(note, "text", text, { typing: true });
      ann.store.flush();
    }
    await agree([ann, ben]);
    await ann.store.undo();
    await agree([ann, ben]);
    expect(ann.store.canvas.nodes[note]?.data["text"]).not.toMatch(/fox|A f/);
    await ann.store.redo();
    await agree([ann, ben]);
    expect(ann.store.canvas.nodes[note]?.data["text"]).toBe("A fox runs");
    ben.store.setData(note, "text", "A bear");
    await agree([ann, ben]);
    await ann.store.undo();
    await agree([ann, ben]);
    expect(ann.store.canvas.nodes[note]?.data["text"]).toBe("A bear");
    expect(ann.store.notices.all.some((notice) => notice.level === "error")).toBe(true);
    ann.store.close();
    // The same view after a reload: what it did before can still be taken back.
    const again = await new Page(studio, "guard1").open();
    const added = again.store.addNode("note", { x: 0, y: 0 }) ?? "";
    await agree([again, ben]);
    again.store.close();
    const third = await new Page(studio, "guard1").open();
    await third.store.undo();
    await agree([third, ben]);
    expect(third.store.canvas.nodes[added]).toBeUndefined();
    third.store.close();
    ben.store.close();
  });
  for (const seed of campaign ? [...Array(50).keys()] : [2]) {
    it(`who edit at once over connections that break come to one canvas, seed ${seed}`, { timeout: TIMEOUT }, async () => {
      const pages = [await new Page(studio, `ann${seed}`).open(), await new Page(studio, `ben${seed}`).open()];
      const chance = random(seed);
      for (let step = 0; step < (campaign ? 400 : 120); step += 1) {
        const page = pages[chance(2)]!;
        act(page.store, chance, step);
        if (chance(15) === 0) page.cut();
        if (chance(3) === 0) await new Promise((resolve) => setImmediate(resolve));
        if (chance(20) === 0) await page.settled();
      }
      await agree(pages);
      for (const page of pages) page.store.close();
    });
  }
});
