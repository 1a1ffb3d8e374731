/** What components share: the store of the open canvas, and the view that Svelte Flow gives. */
import { getContext, setContext } from "svelte";
import type { Box } from "../lib/boxes.ts";
import type { Position } from "../lib/types.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";

/** What panels ask of the stage. */
export interface Stage {
  /** A free place near the middle of what is seen. */
  freePlace(): Position;
  /** The canvas place under a point of the page. */
  placeAt(client: Position): Position;
  /** Where what is seen stands. */
  boxes(): readonly Box[];
  fit(): void;
  /** Select a node and bring it into view. */
  show(id: string): void;
  select(ids: readonly string[]): void;
  /** Select what was just made; where nothing was, what is selected stays so. */
  selectMade(ids: readonly (string | null)[]): void;
  /** Move the view just so far that a node is seen whole. */
  reveal(id: string): void;
}

const STORE = Symbol("store");
const STAGE = Symbol("stage");

export const provideStore = (store: ProjectStore): ProjectStore => setContext(STORE, store);
export const useProject = (): ProjectStore => getContext<ProjectStore>(STORE);

/** The stage is filled in when it is mounted; panels only use it after. */
export const provideStage = (): { current: Stage | null } => setContext(STAGE, { current: null });
export const useStage = (): { current: Stage | null } => getContext(STAGE);
