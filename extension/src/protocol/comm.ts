/** The comm carrier: the same messages as custom messages of the widget. It lives and waits with the kernel. */
import type { Envelope } from "../lib/types.ts";
import { helloMessage, helloProblem, type Carrier, type CarrierListener, type CarrierState, type Hello } from "./carrier.ts";

/** The part of an anywidget model that is used. */
export interface WidgetModel {
  get(name: string): unknown;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  send(content: unknown): void;
}

export class CommCarrier implements Carrier {
  readonly kind = "comm";
  state: CarrierState = "connecting";

  constructor(
    private readonly model: WidgetModel,
    private readonly hello: Hello,
    private readonly listener: CarrierListener,
  ) {}

  open(): void {
    this.model.on("msg:custom", this.receive);
    this.model.on("comm_live_update", this.ended);
    this.model.send(helloMessage(this.hello));
  }

  send(message: Envelope): boolean {
    if (this.state !== "open") return false;
    this.model.send(message);
    return true;
  }

  close(): void {
    this.ended();
  }

  /** Nothing comes or goes any more; ipywidgets says so when the kernel restarts, and a new kernel knows nothing of this widget. */
  private readonly ended = (): void => {
    this.model.off("msg:custom", this.receive);
    this.model.off("comm_live_update", this.ended);
    this.enter("closed");
  };

  private readonly receive = (message: Envelope): void => {
    if (message?.type !== "server:hello") {
      if (this.state === "open" && typeof message?.type === "string") this.listener.onmessage(message);
      return;
    }
    this.enter(helloProblem(message.payload, this.hello.workspace) === "outdated" ? "outdated" : "open");
  };

  private enter(state: CarrierState): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.onstate(state);
  }
}
