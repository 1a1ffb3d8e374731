import { describe, expect, it } from "vitest";
import { ASPECTS, HEIGHTS, RATES, aspectProblem, consequences, frameSize, heightProblem, rateProblem } from "../src/lib/settings.ts";
import type { Settings } from "../src/lib/types.ts";

const now: Settings = { aspect_ratio: "16:9", quality: "standard", fps: "24", height: 720, when_unavailable: "fallback", auto_commit: true } as Settings;
const take = (more: object = {}) => ({ width: 1280, height: 720, fps: "24", kind: "video", draft: false, quality: { used: "standard" }, ...more }) as never;

describe("settings", () => {
  it("give the frame that the studio makes, both sides even", () => {
    expect(frameSize(now)).toEqual({ width: 1280, height: 720 });
    expect(frameSize({ aspect_ratio: "239:100", height: 1080 })).toEqual({ width: 2582, height: 1080 });
    expect(frameSize({ aspect_ratio: "4:3", height: 481 })).toEqual({ width: 642, height: 480 });
    expect(frameSize({ aspect_ratio: "1:1", height: 65 })).toEqual({ width: 64, height: 64 }); // 32.5 goes to 32, as in Python
    expect(frameSize({ aspect_ratio: "16x9", height: 720 })).toBeNull();
  });
  it("that are offered are all right", () => {
    for (const { value } of ASPECTS) expect(aspectProblem(value)).toBe("");
    for (const { value } of RATES) expect(rateProblem(value)).toBe("");
    for (const height of HEIGHTS) expect(heightProblem(height)).toBe("");
  });
  it("that are wrong say why", () => {
    expect(["0:9", "16/9", "", "99999:1"].map((value) => aspectProblem(value) !== "")).toEqual([true, true, true, true]);
    expect([0, 63, 8193, 720.5, NaN].map((value) => heightProblem(value) !== "")).toEqual([true, true, true, true, true]);
    expect(rateProblem("fast")).not.toBe("");
  });
  it("that stay have no consequences", () => expect(consequences(now, { ...now }, [take()])).toEqual([]));
  it("of size and rate say what becomes of the takes there are", () => {
    const [size] = consequences(now, { ...now, height: 1080 }, [take(), take({ width: 1920, height: 1080 })]);
    expect(size).toBe("New takes and the film are 1920 × 1080. 1 take of another size stays as it is and is scaled in the film; generate again for a sharp picture.");
    const [shape] = consequences(now, { ...now, aspect_ratio: "9:16" }, [take(), take()]);
    expect(shape).toContain("2 takes of another size stay as they are and are scaled, and get black bars");
    const [rate, conformed] = consequences(now, { ...now, fps: "30000/1001" }, [take(), take({ kind: "image", fps: null })]);
    expect(rate).toContain("29.97 frames a second");
    expect(conformed).toContain("1 take of another rate stays");
    expect(consequences(now, { ...now, fps: "25" }, []).length).toBe(1);
  });
  it("of quality, policy and history are said in a sentence each", () => {
    expect(consequences(now, { ...now, quality: "high" }, [take({ quality: { used: "draft" } })])).toEqual(["New takes are asked for in high quality. 1 shot shows a take of another quality; it stays until you generate again."]);
    expect(consequences(now, { ...now, when_unavailable: "queue", auto_commit: false }, []).length).toBe(2);
  });
});
