/**
 * What an anywidget loads: it brings the front end, in parts from the studio's server where there is one, else whole from the kernel.
 *
 * An anywidget's script comes as a text and has no address, so parts beside it cannot be found from it. Where the page comes from a
 * Jupyter server with this studio, the parts are fetched from there, and kept by the browser; elsewhere (plain Voila, VS Code, a server of
 * another version) the kernel sends the whole front end over the widget's own channel.
 */
import type { WidgetModel } from "./protocol/comm.ts";
import { fetchFront, styled, type Files, type FrontEnd } from "./protocol/front.ts";
import { readHost } from "./protocol/host.ts";

declare const GENSTUDIO_FILES: Files;

/** How long one waits before it is said what is waited for. */
const PATIENCE_MS = 5_000;

interface Whole {
  front?: { script: string; style: string };
}

/** Parsed once a page, however many widgets it has. */
const page = globalThis as unknown as { genstudioWhole?: Record<string, FrontEnd & { style: string }> };

/** Return the front end that the kernel sends. */
async function askKernel(model: WidgetModel, el: HTMLElement): Promise<FrontEnd> {
  const known = (page.genstudioWhole ??= {});
  const key = GENSTUDIO_FILES.script;
  const front = known[key] ?? (known[key] = await received(model));
  const place = styled(el);
  if (!place.querySelector(`style[data-genstudio="${GENSTUDIO_FILES.style}"]`)) {
    const style = Object.assign(document.createElement("style"), { textContent: front.style });
    style.dataset["genstudio"] = GENSTUDIO_FILES.style;
    place.append(style);
  }
  return front;
}

async function received(model: WidgetModel): Promise<FrontEnd & { style: string }> {
  const { script, style } = await new Promise<NonNullable<Whole["front"]>>((resolve) => {
    const hear = (message: Whole): void => {
      if (!message?.front) return;
      model.off("msg:custom", hear);
      resolve(message.front);
    };
    model.on("msg:custom", hear);
    model.send({ wants: "front" });
  });
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return { ...((await import(/* the browser's own */ url)) as FrontEnd), style };
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function bring(model: WidgetModel, el: HTMLElement): Promise<FrontEnd> {
  const { base } = readHost(document as never);
  if (base !== null) {
    try {
      return await fetchFront(`${base}genstudio/static/`, GENSTUDIO_FILES, el);
    } catch {
      // No server of ours, or one of another version: then the kernel has what fits to it.
    }
  }
  return askKernel(model, el);
}

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  let end: (() => void) | null = null;
  let gone = false;
  const words = el.ownerDocument.createElement("p");
  words.setAttribute("role", "status");
  words.style.cssText = "margin:0;padding:24px;font:14px var(--jp-ui-font-family, sans-serif)";
  const patience = setTimeout(() => {
    words.textContent = "Waiting for the kernel, which holds the studio's page. If it has ended, run the cell again.";
    el.append(words);
  }, PATIENCE_MS);
  const over = (): void => {
    clearTimeout(patience);
    words.remove();
  };
  bring(model, el)
    .then((front) => {
      over();
      if (!gone) end = front.default.render({ model, el });
    })
    .catch((error: unknown) => {
      over();
      words.textContent = `The studio's page cannot be loaded. Reload the page. (${error instanceof Error ? error.message : String(error)})`;
      el.append(words);
    });
  return () => {
    gone = true;
    over();
    end?.();
  };
}

export default { render };
