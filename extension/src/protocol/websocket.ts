/** The WebSocket carrier: says hello, reconnects by itself with a back-off from 250 ms to 5 s, and reports every (re)connect as `open`. */
import type { Envelope } from "../lib/types.ts";
import { helloMessage, helloProblem, type Carrier, type CarrierListener, type CarrierState, type Hello } from "./carrier.ts";

export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 5_000;

/** How long the studio may take to say hello before the first try counts as failed. */
export const HELLO_TIMEOUT_MS = 5_000;

export class WebSocketCarrier implements Carrier {
  readonly kind = "websocket";
  state: CarrierState = "connecting";
  private socket: WebSocket | null = null;
  private delay = FIRST_DELAY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private settle: ((ok: boolean) => void) | null = null;

  constructor(
    private readonly url: string,
    private readonly hello: Hello,
    private readonly listener: CarrierListener,
    private readonly Socket: typeof WebSocket = WebSocket,
  ) {}

  /** Try once. Resolves to whether the studio answered and serves the expected workspace; only then it will reconnect. */
  open(): Promise<boolean> {
    return new Promise((resolve) => {
      this.settle = resolve;
      this.timer = setTimeout(() => this.fail(), HELLO_TIMEOUT_MS);
      this.connect();
    });
  }

  send(message: Envelope): boolean {
    if (this.state !== "open" || this.socket?.readyState !== this.Socket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.finish("closed");
  }

  private connect(): void {
    const socket = this.newSocket();
    if (!socket) return;
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(helloMessage(this.hello)));
    socket.onmessage = (event: MessageEvent) => this.socket === socket && this.receive(String(event.data));
    // An error is always followed by a close, which says all that can be known.
    socket.onerror = () => undefined;
    socket.onclose = () => this.socket === socket && this.dropped();
  }

  private newSocket(): WebSocket | null {
    try {
      return new this.Socket(this.url);
    } catch {
      // An address that the page may not open (a sandboxed host) throws at once instead of closing.
      this.fail();
      return null;
    }
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as Envelope;
    if (message.type === "server:hello") this.greeted(message);
    else this.listener.onmessage(message);
  }

  private greeted(message: Envelope): void {
    const problem = helloProblem(message.payload, this.hello.workspace);
    if (problem === "outdated") this.finish("outdated");
    else if (problem) this.fail();
    else {
      clearTimeout(this.timer);
      this.delay = FIRST_DELAY_MS;
      if (this.settle) globalThis.addEventListener?.("online", this.online);
      this.settle?.(true);
      this.settle = null;
      this.enter("open");
    }
  }

  private dropped(): void {
    this.socket = null;
    if (this.settle) return this.fail();
    if (this.state === "closed" || this.state === "outdated") return;
    this.enter("lost");
    this.timer = setTimeout(() => this.connect(), this.delay);
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY_MS);
  }

  private fail(): void {
    const settle = this.settle;
    this.settle = null;
    this.finish("closed");
    settle?.(false);
  }

  private finish(state: CarrierState): void {
    clearTimeout(this.timer);
    globalThis.removeEventListener?.("online", this.online);
    this.enter(state);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (state === "outdated") this.settle?.(true);
    this.settle = null;
  }

  private enter(state: CarrierState): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.onstate(state);
  }

  /** The network is there again: nobody waits for the next try then. */
  private readonly online = (): void => {
    if (this.state !== "lost") return;
    clearTimeout(this.timer);
    this.delay = FIRST_DELAY_MS;
    // A try that was begun without a network may hang for minutes.
    const hanging = this.socket;
    this.socket = null;
    hanging?.close();
    this.connect();
  };
}
