"""Engines for the tests: one that many share, and one that a test has for itself. Everything they started is gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_lab import EngineLab, end_engine, engine_environment

from genstudio.project.workspace import WorkspaceFolder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place whose engine lives until the last test that needs it: to start and end one costs more than most tests do."""
    place = tmp_path_factory.mktemp("engine")
    yield place
    with pytest.MonkeyPatch.context() as patch:
        engine_environment(patch, place, "process")
        end_engine(WorkspaceFolder.find(place / "Studio"))


@pytest.fixture(scope="module")
def home(shared: Path) -> Iterator[WorkspaceFolder]:
    """The shared workspace, with the environment that its engine is started in, which other files of tests must not see."""
    with pytest.MonkeyPatch.context() as patch:
        engine_environment(patch, shared, "process")
        yield WorkspaceFolder.find(shared / "Studio")


@pytest.fixture
def lab(home: WorkspaceFolder) -> Iterator[EngineLab]:
    """A project of its own in the shared workspace."""
    found = EngineLab(home)
    yield found
    found.close()


@pytest.fixture
def fresh_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineLab]:
    """A workspace of its own; nothing runs yet, and the environment can still be changed."""
    engine_environment(monkeypatch, tmp_path, "process")
    found = EngineLab(WorkspaceFolder.find(tmp_path / "Studio"))
    yield found
    found.close()
    found.stop()
