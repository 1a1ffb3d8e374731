/** The carriers, over a real WebSocket on loopback. */
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { Envelope } from "../src/lib/types.ts";
import { CommCarrier, type WidgetModel } from "../src/protocol/comm.ts";
import { readHost, socketUrl } from "../src/protocol/host.ts";
import { ConnectionLostError, Link, StudioError } from "../src/protocol/link.ts";
import { CommMedia, HttpMedia } from "../src/protocol/media.ts";
import { WebSocketCarrier } from "../src/protocol/websocket.ts";
import type { CarrierState } from "../src/protocol/carrier.ts";
import { openProject } from "../src/ui/address.ts";

const HELLO = { version: "1", workspace: "w1", client: "c1" };
type Handler = (message: Envelope, answer: (message: object) => void, socket: WebSocket) => void;
let servers: WebSocketServer[] = [];
let carriers: { close(): void }[] = [];

afterEach(() => {
  carriers.forEach((carrier) => carrier.close());
  for (const server of servers) {
    server.clients.forEach((client) => client.terminate());
    server.close();
  }
  servers = [];
  carriers = [];
});

async function serve(handler: Handler, port = 0): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: "127.0.0.1" });
  servers.push(server);
  server.on("connection", (socket) =>
    socket.on("message", (data) => handler(JSON.parse(String(data)) as Envelope, (message) => socket.send(JSON.stringify(message)), socket)),
  );
  await new Promise((resolve) => server.on("listening", resolve));
  return server;
}
const portOf = (server: WebSocketServer): number => (server.address() as AddressInfo).port;
const greet =
  (workspace = "w1", protocol = 1): Handler =>
  (message, answer) => {
    if (message.type === "client:hello") answer({ type: "server:hello", payload: { protocol, version: "1", workspace, client: "" } });
    if (message.type === "client:call") answer({ type: "server:result", request_id: message.request_id, payload: { result: "done" } });
  };

/** A link whose states and events can be waited for. */
function listen(port: number) {
  const states: CarrierState[] = [];
  const events: Envelope[] = [];
  let wake: () => void = () => undefined;
  const link = new Link("c1", (message) => (events.push(message), wake()), (state) => (states.push(state), wake()));
  const carrier = new WebSocketCarrier(`ws://127.0.0.1:${port}/`, HELLO, link, WebSocket as never);
  link.carrier = carrier;
  carriers.push(carrier);
  const until = async (what: () => boolean): Promise<void> => {
    while (!what()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { link, carrier, states, events, until };
}

describe("the WebSocket", () => {
  it("is open when hello has been exchanged, and answers requests", async () => {
    const { link, carrier, states } = listen(portOf(await serve(greet())));
    expect(await carrier.open()).toBe(true);
    expect(states).toEqual(["open"]);
    expect(await link.call("queue")).toBe("done");
  });
  it("is not taken where another workspace is served", async () => {
    const { carrier } = listen(portOf(await serve(greet("w2"))));
    expect(await carrier.open()).toBe(false);
    expect(carrier.state).toBe("closed");
  });
  it("is not taken where nothing answers", async () => {
    const server = await serve(greet());
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await listen(port).carrier.open()).toBe(false);
  });
  it("asks for a reload when the studio speaks another protocol", async () => {
    const { carrier, states } = listen(portOf(await serve(greet("w1", 2))));
    expect(await carrier.open()).toBe(true);
    expect(states).toEqual(["outdated"]);
  });
  it("comes back by itself, and tells requests that were open", async () => {
    const server = await serve((message, answer, socket) => {
      greet()(message, answer, socket);
      if (message.type === "client:sync_request") socket.terminate();
    });
    const { link, carrier, states, until } = listen(portOf(server));
    await carrier.open();
    await expect(link.request("client:sync_request", {})).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(link.call("queue")).rejects.toBeInstanceOf(ConnectionLostError);
    await until(() => states.at(-1) === "open");
    expect(states).toEqual(["open", "lost", "open"]);
    expect(await link.call("queue")).toBe("done");
  });
  it("tries again at once when the network is there again", async () => {
    const page = new EventTarget();
    const [add, remove] = [page.addEventListener.bind(page), page.removeEventListener.bind(page)];
    vi.stubGlobal("addEventListener", add);
    vi.stubGlobal("removeEventListener", remove);
    let cut = false;
    const server = await serve((message, answer, socket) => (cut ? undefined : greet()(message, answer, socket)));
    const { carrier, states, until } = listen(portOf(server));
    await carrier.open();
    cut = true;
    server.clients.forEach((client) => client.terminate());
    // A try that nobody answers: without the network's word it would be waited for.
    await new Promise((resolve) => server.once("connection", resolve));
    cut = false;
    expect(states).toEqual(["open", "lost"]);
    page.dispatchEvent(new Event("online"));
    await until(() => states.at(-1) === "open");
    vi.unstubAllGlobals();
  });
  it("gives errors as the studio told them, and events to the store", async () => {
    const { link, carrier, events, until } = listen(
      portOf(
        await serve((message, answer) => {
          greet()(message.type === "client:call" ? { ...message, type: "" } : message, answer, null as never);
          if (message.type !== "client:call") return;
          answer({ type: "server:notice", payload: { level: "info", message: "hi" } });
          answer({ type: "server:error", request_id: message.request_id, payload: { code: "conflict", message: "Somebody was faster.", fix: "Again." } });
        }),
      ),
    );
    await carrier.open();
    const error = await link.call("undo").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({ code: "conflict", message: "Somebody was faster.", fix: "Again." });
    await until(() => events.length > 0);
    expect(events[0]?.type).toBe("server:notice");
  });
});

describe("the comm", () => {
  function model() {
    const listeners = new Map<(message: unknown) => void, string>();
    const sent: Envelope[] = [];
    const widget: WidgetModel = {
      get: () => "",
      on: (name, callback) => void listeners.set(callback as never, name),
      off: (_, callback) => void listeners.delete(callback as never),
      send: (content) => void sent.push(content as Envelope),
    };
    const say = (message: object, event = "msg:custom"): void => listeners.forEach((name, listener) => name === event && listener(message));
    return { widget, sent, listeners, say };
  }
  it("is open after hello, carries both ways, and leaves no listener behind", async () => {
    const { widget, sent, listeners, say } = model();
    const link = new Link("c1", () => undefined, () => undefined);
    const carrier = new CommCarrier(widget, HELLO, link);
    link.carrier = carrier;
    carrier.open();
    await expect(link.call("early")).rejects.toBeInstanceOf(ConnectionLostError);
    say({ type: "server:hello", payload: { protocol: 1, version: "", workspace: "w1", client: "" } });
    const asked = link.call("queue");
    say({ type: "server:result", request_id: "somebody-else", payload: { result: 0 } });
    say({ type: "server:result", request_id: sent.at(-1)?.request_id, payload: { result: [] } });
    expect(await asked).toEqual([]);
    link.close();
    expect(listeners.size).toBe(0);
  });
  it("is closed for good when the kernel has ended, and says so to who still waits", async () => {
    const { widget, listeners, say } = model();
    const states: CarrierState[] = [];
    const link = new Link("c1", () => undefined, (state) => states.push(state));
    const carrier = new CommCarrier(widget, HELLO, link);
    link.carrier = carrier;
    carrier.open();
    say({ type: "server:hello", payload: { protocol: 1, version: "", workspace: "w1", client: "" } });
    const asked = link.call("queue");
    say({}, "comm_live_update");
    await expect(asked).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(link.call("queue")).rejects.toBeInstanceOf(ConnectionLostError);
    expect(states).toEqual(["open", "closed"]);
    expect(listeners.size).toBe(0);
  });
});

describe("media", () => {
  it("are URLs below the base on the server, and absolute ones stay", () => {
    const media = new HttpMedia("/user/x/genstudio/");
    expect(media.resolve("media/u/a%20b.mp4?w=320")).toBe("/user/x/genstudio/media/u/a%20b.mp4?w=320");
    expect(media.resolve("blob:x")).toBe("blob:x");
  });
  it("are fetched in pieces over the comm, once, one after the other", async () => {
    const calls: number[] = [];
    const media = new CommMedia(async (_, { offset }) => {
      calls.push(Number(offset));
      return { data: btoa(offset === 0 ? "film" : "!"), next: offset === 0 ? 4 : null, type: "video/mp4" } as never;
    });
    const [first, second] = await Promise.all([media.resolve("media/u/a.mp4"), media.resolve("media/u/a.mp4")]);
    expect(first).toMatch(/^blob:/);
    expect(second).toBe(first);
    expect(calls).toEqual([0, 4]);
    expect(await (await fetch(first)).text()).toBe("film!");
    media.close();
  });
  it("that failed are tried again", async () => {
    let tries = 0;
    const media = new CommMedia(async () => {
      tries += 1;
      throw new StudioError("not_found", "no");
    });
    await expect(media.resolve("media/u/a.mp4")).rejects.toThrow("no");
    await expect(media.resolve("media/u/a.mp4")).rejects.toThrow("no");
    expect(tries).toBe(2);
  });
});

describe("the host", () => {
  const page = (config: string | null, dataset: Record<string, string> = {}) => ({ getElementById: () => (config === null ? null : { textContent: config }), body: { dataset } });
  it("is read from the page's configuration", () => {
    expect(readHost(page('{"baseUrl": "/user/x", "token": "t"}'))).toEqual({ base: "/user/x/", token: "t" });
    expect(readHost(page(null, { baseUrl: "/nb/" }))).toEqual({ base: "/nb/", token: "" });
    expect(readHost(page("{"))).toEqual({ base: null, token: "" });
    expect(readHost(page(null))).toEqual({ base: null, token: "" });
  });
  it("gives the WebSocket's URL, with a token only where there is one", () => {
    const url = socketUrl({ base: "/hub/", token: "" }, "https://example.org/lab", "uuid", { canvas: "02/a b.json" });
    expect(url).toBe("wss://example.org/hub/genstudio/ws/uuid?canvas=02%2Fa+b.json");
    expect(socketUrl({ base: "/", token: "t" }, "http://localhost:1/", "workspace", { canvas: "" })).toBe("ws://localhost:1/genstudio/ws/workspace?token=t");
  });
  it("keeps the open project in the address, and only a uuid", () => {
    expect(openProject("#project=11111111-1111-4111-8111-111111111111")).toBe("11111111-1111-4111-8111-111111111111");
    expect([openProject("#project=../x"), openProject("")]).toEqual(["", ""]);
  });
});
