"""What is wrong with the clips of films, at their nodes, while the canvas is edited on."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.cut import cut
from genstudio.graph.film_marks import FilmMarks
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

SHOTS = ("shot_010", "shot_020", "shot_030")
CODES = {"missing_take", "mixed_rate", "short_transition", "wrong_event"}


def take(shot: str, frames: int = 48, fps: str = "24") -> TakeRecord:
    name = f"{shot.upper().replace('_', '-')}_v01_take01"
    return TakeRecord(
        id=name,
        renders=f"SCENE_01/{shot.upper()}",
        media=f"{name}.mp4",
        kind="video",
        fps=fps,
        frames=frames,
        width=832,
        height=480,
        sha256="a" * 64,
        bytes=1,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node="n"),
    )


def film(events: dict[str, Any], *, nested: bool = False, **data: dict[str, Any]) -> Canvas:
    document = sample_film().document()
    document["nodes"]["assembler_1"]["data"]["events"] = events
    for shot, said in data.items():
        document["nodes"][shot]["data"].update(said)
    if nested:
        document["nodes"]["outer"] = {"type": "vse_assembler", "order": "b"}
        wire = {"source": "assembler_1", "sourceHandle": "final_video", "target": "outer", "targetHandle": "sequence_in", "order": "a0"}
        document["edges"]["nested"] = wire
    return Canvas.model_validate(document)


def test_each_clip_that_is_wrong_is_marked_once_at_its_node() -> None:
    takes = {"shot_010": (take("shot_010", 20, "12"),), "shot_020": (take("shot_020", 10),), "shot_030": (take("shot_030"),)}
    events = {"shot_020": {"transition": {"kind": "dissolve", "frames": 30}}, "shot_030": {"in": 99}}
    canvas = film(events, nested=True, shot_030={"active_take": "SHOT-030_v01_take09"})
    found = FilmMarks().find(canvas, takes, "24")
    assert sorted((problem.node, problem.code, problem.severity) for problem in found) == [
        ("shot_010", "mixed_rate", "info"),
        ("shot_020", "short_transition", "warning"),
        ("shot_030", "missing_take", "error"),
        ("shot_030", "wrong_event", "warning"),
    ]


def test_what_was_not_made_yet_is_no_mark() -> None:
    assert FilmMarks().find(film({}), {}, "24") == ()


event = st.sampled_from([{}, {"in": 5}, {"in": 500}, {"transition": {"kind": "dissolve", "frames": 40}}, {"speed": "fast"}])
steps = st.tuples(st.sampled_from(SHOTS), event, st.sampled_from(["12", "24"]), st.integers(1, 50), st.booleans())


@given(st.lists(steps, min_size=1, max_size=5))
def test_marks_of_a_canvas_that_is_edited_on_are_those_of_its_cut(edits: list[tuple[str, dict[str, Any], str, int, bool]]) -> None:
    marks, said, takes = FilmMarks(), {}, {shot: (take(shot),) for shot in SHOTS}
    for shot, event, fps, frames, nested in edits:
        said[shot] = event
        takes = takes | {shot: (take(shot, frames, fps),)}
        canvas = film(said, nested=nested)
        expected = [
            problem for problem in cut(canvas, "assembler_1", takes, ProjectSettings(fps="24"), "t").problems if problem.code in CODES
        ]
        assert {(one.node, one.message) for one in marks.find(canvas, takes, "24")} == {(one.node, one.message) for one in expected}
