import { describe, expect, it } from "vitest";
import { openConflicts } from "../src/lib/conflicts.ts";
import { byDay, changeOf, changesOf, clock, nothingIsLost, takeWords, told, type Version } from "../src/lib/history.ts";
import { canvas, shot, wire } from "./helpers.ts";

const version = (subject: string, more: Partial<Version> = {}): Version => ({
  commit: subject, time: "2026-11-20T12:00:00+00:00", author: "ann", message: subject, subject, takes: [], take_folders: [], canvases: [], checkpoints: [], thumbnails: [], ...more,
});

describe("a version in plain words", () => {
  it("is the takes that were made, and what they show", () => {
    const subject = "SHOT_010 take 3, generate-video low";
    const made = told(version(subject, { message: `${subject}\n\na fox:\nwide\n\nSHOT-010_v01_take03 made by t2v-wan2.1-1.3b in low quality.\n`, takes: ["SHOT-010_v01_take03"] }));
    expect(made).toEqual({ kind: "takes", title: "SHOT_010 take 3", detail: "a fox: wide" });
    const pinned = "AUDIO_010 take 1, SHOT_010 v02 takes 1 to 4, t2v-ltx@1.0.0 draft";
    expect(told(version(pinned, { message: `${pinned}\n\nA made by B in draft quality.\n` }))).toEqual({ kind: "takes", title: "AUDIO_010 take 1, SHOT_010 v02 takes 1 to 4", detail: "" });
    expect(told(version(`Go back to: ${subject}`)).title).toBe("Everything back to “SHOT_010 take 3”");
  });
  it("is the takes that came with it in an older project, and what they show", () => {
    const one = told(version("SHOT-010_v01_take03: a fox: wide", { takes: ["SHOT-010_v01_take03"] }));
    expect(one).toEqual({ kind: "takes", title: "SHOT_010 take 3", detail: "a fox: wide" });
    expect(told(version("SHOT-010_v01_take01, SHOT-010_v01_take02: a fox")).title).toBe("SHOT_010 takes 1 and 2");
  });
  it("is the name that somebody gave it", () => {
    expect(told(version("Checkpoint: before the reshoot"))).toMatchObject({ kind: "named", title: "before the reshoot" });
  });
  it("says what was gone back to, however deep that goes", () => {
    expect(told(version("Go back to: Checkpoint: first"))).toMatchObject({ kind: "back", title: "Everything back to “first”" });
    expect(told(version("Restore 02_Source_Creative/Canvases/main_canvas.json as it was: SHOT-010_v01_take01: a fox")).title).toBe("Canvas back to “SHOT_010 take 1”");
    expect(told(version("Before going back to: Begin the project")).title).toBe("Saved before going back to “The project began”");
  });
  it("is what somebody wrote, if it is none of ours", () => {
    expect(told(version("fix typo: in the script"))).toEqual({ kind: "other", title: "fix typo: in the script", detail: "" });
    expect(told(version("Merge main of origin", { takes: ["SHOT-020_v01_take01"] }))).toEqual({ kind: "share", title: "Merged what others sent", detail: "SHOT_020 take 1" });
  });
  it("does not list a whole film", () => {
    expect(takeWords(["A_v01_take01", "B_v01_take01", "C_v01_take01", "D_v01_take02"])).toBe("A take 1, B take 1 and 2 more shots");
  });
});

describe("the days of the history", () => {
  const now = new Date("2026-11-21T09:00:00Z");
  it("are those of the viewer's clock", () => {
    const made = ["2026-11-21T08:00:00Z", "2026-11-20T23:30:00Z", "2026-11-20T02:00:00Z", "2026-11-09T12:00:00Z"].map((time) => version(time, { time }));
    expect(byDay(made, now, "UTC").map(({ day, versions }) => [day, versions.length])).toEqual([["Today", 1], ["Yesterday", 2], ["Monday 9 November", 1]]);
    expect(byDay(made, now, "Europe/Berlin").map(({ versions }) => versions.length)).toEqual([2, 1, 1]);
  });
  it("hold a version whose time nobody can read", () => {
    expect(byDay([version("a", { time: "soon" })], now, "UTC")[0]?.day).toBe("Some day");
    expect(clock("soon")).toBe("");
    expect(clock("2026-11-21T08:05:00Z", "UTC")).toBe("08:05");
  });
});

describe("what changed", () => {
  it("is told with what it was and is", () => {
    expect(changeOf("SHOT_010 negative_prompt: none → blur")).toEqual({ kind: "changed", what: "SHOT_010 negative prompt", from: "none", to: "blur" });
    expect(changeOf("added SHOT_030")).toEqual({ kind: "added", what: "SHOT_030" });
    expect(changeOf("connected SHOT_010 sequence_out → My film sequence_in")).toEqual({ kind: "wire", what: "Connected SHOT_010 (sequence out) → My film (sequence in)" });
  });
  it("tells the wires of a node that came or went with the node", () => {
    const wires = ["disconnected p_1 pipeline → SHOT_030 pipeline", "disconnected SHOT_030 sequence_out → Film sequence_in", "connected SHOT_010 output → Film sequence_in"];
    const told = changesOf(["removed SHOT_030", "SHOT_010 seed: 1 → 2", ...wires]);
    expect(told.map(({ kind, what, to }) => [kind, what, to])).toEqual([
      ["removed", "SHOT_030", "with 2 wires"],
      ["changed", "SHOT_010 seed", "2"],
      ["wire", "Connected SHOT_010 (output) → Film (sequence in)", undefined],
    ]);
  });
  it("is shown as it is where an arrow of the words themselves makes it unclear", () => {
    expect(changeOf("SHOT_010 prompt: from a → b → from a → c")).toEqual({ kind: "changed", what: "SHOT_010 prompt", to: "from a → b → from a → c" });
    expect(changeOf("SHOT_010: both sides changed it, choose")).toMatchObject({ what: "SHOT_010", to: "both sides changed it, choose" });
  });
  it("never frightens who goes back", () => {
    expect(nothingIsLost(true, 0)).toContain("Undo takes back, and all takes stay.");
    expect(nothingIsLost(false, 2)).toContain("the 2 takes made since stay where they are");
    expect(nothingIsLost(false, 1)).toContain("the 1 take made since stays where it is");
  });
});

describe("what a merge left to choose", () => {
  const marked = (conflicts: unknown) => canvas({ b: shot("SHOT_020", { conflicts } as never), a: shot("SHOT_010") }, { e_1: { ...wire("a", "output", "b", "style"), conflicts: { "": { ours: {} } } } as never });
  it("is found at nodes and wires, with both sides in words", () => {
    const found = openConflicts(marked({ "/data/negative_prompt": { base: "", ours: "grey  fog", theirs: "" }, "/data/params": { ours: { a: 1 } } }));
    expect(found.map((conflict) => [conflict.path, conflict.property, conflict.ours, conflict.theirs])).toEqual([
      ["/nodes/b/data/negative_prompt", "negative prompt", "grey fog", "empty"],
      ["/nodes/b/data/params", "params", "a group of values", "nothing"],
      ["/edges/e_1", "", "keep it", "remove it"],
    ]);
  });
  it("is nothing where a file holds nonsense", () => {
    expect(openConflicts(marked("yes")).length).toBe(1);
    expect(openConflicts(marked({ "data/prompt": {}, "/data/prompt": 3 })).length).toBe(1);
  });
});
