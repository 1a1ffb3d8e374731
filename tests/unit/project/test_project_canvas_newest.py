"""Which copy a damaged canvas is restored from, and what is said of it."""

from __future__ import annotations

import pytest

from genstudio.project.canvas_form import dump
from genstudio.project.canvas_repair import Copy, committed_copy, newest, said
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas


def canvas(version: int, layout_version: int = 0) -> Canvas:
    return Canvas(schema=CANVAS_SCHEMA, version=version, layout_version=layout_version)


def test_the_greatest_version_is_the_newest_and_moves_decide_between_equals() -> None:
    old, moved, new = (Copy(canvas(*versions), "somewhere") for versions in ((1, 9), (2, 3), (2, 4)))
    assert newest((old, None, new, moved)) is new
    assert newest((old, moved)) is moved


def test_of_equal_copies_the_first_is_taken_and_of_none_none() -> None:
    first, second = Copy(canvas(1), "here"), Copy(canvas(1), "there")
    assert newest((first, second)) is first
    assert newest((None, None)) is None


@pytest.mark.parametrize("data", [None, b"", b"{", b"<<<<<<< ours\n", b'{"schema": "genstudio.canvas/9", "version": 7}'])
def test_what_was_committed_counts_only_if_it_can_be_edited_here(data: bytes | None) -> None:
    assert committed_copy(data, "main_canvas.json") is None


def test_a_committed_canvas_is_a_copy() -> None:
    found = committed_copy(dump(canvas(7)), "main_canvas.json")
    assert found is not None
    assert (found.canvas.version, found.source) == (7, "the last commit")


def test_it_is_said_what_happened_what_stands_there_now_and_where_the_damaged_file_is() -> None:
    assert said("main.json", "the last commit", why="main.json is damaged: it ends too early.", version=7, kept="Auto_Saves/x.damaged") == (
        "main.json is damaged: it ends too early. It has been restored from the last commit; it stands at version 7, "
        "and later edits are not in it. The damaged file is kept as Auto_Saves/x.damaged."
    )
    assert said("main.json", "its journal", why="", version=None, kept="") == (
        "main.json was missing. It has been restored from its journal; no edit is lost."
    )
