/** Addresses of what a project shows: the part of a page's address after `#`, read and written by one grammar.
 *
 * `#project=<uuid>` is the canvas, `#project=<uuid>&node=<id>` a node on it, `#/exports?project=<uuid>` a view, and
 * `#/compare?project=<uuid>&node=<id>&take=<id>&other=<id>` two takes beside each other. What an address says was written by anybody:
 * what is none of ours is left out here.
 */
import { takeNumber } from "./takes.ts";

/** Views that stand in the place of the canvas. */
export const PAGES = ["assets", "exports", "settings"] as const;
export type Page = (typeof PAGES)[number];

const BESIDE = ["history", "queue", "takes", "take", "compare"] as const;

/** What an address can name; empty for the canvas. */
export type Shown = "" | Page | (typeof BESIDE)[number];

export interface Place {
  /** Uuid; empty for the cards of all projects. */
  project: string;
  shown: Shown;
  node?: string;
  take?: string;
  /** The take that `take` is compared with. */
  other?: string;
  frame?: number;
  /** The name of a view that there is none of. */
  unknown?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NODE = /^[a-z0-9_]{1,64}$/;
const TAKE = /^[A-Z0-9_-]{1,80}_v\d{2,}_take\d{2,}$/;
const FRAME = /^\d{1,7}$/;
const VIEW = /^#?\/([^?]*)/;

const isShown = (name: string): name is Shown => name === "" || [...PAGES, ...BESIDE].some((known) => known === name);

/** Return the place that an address names. */
export function placeOf(hash: string): Place {
  const named = VIEW.exec(hash)?.[1] ?? "";
  const query = new URLSearchParams(hash.replace(VIEW, "").replace(/^[#?]/, ""));
  const said = (name: string, form: RegExp): string | undefined => form.exec(query.get(name) ?? "")?.[0];
  const [node, frame] = [said("node", NODE), said("frame", FRAME)];
  const take = node && said("take", TAKE);
  const place: Place = { project: said("project", UUID) ?? "", shown: isShown(named) ? named : "" };
  if (!isShown(named)) place.unknown = named.slice(0, 40);
  if (node) place.node = node;
  if (take) place.take = take;
  if (take && said("other", TAKE)) place.other = said("other", TAKE) as string;
  if (take && frame !== undefined) place.frame = Number(frame);
  return whole(place);
}

/** A view of a take that names none is the sheet of all, one of two takes that names one is that one. */
function whole(place: Place): Place {
  if (place.shown === "compare" && !place.other) return whole({ ...place, shown: "take" });
  if (place.shown === "take" && !place.take) return { ...place, shown: "takes" };
  return place;
}

/** Return the address of a place, `#` and all; empty for the cards of all projects. */
export function hashOf({ project, shown, node, take, other, frame }: Place): string {
  const said = Object.entries({ project, node, take, other, frame: frame?.toString() }).filter(([, value]) => value);
  const query = said.map(([name, value]) => `${name}=${value}`).join("&");
  if (!shown) return query && `#${query}`;
  return `#/${shown}${query && `?${query}`}`;
}

/** What there is of the things that addresses name. */
export interface Holdings {
  canvas: { nodes: Readonly<Record<string, unknown>> };
  takesOf(node: string): readonly { record: { id: string } }[];
  titleOf(node: string): string;
}

/** Return what a link leads to that is not there (any more), in one sentence, or null; and what of the place can be shown all the same. */
export function missing(place: Place, here: Holdings): { sentence: string | null; rest: Place } {
  const { project, shown, node } = place;
  if (place.unknown !== undefined) return { sentence: `The link leads to “${place.unknown}”, and the studio has no such view.`, rest: { project, shown } };
  if (node === undefined) return { sentence: null, rest: place };
  if (!Object.hasOwn(here.canvas.nodes, node)) return { sentence: "What the link leads to is not on this canvas any more.", rest: { project, shown: "" } };
  const takes = new Set(here.takesOf(node).map((view) => view.record.id));
  const gone = [place.take, place.other].find((take) => take && !takes.has(take));
  if (gone) return { sentence: `The link leads to take ${takeNumber(gone)} of ${here.titleOf(node)}, which is gone.`, rest: { project, shown: "", node } };
  return { sentence: null, rest: place };
}

export interface Host {
  /** The page's own address. */
  href: string;
  /** Whether the page is the studio and nothing else, so that its address names the place. */
  whole: boolean;
  /** The path of the Jupyter server, where one serves the studio. */
  base: string | null;
}

/** Return the link that leads to a place from anywhere, or null where the page has no address to lead to. It carries no token. */
export function linkTo(place: Place, { href, whole, base }: Host): string | null {
  const url = new URL(href);
  if (whole) return `${url.origin}${url.pathname}${hashOf(place)}`;
  return base === null ? null : `${url.origin}${base}genstudio/app${hashOf(place)}`;
}
