/** The front end: `render` is called once per view, as of an anywidget. */
import "@xyflow/svelte/dist/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/canvas.css";
import "./styles/nodes.css";
import "./styles/panels.css";
import "./styles/editing.css";
import "./styles/home.css";
import "./styles/records.css";
import "./styles/takes.css";
import "./styles/views.css";
import "./styles/film.css";
import "./styles/late.css";
import "./styles/guide.css";
import { mount, unmount } from "svelte";
import App from "./App.svelte";
import type { WidgetModel } from "./protocol/comm.ts";

declare const GENSTUDIO_VERSION: string;

/** The trait `height` is CSS pixels, or CSS text such as `100vh`. */
function cssHeight(height: unknown): string {
  if (typeof height === "number" && height > 0) return `${height}px`;
  return typeof height === "string" && height ? (/^\d+$/.test(height) ? `${height}px` : height) : "640px";
}

/** Whether the widget fills the page: then the page's address is ours to use. */
const isWhole = (el: HTMLElement): boolean => el.clientWidth > innerWidth * 0.9 && el.clientHeight > innerHeight * 0.8;

/** Mount once the element has a size: hosts render first and lay out later, and a view cannot be fitted into nothing. */
function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  let app: Record<string, unknown> | undefined;
  // A box of our own: hosts set and clear the size of `el` itself while they lay it out.
  const box = el.ownerDocument.createElement("div");
  box.className = "gs-host";
  const resize = (): void => void (box.style.height = cssHeight(model.get("height")));
  const observer = new ResizeObserver(() => {
    if (app || box.clientWidth === 0 || box.clientHeight === 0) return;
    app = mount(App, { target: box, props: { model, version: GENSTUDIO_VERSION, whole: isWhole(box) } });
  });
  resize();
  el.append(box);
  model.on("change:height", resize);
  observer.observe(box);
  return () => {
    observer.disconnect();
    model.off("change:height", resize);
    if (app) void unmount(app);
    box.remove();
  };
}

export default { render };
