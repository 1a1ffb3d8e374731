"""Which takes no longer show what the canvas asks for: they were made from other words, pictures or settings (contracts: takes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from genstudio.graph.bypass import is_muted
from genstudio.graph.cut import active_take
from genstudio.graph.finishing import Finishing
from genstudio.graph.identity import label, makes_media
from genstudio.graph.made_from import MadeFrom
from genstudio.graph.plan import PlanContext, ShotPlan
from genstudio.graph.sequence import film_order
from genstudio.graph.step import STEP_NODES, Step
from genstudio.graph.steps import media_sources, plan_steps, upstream
from genstudio.graph.values import pointer
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Problem, ProblemFix
from genstudio.schema.take import TakeRecord

__all__ = ["STALE_CUT", "STALE_TAKE", "StaleMarks", "StaleTake", "film_nodes", "stale_in_film", "stale_problems"]

STALE_TAKE: Final = "stale_take"
"""Code of the mark at a node whose take is stale."""
STALE_CUT: Final = "stale_cut"
"""Code of the mark at an assembler whose film shows or plays such a take."""

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class StaleTake:
    """The take that stands for a node was made from something else than the canvas asks for now.

    ``changed`` names what differs (empty if only duration, seed, parameters or pipeline do); ``current`` is the newest other take of the
    node that shows what is asked for now, if there is one. ``through`` are the nodes before it that are stale, where nothing else is.
    """

    node: str
    take: str
    changed: tuple[str, ...] = ()
    current: str | None = None
    through: tuple[str, ...] = ()


class StaleMarks:
    """Finds stale takes. Remembers what each node asked for, and plans again only nodes that read something which changed.

    One object serves one canvas over time; any order of calls gives the same answers as a new object would.
    """

    def __init__(self) -> None:
        self._plans: dict[str, tuple[tuple[object, ...], ShotPlan | Step | None]] = {}
        self.planned = 0
        """How many plans were made so far: what remembering saved can be counted."""

    def find(self, canvas: Canvas, context: PlanContext) -> dict[str, StaleTake]:
        """Return the stale takes by the id of their node: of shots, speech and finished pictures.

        A take is stale when the canvas asks for something else by now, or another take than the one it was made from stands before it.
        So are what steps make of stale takes, and the shots behind stale steps: when those are made again, so must they be. Only a shot
        behind a stale shot is not, nor behind steps of that: it is made from the take that stands there, until there is another. A take
        that says nothing of what was asked for (one that came from elsewhere) is never stale, nor is one that is passed by.
        """
        wires, compared = Wires(canvas), MadeFrom(canvas, context.takes)
        standing = _standing(canvas, context)
        self._plans = {name: self._plans[name] for name in standing if name in self._plans}
        found: dict[str, StaleTake] = {}
        for name, take in standing.items():
            plan = self._plan(wires, name, context)
            if plan is not None and not compared.shows(take, plan):
                current = compared.current(context.takes[name], plan)
                found[name] = StaleTake(name, take.id, compared.changed(take, plan), current)
        return found | _behind(wires, context, standing, found)

    def _plan(self, wires: Wires, name: str, context: PlanContext) -> ShotPlan | Step | None:
        reads = tuple(_reads(wires, name, context))
        known = self._plans.get(name)
        if known is not None and known[0] == reads:
            return known[1]
        self.planned += 1
        plan = _planned(wires, name, context)
        self._plans[name] = (reads, plan)
        return plan


def _planned(wires: Wires, name: str, context: PlanContext) -> ShotPlan | Step | None:
    """What a node asks for; None where it cannot be made, of which the check of the canvas tells."""
    try:
        found = plan_steps(wires.canvas, name, context, "draft", wires)  # no take is too coarse to have been used
    except BadInputError:
        return None
    if found.shot is not None or found.supply is None:
        return found.shot
    return next((step for step in found.steps if step.id == found.supply.step), None)


def _standing(canvas: Canvas, context: PlanContext) -> dict[str, TakeRecord]:
    """The take that stands for each node, if it says what it was made from; where a film finishes a shot, the one that it shows."""
    finishing = Finishing(canvas, context.takes)
    shots = [name for name, node in canvas.nodes.items() if node.type == "shot"]
    shown = {name: take for shot in shots for name, take in finishing.shown(shot) if take is not None}
    found = {}
    for name, node in canvas.nodes.items():
        if makes_media(node.type) and not is_muted(node):
            take = shown.get(name) or active_take(node, context.takes.get(name, ()))
            if take is not None and take.intent_key:
                found[name] = take
    return found


def _behind(wires: Wires, context: PlanContext, standing: Mapping[str, TakeRecord], stale: Mapping[str, StaleTake]) -> dict[str, StaleTake]:
    """The takes that are as asked for, but made from what is stale; what has no take of its own passes on what comes to it."""
    if not stale:
        return {}
    nodes = wires.canvas.nodes
    before = {name: media_sources(wires, name, context) for name, node in nodes.items() if node.type == "shot" or node.type in STEP_NODES}
    reached = _spread(wires.canvas, before, {name for name in stale if nodes[name].type in STEP_NODES})
    shots = {name for name in (*stale, *reached) if nodes[name].type == "shot"}
    steps = {name: sources for name, sources in before.items() if nodes[name].type in STEP_NODES}
    reached = _spread(wires.canvas, steps, shots) | reached
    return {
        name: StaleTake(name, standing[name].id, through=through)
        for name, through in reached.items()
        if name in standing and name not in stale
    }


def _spread(canvas: Canvas, before: Mapping[str, tuple[str, ...]], start: set[str]) -> dict[str, tuple[str, ...]]:
    """The nodes that are reached from others through steps, a shot as the last one, each with those just before it."""
    reached: dict[str, tuple[str, ...]] = {}
    front = start
    while front:
        new = {name: tuple(sorted(front.intersection(sources))) for name, sources in before.items() if name not in start | reached.keys()}
        new = {name: through for name, through in new.items() if through}
        reached |= new
        front = {name for name in new if canvas.nodes[name].type in STEP_NODES}
    return reached


def film_nodes(canvas: Canvas, assembler: str) -> tuple[str, ...]:
    """Return the nodes whose media makes the film of an assembler: its clips, what finishes them, and its music; films in it too."""
    finishing = Finishing(canvas, {})
    order = film_order(canvas, assembler)
    finishers = [step for clip in order.clips if canvas.nodes[clip].type == "shot" for step in finishing.chain(clip)]
    wires = Wires(canvas)
    music = [edge.source for film in (assembler, *order.films) for edge in wires.into(film, "music")]
    return tuple(dict.fromkeys((*order.clips, *finishers, *music)))


def stale_in_film(canvas: Canvas, assembler: str, stale: Mapping[str, StaleTake]) -> tuple[Problem, ...]:
    """Return the marks of the takes that the film of an assembler shows or plays, as problems at their nodes."""
    shown = {name: stale[name] for name in film_nodes(canvas, assembler) if name in stale} if stale else {}
    return tuple(_mark(canvas, found) for found in shown.values())


def stale_problems(canvas: Canvas, stale: Mapping[str, StaleTake]) -> tuple[Problem, ...]:
    """Return the marks as problems: ``stale_take`` at each node, ``stale_cut`` at each assembler whose film shows or plays one."""
    marks = [_mark(canvas, found) for _, found in sorted(stale.items())]
    for name, node in sorted(canvas.nodes.items()):
        shown = [used for used in film_nodes(canvas, name) if used in stale] if stale and node.type == "vse_assembler" else []
        if shown:
            takes = _listed([label(used, canvas.nodes[used]) for used in shown])
            marks.append(
                Problem(node=name, severity="warning", code=STALE_CUT, message=f"The film shows takes that are out of date: {takes}.")
            )
    return tuple(marks)


def _mark(canvas: Canvas, found: StaleTake) -> Problem:
    node = canvas.nodes[found.node]
    what = _listed(list(found.changed)) if found.changed else "the settings"
    message = f"{found.take} was made before {what} of {label(found.node, node)} changed."
    if found.through:
        before = [label(name, canvas.nodes[name]) for name in found.through]
        message = f"{found.take} was made from {_listed(before)}, which is out of date."
    fix = None
    if found.current is not None:
        choose = {"op": "add", "path": pointer("nodes", found.node, "data", "active_take"), "value": found.current}
        fix = ProblemFix(label=f"Use {found.current}", operations=(choose,))
    return Problem(node=found.node, severity="warning", code=STALE_TAKE, message=message, fix=fix)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = [*names[:_MOST_NAMED], f"{more} more"] if more > 0 else list(names)
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _reads(wires: Wires, name: str, context: PlanContext) -> Iterator[object]:
    """All that the plan of a node is made from; two calls that give equal values have equal plans."""
    nodes = wires.canvas.nodes
    yield nodes[name]
    yield context.tasks.get(wires.reference(name))
    yield [task for task in context.tasks.values() if task.node]
    yield _get(context.files, nodes[name].data.get("file"))
    for socket, edges in sorted(wires.sockets(name).items()):
        for _, edge in edges if socket != "sequence_in" else ():
            source = nodes.get(edge.source)
            yield socket, _content(edge.source, source, context) if source is not None else None
    for other in upstream(wires, name, context):
        yield _made_of(other, nodes[other], wires, context)


def _content(name: str, node: Node, context: PlanContext) -> tuple[object, ...]:
    """What a node gives: an asset with its files, the text of a file, the take that stands for it, else its own data."""
    if makes_media(node.type):
        take = active_take(node, context.takes.get(name, ()))
        return (node.type, take.sha256 if take is not None else None)
    if node.type == "asset":
        return (node, _get(context.assets, node.data.get("asset")))
    return (node, context.texts.get(name), _get(context.texts, node.data.get("file")))


def _made_of(name: str, node: Node, wires: Wires, context: PlanContext) -> tuple[object, ...]:
    """What decides how the result of a step is made, or which take stands for a shot."""
    if node.type == "shot":
        return _content(name, node, context)
    sources = [(socket, edge.source) for socket, edges in sorted(wires.sockets(name).items()) for _, edge in edges]
    texts = [_content(source, wires.canvas.nodes[source], context) for _, source in sources if source in wires.canvas.nodes]
    takes = [take.sha256 for take in context.takes.get(name, ())]
    return (node.data, sources, texts, takes, _get(context.files, node.data.get("file")))


def _get(known: Mapping[str, object], key: object) -> object:
    return known.get(key) if isinstance(key, str) else None
