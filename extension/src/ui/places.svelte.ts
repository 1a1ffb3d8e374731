/** Keeps the address of a page that is all ours and what the page shows the same, in both directions. */
import { tick, untrack } from "svelte";
import { hashOf, missing, PAGES, placeOf, type Page, type Place } from "../lib/links.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";
import type { TakeView } from "../stores/takesDesk.svelte.ts";

/** What stands in the place of the canvas; empty for the canvas. */
export type View = Page | "";

/** Return the view that the address names; empty for the canvas. */
export function openView(hash: string = location.hash): View {
  const { shown } = placeOf(hash);
  return PAGES.find((page) => page === shown) ?? "";
}

/** Return the view of takes that a place names, if it names one. */
export function takeView({ shown, node, take, other, frame }: Place): TakeView | null {
  if (shown === "takes") return { kind: "sheet", node: node ?? null };
  if (shown === "take" && node && take) return { kind: "review", node, take, frame: frame ?? null };
  return shown === "compare" && node && take && other ? { kind: "compare", node, first: take, second: other } : null;
}

/** Return the place of a view of takes. */
export function takePlace(project: string, view: TakeView): Place {
  if (view.kind === "sheet") return { project, shown: "takes", ...(view.node === null ? {} : { node: view.node }) };
  if (view.kind === "compare") return { project, shown: "compare", node: view.node, take: view.first, other: view.second };
  return { project, shown: "take", node: view.node, take: view.take, ...(view.frame ? { frame: view.frame } : {}) };
}

interface Ends {
  /** What is shown now, read from state. */
  now(): Place;
  show(place: Place): void;
}

/** Follow the address, and write into it what people open. To be called while a component is made.
 *
 * A view that is opened is a new entry of the browser's history; turning to the next take in it is not. What the address names is shown
 * once the project is there to tell what of it is gone; that is said in one sentence, and the address becomes that of what is shown.
 */
export function keepAddress(store: ProjectStore, { now, show }: Ends): void {
  let arriving = true;
  async function arrive(): Promise<void> {
    const place = placeOf(location.hash);
    if (place.project !== store.wanted) return;
    arriving = true;
    const { sentence, rest } = missing(place, store);
    if (sentence) store.notices.add("warning", sentence);
    show(rest);
    await tick();
    write(now());
    arriving = false;
  }
  function write(place: Place): void {
    const [was, next] = [placeOf(location.hash), hashOf(place)];
    if (was.project !== store.wanted || location.hash === next) return;
    if (arriving || was.unknown !== undefined || was.shown === place.shown) history.replaceState(null, "", next);
    else history.pushState(null, "", next);
  }
  let begun = false;
  $effect(() => {
    const place = now();
    if (!store.synced) return;
    untrack(() => {
      if (begun) write(place);
      else void arrive();
      begun = true;
    });
  });
  const changed = (): void => void (begun && arrive());
  $effect(() => {
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  });
}
