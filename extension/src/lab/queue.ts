/** The queue in the status bar: how many jobs run and wait, on how many workers. */
import type { Host } from "../protocol/host.ts";
import type { Plugin, LabApp, Shared } from "./host.ts";
import type { Preferences } from "./preferences.ts";

const PERIOD_MS = 5_000;

/** What the studio says of its queue (`GET api/v1/queue`). */
export interface QueueState {
  running: number;
  waiting: number;
  workers: number;
}

interface StatusBar {
  registerStatusItem(id: string, item: { item: unknown; align: string; rank: number }): unknown;
}

/** Return the queue in a few words. */
export function words({ running, waiting, workers }: QueueState): string {
  const jobs = running + waiting === 0 ? "idle" : [running && `${running} running`, waiting && `${waiting} waiting`].filter(Boolean).join(", ");
  return `Studio: ${jobs}${workers ? ` · ${workers} worker${workers === 1 ? "" : "s"}` : ""}`;
}

/** The plugin of the status bar. */
export function queue(shared: Shared, host: Host, preferences: Preferences): Plugin {
  return {
    id: "genstudio:queue",
    description: "Shows the studio's queue in the status bar.",
    autoStart: true,
    optional: [shared.statusbar.IStatusBar],
    activate: (app: LabApp, bar: StatusBar | null) => {
      if (!bar || host.base === null) return;
      const item = new shared.widgets.Widget();
      item.addClass("gs-lab-queue");
      item.node.style.cssText = "display:flex;align-items:center;padding:0 8px;font:var(--jp-ui-font-size1) var(--jp-ui-font-family);color:var(--jp-ui-font-color1)";
      item.node.dataset["testid"] = "lab-queue";
      bar.registerStatusItem("genstudio:queue", { item, align: "left", rank: 100 });
      preferences.follow(() => (item.node.style.display = preferences.chosen.statusBar ? "flex" : "none"));
      void app.restored.then(() => follow(host, preferences, (text) => Object.assign(item.node, { textContent: text, title: text })));
    },
  };
}

/** Look now and every few seconds; not while nobody sees it. */
function follow(host: Host, preferences: Preferences, tell: (text: string) => void): void {
  const look = async (): Promise<void> => {
    if (document.hidden || !preferences.chosen.statusBar) return;
    const headers: Record<string, string> = host.token ? { Authorization: `token ${host.token}` } : {};
    const answer = await fetch(`${host.base}genstudio/api/v1/queue`, { headers }).catch(() => null);
    tell(answer?.ok ? words((await answer.json()) as QueueState) : "Studio: not reachable");
  };
  void look();
  setInterval(() => void look(), PERIOD_MS);
}
