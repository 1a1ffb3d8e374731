/** Every kind of node in every state, for looking at and for the browser tests: at rest, running, failed, stale. */
import type { Canvas, CanvasNode, FullSync, Problem } from "../src/lib/types.ts";

export const STATES = ["rest", "running", "failed", "stale"] as const;

const node = (type: string, data: Record<string, unknown>): CanvasNode => ({ type, parent: null, order: "", data }) as CanvasNode;

const KINDS: Record<string, (state: string, row: number) => CanvasNode> = {
  shot: (_, row) => node("shot", { name: "Fox crosses", renders: `SCENE_01/SHOT_${row}`, version: 1, prompt: "a fox crosses a frozen river at dawn", negative_prompt: "", seed: null, duration: "4s", quality: null, active_take: null, params: {}, review: {} }),
  super_resolution: (_, row) => node("super_resolution", { name: "", scale: 2, renders: `SCENE_01/UPSCALE_${row}` }),
  video_restoration: (state, row) => node("video_restoration", { name: "", strength: 0.5, muted: state === "passed", renders: `SCENE_01/RESTORE_${row}` }),
  motion_source: (state) => node("motion_source", { file: state === "rest" ? "" : "01_Assets/Source_Media/walk.mp4" }),
  audio: (_, row) => node("audio", { name: "", text: "She never came back from the river.", file: "", renders: `SCENE_01/AUDIO_${row}` }),
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
const MAKERS = ["shot", "vse_assembler", "super_resolution", "video_restoration", "motion_source", "audio", "pipeline_faceswap"];
/** How far below the row of one maker the next stands: as far as its tallest state needs. */
const TALL: Readonly<Record<string, number>> = { shot: 400, vse_assembler: 290, super_resolution: 390, video_restoration: 390, motion_source: 480, audio: 270, pipeline_faceswap: 270 };
const WIDE = 350;
/** What each maker says while it works, and why it failed. */
const STEPS: Readonly<Record<string, string>> = { vse_assembler: "Encoding the film", motion_source: "Frame 31 of 50", audio: "Speaking" };
const FAILURES: Readonly<Record<string, readonly [error: string, fix: string]>> = {
  vse_assembler: ["The disk is full.", "Make room, and render again."],
  audio: ["The model needs 6 GB, and no card here has that much.", "Choose Low, or add a machine with a larger card."],
};
const WEIGHTS = ["The weights of the model are not on this machine.", "Run “genstudio pipelines fetch”, or choose Low."] as const;

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
  let y = 0;
  for (const kind of MAKERS) {
    STATES.forEach((state, column) => put(kind, state, column * WIDE, y));
    y += TALL[kind] ?? 0;
  }
  const last = [...others.map((kind) => [kind, "rest"]), ["video_restoration", "passed"], ["asset", "failed"], ["pipeline", "failed"]] as const;
  last.forEach(([kind = "", state = ""], at) => put(kind, state, (at % STATES.length) * WIDE, y + Math.floor(at / STATES.length) * 220));
  for (const kind of ["vse_assembler", "super_resolution", "video_restoration"])
    for (const state of STATES) {
      const [output, input] = kind === "vse_assembler" ? ["sequence_out", "sequence_in"] : ["output", "input"];
      canvas.edges[`e_${kind}_${state}`] = { source: `shot_${state}`, sourceHandle: output, target: `${kind}_${state}`, targetHandle: input, order: "a0" };
    }
  return canvas;
}

export function galleryTasks(): FullSync["tasks"] {
  const base = { eta_s: null, error: "", fix: "", result_url: "", progress: 0, step: "" };
  return MAKERS.flatMap((kind) => [
    { ...base, task_id: `r-${kind}`, node_id: `${kind}_running`, state: "generating" as const, progress: 62, step: STEPS[kind] ?? "Denoising 31/50", eta_s: 40 },
    { ...base, task_id: `f-${kind}`, node_id: `${kind}_failed`, state: "failed" as const, error: (FAILURES[kind] ?? WEIGHTS)[0], fix: (FAILURES[kind] ?? WEIGHTS)[1] },
  ]);
}

const STALE: Readonly<Record<string, string>> = {
  vse_assembler: "The film shows takes that are out of date: SHOT-000_v01_take02.",
  motion_source: "Map 1 was made before the video changed.",
  audio: "Take 1 was made before the words changed.",
};

export const galleryProblems = (): Problem[] =>
  MAKERS.map((kind) => ({
    node: `${kind}_stale`,
    socket: null,
    edge: null,
    severity: "warning",
    code: kind === "vse_assembler" ? "stale_cut" : "stale_take",
    message: STALE[kind] ?? "The prompt was changed after take 1 was made.",
    fix: null,
  })) as unknown as Problem[];
