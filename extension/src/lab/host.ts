/**
 * The part of JupyterLab that is used, as it hands it to extensions at run time. Its packages carry the same shapes as types, but bring
 * hundreds of packages along; what is written here is checked by a test in the real JupyterLab.
 */

/** A widget of Lumino. */
export interface LuminoWidget {
  id: string;
  readonly node: HTMLElement;
  title: { label: string; icon?: unknown; closable: boolean; caption: string };
  readonly isDisposed: boolean;
  readonly disposed: Signal<unknown>;
  addClass(name: string): void;
  dispose(): void;
}

export interface Signal<Args> {
  connect(slot: (sender: unknown, args: Args) => void): boolean;
}

export interface DocumentContext {
  readonly path: string;
  readonly ready: Promise<void>;
  save(): Promise<void>;
  saveAs(): Promise<void>;
  createCheckpoint(): Promise<{ id: string; last_modified: string }>;
}

export interface FileType {
  name: string;
  displayName: string;
  fileFormat: string;
  contentType: string;
  extensions: string[];
  mimeTypes: string[];
  pattern?: string;
  icon?: unknown;
}

export interface DocumentRegistry {
  addFileType(type: FileType): unknown;
  addModelFactory(factory: unknown): unknown;
  addWidgetFactory(factory: unknown): unknown;
  getWidgetFactory(name: string): object | undefined;
  getFileType(name: string): object | undefined;
  getFileTypeForModel(model: { path?: string; type?: string }): object;
  preferredWidgetFactories(path: string): object[];
}

export interface Commands {
  addCommand(id: string, command: { label: string; caption?: string; icon?: unknown; isToggled?: () => boolean; execute: (args: Record<string, unknown>) => unknown }): unknown;
  execute(id: string, args?: Record<string, unknown>): Promise<unknown>;
  notifyCommandChanged(id: string): void;
}

export interface CommandPalette {
  addItem(item: { command: string; category: string }): unknown;
}

export interface LabApp {
  readonly docRegistry: DocumentRegistry;
  readonly commands: Commands;
  readonly shell: { add(widget: LuminoWidget, area: string): void; activateById(id: string): void };
  readonly serviceManager: { readonly contents: { get(path: string, options: { content: boolean; format?: string; type?: string }): Promise<{ content: unknown }> } };
  readonly restored: Promise<void>;
}

export interface Tracker {
  add(widget: LuminoWidget): Promise<void>;
}

export interface Restorer {
  restore(tracker: Tracker, options: { command: string; args: (widget: never) => Record<string, unknown>; name: (widget: never) => string }): void;
}

export interface Plugin {
  id: string;
  autoStart: boolean;
  description: string;
  requires?: unknown[];
  optional?: unknown[];
  activate: (app: LabApp, ...services: never[]) => void;
}

/** The packages that JupyterLab shares, as far as they are used. */
export interface Shared {
  application: { ILayoutRestorer: unknown };
  apputils: { ICommandPalette: unknown; WidgetTracker: new (options: { namespace: string }) => Tracker };
  docregistry: {
    ABCWidgetFactory: new (options: Record<string, unknown>) => object;
    DocumentWidget: new (options: { content: LuminoWidget; context: DocumentContext }) => LuminoWidget;
    TextModelFactory: new () => object;
  };
  launcher: { ILauncher: unknown };
  settings: { ISettingRegistry: unknown };
  statusbar: { IStatusBar: unknown };
  ui: { LabIcon: new (options: { name: string; svgstr: string }) => unknown };
  widgets: { Widget: new () => LuminoWidget };
}
