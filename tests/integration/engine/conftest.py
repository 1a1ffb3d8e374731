"""Projects in the engine that many share, and an engine that a test has for itself. Everything they started is gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_lab import EngineLab, engine_environment

from genstudio.project.workspace import WorkspaceFolder


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
