/**
 * What JupyterLab loads: a module federation container, by hand. It has two functions - `init` is handed the packages that JupyterLab
 * shares, `get` returns the factory of a module - and needs no bundler of its own kind.
 */
import { readHost } from "../protocol/host.ts";
import { documents } from "./documents.ts";
import type { Plugin, Shared } from "./host.ts";
import { ICON } from "./icon.ts";
import { Preferences, preferring } from "./preferences.ts";
import { queue } from "./queue.ts";
import { studios } from "./studios.ts";

declare const GENSTUDIO_FILES: { script: string; style: string };

interface Offer {
  get(): Promise<() => unknown>;
}
type Scope = Record<string, Record<string, Offer>>;

const PACKAGES: Record<keyof Shared, string> = {
  application: "@jupyterlab/application",
  apputils: "@jupyterlab/apputils",
  docregistry: "@jupyterlab/docregistry",
  launcher: "@jupyterlab/launcher",
  settings: "@jupyterlab/settingregistry",
  statusbar: "@jupyterlab/statusbar",
  ui: "@jupyterlab/ui-components",
  widgets: "@lumino/widgets",
};
const base = (document.currentScript as HTMLScriptElement | null)?.src.replace(/[^/]*$/, "") ?? "";
let scope: Scope = {};

/** Return a package of JupyterLab's own: it offers one version of each. */
async function own(name: string): Promise<unknown> {
  const offer = Object.values(scope[name] ?? {})[0];
  if (!offer) throw new Error(`JupyterLab does not share ${name}. The studio's extension needs JupyterLab 4.4 or newer.`);
  return (await offer.get())();
}

async function plugins(): Promise<Plugin[]> {
  const names = Object.entries(PACKAGES);
  const found = await Promise.all(names.map(async ([key, name]) => [key, await own(name)] as const));
  const shared = Object.fromEntries(found) as unknown as Shared;
  const icon = new shared.ui.LabIcon({ name: "genstudio:film", svgstr: ICON });
  const files = { base, ...GENSTUDIO_FILES };
  const preferences = new Preferences();
  return [
    preferring(shared, preferences),
    documents(shared, files, icon, preferences),
    studios(shared, files, icon, preferences),
    queue(shared, readHost(document as never), preferences),
  ];
}

const container = {
  init: (offered: Scope): void => void (scope = offered),
  get: async (name: string): Promise<() => unknown> => {
    if (name !== "./extension") throw new Error(`The studio's extension has no module ${name}.`);
    const made = await plugins();
    return () => ({ __esModule: true, default: made });
  },
};

const labs = globalThis as unknown as { _JUPYTERLAB?: Record<string, unknown> };
labs._JUPYTERLAB = { ...labs._JUPYTERLAB, genstudio: container };
