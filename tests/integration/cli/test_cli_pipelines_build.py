"""A pipeline is allowed to run as a process, and not any more, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from own_pipeline import own_manifest

from genstudio import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_pipeline_is_built_for_this_machine_and_forgotten(genstudio: Callable[..., Any]) -> None:
    folder = Workspace().path / "Library/Pipelines/own"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text(own_manifest())
    refused = genstudio("pipelines", "build", "own", "--process")
    assert (refused.status, refused.out) == (1, "")
    assert "there is no 'requirements.txt' in its folder" in refused.err
    (folder / "requirements.txt").touch()
    built = genstudio("pipelines", "build", "own", "--process", "--json").document
    assert Path(built["python"]).is_file()
    assert "may run as a process on this machine" in genstudio("pipelines", "build", "own", "--process").out
    assert genstudio("pipelines", "build", "own", "--process", "--forget", "--json").document == {"id": "own", "forgotten": True}
    assert not Path(built["python"]).exists()
    assert genstudio("pipelines", "build", "own", "--forget").status == 1
    assert "runs in the studio's own Python" in genstudio("pipelines", "build", "draft-image", "--process").err
