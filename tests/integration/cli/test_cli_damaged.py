"""The command line on files that are damaged, strange or far too long."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def film(genstudio: Callable[..., Any]) -> Path:
    """The folder of a new project "Film"."""
    return Path(genstudio("new", "Film", "--json").document["path"])


def test_a_project_that_cannot_be_read_is_told_beside_those_that_are_listed(genstudio: Callable[..., Any], film: Path) -> None:
    broken = Path(genstudio("new", "Broken", "--json").document["path"])
    (broken / "project.json").write_text("{", encoding="utf-8")
    shown = genstudio("ls")
    assert shown.status == 0
    assert "Film" in shown.out
    assert "Broken" not in shown.out
    (notice,) = shown.err.splitlines()
    assert notice.startswith("Broken: project.json is damaged")
    listed = genstudio("ls", "--json")
    assert [project["name"] for project in listed.document] == ["Film"]
    assert listed.err == shown.err


def test_doctor_looks_at_the_machine_also_where_the_workspace_cannot_be_opened(
    genstudio: Callable[..., Any], film: Path, workspace_root: Path
) -> None:
    whole = {finding["name"] for finding in genstudio("doctor", "--json").document}
    (workspace_root / "workspace.json").write_text("{", encoding="utf-8")
    shown = genstudio("doctor")
    assert shown.status == 0
    assert "workspace.json is damaged" in shown.out
    findings = {finding["name"]: finding for finding in genstudio("doctor", "--json").document}
    assert whole - {"disk", "workers"} <= findings.keys() | {name for name in whole if name.startswith("weights")}
    assert {"git", "git-lfs", "ffmpeg", "containers", "gpu", "memory", "python"} <= findings.keys()
    assert not findings["workspace"]["ok"]
    assert findings["workspace"]["fix"]


def test_a_prompt_as_long_as_a_book_is_shown_in_one_short_line(genstudio: Callable[..., Any], film: Path) -> None:
    canvas = film / "02_Source_Creative" / "Canvases" / "main_canvas.json"
    words = "Wide, a fox in the snow.\n" * 40_000
    node = {"type": "text", "data": {"name": words, "prompt": words}}
    text = canvas.read_text("utf-8")
    canvas.write_text(json.dumps(json.loads(text) | {"nodes": {"note_1": node}}), encoding="utf-8")
    shown = genstudio("canvas", "show", "Film")
    assert shown.status == 0, shown.err
    assert max(map(len, shown.out.splitlines())) <= 200
    assert "Wide, a fox in the snow. Wide, a fox" in shown.out
    assert "…" in shown.out
    assert genstudio("canvas", "show", "Film", "--json").document["nodes"]["note_1"]["data"]["prompt"] == words


@pytest.mark.timeout(60)
def test_a_pipe_in_the_place_of_the_canvas_is_told_at_once(genstudio: Callable[..., Any], film: Path) -> None:
    canvas = film / "02_Source_Creative" / "Canvases" / "main_canvas.json"
    canvas.unlink()
    os.mkfifo(canvas)
    shown = genstudio("canvas", "show", "Film")
    assert shown.status == 1
    assert "in the place of the canvas" in shown.err
