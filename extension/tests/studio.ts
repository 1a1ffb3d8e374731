/** The real studio for the tests: a Python process, real sockets that can be cut, and stores as pages have them. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import type { Canvas } from "../src/lib/types.ts";
import type { WidgetModel } from "../src/protocol/comm.ts";
import { ProjectStore } from "../src/stores/projectStore.svelte.ts";

const SCRIPT = fileURLToPath(new URL("../../tests/support/serve_studio.py", import.meta.url));

export interface Place {
  url: string;
  token: string;
  project: string;
  workspace: string;
}

/** What a test asks of a store: no test waits a fixed time. */
export async function until(holds: () => boolean, what: string, timeout = 60_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export class Studio {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    readonly place: Place,
    readonly cookie: string,
  ) {}

  /** Start the studio with a sample film in a place of its own. */
  static async start(): Promise<Studio> {
    const python = process.env["GENSTUDIO_PYTHON"] ?? "python3";
    const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new Error("The studio did not start.");
    const place = JSON.parse(first.value) as Place;
    const page = { baseUrl: "/", token: place.token };
    Object.assign(globalThis, {
      document: { getElementById: () => ({ textContent: JSON.stringify(page) }), body: { dataset: {} } },
      location: { href: place.url },
    });
    // As a browser has it: without a cookie the server would call each connection by another name.
    const answer = await fetch(`${place.url}lab/api/themes?token=${place.token}`);
    const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    return new Studio(child, lines, place, cookie);
  }

  /** Return the canvas as it is on disk. */
  async onDisk(): Promise<Canvas> {
    this.process.stdin!.write("canvas\n");
    return JSON.parse((await this.lines.next()).value as string) as Canvas;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin!.end();
    await gone;
  }
}

const NO_COMM: WidgetModel = { get: () => "", on: () => undefined, off: () => undefined, send: () => undefined };

/** A page on the canvas of the studio. */
export class Page {
  readonly store: ProjectStore;
  private readonly sockets: WebSocket[] = [];

  constructor(
    private readonly studio: Studio,
    name: string,
  ) {
    const { project, workspace } = studio.place;
    const hello = { version: "test", workspace, client: name };
    this.store = new ProjectStore(NO_COMM, { project, canvas: "", hello, author: `artist#${name}`, mustOpen: false });
  }

  /** Connect; returns once the canvas is there. */
  async open(): Promise<this> {
    const { sockets } = this;
    const headers = { cookie: this.studio.cookie };
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string) {
        super(url, { headers });
        sockets.push(this);
      }
    } as unknown as typeof globalThis.WebSocket;
    await this.store.start();
    await until(() => this.store.synced, "the canvas of a page");
    return this;
  }

  /** Cut the connection, as a network does. */
  cut(): void {
    for (const socket of this.sockets.splice(0)) socket.terminate();
  }

  get pending(): number {
    return this.replica.pending.length;
  }

  get sequence(): number {
    return this.replica.sequence;
  }

  /** Wait until the studio has confirmed all edits of this page. */
  async settled(): Promise<void> {
    await until(() => this.pending === 0 && this.store.connection === "open", "the studio's answer to all edits");
  }

  private get replica(): { pending: unknown[]; sequence: number } {
    return (this.store as unknown as { replica: { pending: unknown[]; sequence: number } }).replica;
  }
}
