/** Which files are canvases, and which project a canvas belongs to. */

/** The names of canvases; what else lies in a folder `Canvases` is one too. */
export const CANVAS_NAMES = String.raw`^(main_canvas|.+\.canvas)\.json$`;

/** Whether a path of the file browser is one of a canvas. */
export function isCanvas(path: string): boolean {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  return new RegExp(CANVAS_NAMES).test(name) || (parts.at(-2) === "Canvases" && name.endsWith(".json"));
}

/** The folders that a file may belong to, the nearest first, each with the file's path below it. */
export function folders(path: string): { folder: string; below: string }[] {
  const parts = path.split("/");
  const drive = /^[A-Za-z0-9_-]+:/.exec(path)?.[0] ?? "";
  return parts
    .map((_, at) => ({ folder: parts.slice(0, at).join("/") || drive, below: parts.slice(at).join("/").replace(drive, "") }))
    .reverse();
}

export interface CanvasPlace {
  project: string;
  canvas: string;
}

/** Find the project around a canvas: the nearest folder above it with a `project.json`. Null if there is none. */
export async function findProject(path: string, read: (path: string) => Promise<unknown>): Promise<CanvasPlace | null> {
  for (const { folder, below } of folders(path)) {
    const manifest = await read(folder ? `${folder}/project.json` : "project.json").catch(() => null);
    const uuid = uuidOf(manifest);
    if (uuid) return { project: uuid, canvas: below };
  }
  return null;
}

function uuidOf(manifest: unknown): string | null {
  if (typeof manifest !== "string") return null;
  try {
    const value = JSON.parse(manifest) as { schema?: unknown; uuid?: unknown };
    return typeof value.uuid === "string" && String(value.schema).startsWith("genstudio.project/") ? value.uuid : null;
  } catch {
    // A file that is called so and is something else: the project may be further up.
    return null;
  }
}
