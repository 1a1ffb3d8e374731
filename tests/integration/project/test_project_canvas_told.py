"""What a damaged canvas is restored from where its journal is gone, and that people are told: once, and of what is not in it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from genstudio.project import paths
from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasFile


def add_note(canvas: CanvasFile, name: str) -> None:
    canvas.apply(Patch(base=0, operations=(Operation(op="add", path=f"/nodes/{name}", value={"type": "note", "data": {"text": name}}),)))


def cut_off(canvas: CanvasFile) -> bytes:
    """Cut the end off the file, as a full disk does; nobody is writing it now."""
    file = canvas.root / canvas.path
    file.write_bytes(file.read_bytes()[:-9])
    os.utime(file, (0, 0))
    return file.read_bytes()


@pytest.fixture
def told(project: ProjectFolder) -> list[str]:
    """The project as another process opens it, after three edits: one in the automatic copy, two in the last commit."""
    canvas = project.canvas()
    add_note(canvas, "copied")
    add_note(canvas, "committed")
    project.repository.commit([canvas.path], "two notes")
    add_note(canvas, "lost")
    said: list[str] = []
    project.tell = said.append
    return said


def test_without_a_journal_the_newest_whole_copy_is_taken_and_what_is_not_in_it_is_said(project: ProjectFolder, told: list[str]) -> None:
    damaged = cut_off(project.canvas())
    shutil.rmtree(project.root / ".genstudio/journal")
    state = project.canvas().read()
    assert set(state.canvas.nodes) == {"copied", "committed"}
    (kept,) = paths.get_auto_saves_dir(project.root).glob("*.damaged")
    assert kept.read_bytes() == damaged
    assert told == [state.notice]
    assert "restored from the last commit; it stands at version 2, and later edits are not in it." in state.notice
    assert state.notice.endswith(f"kept as {paths.AUTO_SAVES}/{kept.name}.")


def test_an_automatic_copy_that_is_newer_than_the_last_commit_is_taken(project: ProjectFolder, told: list[str]) -> None:
    (copy,) = project.canvas().auto_saves.files()
    os.utime(copy, (0, 0))  # the next edit makes another one
    add_note(project.canvas(), "copied_later")
    cut_off(project.canvas())
    shutil.rmtree(project.root / ".genstudio/journal")
    assert "copied_later" in project.canvas().read().canvas.nodes
    assert "automatic copy main_canvas." in told[0]


def test_the_journal_comes_first_even_where_the_last_commit_claims_to_be_newer(project: ProjectFolder, told: list[str]) -> None:
    file = project.root / project.canvas().path
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"version": 3', b'"version": 99').replace(b'"lost"', b'"other"'))
    project.repository.commit([project.canvas().path], "from elsewhere")
    file.write_bytes(whole)
    cut_off(project.canvas())
    state = project.canvas().read()
    assert set(state.canvas.nodes) == {"copied", "committed", "lost"}
    assert file.read_bytes() == whole
    assert "restored from its journal; no edit is lost." in told[0]


def test_a_repair_is_told_once_though_the_first_to_meet_it_is_an_edit(project: ProjectFolder, told: list[str]) -> None:
    cut_off(project.canvas())
    add_note(project.canvas(), "after")
    assert set(project.canvas().read().canvas.nodes) == {"copied", "committed", "lost", "after"}
    assert len(told) == 1
    assert project.canvas().notices == tuple(told)
    assert project.canvas().read().notice == "", "an edit has been made on what was restored"


def test_while_the_user_merges_nothing_is_taken_from_a_commit(project: ProjectFolder, told: list[str]) -> None:
    cut_off(project.canvas())
    shutil.rmtree(project.root / ".genstudio/journal")
    shutil.rmtree(paths.get_auto_saves_dir(project.root))
    (project.root / ".git/MERGE_HEAD").write_text("0" * 40)
    with pytest.raises(BadInputError, match="damaged"):
        ProjectFolder.open(project.root).canvas().read()
    assert told == []
