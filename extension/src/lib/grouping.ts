/** Putting nodes into a scene and taking them out again. Wires stay as they are: they lead to nodes, wherever these stand. */
import { bounds, type Box } from "./boxes.ts";
import { scenesAbove } from "./nesting.ts";
import { between } from "./order.ts";
import { shotsOfScene } from "./sequence.ts";
import { wiringOf } from "./wiring.ts";
import type { Canvas, Operation } from "./types.ts";

/** Room between a scene's card and what it holds, in canvas pixels. */
const CARD = { width: 208, gap: 48 };

/** Return the outermost of some nodes: those that stand in none of the others. */
export function outermost(canvas: Canvas, ids: readonly string[]): string[] {
  const there = new Set(ids.filter((id) => canvas.nodes[id]));
  return [...there].filter((id) => !scenesAbove(canvas, id).some((scene) => there.has(scene)));
}

/** Return the scene that all of some nodes stand in directly, else the film itself (null). */
function commonParent(canvas: Canvas, ids: readonly string[]): string | null {
  const parents = new Set(ids.map((id) => canvas.nodes[id]?.parent ?? null));
  return parents.size === 1 ? ([...parents][0] ?? null) : null;
}

/** Return the operations that make a scene of some nodes, with its card left of them.
 *
 * @param scene Id of the new scene.
 * @param boxes Where the nodes stand.
 */
export function groupOperations(canvas: Canvas, ids: readonly string[], scene: string, boxes: readonly Box[]): Operation[] {
  const members = outermost(canvas, ids);
  if (members.length === 0) return [];
  const chosen = new Set(members);
  const around = bounds(boxes.filter((box) => chosen.has(box.id)));
  const place = around ? { x: Math.round(around.x - CARD.width - CARD.gap), y: Math.round(around.y) } : { x: 0, y: 0 };
  const value = { type: "scene_group", parent: commonParent(canvas, members), order: "", data: { name: "", collapsed: false } };
  return [
    { op: "add", path: `/nodes/${scene}`, value },
    { op: "add", path: `/layout/${scene}`, value: place },
    ...members.map((id): Operation => ({ op: "replace", path: `/nodes/${id}/parent`, value: scene })),
  ];
}

/** Return the operations that dissolve scenes: what they hold stands where they stood, and what their sequence was wired to gets their shots' own.
 *
 * @param newId Makes the id of a new wire.
 */
export function ungroupOperations(canvas: Canvas, ids: readonly string[], newId: () => string): Operation[] {
  const scenes = new Set(ids.filter((id) => canvas.nodes[id]?.type === "scene_group"));
  const moved = Object.entries(canvas.nodes).filter(([id, node]) => node.parent && scenes.has(node.parent) && !scenes.has(id));
  const home = (id: string): string | null => scenesAbove(canvas, id).find((scene) => !scenes.has(scene)) ?? null;
  return [
    ...moved.map(([id]): Operation => ({ op: "replace", path: `/nodes/${id}/parent`, value: home(id) })),
    ...[...scenes].flatMap((scene) => sequenceWires(canvas, scene, newId)),
    ...[...scenes].map((id): Operation => ({ op: "remove", path: `/nodes/${id}` })),
  ];
}

/** The wires of a scene's sequence go on from its shots, in the place that the scene's wire had; chained shots come by the last of their chain. */
function sequenceWires(canvas: Canvas, scene: string, newId: () => string): Operation[] {
  const shots = shotsOfScene(canvas, scene);
  const within = new Set(shots);
  const followed = new Set(shots.filter((id) => wiringOf(canvas).from(id).some(([, edge]) => edge.sourceHandle === "sequence_out" && within.has(edge.target))));
  return wiringOf(canvas)
    .from(scene)
    .flatMap(([, { target, targetHandle, order }]) => {
      const beside = wiringOf(canvas).into(target, targetHandle);
      const already = new Set(beside.map(([, edge]) => edge.source));
      const after = beside.map(([, edge]) => edge.order).find((other) => other > order) ?? null;
      let place = order;
      return shots
        .filter((id) => !followed.has(id) && !already.has(id))
        .map((id): Operation => {
          place = between(place, after);
          return { op: "add", path: `/edges/${newId()}`, value: { source: id, sourceHandle: "sequence_out", target, targetHandle, order: place } };
        });
    });
}
