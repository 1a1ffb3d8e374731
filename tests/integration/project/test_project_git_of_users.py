"""Git as users have it: signing on, hooks elsewhere, detached heads, no rules, raw media; the library of the workspace; copies."""

from __future__ import annotations

import os
import shutil

import pytest

from genstudio.project import paths
from genstudio.project.project import ProjectFolder
from genstudio.project.tools import install_command
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError

SCRIPT = "02_Source_Creative/Scripts/notes.txt"


@pytest.fixture
def script(project):
    path = project.root / SCRIPT
    path.write_text("one\n")
    return path


@pytest.fixture
def signing(workspace_root, tmp_path, git):
    """A user who signs everything, with a program that fails and leaves a trace."""
    program = tmp_path / "gpg"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexit 1\n")
    program.chmod(0o755)
    for key in ("commit.gpgSign", "tag.gpgSign", "tag.forceSignAnnotated", "push.gpgSign"):
        git(tmp_path, "config", "--global", key, "true")
    git(tmp_path, "config", "--global", "gpg.program", str(program))
    return tmp_path / "asked"


def test_who_signs_everything_is_never_asked_to(signing, workspace, tmp_path, git):
    project = workspace.create("Signed")
    (project.root / SCRIPT).write_text("x")
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", str(tmp_path / "remote.git"))
    project.history.remotes.set(str(tmp_path / "remote.git"))
    project.history.checkpoint("a name")
    git(tmp_path, "config", "--global", "push.gpgSign", "false")
    project.history.push()
    assert len(project.history.log()) == 2
    assert not signing.exists()


def test_hooks_that_a_user_keeps_elsewhere_neither_run_nor_are_written_to(workspace_root, tmp_path, git):
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "pre-push", "post-checkout", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hacked\nexit 1\n")
        (hooks / name).chmod(0o755)
    before = {path.name: path.read_text() for path in hooks.iterdir()}
    git(tmp_path, "config", "--global", "core.hooksPath", str(hooks))
    project = WorkspaceFolder.find(workspace_root).create("Film")
    (project.root / "01_Assets/Source_Media/a.png").write_bytes(b"picture")
    assert project.repository.commit_all("A picture").commit
    assert project.repository.lfs_status().ok
    assert {path.name: path.read_text() for path in hooks.iterdir()} == before
    assert not (tmp_path / "hacked").exists()
    assert (project.root / ".git/hooks/pre-push").exists()


def test_hooks_of_the_users_own_stay_and_lfs_is_set_up_beside_them(project, git):
    git(project.root, "config", "--local", "--remove-section", "filter.lfs")
    hook = project.root / ".git/hooks/pre-push"
    hook.write_text("#!/bin/sh\nexit 0\n")
    assert ProjectFolder.open(project.root).repository.lfs_status().ok
    assert hook.read_text() == "#!/bin/sh\nexit 0\n"


def test_nothing_is_committed_while_an_old_version_is_checked_out(project, script, git):
    git(project.root, "checkout", "-q", "--detach")
    result = project.repository.commit([SCRIPT], "Notes")
    assert result.commit is None
    assert "git switch main" in result.notice
    git(project.root, "switch", "-q", "main")
    assert project.repository.commit([SCRIPT], "Notes").commit


def test_media_that_no_rule_gives_to_lfs_is_never_committed_raw(project, script):
    (project.root / ".gitattributes").write_text("")
    (project.root / "01_Assets/Source_Media/A.MOV").write_bytes(b"film")
    result = project.repository.commit_all("All")
    assert result.commit
    assert "01_Assets/Source_Media/A.MOV" in result.notice
    assert "no rule of .gitattributes" in result.notice
    assert "01_Assets/Source_Media/A.MOV" in project.repository.changed()


def test_media_that_is_in_the_history_as_it_is_is_found_and_named(project, git, tmp_path):
    (project.root / "01_Assets/Source_Media/small.png").write_bytes(b"tiny")
    (project.root / "01_Assets/Source_Media/kept.png").write_bytes(os.urandom(5000))
    assert project.repository.commit_all("Through Git LFS").commit
    assert project.history.media.raw() == []
    raw = project.root / "01_Assets/Source_Media/raw.png"
    raw.write_bytes(os.urandom(5000))
    (project.root / "raw.mp4").write_bytes(b"small film")
    without = ("-c", "filter.lfs.clean=cat", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false")
    git(project.root, *without, "add", "01_Assets/Source_Media/raw.png", "raw.mp4")
    git(project.root, "commit", "-q", "--no-verify", "-m", "raw")
    git(project.root, "rm", "-q", "--cached", "raw.mp4")
    git(project.root, "commit", "-q", "--no-verify", "-m", "gone again")
    found = project.history.media.raw()
    assert [(item.path, item.bytes) for item in found] == [("01_Assets/Source_Media/raw.png", 5000), ("raw.mp4", 10)]


def test_many_files_go_into_one_commit(project, git):
    folder = project.root / "02_Source_Creative/Prompts"
    for number in range(1200):
        (folder / f"{'a_rather_long_name_' * 6}{number}.txt").write_text("x")
    names = [paths.relative(project.root, path) for path in folder.iterdir()]
    assert project.repository.commit(names, "Prompts").commit
    assert git(project.root, "status", "--porcelain") == ""


def test_a_file_that_became_a_folder_is_committed(project, script):
    project.repository.commit_all("A file")
    script.unlink()
    script.mkdir()
    (script / "inside.txt").write_text("x")
    assert project.repository.commit_all("A folder").commit
    assert project.repository.changed() == []


@pytest.mark.parametrize(
    ("system", "release", "command"),
    [
        ("Linux", "ID=ubuntu\n", "apt-get install -y git-lfs"),
        ("Linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf install -y git-lfs"),
        ("Linux", "ID=arch\n", "pacman -S --noconfirm git-lfs"),
        ("Darwin", "", "brew install git-lfs"),
        ("Windows", "", "winget install --id GitHub.GitLFS"),
    ],
)
def test_the_command_that_installs_lfs_is_that_of_the_system(monkeypatch, system, release, command):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert command in install_command("git-lfs", system=system, os_release=release)


def test_in_a_conda_environment_conda_installs_it(monkeypatch, tmp_path):
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    assert install_command("git-lfs", system="Linux", os_release="ID=ubuntu\n") == "conda install -y -c conda-forge git-lfs"


# -- the workspace ----------------------------------------------------------------------------------------------------------------


def test_an_item_of_the_library_is_copied_in_and_the_library_stays_as_it_is(workspace, project):
    item = workspace.root / "Library/Stock_Media/skies/dawn.png"
    item.parent.mkdir()
    item.write_bytes(b"dawn")
    item.chmod(0o444)
    assert workspace.library("Stock_Media") == ["skies/dawn.png"]
    copied = workspace.use(project, "Stock_Media", "skies/dawn.png")
    assert copied == "01_Assets/Source_Media/skies/dawn.png"
    (project.root / copied).unlink()
    assert workspace.use(project, "Stock_Media", "skies/dawn.png") == workspace.use(project, "Stock_Media", "skies/dawn.png")
    (project.root / copied).chmod(0o644)
    (project.root / copied).write_bytes(b"changed")
    assert item.read_bytes() == b"dawn"
    with pytest.raises(ConflictError, match="another file"):
        workspace.use(project, "Stock_Media", "skies/dawn.png")
    for kind, name, error in (
        ("Stock_Media", "../../workspace.json", BadInputError),
        ("Stock_Media", "none.png", NotFoundError),
        ("Pipelines", "x", BadInputError),
        ("../Projects", "x", BadInputError),
    ):
        with pytest.raises(error):
            workspace.use(project, kind, name)


def test_a_copied_project_gets_an_identity_of_its_own_and_both_are_opened(workspace, project):
    copy = workspace.root / "Projects/Copy"
    shutil.copytree(project.root, copy)
    assert "Copy" in workspace.problems()[0]
    with pytest.raises(ConflictError, match="same uuid") as caught:
        workspace.project("Copy")
    assert "genstudio open --new-uuid" in caught.value.fix
    renewed = workspace.renew_uuid("Copy")
    assert workspace.problems() == []
    assert workspace.project("Copy").uuid == renewed.uuid != workspace.project(project.uuid).uuid


def test_no_file_that_travels_holds_a_path_of_this_machine(project, workspace, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.move(project.root, moved)
    travelling = [path for path in moved.rglob("*") if path.is_file() and ".git" not in path.relative_to(moved).parts]
    assert travelling
    assert not [path for path in travelling if str(workspace.root).encode() in path.read_bytes()]
    again = ProjectFolder.open(moved)
    assert again.uuid == project.uuid
    (moved / SCRIPT).write_text("x")
    assert again.repository.commit_all("Moved").commit
