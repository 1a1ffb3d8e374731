"""A canvas that was damaged is never rolled back in silence: commands say so on standard error, Python warns."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from genstudio import Workspace
from genstudio.schema.errors import CanvasWarning

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.widget import Canvas


@pytest.fixture
def film(genstudio: Callable[..., Any]) -> Canvas:
    """A canvas of two shots of which the automatic copy has one; its journal is gone, and its file is cut off."""
    genstudio("new", "Film")
    canvas = Workspace().project("Film").canvas()
    canvas.add_shot("One", prompt="a fox")
    canvas.add_shot("Two", prompt="a river")
    damage(canvas)
    return canvas


def damage(canvas: Canvas) -> None:
    root = canvas.project.path
    shutil.rmtree(root / ".genstudio/journal")
    file = root / canvas.path
    file.write_bytes(file.read_bytes()[:-9])
    os.utime(file, (0, 0))


@pytest.mark.parametrize(
    "arguments",
    [
        ("canvas", "show", "Film"),
        ("canvas", "show", "Film", "--json"),
        ("canvas", "check", "Film"),
        ("generate", "Film", "One", "--dry-run"),
        ("takes", "ls", "Film", "One"),
        ("render", "Film"),
    ],
)
def test_the_first_command_says_once_what_happened_and_the_next_one_nothing(
    film: Canvas, genstudio: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    first = genstudio(*arguments)
    said = [line for line in first.err.splitlines() if "damaged" in line]
    assert len(said) == 1
    assert said[0].startswith("02_Source_Creative/Canvases/main_canvas.json is damaged: ")
    assert "restored from the automatic copy main_canvas." in said[0]
    (kept,) = (film.project.path / "04_Project_Files/Auto_Saves").glob("*.damaged")
    assert said[0].endswith(f"kept as 04_Project_Files/Auto_Saves/{kept.name}.")
    assert "damaged" not in genstudio(*arguments).err


def test_in_python_a_warning_names_the_line_that_opened_the_canvas(film: Canvas) -> None:
    with pytest.warns(CanvasWarning, match="restored from the automatic copy") as caught:
        assert [shot.name for shot in film.shots] == ["One"]
    assert [warning.filename for warning in caught] == [__file__]
    assert [shot.name for shot in film.shots] == ["One"], "and is not told again"
