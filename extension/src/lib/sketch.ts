/** The drawing of a canvas: nodes and wires as plain shapes on one 2-D surface, for all that are no elements just now. */
import { accentOf } from "./appearance.ts";
import type { Box } from "./boxes.ts";
import { overlap } from "./boxes.ts";
import { socketsOf, titleOf, type NodeTypes } from "./declarations.ts";
import type { FlowEdge } from "./flow.ts";
import type { Rect } from "./place.ts";
import type { Canvas, NodeState, Reference } from "./types.ts";

export interface Card extends Box {
  title: string;
  accent: string;
  selected: boolean;
  /** Whether a picture stands for it: shots and assets. */
  pictured: boolean;
  /** Where that picture is; empty while there is none. */
  picture: string;
  state: NodeState;
  progress: number;
}

export interface Line {
  id: string;
  from: { x: number; y: number };
  to: { x: number; y: number };
  colour: string;
  selected: boolean;
}

export interface Sketch {
  cards: readonly Card[];
  lines: readonly Line[];
}

/** Where the first socket of a card stands and how far the next is, as the cards have it (nodes/NodeCard.svelte). */
const FIRST: Readonly<Record<string, number>> = { pipeline: 34, note: 40 };
const USUAL_FIRST = 50;
const STEP = 23;

/** Return where the sockets of a node stand, by `<side> <name>`, from its top. */
function heights(canvas: Canvas, id: string, types: NodeTypes, references: readonly Reference[]): ReadonlyMap<string, number> {
  const { inputs, outputs } = socketsOf(canvas, id, types, references);
  const first = FIRST[canvas.nodes[id]?.type ?? ""] ?? USUAL_FIRST;
  const places = new Map<string, number>();
  inputs.forEach((socket, at) => places.set(`in ${socket.name}`, first + at * STEP));
  outputs.forEach((socket, at) => places.set(`out ${socket.name}`, first + at * STEP));
  return places;
}

/** Return the wires to draw in a part of the canvas. */
export function linesOf(
  canvas: Canvas,
  edges: readonly FlowEdge[],
  boxes: ReadonlyMap<string, Box>,
  types: NodeTypes,
  references: readonly Reference[],
  part: Rect,
): Line[] {
  const known = new Map<string, ReadonlyMap<string, number>>();
  const heightOf = (id: string, socket: string): number => {
    let there = known.get(id);
    if (!there) known.set(id, (there = heights(canvas, id, types, references)));
    return there.get(socket) ?? USUAL_FIRST;
  };
  const lines: Line[] = [];
  for (const edge of edges) {
    const source = boxes.get(edge.source);
    const target = boxes.get(edge.target);
    if (!source || !target || !overlap(around(source, target), part)) continue;
    lines.push({
      id: edge.id,
      from: { x: source.x + source.width, y: source.y + heightOf(edge.source, `out ${edge.sourceHandle}`) },
      to: { x: target.x, y: target.y + heightOf(edge.target, `in ${edge.targetHandle}`) },
      colour: edge.data?.colour ?? "--gs-faint",
      selected: !!edge.selected,
    });
  }
  return lines;
}

function around(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** Return the card of a box, with the picture at a URL. */
export function cardOf(box: Box, canvas: Canvas, types: NodeTypes, selected: boolean, task: { state: NodeState; progress: number } | undefined, picture: string): Card {
  const node = canvas.nodes[box.id];
  const declared = types.get(node?.type ?? "");
  const pictured = node?.type === "shot" || node?.type === "asset";
  const accent = /--[\w-]+/.exec(accentOf(declared))?.[0] ?? "--gs-faint";
  const title = node ? titleOf(node, types) : "";
  return { ...box, title, accent, selected, pictured, picture, state: task?.state ?? "idle", progress: task?.progress ?? 0 };
}

/** How far the ends of a wire reach straight out, as Svelte Flow's curves do. */
function reach(from: { x: number }, to: { x: number }): number {
  const across = to.x - from.x;
  return across >= 0 ? across / 2 : 0.25 * 25 * Math.sqrt(-across);
}

/** Return the part of the canvas that a card is drawn on, with its outline and the bar of its state; that of a wire, with its bends. */
export const inkOfCard = (card: Rect, zoom: number): Rect => grown(card, Math.max(4, 4 / zoom));

export function inkOfLine({ from, to }: Pick<Line, "from" | "to">, zoom: number): Rect {
  const out = reach(from, to);
  const left = Math.min(from.x, to.x - out);
  const top = Math.min(from.y, to.y);
  return grown({ x: left, y: top, width: Math.max(from.x + out, to.x) - left, height: Math.abs(from.y - to.y) }, Math.max(4, 2 / zoom));
}

const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({ x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by });

export interface Brush {
  /** The value of one of the page's colours (`--gs-raised`). */
  colour(name: string): string;
  /** The picture at a URL, if it is there. */
  picture(url: string): CanvasImageSource | null;
  font: string;
  /** Screen pixels a canvas pixel. */
  zoom: number;
}

/** Below this many screen pixels words are no more than noise. */
const LEGIBLE = 7;

/** Draw on a surface whose units are canvas pixels, in small steps, between which the page may do something else. */
export function* drawing(to: CanvasRenderingContext2D, sketch: Sketch, brush: Brush): Generator<void, void> {
  drawLines(to, sketch.lines, brush);
  for (const card of sketch.cards) {
    yield;
    drawCard(to, card, brush);
  }
  if (25 * brush.zoom >= LEGIBLE) drawTitles(to, sketch.cards, brush);
}

function drawLines(to: CanvasRenderingContext2D, lines: readonly Line[], brush: Brush): void {
  const byColour = new Map<string, Path2D>();
  for (const line of lines) {
    const key = `${line.selected ? "selected" : "plain"} ${line.colour}`;
    let path = byColour.get(key);
    if (!path) byColour.set(key, (path = new Path2D()));
    const out = reach(line.from, line.to);
    path.moveTo(line.from.x, line.from.y);
    path.bezierCurveTo(line.from.x + out, line.from.y, line.to.x - out, line.to.y, line.to.x, line.to.y);
  }
  // In an order that does not hang on which wires are drawn: a part is drawn as it is in the whole.
  for (const [key, path] of [...byColour].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [kind, colour = ""] = key.split(" ");
    const selected = kind === "selected";
    to.strokeStyle = brush.colour(colour);
    to.lineWidth = Math.max(selected ? 3.4 : 2, (selected ? 2 : 1) / brush.zoom);
    to.stroke(path);
  }
}

const RADIUS = 12;
const INSET = 6;
const STATE_COLOURS: Partial<Record<NodeState, string>> = { generating: "--gs-accent", queued: "--gs-accent", failed: "--gs-bad" };

function drawCard(to: CanvasRenderingContext2D, card: Card, brush: Brush): void {
  const { x, y, width, height } = card;
  const simple = width * brush.zoom < 26;
  block(to, x, y, width, height, simple ? 0 : RADIUS, brush.colour("--gs-raised"));
  const picture = card.pictured ? brush.picture(card.picture) : null;
  if (picture) cover(to, picture, x + INSET, y + INSET, width - 2 * INSET, height - 2 * INSET);
  else if (card.pictured) block(to, x + INSET, y + INSET, width - 2 * INSET, height - 2 * INSET, simple ? 0 : 8, "#181c23");
  block(to, x, y + (simple ? 0 : RADIUS), Math.max(4, 2 / brush.zoom), height - (simple ? 0 : 2 * RADIUS), 0, brush.colour(card.accent));
  const state = STATE_COLOURS[card.state];
  if (state) {
    const share = card.state === "generating" ? Math.max(0.04, card.progress / 100) : 1;
    const tall = Math.max(8, 4 / brush.zoom);
    block(to, x, y + height - tall, width, tall, 0, brush.colour("--gs-sunken"));
    block(to, x, y + height - tall, width * share, tall, 0, brush.colour(state));
  }
  to.strokeStyle = brush.colour(card.selected ? "--gs-accent" : card.state === "failed" ? "--gs-bad" : "--gs-line");
  to.lineWidth = Math.max(card.selected ? 4 : 2, (card.selected ? 2 : 1) / brush.zoom);
  to.beginPath();
  if (simple) to.rect(x, y, width, height);
  else to.roundRect(x, y, width, height, RADIUS);
  to.stroke();
}

function block(to: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number, colour: string): void {
  to.fillStyle = colour;
  if (!radius) return to.fillRect(x, y, width, height);
  to.beginPath();
  to.roundRect(x, y, width, height, radius);
  to.fill();
}

/** Draw a picture so that it fills a place, cut where its shape is another. */
function cover(to: CanvasRenderingContext2D, picture: CanvasImageSource, x: number, y: number, width: number, height: number): void {
  const { width: across, height: down } = picture as { width: number; height: number };
  const scale = Math.max(width / across, height / down);
  const [cutX, cutY] = [across - width / scale, down - height / scale];
  to.drawImage(picture, cutX / 2, cutY / 2, across - cutX, down - cutY, x, y, width, height);
}

function drawTitles(to: CanvasRenderingContext2D, cards: readonly Card[], brush: Brush): void {
  to.font = `650 25px ${brush.font}`;
  to.textBaseline = "middle";
  for (const card of cards) {
    const room = card.width - 36;
    const text = shortened(card.title, room);
    if (card.pictured) block(to, card.x + 12, card.y + 10, card.width - 24, 54, 8, "#000000a8");
    to.fillStyle = card.pictured ? "#fff" : brush.colour("--gs-text");
    to.fillText(text, card.x + 20, card.y + (card.pictured ? 37 : Math.min(card.height / 2, 37)), room);
  }
}

/** Cut a title to what fits, by the usual width of a letter: measuring each would cost more than it is worth here. */
function shortened(title: string, room: number): string {
  const most = Math.floor(room / 12.5);
  return title.length <= most ? title : `${title.slice(0, Math.max(1, most - 1))}…`;
}
