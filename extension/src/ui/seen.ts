/** What a viewer has been told of a project and put away: the viewer's own, kept by the browser. */
const KEY = "genstudio-seen:";
const KEPT = 60;

/** Return the ids of what was put away. */
export function seen(project: string): ReadonlySet<string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY + project) ?? "[]");
    return new Set(Array.isArray(found) ? found.filter((id) => typeof id === "string") : []);
  } catch {
    // A page whose storage is closed to it, or holds nonsense, tells again.
    return new Set();
  }
}

/** Put something away; returns all that is. */
export function putAway(project: string, ids: readonly string[]): ReadonlySet<string> {
  const all = [...new Set([...seen(project), ...ids])].slice(-KEPT);
  try {
    localStorage.setItem(KEY + project, JSON.stringify(all));
  } catch {
    // As above: it is told again after a reload.
  }
  return new Set(all);
}
