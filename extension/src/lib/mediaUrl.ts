/** The address of a file of a project, relative to the studio's base: the twin of `session.media.media_url`. */

/** @param width Of a thumbnail in pixels; the file itself without one. */
export function mediaUrl(project: string, path: string, width?: number): string {
  const quoted = path.split("/").map(encodeURIComponent).join("/");
  return `media/${project}/${quoted}${width ? `?w=${width}` : ""}`;
}
