/** What people chose in JupyterLab's settings editor (`plugin.json`), followed while the page is open. */
import type { CommandPalette, LabApp, Plugin, Shared } from "./host.ts";

/** What the commands are found under in the command palette. */
export const CATEGORY = "Film studio";

const ID = "genstudio:plugin";
const SETTINGS = "genstudio:settings";
const STATUS_BAR = "genstudio:toggle-status-bar";
const UNSAID = "workspace";

export interface Chosen {
  theme: string;
  statusBar: boolean;
  newProjectQuality: string;
  newProjectPolicy: string;
}

/** The settings as they are until they are read, and where they cannot be: the defaults of the schema. */
const USUAL: Chosen = { theme: "lab", statusBar: true, newProjectQuality: UNSAID, newProjectPolicy: UNSAID };

interface LoadedSettings {
  readonly composite: Record<string, unknown>;
  readonly changed: { connect(slot: () => void): boolean };
  set(name: keyof Chosen, value: unknown): Promise<void>;
}

interface SettingRegistry {
  load(id: string): Promise<LoadedSettings>;
}

/** Return the theme that the front end keeps whatever JupyterLab's is; empty where it follows. */
export const ownTheme = ({ theme }: Chosen): string => (theme === "dark" || theme === "light" ? theme : "");

/** Return what new projects are to begin with in place of the workspace's settings. */
export function newProjects({ newProjectQuality, newProjectPolicy }: Chosen): Record<string, string> {
  const said = { quality: newProjectQuality, when_unavailable: newProjectPolicy };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== UNSAID));
}

/** The settings, and who wants to hear of a change. */
export class Preferences {
  chosen: Chosen = USUAL;
  private readonly listeners = new Set<() => void>();

  /** Call now and after every change; returns how to stop. */
  follow(listener: () => void): () => void {
    this.listeners.add(listener);
    listener();
    return () => void this.listeners.delete(listener);
  }

  take(composite: Record<string, unknown>): void {
    this.chosen = { ...USUAL, ...composite };
    for (const listener of this.listeners) listener();
  }
}

/** The plugin that reads the settings. */
export function preferring(shared: Shared, preferences: Preferences): Plugin {
  return {
    id: ID,
    description: "Reads the studio's settings.",
    autoStart: true,
    optional: [shared.settings.ISettingRegistry, shared.apputils.ICommandPalette],
    activate: (app: LabApp, registry: SettingRegistry | null, palette: CommandPalette | null) => {
      void registry?.load(ID).then(
        (loaded) => {
          const look = (): void => preferences.take(loaded.composite);
          loaded.changed.connect(look);
          look();
          offer(app, palette, preferences, (name, value) => void loaded.set(name, value));
        },
        (error: unknown) => console.warn(`genstudio: the settings could not be read: ${String(error)}`),
      );
    },
  };
}

/** The commands that lead to the settings, or change one. */
function offer(app: LabApp, palette: CommandPalette | null, preferences: Preferences, set: (name: keyof Chosen, value: unknown) => void): void {
  const bar = (): boolean => preferences.chosen.statusBar;
  app.commands.addCommand(SETTINGS, { label: "Film Studio Settings", execute: () => app.commands.execute("settingeditor:open", { query: "Film studio" }) });
  app.commands.addCommand(STATUS_BAR, { label: "Show the Queue in the Status Bar", isToggled: bar, execute: () => set("statusBar", !bar()) });
  preferences.follow(() => app.commands.notifyCommandChanged(STATUS_BAR));
  for (const command of [SETTINGS, STATUS_BAR]) palette?.addItem({ command, category: CATEGORY });
}
