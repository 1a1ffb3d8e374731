"""An engine of its own for each test, with everything it started gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from engine_lab import EngineLab

if TYPE_CHECKING:
    from genstudio.project.workspace import WorkspaceFolder


@pytest.fixture
def lab(workspace: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineLab]:
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    found = EngineLab(workspace)
    yield found
    found.stop()
