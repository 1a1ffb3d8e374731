/** What is told with the whole state, and again when it has changed: who works for the studio, and what is wrong with the canvas. */
import { beforeEach, expect, it, vi } from "vitest";
import { NODE_TYPES } from "../dev/declarations.ts";
import type { Envelope } from "../src/lib/types.ts";
import type { WidgetModel } from "../src/protocol/comm.ts";
import { ProjectStore } from "../src/stores/projectStore.svelte.ts";
import { canvas } from "./helpers.ts";

const CPU = { address: "tls://1", name: "cpu", cpu: 2 };
const CARD = { address: "tls://2", name: "card", card_gib: 24 };
const FULL = {
  canvas: "main.json", title: "Film", project: "p1", read_only: "", settings: null, tasks: [], takes: {}, node_types: NODE_TYPES, tasks_available: [],
  assets: [], problems: [], workers: [CPU], media_base: "", graph: canvas({}), sequence: 1,
};

beforeEach(() => {
  vi.stubGlobal("document", { getElementById: () => null, body: { dataset: {} } });
});

/** Open a canvas; return its store, and what lets it hear a message. */
async function opened(): Promise<{ store: ProjectStore; hear: (message: object) => void }> {
  let hear: (message: object) => void = () => undefined;
  const answer: Record<string, object[]> = {
    "client:hello": [{ type: "server:hello", payload: { protocol: 1, version: "1", workspace: "w1", client: "" } }],
    "client:sync_request": [{ type: "server:full_sync", payload: FULL }, { type: "server:result", payload: { result: null } }],
  };
  const widget: WidgetModel = {
    get: () => "",
    on: (name, listener) => void (name === "msg:custom" && (hear = listener as never)),
    off: () => undefined,
    send: (message) => {
      const { type, request_id } = message as Envelope;
      for (const each of answer[type] ?? []) hear({ ...each, request_id });
    },
  };
  const store = new ProjectStore(widget, { project: "p1", canvas: "main.json", hello: { version: "1", workspace: "w1", client: "c1" }, author: "a#c1", mustOpen: false });
  await store.start();
  await vi.waitFor(() => expect(store.synced).toBe(true));
  return { store, hear };
}

it("a worker that comes or goes is known at once", async () => {
  const { store, hear } = await opened();
  const names = () => store.workers.map((worker) => worker["name"]);
  expect(names()).toEqual(["cpu"]);
  hear({ type: "server:workers", payload: { workers: [CPU, CARD] } });
  expect(names()).toEqual(["cpu", "card"]);
  hear({ type: "server:workers", payload: { workers: [] } });
  expect(names()).toEqual([]);
});

it("what is wrong after an edit comes after it, and stays until it is told anew", async () => {
  const { store, hear } = await opened();
  const odd = { node: "odd", severity: "error", code: "unknown_type", message: "Nobody knows this node." };
  const patch = { base: 0, operations: [{ op: "add", path: "/nodes/odd", value: { type: "odd", data: {} } }], author: "b#c2", label: "", id: "p" };
  const patched = { version: 2, layout_version: 1, author: "b#c2", dropped: [] };
  hear({ type: "server:patch", payload: { ...patched, sequence: 2, patch } });
  expect([store.canvas.nodes["odd"]?.type, store.problemsOf("odd")]).toEqual(["odd", []]);
  hear({ type: "server:problems", payload: { problems: [odd] } });
  expect(store.problemsOf("odd")).toEqual([odd]);
  hear({ type: "server:patch", payload: { ...patched, sequence: 3, patch: { ...patch, operations: [], id: "q" } } });
  expect(store.problemsOf("odd")).toEqual([odd]);
  hear({ type: "server:problems", payload: { problems: [] } });
  expect(store.problemsOf("odd")).toEqual([]);
});
