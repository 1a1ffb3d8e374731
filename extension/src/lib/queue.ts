/** The queue in words, and where a job goes when it is moved. */
import { gigabytes } from "./sizes.ts";
import { count, timeLeft } from "./text.ts";
import type { JobView } from "./types.ts";

/** A job as `queue_overview` tells it. Times are seconds since the epoch. */
export interface QueueJob extends Omit<JobView, "quality"> {
  project_title: string;
  canvas: string;
  title: string;
  quality: string | null;
  author: string;
  /** It has not begun. */
  waits: boolean;
  /** Its end was asked for. */
  cancelling: boolean;
  /** It is of the open project. */
  own: boolean;
}

export interface QueueWorker {
  address: string;
  name: string;
  host: string;
  gpu: string;
  card_gib: number;
  vram_gib: number;
  free_vram_gib: number;
  cpu: number;
  free_cpu: number;
  /** What stays loaded there. */
  warm: readonly { readonly pipeline: string }[];
}

export interface QueueOverview {
  paused: "all" | "project" | null;
  paused_by: string;
  jobs: readonly QueueJob[];
  ended: readonly QueueJob[];
  running: number;
  waiting: number;
  workers: readonly QueueWorker[];
  /** Address of the page of Dask; empty where there is none. */
  dashboard: string;
}

/** Return `2 running, 3 waiting`. */
export function queueWords({ running, waiting }: Pick<QueueOverview, "running" | "waiting">): string {
  return [running && `${running} running`, waiting && `${waiting} waiting`].filter(Boolean).join(", ") || "Nothing is being made";
}

/** Return what keeps the queue, in a sentence; empty if nothing does. */
export function pausedWords({ paused, paused_by }: Pick<QueueOverview, "paused" | "paused_by">): string {
  if (!paused) return "";
  const what = paused === "all" ? "The queue of all projects is paused" : "The queue of this project is paused";
  return `${what}${paused_by ? ` by ${paused_by}` : ""}. What runs goes on; nothing more starts.`;
}

/** Return how a job stands, in a few words. */
export function jobWords(job: QueueJob): string {
  const { state } = job;
  if (job.cancelling && state.state !== "cancelled") return "Stopping";
  switch (state.state) {
    case "queued":
      return "Waiting for its turn";
    case "waiting":
      return state.reason;
    case "staging":
      return `Preparing on ${state.worker}`;
    case "running":
      return [state.step || "Working", timeLeft(state.eta_s)].filter(Boolean).join(" · ");
    case "succeeded":
      return state.take ? `Made ${state.take}` : "Done";
    case "failed":
      return state.message;
    case "cancelled":
      return state.by ? `Cancelled by ${state.by.split("#")[0]}` : "Cancelled";
  }
}

/** Return how far a job is in percent; null while it has not begun. */
export const jobProgress = (job: QueueJob): number | null => (job.state.state === "running" ? Math.round(Math.min(100, Math.max(0, job.state.progress))) : null);

/** Whether it can be asked for once more. */
export const canRetry = (job: QueueJob): boolean => job.own && (job.state.state === "failed" || job.state.state === "cancelled");

/** Return the job that a waiting job must be put before to go one place up or down; null is the end, undefined: it cannot. */
export function placeBefore(jobs: readonly QueueJob[], id: string, way: "up" | "down"): string | null | undefined {
  const waiting = jobs.filter((job) => job.waits);
  const at = waiting.findIndex((job) => job.id === id);
  if (at < 0) return undefined;
  if (way === "up") return waiting[at - 1]?.id;
  return at + 1 < waiting.length ? (waiting[at + 2]?.id ?? null) : undefined;
}

/** Return what a worker is and has free: `NVIDIA H100 · 71.2 of 80 GB free`. */
export function workerWords(worker: QueueWorker): string {
  if (worker.card_gib > 0) return `${worker.gpu || worker.name} · ${gigabytes(worker.free_vram_gib)} of ${gigabytes(worker.card_gib)} free`;
  return `${worker.name || "CPU"} · ${worker.free_cpu} of ${count(worker.cpu, "slot")} free`;
}

/** Return the used share of a worker's memory (or slots), 0 to 1. */
export function workerLoad(worker: QueueWorker): number {
  const [all, free] = worker.card_gib > 0 ? [worker.vram_gib || worker.card_gib, worker.free_vram_gib] : [worker.cpu, worker.free_cpu];
  return all > 0 ? Math.min(1, Math.max(0, 1 - free / all)) : 0;
}

/** Return the last lines of a log. */
export const tail = (log: string, lines: number): string => log.trimEnd().split("\n").slice(-lines).join("\n");
