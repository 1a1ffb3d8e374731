import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { found, isModelOld, modelWords, otherWords, trainingWords, triggerProblem, usesWords, type AssetCard, type TrainingTask } from "../src/lib/assets.ts";
import { downloadUrl, facts, sizeOf } from "../src/lib/exports.ts";
import { pictureName, pictureProblem, uploadWords } from "../src/lib/uploads.ts";
import { StudioError } from "../src/protocol/link.ts";
import { CommFiles, type Sending } from "../src/protocol/files.ts";
import { AssetShelf } from "../src/stores/assetShelf.svelte.ts";
import { openProject } from "../src/ui/address.ts";
import { hashOf } from "../src/lib/links.ts";
import { openView } from "../src/ui/places.svelte.ts";

const WORDS = JSON.parse(readFileSync(new URL("../../tests/vectors/trigger_words.json", import.meta.url), "utf8")) as { word: string; others: Record<string, string>; problem: string }[];
const UUID = "11111111-1111-4111-8111-111111111111";

const card = (more: Partial<AssetCard> = {}): AssetCard => ({
  uuid: UUID,
  kind: "character",
  name: "Rusty",
  trigger_word: "rsty",
  description: "a red fox",
  keywords: "",
  model: null,
  training: null,
  folder: "01_Assets/Generative_Assets/Characters/Rusty",
  references: [],
  pictures: [],
  uses: [],
  problem: "",
  task: null,
  ...more,
});
const task = (state: TrainingTask["state"], progress = 0, id = "t1"): TrainingTask => ({ task_id: id, state, progress, step: "", error: "", fix: "" });

describe("trigger words", () => {
  for (const { word, others, problem } of WORDS) it(`${word || "none"} is judged as the studio does`, () => expect(triggerProblem(word, others)).toBe(problem));
  it("of the asset itself are no obstacle to it", () => {
    expect(otherWords([card(), card({ uuid: "b", name: "Otto", trigger_word: "" })], UUID)).toEqual({});
    expect(otherWords([card()], "b")).toEqual({ rsty: "Rusty" });
  });
});

describe("training", () => {
  it("is told as Queued, Training: 25%, Complete", () => {
    expect([task("queued"), task("generating", 25.9), task("success", 100), task("failed"), task("cancelled"), null].map(trainingWords)).toEqual(["Queued", "Training: 25%", "Complete", "Failed", "Cancelled", ""]);
  });
  it("of a draft is never told as a real model", () => {
    const training = { draft: true, pipeline: "draft-train", quality: "draft", created: "", notice: "", images: { "a/1.png": "", "a/2.png": "", "a/3.png": "" }, bytes: 1, trigger_word: "rsty" };
    const asset = card({ model: "model.safetensors", training, references: ["b/1.png", "b/2.png", "b/3.png"] });
    expect(modelWords(asset)).toMatch(/^A draft model, .* 3 pictures\. .*no likeness\.$/);
    expect(modelWords({ ...asset, training: { ...training, draft: false, pipeline: "flux-lora", quality: "high" } })).toBe("A model trained from 3 pictures by flux-lora, in high quality.");
    expect(isModelOld(asset)).toBe(false);
    expect(isModelOld({ ...asset, references: asset.references.slice(1) })).toBe(true);
    expect(isModelOld({ ...asset, references: ["b/1.png", "b/2.png", "b/9.png"] })).toBe(true);
    expect(isModelOld({ ...asset, trigger_word: "other" })).toBe(true);
  });
});

describe("cards", () => {
  it("say where an asset is used", () => {
    const use = (...names: string[]) => ({ canvas: "c", node: "n", into: [], names });
    expect(usesWords([])).toBe("Not used yet");
    expect(usesWords([use()])).toBe("On the canvas, not connected");
    expect(usesWords([use("A", "B"), use("B")])).toBe("In A, B");
    expect(usesWords([use("A", "B", "C", "D", "E")])).toBe("In A, B, C and 2 more");
  });
  it("are found by kind and by all words", () => {
    const assets = [card(), card({ uuid: "b", kind: "style", name: "Ink", description: "", keywords: "brush, red" })];
    expect(found(assets, "", "red").length).toBe(2);
    expect(found(assets, "style", "red").map(({ name }) => name)).toEqual(["Ink"]);
    expect(found(assets, "", "red fox").map(({ name }) => name)).toEqual(["Rusty"]);
  });
});

describe("pictures", () => {
  const file = (name: string, type = "", size = 10) => ({ name, type, size });
  it("that are none are refused with the reason", () => {
    expect(pictureProblem(file("fox.png"))).toBe("");
    expect(pictureProblem(file("fox", "image/webp"))).toBe("");
    expect(pictureProblem(file("fox.psd"))).toContain("is no picture");
    expect(pictureProblem(file("fox.svg", "image/svg+xml"))).toContain("is no picture");
    expect(pictureProblem(file("fox.png", "image/png", 0))).toBe("is empty.");
    expect(pictureProblem(file("fox.png", "image/png", 2 ** 30))).toContain("larger than 200 MB");
  });
  it("get plain names that nobody has", () => {
    expect(pictureName(file("My fox (1).PNG"), new Set())).toBe("My_fox_1.png");
    expect(pictureName(file("../../etc/passwd.jpg"), new Set())).toBe("etc_passwd.jpg");
    expect(pictureName(file("лиса.jpeg"), new Set())).toBe("лиса.jpeg");
    expect(pictureName(file("🦊.gif"), new Set())).toBe("picture.gif");
    expect(pictureName(file("clip", "image/webp"), new Set())).toBe("clip.webp");
    expect(pictureName(file("Fox.png"), new Set(["fox.png", "Fox_2.PNG"]))).toBe("Fox_3.png");
    expect(pictureName(file(`${"x".repeat(300)}.png`), new Set()).length).toBe(64);
  });
  it("on their way say how far they are", () => {
    const upload = { id: 1, asset: UUID, name: "a.png", done: 0.259, error: "" };
    expect([upload, { ...upload, done: 1 }, { ...upload, error: "is empty." }].map(uploadWords)).toEqual(["25%", "Looking at it…", "is empty."]);
  });
  it("go over a comm in pieces that make the whole again", async () => {
    const bytes = Uint8Array.from({ length: 500_000 }, (_, at) => at % 251);
    let came = "";
    const told: number[] = [];
    const call = <Result>(method: string, params: Record<string, unknown>): Promise<Result> => {
      if (method === "upload_piece") came += atob(params["data"] as string);
      return Promise.resolve((method === "upload_begin" ? "u1" : null) as Result);
    };
    await new CommFiles(call).send({ path: "01_Assets/Source_Media/a.png", file: new Blob([bytes]), onprogress: (done) => told.push(done) });
    expect(Buffer.from(came, "latin1").equals(bytes)).toBe(true);
    expect(told.at(-1)).toBe(1);
    expect(told.length).toBe(3);
  });
});

describe("the shelf", () => {
  const shelfOf = (answers: Record<string, unknown>, send: (sending: Sending) => Promise<void> = () => Promise.resolve()) => {
    const asked: [string, unknown][] = [];
    const ask = <Result>(method: string, params: Record<string, unknown> = {}) => (asked.push([method, params]), Promise.resolve((answers[method] ?? null) as Result | null));
    return { shelf: new AssetShelf({ ask, files: { send } }), asked };
  };
  const event = (state: "queued" | "generating", progress: number, id = "t1") => ({ task_id: id, node_id: null, asset: UUID, state, progress, step: "", eta_s: null, preview: null });

  it("follows a training from the click to its end, and nothing old comes back", async () => {
    const { shelf } = shelfOf({ assets: [card()], train_asset: { task_id: "t1" } });
    await shelf.load();
    const asset = shelf.assets[0] as AssetCard;
    const begun = shelf.train(asset);
    expect(trainingWords(shelf.taskOf(asset))).toBe("Queued");
    await begun;
    shelf.onProgress(event("generating", 25));
    expect(trainingWords(shelf.taskOf(asset))).toBe("Training: 25%");
    shelf.onSuccess({ task_id: "t1", node_id: null, asset: UUID, remaining: 0, result: { output_url: "", take: null } });
    shelf.onProgress(event("generating", 90));
    expect(trainingWords(shelf.taskOf(asset))).toBe("Complete");
  });
  it("forgets a training that was refused", async () => {
    const { shelf } = shelfOf({ assets: [card()] });
    await shelf.load();
    await shelf.train(shelf.assets[0] as AssetCard);
    expect(shelf.taskOf(shelf.assets[0] as AssetCard)).toBeNull();
  });
  it("shows what the cards say where it missed the end", async () => {
    const answers: Record<string, unknown> = { assets: [card()] };
    const { shelf } = shelfOf(answers);
    await shelf.load();
    shelf.onProgress(event("generating", 25));
    answers["assets"] = [card({ task: task("success", 100) })];
    await shelf.load();
    expect(trainingWords(shelf.taskOf(shelf.assets[0] as AssetCard))).toBe("Complete");
    answers["assets"] = [card({ task: task("queued", 0, "t2") })];
    await shelf.load();
    expect(trainingWords(shelf.taskOf(shelf.assets[0] as AssetCard))).toBe("Queued");
  });
  it("sends pictures and keeps those that were refused, with the reason", async () => {
    const sent: string[] = [];
    const { shelf } = shelfOf({ assets: [card({ references: ["x/reference_images/fox.png"] })] }, ({ path }) => {
      sent.push(path);
      return path.includes("bad") ? Promise.reject(new StudioError("bad_input", "It holds no picture.", "Send another one.")) : Promise.resolve();
    });
    await shelf.load();
    const files = ["fox.png", "bad.png", "words.txt"].map((name) => new File(["x"], name));
    await shelf.upload(shelf.assets[0] as AssetCard, files);
    expect(sent).toEqual(["fox_2.png", "bad.png"].map((name) => `01_Assets/Generative_Assets/Characters/Rusty/reference_images/${name}`));
    expect(shelf.uploads.map(({ name, error }) => [name, error])).toEqual([["bad.png", "It holds no picture. Send another one."], ["words.txt", "is no picture. Use PNG, JPEG, WebP or GIF."]]);
    shelf.dismiss(shelf.uploads[0]?.id ?? 0);
    expect(shelf.uploads.length).toBe(1);
  });
  it("says whether an asset was deleted, by what is there afterwards", async () => {
    const answers: Record<string, unknown> = { assets: [card()] };
    const { shelf, asked } = shelfOf(answers);
    await shelf.load();
    expect(await shelf.remove(UUID, false)).toBe(false);
    answers["assets"] = [];
    expect(await shelf.remove(UUID, true)).toBe(true);
    expect(asked.filter(([method]) => method === "delete_asset").map(([, params]) => params)).toEqual([{ uuid: UUID, force: false }, { uuid: UUID, force: true }]);
  });
});

describe("addresses", () => {
  it("name a view, a project, or both", () => {
    expect(["", "#/assets", `#/assets?project=${UUID}`, `#project=${UUID}`, "#/elsewhere"].map(openView)).toEqual(["", "assets", "assets", "", ""]);
    expect(["#/assets", `#/exports?project=${UUID}`, `#project=${UUID}`, "#/assets?project=../x"].map(openProject)).toEqual(["", UUID, UUID, ""]);
    expect([hashOf({ project: UUID, shown: "" }), hashOf({ project: UUID, shown: "assets" }), hashOf({ project: "", shown: "assets" })]).toEqual([`#project=${UUID}`, `#/assets?project=${UUID}`, "#/assets"]);
  });
});

describe("exports", () => {
  it("are told on one line", () => {
    const film = { kind: "film" as const, path: "06_Exports/a.mp4", name: "a.mp4", bytes: 1_430_000, modified: "", url: "media/a.mp4", seconds: 12, width: 1280, height: 720, fps: "24" };
    expect(facts(film)).toBe("12 s · 1280 × 720 · 24 fps · 1.4 MB");
    expect(facts({ ...film, kind: "package", files: [], seconds: undefined, width: 0, fps: "" } as never)).toBe("0 files for an editor · 1.4 MB");
    expect([0, 999, 1000, 99_900, 999_600, 12e9].map(sizeOf)).toEqual(["0 bytes", "999 bytes", "1.0 kB", "100 kB", "1.0 MB", "12 GB"]);
    expect(downloadUrl("media/x/a.mp4")).toBe("media/x/a.mp4?download");
  });
});
