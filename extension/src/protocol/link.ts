/** Requests and answers on a carrier: an id per request, a map of the open ones. */
import type { Envelope } from "../lib/types.ts";
import type { Carrier, CarrierKind, CarrierListener, CarrierState } from "./carrier.ts";

/** The studio refused a request: what happened and what to do. */
export class StudioError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fix: string = "",
  ) {
    super(message);
    this.name = "StudioError";
  }
}

/** The connection went before the answer came; whether the request was carried out is not known. */
export class ConnectionLostError extends StudioError {
  constructor() {
    super("connection_lost", "The studio cannot be reached just now.", "It reconnects by itself; try again then.");
    this.name = "ConnectionLostError";
  }
}

interface Open {
  resolve(result: unknown): void;
  reject(error: StudioError): void;
}

let requests = 0;

export class Link implements CarrierListener {
  carrier: Carrier | null = null;
  /** Path of the canvas that messages concern; set by its owner once it is known. */
  canvas: string | null = null;
  private readonly open = new Map<string, Open>();

  constructor(
    private readonly client: string,
    private readonly onevent: (message: Envelope) => void,
    private readonly onchange: (state: CarrierState, kind: CarrierKind | null) => void,
  ) {}

  /** Send a request and wait for its answer. */
  request<Result = unknown>(type: string, payload: unknown): Promise<Result> {
    requests += 1;
    const id = `${this.client}-${requests}`;
    return new Promise<Result>((resolve, reject) => {
      this.open.set(id, { resolve: (result) => resolve(result as Result), reject });
      if (!this.carrier?.send({ type, request_id: id, canvas: this.canvas, payload })) this.settle(id, new ConnectionLostError());
    });
  }

  /** Call a public method of the session. */
  call<Result = unknown>(method: string, params: Record<string, unknown> = {}): Promise<Result> {
    return this.request<Result>("client:call", { method, params });
  }

  /** Send without waiting for an answer. */
  tell(type: string, payload: unknown): boolean {
    return this.carrier?.send({ type, canvas: this.canvas, payload }) ?? false;
  }

  onmessage(message: Envelope): void {
    if (message.type === "server:result") this.answered(message);
    else if (message.type === "server:error") this.failed(message);
    else this.onevent(message);
  }

  onstate(state: CarrierState): void {
    if (state !== "open") for (const id of [...this.open.keys()]) this.settle(id, new ConnectionLostError());
    this.onchange(state, this.carrier?.kind ?? null);
  }

  close(): void {
    this.carrier?.close();
  }

  private answered(message: Envelope): void {
    const id = message.request_id ?? "";
    const open = this.open.get(id);
    this.open.delete(id);
    open?.resolve((message.payload as { result?: unknown }).result);
  }

  private failed(message: Envelope): void {
    const { code, message: text, fix } = message.payload as { code: string; message: string; fix?: string };
    const id = message.request_id ?? "";
    if (this.open.has(id)) this.settle(id, new StudioError(code, text, fix ?? ""));
    // On a shared comm, answers to other views of the widget pass here as well; only errors that answer nothing concern all.
    else if (!message.request_id) this.onevent(message);
  }

  private settle(id: string, error: StudioError): void {
    const open = this.open.get(id);
    this.open.delete(id);
    open?.reject(error);
  }
}
