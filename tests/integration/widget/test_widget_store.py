"""Projects and what comes into them and goes out of them, from Python: archives, clones, library items, media, room on the disk."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from genstudio import Workspace
from genstudio.schema.errors import BadInputError
from genstudio.widget.library import LibraryItem, SourceMedia

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio import Project


@pytest.fixture
def film(workspace_root: Path) -> Project:
    """A project whose one shot stands in the checkpoint ``first cut``."""
    made = Workspace(workspace_root).create("Film")
    made.canvas().add_shot("SHOT_010", prompt="a fox", pipeline=None)
    made.history.checkpoint("first cut")
    return made


def prompts(project: Project) -> list[str]:
    return [shot.prompt for shot in project.canvas().shots]


def test_a_project_is_archived_and_restored_beside_itself_under_an_identity_of_its_own(film: Project, tmp_path: Path) -> None:
    made = film.archive(tmp_path / "film.tar.gz")
    assert made.path.stat().st_size == made.bytes
    again = Workspace().restore(made.path)
    assert prompts(again) == ["a fox"]
    assert again.uuid != film.uuid
    assert again.title == "Film (restored)"
    assert Workspace().project(film.uuid).path == film.path
    with pytest.raises(BadInputError, match="There is no archive"):
        Workspace().restore(tmp_path / "none.tar.gz")


def test_a_project_is_cloned_and_its_room_is_looked_at_before_anything_is_removed(film: Project, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", str(remote)], check=True)
    film.history.push(to=str(remote))
    other = Workspace(tmp_path / "Other").clone(str(remote))
    assert (other.uuid, prompts(other)) == (film.uuid, ["a fox"])
    piece = film.path / "05_Cache/thumbnails/x.jpg"
    piece.parent.mkdir(parents=True, exist_ok=True)
    piece.write_bytes(b"x")
    looked = film.prune()
    assert (looked.bytes, looked.dry_run, piece.exists()) == (1, True, True)
    assert "x.jpg" in looked._repr_html_()
    assert "made" in film.prune(dry_run=False).text
    assert not piece.exists()


def test_going_back_is_shown_before_it_is_done(film: Project) -> None:
    film.canvas().shot("SHOT_010").prompt = "a bear <b>"
    preview = film.history.preview("first cut")
    assert preview.changes == {film.canvas().path: ("SHOT_010 prompt: a bear <b> → a fox",)}
    assert "1 change" in repr(preview)
    assert "a bear &lt;b&gt; → a fox" in preview._repr_html_()
    assert prompts(film) == ["a bear <b>"]
    film.history.restore("first cut")
    assert "would change nothing" in film.history.preview("first cut").text


def test_items_of_the_library_and_media_from_elsewhere_come_in(film: Project, tmp_path: Path) -> None:
    shared = Workspace().path / "Library/Stock_Media/plates/rain.png"
    shared.parent.mkdir(parents=True)
    Image.new("RGB", (64, 36), "blue").save(shared)
    (item,) = Workspace().library
    assert item == LibraryItem("Stock_Media", "plates/rain.png")
    assert "plates/rain.png" in Workspace().library._repr_html_()
    copy = film.use(item)
    assert (copy.read_bytes(), film.use("Stock_Media/plates/rain.png")) == (shared.read_bytes(), copy)
    for wrong in ("rain.png", "Nowhere/rain.png"):
        with pytest.raises(BadInputError, match="no item of the library"):
            film.use(wrong)
    Image.new("RGB", (64, 36), "red").save(tmp_path / "fox.png")
    media = film.ingest(tmp_path / "fox.png")
    assert isinstance(media, SourceMedia)
    assert (media.kind, media.known, media.path.is_file()) == ("image", False, True)
    assert "data:image/" in media._repr_html_()
    assert "known already" in repr(film.ingest(tmp_path / "fox.png"))
