/** Bringing a file into a project by the studio's own server: streamed, with progress, never over another file. */
import { SOURCES, keptName, numbered } from "../lib/drop.ts";
import { mediaUrl } from "../lib/mediaUrl.ts";
import type { Host } from "./host.ts";
import { StudioError } from "./link.ts";

/** What the studio says of a file that it has taken. */
export interface Uploaded {
  path: string;
  kind: "image" | "video" | "audio";
  url: string;
}

/** How many names are tried before one gives up; a folder seldom holds that many of one name. */
const NAMES = 50;

const NO_SERVER = new StudioError("no_server", "Files cannot be brought in from this page.", `Copy them into ${SOURCES} of the project.`);

/** Bring a file into the project, under a name that is free, and return what it is.
 *
 * @param onshare Hears how much has been sent, from 0 to 1.
 * @throws StudioError It was refused, or the studio cannot be reached.
 */
export async function upload(host: Host, project: string, file: File, onshare: (share: number) => void): Promise<Uploaded> {
  if (host.base === null) throw NO_SERVER;
  const name = keptName(file.name);
  for (let number = 1; number <= NAMES; number += 1) {
    const path = `${SOURCES}/${numbered(name, number)}`;
    if (await isTaken(host, project, path)) continue;
    try {
      return await put(host, project, path, file, onshare);
    } catch (error) {
      // Somebody else took the name meanwhile.
      if (!(error instanceof StudioError) || error.code !== "conflict") throw error;
    }
  }
  throw new StudioError("conflict", `There are too many files called ${name}.`, "Give the file another name.");
}

async function isTaken({ base, token }: Host, project: string, path: string): Promise<boolean> {
  const answer = await fetch(`${base}genstudio/${mediaUrl(project, path)}`, { method: "HEAD", headers: credentials(token) }).catch(() => {
    throw unreachable();
  });
  return answer.ok;
}

function put({ base, token }: Host, project: string, path: string, file: File, onshare: (share: number) => void): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    // Not `fetch`: it does not tell how much has been sent.
    const request = new XMLHttpRequest();
    request.open("PUT", `${base}genstudio/api/v1/projects/${project}/files/${path.split("/").map(encodeURIComponent).join("/")}`);
    for (const [name, value] of Object.entries(credentials(token))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onshare(event.loaded / event.total);
    request.onerror = () => reject(unreachable());
    request.onload = () => (request.status === 201 ? resolve(JSON.parse(request.responseText) as Uploaded) : reject(refusal(request.status, request.responseText)));
    request.send(file);
  });
}

const unreachable = (): StudioError => new StudioError("connection_lost", "The studio cannot be reached just now.", "Drop the file again once it is back.");

/** Say why a file was refused, from the studio's answer; a page without the studio's server answers otherwise. */
export function refusal(status: number, text: string): StudioError {
  try {
    const { code, message, fix } = JSON.parse(text) as { code?: unknown; message?: unknown; fix?: unknown };
    if (typeof code === "string" && typeof message === "string") return new StudioError(code, message, typeof fix === "string" ? fix : "");
  } catch {
    // No answer of the studio's.
  }
  return status === 404 ? NO_SERVER : new StudioError("upload", `The file was not taken (HTTP ${status}).`, "Try again; if it stays so, look at the studio's log.");
}

/** What Jupyter wants to see of a page that writes: its token, or the secret of a cookie, which the answer to HEAD brings. */
function credentials(token: string): Record<string, string> {
  const secret = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  return { ...(token ? { Authorization: `token ${token}` } : {}), ...(secret ? { "X-XSRFToken": decodeURIComponent(secret) } : {}) };
}
