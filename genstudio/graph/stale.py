"""Which shots no longer show what the canvas asks for: their take was made from other words, pictures or settings (contracts: takes)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from genstudio.graph.cut import active_take
from genstudio.graph.identity import label, makes_media
from genstudio.graph.plan import PlanContext, ShotPlan, by_content, intent_key
from genstudio.graph.sequence import sequence
from genstudio.graph.steps import plan_steps, upstream
from genstudio.graph.values import pointer, same
from genstudio.graph.wiring import Wires
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Problem, ProblemFix
from genstudio.schema.take import TakeRecord

__all__ = ["STALE_CUT", "STALE_TAKE", "StaleMarks", "StaleTake", "stale_problems"]

STALE_TAKE: Final = "stale_take"
"""Code of the mark at a shot."""
STALE_CUT: Final = "stale_cut"
"""Code of the mark at an assembler whose film shows such a shot."""

_NAMED: Final = {"composed_prompt": "prompt", "negative_prompt": "negative prompt"}
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class StaleTake:
    """The take that stands for a shot was made from something else than the canvas asks for now.

    ``changed`` names what differs (empty if only duration, seed, parameters or pipeline do); ``current`` is the newest other take of the
    shot that shows what is asked for now, if there is one.
    """

    node: str
    take: str
    changed: tuple[str, ...] = ()
    current: str | None = None


class StaleMarks:
    """Finds stale takes. Remembers what each shot asked for, and plans again only shots that read something which changed.

    One object serves one canvas over time; any order of calls gives the same answers as a new object would.
    """

    def __init__(self) -> None:
        self._plans: dict[str, tuple[tuple[object, ...], ShotPlan | None]] = {}
        self.planned = 0
        """How many plans were made so far: what remembering saved can be counted."""

    def find(self, canvas: Canvas, context: PlanContext) -> dict[str, StaleTake]:
        """Return the stale takes by the id of their shot.

        A take that says nothing of what was asked for (one that came from elsewhere) is never stale.
        """
        wires = Wires(canvas)
        found: dict[str, StaleTake] = {}
        shots = [name for name, node in canvas.nodes.items() if node.type == "shot"]
        self._plans = {name: self._plans[name] for name in shots if name in self._plans}
        for name in shots:
            takes = context.takes.get(name, ())
            take = active_take(canvas.nodes[name], takes)
            if take is None or not take.intent_key:
                continue
            plan = self._plan(wires, name, context)
            if plan is not None and not _shows(take, plan):
                found[name] = StaleTake(name, take.id, _changed(take, plan), _current(takes, plan))
        return found

    def _plan(self, wires: Wires, name: str, context: PlanContext) -> ShotPlan | None:
        reads = tuple(_reads(wires, name, context))
        known = self._plans.get(name)
        if known is not None and known[0] == reads:
            return known[1]
        self.planned += 1
        try:
            plan: ShotPlan | None = plan_steps(wires.canvas, name, context, wires=wires).shot
        except BadInputError:
            plan = None  # the check of the canvas says what is wrong with the shot
        self._plans[name] = (reads, plan)
        return plan


def stale_problems(canvas: Canvas, stale: Mapping[str, StaleTake]) -> tuple[Problem, ...]:
    """Return the marks as problems: ``stale_take`` at each shot, ``stale_cut`` at each assembler whose film shows one."""
    marks = [_mark(canvas.nodes[name], found) for name, found in sorted(stale.items())]
    for name, node in sorted(canvas.nodes.items()):
        shown = [shot for shot in sequence(canvas, name) if shot in stale] if stale and node.type == "vse_assembler" else []
        if shown:
            shots = _listed([label(shot, canvas.nodes[shot]) for shot in shown])
            marks.append(
                Problem(node=name, severity="warning", code=STALE_CUT, message=f"The film shows takes that are out of date: {shots}.")
            )
    return tuple(marks)


def _mark(node: Node, found: StaleTake) -> Problem:
    what = _listed(list(found.changed)) if found.changed else "the settings"
    message = f"{found.take} was made before {what} of {label(found.node, node)} changed."
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
    """All that the plan of a shot is made from; two calls that give equal values have equal plans."""
    nodes = wires.canvas.nodes
    yield nodes[name]
    yield context.tasks.get(wires.reference(name))
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


def _changed(take: TakeRecord, plan: ShotPlan) -> tuple[str, ...]:
    """Name the inputs in which take and plan differ."""
    then, now = _contents(take.inputs), _contents(plan.inputs)
    names = [key for key in dict.fromkeys((*now, *then)) if not same(then.get(key), now.get(key))]
    return tuple(dict.fromkeys(f"the {_NAMED.get(key, key.replace('_', ' '))}" for key in names))


def _contents(inputs: JsonObject) -> JsonObject:
    plain: JsonObject = by_content(inputs)
    return {key: value for key, value in plain.items() if key != "seed"}


def _shows(take: TakeRecord, plan: ShotPlan) -> bool:
    """Whether a take is what a plan asks for. Its own seed, asked for or drawn, is as good as any: fixing it later changes nothing."""
    if plan.intent_key == take.intent_key:
        return True
    seed = take.inputs.get("seed")
    fits = isinstance(seed, int) and not isinstance(seed, bool) and plan.seed in (None, seed)
    return fits and take.intent_key in (intent_key(plan, None), intent_key(plan, seed))


def _current(takes: Iterable[TakeRecord], plan: ShotPlan) -> str | None:
    """Return the newest take that shows what a plan asks for."""
    fitting = [take for take in takes if _shows(take, plan)]
    newest = max(fitting, key=lambda take: (take.name.version, take.name.take), default=None)
    return newest.id if newest is not None else None
