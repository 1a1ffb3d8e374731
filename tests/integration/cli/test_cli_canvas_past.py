"""Taking a canvas back from the command line: the last edit whoever made it, and automatic copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genstudio import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio import Canvas

    Genstudio = Callable[..., Any]


@pytest.fixture
def canvas(genstudio: Genstudio) -> Canvas:
    """The canvas of a project ``Film`` with one shot; the shot is in its automatic copy."""
    genstudio("new", "Film")
    made = Workspace().project("Film").canvas()
    made.add_shot("SHOT_010", prompt="a fox", pipeline=None)
    return made


def prompt(canvas: Canvas) -> str:
    return canvas.shots[0].prompt


def test_the_last_edits_are_undone_and_done_again_whoever_made_them(genstudio: Genstudio, canvas: Canvas) -> None:
    canvas.shot("SHOT_010").prompt = "a bear"
    file = canvas.project.path / canvas.path
    file.write_text(file.read_text().replace("a bear", "a goat"))
    outside = genstudio("canvas", "undo", "Film")
    assert (outside.status, outside.err) == (0, "")
    assert "by a program outside the studio" in outside.out
    assert "SHOT_010 prompt: a goat → a bear" in outside.out
    own = genstudio("canvas", "undo", "Film", "--json").document
    assert (own["label"], own["outside"], own["changes"]) == ("SHOT_010: prompt", False, ["SHOT_010 prompt: a bear → a fox"])
    assert prompt(canvas) == "a fox"
    assert "Done again: SHOT_010: prompt" in genstudio("canvas", "redo", "Film").out
    assert prompt(canvas) == "a bear"
    assert [genstudio("canvas", "undo", "Film").status for _ in range(3)] == [0, 0, 1]
    assert canvas.shots == ()
    assert "There is nothing to undo" in genstudio("canvas", "undo", "Film").err


def test_an_automatic_copy_is_listed_and_recalled_by_an_edit_that_can_be_undone(genstudio: Genstudio, canvas: Canvas) -> None:
    canvas.remove("SHOT_010")
    (copy,) = genstudio("canvas", "saves", "Film", "--json").document
    assert (copy["shots"], copy["nodes"]) == (1, 1)
    assert copy["time"] in genstudio("canvas", "saves", "Film").out
    recalled = genstudio("canvas", "recall", copy["name"], "Film", "--json").document
    assert recalled["changes"] == ["added SHOT_010"]
    assert prompt(canvas) == "a fox"
    assert "No difference." in genstudio("canvas", "recall", copy["name"], "Film").out
    assert genstudio("canvas", "undo", "Film").status == 0
    assert canvas.shots == ()
    missing = genstudio("canvas", "recall", "../x", "Film")
    assert (missing.status, missing.err.count("\n")) == (1, 1)


def test_two_versions_are_compared_from_python_as_from_the_command_line(genstudio: Genstudio, canvas: Canvas) -> None:
    canvas.project.history.checkpoint("first cut")
    kept = canvas.project.path.parent / "kept.json"
    kept.write_bytes((canvas.project.path / canvas.path).read_bytes())
    assert not canvas.diff("first cut")
    canvas.shot("SHOT_010").prompt = "a bear"
    found = canvas.diff("first cut")
    assert found.changes == canvas.diff(kept).changes == ("SHOT_010 prompt: a fox → a bear",)
    assert canvas.diff("first cut", kept).lines == ("No difference.",)
    assert genstudio("canvas", "diff", "first cut", "--project", "Film", "--json").document == found.document
    assert "a fox → a bear" in found._repr_html_()
    canvas.move("SHOT_010", 7, 8)
    canvas.shot("SHOT_010").prompt = "a fox"
    assert canvas.diff("first cut").lines == ("Only positions differ.",)
