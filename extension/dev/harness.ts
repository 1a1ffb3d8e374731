/** The real widget on a pretended model that answers over the comm. Query: mode=studio|canvas, theme=dark|light, and
 * empty=1, calm=1 (nothing runs), readonly=1, broken=1 (a node that cannot be drawn), many=300 (shots). */
import widget from "../src/index.ts";
import { FakeStudio } from "./fake.ts";

const query = new URLSearchParams(location.search);
document.body.dataset["jpThemeLight"] = String(query.get("theme") === "light");

const traits: Record<string, unknown> = {
  mode: query.get("mode") ?? "canvas",
  workspace: "00000000-0000-4000-8000-000000000000",
  project: query.get("mode") === "studio" ? "" : "11111111-1111-4111-8111-111111111111",
  canvas: "02_Source_Creative/Canvases/main_canvas.json",
  height: "100vh",
};
const listeners = new Map<string, Set<(...args: never[]) => void>>();
const studio = new FakeStudio((message) => {
  for (const listener of listeners.get("msg:custom") ?? []) (listener as (message: unknown) => void)(structuredClone(message));
}, query);
const model = {
  get: (name: string) => traits[name],
  on: (name: string, callback: (...args: never[]) => void) => void listeners.set(name, (listeners.get(name) ?? new Set()).add(callback)),
  off: (name: string, callback: (...args: never[]) => void) => void listeners.get(name)?.delete(callback),
  send: (content: unknown) => studio.receive(JSON.parse(JSON.stringify(content))),
};
const el = document.getElementById("place");
if (el) widget.render({ model, el });
Object.assign(window, { studio });
