"""A project that was moved or copied by hand to a place outside of every workspace."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from genstudio.schema.errors import ConflictError
from genstudio.widget import Project, Workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_a_project_that_was_moved_out_of_its_workspace_opens_and_no_workspace_is_made_around_it(
    workspace_root: Path, tmp_path: Path
) -> None:
    made = Workspace().create("Film")
    made.canvas().add_shot("SHOT_010", prompt="a fox")
    place = tmp_path / "far/away/Film"
    place.parent.mkdir(parents=True)
    shutil.move(made.path, place)
    moved = Project(place)
    assert [shot.prompt for shot in moved.canvas().shots] == ["a fox"]
    assert moved.takes.states == ()
    assert moved.runtime.workspace.root == workspace_root
    assert moved.history.log()
    assert list((tmp_path / "far").rglob("workspace.json")) == []
    assert Workspace().projects == ()


def test_a_copy_beside_the_original_is_told_and_opens_with_an_identity_of_its_own(workspace_root: Path, tmp_path: Path) -> None:
    made = Workspace().create("Film")
    shutil.copytree(made.path, tmp_path / "Copy")
    with pytest.raises(ConflictError, match="one is a copy") as caught:
        Project(tmp_path / "Copy")
    assert "open --new-uuid" in caught.value.fix
    made.runtime.workspace.renew_uuid(str(tmp_path / "Copy"))
    assert Project(tmp_path / "Copy").uuid != made.uuid
