import { describe, expect, it } from "vitest";
import { facts, type Preflight } from "../src/lib/preflight.ts";
import { canRetry, jobProgress, jobWords, pausedWords, placeBefore, queueWords, tail, workerLoad, workerWords, type QueueJob, type QueueWorker } from "../src/lib/queue.ts";
import { bytes } from "../src/lib/sizes.ts";

const job = (id: string, state: QueueJob["state"], more: Partial<QueueJob> = {}): QueueJob =>
  ({ id, task: `t_${id}`, project: "p", own: true, waits: state.state === "queued" || state.state === "waiting", cancelling: false, state, ...more }) as QueueJob;
const worker = (more: Partial<QueueWorker>): QueueWorker => ({ address: "a", name: "cpu", host: "", gpu: "", card_gib: 0, vram_gib: 0, free_vram_gib: 0, cpu: 2, free_cpu: 1, warm: [], ...more });

describe("a job in words", () => {
  it("says where it stands", () => {
    expect(jobWords(job("a", { state: "waiting", reason: "Waiting for memory." }))).toBe("Waiting for memory.");
    expect(jobWords(job("a", { state: "running", worker: "w", progress: 31.4, step: "Denoising", eta_s: 40 }))).toBe("Denoising · 40 s left");
    expect(jobWords(job("a", { state: "succeeded", output: "x", take: "SHOT-010_v01_take01" }))).toBe("Made SHOT-010_v01_take01");
    expect(jobWords(job("a", { state: "cancelled", by: "ann#1" }))).toBe("Cancelled by ann");
    expect(jobWords(job("a", { state: "queued" }, { cancelling: true }))).toBe("Stopping");
  });
  it("has progress only while it runs, and stays within bounds", () => {
    expect(jobProgress(job("a", { state: "running", worker: "w", progress: 140, step: "", eta_s: null }))).toBe(100);
    expect(jobProgress(job("a", { state: "queued" }))).toBeNull();
  });
  it("can be tried again if it is ours and did not succeed", () => {
    const failed: QueueJob["state"] = { state: "failed", code: "x", message: "It broke.", fix: "", log_tail: "" };
    expect(canRetry(job("a", failed))).toBe(true);
    expect(canRetry(job("a", failed, { own: false }))).toBe(false);
    expect(canRetry(job("a", { state: "succeeded", output: "", take: null }))).toBe(false);
  });
});

describe("moving a job", () => {
  const jobs = [job("r", { state: "staging", worker: "w" }), job("a", { state: "queued" }), job("b", { state: "queued" }, { own: false }), job("c", { state: "queued" })];
  it("puts it before its neighbour, and at the end before nobody", () => {
    expect(placeBefore(jobs, "c", "up")).toBe("b");
    expect(placeBefore(jobs, "a", "down")).toBe("c");
    expect(placeBefore(jobs, "b", "down")).toBeNull();
  });
  it("does nothing at the ends, nor to what runs", () => {
    expect(placeBefore(jobs, "a", "up")).toBeUndefined();
    expect(placeBefore(jobs, "c", "down")).toBeUndefined();
    expect(placeBefore(jobs, "r", "up")).toBeUndefined();
  });
});

describe("the queue in words", () => {
  it("counts, and says who paused it", () => {
    expect(queueWords({ running: 1, waiting: 2 })).toBe("1 running, 2 waiting");
    expect(queueWords({ running: 0, waiting: 0 })).toBe("Nothing is being made");
    expect(pausedWords({ paused: null, paused_by: "" })).toBe("");
    expect(pausedWords({ paused: "all", paused_by: "ann" })).toMatch(/all projects is paused by ann\./);
  });
  it("shows what workers have free", () => {
    const card = worker({ gpu: "NVIDIA H100", card_gib: 80, vram_gib: 79.6, free_vram_gib: 39.8 });
    expect(workerWords(card)).toBe("NVIDIA H100 · 39.8 GB of 80 GB free");
    expect(workerLoad(card)).toBeCloseTo(0.5);
    expect(workerWords(worker({}))).toBe("cpu · 1 of 2 slots free");
    expect(workerLoad(worker({ cpu: 0, free_cpu: 0 }))).toBe(0);
  });
  it("shows the end of a log", () => {
    expect(tail("a\nb\nc\n\n", 2)).toBe("b\nc");
  });
});

describe("before Generate", () => {
  const known: Preflight = {
    takes: 1, requested: "low", pipeline: "wan", title: "Wan 2.1 1.3B", used: "low", label: "480p", notice: "", waits_for: "", width: 832, height: 480, frames: 65,
    seconds: 80, bytes: 12_400_000, samples: 6, ahead: 0, free_bytes: 48e9, fits_disk: true, vram_gib: 12, peak_vram_gib: 8.2, card_gib: 12, weights_bytes: 5.7e9,
  };
  const texts = (more: Partial<Preflight> = {}) => facts({ ...known, ...more }).map((fact) => fact.text);
  it("stand tier, memory, weights, size, time and disk", () => {
    expect(texts()).toEqual(["Wan 2.1 1.3B, low 480p, 8.2 GB of 12 GB", "weights here, 5.7 GB", "832 × 480, 65 frames", "about 1 min 20 s, from 6 past takes", "12.4 MB on disk, 48 GB free"]);
  });
  it("comes first what was stepped down, and what it waits for", () => {
    expect(facts({ ...known, notice: "Fell back." })[0]).toEqual({ tone: "warn", text: "Fell back." });
    expect(texts({ waits_for: "Waiting for a worker with 24 GB.", ahead: 2 })).toEqual(["Waiting for a worker with 24 GB.", "2 jobs ahead in the queue"]);
  });
  it("says when nothing is known, and when the disk is too full", () => {
    expect(texts({ seconds: null, bytes: null, samples: 0, vram_gib: 0, weights_bytes: 0, used: "draft", label: "animatic" })).toEqual([
      "Wan 2.1 1.3B, Animatic", "832 × 480, 65 frames", "no past take tells how long", "48 GB free",
    ]);
    expect(facts({ ...known, fits_disk: false, free_bytes: 1e6 }).find((fact) => fact.tone === "bad")?.text).toBe("would not fit on the disk: 12.4 MB wanted, 1 MB free");
  });
  it("counts bytes as disks are sold", () => {
    expect([0, 999, 1000, 99_600, 12_340_000, 5.7e9, 2e12].map(bytes)).toEqual(["0 bytes", "999 bytes", "1 KB", "100 KB", "12.3 MB", "5.7 GB", "2 TB"]);
  });
});
