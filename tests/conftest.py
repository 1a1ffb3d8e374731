"""What all tests share: a workspace and a project of their own, with machine state beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from honest_skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401 - hooks
from hypothesis import HealthCheck, settings
from own_state import keep_own_state
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder


# A slow machine is no failure, and the same commit tries the same examples; long searches belong to `make campaign`.
SLOW = [HealthCheck.too_slow]
settings.register_profile("test", deadline=None, derandomize=True, max_examples=25, suppress_health_check=SLOW)
settings.register_profile("campaign", deadline=None, max_examples=2000, suppress_health_check=SLOW)
settings.load_profile("campaign" if os.environ.get("GENSTUDIO_CAMPAIGN") else "test")

_UNIT = Path(__file__).parent / "unit"

_TOGETHER = frozenset({"tests/integration/cli", "tests/integration/server", "tests/container"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what belongs to the campaign to it.

    Try a test among other programs once more, and list it (R): a busy machine starts a kernel, a browser or a cluster late, and
    JupyterLab loses a cell that is started while its kernel connects. Never tests of kills and races (``once``): lost once is lost.
    """
    later = [item for item in items if item.get_closest_marker("campaign") and "GENSTUDIO_CAMPAIGN" not in os.environ]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if item not in later]
    # Files with slow tests first: two processes then end together, with what is short.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items if config.getoption("reruns", None) is None else ():  # --reruns 0 shows a failure as it is
        if item.path.is_relative_to(_UNIT) or item.get_closest_marker("once"):
            continue
        item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say why a test was tried once more: a second try that passes is no reason to forget the first."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.write_sep("-", f"first try of {report.nodeid}")
        told = [line for line in report.longreprtext.splitlines() if line.startswith((">", "E"))]
        terminalreporter.write_line("\n".join(told[:40]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Keep files together that share what takes long to make, a sample film or a running studio; and all containers."""
    return Together(config, log)


class Together(LoadFileScheduling):
    """Gives a process whole files, and all files of some folders."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("::", 1)[0].rpartition("/")[0]
        return folder if folder in _TOGETHER else super()._split_scope(nodeid)


@pytest.fixture
def workspace_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a workspace; the environment points at it and keeps state and Git identity away from the user's."""
    root = tmp_path / "Studio"
    monkeypatch.setenv("GENSTUDIO_WORKSPACE", str(root))
    keep_own_state(monkeypatch, tmp_path)
    return root


@pytest.fixture
def workspace(workspace_root: Path) -> WorkspaceFolder:
    from genstudio.project.workspace import WorkspaceFolder

    return WorkspaceFolder.find(workspace_root)


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as the studio makes it, for all tests of this process to copy: Git and its settings take thirty times as long."""
    from genstudio.project.workspace import WorkspaceFolder

    place = tmp_path_factory.mktemp("new_project")
    with pytest.MonkeyPatch.context() as environment:
        keep_own_state(environment, place)
        return WorkspaceFolder.find(place / "Studio").create("My First Film").root


@pytest.fixture
def project(workspace: WorkspaceFolder, new_project: Path) -> ProjectFolder:
    shutil.copytree(new_project, workspace.root / "Projects" / new_project.name, symlinks=True)
    return workspace.project("My First Film")
