/** A store over the comm of a pretended kernel, for what a store does by itself. */
import { expect, vi } from "vitest";
import { NODE_TYPES } from "../dev/declarations.ts";
import type { Canvas, Envelope, Patch, Problem, Reference } from "../src/lib/types.ts";
import type { WidgetModel } from "../src/protocol/comm.ts";
import { ProjectStore } from "../src/stores/projectStore.svelte.ts";
import { canvas, shot } from "./helpers.ts";

/** What the kernel says of its canvas. */
export interface Held {
  graph: Canvas;
  tasks_available: readonly Reference[];
  problems: readonly Problem[];
}

const FULL = {
  canvas: "main.json", title: "Film", project: "p1", read_only: "", settings: null, tasks: [], takes: {}, node_types: NODE_TYPES, tasks_available: [],
  assets: [], problems: [], workers: [], media_base: "", graph: canvas({ one: shot("SHOT_010") }), sequence: 1,
};

/** A notebook's kernel at the other end of a comm: says hello, gives the canvas, and answers nothing else. */
function kernel(held: Partial<Held>) {
  const listeners = new Map<unknown, { name: string; hear: (message?: object) => void }>();
  const tell = (name: string, message?: object): void => [...listeners.values()].filter((other) => other.name === name).forEach(({ hear }) => hear(message));
  const patches: Patch[] = [];
  const answers: Record<string, (message: Envelope) => object[]> = {
    "client:hello": () => [{ type: "server:hello", payload: { protocol: 1, version: "1", workspace: "w1", client: "" } }],
    "client:sync_request": ({ request_id }) => [{ type: "server:full_sync", payload: { ...FULL, ...held } }, { type: "server:result", request_id, payload: { result: null } }],
    "client:patch": ({ payload }) => (patches.push((payload as { patch: Patch }).patch), []),
  };
  const widget: WidgetModel = {
    get: () => "",
    on: (name, hear) => void listeners.set(hear, { name, hear: hear as never }),
    off: (_, hear) => void listeners.delete(hear),
    send: (message) => (answers[(message as Envelope).type]?.(message as Envelope) ?? []).forEach((answer) => tell("msg:custom", answer)),
  };
  return { widget, patches, end: () => tell("comm_live_update") };
}

/** Open a canvas; gives its store, the patches that reach the kernel, and a way to end that. */
export async function opened(held: Partial<Held> = {}) {
  vi.stubGlobal("document", { getElementById: () => null, body: { dataset: {} } });
  const { widget, patches, end } = kernel(held);
  const store = new ProjectStore(widget, { project: "p1", canvas: "main.json", hello: { version: "1", workspace: "w1", client: "c1" }, author: "a#c1", mustOpen: false });
  await store.start();
  await vi.waitFor(() => expect(store.synced).toBe(true));
  return { store, patches, end };
}
