"""A canvas that a newer studio wrote can be looked at, with a word about it; nothing is made from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from genstudio import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genstudio.widget import Canvas

NEWER = "main_canvas.json was written by a newer studio (genstudio.canvas/9); it can be read but not changed. Update the studio to edit it."


@pytest.fixture
def newer(genstudio: Callable[..., Any]) -> Canvas:
    """A canvas of one shot and its assembler, as a newer studio would have written it."""
    genstudio("new", "Film")
    canvas = Workspace().project("Film").canvas()
    shot = canvas.add_shot("One", prompt="a fox")
    canvas.connect(shot, canvas.add("vse_assembler", name="Film"))
    file = canvas.project.path / canvas.path
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": "genstudio.canvas/9", "reels": {}}))
    return canvas


@pytest.mark.parametrize("command", ["show", "check"])
def test_looking_at_it_says_so(newer: Canvas, genstudio: Callable[..., Any], command: str) -> None:
    ended = genstudio("canvas", command, "Film", "--json")
    assert ended.status == 0
    assert ended.err.count("\n") == 1
    assert ended.err.endswith(f"{NEWER}\n")
    assert ended.document is not None


def test_lists_and_storyboards_of_it_say_so(newer: Canvas, genstudio: Callable[..., Any], tmp_path: Path) -> None:
    for arguments in (("edl", "Film"), ("handoff", "Film"), ("storyboard", "Film", "-o", str(tmp_path / "board.pdf"))):
        ended = genstudio(*arguments)
        assert f"{NEWER} The film may lack what is new in it." in ended.err, arguments
        assert "no edit list yet" in ended.err  # no shot of it has a take


@pytest.mark.parametrize(
    "arguments",
    [
        ("generate", "Film", "One"),
        ("generate", "Film", "One", "--dry-run"),
        ("render", "Film"),
        ("batch", "table.csv", "--project", "Film"),
        ("batch", "table.csv", "--project", "Film", "--dry-run"),
    ],
)
def test_nothing_is_made_from_it(newer: Canvas, genstudio: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "table.csv").write_text("name\nOne\n")
    before = (newer.project.path / newer.path).read_bytes()
    ended = genstudio(*arguments)
    assert ended.status == 1
    assert NEWER in ended.err
    assert newer.project.runtime.engine.store.jobs(newer.project.uuid) == []
    assert (newer.project.path / newer.path).read_bytes() == before
