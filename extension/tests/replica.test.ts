import { describe, expect, it } from "vitest";
import { Replica } from "../src/lib/replica.ts";
import type { Operation } from "../src/lib/types.ts";
import { canvas, patch, patched, shot } from "./helpers.ts";

const set = (id: string, key: string, value: unknown): Operation => ({ op: "add", path: `/nodes/${id}/data/${key}`, value });
const start = (): Replica => {
  const replica = new Replica();
  replica.sync({ graph: canvas({ one: shot("SHOT_010"), two: shot("SHOT_020") }), sequence: 5 });
  return replica;
};
const prompt = (replica: Replica, id = "one"): unknown => replica.view.nodes[id]?.data["prompt"];

describe("the client's copy of a canvas", () => {
  it("shows own edits at once and lets go of them when their echo comes", () => {
    const replica = start();
    const own = patch("p1", [set("one", "prompt", "fox")]);
    replica.edit(own);
    expect(prompt(replica)).toBe("fox");
    expect(replica.accept(patched(6, own))).toBe("own");
    expect([replica.pending.length, prompt(replica), replica.sequence]).toEqual([0, "fox", 6]);
  });
  it("keeps an own edit on top of a foreign one that comes first", () => {
    const replica = start();
    replica.edit(patch("p1", [set("one", "prompt", "mine")]));
    expect(replica.accept(patched(6, patch("other", [set("one", "prompt", "theirs"), set("two", "prompt", "also theirs")])))).toBe("applied");
    expect([prompt(replica), prompt(replica, "two")]).toEqual(["mine", "also theirs"]);
    replica.accept(patched(7, patch("p1", [set("one", "prompt", "mine")])));
    expect(prompt(replica)).toBe("mine");
  });
  it("notices a gap and takes nothing over it", () => {
    const replica = start();
    expect(replica.accept(patched(7, patch("other", [set("one", "prompt", "x")])))).toBe("gap");
    expect([replica.sequence, prompt(replica)]).toEqual([5, ""]);
  });
  it("passes over what it has already, but lets go of an own edit that is acknowledged so", () => {
    const replica = start();
    replica.edit(patch("p1", [set("one", "prompt", "")]));
    expect(replica.accept(patched(5, patch("p1", [])))).toBe("old");
    expect(replica.pending).toEqual([]);
  });
  it("puts unseen edits back on top of a sync, to be sent again", () => {
    const replica = start();
    replica.edit(patch("p1", [set("one", "prompt", "kept")]));
    const again = replica.sync({ graph: canvas({ one: shot("SHOT_010") }), sequence: 9 });
    expect(again.map((entry) => entry.id)).toEqual(["p1"]);
    expect([prompt(replica), again[0]?.base]).toEqual(["kept", 1]);
  });
  it("does not add a node a second time whose echo was lost", () => {
    const replica = start();
    const added = { op: "add" as const, path: "/nodes/three", value: shot("SHOT_030") };
    replica.edit(patch("p1", [added]));
    expect(replica.sync({ graph: canvas({ three: shot("SHOT_030") }), sequence: 6 })).toEqual([]);
  });
  it("goes back to what the studio has when an edit is refused", () => {
    const replica = start();
    replica.edit(patch("p1", [set("one", "prompt", "no")]));
    replica.forget("p1");
    expect(prompt(replica)).toBe("");
  });
  it("drops the optimistic folder when the studio gives another", () => {
    const replica = start();
    replica.edit(patch("p1", [{ op: "add", path: "/nodes/three", value: { type: "shot", data: {} } }]));
    expect(replica.view.nodes["three"]?.data["renders"]).toBe("SCENE_01/SHOT_030");
    replica.accept(patched(6, patch("p1", [{ op: "add", path: "/nodes/three", value: shot("SHOT_040") }])));
    expect(replica.view.nodes["three"]?.data["renders"]).toBe("SCENE_01/SHOT_040");
  });
  it("keeps the objects of an own edit that was confirmed as it was made, and renews what became of it otherwise", () => {
    const replica = start();
    const added = patch("p1", [
      { op: "add", path: "/nodes/three", value: shot("SHOT_030") },
      { op: "add", path: "/layout/three", value: { x: 4, y: 5 } },
    ]);
    replica.edit(added);
    const made = replica.view;
    const as = (path: string, value: unknown): Operation => ({ op: "add", path, value: structuredClone(value) });
    replica.accept(patched(6, patch("p1", [as("/nodes/three", made.nodes["three"]), as("/layout/three", made.layout["three"])])));
    expect([replica.view.nodes === made.nodes, replica.view.layout === made.layout, replica.confirmed === replica.view]).toEqual([true, true, true]);
    replica.edit(patch("p2", [set("one", "prompt", "mine"), set("two", "prompt", "mine too")]));
    replica.accept(patched(7, patch("p2", [set("one", "prompt", "mine")])));
    expect([prompt(replica), prompt(replica, "two")]).toEqual(["mine", ""]);
  });
  it("agrees with a copy that only listens after any own edits, foreign ones between them, and removals", () => {
    const [here, there] = [start(), start()];
    const steps: [own: boolean, operations: Operation[]][] = [
      [true, [set("one", "prompt", "a")]],
      [false, [set("one", "prompt", "b")]],
      [true, [{ op: "remove", path: "/nodes/two" }]],
      [true, [{ op: "add", path: "/nodes/three", value: shot("SHOT_030") }]],
      [false, [set("three", "prompt", "c")]],
      [true, [set("three", "prompt", "d"), { op: "add", path: "/layout/three", value: { x: 1, y: 2 } }]],
    ];
    steps.forEach(([own, operations], at) => own && here.edit(patch(`p${at}`, operations)));
    steps.forEach(([, operations], at) => [here, there].forEach((replica) => replica.accept(patched(6 + at, patch(`p${at}`, structuredClone(operations))))));
    expect([here.view, here.confirmed]).toEqual([there.view, there.view]);
  });
});
