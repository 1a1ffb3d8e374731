"""A copied project folder, named by its path or by the present folder: it is not edited before it has a uuid of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_copy_is_not_edited_before_it_has_a_uuid_of_its_own(genstudio: Callable[..., Any], workspace_root: Path, tmp_path: Path) -> None:
    genstudio("new", "Flow")
    flow, copy = workspace_root / "Projects/Flow", workspace_root / "Projects/FlowCopy"
    shutil.copytree(flow, copy, symlinks=True)
    by_path = genstudio("assets", "new", "style", "Noir", str(copy))
    from_inside = genstudio("assets", "new", "style", "Noir", cwd=copy / "01_Assets")
    for ended in (by_path, from_inside):
        assert (ended.status, ended.out) == (1, "")
        assert "have the same uuid: one is a copy of the other" in ended.err
        assert "genstudio open --new-uuid" in ended.err
    assert not (copy / "01_Assets/Generative_Assets/Styles/Noir").exists()
    assert genstudio("open", "--new-uuid", cwd=copy).status == 0
    assert genstudio("assets", "new", "style", "Noir").status == 0
    assert genstudio("assets", "new", "style", "Noir", str(flow), cwd=tmp_path).status == 0
    assert (copy / "01_Assets/Generative_Assets/Styles/Noir/asset.json").is_file()


def test_a_copy_that_is_named_by_its_path_gets_a_uuid_too(genstudio: Callable[..., Any], workspace_root: Path) -> None:
    genstudio("new", "Flow")
    copy = workspace_root / "Projects/FlowCopy"
    shutil.copytree(workspace_root / "Projects/Flow", copy, symlinks=True)
    first, second = (genstudio("open", *options, str(copy), "--json") for options in ((), ("--new-uuid",)))
    assert (first.status, second.status) == (1, 0)
    assert genstudio("open", str(copy), "--json").document["id"] == second.document["id"]
