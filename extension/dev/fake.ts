/** A pretended studio for looking at the front end: sample film, patches accepted as they come, progress by a timer. Development only. */
import { applyPatch } from "../src/lib/patch.ts";
import type { Canvas, Envelope, FullSync, Patch, TakeView } from "../src/lib/types.ts";
import { NODE_TYPES, REFERENCES } from "./declarations.ts";
import { clipUrl, drawing, sound, soundUrl } from "./drawings.ts";
import { galleryCanvas, galleryProblems, galleryTasks, STATES } from "./gallery.ts";
import { longCanvas, sampleCanvas } from "./sample.ts";

const PROJECT = "11111111-1111-4111-8111-111111111111";
const PATH = "02_Source_Creative/Canvases/main_canvas.json";

type Payload = Record<string, never>;

export class FakeStudio {
  canvas: Canvas;
  sequence = 7;
  takes: Record<string, TakeView[]> = {};
  tasks: FullSync["tasks"] = [];
  received: Envelope[] = [];

  constructor(
    private readonly send: (message: Envelope) => void,
    private readonly query: URLSearchParams,
  ) {
    const many = Number(query.get("many") ?? 0);
    this.canvas = many ? longCanvas(many) : sampleCanvas(query.get("empty") === "1");
    // A name that no studio would write, and that cannot be made a text: the assembler fails to draw, the rest must live.
    const assembler = this.canvas.nodes["assembler_1"];
    if (assembler && query.get("broken") === "1") assembler.data["name"] = { toString: 1, valueOf: 1 };
    if (query.has("gallery")) this.showAll(Number(query.get("gallery")));
    else if (query.get("empty") !== "1" && !many) this.fill();
  }

  receive(message: Envelope): void {
    this.received.push(message);
    // Over a real carrier nothing comes back within the call.
    queueMicrotask(() => this.handle(message));
  }

  private handle({ type, request_id, payload }: Envelope): void {
    const answer = (result: unknown): void => this.send({ type: "server:result", request_id, payload: { result } });
    const data = payload as never as Record<string, string & Payload>;
    if (type === "client:hello") return this.send({ type: "server:hello", payload: { protocol: 1, version: "0", workspace: "00000000-0000-4000-8000-000000000000", client: "" } });
    if (type === "client:sync_request") {
      this.send({ type: "server:full_sync", payload: this.state() });
      answer(null);
    }
    else if (type === "client:patch") answer(this.patch((payload as { patch: Patch }).patch));
    else if (type === "client:start_generation") answer(this.generate(String(data["node_id"]), true));
    else if (type === "client:render_final_sequence") answer(this.generate(String(data["node_id"]), false));
    else if (type === "client:call") answer(this.call(String(data["method"]), data["params"] as never));
  }

  private call(method: string, params: Record<string, string>): unknown {
    if (method === "list_projects") return this.projects();
    if (method === "create_project") return { id: PROJECT, name: params["title"], description: "", modified: "", shots: 0, takes: 0, poster_url: "" };
    if (method === "media_chunk" && params["url"] === soundUrl) return { data: btoa(String.fromCharCode(...sound())), next: null, type: "audio/wav" };
    if (method === "media_chunk") return { data: btoa(String.fromCharCode(...new TextEncoder().encode(drawing(params["url"] ?? "")))), next: null, type: "image/svg+xml" };
    if (method === "queue" || method === "recovery") return [];
    return {};
  }

  private patch(patch: Patch): unknown {
    const applied = applyPatch(this.canvas, patch);
    this.canvas = applied.canvas;
    const { version, layout_version } = applied.canvas;
    const nothing = !applied.changed && !applied.moved;
    if (!nothing) this.sequence += 1;
    const effective = nothing ? [] : effectiveOperations(patch, applied.canvas);
    const payload = { sequence: this.sequence, version, layout_version, patch: { ...patch, operations: effective }, author: patch.author ?? "", dropped: [] };
    this.send({ type: "server:patch", payload });
    this.send({ type: "server:problems", payload: { problems: [] } });
    return { sequence: this.sequence, version, layout_version, dropped: [] };
  }

  private generate(node: string, shot: boolean): string {
    const task_id = `task-${node}-${Math.random()}`;
    this.send({ type: "server:node_state_updated", payload: { node_id: node, state: "queued", task_id } });
    let progress = 0;
    const timer = setInterval(() => {
      progress += 12;
      if (progress < 100) {
        const payload = { task_id, node_id: node, progress, step: `Drawing panel ${Math.ceil(progress / 9)} of 12`, eta_s: (100 - progress) / 40, preview: null };
        return this.send({ type: "server:task_progress", payload });
      }
      clearInterval(timer);
      const take = shot ? this.take(node, (this.takes[node]?.length ?? 0) + 1, true) : null;
      if (take) this.takes[node] = [...(this.takes[node] ?? []), take];
      const result = { output_url: take?.output_url ?? "media/x/06_Exports/My_First_Film_001.mp4", take };
      this.send({ type: "server:task_success", payload: { task_id, node_id: node, result, remaining: 0 } });
      if (shot) {
        const message = "Standard quality not available on current hardware. Fell back to draft animatic generation.";
        this.send({ type: "server:notice", payload: { level: "warning", message, node_id: node } });
      }
    }, 250);
    return task_id;
  }

  private take(node: string, number: number, draft: boolean, seed = number): TakeView {
    const shot = String(this.canvas.nodes[node]?.data["renders"] ?? "SCENE_01/SHOT_000").split("/")[1] ?? "";
    const id = `${shot.replace("_", "-")}_v01_take${String(number).padStart(2, "0")}`;
    const look = draft ? "panel" : "scene";
    const record = { ...RECORD, id, media: `${id}.mp4`, renders: `SCENE_01/${shot}`, draft, inputs: { seed: 1000 + seed } } as never as TakeView["record"];
    return { record, output_url: clipUrl, thumbnail_url: `media/${look}/${shot}/${seed}` };
  }

  private fill(): void {
    this.takes = {
      shot_010: [this.take("shot_010", 1, true), this.take("shot_010", 2, false, 2), this.take("shot_010", 3, false, 3)],
      shot_020: [this.take("shot_020", 1, true)],
    };
    const base = { eta_s: null, error: "", fix: "", result_url: "", progress: 0, step: "" };
    this.tasks = [
      { ...base, task_id: "t2", node_id: "shot_020", state: "generating", progress: 62, step: "Denoising 31/50", eta_s: 40 },
      { ...base, task_id: "t3", node_id: "shot_040", state: "failed", error: "The weights of Wan 2.1 are not on this machine.", fix: "Run “genstudio pipelines fetch t2v-wan2.1-1.3b”, or choose Low." },
    ];
    if (this.query.get("calm") === "1") this.tasks = [];
  }

  private showAll(part: number): void {
    this.canvas = galleryCanvas(part);
    this.tasks = galleryTasks();
    const made = (kind: string, state: string): TakeView[] => [1, 2].map((number) => this.take(`${kind}_${state}`, number, number === 1, number));
    for (const state of STATES) this.takes[`shot_${state}`] = made("shot", state);
    for (const kind of ["super_resolution", "video_restoration", "audio"])
      for (const state of STATES) if (state !== "rest") this.takes[`${kind}_${state}`] = made(kind, state);
    this.takes["motion_source_stale"] = made("motion_source", "stale").slice(0, 1);
    for (const take of STATES.flatMap((state) => this.takes[`audio_${state}`] ?? [])) {
      take.record.kind = "audio";
      take.output_url = soundUrl;
    }
  }

  private projects(): unknown[] {
    if (this.query.get("empty") === "1") return [];
    const base = { description: "", shots: 3, takes: 5, modified: new Date(Date.now() - 3_600_000 * 5).toISOString() };
    return [
      { ...base, id: PROJECT, name: "My First Film", description: "A fox crosses a frozen river at dawn.", poster_url: "scene/SHOT_010/2" },
      { ...base, id: PROJECT.replace(/1/g, "2"), name: "Night Train", description: "Two strangers, one compartment.", poster_url: "scene/SHOT_030/5" },
      { ...base, id: PROJECT.replace(/1/g, "3"), name: "Kessler", poster_url: "panel/SHOT_020/1", shots: 12, takes: 31 },
      { ...base, id: PROJECT.replace(/1/g, "4"), name: "Untitled", poster_url: "", shots: 0, takes: 0 },
    ];
  }

  private state(): FullSync {
    return {
      project: PROJECT,
      title: "My First Film",
      canvas: PATH,
      graph: this.canvas,
      sequence: this.sequence,
      read_only: this.query.get("readonly") === "1" ? "A newer studio wrote this canvas. Update to edit it." : "",
      settings: { aspect_ratio: "16:9", quality: "standard", fps: "24", height: 720, when_unavailable: "fallback", auto_commit: true },
      tasks: this.tasks,
      takes: this.takes,
      active_takes: {},
      node_types: NODE_TYPES,
      tasks_available: REFERENCES as never,
      assets: [
        { uuid: "a1", kind: "character", name: "Fox", preview_url: "media/fox/0/0" },
        { uuid: "a2", kind: "style", name: "Ink wash", preview_url: "media/panel/SHOT_020/9" },
      ],
      problems: this.query.has("gallery") ? galleryProblems() : [{ node: "shot_030", socket: null, edge: null, severity: "warning", code: "empty_prompt", message: "This shot has no prompt yet.", fix: null }],
      workers: [{ card_gib: 24 }, { card_gib: 12 }],
      media_base: "",
    } as FullSync;
  }
}

/** What the studio would send back: whole entries as they are now, so that a replay gives the same canvas. */
function effectiveOperations(patch: Patch, after: Canvas): Patch["operations"] {
  return patch.operations.map((operation) => {
    const [, section, id, ...rest] = operation.path.split("/");
    const isAdd = operation.op === "add" && rest.length === 0 && section !== "layout";
    return isAdd ? { ...operation, value: after[section as "nodes"][id ?? ""] } : operation;
  });
}

const RECORD = {
  schema: "genstudio.take/1", kind: "video", sha256: "0".repeat(64), bytes: 1, width: 832, height: 480, fps: "24", frames: 96, audio: false,
  reel: "T0K3F9QZ", start_timecode: "01:00:10:00", task: "t", job: "j", created: "2026-11-20T12:00:00Z", intent_key: "", parents: [],
  pipeline: { id: "t2v-wan2.1-1.3b", version: "1.0.0", image: "", runner: "", weights: [] },
  quality: { requested: "standard", used: "low", label: "480p", notice: "Standard quality not available on current hardware. Fell back to low 480p generation." },
  params: {}, canvas: { path: PATH, version: 42, node: "shot_010", blob: "" }, timing: { queued_s: 0.1, load_s: 20.5, run_s: 81, warm: false }, peak_vram_gib: 8.2, worker: "gpu-0",
};
