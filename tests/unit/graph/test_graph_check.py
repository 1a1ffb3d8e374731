from __future__ import annotations

from typing import Any

import pytest

from genstudio.graph.check import check, connection_problem
from genstudio.graph.edit import apply
from genstudio.graph.node_types import NODE_TYPES, node_types, shot_inputs
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas, Edge, Operation, Patch
from genstudio.schema.nodes import InputSocket, NodeType, SocketType
from genstudio.schema.pipeline import Licence, PipelineManifest, PipelineRun, TaskDeclaration, Tier

TASKS = {
    "generate-video": TaskDeclaration(id="generate-video", title="Video", kind="video"),
    "animate": TaskDeclaration(
        id="animate",
        title="Animate",
        kind="video",
        inputs=(InputSocket(name="image", types=(SocketType.IMAGE,), required=True), InputSocket(name="style", types=(SocketType.MASK,))),
    ),
}
TYPES = node_types(TASKS)
PIPELINES = {"paint": "paint@1.2.0", "brush": "paint@1.2.0"}


def wire(source: str, output: str, target: str, socket: str, order: str = "a0") -> dict[str, Any]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": order}


def canvas_of(nodes: dict[str, Any], edges: dict[str, Any] | None = None) -> Canvas:
    return Canvas.model_validate({"nodes": nodes, "edges": edges or {}})


def shot(number: int, **data: Any) -> dict[str, Any]:
    return {"type": "shot", "order": f"a{number}", "data": {"renders": f"SCENE_01/SHOT_{number:03}", **data}}


def codes(canvas: Canvas) -> list[tuple[str, str]]:
    return [(problem.code, problem.node or problem.edge or "") for problem in check(canvas, TYPES, TASKS)]


def fixed(canvas: Canvas, code: str) -> Canvas:
    problem = next(problem for problem in check(canvas, TYPES, TASKS) if problem.code == code)
    assert problem.fix is not None
    operations = tuple(Operation(**operation) for operation in problem.fix.operations)
    return apply(canvas, Patch(base=0, operations=operations)).canvas


def test_nothing_is_wrong_with_the_sample_film() -> None:
    assert codes(sample_film()) == []


def test_every_built_in_type_starts_with_data_that_nothing_is_wrong_with() -> None:
    nodes = {name: {"type": name, "order": "a0", "data": kind.defaults} for name, kind in NODE_TYPES.items()}
    canvas = apply(
        Canvas(), Patch(base=0, operations=tuple(Operation(op="add", path=f"/nodes/{name}", value=nodes[name]) for name in nodes))
    ).canvas
    assert codes(canvas) == []


def test_a_node_of_an_unknown_type_is_a_warning_and_its_wires_are_left_alone() -> None:
    canvas = canvas_of({"odd": {"type": "hologram"}, "s": shot(10)}, {"w": wire("odd", "beam", "s", "prompt")})
    (problem,) = check(canvas, TYPES, TASKS)
    assert (problem.code, problem.severity, problem.node) == ("unknown_type", "warning", "odd")
    assert "hologram" in problem.message


@pytest.mark.parametrize(
    "data",
    [
        {"prompt": 5},
        {"seed": -1},
        {"seed": "7"},
        {"duration": "soon"},
        {"duration": "9" * 5000},
        {"version": 0},
        {"quality": "best"},
        {"params": []},
        {"renders": "../.."},
    ],
)
def test_wrong_data_of_a_shot_is_told_at_the_shot(data: dict[str, Any]) -> None:
    found = codes(canvas_of({"s": shot(10) | {"data": {"renders": "SCENE_01/SHOT_010"} | data}}))
    assert found == [("wrong_data", "s")]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("super_resolution", {"scale": 7}),
        ("super_resolution", {"scale": True}),
        ("video_restoration", {"strength": 2}),
        ("video_restoration", {"strength": "much"}),
        ("text", {"text": ["a"]}),
    ],
)
def test_wrong_data_of_other_nodes_is_told_at_the_node(kind: str, data: dict[str, Any]) -> None:
    folder = {"renders": "SCENE_01/X"} if kind != "text" else {}
    assert codes(canvas_of({"n": {"type": kind, "data": folder | data}})) == [("wrong_data", "n")]


@pytest.mark.parametrize("reference", ["animate", "paint", "paint@1.2.0", "brush", "brush@1.2.0", "paint@"])
def test_tasks_and_pipelines_that_are_here_may_be_named_pinned_or_not(reference: str) -> None:
    canvas = canvas_of({"p": {"type": "pipeline", "data": {"reference": reference}}})
    assert check(canvas, TYPES, TASKS, PIPELINES) == ()


@pytest.mark.parametrize("reference", ["nosuch", "nosuch@1.2.0", "animate@1.0.0", ""])
def test_what_is_not_here_is_a_warning_that_says_what_is(reference: str) -> None:
    (problem,) = check(canvas_of({"p": {"type": "pipeline", "data": {"reference": reference}}}), TYPES, TASKS, PIPELINES)
    assert (problem.code, problem.severity, problem.node) == ("unknown_reference", "warning", "p")
    assert problem.message == f"There is no pipeline {reference!r}. There are: generate-video, animate, paint."


@pytest.mark.parametrize("reference", ["paint@9.9.9", "brush@9.9.9"])
def test_a_version_that_is_not_here_can_be_replaced_by_the_one_that_is(reference: str) -> None:
    canvas = canvas_of({"p": {"type": "pipeline", "data": {"reference": reference}}})
    (problem,) = check(canvas, TYPES, TASKS, PIPELINES)
    assert problem.message == "paint is here in version 1.2.0, not '9.9.9'. Pin paint@1.2.0, or install the version asked for."
    assert problem.fix is not None
    operations = tuple(Operation(**operation) for operation in problem.fix.operations)
    assert check(apply(canvas, Patch(base=0, operations=operations)).canvas, TYPES, TASKS, PIPELINES) == ()


def test_two_shots_of_one_folder_are_told_whatever_the_case_and_can_be_repaired() -> None:
    canvas = canvas_of({"a": shot(10), "b": {"type": "shot", "data": {"renders": "SCENE_01/SHOT_010"}}})
    assert codes(canvas) == [("duplicate_renders", "b")]
    assert codes(fixed(canvas, "duplicate_renders")) == []


def test_a_shot_without_a_folder_is_told_and_can_be_repaired() -> None:
    canvas = canvas_of({"a": {"type": "shot"}})
    assert codes(canvas) == [("no_folder", "a")]
    assert fixed(canvas, "no_folder").nodes["a"].data["renders"] == "SCENE_01/SHOT_010"


def test_scenes_that_are_missing_or_inside_themselves_are_told_and_can_be_repaired() -> None:
    canvas = canvas_of({"a": shot(10) | {"parent": "gone"}})
    assert codes(canvas) == [("missing_parent", "a")]
    assert codes(fixed(canvas, "missing_parent")) == []
    loop = canvas_of(
        {"g": {"type": "scene_group", "parent": "h"}, "h": {"type": "scene_group", "parent": "g"}, "s": shot(10) | {"parent": "g"}}
    )
    assert codes(loop) == [("parent_loop", "g"), ("parent_loop", "h")]
    assert codes(fixed(loop, "parent_loop")) == []
    assert codes(canvas_of({"a": shot(10), "b": shot(20) | {"parent": "a"}})) == [("parent_no_scene", "b")]


def test_wires_that_lead_nowhere_or_do_not_fit_are_told() -> None:
    nodes = {"a": shot(10), "b": shot(20), "t": {"type": "text"}}
    edges = {
        "w1": wire("gone", "output", "a", "prompt"),
        "w2": wire("a", "nothing", "b", "prompt"),
        "w3": wire("a", "output", "b", "nothing"),
        "w4": wire("a", "output", "b", "pipeline"),
    }
    found = [(problem.code, problem.edge) for problem in check(canvas_of(nodes, edges), TYPES, TASKS)]
    assert found == [("missing_node", "w1"), ("unknown_socket", "w2"), ("unknown_socket", "w3"), ("type_mismatch", "w4")]
    assert codes(fixed(canvas_of(nodes, {"w1": edges["w1"]}), "missing_node")) == []


def test_too_many_wires_and_twins_are_told() -> None:
    nodes = {"t": {"type": "text"}, "u": {"type": "text"}, "a": shot(10), "c": {"type": "asset"}}
    edges = {
        "w1": wire("t", "text", "a", "prompt"),
        "w2": wire("u", "text", "a", "prompt"),
        "w3": wire("c", "asset", "a", "character", "a1"),
        "w4": wire("c", "asset", "a", "character", "a0"),
    }
    assert codes(canvas_of(nodes, edges)) == [("too_many_wires", "a"), ("duplicate_wire", "w3")]


def test_every_node_of_a_loop_is_told_and_no_other() -> None:
    nodes = {name: shot(index) for index, name in enumerate(("before", "one", "two", "after"))}
    edges = {
        f"w{index}": wire(source, "sequence_out", target, "sequence_in")
        for index, (source, target) in enumerate((("before", "one"), ("one", "two"), ("two", "one"), ("two", "after")))
    }
    assert [code for code in codes(canvas_of(nodes, edges)) if code[0] == "loop"] == [("loop", "one"), ("loop", "two")]


def test_a_clip_that_comes_into_the_film_twice_is_told_at_the_assembler() -> None:
    document = sample_film().document()
    document["edges"]["again"] = wire("shot_010", "output", "assembler_1", "sequence_in", "a9")
    (problem,) = check(Canvas.model_validate(document), TYPES, TASKS)
    assert (problem.code, problem.node, problem.socket) == ("repeated_clip", "assembler_1", "sequence_in")
    assert "SHOT_010" in problem.message


def test_a_shot_has_the_sockets_of_its_task_and_says_which_it_needs() -> None:
    canvas = canvas_of(
        {"p": {"type": "pipeline", "data": {"reference": "animate"}}, "s": shot(10)}, {"w": wire("p", "pipeline", "s", "pipeline")}
    )
    names = [socket.name for socket in shot_inputs(canvas, "s", TASKS)]
    assert names == ["pipeline", "character", "style", "location", "prompt", "sequence_in", "image"]
    assert codes(canvas) == [("not_connected", "s")]


@pytest.mark.parametrize(
    ("edge", "reason"),
    [
        (wire("t", "text", "shot_010", "prompt"), None),
        (wire("shot_010", "sequence_out", "shot_020", "sequence_in"), None),
        (wire("shot_010", "output", "assembler_1", "sequence_in"), None),
        (wire("t", "text", "shot_010", "character"), "Character takes AssetReference, not String."),
        (wire("pipeline_1", "pipeline", "shot_010", "pipeline"), "These are connected already."),
        (wire("other", "pipeline", "shot_010", "pipeline"), None),
        (wire("shot_010", "sequence_out", "shot_010", "sequence_in"), "A node cannot be connected to itself."),
        (wire("up", "output", "down", "input"), "This would close a loop."),
        (wire("gone", "output", "shot_010", "prompt"), "There is no node gone."),
        (wire("odd", "output", "shot_010", "prompt"), "odd is of a kind that this studio does not know."),
        (wire("t", "texts", "shot_010", "prompt"), "t has no output texts."),
        (wire("t", "text", "shot_010", "image"), "SHOT_010 has no input image."),
    ],
)
def test_a_wire_may_be_drawn_or_the_reason_is_said(edge: dict[str, Any], reason: str | None) -> None:
    document = sample_film().document()
    document["nodes"] |= {
        "t": {"type": "text"},
        "odd": {"type": "hologram"},
        "other": {"type": "pipeline"},
        "up": {"type": "super_resolution"},
        "down": {"type": "super_resolution"},
    }
    document["edges"]["e_up"] = wire("down", "output", "up", "input")
    assert connection_problem(Canvas.model_validate(document), Edge.model_validate(edge), TYPES, TASKS) == reason


def manifest(pipeline_id: str, task: str | None = None, **more: Any) -> PipelineManifest:
    return PipelineManifest(
        schema="genstudio.pipeline/1",
        id=pipeline_id,
        version="1.0.0",
        title=pipeline_id,
        task=task,
        licence=Licence(code="Apache-2.0"),
        tiers=(Tier(quality="low"),),
        run=PipelineRun(image=""),
        **more,
    )


def test_a_pipeline_that_serves_no_task_is_a_node_type_of_its_own() -> None:
    sockets = (InputSocket(name="image", types=(SocketType.IMAGE,)),)
    found = node_types(TASKS, [manifest("matting-2.0", inputs=sockets, kind="image"), manifest("t2v", task="generate-video")])
    assert found.keys() - NODE_TYPES.keys() == {"pipeline_matting_2_0"}
    kind = found["pipeline_matting_2_0"]
    assert kind.inputs == sockets
    assert kind.outputs[0].types == (SocketType.IMAGE,)


def test_pipelines_whose_ids_would_make_one_type_stay_apart() -> None:
    long = "a" * 64
    found = node_types({}, [manifest("x-1"), manifest("x.1"), manifest(long)])
    made: list[NodeType] = [kind for name, kind in found.items() if name not in NODE_TYPES]
    assert sorted(kind.title for kind in made) == sorted(["x-1", "x.1", long])
