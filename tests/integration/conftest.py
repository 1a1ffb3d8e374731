"""An engine that tests of several rooms share: to start and end one costs more than most of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine_lab import end_engine, engine_environment

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place whose engine lives until the last test of this process that needs it."""
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
