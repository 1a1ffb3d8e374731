"""The sample film, from nothing, by one command."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.edit.edl import parse_edl
from genstudio.project.media import probe
from genstudio.schema.take import TakeRecord
from genstudio.widget import Workspace

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.slow

TITLE = "The Fox and the River"


@pytest.fixture
def report(demo: tuple[Any, Any]) -> dict[str, Any]:
    _, ended = demo
    assert ended.status == 0, ended.err
    return ended.document


def git(project: str, *arguments: str) -> str:
    return subprocess.run(["git", "-C", project, *arguments], capture_output=True, text=True, check=True).stdout


def test_it_prints_one_object_with_paths_that_are_there(report: dict[str, Any]) -> None:
    assert {"project", "canvas", "takes", "records", "edl", "film", "seconds"} <= set(report)
    assert len(report["takes"]) == len(report["records"]) == 3
    assert all(Path(path).is_file() for path in (report["canvas"], report["edl"], report["film"], *report["takes"], *report["records"]))
    assert Path(report["film"]).parent == Path(report["project"]) / "06_Exports"
    assert set(report["seconds"]) == {"project", "takes", "edl", "film", "commit", "total"}


def test_every_take_is_described_by_its_record(report: dict[str, Any]) -> None:
    for media, path in zip(report["takes"], report["records"], strict=True):
        record = TakeRecord.model_validate_json(Path(path).read_text("utf-8"))
        assert record.media == Path(media).name
        assert record.sha256 == hashlib.sha256(Path(media).read_bytes()).hexdigest()
        assert record.draft
        assert record.pipeline.id == "draft-video"
        assert record.quality.notice == "Standard quality not available on current hardware. Fell back to draft animatic generation."
        assert probe(Path(media)).frames == record.frames


def test_the_notice_says_what_was_made_in_place_of_what(report: dict[str, Any], demo: tuple[Any, Any]) -> None:
    assert report["notices"] == ["Standard quality not available on current hardware. Fell back to draft animatic generation."]
    assert report["notices"][0] in demo[1].err


def test_the_film_is_as_long_as_its_edit_list(report: dict[str, Any]) -> None:
    listed = parse_edl(Path(report["edl"]).read_text("ascii"), "24")
    film = probe(Path(report["film"]))
    records = [json.loads(Path(path).read_text("utf-8")) for path in report["records"]]
    assert len(listed.events) == 3
    assert film.frames == sum(record["frames"] for record in records)
    assert (film.width, film.height, film.kind) == (320, 180, "video")


def test_takes_are_committed_with_media_as_pointers(report: dict[str, Any]) -> None:
    project = report["project"]
    media = Path(report["takes"][0]).relative_to(project).as_posix()
    assert git(project, "show", f"HEAD:{media}").startswith("version https://git-lfs.github.com/spec/v1")
    assert git(project, "status", "--porcelain", "--", "03_Renders") == ""


def test_a_second_sample_film_is_a_second_project_beside_the_first(
    demo: tuple[Any, Any], report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in demo[0].environment().items():
        monkeypatch.setenv(name, value)
    before = {path: Path(path).stat().st_mtime_ns for path in report["takes"]}
    second = Workspace().sample_film()
    assert re.fullmatch(r"The_Fox_and_the_River_\d", Path(second.path).name)
    assert {path: Path(path).stat().st_mtime_ns for path in report["takes"]} == before


@pytest.mark.campaign  # each run has it at the engine: a take without LFS, and its notice
def test_without_git_lfs_the_film_is_made_and_the_notice_says_how_to_get_it(process: Any, tmp_path: Path) -> None:
    process.extra["PATH"] = str(path_without("git-lfs", tmp_path / "bin"))
    ended = process("demo", "--json")
    assert ended.status == 0, ended.err
    report = ended.document
    assert any("LFS" in notice and "install" in notice for notice in report["notices"]), report["notices"]
    assert all(notice in ended.err for notice in report["notices"])
    assert "03_Renders/" in git(report["project"], "status", "--porcelain")


def path_without(program: str, folder: Path) -> Path:
    """Return a folder of links to all programs there are but one."""
    folder.mkdir()
    for place in reversed(os.get_exec_path()):
        for found in Path(place).glob("*") if Path(place).is_dir() else ():
            link = folder / found.name
            if found.name != program and shutil.which(str(found)):
                link.unlink(missing_ok=True)
                link.symlink_to(found)
    return folder
