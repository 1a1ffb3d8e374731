"""Engines for the tests: one shared by a file, and one that a test has for itself. Everything they started is gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_lab import EngineLab

from genstudio.project.workspace import WorkspaceFolder


def _environment(patch: pytest.MonkeyPatch, place: Path) -> None:
    patch.setenv("GENSTUDIO_WORKSPACE", str(place / "Studio"))
    patch.setenv("XDG_STATE_HOME", str(place / "state"))
    patch.setenv("GIT_CONFIG_GLOBAL", str(place / "gitconfig"))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    patch.setenv("GENSTUDIO_RUNNERS", "process")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkspaceFolder]:
    """A workspace whose producer and cluster live for a whole file of tests."""
    place = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        _environment(patch, place)
        workspace = WorkspaceFolder.find(place / "Studio")
        yield workspace
        last = EngineLab(workspace)
        last.engine.close()
        last.stop()


@pytest.fixture
def lab(home: WorkspaceFolder) -> Iterator[EngineLab]:
    """A project of its own in the shared workspace."""
    found = EngineLab(home)
    yield found
    found.close()


@pytest.fixture
def fresh_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineLab]:
    """A workspace of its own; nothing runs yet, and the environment can still be changed."""
    _environment(monkeypatch, tmp_path)
    found = EngineLab(WorkspaceFolder.find(tmp_path / "Studio"))
    yield found
    found.close()
    found.stop()
