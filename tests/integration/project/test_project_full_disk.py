"""A full disk: every write ends in one clear sentence and loses nothing. A tiny disk in memory is filled for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from honest_skips import mounted_disk

from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOT = "SCENE_01/SHOT_010"


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of 4 MB."""
    with mounted_disk(tmp_path / "disk", "4m") as place:
        yield place


@pytest.fixture
def tiny(workspace_root: Path, tiny_disk: Path) -> WorkspaceFolder:
    return WorkspaceFolder.find(tiny_disk / "Studio")


def fill(folder: Path) -> Path:
    """Use up all space and return the file that does."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return path


def shot(node: str) -> Patch:
    return Patch(base=0, operations=(Operation(op="add", path=f"/nodes/{node}", value={"type": "shot", "data": {}}),))


def files(project: ProjectFolder) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in project.root.rglob("*") if path.is_file()}


def test_an_edit_is_refused_whole_and_works_again_with_space(tiny, tiny_disk):
    canvas = tiny.create("Fox").canvas()
    canvas.apply(shot("shot_a"))
    before = files(tiny.project("Fox"))
    filler = fill(tiny_disk)
    with pytest.raises(GenStudioError, match="disk is full") as caught:
        canvas.apply(shot("shot_b"))
    assert caught.value.code == "disk_full"
    assert "Free some space" in caught.value.fix
    assert files(tiny.project("Fox")) == before
    filler.unlink()
    assert canvas.apply(shot("shot_b")).entry.sequence == 2
    assert set(canvas.read().canvas.nodes) == {"shot_a", "shot_b"}


def test_a_take_is_refused_whole_and_published_when_there_is_space(tiny, tiny_disk, tmp_path, record):
    project = tiny.create("Fox")
    media = tmp_path / "out.mp4"
    media.write_bytes(os.urandom(2_000_000))
    name = project.takes.claim(SHOT, 1, "job-1")
    (project.root / "03_Renders" / SHOT).mkdir(parents=True)
    filler = fill(tiny_disk)
    with pytest.raises(GenStudioError, match="disk is full"):
        project.takes.publish(name, media, record())
    assert list((project.root / "03_Renders" / SHOT).iterdir()) == []
    filler.unlink()
    take = project.takes.publish(name, media, record())
    assert project.takes.verify(take)


def test_a_number_cannot_be_claimed_and_settings_stay_as_they_were(tiny, tiny_disk):
    project = tiny.create("Fox")
    before = files(project)
    fill(tiny_disk)
    with pytest.raises(GenStudioError, match="disk is full"):
        project.update_settings(quality="high")
    with pytest.raises(GenStudioError, match="disk is full"):
        project.takes.claim(SHOT, 1, "job-1")
    changed = {path for path, data in files(project).items() if before.get(path) != data and not path.endswith(".lock")}
    assert changed == set()
    assert project.settings.quality == "standard"


def test_a_new_project_leaves_nothing_behind(tiny, tiny_disk):
    filler = fill(tiny_disk)
    with pytest.raises(GenStudioError) as caught:
        tiny.create("Fox")
    assert caught.value.code in ("disk_full", "git_failed")
    assert list((tiny.root / "Projects").iterdir()) == []
    filler.unlink()
    assert tiny.create("Fox").repository.log()
