/** The front end, fetched in parts from a server: what a canvas needs at first, the views beside it when they are opened. */

/** The built front end; the same for every host. */
export interface FrontEnd {
  default: { render(view: { model: unknown; el: HTMLElement }): () => void };
}

/** Names of the first script and of the stylesheet; the build puts their contents' digests into them. */
export interface Files {
  script: string;
  style: string;
}

/** Where rules count for an element: its shadow root, else the page. */
export const styled = (el: HTMLElement): ParentNode & Node => {
  const root = el.getRootNode();
  return root instanceof ShadowRoot ? root : el.ownerDocument.head;
};

/** Fetch the front end from below `base` and hang its stylesheet where it counts for `el`; both are there when this resolves. */
export async function fetchFront(base: string, { script, style }: Files, el: HTMLElement): Promise<FrontEnd> {
  const front = import(/* the browser's own */ new URL(base + script, location.href).href) as Promise<FrontEnd>;
  const [loaded] = await Promise.all([front, hangStyle(base + style, styled(el))]);
  return loaded;
}

function hangStyle(href: string, place: ParentNode & Node): Promise<void> {
  // Another widget may have hung it there already: each brings a loader of its own.
  const name = href.slice(href.lastIndexOf("/") + 1);
  let link = place.querySelector<HTMLLinkElement>(`link[data-genstudio="${name}"]`);
  if (link?.sheet) return Promise.resolve();
  if (!link) {
    link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.dataset["genstudio"] = name;
    place.append(link);
  }
  const hanging = link;
  return new Promise((resolve, reject) => {
    hanging.addEventListener("load", () => resolve(), { once: true });
    hanging.addEventListener("error", () => (hanging.remove(), reject(new Error("The studio's stylesheet cannot be fetched."))), { once: true });
  });
}
