"""What the history of a project costs: a new project, commits of takes, archives, merges, beside the bare programs on the same bytes."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, LeftOutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

_TAKE_BYTES: Final = 5_000_000
_RENDERS: Final = "03_Renders/SCENE_01/SHOT_010"


def run(*, quick: bool) -> list[Figure]:
    """Return seconds of wall-clock time; the peers do the same to the same bytes on the same disk."""
    if shutil.which("git-lfs") is None:
        raise LeftOutError("Git LFS is not installed")
    takes = 20 if quick else 100
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        isolated = {"XDG_STATE_HOME": str(folder / "state"), "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
        identity = {"GIT_AUTHOR_NAME": "b", "GIT_AUTHOR_EMAIL": "b@b", "GIT_COMMITTER_NAME": "b", "GIT_COMMITTER_EMAIL": "b@b"}
        before = dict(os.environ)
        os.environ.update(isolated | identity)
        try:
            return [
                _scaffold(folder, 3 if quick else 10),
                *_commits(folder, takes, 1 if quick else 3),
                *_archives(folder, 1 if quick else 3),
            ]
        finally:
            os.environ.clear()
            os.environ.update(before)


def _scaffold(folder: Path, repeats: int) -> Figure:
    """A new project beside the bare commands: folders, ``git init``, ``git lfs install``, add, commit."""
    from genstudio.project.workspace import WorkspaceFolder

    workspace = WorkspaceFolder.find(folder / "Studio")
    workspace.create("Warm up")
    ours, bare = [], []
    for number in range(repeats):
        ours.append(_seconds(lambda number=number: workspace.create(f"Film {number}")))
        bare.append(_seconds(lambda number=number: _bare_project(folder / f"bare-{number}")))
    return Figure("versions", "a new project", _middle(ours), "s", "mkdir, git init, lfs install, add, commit", _middle(bare), repeats)


def _bare_project(root: Path) -> None:
    from genstudio.project import paths

    for name in paths.PROJECT_FOLDERS:
        (root / name).mkdir(parents=True)
    for name in (".gitignore", ".gitattributes"):
        shutil.copyfile(paths.templates_dir() / "project" / name, root / name)
    _git(root, "init", "-q", "-b", "main")
    _git(root, "lfs", "install", "--local")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "Begin")


def _commits(folder: Path, takes: int, repeats: int) -> list[Figure]:
    """One commit of many takes, beside ``git add && git commit`` of the same files in a project of the same rules."""
    from genstudio.project.workspace import WorkspaceFolder

    workspace = WorkspaceFolder.find(folder / "Studio")
    ours, bare = [], []
    for number in range(repeats):
        project = workspace.create(f"Takes {number}")
        _write_takes(project.root, takes)
        twin = folder / f"twin-{number}"
        shutil.copytree(project.root, twin)
        ours.append(_seconds(lambda project=project: _commit(project)))
        bare.append(_seconds(lambda twin=twin: (_git(twin, "add", "--", _RENDERS), _git(twin, "commit", "-qm", "Takes"))))
        shutil.rmtree(twin)
    name = f"commit of {takes} takes of 5 MB"
    return [Figure("versions", name, _middle(ours), "s", "git add && git commit", _middle(bare), repeats)]


def _write_takes(root: Path, count: int) -> None:
    shot = root / _RENDERS
    shot.mkdir(parents=True)
    for number in range(count):
        (shot / f"SHOT-010_v01_take{number + 1:02}.mp4").write_bytes(os.urandom(_TAKE_BYTES))


def _commit(project: ProjectFolder) -> None:
    if project.repository.commit([_RENDERS], "Takes").commit is None:
        raise RuntimeError("nothing was committed")


def _archives(folder: Path, repeats: int) -> list[Figure]:
    """Archive and restore, beside plain ``tar`` of the same folder's files (media once) and of unpacking that."""
    from genstudio.project.archive import archive_project
    from genstudio.project.restore import restore_archive
    from genstudio.project.workspace import WorkspaceFolder

    project = WorkspaceFolder.find(folder / "Studio").project("Takes 0")
    packing, unpacking, bare_packing, bare_unpacking = [], [], [], []
    for number in range(repeats):
        packed, plain, out = folder / f"{number}.tar.gz", folder / f"{number}.tar", folder / f"out-{number}"
        packing.append(_seconds(lambda packed=packed: archive_project(project, packed)))
        tar = ["tar", "-cf", str(plain), "--exclude=.git", "-C", str(project.root), "."]
        bare_packing.append(_seconds(lambda tar=tar, plain=plain: _synced(tar, plain)))
        unpacking.append(_seconds(lambda packed=packed, out=out: restore_archive(packed, out, folder / "state")))
        (folder / f"plain-{number}").mkdir()
        untar = ["tar", "-xf", str(plain), "-C", str(folder / f"plain-{number}")]
        bare_unpacking.append(_seconds(lambda untar=untar: subprocess.run(untar, check=True)))
        for path in (out, folder / f"plain-{number}"):
            shutil.rmtree(path)
        packed.unlink()
        plain.unlink()
    return [
        Figure("versions", "archive", _middle(packing), "s", "tar of the same files, synced", _middle(bare_packing), repeats),
        Figure("versions", "restore, verified", _middle(unpacking), "s", "tar -x, nothing verified", _middle(bare_unpacking), repeats),
    ]


def _synced(command: list[str], made: Path) -> None:
    subprocess.run(command, check=True)
    with made.open("rb") as file:
        os.fsync(file.fileno())


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _middle(values: list[float]) -> float:
    return statistics.median(values)
