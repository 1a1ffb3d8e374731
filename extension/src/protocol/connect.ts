/** Choosing a carrier: the WebSocket if the studio answers at the first try and serves our workspace, else the comm. */
import { CommCarrier, type WidgetModel } from "./comm.ts";
import { readHost, socketUrl, type Host } from "./host.ts";
import type { Hello } from "./carrier.ts";
import type { Link } from "./link.ts";
import { WebSocketCarrier } from "./websocket.ts";

export interface Place {
  /** `workspace`, or the uuid of a project. */
  path: string;
  canvas: string;
}

/** Attach a carrier to the link. The link hears of `open` when hello has been exchanged. */
export async function connect(link: Link, model: WidgetModel, hello: Hello, place: Place, host: Host = readHost(document as never)): Promise<void> {
  if (host.base !== null) {
    const url = socketUrl({ base: host.base, token: host.token }, location.href, encodeURIComponent(place.path), { canvas: place.canvas });
    const socket = new WebSocketCarrier(url, hello, gated(link));
    link.carrier = socket;
    if (await socket.open()) return;
  }
  const comm = new CommCarrier(model, hello, link);
  link.carrier = comm;
  comm.open();
}

/** A first try that fails is no news: the comm comes next, and the link must not hear of `closed`. */
function gated(link: Link): ConstructorParameters<typeof WebSocketCarrier>[2] {
  let wasOpen = false;
  return {
    onmessage: (message) => link.onmessage(message),
    onstate: (state) => {
      wasOpen ||= state === "open" || state === "outdated";
      if (wasOpen) link.onstate(state);
    },
  };
}
