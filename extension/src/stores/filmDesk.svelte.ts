/** What is done with a film: its clips and titles edited, its music chosen, sent to editors and taken back from them. */
import { idsOfType } from "../lib/kinds.ts";
import { dataOperations, eventOf, joined, listKind, listText, reordered, titlesOf, withTitle, type Join, type TitleData } from "../lib/film.ts";
import { newId } from "../lib/ids.ts";
import { baseName } from "../lib/text.ts";
import type { JsonObject } from "../lib/json.ts";
import { outermost, sequence } from "../lib/sequence.ts";
import type * as T from "../lib/types.ts";
import { wiringOf } from "../lib/wiring.ts";
import { append, lastOrder } from "../lib/order.ts";
import type { CanvasEditor } from "./canvasEditor.svelte.ts";

/** How far under its assembler the node of a new music stands, and the next one under that, in canvas pixels. */
const BELOW = 460;
const STEP = 170;

/** One difference between the film and a list that came back. */
export interface Change {
  kind: string;
  node: string;
  message: string;
  /** False where a canvas has no way to say it. */
  applied: boolean;
}

/** What `import_edit` answers. */
export interface Difference {
  changes: readonly Change[];
  problems: readonly { line: number; message: string }[];
}

/** A list that an editor changed, before it is taken over. */
export interface Incoming {
  name: string;
  kind: "edl" | "otio" | "xml";
  text: string;
  /** The assembler it is compared with. */
  node: string;
}

/** What was written: its project-relative path, and what to know of the film in it. */
export interface Written {
  path: string;
  notices: readonly string[];
}

/** What `hand_off` answers. */
export interface Package extends Written {
  lists: readonly string[];
  media: readonly { file: string }[];
}

/** What `film` answers. */
export interface Film {
  cut: T.CutList | null;
  problems: readonly T.Problem[];
}

export class FilmDesk {
  /** The list that is being looked at. */
  incoming: Incoming | null = $state.raw(null);

  constructor(private readonly store: CanvasEditor) {}

  get assemblers(): readonly string[] {
    return idsOfType(this.store.canvas.nodes, "vse_assembler");
  }

  // ------------------------------------------------------------------------------------------------- clips

  /** Set keys of a clip's event as one edit; what is undefined is as it was made. */
  setClip(film: string, clip: string, what: string, changes: JsonObject): void {
    this.store.edit(`${what} of ${this.store.titleOf(clip)}`, dataOperations(this.store.canvas, film, ["events", clip], changes));
  }

  join(film: string, clip: string, join: Join): void {
    this.setClip(film, clip, "transition", { transition: joined(join, this.usual) });
  }

  /** Half a second at the project's rate. */
  get usual(): number {
    const { numerator, denominator } = this.store.rate;
    return Math.max(1, Math.round(numerator / denominator / 2));
  }

  /** Change a title of a clip, take it away (null), or add one past the last. */
  title(film: string, clip: string, at: number, title: TitleData | null): void {
    const titles = titlesOf(eventOf(this.store.canvas.nodes[film], clip));
    this.setClip(film, clip, title ? "title" : "no title", { title: withTitle(titles, at, title) });
  }

  /** Put a clip at another place of the film: in the studio, which knows how wires and scenes say it. */
  async move(film: string, clip: string, to: number): Promise<void> {
    const order = sequence(this.store.canvas, film);
    const wanted = reordered(order, clip, to);
    if (this.store.readOnly || wanted.join() === order.join()) return;
    this.store.flush();
    await this.store.ask("order_film", { node_id: film, order: wanted }, clip);
  }

  /** The film as it would be rendered now; null where it cannot be had, which was told. */
  cut(film: string): Promise<Film | null> {
    return this.store.ask<Film>("film", { node_id: film }, film);
  }

  // ------------------------------------------------------------------------------------------------- sound

  /** Set levels of a music of the film. */
  setMusic(film: string, track: string, what: string, changes: JsonObject): void {
    this.store.edit(`${what} of ${this.store.titleOf(track)}`, dataOperations(this.store.canvas, film, ["music", track], changes));
  }

  setLoudness(film: string, loudness: number | null): void {
    this.store.edit("loudness of the film", dataOperations(this.store.canvas, film, [], { loudness }));
  }

  /** Let a sound node play under the film. */
  addMusic(film: string, source: string): void {
    this.store.connectWire({ source, sourceHandle: "audio", target: film, targetHandle: "music" });
  }

  /** Make a sound node for a file of the project and let it play under the film, as one edit. */
  addSound(film: string, file: string): void {
    const at = this.store.canvas.layout[film] ?? { x: 0, y: 0 };
    const there = wiringOf(this.store.canvas).into(film, "music").map(([, edge]) => edge);
    const place = { x: at.x, y: at.y + BELOW + there.length * STEP };
    this.store.addNode("audio", place, { file, name: baseName(file).replace(/\.[^.]*$/, "").slice(0, 60) }, (id) => [
      { op: "add", path: `/edges/${newId("e")}`, value: { source: id, sourceHandle: "audio", target: film, targetHandle: "music", order: append(lastOrder(there)) } },
    ]);
  }

  // ------------------------------------------------------------------------------------------------- editors

  /** Take in a list that an editor changed; what it changes is shown before it is taken over. */
  async receive(file: File, node: string | null): Promise<void> {
    const kind = listKind(file.name);
    const film = node ?? outermost(this.store.canvas)[0];
    if (!kind) return this.store.notices.add("warning", `${file.name.slice(0, 80)} is no edit list.`, "Choose an .edl, .otio or .xml file.");
    if (!film) return this.store.notices.add("warning", "There is no film to compare the list with.", "Add an Assembler and wire the shots of the film to it.");
    this.store.flush();
    this.incoming = { name: file.name, kind, text: listText(await file.arrayBuffer()), node: film };
  }

  /** Write the film as a storyboard, a PDF. */
  async storyboard(film: string): Promise<Written | null> {
    this.store.flush();
    return this.store.ask<Written>("storyboard", { node_id: film }, film);
  }

  /** Write the edit list of the film, with OTIO and Final Cut XML beside it. */
  async list(film: string): Promise<Written | null> {
    this.store.flush();
    return this.store.ask<Written>("edl", { node_id: film }, film);
  }

  async handOff(film: string): Promise<Package | null> {
    this.store.flush();
    return this.store.ask<Package>("hand_off", { node_id: film }, film);
  }
}
