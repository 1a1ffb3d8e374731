"""A pipe, socket, device or folder in the place of a document: refused at once and in words, where reading it might never end."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from genstudio.project import paths
from genstudio.project.documents import read_bytes, read_plain
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genstudio.schema.take import TakeRecord

pytestmark = pytest.mark.timeout(60)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def _looped(path: Path) -> None:
    path.symlink_to(path.name)


STRANGE = pytest.mark.parametrize("make", [_pipe, _folder, _device, _socket])


@STRANGE
def test_what_is_no_plain_file_is_refused_in_words(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "main_canvas.json")
    with pytest.raises(BadInputError, match="in the place of the canvas") as raised:
        read_bytes(tmp_path / "main_canvas.json", "canvas")
    assert raised.value.code == "no_plain_file"
    assert raised.value.fix


def test_a_file_that_cannot_be_opened_is_told_as_such(tmp_path: Path) -> None:
    _looped(tmp_path / "main_canvas.json")
    with pytest.raises(BadInputError, match="cannot be read"):
        read_bytes(tmp_path / "main_canvas.json", "canvas")


def test_a_pipe_that_somebody_writes_to_is_no_document_either(tmp_path: Path) -> None:
    _pipe(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        os.write(writer, b"{}")
        with pytest.raises(OSError, match="no plain file"):
            read_plain(tmp_path / "pipe")
    finally:
        os.close(writer)


@pytest.mark.parametrize("make", [_pipe, _folder, _socket])
def test_a_canvas_that_is_no_plain_file_is_told_and_its_project_still_listed(
    project: ProjectFolder, workspace_root: Path, make: Callable[[Path], None]
) -> None:
    file = paths.get_canvas_path(project.root, project.manifest.canvas_path)
    file.unlink()
    make(file)
    again = ProjectFolder(project.root)
    with pytest.raises(BadInputError, match="in the place of the canvas"):
        again.canvas().read()
    assert [summary.shots for summary in WorkspaceFolder.find(workspace_root).projects()] == [0]


@STRANGE
def test_a_project_whose_manifest_is_no_plain_file_is_a_problem_of_the_workspace(
    project: ProjectFolder, workspace_root: Path, make: Callable[[Path], None]
) -> None:
    file = paths.get_manifest_path(project.root)
    file.unlink()
    make(file)
    workspace = WorkspaceFolder.find(workspace_root)
    assert workspace.projects() == []
    assert "in the place of the project" in workspace.problems()[0]


@STRANGE
def test_a_take_record_that_is_no_plain_file_is_passed_over(
    project: ProjectFolder, publish: Callable[..., TakeRecord], make: Callable[[Path], None]
) -> None:
    kept, lost = publish(), publish(job="job-2")
    file = paths.get_record_path(project.root, lost.name)
    file.unlink()
    make(file)
    assert [record.id for record in ProjectFolder(project.root).takes.list(kept.renders)] == [kept.id]
