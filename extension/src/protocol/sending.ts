/** Files on their way to the studio: streamed by HTTP where its server is, in pieces over the comm where only that is there. */
import type { Host } from "./host.ts";
import { ConnectionLostError, StudioError } from "./link.ts";

export interface Sending {
  /** A project-relative path below `01_Assets`. */
  path: string;
  file: Blob;
  /** From 0 to 1. */
  onprogress(done: number): void;
}

/** Bytes of a piece; base64 makes 256 KiB of them, far below the largest message. */
const PIECE = 192 * 1024;

type Call = <Result>(method: string, params: Record<string, unknown>) => Promise<Result>;

const cookie = (name: string): string => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";

/** Send a file by HTTP; the answer comes once the studio has looked at it. */
export function sendByHttp(host: Host, project: string, { path, file, onprogress }: Sending): Promise<void> {
  const place = path.split("/").map(encodeURIComponent).join("/");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.open("PUT", `${host.base ?? "/"}genstudio/api/v1/projects/${project}/files/${place}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-XSRFToken", decodeURIComponent(cookie("_xsrf")));
    if (host.token) request.setRequestHeader("Authorization", `token ${host.token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onprogress(event.loaded / event.total);
    request.onload = () => (request.status === 201 ? resolve() : reject(refusal(request.status, request.responseText)));
    request.onerror = request.ontimeout = request.onabort = () => reject(new ConnectionLostError());
    request.send(file);
  });
}

function refusal(status: number, text: string): StudioError {
  try {
    const said = JSON.parse(text) as { code?: string; message?: string; fix?: string };
    if (said.message) return new StudioError(said.code ?? "refused", said.message, said.fix ?? "");
  } catch {
    // A proxy in between answers in its own words; what it means is in the status.
  }
  const large = status === 413;
  return new StudioError("refused", large ? "The server takes no file of that size." : `The server refused the file (${status}).`, large ? "Make it smaller first." : "Reload the page and try again.");
}

/** Send a file in pieces by calls of the session. */
export async function sendByCalls(call: Call, { path, file, onprogress }: Sending): Promise<void> {
  const upload = await call<string>("upload_begin", { path, size: file.size });
  for (let at = 0; at < file.size; at += PIECE) {
    await call("upload_piece", { upload, data: await base64(file.slice(at, at + PIECE)) });
    onprogress(Math.min(1, (at + PIECE) / file.size));
  }
  await call("upload_end", { upload });
}

async function base64(piece: Blob): Promise<string> {
  const bytes = new Uint8Array(await piece.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
