/** What people think of takes: the twin of `graph.review`, read only. Reviews are written by calls of the session, so that two people who
 * review at once never override one another's. */
import { isObject, type Json } from "./json.ts";
import type { CanvasNode } from "./types.ts";

export type Approval = "approved" | "rejected";

/** A remark about a take; `frame` counts from 0, null concerns the whole take. */
export interface Note {
  id: string;
  text: string;
  frame: number | null;
  author: string;
  time: string;
  resolved: boolean;
}

export interface Review {
  /** 1 to 5 stars; 0 for none. */
  rating: number;
  approval: Approval | null;
  /** In the order of frames, then of time. */
  notes: readonly Note[];
}

export const MOST_STARS = 5;
export const LONGEST_NOTE = 4000;

const NONE: Review = { rating: 0, approval: null, notes: [] };

const childOf = (value: Json, key: string): Json => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
const isCount = (value: Json): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** Return the review of a take of a node; whatever has another form counts as not there. */
export function reviewOf(node: CanvasNode | undefined, take: string): Review {
  const entry = childOf(childOf(node?.data, "review"), take);
  if (!isObject(entry)) return NONE;
  const { rating, approval } = entry;
  const notes = childOf(entry, "notes");
  return {
    rating: isCount(rating) && rating <= MOST_STARS ? rating : 0,
    approval: approval === "approved" || approval === "rejected" ? approval : null,
    notes: isObject(notes) ? Object.entries(notes).flatMap(noteOf).sort(inOrder) : [],
  };
}

/** Return the notes that are not resolved. */
export const openNotes = (review: Review): readonly Note[] => review.notes.filter((note) => !note.resolved);

/** Return a review in words, for labels: `approved, 4 stars, 2 open notes`; empty where nothing was said. */
export function reviewWords(review: Review): string {
  const open = openNotes(review).length;
  const stars = review.rating ? `${review.rating} ${review.rating === 1 ? "star" : "stars"}` : "";
  const notes = open ? `${open} open ${open === 1 ? "note" : "notes"}` : "";
  return [review.approval ?? "", stars, notes].filter(Boolean).join(", ");
}

function noteOf([id, entry]: [string, Json]): Note[] {
  const text = childOf(entry, "text");
  if (typeof text !== "string") return [];
  const frame = childOf(entry, "frame");
  const said = (key: string): string => String(childOf(entry, key) ?? "");
  return [{ id, text, frame: isCount(frame) ? frame : null, author: said("author"), time: said("time"), resolved: childOf(entry, "resolved") === true }];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (a: Note, b: Note): number => (a.frame ?? -1) - (b.frame ?? -1) || compare(a.time, b.time) || compare(a.id, b.id);
