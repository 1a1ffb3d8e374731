/** What a carrier of messages is: the WebSocket of the server, or the widget's comm. The rest of the front end cannot tell them apart. */
import type { Envelope, Protocol } from "../lib/types.ts";

/** The protocol spoken here; the generated type makes a forgotten change a type error. */
export const PROTOCOL: Protocol = 1;

export type CarrierKind = "websocket" | "comm";

/** `connecting` before the first answer, `open`, `lost` while it reconnects by itself, `closed` for good, `outdated` if the studio speaks another protocol. */
export type CarrierState = "connecting" | "open" | "lost" | "closed" | "outdated";

export interface CarrierListener {
  onmessage(message: Envelope): void;
  /** `open` comes after every (re)connect, when hello has been exchanged. */
  onstate(state: CarrierState): void;
}

export interface Carrier {
  readonly kind: CarrierKind;
  readonly state: CarrierState;
  /** Send if open; returns false if it is not, and nothing was sent. */
  send(message: Envelope): boolean;
  close(): void;
}

/** What both sides say first. */
export interface Hello {
  version: string;
  workspace: string;
  client: string;
}

export const helloMessage = (hello: Hello): Envelope => ({ type: "client:hello", payload: { protocol: PROTOCOL, ...hello } });

/** Whether a message is the studio's hello, and fits: empty text if so, else why not. */
export function helloProblem(payload: unknown, workspace: string): string {
  const { protocol, workspace: theirs } = payload as { protocol?: number; workspace?: string };
  if (protocol !== PROTOCOL) return "outdated";
  return workspace && theirs && theirs !== workspace ? "another workspace" : "";
}
