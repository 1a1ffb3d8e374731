"""What ``genstudio studio`` says first where there is no film yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.welcome import first_words
from genstudio.widget import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_workspace_is_told_what_to_do_first_and_one_with_a_film_nothing(workspace_root: Path) -> None:
    workspace = Workspace(workspace_root)
    assert str(workspace_root) in first_words(workspace)
    assert "New project" in first_words(workspace)
    workspace.create("Fox")
    assert first_words(workspace) == ""
