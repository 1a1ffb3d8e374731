"""Reviews of takes: operations on the canvas, and what is read back from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.edit import apply
from genstudio.graph.review import Note, Review, add_note, remove_note, resolve_note, review_of, set_approval, set_rating
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.take import TakeRecord

TAKE = "SHOT-010_v01_take01"
RECORD = TakeRecord.model_validate(
    {
        "id": TAKE,
        "renders": "SCENE_01/SHOT_010",
        "media": f"{TAKE}.mp4",
        "kind": "video",
        "sha256": "0" * 64,
        "bytes": 1,
        "frames": 48,
        "pipeline": {"id": "x", "version": "1"},
        "quality": {"requested": "low", "used": "low"},
        "canvas": {"path": "c", "version": 1, "node": "s"},
    }
)


def canvas(**data: Any) -> Canvas:
    return Canvas.model_validate({"nodes": {"s": {"type": "shot", "data": {"renders": "SCENE_01/SHOT_010", **data}}}})


def after(now: Canvas, operations: tuple[Operation, ...]) -> Canvas:
    applied = apply(now, Patch(base=now.version, operations=operations))
    assert applied.dropped == ()
    return applied.canvas


@pytest.mark.parametrize("data", [{}, {"review": {}}, {"review": {TAKE: {}}}, {"review": {TAKE: {"notes": {}}}}, {"review": "broken"}])
def test_a_take_is_rated_approved_and_noted_whatever_was_there(data: dict[str, Any]) -> None:
    now = canvas(**data)
    now = after(now, set_rating(now, "s", TAKE, 4))
    now = after(now, set_approval(now, "s", TAKE, "approved"))
    now = after(now, add_note(now, "s", RECORD, Note("n1", " the tail flickers ", 30, "ann", "2026-01-01T00:00:00Z")))
    now = after(now, add_note(now, "s", RECORD, Note("n2", "warmer")))
    found = review_of(now.nodes["s"].data, TAKE)
    assert (found.rating, found.approval) == (4, "approved")
    assert [(note.text, note.frame) for note in found.notes] == [("warmer", None), ("the tail flickers", 30)]
    now = after(now, resolve_note(now, "s", TAKE, "n1"))
    assert [note.id for note in review_of(now.nodes["s"].data, TAKE).open_notes] == ["n2"]
    now = after(now, remove_note(now, "s", TAKE, "n2"))
    now = after(now, set_rating(now, "s", TAKE, 0))
    now = after(now, set_approval(now, "s", TAKE, None))
    left = review_of(now.nodes["s"].data, TAKE)
    assert (left.rating, left.approval, [note.resolved for note in left.notes]) == (0, None, [True])


def test_taking_back_what_was_never_given_changes_nothing() -> None:
    assert set_rating(canvas(), "s", TAKE, 0) == ()
    assert set_approval(canvas(review={TAKE: {}}), "s", TAKE, None) == ()


@pytest.mark.parametrize(
    "note", [Note("n1", "  "), Note("n1", "x" * 4001), Note("n1", "late", 48), Note("n1", "early", -1), Note("No id", "words")]
)
def test_a_note_without_words_or_on_a_frame_that_is_not_there_is_refused(note: Note) -> None:
    with pytest.raises(BadInputError):
        add_note(canvas(), "s", RECORD, note)


def test_what_is_not_there_is_named() -> None:
    for stars in (-1, 6):
        with pytest.raises(BadInputError):
            set_rating(canvas(), "s", TAKE, stars)
    with pytest.raises(NotFoundError):
        set_rating(canvas(), "gone", TAKE, 1)
    with pytest.raises(NotFoundError):
        resolve_note(canvas(), "s", TAKE, "n9")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([TAKE, "rating", "approval", "notes", "n1", "text", "frame"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_review_of_any_form_is_read_without_an_error(value: Any) -> None:
    for data in ({"review": value}, {"review": {TAKE: value}}, {"review": {TAKE: {"notes": value, "rating": value, "approval": value}}}):
        found = review_of(data, TAKE)
        assert isinstance(found, Review)
        assert 0 <= found.rating <= 5
