/** Files that people drop, sent to the project's source media over REST. Only where the studio's own server answers. */
import { readHost } from "./host.ts";
import { StudioError } from "./link.ts";

const FOLDER = "01_Assets/Source_Media";
/** How often another name is tried for a file whose name is taken. */
const TRIES = 3;

/** Return the headers by which the server knows that a request is ours: the page's token, and the XSRF cookie. */
function headers(): Record<string, string> {
  const { token } = readHost(document as never);
  const xsrf = /(?:^|;\s*)_xsrf=([^;]+)/.exec(document.cookie)?.[1];
  return { ...(token ? { Authorization: `token ${token}` } : {}), ...(xsrf ? { "X-XSRFToken": xsrf } : {}) };
}

/** Return `name` for the first try, and with a mark before its suffix for the others. */
export function nameFor(name: string, attempt: number): string {
  const plain = name.replace(/[/\\\p{C}]/gu, "_").replace(/^\.+/, "_") || "file";
  if (attempt === 0) return plain;
  const dot = plain.lastIndexOf(".");
  const mark = Math.random().toString(36).slice(2, 8);
  return dot > 0 ? `${plain.slice(0, dot)}-${mark}${plain.slice(dot)}` : `${plain}-${mark}`;
}

export class DroppedFiles {
  /** `base` is the studio's URL path and ends in a slash. */
  constructor(
    private readonly base: string,
    private readonly project: string,
  ) {}

  /** Send a file and return its project-relative path. */
  async send(file: File): Promise<string> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const path = `${FOLDER}/${nameFor(file.name, attempt)}`;
      const answer = await this.fetch("PUT", path, file);
      if (answer.ok) return path;
      if (answer.status !== 409) throw await told(answer);
    }
    throw new StudioError("conflict", `There are already files named like ${file.name.slice(0, 80)}.`, "Give it another name.");
  }

  /** Take back a file that was sent. */
  async remove(path: string): Promise<void> {
    const answer = await this.fetch("DELETE", path);
    if (!answer.ok) throw await told(answer);
  }

  private async fetch(method: string, path: string, body?: File): Promise<Response> {
    const url = `${this.base}api/v1/projects/${this.project}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
    try {
      return await fetch(url, { method, headers: headers(), body: body ?? null, credentials: "same-origin" });
    } catch {
      throw new StudioError("connection_lost", "The file could not be sent: the studio cannot be reached.", "Drop it again once it is back.");
    }
  }
}

async function told(answer: Response): Promise<StudioError> {
  let said: Record<string, unknown> = {};
  try {
    said = (await answer.json()) as Record<string, unknown>;
  } catch {
    // A proxy before the studio answers in its own words.
  }
  return new StudioError(String(said["code"] ?? answer.status), String(said["message"] || `The file was refused (${answer.status}).`), String(said["fix"] ?? ""));
}
