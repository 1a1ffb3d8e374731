/** Where each canvas was looked at: the viewer's own, kept while the page lives so that a cell that runs again does not jump. */
import type { Viewport } from "@xyflow/svelte";

const seen = new Map<string, Viewport>();

export const recall = (place: string): Viewport | null => seen.get(place) ?? null;
export const remember = (place: string, viewport: Viewport): void => void seen.set(place, { ...viewport });
