/** Where the page comes from: base URL and token of the Jupyter server, if there is one that the page knows. */
export interface Host {
  /** Absolute URL path ending in a slash, or null in hosts without a Jupyter server (VS Code). */
  base: string | null;
  token: string;
}

interface Page {
  getElementById(id: string): { textContent: string | null } | null;
  body: { dataset: Record<string, string | undefined> };
}

/** Read the page's configuration: JupyterLab, Notebook and Voila all carry `#jupyter-config-data`. */
export function readHost(page: Page): Host {
  const config = parse(page.getElementById("jupyter-config-data")?.textContent);
  const base = config["baseUrl"] ?? page.body.dataset["baseUrl"];
  if (typeof base !== "string" || !base) return { base: null, token: "" };
  const token = config["token"];
  return { base: base.endsWith("/") ? base : `${base}/`, token: typeof token === "string" ? token : "" };
}

function parse(text: string | null | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not ours to mend: a page with a broken configuration is one without.
    return {};
  }
}

/** Return the WebSocket URL of a path below the studio's base. */
export function socketUrl(host: { base: string; token: string }, location: string, path: string, query: Record<string, string>): string {
  const url = new URL(`${host.base}genstudio/ws/${path}`, location);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  for (const [key, value] of Object.entries(query)) if (value) url.searchParams.set(key, value);
  if (host.token) url.searchParams.set("token", host.token);
  return url.href;
}
