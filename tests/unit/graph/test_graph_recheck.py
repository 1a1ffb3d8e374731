"""Checking again after an edit finds what checking everything finds."""

from __future__ import annotations

import random
from typing import Any

import pytest

from genstudio.graph.check import check
from genstudio.graph.edit import apply
from genstudio.graph.node_types import node_types
from genstudio.graph.recheck import Recheck
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.nodes import InputSocket, SocketType
from genstudio.schema.pipeline import TaskDeclaration

STILL = InputSocket(name="image", types=(SocketType.IMAGE,), required=True)
TASKS = {
    "generate-video": TaskDeclaration(id="generate-video", title="Video", kind="video"),
    "animate": TaskDeclaration(id="animate", title="Animate", kind="video", inputs=(STILL,)),
}
TYPES = node_types(TASKS)
KINDS = ("shot", "pipeline", "vse_assembler", "scene_group", "super_resolution", "lip_sync_9000")
SOCKETS = ("pipeline", "sequence_in", "sequence_out", "output", "image", "input", "style", "nowhere")


def an_edit(rng: random.Random, canvas: Canvas) -> Operation:
    nodes = [*canvas.nodes, "gone"]
    node, other, wire = rng.choice(nodes), rng.choice(nodes), rng.choice([*canvas.edges, "e_new"])
    ends = {"source": node, "sourceHandle": rng.choice(SOCKETS), "target": other, "targetHandle": rng.choice(SOCKETS), "order": ""}
    data: dict[str, Any] = {"renders": rng.choice(("", "SCENE_01/SHOT_010", "SCENE_01/SHOT_020")), "reference": rng.choice((*TASKS, "odd"))}
    return rng.choice(
        (
            Operation(op="add", path=f"/nodes/n{rng.randrange(30)}", value={"type": rng.choice(KINDS), "data": data}),
            Operation(op="remove", path=f"/nodes/{node}"),
            Operation(op="add", path=f"/edges/e{rng.randrange(60)}", value=ends),
            Operation(op="add", path=f"/edges/e{rng.randrange(60)}", value=ends),
            Operation(op="remove", path=f"/edges/{wire}"),
            Operation(op="replace", path=f"/edges/{wire}/targetHandle", value=rng.choice(SOCKETS)),
            Operation(op="replace", path=f"/nodes/{node}/parent", value=rng.choice((None, other))),
            Operation(op="replace", path=f"/nodes/{node}/type", value=rng.choice(KINDS)),
            Operation(op="add", path=f"/nodes/{node}/data/name", value=rng.choice(("Fox", "Bear", ""))),
            Operation(op="add", path=f"/nodes/{node}/data/reference", value=rng.choice((*TASKS, "odd"))),
            Operation(op="add", path=f"/nodes/{node}/data/seed", value=rng.choice((1, "seven", None))),
            Operation(op="add", path=f"/layout/{node}", value={"x": 1, "y": rng.randrange(9)}),
        )
    )


@pytest.mark.parametrize("seed", range(6))
def test_checking_again_after_each_edit_finds_what_checking_everything_finds(seed: int) -> None:
    rng, again, canvas = random.Random(seed), Recheck(), sample_film()  # noqa: S311 - a test
    for _ in range(150):
        canvas = apply(canvas, Patch(base=canvas.version, operations=(an_edit(rng, canvas),))).canvas
        assert again.problems(canvas, TYPES, TASKS) == check(canvas, TYPES, TASKS)


def test_another_catalogue_means_another_look() -> None:
    again, canvas = Recheck(), sample_film()
    again.problems(canvas, TYPES, TASKS)
    none: dict[str, Any] = {}
    assert again.problems(canvas, none, none) == check(canvas, none, none)
    assert again.problems(canvas, TYPES, TASKS) == check(canvas, TYPES, TASKS)
    canvas = Canvas.model_validate({"nodes": {"p": {"type": "pipeline", "data": {"reference": "odd"}}}})
    assert again.problems(canvas, TYPES, TASKS) == check(canvas, TYPES, TASKS) != ()
    assert again.problems(canvas, TYPES, TASKS, {"odd": "odd@1.0.0"}) == ()


def test_a_canvas_that_shares_nothing_with_the_one_before_is_checked_whole() -> None:
    again = Recheck()
    again.problems(sample_film(), TYPES, TASKS)
    other = Canvas.model_validate({"nodes": {"one": {"type": "shot", "parent": "gone"}}})
    assert again.problems(other, TYPES, TASKS) == check(other, TYPES, TASKS) != ()
