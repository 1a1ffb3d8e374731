/** The keys that all views of takes share. */
import { strokeOf, takeCommandOf } from "../lib/takeKeys.ts";
import type { ProjectStore } from "../stores/projectStore.svelte.ts";
import type { TakesDesk } from "../stores/takesDesk.svelte.ts";
import type { Played } from "../ui/playback.svelte.ts";

const LEAP = 10;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && !!target.closest("textarea, select, input:not([type=range], [type=checkbox], [type=radio])");
const isScrubbing = (target: EventTarget | null): boolean => target instanceof HTMLInputElement && target.type === "range";
const isPressed = (event: KeyboardEvent): boolean => event.key === " " && event.target instanceof HTMLElement && !!event.target.closest("button, input");

/** Rate, approve or reject a take by a key; whether the key was one for that. */
export function reviewed(event: KeyboardEvent, desk: TakesDesk, node: string, take: string): boolean {
  if (event.defaultPrevented || isTyping(event.target)) return false;
  const command = takeCommandOf(strokeOf(event), "view");
  if (command?.does === "rate") void desk.rate(node, take, command.stars);
  else if (command?.does === "approve" || command?.does === "reject") void desk.judge(node, take, command.does === "approve" ? "approved" : "rejected");
  else return false;
  event.preventDefault();
  return true;
}

/** Play, step or leap by a key; whether the key was one for that. */
export function played(event: KeyboardEvent, playback: Played): boolean {
  if (event.defaultPrevented || isTyping(event.target) || isPressed(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  const by = event.shiftKey ? LEAP : 1;
  if (event.key === " ") playback.toggle();
  else if (isScrubbing(event.target)) return false;
  else if (event.key === "ArrowLeft") playback.step(-by);
  else if (event.key === "ArrowRight") playback.step(by);
  else if (event.key === "Home" || event.key === "End") playback.step(event.key === "Home" ? -playback.frames : playback.frames);
  else return false;
  event.preventDefault();
  return true;
}

/** What a key on the canvas does with the takes that stand for the selected nodes; whether it did anything. */
export function takeKeyed(event: KeyboardEvent, store: ProjectStore): boolean {
  const command = takeCommandOf(strokeOf(event), "canvas");
  if (!command) return false;
  const found = store.selection.flatMap((node) => {
    const take = store.activeTakeOf(node)?.record.id;
    return take ? [{ node, take }] : [];
  });
  const only = found.length === 1 ? found[0] : undefined;
  if (command.does === "sheet") store.desk.open({ kind: "sheet", node: only?.node ?? null });
  else if (command.does === "review" && only) store.desk.review(only.node);
  else if (command.does === "compare" && only) store.desk.compare(only.node);
  else if (command.does === "rate") for (const { node, take } of found) void store.desk.rate(node, take, command.stars);
  else if (command.does === "approve" || command.does === "reject")
    for (const { node, take } of found) void store.desk.judge(node, take, command.does === "approve" ? "approved" : "rejected");
  else return false;
  return only !== undefined || found.length > 0 || command.does === "sheet";
}
