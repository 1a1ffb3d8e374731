"""Films that come back from an editor: what changed, in sentences, and a canvas that says the same."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genstudio.edit.edl import parse_edl, write_edl
from genstudio.edit.imported import Imported, compare_edit
from genstudio.edit.otio import write_fcp_xml, write_otio
from genstudio.edit.otio_read import parse_otio
from genstudio.graph.cut import cut
from genstudio.graph.edit import apply
from genstudio.schema.canvas import Canvas, Patch
from genstudio.schema.cut import CutEvent, CutList, Transition
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeRecord

SETTINGS = ProjectSettings(fps="24")
SHOTS = ("shot_010", "shot_020", "shot_030", "shot_040")


def record(shot: int, number: int = 1) -> TakeRecord:
    name = f"SHOT-{shot:03}_v01_take{number:02}"
    return TakeRecord.model_validate(
        {
            "id": name,
            "renders": f"SCENE_01/SHOT_{shot:03}",
            "media": f"{name}.mp4",
            "kind": "video",
            "sha256": f"{shot * 100 + number:064x}",
            "bytes": 1,
            "fps": "24",
            "frames": 100,
            "reel": f"T{shot:03}{number:04}",
            "start_timecode": f"{number:02}:{shot % 60:02}:00:00",
            "pipeline": {"id": "p", "version": "1"},
            "quality": {"requested": "low", "used": "low"},
            "canvas": {"path": "c", "version": 1, "node": "elsewhere"},
        }
    )


TAKES = {name: (record(10 * index + 10), record(10 * index + 10, 2)) for index, name in enumerate(SHOTS)}


def canvas(way: str = "direct", **data: Any) -> Canvas:
    nodes: dict[str, Any] = {
        name: {
            "type": "shot",
            "order": f"a{index}",
            "data": {"renders": f"SCENE_01/{name.upper()}"},
            "parent": "scene" if way == "scene" else None,
        }
        for index, name in enumerate(SHOTS)
    }
    nodes["film"] = {"type": "vse_assembler", "order": "b", "data": {"events": {}} | data}
    if way == "direct":
        pairs = [(name, "film") for name in SHOTS]
    elif way == "chain":
        pairs = [*pairwise(SHOTS), (SHOTS[-1], "film")]
    else:
        nodes["scene"] = {"type": "scene_group", "order": "c", "data": {"scene": "SCENE_01"}}
        pairs = [("scene", "film")]
    edges = {
        f"e_{source}": {
            "source": source,
            "sourceHandle": "sequence" if source == "scene" else "sequence_out",
            "target": target,
            "targetHandle": "sequence_in",
            "order": f"a{index}",
        }
        for index, (source, target) in enumerate(pairs)
    }
    return Canvas.model_validate({"nodes": nodes, "edges": edges})


def film(of: Canvas) -> CutList:
    made = cut(of, "film", TAKES, SETTINGS, "Fox").cut
    assert made is not None
    return made


def compared(of: Canvas, edited: CutList) -> Imported:
    return compare_edit(of, "film", TAKES, SETTINGS, parse_edl(write_edl(edited), "24"))


def applied(of: Canvas, found: Imported) -> Canvas:
    done = apply(of, Patch(base=of.version, operations=found.operations))
    assert done.dropped == ()
    return done.canvas


def laid(events: list[CutEvent]) -> tuple[CutEvent, ...]:
    position, made = 0, []
    for number, event in enumerate(events, start=1):
        length = event.record_out - event.record_in
        update = {"number": number, "record_in": position, "record_out": position + length}
        made.append(event.model_copy(update=update))
        position += length
    return tuple(made)


def cut_again(before: CutList, *events: CutEvent) -> CutList:
    return before.model_copy(update={"events": laid(list(events))})


def trimmed(event: CutEvent, first: int, last: int) -> CutEvent:
    update = {"source_in": first, "source_out": last, "record_out": event.record_in + last - first}
    return event.model_copy(update=update)


@pytest.mark.parametrize("way", ["direct", "chain", "scene"])
def test_a_film_that_came_back_as_it_was_has_no_changes(way):
    found = compared(canvas(way), film(canvas(way)))
    assert (found.changes, found.operations, found.problems) == ((), (), ())


@pytest.mark.parametrize("way", ["direct", "chain", "scene"])
def test_what_an_editor_changed_is_told_and_applied_as_one_edit(way):
    before = film(canvas(way))
    one, two, three, four = before.events
    other = two.source.model_copy(
        update={"take": TAKES["shot_020"][0].id, "reel": TAKES["shot_020"][0].reel, "sha256": TAKES["shot_020"][0].sha256}
    )
    other = other.model_copy(update={"media": TAKES["shot_020"][0].path, "start_timecode": TAKES["shot_020"][0].start_timecode})
    dissolve = trimmed(one, 5, 60).model_copy(update={"transition": Transition(kind="dissolve", frames=12)})
    edited = cut_again(before, trimmed(four, 0, 50), dissolve, two.model_copy(update={"source": other}), three)
    found = compared(canvas(way), edited)
    kinds = [(change.kind, change.node) for change in found.changes]
    assert kinds == [
        ("moved", "shot_040"),
        ("trimmed", "shot_040"),
        ("trimmed", "shot_010"),
        ("transition", "shot_010"),
        ("replaced", "shot_020"),
    ]
    assert all(change.applied for change in found.changes)
    assert found.changes[2].message == "SHOT_010 begins 5 frames later and ends 40 frames earlier (5-60 instead of 0-100)."
    again = film(applied(canvas(way), found))
    assert again.events == edited.events


@pytest.mark.parametrize(("way", "possible"), [("direct", True), ("chain", True), ("scene", False)])
def test_a_clip_that_was_cut_out_goes_from_the_film_where_the_canvas_can_say_it(way, possible):
    before = film(canvas(way))
    edited = cut_again(before, before.events[0], before.events[2], before.events[3])
    found = compared(canvas(way), edited)
    (change,) = found.changes
    assert (change.kind, change.node, change.applied) == ("removed", "shot_020", possible)
    if possible:
        again = applied(canvas(way), found)
        assert film(again).events == edited.events
        assert "shot_020" in again.nodes


def test_titles_and_what_else_stands_in_an_event_stay():
    of = canvas(events={"shot_010": {"title": "Fox", "colour": "warm"}})
    before = film(of)
    found = compared(of, cut_again(before, trimmed(before.events[0], 0, 40), *before.events[1:]))
    assert applied(of, found).nodes["film"].data["events"]["shot_010"] == {"title": "Fox", "colour": "warm", "in": 0, "out": 40}


def test_what_a_canvas_cannot_say_is_told_and_not_applied():
    before = film(canvas())
    gap = before.events[1].model_copy(update={"record_in": 110, "record_out": 210})
    again = before.events[0].model_copy(update={"record_in": 210, "record_out": 310})
    found = compared(canvas(), before.model_copy(update={"events": (before.events[0], gap, again)}))
    said = {change.kind: change.applied for change in found.changes}
    assert said == {"used_again": False, "gap": False, "removed": True}
    partial = {name: TAKES[name] for name in SHOTS}
    of = canvas()
    short = of.model_copy(update={"edges": {name: edge for name, edge in of.edges.items() if name != "e_shot_040"}})
    added = compare_edit(short, "film", partial, SETTINGS, parse_edl(write_edl(before), "24"))
    assert [(change.kind, change.node, change.applied) for change in added.changes] == [("added", "shot_040", False)]
    assert added.operations == ()


def test_a_timeline_of_another_program_is_compared_in_the_same_way():
    before = film(canvas())
    edited = cut_again(before, before.events[1], trimmed(before.events[0], 3, 90), *before.events[2:])
    wanted = compared(canvas(), edited)
    for text, suffix in ((write_otio(edited), ".otio"), (write_fcp_xml(edited), ".xml")):
        found = compare_edit(canvas(), "film", TAKES, SETTINGS, parse_otio(text, suffix, "24"))
        assert (found.changes, found.operations) == (wanted.changes, wanted.operations)


def test_a_list_of_another_film_is_refused():
    edl = parse_edl("001  NOBODY   V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00", "24")
    with pytest.raises(BadInputError, match="names a take"):
        compare_edit(canvas(), "film", TAKES, SETTINGS, edl)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_edit_of_a_film_comes_back_whole(data):
    way = data.draw(st.sampled_from(["direct", "chain", "scene"]))
    before = film(canvas(way))
    order = data.draw(st.permutations(before.events))
    kept = order if way == "scene" else order[: data.draw(st.integers(1, 4))]
    edited = []
    for index, event in enumerate(kept):
        first = data.draw(st.integers(0, 40))
        length = data.draw(st.integers(20, 40))
        kind = data.draw(st.sampled_from(["cut", "cut", "dissolve", "wipe", "fade_in"]))
        frames = 0 if kind == "cut" else data.draw(st.integers(1, 15))
        kind = "fade_in" if index == 0 and kind in ("dissolve", "wipe") else kind
        played = data.draw(st.sampled_from([length, length, length * 2, length // 2]))
        update = {"source_in": first, "source_out": min(100, first + played), "record_out": event.record_in + length}
        edited.append(event.model_copy(update={**update, "transition": Transition(kind=kind, frames=frames)}))
    wanted = cut_again(before, *edited)
    again = film(applied(canvas(way), compared(canvas(way), wanted)))
    assert [event.source.node for event in again.events] == [event.source.node for event in wanted.events]
    handles = all(_handle(event) >= after.transition.frames for event, after in pairwise(wanted.events))
    if handles:
        assert again.events == wanted.events


def _handle(event: CutEvent) -> int:
    length = event.record_out - event.record_in
    return int((100 - event.source_out) * length / (event.source_out - event.source_in))
