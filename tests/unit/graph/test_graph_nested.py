"""Films that stand in a film: an assembler wired into another one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.cut import Cut, cut, sequence
from genstudio.graph.edit import replay
from genstudio.graph.recut import recut
from genstudio.graph.reorder import reorder
from genstudio.graph.sequence import film_order
from genstudio.graph.stale import film_nodes
from genstudio.schema.canvas import Canvas
from genstudio.schema.cut import CutList, Transition
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

SETTINGS = ProjectSettings(fps="24")
FILMS = ("film", "gala", "half", "iris")
HANDLES = {"vse_assembler": "final_video", "audio": "audio", "shot": "sequence_out"}


def take(shot: str) -> TakeRecord:
    name = f"SHOT-{shot.upper()}_v01_take01"
    return TakeRecord(
        id=name,
        renders=f"SCENE_01/SHOT_{shot.upper()}",
        media=f"{name}.mp4",
        kind="video",
        fps="24",
        frames=48,
        width=832,
        height=480,
        sha256=shot * 64,
        bytes=1,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node=shot),
    )


def canvas(wires: str, music: str = "", **events: dict[str, Any]) -> Canvas:
    """Return a canvas of shots ``a`` to ``f`` and films: ``wires`` such as ``"a>film"`` in their order, ``music`` likewise."""
    pairs = [tuple(wire.split(">")) for wire in wires.split()]
    songs = [tuple(wire.split(">")) for wire in music.split()]
    names = dict.fromkeys(name for pair in (*pairs, *songs) for name in pair)
    kinds = {name: "vse_assembler" if name in FILMS else "audio" if name.startswith("song") else "shot" for name in names}
    nodes: dict[str, Any] = {
        name: {"type": kind, "order": f"a{at}", "data": {"file": f"01_Assets/{name}.wav"} if kind == "audio" else {}}
        for at, (name, kind) in enumerate(kinds.items())
    }
    for name, said in events.items():
        nodes[name]["data"] = said
    edges = {
        f"e_{at}": {
            "source": source,
            "sourceHandle": HANDLES[kinds[source]],
            "target": target,
            "targetHandle": "music" if source.startswith("song") else "sequence_in",
            "order": f"a{at}",
        }
        for at, (source, target) in enumerate((*pairs, *songs))
    }
    return Canvas.model_validate({"version": 1, "nodes": nodes, "edges": edges})


def film(of: Canvas, assembler: str = "film") -> Cut:
    return cut(of, assembler, {name: (take(name),) for name, node in of.nodes.items() if node.type == "shot"}, SETTINGS, "Film")


def events(made: Cut) -> list[tuple[str, int, int, int, int]]:
    assert made.cut is not None
    return [(one.source.node, one.source_in, one.source_out, one.record_in, one.record_out) for one in made.cut.events]


def test_a_film_in_a_film_plays_as_its_own_assembler_cuts_it() -> None:
    inner = {"events": {"b": {"in": 8, "out": 32}, "c": {"transition": {"kind": "dissolve", "frames": 12}, "title": "Later"}}}
    of = canvas("a>film b>gala c>gala gala>film d>film", gala=inner, film={"events": {"b": {"in": 40}, "d": {"speed": 2}}})
    made = film(of)
    assert events(made) == [("a", 0, 48, 0, 48), ("b", 8, 32, 48, 72), ("c", 0, 48, 72, 120), ("d", 0, 48, 120, 144)]
    assert made.cut is not None
    assert made.cut.events[2].transition == Transition(kind="dissolve", frames=12)
    assert [title.text for title in made.cut.events[2].titles] == ["Later"]
    assert made.problems == ()
    alone = film(of, "gala").cut
    assert alone is not None
    assert [(one.source, one.source_in, one.source_out, one.transition, one.titles) for one in alone.events] == [
        (one.source, one.source_in, one.source_out, one.transition, one.titles) for one in made.cut.events[1:3]
    ]


def test_a_dissolve_into_the_first_clip_of_an_inner_film_comes_out_of_the_clip_before_it() -> None:
    of = canvas("a>film b>gala gala>film", gala={"events": {"b": {"transition": {"kind": "dissolve", "frames": 6}}}})
    made, alone = film(of).cut, film(of, "gala").cut
    assert made is not None
    assert alone is not None
    assert made.events[1].transition == Transition(kind="dissolve", frames=6)
    assert made.events[0].source_out == 42
    assert alone.events[0].transition == Transition(kind="fade_in", frames=6)


def test_the_music_of_an_inner_film_plays_while_that_film_does() -> None:
    of = canvas(
        "a>film b>gala c>gala gala>film d>film",
        "song1>gala song2>film",
        gala={"music": {"song1": {"start": 10, "gain_db": -3}}, "loudness": -14},
    )
    made = film(of).cut
    assert made is not None
    assert [(track.node, track.start, track.end, track.gain_db) for track in made.music] == [("song2", 0, None, 0), ("song1", 58, 144, -3)]
    assert made.loudness == -23
    late = film(canvas("a>film b>gala gala>film", "song1>gala", gala={"music": {"song1": {"start": 48}}})).cut
    assert late is not None
    assert late.music == ()
    assert set(film_nodes(of, "film")) == {"a", "b", "c", "d", "song1", "song2"}


def test_music_of_a_film_deep_inside_ends_with_that_film() -> None:
    made = film(canvas("a>film b>gala c>half half>gala gala>film d>film", "song1>gala song2>half")).cut
    assert made is not None
    assert [(track.node, track.start, track.end) for track in made.music] == [("song1", 48, 144), ("song2", 96, 144)]


def test_a_film_that_would_play_inside_itself_is_left_out_there_and_said() -> None:
    made = film(canvas("a>film b>gala film>gala gala>film"))
    assert [event[0] for event in events(made)] == ["a", "b"]
    assert [(problem.node, problem.code, problem.severity) for problem in made.problems] == [("film", "loop", "error")]
    alone = film(canvas("a>film film>film"))
    assert [(problem.node, problem.code) for problem in alone.problems] == [("film", "loop")]


def test_a_film_or_a_clip_that_comes_in_twice_counts_once() -> None:
    made = film(canvas("b>film b>gala c>gala gala>film gala>half half>film"))
    assert [event[0] for event in events(made)] == ["b", "c"]
    assert [(problem.node, problem.code) for problem in made.problems] == [("film", "repeated_clip")] * 2
    assert film_order(canvas("b>film b>gala c>gala gala>film gala>half half>film"), "film").clips == {"b": "film", "c": "gala"}


def test_an_inner_film_without_takes_leaves_the_others() -> None:
    of = canvas("a>film b>gala gala>film", "song1>gala")
    made = cut(of, "film", {"a": (take("a"),)}, SETTINGS, "Film")
    assert [event[0] for event in events(made)] == ["a"]
    assert [(problem.node, problem.code) for problem in made.problems] == [("b", "no_take")]


def ordered(of: Canvas, wanted: str) -> tuple[str, ...]:
    operations, refused = reorder(of, "film", sequence(of, "film"), list(wanted))
    assert not refused or not operations
    return sequence(replay(of, operations, version=2, layout_version=1), "film")


NESTED = "a>film b>gala c>half d>half half>gala gala>film e>film"


@pytest.mark.parametrize("wanted", ["ebcda", "acdbe", "abdce", "edcba", "eabdc"])
def test_inner_films_change_places_as_a_whole_and_clips_within_them(wanted: str) -> None:
    assert ordered(canvas(NESTED), wanted) == tuple(wanted)


@pytest.mark.parametrize("wanted", ["bacde", "acbde", "abcde"])
def test_a_clip_does_not_leave_its_film_by_being_moved(wanted: str) -> None:
    assert ordered(canvas(NESTED), wanted) == ("a", "b", "c", "d", "e")


def test_what_an_editor_changed_goes_to_the_assembler_that_cuts_the_clip() -> None:
    of = canvas("a>film b>gala c>gala gala>film", gala={"events": {"b": {"title": "Kept"}}})
    before = film(of).cut
    assert before is not None
    clips = [*before.events[:1], before.events[2], before.events[1].model_copy(update={"source_in": 12})]
    after = CutList(**{**before.model_dump(), "events": laid(clips)})
    made = recut(of, "film", before, after)
    assert all(change.applied for change in made.changes)
    changed = film(replay(of, made.operations, version=2, layout_version=1)).cut
    assert changed is not None
    assert [(one.source.node, one.source_in, one.source_out) for one in changed.events] == [("a", 0, 48), ("c", 0, 48), ("b", 12, 48)]
    assert [title.text for title in changed.events[2].titles] == ["Kept"]


def laid(clips: list[Any]) -> list[dict[str, Any]]:
    start, made = 0, []
    for number, clip in enumerate(clips, 1):
        end = start + clip.source_out - clip.source_in
        made.append(clip.model_copy(update={"number": number, "record_in": start, "record_out": end}).model_dump())
        start = end
    return made


trims = st.fixed_dictionaries(
    {},
    optional={
        "in": st.integers(0, 20),
        "out": st.integers(21, 48),
        "speed": st.sampled_from((1, 2, "1/2")),
        "title": st.just("x"),
        "transition": st.fixed_dictionaries({"kind": st.sampled_from(("cut", "fade_in", "fade_out")), "frames": st.integers(0, 12)}),
    },
)


@given(st.data(), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_a_nested_film_is_the_same_as_its_clips_wired_one_by_one(data: st.DataObject, depths: list[int]) -> None:
    """However films stand in one another, the film is that of all clips wired to one assembler, each with what its own says of it."""
    said = {name: data.draw(trims, name) for name in "abcdef"}
    wires, inside, deepest = [], {name: {} for name in FILMS}, 0
    for name, depth in zip("abcdef", depths, strict=True):
        at = min(depth, deepest + 1)
        while deepest < at:  # a film is wired in once, with the first clip in it
            wires.append(f"{FILMS[deepest + 1]}>{FILMS[deepest]}")
            deepest += 1
        wires.append(f"{name}>{FILMS[at]}")
        inside[FILMS[at]][name] = said[name]
    of = canvas(" ".join(wires), **{name: {"events": found} for name, found in inside.items() if f"{name}" in " ".join(wires)})
    order = sequence(of, "film")
    flat = canvas(" ".join(f"{name}>film" for name in order), film={"events": said})
    assert sorted(order) == list("abcdef")
    assert film(of) == film(flat)
