/** The studio in a tab of its own: a card in the launcher, and commands. */
import type { CommandPalette, LabApp, LuminoWidget, Plugin, Shared } from "./host.ts";
import { CATEGORY, type Preferences } from "./preferences.ts";
import { studioWidget, type Files } from "./studio.ts";

const OPEN = "genstudio:open";

interface Launcher {
  add(item: { command: string; category: string; rank: number }): unknown;
}

/** The plugin that opens the studio. */
export function studios(shared: Shared, files: Files, icon: unknown, preferences: Preferences): Plugin {
  return {
    id: "genstudio:studio",
    description: "Opens the studio in a tab.",
    autoStart: true,
    optional: [shared.launcher.ILauncher, shared.apputils.ICommandPalette],
    activate: (app: LabApp, launcher: Launcher | null, palette: CommandPalette | null) => {
      let count = 0;
      const open = (): LuminoWidget => {
        const widget = studioWidget(shared, files, Promise.resolve({ mode: "studio" }), preferences);
        count += 1;
        widget.id = `genstudio-studio-${count}`;
        Object.assign(widget.title, { label: "Film studio", caption: "Projects of this workspace", icon, closable: true });
        app.shell.add(widget, "main");
        app.shell.activateById(widget.id);
        return widget; // it takes the place of the launcher it was asked for in
      };
      app.commands.addCommand(OPEN, { label: "Film studio", caption: "All projects of this workspace", icon, execute: open });
      launcher?.add({ command: OPEN, category: "Other", rank: 0 });
      palette?.addItem({ command: OPEN, category: CATEGORY });
    },
  };
}
