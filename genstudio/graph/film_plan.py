"""What a scene or a film lacks: every shot in it that has no take, or one that is out of date, planned in the order to make them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from genstudio.graph.cut import active_take
from genstudio.graph.identity import makes_media
from genstudio.graph.plan import PlanContext
from genstudio.graph.sequence import scene_shots
from genstudio.graph.stale import StaleMarks, film_nodes
from genstudio.graph.step import StepPlan
from genstudio.graph.steps import plan_steps, upstream
from genstudio.graph.supply import Form, Supply
from genstudio.graph.walk import each_after
from genstudio.graph.wiring import Wires
from genstudio.schema.base import Quality
from genstudio.schema.canvas import Canvas
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Problem

__all__ = ["WHOLES", "FilmPlan", "parts_of", "plan_film", "shot_step"]

WHOLES: Final = frozenset({"scene_group", "vse_assembler"})
"""Types of nodes that make nothing themselves: to generate one is to generate what it holds and lacks."""


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """The plans of what is to be made, by node, each after those that it is made from.

    ``left`` says of each part that cannot be made why not; ``there`` are the parts whose takes show what is asked for.
    """

    plans: Mapping[str, StepPlan]
    left: tuple[Problem, ...] = ()
    there: tuple[str, ...] = ()


def shot_step(node: str) -> str:
    """Return what stands for the take of a shot among the ids of steps."""
    return f"shot:{node}"


def parts_of(canvas: Canvas, whole: str) -> tuple[str, ...]:
    """Return the nodes whose takes make a scene or a film, in film order.

    Of a scene these are its shots and those of the scenes inside it, at any depth; of an assembler also what finishes its shots, and its
    music.

    Raises:
        BadInputError: The node is neither.
    """
    node = canvas.nodes.get(whole)
    if node is None or node.type not in WHOLES:
        raise BadInputError(f"{whole!r:.80} is no scene and no assembler of this canvas.", fix="Name a node of one of these types.")
    found = scene_shots(canvas, whole) if node.type == "scene_group" else film_nodes(canvas, whole)
    return tuple(name for name in found if makes_media(canvas.nodes[name].type))


def plan_film(canvas: Canvas, whole: str, context: PlanContext, quality: Quality | None = None) -> FilmPlan:
    """Return what has to be made so that every part of a scene or a film shows what the canvas asks for.

    A part needs a take if it has none, or if the one that stands for it is stale and no other take shows what is asked for. What such a
    part is made from is planned too where it has no take, also outside the scene. A shot that waits for another one of the plan names it
    among its needs (:func:`shot_step`).

    Args:
        canvas: The canvas.
        whole: The scene or the assembler.
        context: What the canvas refers to.
        quality: The quality asked for; that of the shot or the project if None.

    Raises:
        BadInputError: The node is neither.
    """
    parts, wires = parts_of(canvas, whole), Wires(canvas)
    late = {name for name, found in StaleMarks().find(canvas, context).items() if found.current is None}
    lacking = [name for name in parts if name in late or _has_none(canvas, name, context)]
    coming: dict[str, Supply] = {}
    plans: dict[str, StepPlan] = {}
    left: list[Problem] = []
    for name in _in_order(wires, lacking, context):
        found = _planned(wires, name, context, quality, coming)
        if isinstance(found, StepPlan):
            plans[name] = found
            if found.shot is not None:
                coming[name] = Supply(name, _form(found.shot.reference, context), step=shot_step(name))
        elif found.code != "nothing_to_make":
            left.append(found)
    return FilmPlan(plans, tuple(left), tuple(name for name in parts if name not in lacking))


def _has_none(canvas: Canvas, name: str, context: PlanContext) -> bool:
    return active_take(canvas.nodes[name], context.takes.get(name, ())) is None


def _planned(wires: Wires, name: str, context: PlanContext, quality: Quality | None, coming: Mapping[str, Supply]) -> StepPlan | Problem:
    """Return the plan of a node, or what stands in its way."""
    try:
        plan = plan_steps(wires.canvas, name, context, quality, wires, coming)
    except BadInputError as error:
        return Problem(node=name, code=error.code, message=error.message)
    return next((problem for problem in plan.problems if problem.severity == "error"), plan)


def _in_order(wires: Wires, lacking: Collection[str], context: PlanContext) -> list[str]:
    """The nodes to make: these, and shots without a take that one is made from, each after those."""
    nodes, wanted = wires.canvas.nodes, set(lacking)

    def before(name: str) -> list[str]:
        shots = [other for other in upstream(wires, name, context) if nodes[other].type == "shot"]
        return [other for other in shots if other in wanted or _has_none(wires.canvas, other, context)]

    return each_after(lacking, before)


def _form(reference: str, context: PlanContext) -> Form:
    """What a shot will give, as far as it is known before it is made: a pipeline that is not known is taken to make videos."""
    task = context.tasks.get(reference)
    return Form("image" if task is not None and task.kind == "image" else "video")
