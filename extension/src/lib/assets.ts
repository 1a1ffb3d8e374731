/** Characters, styles and locations as cards: their words, their pictures, what becomes of their training. */
import { count } from "./text.ts";

export type AssetKind = "character" | "style" | "location";

/** Where an asset stands: a canvas, the asset's node, and the nodes it is wired into with what people call them. */
export interface AssetUse {
  canvas: string;
  node: string;
  into: readonly string[];
  names: readonly string[];
}

/** How the model of an asset was made (`training` of `asset.json`). */
export interface Training {
  draft: boolean;
  pipeline: string;
  quality: string;
  created: string;
  notice: string;
  images: Readonly<Record<string, string>>;
  bytes: number;
  trigger_word: string;
}

/** The newest training of an asset. */
export interface TrainingTask {
  task_id: string;
  state: "idle" | "queued" | "generating" | "success" | "failed" | "cancelled";
  progress: number;
  step: string;
  notice?: string;
  error: string;
  fix: string;
}

/** An asset as `assets` of the session tells it. */
export interface AssetCard {
  uuid: string;
  kind: AssetKind;
  name: string;
  trigger_word: string;
  description: string;
  keywords: string;
  model: string | null;
  training: Training | null;
  folder: string;
  /** Project-relative paths of its pictures, and URLs of small copies in the same order. */
  references: readonly string[];
  pictures: readonly string[];
  uses: readonly AssetUse[];
  /** Why it cannot be trained as it is; empty if it can. */
  problem: string;
  task: TrainingTask | null;
}

export const KINDS: readonly { id: AssetKind; title: string; plural: string; hint: string; words: string }[] = [
  { id: "character", title: "Character", plural: "Characters", hint: "Who acts: a person, an animal, a robot.", words: "What it looks like" },
  { id: "style", title: "Style", plural: "Styles", hint: "How the film looks: ink, oil, film noir.", words: "Keywords of the style" },
  { id: "location", title: "Location", plural: "Locations", hint: "Where it happens: a room, a river, a planet.", words: "What it looks like" },
];

const TRIGGER = /^[\p{L}\p{N}][\p{L}\p{N}_-]{1,39}$/u;

/** Return what is wrong with a trigger word, in a sentence; empty if nothing is. The twin of the studio's own rule. */
export function triggerProblem(word: string, others: Readonly<Record<string, string>>): string {
  if (!word) return "";
  if (!TRIGGER.test(word)) return "A trigger word is one word of 2 to 40 letters, digits, - and _.";
  const owner = Object.entries(others).find(([other]) => other.toLowerCase() === word.toLowerCase());
  return owner ? `${word} is the trigger word of ${owner[1]} already.` : "";
}

/** The trigger words of all assets but one, with their names. */
export const otherWords = (assets: readonly AssetCard[], but = ""): Record<string, string> =>
  Object.fromEntries(assets.filter((asset) => asset.uuid !== but && asset.trigger_word).map((asset) => [asset.trigger_word, asset.name]));

/** Return how training stands, in the words of a card: `Queued`, `Training: 25%`, `Complete`; empty where there was none. */
export function trainingWords(task: TrainingTask | null): string {
  switch (task?.state) {
    case "queued":
      return "Queued";
    case "generating":
      return `Training: ${Math.floor(task.progress)}%`;
    case "success":
      return "Complete";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
    default:
      return "";
  }
}

export const isTraining = (task: TrainingTask | null): boolean => task?.state === "queued" || task?.state === "generating";

/** Return where an asset is used, in a few words. */
export function usesWords(uses: readonly AssetUse[]): string {
  const names = [...new Set(uses.flatMap((use) => use.names))];
  if (names.length) return `In ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
  return uses.length ? "On the canvas, not connected" : "Not used yet";
}

/** Return what a model is, in a sentence. */
export function modelWords(asset: AssetCard): string {
  if (!asset.model) return "";
  if (!asset.training) return `${asset.model}, brought from elsewhere.`;
  const from = count(Object.keys(asset.training.images).length, "picture");
  if (asset.training.draft) return `A draft model, from the colours and textures of ${from}. It stands in until a trainer with a GPU is there, and carries no likeness.`;
  return `A model trained from ${from} by ${asset.training.pipeline}, in ${asset.training.quality} quality.`;
}

/** Whether words or pictures have changed since the model was trained. */
export function isModelOld(asset: AssetCard): boolean {
  const training = asset.training;
  if (!training || !asset.model) return false;
  const known = new Set(Object.keys(training.images).map((path) => path.slice(path.lastIndexOf("/") + 1)));
  const now = asset.references.map((path) => path.slice(path.lastIndexOf("/") + 1));
  return training.trigger_word !== asset.trigger_word || known.size !== now.length || now.some((name) => !known.has(name));
}

/** Return the assets of a kind (or of all) that match all words of a search. */
export function found(assets: readonly AssetCard[], kind: AssetKind | "", search: string): AssetCard[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return assets.filter((asset) => {
    const text = `${asset.name} ${asset.trigger_word} ${asset.description} ${asset.keywords} ${asset.kind}`.toLowerCase();
    return (!kind || asset.kind === kind) && words.every((word) => text.includes(word));
  });
}
