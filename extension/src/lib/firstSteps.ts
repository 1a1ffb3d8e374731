/** The way to a first film, as the guide tells it: which steps there are, and which of them a project has behind it. */
import { idsOfType } from "./kinds.ts";
import type { Canvas, TakeView, TaskSummary } from "./types.ts";
import { wiringOf } from "./wiring.ts";

export interface FirstStep {
  id: "project" | "shot" | "take" | "film";
  title: string;
  text: string;
}

export const FIRST_STEPS: readonly FirstStep[] = [
  { id: "project", title: "Make a project", text: "Press New project and name your film, or look at the sample film first." },
  { id: "shot", title: "Write a shot", text: "Take a Shot from the palette, and write what happens in it." },
  { id: "take", title: "Generate", text: "Press Generate on the shot. Without a GPU it becomes an animatic: a drawn panel that moves like the camera." },
  { id: "film", title: "Render the film", text: "Add an Assembler, drag a wire to it from the shot's Sequence, and press Render Final Video." },
];

/** What a project shows of itself. */
export interface Made {
  canvas: Canvas;
  takes: Readonly<Record<string, readonly TakeView[]>>;
  tasks: Readonly<Record<string, Pick<TaskSummary, "result_url">>>;
}

/** Return the steps that an open project has behind it. */
export function stepsBehind({ canvas, takes, tasks }: Made): ReadonlySet<FirstStep["id"]> {
  const written = (id: string): boolean => !!String(canvas.nodes[id]?.data["prompt"] ?? "").trim() || wiringOf(canvas).into(id, "prompt").length > 0;
  const shots = idsOfType(canvas.nodes, "shot");
  const behind = new Set<FirstStep["id"]>(["project"]);
  if (shots.some(written)) behind.add("shot");
  if (shots.some((id) => takes[id]?.length)) behind.add("take");
  if (idsOfType(canvas.nodes, "vse_assembler").some((id) => tasks[id]?.result_url)) behind.add("film");
  return behind;
}
