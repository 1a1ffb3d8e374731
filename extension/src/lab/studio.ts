/** The front end inside a widget of JupyterLab: fetched when the first one is shown, spoken to over the server's WebSocket. */
import { fetchFront, type Files as Names } from "../protocol/front.ts";
import type { Shared, LuminoWidget } from "./host.ts";
import { newProjects, ownTheme, type Preferences } from "./preferences.ts";

/** Where this extension's files are; the build names them. */
export interface Files extends Names {
  base: string;
}

/** The traits of the widget, which has no kernel behind it: there is nobody to send to, and only what people prefer ever changes. */
function model(traits: Record<string, string>, preferences: Preferences): unknown {
  const ends = new Map<unknown, () => void>();
  const get = (name: string): unknown => {
    if (name === "theme") return ownTheme(preferences.chosen);
    return name === "new_projects" ? newProjects(preferences.chosen) : (traits[name] ?? "");
  };
  return {
    get,
    on: (name: string, changed: () => void) => name === "change:theme" && ends.set(changed, preferences.follow(changed)),
    off: (_name: string, changed: () => void) => ends.get(changed)?.(),
    send: () => undefined,
  };
}

/** Return a widget that shows the studio, or one canvas, as high as its panel. */
export function studioWidget(shared: Shared, files: Files, traits: Promise<Record<string, string>>, preferences: Preferences): LuminoWidget {
  const widget = new shared.widgets.Widget();
  widget.addClass("gs-lab");
  widget.node.style.overflow = "hidden";
  let end: (() => void) | undefined;
  widget.disposed.connect(() => end?.());
  Promise.all([fetchFront(files.base, files, document.body), traits])
    .then(([front, known]) => {
      if (!widget.isDisposed) end = front.default.render({ model: model({ height: "100%", ...known }, preferences), el: widget.node });
    })
    .catch((error: unknown) => tell(widget.node, error instanceof Error ? error.message : String(error)));
  return widget;
}

function tell(node: HTMLElement, message: string): void {
  const box = document.createElement("p");
  box.setAttribute("role", "alert");
  box.style.cssText = "padding:24px;color:var(--jp-ui-font-color1);font:14px var(--jp-ui-font-family)";
  box.textContent = message;
  node.append(box);
}
