/** The front end inside a widget of JupyterLab: fetched when the first one is shown, spoken to over the server's WebSocket. */
import type { Shared, LuminoWidget } from "./host.ts";
import { newProjects, ownTheme, type Preferences } from "./preferences.ts";

interface FrontEnd {
  default: { render(view: { model: unknown; el: HTMLElement }): () => void };
}

/** Where this extension's files are; the build names them. */
export interface Files {
  base: string;
  script: string;
  style: string;
}

let loaded: Promise<FrontEnd> | undefined;

function load(files: Files): Promise<FrontEnd> {
  loaded ??= import(/* the browser's own */ `${files.base}${files.script}`) as Promise<FrontEnd>;
  if (!document.querySelector(`link[data-genstudio]`)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${files.base}${files.style}` });
    link.dataset["genstudio"] = "true";
    document.head.append(link);
  }
  return loaded;
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
  Promise.all([load(files), traits])
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
