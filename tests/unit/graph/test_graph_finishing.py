"""What a film shows of shots that are restored and enlarged."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from genstudio.graph.cut import Cut, cut
from genstudio.graph.finishing import as_shown
from genstudio.graph.recut import recut
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

Takes = dict[str, tuple[TakeRecord, ...]]


def take(renders: str, number: int = 1, source: TakeRecord | None = None, **more: Any) -> TakeRecord:
    stem = f"{renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}"
    given = {"kind": "video", "fps": "24", "frames": 48, "width": 832, "height": 480} | more
    return TakeRecord(
        **given,
        id=stem,
        renders=renders,
        media=f"{stem}.mp4",
        sha256=hashlib.sha256(f"{renders}{number}".encode()).hexdigest(),
        bytes=1,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node="n"),
        inputs={"input": {"sha256": source.sha256}} if source else {},
    )


def finished_film(*wires: tuple[str, str, str], scene: bool = False) -> Canvas:
    """The sample film, the first shot restored and then enlarged; further wires as ``(source, target, socket)``."""
    document = sample_film().document()
    document["nodes"]["clean"] = {"type": "video_restoration", "data": {"renders": "SCENE_01/RESTORE_010"}}
    document["nodes"]["large"] = {"type": "super_resolution", "data": {"renders": "SCENE_01/UPSCALE_010"}}
    wires = (("shot_010", "clean", "input"), ("clean", "large", "input"), *wires)
    for number, (source, target, socket) in enumerate(wires):
        edge = {"source": source, "sourceHandle": "output", "target": target, "targetHandle": socket, "order": f"b{number}"}
        document["edges"][f"e{number}"] = edge
    if scene:
        document["nodes"]["scene"] = {"type": "scene_group", "data": {"scene": "SCENE_01"}}
        for name in ("shot_010", "shot_020", "clean", "large"):
            document["nodes"][name]["parent"] = "scene"
        document["edges"] = {key: edge for key, edge in document["edges"].items() if edge["target"] != "assembler_1"}
        wire = {"source": "scene", "sourceHandle": "sequence", "target": "assembler_1", "targetHandle": "sequence_in", "order": "a0"}
        document["edges"]["e_scene"] = wire
    return Canvas.model_validate(document)


SHOT = take("SCENE_01/SHOT_010")
CLEAN = take("SCENE_01/RESTORE_010", source=SHOT)
LARGE = take("SCENE_01/UPSCALE_010", source=CLEAN)
OTHERS: Takes = {name: (take(f"SCENE_01/{name.upper()}"),) for name in ("shot_020", "shot_030")}


def film(canvas: Canvas, **takes: tuple[TakeRecord, ...]) -> Cut:
    return cut(canvas, "assembler_1", OTHERS | {"shot_010": (SHOT,)} | takes, ProjectSettings(fps="24"), "The Fox")


def shown(made: Cut) -> list[tuple[str, str]]:
    assert made.cut is not None
    return [(event.source.node, event.source.take) for event in made.cut.events]


def told(made: Cut) -> list[str]:
    return [problem.message for problem in made.problems if problem.code == "not_finished"]


@pytest.mark.parametrize("scene", [False, True])
def test_a_shot_is_shown_as_the_last_node_of_its_chain_made_it_and_keeps_its_trims(scene: bool):
    document = finished_film(scene=scene).document()
    document["nodes"]["assembler_1"]["data"]["events"] = {"shot_010": {"in": 6, "out": 30}}
    made = film(Canvas.model_validate(document), clean=(CLEAN,), large=(LARGE,))
    assert shown(made)[0] == ("shot_010", "UPSCALE-010_v01_take01")
    assert told(made) == []
    assert made.cut is not None
    first = made.cut.events[0]
    assert (first.source_in, first.source_out, first.source.media) == (6, 30, LARGE.path)


@pytest.mark.parametrize(
    ("takes", "expected", "message"),
    [
        ({}, "SHOT-010_v01_take01", "shown without RESTORE_010, which was not made from SHOT-010_v01_take01 yet; generate it."),
        ({"clean": (CLEAN,)}, "RESTORE-010_v01_take01", "without UPSCALE_010, which was not made from RESTORE-010_v01_take01 yet"),
        ({"large": (LARGE,)}, "SHOT-010_v01_take01", "without RESTORE_010"),
        ({"shot_010": (SHOT, take("SCENE_01/SHOT_010", 2)), "clean": (CLEAN,)}, "SHOT-010_v01_take02", "not made from SHOT-010_v01_take02"),
    ],
)  # fmt: skip
def test_what_is_not_finished_is_shown_as_far_as_it_is_and_told(takes: Takes, expected: str, message: str):
    made = film(finished_film(), **takes)
    assert shown(made)[0] == ("shot_010", expected)
    assert len(told(made)) == 1
    assert message in told(made)[0]


def test_the_finished_take_follows_the_take_that_a_person_chose():
    second = take("SCENE_01/SHOT_010", 2)
    document = finished_film().document()
    document["nodes"]["shot_010"]["data"]["active_take"] = SHOT.id
    takes = {"shot_010": (SHOT, second), "clean": (CLEAN, take("SCENE_01/RESTORE_010", 2, second)), "large": (LARGE,)}
    assert shown(film(Canvas.model_validate(document), **takes))[0] == ("shot_010", LARGE.id)


@pytest.mark.parametrize(
    ("wires", "expected"),
    [
        ((("large", "assembler_1", "sequence_in"),), [("shot_010", SHOT.id), ("shot_020",), ("shot_030",), ("large", LARGE.id)]),
        ((("clean", "assembler_1", "sequence_in"),), [("shot_010", SHOT.id), ("shot_020",), ("shot_030",), ("clean", CLEAN.id)]),
    ],
)
def test_a_clip_that_is_wired_into_the_film_itself_leaves_the_shot_as_it_is(wires: tuple, expected: list[tuple[str, ...]]):
    found = shown(film(finished_film(*wires), clean=(CLEAN,), large=(LARGE,)))
    assert [entry[: len(wanted)] for entry, wanted in zip(found, expected, strict=True)] == expected


def test_a_chain_that_divides_or_goes_round_leaves_the_shot_as_it_is():
    document = finished_film().document()
    document["nodes"]["other"] = {"type": "super_resolution", "data": {"renders": "SCENE_01/UPSCALE_020"}}
    document["edges"]["fork"] = {"source": "clean", "sourceHandle": "output", "target": "other", "targetHandle": "input", "order": "c"}
    made = film(Canvas.model_validate(document), clean=(CLEAN,), large=(LARGE,))
    assert shown(made)[0] == ("shot_010", SHOT.id)
    round_film = finished_film(("large", "clean", "input"))
    assert shown(film(round_film, clean=(CLEAN,), large=(LARGE,)))[0][0] == "shot_010"


def test_an_edit_that_comes_back_names_finished_takes_by_the_shot_that_they_stand_for():
    canvas = finished_film()
    made = film(canvas, clean=(CLEAN,), large=(LARGE,)).cut
    assert made is not None
    first = made.events[0]
    returned = made.model_copy(
        update={"events": (first.model_copy(update={"source": first.source.model_copy(update={"node": "large"})}), *made.events[1:])}
    )
    assert as_shown(made, returned) == made
    assert recut(canvas, "assembler_1", made, returned).changes == ()


def test_a_step_that_is_passed_by_is_not_waited_for():
    document = finished_film().document()
    document["nodes"]["clean"]["data"]["muted"] = True
    canvas = Canvas.model_validate(document)
    straight = take("SCENE_01/UPSCALE_010", 2, SHOT)
    made = film(canvas, clean=(CLEAN,), large=(LARGE, straight))
    assert shown(made)[0] == ("shot_010", straight.id)
    assert told(made) == []
