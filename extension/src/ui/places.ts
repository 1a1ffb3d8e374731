/** The view of a project in the address of a page that is all ours: `#/assets?project=<uuid>`; the canvas has none. */
import { openProject } from "./address.ts";

export const VIEWS = ["assets", "exports", "settings"] as const;
export type View = (typeof VIEWS)[number] | "";

/** Return the view that the address names; empty for the canvas. */
export function openView(hash: string = location.hash): View {
  const named = /^#\/([a-z]+)/.exec(hash)?.[1] ?? "";
  return VIEWS.find((view) => view === named) ?? "";
}

/** Return the address of a view of a project. */
export function viewAddress(view: View, project: string): string {
  const place = project ? `project=${project}` : "";
  return view ? `#/${view}${place && `?${place}`}` : `#${place}`;
}

/** Write the view into the address, if the address is ours: then it names the project, or a view already. */
export function setOpenView(view: View): void {
  if (openView() !== view) history.pushState(null, "", viewAddress(view, openProject()));
}
