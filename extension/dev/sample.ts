/** A small film to look at. */
import type { Canvas, CanvasNode } from "../src/lib/types.ts";

const shot = (name: string, renders: string, prompt: string, order: string, duration = "4s"): CanvasNode =>
  ({ type: "shot", parent: "scene_01", order, data: { name, renders, version: 1, prompt, negative_prompt: "", seed: null, duration, quality: null, active_take: null, params: {}, review: {} } }) as CanvasNode;
const node = (type: string, data: Record<string, unknown>): CanvasNode => ({ type, parent: null, order: "", data }) as CanvasNode;

export function sampleCanvas(empty: boolean): Canvas {
  const canvas: Canvas = { schema: "genstudio.canvas/1", version: 42, nodes: {}, edges: {}, layout_version: 12, layout: {} };
  if (empty) return canvas;
  canvas.nodes = {
    scene_01: node("scene_group", { name: "The crossing", scene: "SCENE_01", collapsed: false }),
    shot_010: shot("", "SCENE_01/SHOT_010", "a fox crosses a frozen river at dawn, wide, slow dolly left", "a0"),
    shot_020: shot("Cracks", "SCENE_01/SHOT_020", "close-up, the ice cracks under its paw", "a1", "3s"),
    shot_030: shot("", "SCENE_01/SHOT_030", "", "a2", "5s"),
    shot_040: { ...shot("", "SCENE_02/SHOT_010", "the fox looks back from the far bank, snow begins to fall", "a3"), parent: null },
    asset_1: node("asset", { asset: "a1", name: "Fox" }),
    pipeline_1: node("pipeline", { reference: "generate-video", params: {} }),
    restore_1: node("video_restoration", { name: "", strength: 0.5 }),
    note_1: node("note", { text: "Keep the horizon on the upper third in all wides. Dawn colours: cold blue, one warm rim." }),
    text_1: node("text", { text: "grain, 35mm, muted palette", file: null }),
    odd_1: node("lip_sync_9000", { secret: 1 }),
    assembler_1: node("vse_assembler", { name: "", events: { shot_020: { transition: { kind: "dissolve", frames: 12 } } } }),
  };
  const edge = (source: string, sourceHandle: string, target: string, targetHandle: string, order = "a0") => ({ source, sourceHandle, target, targetHandle, order });
  canvas.edges = {
    e_1: edge("asset_1", "asset", "shot_010", "character"),
    e_2: edge("pipeline_1", "pipeline", "shot_010", "pipeline"),
    e_3: edge("pipeline_1", "pipeline", "shot_020", "pipeline"),
    e_4: edge("text_1", "text", "shot_020", "prompt"),
    e_5: edge("shot_010", "sequence_out", "assembler_1", "sequence_in", "a0"),
    e_6: edge("shot_020", "sequence_out", "assembler_1", "sequence_in", "a1"),
    e_7: edge("shot_030", "sequence_out", "assembler_1", "sequence_in", "a2"),
    e_8: edge("shot_040", "output", "assembler_1", "sequence_in", "a3"),
    e_9: edge("odd_1", "weird", "shot_040", "style"),
  };
  canvas.layout = {
    scene_01: { x: 330, y: -90 }, shot_010: { x: 330, y: 60 }, shot_020: { x: 330, y: 430 }, shot_030: { x: 660, y: 430 }, shot_040: { x: 1030, y: 520 },
    asset_1: { x: 40, y: 40 }, pipeline_1: { x: 20, y: 300 }, text_1: { x: 20, y: 470 }, restore_1: { x: 1400, y: 620 }, note_1: { x: 690, y: 40 }, odd_1: { x: 690, y: 830 }, assembler_1: { x: 1030, y: 60 },
  };
  return canvas;
}

/** A long film: a chain of so many shots, all from one pipeline, into one assembler. */
export function longCanvas(count: number): Canvas {
  const canvas = sampleCanvas(true);
  canvas.nodes["pipeline_1"] = node("pipeline", { reference: "generate-video", params: {} });
  canvas.nodes["assembler_1"] = node("vse_assembler", { name: "", events: {} });
  for (let at = 0; at < count; at += 1) {
    const id = `shot_${at}`;
    const order = `a${String(at).padStart(4, "0")}V`;
    canvas.nodes[id] = { ...shot("", `SCENE_01/SHOT_${String((at + 1) * 10).padStart(3, "0")}`, `shot number ${at}`, order), parent: null };
    canvas.edges[`p_${at}`] = { source: "pipeline_1", sourceHandle: "pipeline", target: id, targetHandle: "pipeline", order: "a0" };
    canvas.edges[`s_${at}`] = { source: id, sourceHandle: "sequence_out", target: "assembler_1", targetHandle: "sequence_in", order };
    canvas.layout[id] = { x: 340 + (at % 20) * 320, y: Math.floor(at / 20) * 340 };
  }
  canvas.layout["pipeline_1"] = { x: 0, y: 0 };
  canvas.layout["assembler_1"] = { x: 7000, y: 0 };
  return canvas;
}
