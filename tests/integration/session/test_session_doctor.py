"""What the doctor says of the histories of projects."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import Any

import pytest

from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.session.doctor_projects import examine_projects

RAW = ("-c", "filter.lfs.clean=cat", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false")
MEDIA = "01_Assets/Source_Media"


def git(project: ProjectFolder, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(project.root), *arguments], check=True, capture_output=True)


def findings(workspace: WorkspaceFolder) -> list[Any]:
    return list(examine_projects(workspace))


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "staged"])
def test_media_in_git_itself_is_named_with_the_command_that_moves_it(
    workspace: WorkspaceFolder, project: ProjectFolder, committed: bool
) -> None:
    (project.root / MEDIA / "kept.png").write_bytes(os.urandom(5000))
    project.repository.commit_all("Through Git LFS")
    assert findings(workspace) == []
    (project.root / MEDIA / "raw.png").write_bytes(os.urandom(50_000))
    (project.root / "film.mp4").write_bytes(b"a film")
    git(project, *RAW, "add", "--", f"{MEDIA}/raw.png", "film.mp4")
    if committed:
        git(project, "-c", "user.name=U", "-c", "user.email=u@localhost", "commit", "-q", "--no-verify", "-m", "raw")
    (found,) = findings(workspace)
    assert not found.ok
    assert f"{MEDIA}/raw.png (0.1 MB), film.mp4 (0.0 MB)." in found.message
    assert "lfs migrate import --yes --everything --include='*.mp4,*.png'" in found.fix
    assert str(project.root) in found.fix


def test_the_command_that_is_named_moves_the_media(workspace: WorkspaceFolder, project: ProjectFolder) -> None:
    (project.root / MEDIA / "raw.png").write_bytes(os.urandom(50_000))
    git(project, *RAW, "add", "--", f"{MEDIA}/raw.png")
    git(project, "-c", "user.name=U", "-c", "user.email=u@localhost", "commit", "-q", "--no-verify", "-m", "raw")
    (found,) = findings(workspace)
    subprocess.run(shlex.split(found.fix.partition(" (")[0]), check=True, capture_output=True)
    assert findings(workspace) == []
    assert project.history.media.missing() == []


def test_a_history_that_is_not_there_or_must_not_be_touched_is_told_and_nothing_is_run(
    workspace: WorkspaceFolder, project: ProjectFolder
) -> None:
    other = workspace.create("Other")
    shutil.rmtree(other.root / ".git")
    witness = project.root / "ran"
    with (project.root / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {witness}\n")
    told = {found.message.split()[0]: found for found in findings(workspace)}
    assert "no Git repository" in told["Other"].message
    assert "git init" in told["Other"].fix
    assert any("would run programs: core.fsmonitor" in found.message for found in told.values())
    assert not witness.exists()


def test_a_project_that_cannot_be_looked_at_keeps_nothing_of_the_others_back(workspace: WorkspaceFolder, project: ProjectFolder) -> None:
    git(project, "config", "core.fsmonitor", "x")
    project.repository.trust()
    (note,) = project.state_dir.glob("trusted_git_*")
    note.unlink()
    note.mkdir()
    other = workspace.create("Other")
    shutil.rmtree(other.root / ".git")
    told = [found.message for found in findings(workspace)]
    assert any("cannot be looked at" in message for message in told)
    assert any(message.startswith("Other has no Git repository") for message in told)
