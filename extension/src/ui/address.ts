/** The address of a page that is all ours: it names the open project and what of it is shown, so that Reload and Back do what people expect. */
import { hashOf, placeOf } from "../lib/links.ts";

/** Return the project that the address names, or an empty text. */
export const openProject = (hash: string = location.hash): string => placeOf(hash).project;

/** Write the project into the address; an empty text takes it out. */
export function setOpenProject(project: string): void {
  const { shown, project: open } = placeOf(location.hash);
  const next = project ? hashOf({ project, shown }) : location.pathname + location.search;
  if (open !== project) history.pushState(null, "", next);
}
