import { describe, expect, it } from "vitest";
import { unfitOf, unfitWords } from "../src/lib/unfit.ts";
import type { InputSocket, Param, Reference } from "../src/lib/types.ts";
import { canvas, node, shot, TYPES, wire } from "./helpers.ts";

const socket = (name: string): InputSocket => ({ name, types: ["ControlMap"], title: "", description: "", required: false, many: false });
const param = (name: string): Param => ({ name, type: "integer" }) as Param;
const REFERENCES: Reference[] = [
  { reference: "follow@1", title: "Follow", kind: "video", description: "", inputs: [socket("motion_map")], params: [param("steps"), param("motion_scale")] },
  { reference: "plain@1", title: "Plain", kind: "video", description: "", inputs: [], params: [param("steps")] },
];
const film = (reference: string) =>
  canvas(
    { p: node("pipeline", { reference }), m: node("motion_source"), s: { ...shot("SHOT_010"), data: { renders: "SCENE_01/SHOT_010", params: { steps: 30, motion_scale: 2 } } } },
    { e_1: wire("p", "pipeline", "s", "pipeline"), e_2: wire("m", "motion_data", "s", "motion_map") },
  );
const unfit = (reference: string) => unfitOf(film(reference), "s", TYPES, REFERENCES);

describe("a shot that is given another pipeline", () => {
  it("keeps what the new one does not take, and it can be told", () => {
    expect(unfit("follow@1")).toEqual({ wires: [], params: [] });
    expect(unfit("plain@1").wires.map(([id]) => id)).toEqual(["e_2"]);
    expect(unfitWords(unfit("follow@1"), unfit("plain@1"), "Plain")).toBe("Plain takes no motion map and does not read motion scale.");
  });
  it("is told of what is new only", () => {
    expect(unfitWords(unfit("plain@1"), unfit("plain@1"), "Plain")).toBeNull();
    expect(unfitWords(unfit("plain@1"), unfit("follow@1"), "Follow")).toBeNull();
  });
  it("says nothing of settings where the pipeline is not known, or where the file holds nonsense", () => {
    expect(unfit("gone@1").params).toEqual([]);
    expect(unfitOf(canvas({ s: node("shot", { params: "yes" }) }), "s", TYPES, REFERENCES).params).toEqual([]);
    expect(unfitOf(canvas({}), "s", TYPES, REFERENCES)).toEqual({ wires: [], params: [] });
  });
});
