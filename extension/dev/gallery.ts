/** Every kind of node in every state, for looking at and for the browser tests: at rest, running, failed, stale. */
import type { Canvas, CanvasNode, FullSync, Problem } from "../src/lib/types.ts";

export const STATES = ["rest", "running", "failed", "stale"] as const;

const node = (type: string, data: Record<string, unknown>): CanvasNode => ({ type, parent: null, order: "", data }) as CanvasNode;

const KINDS: Record<string, (state: string, row: number) => CanvasNode> = {
  shot: (_, row) => node("shot", { name: "Fox crosses", renders: `SCENE_01/SHOT_${row}`, version: 1, prompt: "a fox crosses a frozen river at dawn", negative_prompt: "", seed: null, duration: "4s", quality: null, active_take: null, params: {}, review: {} }),
  super_resolution: (_, row) => node("super_resolution", { name: "", scale: 2, renders: `SCENE_01/UPSCALE_${row}` }),
  video_restoration: (state, row) => node("video_restoration", { name: "", strength: 0.5, muted: state === "stale", renders: `SCENE_01/RESTORE_${row}` }),
  motion_source: (state) => node("motion_source", { file: state === "rest" ? "" : "01_Assets/Source_Media/walk.mp4" }),
  audio: (state, row) => node("audio", { name: "", text: state === "rest" ? "" : "She never came back from the river.", file: state === "stale" ? "01_Assets/Source_Media/wind.wav" : "", renders: `SCENE_01/AUDIO_${row}` }),
  text: () => node("text", { text: "grain, 35mm, muted palette", file: null }),
  asset: (state) => node("asset", state === "failed" ? { asset: "gone", name: "Old fox" } : { asset: "a1", name: "Fox" }),
  pipeline: (state) => node("pipeline", { reference: state === "failed" ? "t2v-lost@2.0.0" : "generate-video", params: {} }),
  pipeline_faceswap: () => node("pipeline_faceswap", { strength: 0.7, hair: true }),
  scene_group: () => node("scene_group", { name: "The crossing", scene: "SCENE_01", collapsed: false }),
  vse_assembler: () => node("vse_assembler", { name: "", events: {} }),
  note: () => node("note", { text: "Keep the horizon on the upper third." }),
  lip_sync_9000: () => node("lip_sync_9000", { secret: 1 }),
};

/** What makes something and so has all states; the others are shown at rest, and where something they name is missing. */
const MAKERS = ["shot", "super_resolution", "video_restoration", "motion_source", "audio", "pipeline_faceswap", "vse_assembler"];

/** @param part 1 for all states, 2 for one of each kind, to be selected: more at once would be drawn, not shown. */
export function galleryCanvas(part: number): Canvas {
  const canvas: Canvas = { schema: "genstudio.canvas/1", version: 1, nodes: {}, edges: {}, layout_version: 1, layout: {} };
  const put = (kind: string, state: string, x: number, y: number): void => {
    const id = `${kind}_${state}`;
    canvas.nodes[id] = KINDS[kind]?.(state, Object.keys(canvas.nodes).length) as CanvasNode;
    canvas.layout[id] = { x, y };
  };
  const others = Object.keys(KINDS).filter((kind) => !MAKERS.includes(kind));
  if (part === 2) {
    [...MAKERS, ...others].forEach((kind, at) => put(kind, "rest", (at % 5) * 350, Math.floor(at / 5) * 470));
    return canvas;
  }
  MAKERS.forEach((kind, row) => STATES.forEach((state, column) => put(kind, state, (column + (row % 2) * 4.2) * 330, Math.floor(row / 2) * 400)));
  others.forEach((kind, at) => put(kind, "rest", (4.2 + (at % 4)) * 330, 1200 + Math.floor(at / 4) * 220));
  put("asset", "failed", 0, 1560);
  put("pipeline", "failed", 330, 1560);
  for (const kind of ["super_resolution", "video_restoration"])
    for (const state of ["running", "failed", "stale"])
      canvas.edges[`e_${kind}_${state}`] = { source: "shot_rest", sourceHandle: "output", target: `${kind}_${state}`, targetHandle: "input", order: "a0" };
  return canvas;
}

export function galleryTasks(): FullSync["tasks"] {
  const base = { eta_s: null, error: "", fix: "", result_url: "", progress: 0, step: "" };
  return MAKERS.flatMap((kind) => [
    { ...base, task_id: `r-${kind}`, node_id: `${kind}_running`, state: "generating" as const, progress: 62, step: "Denoising 31/50", eta_s: 40 },
    { ...base, task_id: `f-${kind}`, node_id: `${kind}_failed`, state: "failed" as const, error: "The weights of the model are not on this machine.", fix: "Run “genstudio pipelines fetch”, or choose Low." },
  ]);
}

export const galleryProblems = (): Problem[] =>
  ["shot", "super_resolution", "video_restoration", "pipeline_faceswap"].map((kind) => ({
    node: `${kind}_stale`,
    socket: null,
    edge: null,
    severity: "warning",
    code: "stale_take",
    message: "The prompt was changed after take 1 was made.",
    fix: null,
  })) as unknown as Problem[];
