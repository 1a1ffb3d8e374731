"""What a table comes to on a canvas, and which takes it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from genstudio.graph.edit import apply
from genstudio.graph.node_types import NODE_TYPES
from genstudio.graph.plan import PlanContext
from genstudio.graph.sequence import sequence
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.canvas import Canvas, Patch
from genstudio.schema.job import GenerateJob
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord
from genstudio.widget.batch_plan import Asked, InQueue, RowPlan, Surroundings, TablePlan, plan_table
from genstudio.widget.shot_table import read_table

CATALOGUE = Catalogue.load()
UUID = "00000000-0000-4000-8000-000000000000"


def planned(
    text: str,
    canvas: Canvas | None = None,
    made: Sequence[TakeRecord] = (),
    queue: Sequence[InQueue] = (),
    *,
    film: bool = False,
    **asked: Any,
) -> TablePlan:
    def context(drawn: Canvas) -> PlanContext:
        by_node = {key: tuple(take for take in made if take.renders == node.data.get("renders")) for key, node in drawn.nodes.items()}
        return PlanContext(settings=ProjectSettings(), tasks=CATALOGUE.tasks, takes=by_node)

    around = Surroundings(context, CATALOGUE, queue, NODE_TYPES)
    return plan_table(canvas or Canvas(), read_table(text), Asked(**asked), around, film=film)


def take(row: RowPlan, number: int = 1, **changed: Any) -> TakeRecord:
    record = TakeRecord(
        id=f"{row.plan.renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}",
        renders=row.plan.renders,
        media="x.mp4",
        kind="video",
        sha256="0" * 64,
        bytes=1,
        job=f"job_{number}",
        intent_key=row.plan.intent_key,
        pipeline=TakePipeline(id="draft-video", version="1.0.0"),
        quality=TakeQuality(requested=row.quality, used="draft"),
        inputs={"seed": (row.plan.seed or 0) + number - 1},
        canvas=TakeCanvas(path="c", version=1, node=row.node),
    )
    return record.model_copy(update=changed)


def in_queue(row: RowPlan, seed: int, job: str = "job_9") -> InQueue:
    spec = GenerateJob(
        project=UUID, project_root="/", node=row.node, reference="generate-video", quality=row.quality, prompt="", composed_prompt="",
        seed=seed, width=2, height=2, fps="24", canvas=TakeCanvas(path="c", version=1, node=row.node), renders=row.plan.renders,
        intent_key=row.plan.intent_key,
    )  # fmt: skip
    return InQueue("task_9", job, spec)


def test_new_names_make_shots_with_a_pipeline_each_and_share_its_node() -> None:
    plan = planned("name,prompt\nSHOT_010,a fox\nSHOT_020,a bear\n")
    assert [row.action for row in plan.rows] == ["create", "create"]
    assert [row.plan.renders for row in plan.rows] == ["SCENE_01/SHOT_010", "SCENE_01/SHOT_020"]
    assert [row.plan.reference for row in plan.rows] == ["generate-video", "generate-video"]
    assert sum(node.type == "pipeline" for node in plan.canvas.nodes.values()) == 1


def test_the_operations_alone_lead_to_the_canvas_of_the_plan() -> None:
    plan = planned("name,prompt,pipeline\nA,a fox,generate-image\nB,b,\n", film=True)
    assert apply(Canvas(), Patch(base=0, operations=plan.operations)).canvas.nodes == plan.canvas.nodes


def test_a_table_that_is_on_the_canvas_already_asks_for_no_edit() -> None:
    text = "name,prompt,seed,duration\nA,a fox,7,2s\nB,a bear,,\n"
    first = planned(text, film=True)
    again = planned(text, first.canvas, film=True)
    assert again.operations == ()
    assert [row.action for row in again.rows] == ["keep", "keep"]


def test_only_what_differs_is_changed() -> None:
    first = planned("name,prompt,seed\nA,a fox,7\n")
    again = planned("name,prompt,seed\nA,a bear,7\n", first.canvas)
    assert [operation.path.rpartition("/")[2] for operation in again.operations] == ["prompt"]
    assert (again.rows[0].action, again.rows[0].changed) == ("update", ("prompt",))


def test_another_pipeline_is_wired_in_place_of_the_one_there_was() -> None:
    first = planned("name,pipeline\nA,generate-video\n")
    again = planned("name,pipeline\nA,draft-image\n", first.canvas)
    assert again.rows[0].plan.reference == "draft-image"
    assert sum(edge.target_handle == "pipeline" for edge in again.canvas.edges.values()) == 1


def test_two_shots_of_one_name_are_told_apart_by_their_folders() -> None:
    first = planned("name,folder,prompt\nFox,SCENE_01/SHOT_010,a\nFox,SCENE_02/SHOT_010,b\n")
    assert [row.plan.renders for row in first.rows] == ["SCENE_01/SHOT_010", "SCENE_02/SHOT_010"]
    again = planned("name,folder,prompt\nFox,SCENE_02/SHOT_010,c\n", first.canvas)
    assert again.rows[0].node == first.rows[1].node


def test_the_film_is_in_the_order_of_the_table_and_a_row_put_between_lands_between() -> None:
    first = planned("name\nA\nB\n", film=True)
    assembler = next(key for key, node in first.canvas.nodes.items() if node.type == "vse_assembler")
    assert sequence(first.canvas, assembler) == tuple(row.node for row in first.rows)
    again = planned("name\nA\nNew\nB\n", first.canvas, film=True)
    assert sum(node.type == "vse_assembler" for node in again.canvas.nodes.values()) == 1
    made = sequence(again.canvas, assembler)
    assert set(made) == {row.node for row in again.rows}
    assert made.index(again.rows[0].node) < made.index(again.rows[2].node)


def test_takes_of_exactly_this_shot_count_and_others_do_not() -> None:
    first = planned("name,prompt\nA,a fox\n")
    row = first.rows[0]
    good = take(row)
    others = [
        take(row, 2, intent_key="other"),
        take(row, 3, quality=TakeQuality(requested="low", used="draft")),
        take(row, 4, id="A_v02_take04"),
    ]
    again = planned("name,prompt,takes\nA,a fox,3\n", first.canvas, [good, *others]).rows[0]
    assert again.made == (good,)
    assert again.missing == 2
    changed = planned("name,prompt,takes\nA,a bear,3\n", first.canvas, [good, *others]).rows[0]
    assert (changed.made, changed.missing) == ((), 3)


def test_the_takes_still_to_make_have_the_seeds_that_are_missing() -> None:
    first = planned("name,seed,takes\nA,7,4\n")
    row = first.rows[0]
    assert row.seeds == (7, 8, 9, 10)
    again = planned("name,seed,takes\nA,7,4\n", first.canvas, [take(row, 2)], [in_queue(row, 10)]).rows[0]
    assert (again.missing, again.seeds, again.queued) == (2, (7, 9), ("task_9",))


def test_a_job_that_ended_between_both_looks_counts_once() -> None:
    first = planned("name,seed,takes\nA,7,2\n")
    row = first.rows[0]
    again = planned("name,seed,takes\nA,7,2\n", first.canvas, [take(row, 1, job="job_9")], [in_queue(row, 7)]).rows[0]
    assert (again.missing, again.seeds) == (1, (8,))


def test_more_takes_than_asked_for_are_no_fault() -> None:
    first = planned("name\nA\n")
    again = planned("name\nA\n", first.canvas, [take(first.rows[0], number) for number in (1, 2, 3)])
    assert again.rows[0].missing == 0


def test_what_a_row_does_not_say_is_said_for_all() -> None:
    rows = planned("name,takes,quality\nA,,\nB,5,high\n", takes=2, quality="low").rows
    assert [(row.wanted, row.quality) for row in rows] == [(2, "low"), (5, "high")]


def test_parameters_get_the_type_that_the_pipeline_declares() -> None:
    manifest = CATALOGUE.get("t2i-sd1.5").manifest
    whole = next(param for param in manifest.params if param.type == "integer")
    text = f"name,pipeline,params.{whole.name}\nA,t2i-sd1.5,{int(whole.minimum or 1)}\n"
    assert planned(text).rows[0].plan.params == {whole.name: int(whole.minimum or 1)}


def test_parameters_that_cannot_be_are_named_by_line_and_column() -> None:
    manifest = CATALOGUE.get("t2i-sd1.5").manifest
    whole = next(param for param in manifest.params if param.type == "integer" and param.maximum is not None)
    text = f"name,pipeline,params.{whole.name},params.nothing\nA,t2i-sd1.5,many,1\nB,t2i-sd1.5,{int(whole.maximum or 0) + 1},\nC,none,,\n"
    problems = planned(text).problems
    assert [(problem.place, problem.column) for problem in problems] == [
        ("line 2", f"params.{whole.name}"),
        ("line 2", "params.nothing"),
        ("line 3", f"params.{whole.name}"),
        ("line 4", "pipeline"),
    ]


def test_a_take_that_somebody_drew_on_another_canvas_does_not_count() -> None:
    first = planned("name\nA\n")
    other = replace(in_queue(first.rows[0], 1), spec=in_queue(first.rows[0], 1).spec.model_copy(update={"node": "other"}))
    assert planned("name\nA\n", first.canvas, queue=[other]).rows[0].missing == 1
