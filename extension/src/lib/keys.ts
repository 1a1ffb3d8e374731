/** The keys of the canvas: one table for what is done and what is told. */
export type Command =
  | "palette"
  | "search"
  | "undo"
  | "redo"
  | "copy"
  | "paste"
  | "cut"
  | "group"
  | "ungroup"
  | "fold"
  | "enter"
  | "find"
  | "tidy"
  | "mute"
  | "snap"
  | "duplicate"
  | "remove"
  | "fit"
  | "generate"
  | "play"
  | "take"
  | "selectAll"
  | "deselect"
  | "history"
  | "help";

export interface KeyStroke {
  key: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
}

export const KEYS: readonly { shown: readonly string[]; does: string }[] = [
  { shown: ["⇧A"], does: "Add a node (or double-click the canvas)" },
  { shown: ["/"], does: "Search the palette" },
  { shown: ["G"], does: "Generate the selected shots" },
  { shown: ["1", "…", "9"], does: "Choose a take of the selected shot" },
  { shown: ["P"], does: "Play the selected take" },
  { shown: ["F"], does: "Fit the canvas" },
  { shown: ["Ctrl Z", "Ctrl Y"], does: "Undo, redo" },
  { shown: ["Ctrl C", "Ctrl V", "Ctrl D"], does: "Copy, paste, duplicate" },
  { shown: ["Ctrl X"], does: "Cut" },
  { shown: ["Ctrl A"], does: "Select everything" },
  { shown: ["Ctrl G", "Ctrl ⇧ G"], does: "Group into a scene, ungroup" },
  { shown: ["C"], does: "Fold or unfold the selected scene" },
  { shown: ["E"], does: "Enter the selected scene (Esc leaves it)" },
  { shown: ["Ctrl F"], does: "Find a node" },
  { shown: ["L"], does: "Tidy the layout of the selection, or of all" },
  { shown: ["S"], does: "Snap to guides, to the grid, or not (hold Alt to drag freely)" },
  { shown: ["M"], does: "Pass by a finishing step, or use it again" },
  { shown: ["Del"], does: "Remove what is selected" },
  { shown: ["H"], does: "History of the project" },
  { shown: ["Space"], does: "Hold and drag to pan" },
  { shown: ["⇧"], does: "Hold and drag to select an area" },
  { shown: ["Esc"], does: "Select nothing" },
  { shown: ["?"], does: "These keys" },
];

const WITH_CTRL: Readonly<Record<string, Command>> = { z: "undo", y: "redo", c: "copy", v: "paste", x: "cut", d: "duplicate", a: "selectAll", g: "group", f: "find" };
const WITH_CTRL_SHIFT: Readonly<Record<string, Command>> = { z: "redo", g: "ungroup" };
const PLAIN: Readonly<Record<string, Command>> = {
  delete: "remove",
  backspace: "remove",
  f: "fit",
  g: "generate",
  p: "play",
  h: "history",
  c: "fold",
  e: "enter",
  l: "tidy",
  m: "mute",
  s: "snap",
  "/": "search",
  "?": "help",
  escape: "deselect",
};

/** Return what a key stroke means on the canvas, or null if it is not ours. */
export function commandOf({ key, ctrl, shift, alt }: KeyStroke): Command | null {
  const name = key.toLowerCase();
  if (alt) return null;
  if (ctrl) return (shift ? WITH_CTRL_SHIFT : WITH_CTRL)[name] ?? null;
  if (shift && name === "a") return "palette";
  if (/^[1-9]$/.test(name)) return "take";
  return PLAIN[name] ?? null;
}
