"""What all tests share: a workspace and a project of their own, with machine state beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder


@pytest.fixture
def workspace_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a workspace; the environment points at it and keeps state and Git identity away from the user's."""
    root = tmp_path / "Studio"
    monkeypatch.setenv("GENSTUDIO_WORKSPACE", str(root))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return root


@pytest.fixture
def workspace(workspace_root: Path) -> WorkspaceFolder:
    from genstudio.project.workspace import WorkspaceFolder

    return WorkspaceFolder.find(workspace_root)


@pytest.fixture
def project(workspace: WorkspaceFolder) -> ProjectFolder:
    return workspace.create("My First Film")
