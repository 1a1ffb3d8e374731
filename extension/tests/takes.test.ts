import { describe, expect, it } from "vitest";
import { EVERYTHING, isShown, moved, sheetEntries } from "../src/lib/contactSheet.ts";
import { carriesRecord } from "../src/lib/embedded.ts";
import { clampFrame, correction, frameAt, lengthOf, secondsOf, together } from "../src/lib/playhead.ts";
import { openNotes, reviewOf, reviewWords } from "../src/lib/review.ts";
import { TAKE_KEYS, takeCommandOf } from "../src/lib/takeKeys.ts";
import { parseRate } from "../src/lib/timecode.ts";
import { canvas, node, shot, take, wire } from "./helpers.ts";

const NTSC = parseRate("30000/1001")!;
const FILM = parseRate("24")!;

describe("a review", () => {
  const reviewed = (entry: unknown) => reviewOf(node("shot", { review: { T1: entry } }), "T1");
  it("is read from the data of its shot, its notes in the order of frames", () => {
    const notes = {
      n2: { text: "tail flickers", frame: 7, author: "ann", time: "2026-01-02", resolved: false },
      n1: { text: "too dark", frame: null, author: "bob", time: "2026-01-03", resolved: true },
      n3: { text: "also here", frame: 7, time: "2026-01-01" },
    };
    const review = reviewed({ rating: 4, approval: "approved", notes });
    expect([review.rating, review.approval, review.notes.map((note) => note.id)]).toEqual([4, "approved", ["n1", "n3", "n2"]]);
    expect(openNotes(review).map((note) => note.id)).toEqual(["n3", "n2"]);
    expect(reviewWords(review)).toBe("approved, 4 stars, 2 open notes");
  });
  it("of any other form counts as none", () => {
    for (const entry of [null, 5, [], { rating: 9, approval: "maybe", notes: [] }, { rating: true, notes: { a: null, b: { text: 1 } } }, { rating: 2.5 }]) {
      expect(reviewed(entry)).toEqual({ rating: 0, approval: null, notes: [] });
    }
    expect(reviewWords(reviewOf(undefined, "T1"))).toBe("");
    expect(reviewOf(node("shot", { review: JSON.parse('{"__proto__": {"rating": 3}}') }), "rating").rating).toBe(0);
  });
});

describe("the playhead", () => {
  it("names the frame that is shown at a moment, and a moment at which a frame is shown, at any rate", () => {
    for (const rate of [FILM, NTSC, parseRate("23.976")!, parseRate("16")!]) {
      for (let frame = 0; frame < 5000; frame += 1) expect(frameAt(secondsOf(frame, rate), rate)).toBe(frame);
    }
    expect(frameAt(1 / 24, FILM)).toBe(1);
    expect(frameAt(-1, FILM)).toBe(0);
  });
  it("stays within the take", () => {
    expect([clampFrame(-3, 10), clampFrame(10, 10), clampFrame(4.4, 10), clampFrame(5, 0)]).toEqual([0, 9, 4, 0]);
  });
  it("runs to the end of the longest of two takes, in frames of the first that moves", () => {
    const still = lengthOf(take("A_v01_take01", { kind: "image", fps: null, frames: 1 }), FILM);
    const short = lengthOf(take("A_v01_take02", { fps: "16", frames: 32 }), FILM);
    const long = lengthOf(take("A_v01_take03", { fps: "24", frames: 96 }), FILM);
    expect(together([still, short, long])).toEqual({ rate: { numerator: 16, denominator: 1 }, frames: 64, seconds: 4 });
    expect(together([still, still])?.frames).toBe(1);
    expect(together([])).toBeNull();
  });
  it("jumps only where a clip is far out of step", () => {
    expect(correction(0.5)).toEqual({ jump: true, speed: 1 });
    expect(correction(-0.003)).toEqual({ jump: false, speed: 1 });
    expect(correction(0.05).speed).toBeLessThan(1);
    expect(correction(-0.05).speed).toBeGreaterThan(1);
  });
});

describe("a file that carries a record", () => {
  const record = '{"schema":"genstudio.take/1","id":"SHOT-010_v01_take01"}';
  it("is known by it, be it at the start or at the end of a long one", async () => {
    const filler = new Uint8Array(9 << 20);
    expect(await carriesRecord(new Blob(["\0\0\0 ftyp", record, filler]))).toBe(true);
    expect(await carriesRecord(new Blob([filler, record, "IEND"]))).toBe(true);
    expect(await carriesRecord(new Blob([new Uint8Array((4 << 20) - 9), record]))).toBe(true);
  });
  it("is told from one that carries none", async () => {
    expect(await carriesRecord(new Blob([]))).toBe(false);
    expect(await carriesRecord(new Blob(['"genstudio.canvas/1"', new Uint8Array(5 << 20)]))).toBe(false);
  });
});

describe("the keys of takes", () => {
  const press = (key: string, code: string, more: Partial<Record<"ctrl" | "shift" | "alt", boolean>> = {}, where: "canvas" | "view" = "canvas") =>
    takeCommandOf({ key, code, ctrl: false, shift: false, alt: false, ...more }, where);
  it("rate with Shift on the canvas, where plain digits choose takes, and plainly in the views of takes", () => {
    expect(press("!", "Digit1", { shift: true })).toEqual({ does: "rate", stars: 1 });
    expect(press("1", "Digit1")).toBeNull();
    expect(press("5", "Numpad5", {}, "view")).toEqual({ does: "rate", stars: 5 });
    expect(press("0", "Digit0", {}, "view")).toEqual({ does: "rate", stars: 0 });
    expect(press("6", "Digit6", {}, "view")).toBeNull();
  });
  it("leave ⇧A to the palette and Ctrl+C to copying", () => {
    expect([press("A", "KeyA", { shift: true }), press("c", "KeyC", { ctrl: true }), press("x", "KeyX", { alt: true })]).toEqual([null, null, null]);
    expect(["a", "x", "v", "b", "t"].map((key) => press(key, "")?.does)).toEqual(["approve", "reject", "review", "compare", "sheet"]);
    expect(TAKE_KEYS.length).toBe(5);
  });
});

describe("the sheet of takes", () => {
  const film = canvas(
    {
      b: shot("SHOT_020"),
      a: shot("SHOT_010", { data: { renders: "SCENE_01/SHOT_010", review: { "SHOT-010_v01_take02": { rating: 4, approval: "approved" }, "SHOT-010_v01_take01": { approval: "rejected", notes: { n: { text: "x" } } } } } }),
      loose: shot("SHOT_030"),
      cut: node("vse_assembler"),
    },
    { e1: wire("b", "output", "cut", "sequence_in", "a0"), e2: wire("a", "output", "cut", "sequence_in", "a1") },
    { loose: { x: 0, y: 0 } },
  );
  const takes = {
    a: [take("SHOT-010_v01_take01"), take("SHOT-010_v01_take02", { draft: true })],
    b: [take("SHOT-020_v01_take01")],
    loose: [take("SHOT-030_v01_take01")],
    gone: [take("SHOT-090_v01_take01")],
  };
  const ids = (filter: Partial<typeof EVERYTHING>, at: string | null = null) =>
    sheetEntries(film, takes, at).filter((entry) => isShown(entry, { ...EVERYTHING, ...filter })).map((entry) => entry.take.record.id.slice(5));
  it("has all takes in the order of the film, then those of shots outside it", () => {
    expect(ids({})).toEqual(["020_v01_take01", "010_v01_take01", "010_v01_take02", "030_v01_take01"]);
    expect(ids({}, "a")).toEqual(["010_v01_take01", "010_v01_take02"]);
  });
  it("shows those of a kind", () => {
    expect(ids({ approval: "approved" })).toEqual(["010_v01_take02"]);
    expect(ids({ approval: "undecided" })).toEqual(["020_v01_take01", "030_v01_take01"]);
    expect(ids({ stars: 4 })).toEqual(["010_v01_take02"]);
    expect(ids({ drafts: false, approval: "approved" })).toEqual([]);
    expect(ids({ noted: true })).toEqual(["010_v01_take01"]);
  });
  it("is walked by the arrow keys and never left by them", () => {
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter"].map((key) => moved(key, 5, 4, 10))).toEqual([4, 6, 1, 9, 0, 9, null]);
    expect([moved("ArrowLeft", 0, 4, 10), moved("ArrowRight", 9, 4, 10), moved("ArrowUp", 2, 4, 10), moved("ArrowDown", 8, 4, 10)]).toEqual([0, 9, 2, 8]);
    expect([moved("ArrowDown", 6, 4, 10), moved("ArrowDown", 0, 4, 0)]).toEqual([9, null]);
  });
});
