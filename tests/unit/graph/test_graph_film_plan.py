"""What a scene or a film lacks: by tables."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from genstudio.graph.film_plan import parts_of, plan_film, shot_step
from genstudio.graph.plan import PlanContext, plan_shot
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.canvas import Canvas
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

CONTEXT = PlanContext(ProjectSettings(quality="low"), Catalogue.load().tasks)


def film(*wires: tuple[str, str, str], **parents: str | None) -> Canvas:
    """Shots ``a``, ``b``, ``c``, ``d`` in the scene ``outer`` or in ``inner``, which stands in it; a clean copy of ``a``; an assembler."""
    nodes: dict[str, Any] = {
        "outer": {"type": "scene_group", "order": "a0", "data": {"name": "Outer", "scene": "SCENE_02"}},
        "inner": {"type": "scene_group", "order": "a1", "parent": "outer", "data": {"name": "Inner"}},
        "clean": {"type": "video_restoration", "data": {"renders": "SCENE_01/RESTORE_010", "strength": 0.5}},
        "film": {"type": "vse_assembler", "data": {"name": "Fox", "events": {}}},
        "lip": {"type": "pipeline", "data": {"reference": "super-video", "params": {}}},
    }
    for number, (name, parent) in enumerate({"a": "outer", "b": "inner", "c": "inner", "d": None, **parents}.items(), start=1):
        data = {"name": name, "prompt": f"shot {name}", "renders": f"SCENE_01/SHOT_{number:03}"}
        nodes[name] = {"type": "shot", "order": f"a{number}", "parent": parent, "data": data}
    handles = {"sequence_in": "sequence_out"}
    edges = {
        f"e{number}": {
            "source": source,
            "sourceHandle": handles.get(socket, "output"),
            "target": target,
            "targetHandle": socket,
            "order": "a",
        }
        for number, (source, target, socket) in enumerate(wires)
    }
    return Canvas.model_validate({"nodes": nodes, "edges": edges})


def take(canvas: Canvas, node: str, context: PlanContext = CONTEXT, number: int = 1) -> TakeRecord:
    """A take of a shot as the canvas asks for it."""
    plan = plan_shot(canvas, node, context)
    stem = f"{plan.renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}"
    return TakeRecord(
        id=stem, media=f"{stem}.mp4", kind="video", sha256=hashlib.sha256(stem.encode()).hexdigest(), bytes=1, width=64, height=36, fps="8",
        frames=4, renders=plan.renders, intent_key=plan.intent_key, inputs=plan.inputs,
        pipeline=TakePipeline(id="p", version="1.0.0"), quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node=node),
    )  # fmt: skip


def having(canvas: Canvas, *nodes: str) -> PlanContext:
    return replace(CONTEXT, takes={node: (take(canvas, node),) for node in nodes})


def test_a_scene_is_all_its_shots_at_any_depth_and_no_others() -> None:
    assert parts_of(film(), "outer") == ("a", "b", "c")
    assert parts_of(film(), "inner") == ("b", "c")


@pytest.mark.parametrize(("there", "made"), [((), ["a", "b", "c"]), (("a",), ["b", "c"]), (("a", "b", "c"), [])])
def test_only_shots_without_a_take_are_made(there: tuple[str, ...], made: list[str]) -> None:
    found = plan_film(film(), "outer", having(film(), *there))
    assert list(found.plans) == made
    assert found.there == there


def test_a_take_that_is_out_of_date_is_made_again_unless_another_one_is_not() -> None:
    old, new = film(), film()
    new.nodes["a"].data["prompt"] = "another"
    stale = having(old, "a", "b", "c")
    assert list(plan_film(new, "outer", stale).plans) == ["a"]
    new.nodes["a"].data["active_take"] = "SHOT-001_v01_take01"
    chosen = replace(stale, takes={**stale.takes, "a": (*stale.takes["a"], take(new, "a", number=2))})
    assert plan_film(new, "outer", chosen).plans == {}


def test_what_finishes_a_shot_of_a_film_is_made_after_it() -> None:
    canvas = film(("a", "film", "sequence_in"), ("a", "clean", "input"), ("d", "film", "sequence_in"))
    assert set(parts_of(canvas, "film")) == {"a", "clean", "d"}
    found = plan_film(canvas, "film", CONTEXT)
    assert list(found.plans).index("a") < list(found.plans).index("clean")
    (step,) = found.plans["clean"].steps
    assert [need.step for need in step.needs] == [shot_step("a")]
    assert step.inputs["input"] == {"node": "a", "made": "a"}


def test_a_part_that_cannot_be_made_is_told_and_the_others_are_made() -> None:
    canvas = film()
    canvas.nodes["b"].data["duration"] = "soon"
    found = plan_film(canvas, "outer", CONTEXT)
    assert list(found.plans) == ["a", "c"]
    assert [problem.node for problem in found.left] == ["b"]


def test_a_shot_is_no_whole() -> None:
    with pytest.raises(BadInputError, match="no scene and no assembler"):
        plan_film(film(), "a", CONTEXT)
