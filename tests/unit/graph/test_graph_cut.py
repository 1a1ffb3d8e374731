from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.cut import Cut, active_take, conformed_frames, cut, sequence
from genstudio.graph.sample import sample_film
from genstudio.graph.sequence import repeated, scene_shots
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.cut import Title, Transition
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

SETTINGS = ProjectSettings(fps="24")


def take(renders: str, number: int = 1, *, version: int = 1, **more: Any) -> TakeRecord:
    name = f"{renders.partition('/')[2].replace('_', '-')}_v{version:02}_take{number:02}"
    given = {"kind": "video", "fps": "24", "frames": 48, "width": 832, "height": 480} | more
    return TakeRecord(
        id=name,
        renders=renders,
        media=f"{name}.mp4",
        sha256="a" * 64,
        bytes=1,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node="n"),
        **given,
    )


def film(events: dict[str, Any] | None = None, **takes: Any) -> Cut:
    document = sample_film().document()
    document["nodes"]["assembler_1"]["data"]["events"] = events or {}
    shots = ("shot_010", "shot_020", "shot_030")
    found = {name: (take(f"SCENE_01/{name.upper()}"),) for name in shots} | takes
    return cut(Canvas.model_validate(document), "assembler_1", found, SETTINGS, "The Fox")


def times(made: Cut) -> list[tuple[int, int, int, int]]:
    assert made.cut is not None
    return [(event.source_in, event.source_out, event.record_in, event.record_out) for event in made.cut.events]


def codes(made: Cut) -> list[str]:
    return [problem.code for problem in made.problems]


def wire(source: str, output: str, target: str, socket: str = "sequence_in", order: str = "a0") -> dict[str, Any]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": order}


def order_of(nodes: dict[str, Any], edges: list[dict[str, Any]]) -> tuple[str, ...]:
    nodes = {"film": {"type": "vse_assembler"}} | nodes
    return sequence(Canvas.model_validate({"nodes": nodes, "edges": {f"w{index}": edge for index, edge in enumerate(edges)}}), "film")


def shots(*names: str, parent: str | None = None) -> dict[str, Any]:
    return {name: {"type": "shot", "parent": parent, "order": f"a{index}"} for index, name in enumerate(names)}


# The order of clips


def test_an_assembler_joins_its_inputs_in_the_order_of_their_wires() -> None:
    edges = [wire("a", "sequence_out", "film", order="a1"), wire("b", "output", "film", order="a0")]
    assert order_of(shots("a", "b"), edges) == ("b", "a")


def test_a_chain_of_shots_plays_what_comes_in_first() -> None:
    edges = [wire("c", "sequence_out", "film"), wire("a", "sequence_out", "b"), wire("b", "sequence_out", "c")]
    assert order_of(shots("c", "b", "a"), edges) == ("a", "b", "c")


def test_a_clip_wired_by_its_picture_is_a_sequence_of_itself_alone() -> None:
    edges = [wire("b", "output", "film"), wire("a", "sequence_out", "b")]
    assert order_of(shots("a", "b"), edges) == ("b",)


def test_a_scene_plays_its_shots_by_their_order_at_any_depth() -> None:
    nodes = {"s": {"type": "scene_group"}, "inner": {"type": "scene_group", "parent": "s", "order": "a0V"}}
    nodes |= shots("a", "b", parent="s") | {"x": {"type": "shot", "parent": "inner"}, "t": {"type": "text", "parent": "s"}}
    assert order_of(nodes, [wire("s", "sequence", "film")]) == ("a", "x", "b")


def test_a_chain_inside_a_scene_stays_together_where_its_first_shot_stands() -> None:
    nodes = {"s": {"type": "scene_group"}, **shots("a", "b", "c", "d", parent="s")}
    edges = [wire("s", "sequence", "film"), wire("d", "sequence_out", "b")]
    assert order_of(nodes, edges) == ("a", "d", "b", "c")


def test_shots_that_chain_in_a_circle_are_all_played_once() -> None:
    nodes = {"s": {"type": "scene_group"}, **shots("a", "b", "c", parent="s")}
    edges = [wire("s", "sequence", "film"), wire("a", "sequence_out", "b"), wire("b", "sequence_out", "a")]
    assert sorted(order_of(nodes, edges)) == ["a", "b", "c"]
    outside = [wire("b", "sequence_out", "film"), wire("a", "sequence_out", "b"), wire("b", "sequence_out", "a")]
    assert sorted(order_of(shots("a", "b"), outside)) == ["a", "b"]


def test_the_finished_clip_stands_for_the_shot_it_was_made_of() -> None:
    nodes = {**shots("a"), "up": {"type": "super_resolution"}}
    assert order_of(nodes, [wire("a", "output", "up", "input"), wire("up", "output", "film")]) == ("up",)


def test_a_clip_that_arrives_twice_is_played_once_and_named() -> None:
    document = sample_film().document()
    document["edges"]["again"] = wire("shot_020", "sequence_out", "assembler_1", order="a9")
    document["edges"]["and_again"] = wire("shot_010", "output", "assembler_1", order="aA")
    canvas = Canvas.model_validate(document)
    assert sequence(canvas, "assembler_1") == ("shot_010", "shot_020", "shot_030")
    assert repeated(canvas, "assembler_1") == ("shot_020", "shot_010")


def test_thousands_of_chained_shots_and_meshes_of_wires_end() -> None:
    names = [f"n{index}" for index in range(3000)]
    edges = [wire(source, "sequence_out", target) for source, target in pairwise(names)]
    edges += [wire(source, "sequence_out", target, order="a1") for source, target in pairwise(names)]
    edges.append(wire(names[-1], "sequence_out", "film"))
    assert order_of(shots(*names), edges) == tuple(names)
    deep = {name: {"type": "scene_group", "parent": parent} for parent, name in zip([None, *names], names, strict=False)}
    canvas = Canvas.model_validate({"nodes": deep | {"last": {"type": "shot", "parent": names[-1]}}})
    assert scene_shots(canvas, names[0]) == ("last",)


# The take that stands for a shot

SHOT = "SCENE_01/SHOT_010"


@pytest.mark.parametrize(
    ("data", "chosen"),
    [
        ({}, "SHOT-010_v01_take03"),
        ({"active_take": "SHOT-010_v01_take01"}, "SHOT-010_v01_take01"),
        ({"active_take": "SHOT-010_v01_take99"}, "SHOT-010_v01_take03"),
        ({"review": {"SHOT-010_v01_take03": {"approval": "rejected"}}}, "SHOT-010_v01_take01"),
        (
            {"review": {"SHOT-010_v01_take03": {"approval": "rejected"}, "SHOT-010_v01_take01": {"approval": "rejected"}}},
            "SHOT-010_v02_take02",
        ),
        ({"active_take": "SHOT-010_v01_take03", "review": {"SHOT-010_v01_take03": {"approval": "rejected"}}}, "SHOT-010_v01_take03"),
        ({"review": "spoiled", "active_take": ["x"]}, "SHOT-010_v01_take03"),
    ],
)
def test_a_person_chooses_the_take_or_it_is_the_newest_that_is_not_rejected_and_real_before_draft(
    data: dict[str, Any], chosen: str
) -> None:
    takes = [take(SHOT, 3), take(SHOT, 1), take(SHOT, 2, version=2, draft=True)]
    found = active_take(Node(type="shot", data=data), takes)
    assert found is not None
    assert found.id == chosen


def test_a_shot_without_takes_has_none() -> None:
    assert active_take(Node(type="shot"), []) is None


# The cut list


def test_whole_takes_follow_one_another_without_gaps() -> None:
    made = film()
    assert times(made) == [(0, 48, 0, 48), (0, 48, 48, 96), (0, 48, 96, 144)]
    assert made.problems == ()
    assert made.cut is not None
    assert (made.cut.frames, made.cut.width, made.cut.height, made.cut.fps, made.cut.title) == (144, 1280, 720, "24", "The Fox")
    first = made.cut.events[0].source
    assert (first.media, first.take) == ("03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4", "SHOT-010_v01_take01")


@pytest.mark.parametrize(
    ("frames", "fps", "rate", "conformed"),
    [
        (65, "16", "24", 98),
        (81, "16", "24", 122),
        (24, "24000/1001", "24", 24),
        (1000, "30000/1001", "24", 801),
        (1, "60", "24", 1),
        (97, "24", "24", 97),
    ],
)
def test_a_take_of_another_rate_is_as_long_as_exact_fractions_say(frames: int, fps: str, rate: str, conformed: int) -> None:
    assert conformed_frames(frames, Fraction(fps), Fraction(rate)) == conformed
    made = film(shot_010=(take(SHOT, fps=fps, frames=frames),))
    assert times(made)[0] == (0, conformed, 0, conformed)


def test_a_still_lasts_as_long_as_its_shot_says() -> None:
    made = film(shot_010=(take(SHOT, kind="image", fps=None, frames=1),))
    assert times(made)[0] == (0, 72, 0, 72)
    assert made.cut is not None
    assert (made.cut.events[0].source.kind, made.cut.events[0].source.frames) == ("image", 1)


def test_a_shot_without_a_take_is_left_out_and_told() -> None:
    made = film(shot_020=())
    assert times(made) == [(0, 48, 0, 48), (0, 48, 48, 96)]
    assert codes(made) == ["no_take"]
    silent = film(shot_020=(take("SCENE_01/SHOT_020", kind="audio"),))
    assert codes(silent) == ["no_take"]


def test_a_film_without_any_take_is_none() -> None:
    made = film(shot_010=(), shot_020=(), shot_030=())
    assert made.cut is None
    assert codes(made) == ["no_take", "no_take", "no_take", "empty_film"]


@pytest.mark.parametrize("node", ["shot_010", "gone"])
def test_only_an_assembler_can_be_cut(node: str) -> None:
    with pytest.raises(BadInputError):
        cut(sample_film(), node, {}, SETTINGS, "t")


def test_trims_and_speed_set_the_length() -> None:
    events = {"shot_010": {"in": 10, "out": 34}, "shot_020": {"speed": 2}, "shot_030": {"in": 8, "speed": "1/2"}}
    made = film(events)
    assert times(made) == [(10, 34, 0, 24), (0, 48, 24, 48), (8, 48, 48, 128)]
    assert made.problems == ()


@pytest.mark.parametrize(
    "event",
    [
        {"in": -1},
        {"in": 48},
        {"in": 1.5},
        {"in": True},
        {"out": 49},
        {"in": 10, "out": 10},
        {"speed": 0},
        {"speed": "fast"},
        {"speed": "1/0"},
        {"speed": "1e999999999"},
        {"speed": 1000},
        {"speed": False},
        {"transition": "dissolve"},
        {"transition": {"kind": "spiral", "frames": 3}},
        {"transition": {"kind": "dissolve", "frames": -3}},
        {"title": 5},
        {"title": {"text": "x", "start": "soon"}},
        {"title": {"text": "x" * 5000}},
    ],
)
def test_an_event_that_cannot_be_used_is_told_and_the_clip_plays_on(event: dict[str, Any]) -> None:
    made = film({"shot_010": event})
    assert codes(made) == ["wrong_event"]
    assert made.problems[0].node == "shot_010"
    assert times(made)[0][1:] == (48, 0, 48 - times(made)[0][0])


def test_a_dissolve_ends_the_clip_before_it_earlier_where_there_is_no_handle() -> None:
    made = film({"shot_020": {"transition": {"kind": "dissolve", "frames": 12}}})
    assert times(made) == [(0, 36, 0, 36), (0, 48, 36, 84), (0, 48, 84, 132)]
    assert made.cut is not None
    assert made.cut.events[1].transition == Transition(kind="dissolve", frames=12)
    assert made.problems == ()


def test_a_dissolve_uses_the_handle_that_a_trim_left() -> None:
    made = film({"shot_010": {"out": 40}, "shot_020": {"transition": {"kind": "dissolve", "frames": 12}}})
    assert times(made)[:2] == [(0, 36, 0, 36), (0, 48, 36, 84)]
    wide = film({"shot_010": {"out": 30}, "shot_020": {"transition": {"kind": "dissolve", "frames": 12}}})
    assert times(wide)[:2] == [(0, 30, 0, 30), (0, 48, 30, 78)]


def test_a_dissolve_longer_than_the_clips_is_shortened_and_told() -> None:
    made = film({"shot_020": {"out": 10, "transition": {"kind": "dissolve", "frames": 60}}})
    assert times(made)[:2] == [(0, 38, 0, 38), (0, 10, 38, 48)]
    assert codes(made) == ["short_transition"]
    assert "10 frames" in made.problems[0].message


def test_a_dissolve_into_the_first_clip_is_a_fade_from_black_and_a_still_always_has_a_handle() -> None:
    events = {"shot_010": {"transition": {"kind": "dissolve", "frames": 6}}, "shot_020": {"transition": {"kind": "dissolve", "frames": 6}}}
    made = film(events, shot_010=(take(SHOT, kind="image", fps=None, frames=1),))
    assert times(made)[:2] == [(0, 72, 0, 72), (0, 48, 72, 120)]
    assert made.cut is not None
    assert made.cut.events[0].transition == Transition(kind="fade_in", frames=6)


def test_titles_are_kept_within_their_event() -> None:
    made = film({"shot_010": {"title": "The Fox"}, "shot_020": {"title": [{"text": "a", "start": 40, "frames": 20}, "b"]}})
    assert made.cut is not None
    assert made.cut.events[0].titles == (Title(text="The Fox", start=0, frames=48),)
    assert made.cut.events[1].titles == (Title(text="a", start=40, frames=8), Title(text="b", start=0, frames=48))


frames = st.integers(1, 400)
event = st.fixed_dictionaries(
    {},
    optional={
        "in": st.integers(0, 60),
        "out": st.integers(1, 120),
        "speed": st.sampled_from((1, 2, 0.5, "1/3", 1.7, 12)),
        "transition": st.fixed_dictionaries(
            {"kind": st.sampled_from(("cut", "dissolve", "fade_in", "fade_out")), "frames": st.integers(0, 90)}
        ),
        "title": st.sampled_from(("x", {"text": "y", "start": 300, "frames": 9})),
    },
)


@given(st.lists(st.tuples(frames, st.sampled_from(("16", "24", "30000/1001", "60")), event), min_size=3, max_size=3))
def test_a_cut_list_is_always_exact_and_every_dissolve_has_frames_to_show(rows: list[tuple[int, str, dict[str, Any]]]) -> None:
    names = ("shot_010", "shot_020", "shot_030")
    takes = {name: (take(f"SCENE_01/{name.upper()}", frames=row[0], fps=row[1]),) for name, row in zip(names, rows, strict=True)}
    made = film({name: row[2] for name, row in zip(names, rows, strict=True)}, **takes)
    assert made.cut is not None
    events = made.cut.events
    assert [event.record_in for event in events] == [0, *(event.record_out for event in events[:-1])]
    for number, (made_event, row) in enumerate(zip(events, rows, strict=True)):
        length = conformed_frames(row[0], Fraction(row[1]), Fraction(24))
        record = made_event.record_out - made_event.record_in
        assert 0 <= made_event.source_in < made_event.source_out <= length
        assert record >= 1
        assert made_event.transition.frames <= record
        assert all(title.start + title.frames <= record for title in made_event.titles)
        if made_event.transition.kind == "dissolve":
            before = events[number - 1]
            speed = Fraction(str(rows[number - 1][2].get("speed", 1)))
            left = conformed_frames(rows[number - 1][0], Fraction(rows[number - 1][1]), Fraction(24)) - before.source_out
            assert left >= made_event.transition.frames * speed


# What people are told of the takes


def test_a_wipe_is_laid_out_as_a_dissolve_and_keeps_its_pattern() -> None:
    made = film({"shot_020": {"transition": {"kind": "wipe", "frames": 10, "wipe": 119}}})
    assert made.cut is not None
    assert made.cut.events[1].transition == Transition(kind="wipe", frames=10, wipe=119)
    assert made.cut.events[0].source_out == 38
    unknown = film({"shot_020": {"transition": {"kind": "wipe", "frames": 10, "wipe": 9999}}})
    assert codes(unknown) == ["wrong_event"]


def test_a_title_keeps_its_place_its_size_and_its_fades() -> None:
    made = film({"shot_010": {"title": {"text": "Fox", "start": 3, "frames": 12, "position": "upper", "size": 0.2, "fade_in": 4}}})
    assert made.cut is not None
    assert made.cut.events[0].titles == (Title(text="Fox", start=3, frames=12, position="upper", size=0.2, fade_in=4),)
    for wrong in ({"position": "left"}, {"size": 3}, {"size": True}, {"fade_out": -1}):
        assert codes(film({"shot_010": {"title": {"text": "Fox", **wrong}}})) == ["wrong_event"]


def test_a_chosen_take_whose_media_is_missing_is_an_error_on_its_node() -> None:
    document = sample_film().document()
    document["nodes"]["shot_010"]["data"]["active_take"] = "SHOT-010_v01_take07"
    takes = {name: (take(f"SCENE_01/{name.upper()}"),) for name in ("shot_010", "shot_020", "shot_030")}
    made = cut(Canvas.model_validate(document), "assembler_1", takes, SETTINGS, "The Fox")
    (problem,) = made.problems
    assert (problem.node, problem.severity, problem.code) == ("shot_010", "error", "missing_take")
    assert "SHOT-010_v01_take01 stands in" in problem.message


def test_takes_of_another_rate_are_conformed_and_said() -> None:
    made = film(shot_020=(take("SCENE_01/SHOT_020", fps="16", frames=65),))
    (problem,) = made.problems
    assert (problem.node, problem.severity, problem.code) == ("shot_020", "info", "mixed_rate")
    assert times(made)[1][:2] == (0, 98)
