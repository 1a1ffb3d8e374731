/** Canvas files as documents: shown by the studio over its WebSocket, never saved by JupyterLab. */
import type { DocumentContext, DocumentRegistry, FileType, LabApp, LuminoWidget, Plugin, Restorer, Shared } from "./host.ts";
import type { Preferences } from "./preferences.ts";
import { CANVAS_NAMES, findProject, isCanvas } from "./place.ts";
import { studioWidget, type Files } from "./studio.ts";

const TYPE = "genstudio-canvas";
const FACTORY = "Film canvas";

/** The plugin that opens canvases. */
export function documents(shared: Shared, files: Files, icon: unknown, preferences: Preferences): Plugin {
  return {
    id: "genstudio:documents",
    description: "Opens canvases of films as documents.",
    autoStart: true,
    optional: [shared.application.ILayoutRestorer],
    activate: (app: LabApp, restorer: Restorer | null) => {
      const type: FileType = {
        name: TYPE,
        displayName: "Film canvas",
        fileFormat: "text",
        contentType: "file",
        extensions: [".canvas.json"],
        mimeTypes: ["application/json"],
        pattern: CANVAS_NAMES,
        icon,
      };
      app.docRegistry.addFileType(type);
      knowByFolder(app.docRegistry);
      app.docRegistry.addModelFactory(modelFactory(shared));
      const tracker = new shared.apputils.WidgetTracker({ namespace: TYPE });
      app.docRegistry.addWidgetFactory(widgetFactory(shared, icon, (path) => studioWidget(shared, files, traits(app, path), preferences), (widget) => void tracker.add(widget)));
      restorer?.restore(tracker, {
        command: "docmanager:open",
        args: (widget: { context: DocumentContext }) => ({ path: widget.context.path, factory: FACTORY }),
        name: (widget: { context: DocumentContext }) => widget.context.path,
      });
    },
  };
}

/** Whatever lies in a folder `Canvases` is a canvas, to open it and to draw it in the file browser; JupyterLab itself looks at names only. */
function knowByFolder(registry: DocumentRegistry): void {
  const byName = registry.preferredWidgetFactories.bind(registry);
  const typeByName = registry.getFileTypeForModel.bind(registry);
  registry.getFileTypeForModel = (model) => (model.type !== "directory" && isCanvas(model.path ?? "") && registry.getFileType(TYPE)) || typeByName(model);
  registry.preferredWidgetFactories = (path) => {
    const ours = registry.getWidgetFactory(FACTORY);
    const others = byName(path);
    return ours && isCanvas(path) ? [ours, ...others.filter((other) => other !== ours)] : others;
  };
}

/** A model of its own, so that a text editor on the same file keeps its own contents and its own saving. */
function modelFactory(shared: Shared): object {
  return new (class extends shared.docregistry.TextModelFactory {
    get name(): string {
      return TYPE;
    }
  })();
}

function widgetFactory(shared: Shared, icon: unknown, show: (path: string) => LuminoWidget, made: (widget: LuminoWidget) => void): object {
  class CanvasFactory extends shared.docregistry.ABCWidgetFactory {
    protected createNewWidget(context: DocumentContext): LuminoWidget {
      // The session is the only writer of a canvas: every edit is on disk when it is acknowledged, and saving what JupyterLab once
      // read would undo it. So Ctrl+S has nothing to do here; nor is a copy kept that "Revert to Checkpoint" would bring back over it.
      context.save = context.saveAs = () => Promise.resolve();
      context.createCheckpoint = () => Promise.resolve({ id: "", last_modified: "" });
      const content = show(context.path);
      const widget = new shared.docregistry.DocumentWidget({ content, context });
      widget.title.icon = icon;
      made(widget);
      return widget;
    }
  }
  return new CanvasFactory({ name: FACTORY, label: FACTORY, fileTypes: [TYPE, "json"], defaultFor: [TYPE], modelName: TYPE, readOnly: true });
}

async function traits(app: LabApp, path: string): Promise<Record<string, string>> {
  const contents = app.serviceManager.contents;
  const place = await findProject(path, async (file) => (await contents.get(file, { content: true, type: "file", format: "text" })).content);
  if (!place) throw new Error("This canvas stands in no project. Open it from the folder of its project, below the folder that JupyterLab shows.");
  return { mode: "canvas", ...place };
}
