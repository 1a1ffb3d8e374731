import { describe, expect, it } from "vitest";
import { unfitOf, unfitWords } from "../src/lib/unfit.ts";
import type { InputSocket, Param, Problem, Reference } from "../src/lib/types.ts";
import { canvas, node, shot, TYPES, wire } from "./helpers.ts";
import { opened } from "./kernel.ts";

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
  it("by hand is one edit of the pipeline node alone, and the store tells what is left out", async () => {
    const { store, patches } = await opened({ graph: film("follow@1"), tasks_available: REFERENCES });
    const wires = store.canvas.edges;
    store.setReference("p", "plain@1");
    expect(patches.map((sent) => sent.operations)).toEqual([[{ op: "replace", path: "/nodes/p/data/reference", value: "plain@1" }]]);
    expect(store.canvas.edges).toEqual(wires);
    expect(store.canvas.nodes["s"]?.data["params"]).toEqual({ steps: 30, motion_scale: 2 });
    expect(store.notices.all).toMatchObject([{ level: "warning", message: "SHOT_010: Plain takes no motion map and does not read motion scale.", node: "s" }]);
    store.setReference("p", "follow@1");
    expect(store.notices.all).toHaveLength(1);
    store.close();
  });
});

describe("a problem with a way out", () => {
  it("is mended by one edit that is named after it; one without a way out by none", async () => {
    const problem = { node: "p", socket: null, edge: null, severity: "error", code: "unknown_pipeline", message: "It is not here." } as const;
    const operations = [{ op: "replace", path: "/nodes/p/data/reference", value: "follow@1" }] as const;
    const fix = { label: "Pin follow@1", operations } as unknown as Problem["fix"];
    const { store, patches } = await opened({ graph: film("gone@1"), tasks_available: REFERENCES, problems: [{ ...problem, fix }] });
    store.problemsOf("p").forEach((found) => store.mend(found));
    expect(patches.map(({ label, operations: sent }) => [label, sent])).toEqual([["pin follow@1", operations]]);
    expect(store.canvas.nodes["p"]?.data["reference"]).toBe("follow@1");
    store.mend({ ...problem, fix: null });
    expect(patches).toHaveLength(1);
    store.close();
  });
});
