"""The files by which processes tell who is on a canvas: whole, held by their process, and never trusted."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from genstudio.project.archive import is_overlay_name
from genstudio.project.paths import MAIN_CANVAS, get_presence_dir, relative, templates_dir
from genstudio.project.presence_folder import PresenceFolder, machine
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.presence import Person, PresenceFile

if TYPE_CHECKING:
    from pathlib import Path

ANN = Person(client="ann", name="Ann", colour="red", cursor=(1.5, 2), selection=("shot_010",))
STRANGE = "0" * 32 + ".json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Film/.genstudio").mkdir(parents=True)
    return tmp_path / "Film"


@pytest.fixture
def place(root: Path) -> Path:
    """The folder of the main canvas, made."""
    folder = get_presence_dir(root, MAIN_CANVAS)
    folder.mkdir(parents=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def other_of(root: Path) -> PresenceFolder:
    return PresenceFolder(root, MAIN_CANVAS)


def test_what_one_writes_the_other_reads_and_sees_held_until_it_is_let_go(root: Path) -> None:
    mine, theirs = other_of(root), other_of(root)
    assert theirs.changed_at() == 0
    assert theirs.look().others == {}
    mine.write((ANN,))
    (name,) = theirs.look().others
    assert mine.look().own
    assert mine.look().others == {}
    found = theirs.read(name)
    assert found is not None
    assert (found.machine, found.people, found.held) == (machine(), (ANN,), True)
    before = theirs.look().others
    mine.write((ANN,))
    assert theirs.look().others != before
    assert theirs.is_held(name)
    assert len(names(get_presence_dir(root, MAIN_CANVAS))) == 1
    mine.remove()
    assert theirs.look().others == {}
    assert theirs.read(name) is None
    assert theirs.is_held(name) is None


def test_what_nobody_holds_was_left_by_the_dead(root: Path, place: Path) -> None:
    (place / STRANGE).write_text(PresenceFile(machine=machine(), people=(ANN,)).model_dump_json(by_alias=True))
    found = other_of(root).read(STRANGE)
    assert found is not None
    assert found.held is False


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b'{"schema": "genstudio.presence/1"}',
        b'{"schema": "genstudio.presence/2", "machine": "m", "people": []}',
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": [{"client": ""}]}',
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": [{"client": "a", "cursor": [1e99, 0]}]}',
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": [{"client": "a", "cursor": [NaN, 0]}]}',
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": [{"client": "a", "selection": ["../../etc"]}]}',
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": [' + b",".join([b'{"client": "a"}'] * 65) + b"]}",
        b'{"schema": "genstudio.presence/1", "machine": "m", "people": []}' + b" " * (256 * 1024),
        b"[" * 100_000,
    ],
)
def test_what_is_garbled_too_large_or_too_much_says_nothing(root: Path, place: Path, content: bytes) -> None:
    (place / STRANGE).write_bytes(content)
    assert other_of(root).read(STRANGE) is None


def test_only_plain_files_of_our_names_are_looked_at(root: Path, place: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PresenceFile(machine="m", people=(ANN,)).model_dump_json(by_alias=True))
    (place / STRANGE).symlink_to(tmp_path / "secret")
    os.mkfifo(place / ("1" * 32 + ".json"))
    (place / ("2" * 32 + ".json")).mkdir()
    (place / "notes.json").write_text("{}")
    theirs = other_of(root)
    assert theirs.look().others == {}
    assert [theirs.read(name) for name in names(place)] == [None] * 4


def test_of_a_flood_of_files_only_some_are_looked_at(root: Path, place: Path) -> None:
    for number in range(400):
        (place / f"{number:032x}.json").touch()
    assert len(other_of(root).look().others) == 64


def test_what_was_left_long_ago_is_swept_and_what_is_held_or_not_ours_stays(root: Path, place: Path) -> None:
    mine = other_of(root)
    mine.write((ANN,))
    (held,) = names(place)
    for name in (STRANGE, ".tmp-0123456789abcdef", "notes.json"):
        (place / name).touch()
    other_of(root).sweep(time.time() - 3600)
    assert len(names(place)) == 4
    other_of(root).sweep(time.time() + 3600)
    assert names(place) == sorted([held, "notes.json"])
    mine.remove()


def test_a_link_that_leads_out_of_the_project_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / ".genstudio/presence").symlink_to(tmp_path / "elsewhere")
    for act in (lambda: other_of(root).write((ANN,)), lambda: other_of(root).look(), lambda: other_of(root).sweep(0)):
        with pytest.raises(BadInputError):
            act()
    assert names(tmp_path / "elsewhere") == []


def test_a_project_that_was_moved_away_is_not_made_again(root: Path, tmp_path: Path) -> None:
    mine = other_of(root)
    mine.write((ANN,))
    root.rename(tmp_path / "Moved")
    with pytest.raises(GenStudioError):
        mine.write((ANN,))
    assert not root.exists()
    assert not list((tmp_path / "Moved").rglob(".tmp-*"))
    mine.remove()


def test_people_are_in_no_version_and_in_no_archive(root: Path) -> None:
    (root / ".gitignore").write_bytes((templates_dir() / "project/.gitignore").read_bytes())
    mine = other_of(root)
    mine.write((ANN,))
    (file,) = get_presence_dir(root, MAIN_CANVAS).iterdir()
    assert not is_overlay_name(relative(root, file))
    subprocess.run(["git", "init", "-q", root], check=True)
    told = subprocess.run(["git", "-C", root, "status", "--porcelain", "-uall"], check=True, capture_output=True, text=True).stdout
    assert told.split() == ["??", ".gitignore"]
    mine.remove()
