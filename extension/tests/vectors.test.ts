/** The twins of the Python rules, held to the same vectors. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { connectionProblem, replacedWires, type Wire } from "../src/lib/connection.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { fits } from "../src/lib/sockets.ts";
import type { Canvas, Patch, SocketName } from "../src/lib/types.ts";
import { TYPES } from "./helpers.ts";

const read = <Value>(name: string): Value => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), "utf8")) as Value;

interface SocketVector {
  output: SocketName[];
  input: { types: SocketName[] };
  ok: boolean;
  widened: boolean;
}
interface PatchVector {
  name: string;
  canvas: Canvas;
  patch: Patch;
  result?: Canvas;
  dropped?: unknown[];
  refused?: unknown;
}

describe("sockets", () => {
  for (const { output, input, ok, widened } of read<SocketVector[]>("sockets.json")) {
    it(`${output.join("/")} ${ok ? "fits" : "does not fit"} ${input.types.join("/")}`, () => {
      const fit = fits(output, input);
      expect([fit.ok, fit.widened]).toEqual([ok, widened]);
      expect(fit.reason === "").toBe(ok);
    });
  }
});

describe("connections", () => {
  const { canvas, wires } = read<{ canvas: Canvas; wires: { name: string; wire: Wire; ok: boolean; replaces?: string[] }[] }>("connections.json");
  for (const { name, wire, ok, replaces } of wires) {
    it(name, () => {
      expect(connectionProblem(canvas, wire, TYPES) === null).toBe(ok);
      if (ok) expect(replacedWires(canvas, wire, TYPES)).toEqual(replaces);
    });
  }
});

describe("patches", () => {
  for (const vector of read<PatchVector[]>("patches.json")) {
    it(vector.name, () => {
      const applied = applyPatch(vector.canvas, vector.patch);
      expect(applied.canvas).toEqual(vector.result ?? vector.canvas);
      expect(applied.dropped.length).toBe(vector.dropped?.length ?? 0);
      expect(applied.refused !== "").toBe("refused" in vector);
    });
  }
});
