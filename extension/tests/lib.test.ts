import { describe, expect, it } from "vitest";
import { newId } from "../src/lib/ids.ts";
import { pointer, pointerParts, sameJson, writeAt } from "../src/lib/json.ts";
import { commandOf, KEYS } from "../src/lib/keys.ts";
import { append, between, byOrder } from "../src/lib/order.ts";
import { activeTake, takeNumber, withTake } from "../src/lib/takes.ts";
import { ago, baseName, clip, count, firstSentence, span, timeLeft } from "../src/lib/text.ts";
import { durationFrames, frameSize, parseRate, timecode } from "../src/lib/timecode.ts";
import { themeOfColour } from "../src/ui/theme.ts";
import { shot, take } from "./helpers.ts";

describe("ids", () => {
  it("are what the canvas takes, and differ", () => {
    const made = Array.from({ length: 500 }, () => newId("Super-Resolution"));
    for (const id of made) expect(id).toMatch(/^[a-z0-9_]{1,64}$/);
    expect(new Set(made).size).toBe(500);
  });
});

describe("order", () => {
  it("puts a key between any two neighbours, however often", () => {
    let keys = [append(null)];
    for (let turn = 0; turn < 300; turn += 1) {
      const at = (turn * 7) % (keys.length + 1);
      keys = [...keys.slice(0, at), between(keys[at - 1] ?? null, keys[at] ?? null), ...keys.slice(at)];
    }
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(keys).size).toBe(keys.length);
  });
  it("lives with whatever a person wrote into the file", () => {
    expect(between("b", "a") > "b").toBe(true);
    expect(append("zzz!") > "zzz!").toBe(true);
    expect(append("")).toBe("a0");
  });
  it("breaks ties by id", () => {
    expect([["b", { order: "a0" }] as [string, { order: string }], ["a", { order: "a0" }] as [string, { order: string }]].sort(byOrder)[0]?.[0]).toBe("a");
  });
});

describe("JSON", () => {
  it("decodes and encodes pointers", () => {
    expect(pointerParts("/nodes/a/data/x~1y~0z")).toEqual(["nodes", "a", "data", "x/y~z"]);
    expect(pointer("nodes", "x/y~z")).toBe("/nodes/x~1y~0z");
  });
  it("compares without regard to the order of keys", () => {
    expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(sameJson({ a: undefined }, {})).toBe(false);
  });
  it("treats __proto__ as any other key", () => {
    const written = writeAt({}, ["__proto__", "polluted"], true) as Record<string, unknown>;
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.keys(written)).toEqual(["__proto__"]);
  });
});

describe("time", () => {
  const rate = (text: string) => parseRate(text) ?? { numerator: 0, denominator: 1 };
  it("reads rates exactly", () => {
    expect(parseRate("30000/1001")).toEqual({ numerator: 30000, denominator: 1001 });
    expect(parseRate("23.976")).toEqual({ numerator: 24000, denominator: 1001 });
    for (const wrong of ["", "x", "0", "1/0", "2000"]) expect(parseRate(wrong)).toBeNull();
  });
  it("counts the frames of durations as the studio does", () => {
    expect(durationFrames("4s", rate("24"))).toBe(96);
    expect(durationFrames("4s", rate("30000/1001"))).toBe(120);
    expect(durationFrames("96f", rate("24"))).toBe(96);
    expect(durationFrames("500ms", rate("25"))).toBe(12);
    expect(durationFrames("1min", rate("24"))).toBe(1440);
    expect(durationFrames("0", rate("24"))).toBe(1);
    for (const wrong of ["", "four", "-1s", "61min"]) expect(durationFrames(wrong, rate("24"))).toBeNull();
  });
  it("writes timecode", () => {
    expect(timecode(0, rate("24"))).toBe("00:00:00:00");
    expect(timecode(24 * 3600 + 25, rate("24"))).toBe("01:00:01:01");
  });
  it("rounds frame sizes to even", () => {
    expect(frameSize("16:9", 720)).toEqual({ width: 1280, height: 720 });
    expect(frameSize("2:1", 721)).toEqual({ width: 1442, height: 720 });
  });
});

describe("words", () => {
  it("cuts a prompt of a megabyte without reading all of it", () => {
    const started = performance.now();
    expect(clip("x".repeat(1_000_000)).length).toBe(401);
    expect(performance.now() - started).toBeLessThan(50);
  });
  it("says times as people do", () => {
    expect([span(40), span(80), span(120), span(7500)]).toEqual(["40 s", "1 min 20 s", "2 min", "2 h 5 min"]);
    expect([timeLeft(null), timeLeft(0), timeLeft(14)]).toEqual(["", "", "14 s left"]);
    expect([count(1, "shot"), count(0, "shot")]).toEqual(["1 shot", "0 shots"]);
    const now = Date.parse("2026-11-20T12:00:00Z");
    expect([ago("2026-11-20T11:59:50Z", now), ago("2026-11-20T09:00:00Z", now), ago("nonsense", now)]).toEqual(["just now", "3 hours ago", ""]);
  });
  it("takes names out of URLs, whatever stands in them", () => {
    expect(baseName("media/x/06_Exports/My%20Film.mp4?w=1")).toBe("My Film.mp4");
    expect(baseName("a/100%.mp4")).toBe("100%.mp4");
  });
  it("finds the first sentence, not the first dot", () => {
    expect(firstSentence("Fell back to 1.3B at 480p. It is smaller.")).toBe("Fell back to 1.3B at 480p.");
    expect(firstSentence("No end")).toBe("No end");
  });
});

describe("takes", () => {
  const draft = take("SHOT-010_v01_take03", { draft: true });
  const real = take("SHOT-010_v01_take02");
  const older = take("SHOT-010_v01_take01");
  it("stand by choice, else newest, real before draft", () => {
    expect(activeTake(shot("SHOT_010"), [older, real, draft])).toBe(real);
    expect(activeTake(shot("SHOT_010"), [draft])).toBe(draft);
    expect(activeTake(shot("SHOT_010"), [])).toBeNull();
    const chosen = shot("SHOT_010");
    chosen.data["active_take"] = older.record.id;
    expect(activeTake(chosen, [older, real, draft])).toBe(older);
  });
  it("do not stand when rejected, unless chosen", () => {
    const reviewed = shot("SHOT_010");
    reviewed.data["review"] = { [real.record.id]: { approval: "rejected" } };
    expect(activeTake(reviewed, [older, real])).toBe(older);
  });
  it("of a newer version come after all of the older", () => {
    const next = take("SHOT-010_v02_take01");
    expect(activeTake(shot("SHOT_010"), [older, real, next])).toBe(next);
    expect(withTake([older, next], real).map((entry) => entry.record.id)).toEqual([older, real, next].map((entry) => entry.record.id));
  });
  it("are never doubled", () => {
    expect(withTake([older, real], real)).toHaveLength(2);
    expect(takeNumber(real.record.id)).toBe(2);
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}) => commandOf({ key, ctrl: false, shift: false, alt: false, ...more });
  it("mean what the help says", () => {
    expect([press("g"), press("F"), press("Delete"), press("5"), press("A", { shift: true }), press("?", { shift: true })]).toEqual([
      "generate",
      "fit",
      "remove",
      "take",
      "palette",
      "help",
    ]);
    expect([press("z", { ctrl: true }), press("y", { ctrl: true }), press("Z", { ctrl: true, shift: true })]).toEqual(["undo", "redo", "redo"]);
    expect(KEYS.length).toBeGreaterThan(10);
  });
  it("leave what is not ours to the host", () => {
    expect([press("s", { ctrl: true }), press("b"), press("x"), press("Enter", { shift: true }), press("f", { alt: true }), press("Tab")]).toEqual(Array(6).fill(null));
  });
});

describe("theme", () => {
  it("follows the lightness of the host's background", () => {
    expect([themeOfColour("white"), themeOfColour(" #111111"), themeOfColour("#fff"), themeOfColour("rgb(33, 33, 33)"), themeOfColour("")]).toEqual([
      "light",
      "dark",
      "light",
      "dark",
      null,
    ]);
  });
});
