import { describe, expect, it } from "vitest";
import { dataOperations, eventOf, framesOf, joined, joinOf, levelsOf, listKind, listText, loudnessOf, presetOf, reordered, rowsOf, shortTime, titlesOf, trimmedTo, withTitle } from "../src/lib/film.ts";
import { landing } from "../src/lib/drop.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { clips } from "../src/lib/sequence.ts";
import { eventAt, musicAt, outgoingOf, shownAt, sourceFrame, titlesAt, wipePath, type CutEvent } from "../src/lib/showing.ts";
import { parseRate } from "../src/lib/timecode.ts";
import type { CutList } from "../src/lib/types.ts";
import { canvas, node, shot, take, wire } from "./helpers.ts";

const FILM = parseRate("24")!;
const NTSC = parseRate("30000/1001")!;

describe("times that people write", () => {
  it("are timecode with one to four fields, frames, or seconds", () => {
    expect(["36", "36f", "1:12", "00:01:12", "00:00:01:12", "1.5s", " 04;00 "].map((text) => framesOf(text, FILM))).toEqual([36, 36, 36, 36, 36, 36, 96]);
    expect(framesOf("1:00:00:00", NTSC)).toBe(30 * 3600);
    expect(framesOf("1s", NTSC)).toBe(30);
  });
  it("of any other form are none", () => {
    for (const wrong of ["", "four", "-3", "1:24", "00:60:00", "60:00:00", "1:2:3:4:5", "1.5.s", "1e3"]) expect(framesOf(wrong, FILM)).toBeNull();
  });
  it("are read as they are shown", () => {
    for (const rate of [FILM, NTSC]) for (const frames of [0, 1, 23, 24, 29, 30, 1799, 1800, 100_000]) expect(framesOf(shortTime(frames, rate), rate)).toBe(frames);
  });
});

describe("what an assembler says of a clip", () => {
  const film = (data: Record<string, unknown>) => canvas({ a: shot("SHOT_010"), b: shot("SHOT_020"), cut: node("vse_assembler", data) });
  const changed = (data: Record<string, unknown>, place: string[], changes: Record<string, unknown>) => applyPatch(film(data), { operations: dataOperations(film(data), "cut", place, changes) }).canvas.nodes["cut"]?.data;

  it("is written key by key, whatever is there already", () => {
    expect(changed({}, ["events", "a"], { in: 4 })).toEqual({ events: { a: { in: 4 } } });
    expect(changed({ events: {} }, ["events", "a"], { in: 4 })).toEqual({ events: { a: { in: 4 } } });
    expect(changed({ events: { a: { out: 9 }, b: { in: 1 } } }, ["events", "a"], { in: 4 })).toEqual({ events: { a: { out: 9, in: 4 }, b: { in: 1 } } });
    expect(changed({ events: { a: { in: 4, out: 9 } } }, ["events", "a"], { in: undefined, out: undefined })).toEqual({ events: { a: {} } });
    expect(changed({ events: 5, loudness: -23 }, ["events", "a"], { in: 4 })).toEqual({ events: { a: { in: 4 } }, loudness: -23 });
    expect(changed({}, [], { loudness: null })).toEqual({ loudness: null });
    expect(dataOperations(film({}), "cut", ["events", "a"], { in: undefined })).toEqual([]);
    expect(dataOperations(film({}), "gone", ["events", "a"], { in: 1 })).toEqual([]);
  });
  it("touches nothing beside it, so that edits of two people do not meet", () => {
    expect(dataOperations(film({ events: { a: { in: 1 } } }), "cut", ["events", "a"], { in: 2 })).toEqual([{ op: "replace", path: "/nodes/cut/data/events/a/in", value: 2 }]);
    expect(dataOperations(film({ events: {} }), "cut", ["events", "a"], { in: 2 })).toEqual([{ op: "add", path: "/nodes/cut/data/events/a", value: { in: 2 } }]);
  });
  it("holds a transition, a wipe with its shape", () => {
    const of = (transition: unknown) => joinOf({ transition });
    expect(of({ kind: "wipe", frames: 12, wipe: 119 })).toEqual({ kind: "wipe", frames: 12, wipe: 119 });
    for (const cut of [undefined, null, 5, { kind: "swirl", frames: 3 }, { kind: "dissolve", frames: 0 }, { kind: "dissolve", frames: -4 }]) expect(of(cut).kind).toBe("cut");
    expect(joined({ kind: "wipe", frames: 0, wipe: 41 }, 12)).toEqual({ kind: "wipe", frames: 12, wipe: 41 });
    expect(joined({ kind: "dissolve", frames: 7, wipe: 41 }, 12)).toEqual({ kind: "dissolve", frames: 7 });
    expect(joined({ kind: "cut", frames: 7, wipe: 1 }, 12)).toEqual({ kind: "cut", frames: 0 });
  });
  it("holds titles in any of their forms", () => {
    expect(titlesOf({ title: "One" })).toEqual([{ text: "One" }]);
    expect(titlesOf({ title: [{ text: "One", start: 3 }, "Two", 5, null] })).toEqual([{ text: "One", start: 3 }, { text: "Two" }]);
    expect([titlesOf({}), titlesOf({ title: 5 }), titlesOf({ title: "" })]).toEqual([[], [], []]);
    const two = [{ text: "One" }, { text: "Two" }];
    expect(withTitle(two, 0, { text: "First" })?.map(({ text }) => text)).toEqual(["First", "Two"]);
    expect(withTitle(two, 2, { text: "Three" })?.map(({ text }) => text)).toEqual(["One", "Two", "Three"]);
    expect(withTitle([{ text: "One" }], 0, null)).toBeUndefined();
  });
  it("of any other form is as if nothing was said", () => {
    const odd = node("vse_assembler", { events: [], music: { m: { gain_db: "loud", fade_in: 12 } }, loudness: 3, preset: "vhs" });
    expect(eventOf(odd, "a")).toEqual({});
    expect(levelsOf(odd, "m")).toEqual({ start: 0, first: 0, gain_db: 0, fade_in: 12, fade_out: 0, duck_db: 12 });
    expect([loudnessOf(odd), loudnessOf(node("vse_assembler", { loudness: null })), presetOf(odd), presetOf(undefined)]).toEqual([-23, null, "h264", "h264"]);
  });
});

describe("clips in the hand", () => {
  it("go to another place", () => {
    expect([reordered(["a", "b", "c"], "c", 0), reordered(["a", "b", "c"], "a", 2), reordered(["a", "b", "c"], "b", 9)].map((order) => order.join(""))).toEqual(["cab", "bca", "acb"]);
  });
  it("lays bars over the same frames in rows, and in one where they follow each other", () => {
    const bars = (...spans: [number, number][]) => rowsOf(spans.map(([first, length]) => ({ first, length })));
    expect(bars()).toEqual([]);
    expect(bars([0, 10], [10, 5], [20, 5])).toEqual([0, 0, 0]);
    expect(bars([0, 10], [0, 10], [9, 2], [10, 5])).toEqual([0, 1, 2, 0]);
    expect(bars([30, 10], [0, 40], [5, 10])).toEqual([1, 0, 1]);
  });
  it("are trimmed within their media, and one frame stays", () => {
    const clip = { first: 10, last: 20, limit: 48 };
    expect([trimmedTo("in", clip, -50), trimmedTo("in", clip, 3.4), trimmedTo("in", clip, 50)]).toEqual([0, 13, 19]);
    expect([trimmedTo("out", clip, -50), trimmedTo("out", clip, 3.6), trimmedTo("out", clip, 50)]).toEqual([11, 24, 48]);
  });
  it("are as long as the film shows them: one that has nothing left for the dissolve out of it ends earlier", () => {
    const wires = { e_1: wire("a", "sequence_out", "cut", "sequence_in", "a0"), e_2: wire("b", "sequence_out", "cut", "sequence_in", "a1") };
    const takes = { a: [take("A")], b: [take("B")] };
    const lengths = (events: Record<string, unknown>) => clips(canvas({ a: shot("SHOT_010"), b: shot("SHOT_020"), cut: node("vse_assembler", { events }) }, wires), "cut", takes, FILM).map(({ frames }) => frames);
    const dissolve = { transition: { kind: "dissolve", frames: 12 } };
    expect(lengths({ b: dissolve })).toEqual([84, 96]);
    expect(lengths({ a: { out: 90 }, b: dissolve })).toEqual([84, 96]);
    expect(lengths({ a: { out: 60 }, b: dissolve })).toEqual([60, 96]);
    expect(lengths({ a: { speed: "2" }, b: dissolve })).toEqual([36, 96]);
    expect(lengths({ b: { transition: { kind: "fade_in", frames: 12 } } })).toEqual([96, 96]);
  });
});

describe("a list that comes back", () => {
  it("is known by its name and belongs to the film it is dropped on", () => {
    expect(["cut.edl", "CUT.EDL", "a.b.otio", "seq.xml", "cut.aaf", "edl"].map(listKind)).toEqual(["edl", "edl", "otio", "xml", null, null]);
    const cut = { id: "cut", node: node("vse_assembler") };
    expect(landing({ name: "cut.edl", size: 900 }, cut)).toEqual({ does: "edit", node: "cut" });
    expect(landing({ name: "cut.otio", size: 900 }, { id: "a", node: shot("SHOT_010") })).toEqual({ does: "edit", node: null });
    expect(landing({ name: "cut.edl", size: 9e6 }, cut).does).toBe("refuse");
  });
  it("is read as UTF-8, else as Latin-1", () => {
    expect(listText(new TextEncoder().encode("* Übergang").buffer as ArrayBuffer)).toBe("* Übergang");
    expect(listText(new Uint8Array([0xdc, 0x62]).buffer)).toBe("Üb");
  });
});

describe("what a film shows", () => {
  const event = (number: number, from: number, to: number, more: Record<string, unknown> = {}): CutEvent =>
    ({ number, source: { node: `n${number}`, take: `T${number}`, kind: "video", audio: number === 2 }, source_in: 10, source_out: 10 + to - from, record_in: from, record_out: to, transition: { kind: "cut", frames: 0, wipe: 1 }, titles: [], ...more }) as unknown as CutEvent;
  const film = (...events: CutEvent[]): CutList => ({ events, music: [] }) as unknown as CutList;
  const over = (kind: string, frames: number, wipe = 1) => ({ transition: { kind, frames, wipe } });

  it("is one event at a time where clips are cut, and black in gaps and beyond the end", () => {
    const cut = film(event(1, 0, 10), event(2, 10, 30), event(3, 40, 50));
    expect([0, 9, 10, 29, 30, 40, 49, 50, -1].map((frame) => eventAt(cut, frame))).toEqual([0, 0, 1, 1, -1, 2, 2, -1, -1]);
    expect(shownAt(cut, 35)).toEqual({ layers: [], titles: [], black: 1 });
    expect(shownAt(cut, 12)).toMatchObject({ layers: [{ frame: 12, opacity: 1, clip: "" }], black: 0 });
  });
  it("dissolves out of the clip before, which plays on", () => {
    const cut = film(event(1, 0, 10), event(2, 10, 30, over("dissolve", 4)));
    const { layers, black } = shownAt(cut, 11);
    expect(layers.map(({ event: { number }, frame, opacity }) => [number, frame, opacity])).toEqual([[1, 21, 1], [2, 11, 0.375]]);
    expect(black).toBe(0);
    expect(shownAt(cut, 14).layers).toHaveLength(1);
  });
  it("fades from black where nothing is before, and to black at the end", () => {
    const cut = film(event(1, 0, 10, over("dissolve", 4)), event(2, 10, 30, over("fade_out", 10)), event(3, 30, 50, over("dissolve", 4)));
    expect(outgoingOf(cut, 2)).toBeNull();
    expect([shownAt(cut, 0).black, shownAt(cut, 4).black, shownAt(cut, 19).black, shownAt(cut, 20).black, shownAt(cut, 29).black].map((black) => Math.round(black * 1000) / 1000)).toEqual([0.875, 0, 0, 0.05, 0.95]);
  });
  it("wipes by shapes that begin with nothing and end with all", () => {
    expect([wipePath(1, 0.25), wipePath(2, 0.25), wipePath(21, 0.5), wipePath(22, 0.5), wipePath(101, 0.5)]).toEqual(["inset(0 75% 0 0)", "inset(0 0 75% 0)", "inset(0 25%)", "inset(25% 0)", "inset(25%)"]);
    expect([wipePath(41, 0.25), wipePath(41, 1)]).toEqual(["polygon(0 0, 50% 0, 0 50%)", "polygon(0 0, 100% 0, 100% 100%, 100% 100%, 0 100%)"]);
    expect(wipePath(119, 1)).toBe("circle(70.71% at center)");
    const cut = film(event(1, 0, 10), event(2, 10, 30, over("wipe", 4, 2)));
    expect(shownAt(cut, 11).layers.map(({ clip, opacity }) => [clip, opacity])).toEqual([["", 1], ["inset(0 0 62.5% 0)", 1]]);
  });
  it("plays media faster or slower as its source is longer or shorter than its place", () => {
    expect(sourceFrame(event(1, 0, 10, { source_in: 0, source_out: 20 }), 3)).toBe(6);
    expect(sourceFrame(event(1, 0, 30, { source_in: 5, source_out: 15 }), 7)).toBe(7);
    expect(sourceFrame(event(1, 0, 30, { source: { kind: "image" }, source_in: 0, source_out: 90 }), 7)).toBe(7);
  });
  it("has titles over it from their first frame to their last, with their fades", () => {
    const titled = event(1, 0, 20, { titles: [{ text: "Hi", start: 5, frames: 10, fade_in: 4, fade_out: 2 }, { text: " ", start: 0, frames: 20, fade_in: 0, fade_out: 0 }] });
    const at = (local: number) => titlesAt(titled, local).map(({ opacity }) => opacity);
    expect([at(4), at(5), at(8), at(10), at(13), at(14), at(15)]).toEqual([[], [0.125], [0.875], [1], [0.75], [0.25], []]);
  });
  it("has music under it, lower while a clip is heard", () => {
    const music = { start: 4, first: 24, gain_db: 0, fade_in: 2, fade_out: 0, duck_db: 20 };
    const cut = { ...film(event(1, 0, 10), event(2, 10, 30)), music: [music] } as unknown as CutList;
    expect(musicAt(cut, 0, 3, 24, 60)).toBeNull();
    expect(musicAt(cut, 0, 4, 24, 60)).toEqual({ time: 1, volume: 0.25 });
    expect(musicAt(cut, 0, 8, 24, 60)).toEqual({ time: 28 / 24, volume: 1 });
    expect(musicAt(cut, 0, 12, 24, 60)?.volume).toBeCloseTo(0.1);
    expect([musicAt(cut, 0, 30, 24, 60), musicAt(cut, 0, 12, 24, 1.25), musicAt(cut, 1, 8, 24, 60)]).toEqual([null, null, null]);
  });
});
