"""What is shown where the front end was not built, and that nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from genstudio.schema.errors import MissingToolError
from genstudio.widget.studio import bundle, display_bundle, loader

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_front_end_is_said_with_the_command_that_builds_it(tmp_path: Path) -> None:
    for built in (bundle, loader):
        with pytest.raises(MissingToolError, match="npm run build"):
            built(tmp_path)


def test_an_object_whose_front_end_is_missing_is_shown_as_text(tmp_path: Path) -> None:
    shown = display_bundle(lambda: bundle(tmp_path), "<Canvas Film>", {})  # type: ignore[arg-type,return-value]
    assert shown["text/plain"].startswith("<Canvas Film>")
    assert "npm run build" in shown["text/html"]
    assert "<Canvas" not in shown["text/html"]


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        (
            "from genstudio.cli.run import parser; parser()",
            {"ipywidgets", "anywidget", "numpy", "moviepy", "distributed", "IPython", "docker"},
        ),
        (
            "from genstudio import Workspace, Project, Canvas",
            {"ipywidgets", "anywidget", "distributed", "IPython", "docker", "jupyter_server"},
        ),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, heavy: set[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*(set(sys.modules) & {heavy!r}))"], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == []
