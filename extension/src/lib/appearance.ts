/** Icon and accent of a kind of node: the accent is its category's, the icon its own. */
import { isIcon, type IconName } from "../ui/icons.ts";
import type { NodeType } from "./types.ts";

export function iconOf(type: string, declared: NodeType | undefined): IconName {
  if (isIcon(type)) return type;
  if (!declared) return "unknown";
  return declared.category === "generate" ? "pipeline" : "node";
}

export const accentOf = (declared: NodeType | undefined): string => (declared ? `var(--gs-c-${declared.category})` : "var(--gs-faint)");

export const CATEGORIES: readonly { id: NodeType["category"]; title: string }[] = [
  { id: "film", title: "Film" },
  { id: "assets", title: "Assets" },
  { id: "generate", title: "Generate" },
  { id: "sources", title: "Sources" },
  { id: "finish", title: "Finish" },
  { id: "notes", title: "Notes" },
];
