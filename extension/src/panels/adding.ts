/** What the palette offers: kinds of nodes, and the project's assets ready to be placed. */
import { CATEGORIES, accentOf, iconOf } from "../lib/appearance.ts";
import type { NodeTypes } from "../lib/declarations.ts";
import { fittingSocket, type Loose } from "../lib/fitting.ts";
import type { AssetView, NodeType, Reference } from "../lib/types.ts";
import type { IconName } from "../ui/icons.ts";

/** Type of what is dragged from the palette onto the canvas. */
export const DRAGGED = "application/x-genstudio-node";

export interface Offer {
  key: string;
  type: string;
  title: string;
  note: string;
  icon: IconName;
  accent: string;
  data: Record<string, unknown>;
  testid: string;
}

export interface Shelf {
  title: string;
  offers: Offer[];
}

const offerOf = (declared: NodeType): Offer => ({
  key: declared.type,
  type: declared.type,
  title: declared.title,
  note: declared.description,
  icon: iconOf(declared.type, declared),
  accent: accentOf(declared),
  data: {},
  testid: `palette-item-${declared.type}`,
});

/** Return the shelves whose offers match all words of the search, empty shelves left out. */
export function shelves(types: Iterable<NodeType>, assets: readonly AssetView[], references: readonly Reference[], search: string): Shelf[] {
  const known = [...types];
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (offer: Offer, shelf: string): boolean => {
    const text = `${offer.title} ${offer.type} ${shelf} ${words.length ? offer.note : ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return CATEGORIES.map(({ id, title }) => {
    const own = known.filter((declared) => declared.category === id).map(offerOf);
    const ready = id === "assets" ? assets.map((asset) => assetOffer(asset, known)) : id === "generate" ? references.map((entry) => referenceOffer(entry, known)) : [];
    return { title, offers: [...own, ...ready].filter((offer) => matches(offer, title)) };
  }).filter((shelf) => shelf.offers.length > 0);
}

/** Return the shelves with all offers that fit a loose wire first, on a shelf of their own. */
export function fittingFirst(found: readonly Shelf[], types: NodeTypes, loose: Loose): Shelf[] {
  const fits = (offer: Offer): boolean => fittingSocket(types.get(offer.type), loose) !== null;
  const fitting = { title: "Fits this wire", offers: found.flatMap((shelf) => shelf.offers.filter(fits)) };
  const others = found.map(({ title, offers }) => ({ title, offers: offers.filter((offer) => !fits(offer)) }));
  return [fitting, ...others].filter((shelf) => shelf.offers.length > 0);
}

function assetOffer(asset: AssetView, known: readonly NodeType[]): Offer {
  const declared = known.find((type) => type.type === "asset");
  return {
    key: asset.uuid,
    type: "asset",
    title: asset.name,
    note: asset.kind,
    icon: "asset",
    accent: accentOf(declared),
    data: { asset: asset.uuid, name: asset.name },
    testid: `palette-asset-${asset.uuid}`,
  };
}

function referenceOffer(entry: Reference, known: readonly NodeType[]): Offer {
  const declared = known.find((type) => type.type === "pipeline");
  return {
    key: entry.reference,
    type: "pipeline",
    title: entry.title,
    note: entry.description || entry.kind,
    icon: "pipeline",
    accent: accentOf(declared),
    data: { reference: entry.reference, params: {} },
    testid: `palette-reference-${entry.reference}`,
  };
}
