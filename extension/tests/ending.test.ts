/** A canvas whose studio is gone for good: nothing can be done on it that would reach nobody. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NODE_TYPES } from "../dev/declarations.ts";
import type { Envelope } from "../src/lib/types.ts";
import type { WidgetModel } from "../src/protocol/comm.ts";
import { ProjectStore } from "../src/stores/projectStore.svelte.ts";
import { canvas, shot } from "./helpers.ts";

const FULL = {
  canvas: "main.json", title: "Film", project: "p1", read_only: "", settings: null, tasks: [], takes: {}, node_types: NODE_TYPES, tasks_available: [],
  assets: [], problems: [], workers: [], media_base: "", graph: canvas({ one: shot("SHOT_010") }), sequence: 1,
};

/** A notebook's kernel at the other end of a comm: says hello, gives the canvas, and answers nothing else. */
function kernel() {
  const listeners = new Map<unknown, { name: string; hear: (message?: object) => void }>();
  const tell = (name: string, message?: object): void => [...listeners.values()].filter((other) => other.name === name).forEach(({ hear }) => hear(message));
  const answers: Record<string, (message: Envelope) => object[]> = {
    "client:hello": () => [{ type: "server:hello", payload: { protocol: 1, version: "1", workspace: "w1", client: "" } }],
    "client:sync_request": ({ request_id }) => [{ type: "server:full_sync", payload: FULL }, { type: "server:result", request_id, payload: { result: null } }],
  };
  const widget: WidgetModel = {
    get: () => "",
    on: (name, hear) => void listeners.set(hear, { name, hear: hear as never }),
    off: (_, hear) => void listeners.delete(hear),
    send: (message) => (answers[(message as Envelope).type]?.(message as Envelope) ?? []).forEach((answer) => tell("msg:custom", answer)),
  };
  return { widget, end: () => tell("comm_live_update") };
}

beforeEach(() => {
  vi.stubGlobal("document", { getElementById: () => null, body: { dataset: {} } });
});

async function opened() {
  const { widget, end } = kernel();
  const store = new ProjectStore(widget, { project: "p1", canvas: "main.json", hello: { version: "1", workspace: "w1", client: "c1" }, author: "a#c1", mustOpen: false });
  await store.start();
  await vi.waitFor(() => expect(store.synced).toBe(true));
  return { store, end };
}

describe("a canvas whose kernel has ended", () => {
  it("takes no more edits, and says why and what to do", async () => {
    const { store, end } = await opened();
    end();
    expect(store.connection).toBe("closed");
    expect(store.notices.shown.at(-1)).toMatchObject({ level: "error", message: "The kernel that holds this canvas has ended.", detail: "All you did is kept. Run the cell again." });
    expect(store.edit("name", [{ op: "add", path: "/nodes/one/data/name", value: "Fox" }])).toBe(false);
    expect(store.canvas.nodes["one"]?.data["name"]).toBeUndefined();
  });
  it("says that what nobody confirmed may be lost", async () => {
    const { store, end } = await opened();
    store.edit("name", [{ op: "add", path: "/nodes/one/data/name", value: "Fox" }]);
    end();
    expect(store.notices.shown.at(-1)?.detail).toContain("may not be kept");
  });
  it("is no news where the page itself leaves it", async () => {
    const { store } = await opened();
    store.close();
    expect(store.notices.shown).toEqual([]);
  });
});
