"""Pipelines are read once, and again as soon as anything in their folder has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.pipelines.catalogue import builtin_dir, load_pipeline
from genstudio.pipelines.folders import folder_stamp

if TYPE_CHECKING:
    from tests.unit.pipelines.conftest import MakeFolder


def test_what_has_stood_for_a_while_is_not_read_again() -> None:
    folder = builtin_dir() / "draft-image"
    assert folder_stamp(folder)[1]
    assert load_pipeline(folder, builtin=True) is load_pipeline(folder, builtin=True)
    assert load_pipeline(folder, builtin=True) is not load_pipeline(folder)


def test_a_change_is_seen_however_soon_it_comes_and_however_small_it_is(tmp_path: Path, make_folder: MakeFolder) -> None:
    folder = make_folder(tmp_path)
    seen = set()
    for number in range(10):
        (folder / "run.py").write_text(f"print({number})")
        seen.add(load_pipeline(folder).digest)
    assert len(seen) == 10


def test_a_stamp_tells_of_every_file_and_of_no_cache(tmp_path: Path, make_folder: MakeFolder) -> None:
    folder = make_folder(tmp_path)
    (folder / "parts").mkdir()
    before = folder_stamp(folder)[0]
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "run.pyc").touch()
    assert folder_stamp(folder)[0] == before
    (folder / "parts" / "more.py").touch()
    assert folder_stamp(folder)[0] != before
