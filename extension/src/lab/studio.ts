/** The front end inside a widget of JupyterLab: fetched when the first one is shown, spoken to over the server's WebSocket. */
import { fetchFront, type Files as Names } from "../protocol/front.ts";
import type { Shared, LuminoWidget } from "./host.ts";

/** Where this extension's files are; the build names them. */
export interface Files extends Names {
  base: string;
}

/** The traits of the widget, which has no kernel behind it: there is nobody to send to, and nothing ever changes. */
function model(traits: Record<string, string>): unknown {
  return {
    get: (name: string) => traits[name] ?? "",
    on: () => undefined,
    off: () => undefined,
    send: () => undefined,
  };
}

/** Return a widget that shows the studio, or one canvas, as high as its panel. */
export function studioWidget(shared: Shared, files: Files, traits: Promise<Record<string, string>>): LuminoWidget {
  const widget = new shared.widgets.Widget();
  widget.addClass("gs-lab");
  widget.node.style.overflow = "hidden";
  let end: (() => void) | undefined;
  widget.disposed.connect(() => end?.());
  Promise.all([fetchFront(files.base, files, document.body), traits])
    .then(([front, known]) => {
      if (!widget.isDisposed) end = front.default.render({ model: model({ height: "100%", ...known }), el: widget.node });
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
