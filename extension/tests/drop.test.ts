import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assetName, keptName, kindOf, landing, numbered, TEXT_BYTES } from "../src/lib/drop.ts";
import { isMuted, muteOperations, pastMuted } from "../src/lib/bypass.ts";
import { mediaUrl } from "../src/lib/mediaUrl.ts";
import { applyPatch } from "../src/lib/patch.ts";
import { sequence } from "../src/lib/sequence.ts";
import type { Canvas } from "../src/lib/types.ts";
import { CommFiles, bringIn, refusal, type Files } from "../src/protocol/files.ts";
import { Arrivals } from "../src/stores/arrivals.svelte.ts";
import { StudioError } from "../src/protocol/link.ts";
import { canvas, node, shot, wire } from "./helpers.ts";

const file = (name: string, size = 9) => ({ name, size });

describe("a file that is dropped", () => {
  it("is known by its suffix, whatever its case", () => {
    expect(["a.MP4", "b.jpeg", "c.Flac", "d.txt", "e.svg", "noext", "f.html", "constructor"].map(kindOf)).toEqual(["video", "image", "audio", "text", null, null, null, null]);
  });
  it("fills the node that holds its kind", () => {
    const at = (type: string) => ({ id: "n", node: node(type) });
    expect(landing(file("walk.mp4"), at("motion_source"))).toMatchObject({ does: "fill", node: "n" });
    expect(landing(file("wind.wav"), at("audio"))).toMatchObject({ does: "fill", node: "n" });
  });
  it("becomes a node of its own where no node takes it", () => {
    expect(landing(file("walk.mp4"), { id: "n", node: node("audio") })).toEqual({ does: "add", type: "motion_source" });
    expect(landing(file("wind.wav"), null)).toEqual({ does: "add", type: "audio" });
    expect(landing(file("words.txt"), null)).toEqual({ does: "text" });
  });
  it("that is a picture joins the asset it is dropped on, or asks what it shows", () => {
    expect(landing(file("fox.png"), { id: "n", node: node("asset", { asset: "u" }) })).toEqual({ does: "reference", node: "n", asset: "u" });
    expect(landing(file("fox.png"), { id: "n", node: node("asset", { asset: "" }) })).toEqual({ does: "asset", node: "n" });
    expect(landing(file("fox.png"), { id: "n", node: shot("SHOT_010") })).toEqual({ does: "asset", node: null });
  });
  it("that is nothing for a film is refused with a reason and a way out", () => {
    for (const bad of [file("page.html"), file("empty.mp4", 0), file("long.txt", TEXT_BYTES + 1)]) {
      const to = landing(bad, null);
      expect(to.does).toBe("refuse");
      if (to.does === "refuse") expect([to.message.includes(bad.name), to.fix !== ""]).toEqual([true, true]);
    }
  });
  it("is kept under a name that no disk, address or reader minds", () => {
    expect(keptName("../../etc/.pass\u202egnp.MP4")).toBe("_.._etc_.pass_gnp.mp4");
    expect(keptName("...")).toBe("file");
    expect(keptName(`${"🦊".repeat(300)}.wav`)).toBe(`${"🦊".repeat(80)}.wav`);
    expect([1, 2, 3].map((number) => numbered("fox.mp4", number))).toEqual(["fox.mp4", "fox-2.mp4", "fox-3.mp4"]);
    expect(assetName("red_fox-01.png")).toBe("Red fox 01");
    expect(mediaUrl("u", "01_Assets/a b/#?.mp4", 320)).toBe("media/u/01_Assets/a%20b/%23%3F.mp4?w=320");
  });
  it("is shown on its way, and gone once it is there", async () => {
    const shares: number[] = [];
    const arrivals = new Arrivals(async (_, onshare) => {
      onshare(0.5);
      shares.push(arrivals.all[0]!.share);
      return "p";
    });
    expect(await arrivals.bring({ name: "a.mp4" } as File, null, { x: 1, y: 2 })).toBe("p");
    expect([shares, arrivals.all]).toEqual([[0.5], []]);
  });
  it("that was refused stays with the reason until it is dismissed", async () => {
    const arrivals = new Arrivals(() => Promise.reject(new StudioError("too_large", "It is too large.", "Send less.")));
    expect(await arrivals.bring({ name: "a.mp4" } as File, "n", { x: 0, y: 0 })).toBeNull();
    expect(arrivals.all).toMatchObject([{ error: "It is too large.", fix: "Send less.", node: "n" }]);
    arrivals.dismiss(arrivals.all[0]!.id);
    expect(arrivals.all).toEqual([]);
  });
  it("takes the next name that is free, also where somebody was quicker", async () => {
    const sent: string[] = [];
    const files: Files = {
      taken: (path) => Promise.resolve(path.endsWith("/fox.mp4")),
      send: ({ path }) => (sent.push(path), path.endsWith("-2.mp4") ? Promise.reject(new StudioError("conflict", "There is one.", "")) : Promise.resolve()),
      remove: () => Promise.resolve(),
    };
    expect(await bringIn(files, { name: "fox.MP4" } as File, () => undefined)).toBe("01_Assets/Source_Media/fox-3.mp4");
    expect(sent).toHaveLength(2);
  });
  it("is given up after many names, and at once for any other reason", async () => {
    const send = (code: string) => ({ taken: () => Promise.resolve(false), send: () => Promise.reject(new StudioError(code, "No.", "")), remove: () => Promise.resolve() });
    await expect(bringIn(send("conflict"), { name: "a.png" } as File, () => undefined)).rejects.toMatchObject({ message: "There are too many files called a.png." });
    await expect(bringIn(send("too_large"), { name: "a.png" } as File, () => undefined)).rejects.toMatchObject({ code: "too_large" });
  });
  it("is taken back over the comm by its path", async () => {
    const asked: unknown[] = [];
    await new CommFiles((method, params) => (asked.push([method, params]), Promise.resolve(null as never))).remove("01_Assets/Source_Media/a.png");
    expect(asked).toEqual([["upload_remove", { path: "01_Assets/Source_Media/a.png" }]]);
  });
  it("that a page without the studio's server cannot send is told how to get in", () => {
    expect(refusal(404, "<html>")).toMatchObject({ code: "no_server" });
    expect(refusal(413, '{"code":"too_large","message":"m","fix":"f"}')).toMatchObject({ code: "too_large", message: "m", fix: "f" });
    expect(refusal(500, "")).toMatchObject({ code: "refused" });
  });
});

describe("a finishing step", () => {
  const film = canvas(
    { a: shot("SHOT_010"), up: node("super_resolution", { muted: true }), clean: node("video_restoration", {}), cut: node("vse_assembler") },
    { e1: wire("a", "output", "up", "input"), e2: wire("up", "output", "clean", "input"), e3: wire("clean", "output", "cut", "sequence_in") },
  );
  it("that is passed by gives what comes into it", () => {
    expect(pastMuted(film, film.edges["e2"]!)).toBe(film.edges["e1"]);
    expect(pastMuted(film, film.edges["e3"]!)).toBe(film.edges["e3"]);
    const both = applyPatch(film, muteOperationsPatch(film, ["clean", "up", "a"])).canvas;
    expect(pastMuted(both, both.edges["e3"]!)).toEqual(film.edges["e1"]);
  });
  it("is used again when all that are chosen are passed by; a shot never is", () => {
    expect(muteOperations(film, ["up"])).toMatchObject({ muted: false, operations: [{ path: "/nodes/up/data/muted", value: false }] });
    expect(muteOperations(film, ["a", "cut"]).operations).toEqual([]);
    expect(isMuted(node("shot", { muted: true }))).toBe(false);
  });
});

const muteOperationsPatch = (film: Parameters<typeof muteOperations>[0], ids: string[]) => ({ operations: muteOperations(film, ids).operations, guard: false });

describe("the film of an assembler", () => {
  const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/sequences.json", import.meta.url), "utf8")) as { name: string; canvas: Canvas; assembler: string; sequence: string[] }[];
  for (const vector of vectors) it(vector.name, () => expect(sequence(vector.canvas, vector.assembler)).toEqual(vector.sequence));
});
