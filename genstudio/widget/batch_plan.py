"""From the rows of a table to edits of a canvas and to the takes that are missing. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from pydantic import FiniteFloat, TypeAdapter

from genstudio.graph.edit import apply
from genstudio.graph.plan import PlanContext, ShotPlan, plan_shot
from genstudio.graph.values import pointer
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.base import JsonObject, Quality
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import GenerateJob
from genstudio.schema.nodes import NodeType, Param
from genstudio.schema.take import TakeRecord
from genstudio.widget import wiring
from genstudio.widget.shot_table import ShotRow, TableProblem

__all__ = ["ASSEMBLER", "Asked", "InQueue", "RowPlan", "Surroundings", "TablePlan", "plan_table"]

ASSEMBLER: Final = "vse_assembler"
_DEFAULT_PIPELINE: Final = "generate-video"
_SEEDS: Final = 2**32
_TYPES: Final[Mapping[str, TypeAdapter[str | int | float | bool]]] = {
    "string": TypeAdapter(str),
    "integer": TypeAdapter(int),
    "float": TypeAdapter(FiniteFloat),
    "boolean": TypeAdapter(bool),
}
"""From the text of a cell, or from JSON, to the type of a parameter."""

Action = Literal["create", "update", "keep"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds for rows that do not say it themselves: how many takes, in which quality (None: the shot's or the project's)."""

    takes: int = 1
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What a row comes to.

    ``made`` are the takes there are of exactly this shot in this quality, ``queued`` the ids of tasks that are making more; ``seeds``
    are those of the takes still to ask for, None where any will do; ``changed`` names what differs on the canvas now.
    """

    row: ShotRow
    node: str
    action: Action
    changed: tuple[str, ...]
    plan: ShotPlan
    quality: Quality
    wanted: int
    made: tuple[TakeRecord, ...]
    queued: tuple[str, ...]
    missing: int
    seeds: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The edit that a table asks for, the canvas after it, and each row's part. With problems, nothing of it may be carried out."""

    operations: tuple[Operation, ...]
    canvas: Canvas
    rows: tuple[RowPlan, ...]
    problems: tuple[TableProblem, ...]


@dataclass(frozen=True, slots=True)
class InQueue:
    """A take that is being made: the ids of its task and its job, and what was asked for."""

    task: str
    job: str
    spec: GenerateJob


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan looks at besides the canvas: its context (made anew for a changed canvas), the catalogue, the queue, node types."""

    context: Callable[[Canvas], PlanContext]
    catalogue: Catalogue
    queue: Sequence[InQueue] = ()
    types: Mapping[str, NodeType] | None = None


def plan_table(canvas: Canvas, rows: Sequence[ShotRow], asked: Asked, around: Surroundings, *, film: bool = False) -> TablePlan:
    """Return what a table asks for.

    A shot is found by its folder, else by its name. A take counts for a row if what the canvas asked for when it was made is what the
    row asks for now, in the same quality: a changed prompt makes new takes, a changed position does not.

    Args:
        canvas: The canvas as it is.
        rows: The table.
        asked: What holds for rows that do not say it.
        around: What else is looked at.
        film: Whether to join the shots in the order of the table and lead them to an assembler.
    """
    draft = _Draft(canvas)
    edits = [_edit(draft, row, around.catalogue) for row in rows]
    if film:
        _join(draft, [edit.node for edit in edits], around)
    context = around.context(draft.canvas)
    problems = [problem for edit in edits for problem in edit.problems]
    plans: list[RowPlan] = []
    for row, edit in zip(rows, edits, strict=True):
        if edit.problems:
            continue
        try:
            shot = plan_shot(draft.canvas, edit.node, context)
        except GenStudioError as error:
            problems.append(TableProblem(row.place, "", str(error)))
            continue
        problems += [TableProblem(row.place, fault.socket or "", fault.message) for fault in shot.problems if fault.severity == "error"]
        plans.append(_row_plan(row, edit, shot, asked, context.takes.get(edit.node, ()), around.queue))
    return TablePlan(tuple(draft.operations), draft.canvas, tuple(plans), tuple(problems))


class _Draft:
    """A canvas in the making, and the operations that led to it."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.operations: list[Operation] = []

    def add(self, operations: Iterable[Operation]) -> None:
        more = tuple(operations)
        if more:
            self.canvas = apply(self.canvas, Patch(base=self.canvas.version, operations=more)).canvas
            self.operations += more


@dataclass(frozen=True, slots=True)
class _Edit:
    node: str
    action: Action
    changed: tuple[str, ...]
    problems: tuple[TableProblem, ...]


# -- the canvas --------------------------------------------------------------------------------------------------------------------


def _edit(draft: _Draft, row: ShotRow, catalogue: Catalogue) -> _Edit:
    """Bring one row to the canvas."""
    node = _find(draft.canvas, row)
    present = draft.canvas.nodes[node].data if node else {}
    reference = row.pipeline or (_reference(draft.canvas, node) if node else None) or _DEFAULT_PIPELINE
    params, problems = _params(row, reference, catalogue)
    data = {**row.data, **({"params": {**_object(present.get("params")), **params}} if params else {})}
    if node is None:
        named = {"renders": row.folder} if row.folder else {}
        node, operations = wiring.new_shot(draft.canvas, row.name, {**named, **data})
        draft.add(operations)
        draft.add(wiring.use_pipeline(draft.canvas, node, reference))
        return _Edit(node, "create", tuple(data), problems)
    changed = tuple(key for key, value in data.items() if key not in present or present[key] != value)
    draft.add(Operation(op="add", path=pointer("nodes", node, "data", key), value=data[key]) for key in changed)
    if row.pipeline and row.pipeline != _reference(draft.canvas, node):
        draft.add(_rewired(draft.canvas, node, row.pipeline))
        changed += ("pipeline",)
    return _Edit(node, "update" if changed else "keep", changed, problems)


def _find(canvas: Canvas, row: ShotRow) -> str | None:
    if row.folder is None:
        return wiring.find(canvas, row.name, only_shots=True)
    return next((key for key, node in canvas.nodes.items() if node.type == "shot" and node.data.get("renders") == row.folder), None)


def _reference(canvas: Canvas, node: str) -> str | None:
    """Return the task or pipeline that a shot is wired to."""
    for edge in canvas.edges.values():
        source = canvas.nodes.get(edge.source)
        if (edge.target, edge.target_handle) == (node, "pipeline") and source is not None:
            return str(source.data.get("reference") or "") or None
    return None


def _rewired(canvas: Canvas, node: str, reference: str) -> list[Operation]:
    old = [key for key, edge in canvas.edges.items() if (edge.target, edge.target_handle) == (node, "pipeline")]
    return [*(Operation(op="remove", path=pointer("edges", key)) for key in old), *wiring.use_pipeline(canvas, node, reference)]


def _join(draft: _Draft, nodes: Sequence[str], around: Surroundings) -> None:
    """Put the shots behind one another where no wire says otherwise, and lead the last one to the assembler."""
    for before, node in pairwise(nodes):
        if not _wired(draft.canvas, node, "sequence_in") and not _leads_to(draft.canvas, node, before):
            draft.add(wiring.chain(draft.canvas, before, node))
    assembler = next((key for key, node in sorted(draft.canvas.nodes.items()) if node.type == ASSEMBLER), None)
    if assembler is None:
        defaults = around.types[ASSEMBLER].defaults if around.types else {}
        assembler, operations = wiring.new_node(draft.canvas, ASSEMBLER, {**defaults, "name": "Film"})
        draft.add(operations)
    if not any((edge.source, edge.source_handle) == (nodes[-1], "sequence_out") for edge in draft.canvas.edges.values()):
        declarations = (around.types or {}, around.catalogue.declared)
        draft.add(wiring.connect(draft.canvas, nodes[-1], assembler, wiring.Sockets("sequence_out", "sequence_in"), declarations)[1])


def _wired(canvas: Canvas, node: str, socket: str) -> bool:
    return any((edge.target, edge.target_handle) == (node, socket) for edge in canvas.edges.values())


def _leads_to(canvas: Canvas, source: str, target: str) -> bool:
    """Whether a sequence runs from one shot to another already: a wire back would close a circle."""
    reached, left = set[str](), [source]
    while left:
        here = left.pop()
        reached.add(here)
        left += [edge.target for edge in canvas.edges.values() if edge.source == here and edge.target not in reached]
    return target in reached


# -- parameters --------------------------------------------------------------------------------------------------------------------


def _params(row: ShotRow, reference: str, catalogue: Catalogue) -> tuple[JsonObject, tuple[TableProblem, ...]]:
    """Return a row's parameters in the types that the pipelines declare, and what is wrong with them."""
    try:
        known = _declared(reference, catalogue)
    except GenStudioError as error:
        return {}, (TableProblem(row.place, "pipeline", str(error)),)
    typed: JsonObject = {}
    problems: list[TableProblem] = []
    for name, value in row.params.items():
        param = known.get(name)
        if param is None:
            told = f"{reference} has no such parameter; those there are: {', '.join(sorted(known)) or 'none'}."
            problems.append(TableProblem(row.place, f"params.{name}", told))
            continue
        try:
            typed[name] = _typed(param, value)
        except ValueError:
            problems.append(TableProblem(row.place, f"params.{name}", f"{str(value)[:40]!r} is no {param.type}."))
            continue
        problems += [TableProblem(row.place, f"params.{name}", told) for told in _out_of_bounds(param, typed[name])]
    return typed, tuple(problems)


def _declared(reference: str, catalogue: Catalogue) -> dict[str, Param]:
    task = catalogue.tasks.get(reference)
    if task is None:
        return {param.name: param for param in catalogue.get(reference).manifest.params}
    serving = [item.manifest for item in catalogue.pipelines.values() if item.manifest.task == reference]
    return {param.name: param for params in (*(manifest.params for manifest in serving), task.params) for param in params}


def _typed(param: Param, value: object) -> str | int | float | bool:
    """Return a value in the type of its parameter; a ValueError (pydantic's) if it is none."""
    return _TYPES[param.type].validate_python(value)


def _out_of_bounds(param: Param, value: object) -> Iterable[str]:
    if param.choices and value not in param.choices:
        yield f"Choose one of {', '.join(str(choice) for choice in param.choices)}."
    if isinstance(value, int | float) and param.minimum is not None and value < param.minimum:
        yield f"It must be at least {param.minimum:g}."
    if isinstance(value, int | float) and param.maximum is not None and value > param.maximum:
        yield f"It must be at most {param.maximum:g}."


def _object(value: object) -> JsonObject:
    return dict(value) if isinstance(value, dict) else {}


# -- takes -------------------------------------------------------------------------------------------------------------------------


def _row_plan(row: ShotRow, edit: _Edit, shot: ShotPlan, asked: Asked, takes: Sequence[TakeRecord], queue: Sequence[InQueue]) -> RowPlan:
    quality = row.quality or asked.quality or shot.quality
    wanted = row.takes or asked.takes
    made = tuple(take for take in takes if _answers(take, shot, quality))
    done = {take.job for take in made}  # a job may end between the looks at queue and folder
    wanted_key = (edit.node, shot.intent_key, quality)
    queued = [at for at in queue if (at.spec.node, at.spec.intent_key, at.spec.quality) == wanted_key and at.job not in done]
    missing = max(0, wanted - len(made) - len(queued))
    seeds = None
    if shot.seed is not None:
        used = {take.inputs.get("seed") for take in made} | {at.spec.seed for at in queued}
        free = ((shot.seed + step) % _SEEDS for step in range(wanted + len(used)))
        seeds = tuple(seed for seed in free if seed not in used)[:missing]
    tasks = tuple(dict.fromkeys(at.task for at in queued))
    return RowPlan(row, edit.node, edit.action, edit.changed, shot, quality, wanted, made, tasks, missing, seeds)


def _answers(take: TakeRecord, shot: ShotPlan, quality: Quality) -> bool:
    """Whether a take is what a shot asks for."""
    same = take.intent_key == shot.intent_key and take.quality.requested == quality
    return same and f"_v{shot.version:02}_" in take.id
