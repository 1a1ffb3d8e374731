/** Files on their way into a project: streamed by HTTP where the studio's server is, in pieces over the comm where only that is there. */
import { SOURCES, keptName, numbered } from "../lib/drop.ts";
import { mediaUrl } from "../lib/mediaUrl.ts";
import type { Host } from "./host.ts";
import { StudioError } from "./link.ts";

export interface Sending {
  /** A project-relative path below `01_Assets`. */
  path: string;
  file: Blob;
  /** From 0 to 1. */
  onprogress(done: number): void;
}

/** A way by which files travel. All reject with StudioError. */
export interface Files {
  /** Whether a name is taken, as far as can be known before sending. */
  taken(path: string): Promise<boolean>;
  /** Send a file; never over another one. */
  send(sending: Sending): Promise<void>;
  /** Delete a file that was sent. */
  remove(path: string): Promise<void>;
}

/** How many names are tried before one gives up; a folder seldom holds that many of one name. */
const NAMES = 50;

/** Send a file to the project's source media, under a name that is free, and return its project-relative path. */
export async function bringIn(files: Files, file: File, onprogress: (done: number) => void): Promise<string> {
  const name = keptName(file.name);
  for (let number = 1; number <= NAMES; number += 1) {
    const path = `${SOURCES}/${numbered(name, number)}`;
    if (await files.taken(path)) continue;
    try {
      await files.send({ path, file, onprogress });
      return path;
    } catch (error) {
      // Somebody else took the name meanwhile.
      if (!(error instanceof StudioError) || error.code !== "conflict") throw error;
    }
  }
  throw new StudioError("conflict", `There are too many files called ${name}.`, "Give the file another name.");
}

export class HttpFiles implements Files {
  constructor(
    private readonly host: Host,
    private readonly project: string,
  ) {}

  async taken(path: string): Promise<boolean> {
    return (await this.fetch(mediaUrl(this.project, path), "HEAD")).ok;
  }

  send({ path, file, onprogress }: Sending): Promise<void> {
    return new Promise((resolve, reject) => {
      // Not `fetch`: it does not tell how much has been sent.
      const request = new XMLHttpRequest();
      request.open("PUT", this.url(this.place(path)));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      for (const [name, value] of Object.entries(this.credentials())) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => event.lengthComputable && onprogress(event.loaded / event.total);
      request.onload = () => (request.status === 201 ? resolve() : reject(refusal(request.status, request.responseText)));
      request.onerror = request.ontimeout = request.onabort = () => reject(unreachable());
      request.send(file);
    });
  }

  async remove(path: string): Promise<void> {
    const answer = await this.fetch(this.place(path), "DELETE");
    if (!answer.ok) throw refusal(answer.status, await answer.text());
  }

  private async fetch(place: string, method: string): Promise<Response> {
    try {
      return await fetch(this.url(place), { method, headers: this.credentials() });
    } catch {
      throw unreachable();
    }
  }

  private place(path: string): string {
    return `api/v1/projects/${this.project}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
  }

  private url(place: string): string {
    return `${this.host.base ?? "/"}genstudio/${place}`;
  }

  /** What Jupyter wants to see of a page that writes: its token, or the secret of a cookie, which the answer to HEAD brings. */
  private credentials(): Record<string, string> {
    const secret = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
    return { ...(this.host.token ? { Authorization: `token ${this.host.token}` } : {}), ...(secret ? { "X-XSRFToken": decodeURIComponent(secret) } : {}) };
  }
}

const unreachable = (): StudioError => new StudioError("connection_lost", "The file could not be sent: the studio cannot be reached.", "Send it again once it is back.");

/** Say why a file was refused, from the studio's answer; a proxy in between, or a page without the studio's server, answers otherwise. */
export function refusal(status: number, text: string): StudioError {
  try {
    const { code, message, fix } = JSON.parse(text) as { code?: unknown; message?: unknown; fix?: unknown };
    if (typeof code === "string" && typeof message === "string") return new StudioError(code, message, typeof fix === "string" ? fix : "");
  } catch {
    // No answer of the studio's.
  }
  if (status === 404) return new StudioError("no_server", "Files cannot be brought in from this page.", `Copy them into ${SOURCES} of the project.`);
  if (status === 413) return new StudioError("too_large", "The server takes no file of that size.", "Make it smaller first.");
  return new StudioError("refused", `The server refused the file (HTTP ${status}).`, "Reload the page and try again; if it stays so, look at the studio's log.");
}

/** Bytes of a piece; base64 makes 256 KiB of them, far below the largest message. */
const PIECE = 192 * 1024;

type Call = <Result>(method: string, params: Record<string, unknown>) => Promise<Result>;

export class CommFiles implements Files {
  constructor(private readonly call: Call) {}

  /** The studio tells when the first call is made, before anything is sent. */
  taken(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async send({ path, file, onprogress }: Sending): Promise<void> {
    const upload = await this.call<string>("upload_begin", { path, size: file.size });
    for (let at = 0; at < file.size; at += PIECE) {
      await this.call("upload_piece", { upload, data: await base64(file.slice(at, at + PIECE)) });
      onprogress(Math.min(1, (at + PIECE) / file.size));
    }
    await this.call("upload_end", { upload });
  }

  async remove(path: string): Promise<void> {
    await this.call("upload_remove", { path });
  }
}

async function base64(piece: Blob): Promise<string> {
  const bytes = new Uint8Array(await piece.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
