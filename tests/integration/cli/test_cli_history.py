"""The commands around history, archives and identity, as people use them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def film(genstudio: Callable[..., Any]) -> Path:
    return Path(genstudio("new", "Film", "--json").document["path"])


def add(root: Path, name: str, text: str) -> None:
    value = {"type": "text", "data": {"text": text}}
    ProjectFolder(root).canvas().apply(Patch(base=0, operations=(Operation(op="add", path=f"/nodes/{name}", value=value),)))


def test_versions_are_named_listed_compared_and_gone_back_to(genstudio: Callable[..., Any], film: Path) -> None:
    add(film, "a", "one")
    assert "is now called first cut" in genstudio("history", "Film", "--checkpoint", "first cut").out
    add(film, "b", "two")
    listed = genstudio("history", "Film", "--json").document
    assert (listed[0]["message"], listed[0]["checkpoints"]) == ("Checkpoint: first cut", ["first cut"])
    assert genstudio("canvas", "diff", "first cut", "--project", "Film").out == "added b\n"
    compared = genstudio("canvas", "diff", "HEAD~1:02_Source_Creative/Canvases/main_canvas.json", "HEAD", "--project", "Film", "--json")
    assert (compared.document["changes"], len(compared.document["operations"])) == (["added a"], 1)
    assert genstudio("checkout", "first cut", "Film").status == 0
    assert set(ProjectFolder(film).canvas().read().canvas.nodes) == {"a"}
    assert genstudio("checkout", "nothing", "Film").status == 1


def test_two_files_are_compared_and_merged_and_what_is_left_is_chosen(genstudio: Callable[..., Any], film: Path, tmp_path: Path) -> None:
    main = film / "02_Source_Creative/Canvases/main_canvas.json"
    add(film, "a", "one")
    base, theirs = tmp_path / "base.json", tmp_path / "theirs.json"
    shutil.copy(main, base)
    document = json.loads(main.read_text())
    document["nodes"]["a"]["data"]["text"] = "theirs"
    theirs.write_text(json.dumps(document))
    ProjectFolder(film).canvas().apply(Patch(base=0, operations=(Operation(op="add", path="/nodes/a/data/text", value="ours"),)))
    assert genstudio("canvas", "diff", str(base), str(theirs)).out == "a text: one → theirs\n"
    merged = genstudio("canvas", "merge", str(base), str(main), str(theirs))
    assert (merged.status, "ours is “ours”, theirs is “theirs”" in merged.err) == (1, True)
    assert "Choose: a text" in genstudio("canvas", "check", "Film").out
    assert genstudio("canvas", "conflicts", "Film", "--take", "theirs", "--json").document == []
    assert ProjectFolder(film).canvas().read().canvas.nodes["a"].data["text"] == "theirs"
    assert "theirs" in genstudio("canvas", "show-text", str(main)).out


def test_a_project_is_archived_and_restored_into_the_workspace_under_an_identity_of_its_own(
    genstudio: Callable[..., Any], film: Path, tmp_path: Path
) -> None:
    add(film, "a", "one")
    assert genstudio("archive", "Film", "-o", "film.tar.gz").status == 0
    made = genstudio("restore", "film.tar.gz", "--json")
    assert "same uuid" in made.err
    root = Path(made.document["root"])
    assert set(ProjectFolder(root).canvas().read().canvas.nodes) == {"a"}
    assert genstudio("canvas", "show", "Film").status == 1
    assert genstudio("open", root.name, "--new-uuid").status == 0
    assert len({project["id"] for project in genstudio("ls", "--json").document}) == 2
    assert genstudio("restore", "film.tar.gz", str(tmp_path / "elsewhere")).status == 0
    assert genstudio("restore", "film.tar.gz", str(tmp_path / "elsewhere")).status == 1
    assert genstudio("restore", "nothing.tar.gz", str(tmp_path / "x")).err.startswith("genstudio: There is no archive")


def test_a_project_is_pushed_cloned_pulled_and_pruned(genstudio: Callable[..., Any], film: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", str(remote)], check=True)
    (film / "01_Assets/Source_Media/plate.png").write_bytes(b"picture")
    assert "no remote" in genstudio("push", "Film").err
    assert genstudio("push", "Film", "--to", str(remote)).status == 0
    shutil.move(film, tmp_path / "away")
    clone = Path(genstudio("clone", str(remote), "--without-media", "--json").document["path"])
    assert genstudio("fetch", "Film", "--json").document == {"fetched": 1, "missing": []}
    assert (clone / "01_Assets/Source_Media/plate.png").read_bytes() == b"picture"
    assert genstudio("pull", "Film").out == "There is nothing new.\n"
    (clone / "05_Cache/thumbnails/x.jpg").write_bytes(b"x")
    assert genstudio("prune", "Film", "--dry-run", "--json").document["bytes"] == 1
    assert (clone / "05_Cache/thumbnails/x.jpg").exists()
    assert genstudio("prune", "Film").status == 0
    assert not (clone / "05_Cache/thumbnails/x.jpg").exists()
    assert "No media got into Git" in genstudio("history", "Film", "--check").out
