"""An archive holds all that a repository does, says what it does not hold, and is never one that nobody can restore."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from genstudio.project.archive import archive_project
from genstudio.project.project import ProjectFolder
from genstudio.project.restore import restore_archive
from genstudio.project.shelf import put_away
from genstudio.schema.errors import ConflictError

SCRIPTS = "02_Source_Creative/Scripts"


def restored(project, tmp_path):
    """Archive a project whole and restore it."""
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert made.left_out == ()
    restore_archive(made.path, tmp_path / "again", tmp_path / "state-2")
    return ProjectFolder.open(tmp_path / "again")


def test_stashed_work_notes_branches_and_a_tag_named_like_a_branch_come_back(project, tmp_path, git):
    script = project.root / SCRIPTS / "a.txt"
    script.write_text("one\n")
    project.repository.commit_all("One")
    git(project.root, "branch", "alternative")
    git(project.root, "notes", "add", "-m", "a note")
    for number in range(3):
        script.write_text(f"stashed {number}\n")
        (project.root / "01_Assets/Source_Media").mkdir(parents=True, exist_ok=True)  # Git takes empty folders away
        (project.root / "01_Assets/Source_Media/plate.png").write_bytes(b"picture %d" % number)
        git(project.root, "stash", "push", "-q", "-u", "-m", f"idea {number}")
    listed = ("stash", "list", "--date=iso", "--format=%gd %gs %H")
    before = git(project.root, *listed)
    assert len(before.splitlines()) == 3
    git(project.root, "tag", "main")
    again = restored(project, tmp_path)
    assert git(again.root, *listed) == before
    assert git(again.root, "branch", "--list") == git(project.root, "branch", "--list")
    assert git(again.root, "notes", "show") == "a note\n"
    git(again.root, "stash", "apply", "-q", "stash@{2}")
    assert (again.root / SCRIPTS / "a.txt").read_text() == "stashed 0\n"
    assert (again.root / "01_Assets/Source_Media/plate.png").read_bytes() == b"picture 0"


def test_a_single_commit_that_is_checked_out_comes_back_so(project, tmp_path, git):
    (project.root / SCRIPTS / "a.txt").write_text("one\n")
    project.repository.commit_all("One")
    git(project.root, "checkout", "-q", "--detach", "HEAD~1")
    again = restored(project, tmp_path)
    assert git(again.root, "rev-parse", "HEAD", "main") == git(project.root, "rev-parse", "HEAD", "main")
    assert again.repository.git.branch() is None


def half_staged(project, git):
    (project.root / SCRIPTS / "a.txt").write_text("staged\n")
    git(project.root, "add", f"{SCRIPTS}/a.txt")
    (project.root / SCRIPTS / "a.txt").write_text("later\n")
    return f"What is staged of {SCRIPTS}/a.txt"


def own_ref(project, git):
    git(project.root, "update-ref", "refs/backup/mine", "HEAD")
    return "refs/backup/mine"


def working_tree(project, git):
    git(project.root, "worktree", "add", "-q", "-b", "side", str(project.root.parent / "side"))
    return str(project.root.parent / "side")


def new_branch(project, git):
    git(project.root, "checkout", "-q", "--orphan", "fresh")
    return "refs/heads/main"


def merge(project, git):
    (project.root / ".git/MERGE_HEAD").write_text(git(project.root, "rev-parse", "HEAD"))
    return "a merge is under way"


def link(project, git):
    (project.root / "01_Assets/Source_Media/nas").symlink_to("/mnt/nas")
    return "01_Assets/Source_Media/nas is a link"


def nested(project, git):
    git(project.root, "init", "-q", "01_Assets/Source_Media/shared")
    (project.root / "01_Assets/Source_Media/shared/a.txt").write_text("x")
    git(project.root / "01_Assets/Source_Media/shared", "add", "a.txt")
    git(project.root / "01_Assets/Source_Media/shared", "commit", "-q", "-m", "x")
    return "01_Assets/Source_Media/shared/ is no plain file"


def no_text(project, git):
    (project.root / "04_Project_Files/Auto_Saves" / os.fsdecode(b"\xff.json")).write_text("{}")
    return "an archive takes no such name"


@pytest.mark.parametrize("make", [half_staged, own_ref, working_tree, new_branch, merge, link, nested, no_text])
def test_what_an_archive_cannot_hold_is_named_and_keeps_the_project_from_being_removed(workspace, project, tmp_path, git, make):
    said = make(project, git)
    with pytest.raises(ConflictError, match="not whole in its archive"):
        put_away(workspace, project, remove=True)
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert any(said in line for line in made.left_out), made.left_out
    restore_archive(made.path, tmp_path / "again", tmp_path / "state-2")
    if make is half_staged:
        assert git(project.root, "show", f":{SCRIPTS}/a.txt") == "staged\n"
        assert (tmp_path / "again" / SCRIPTS / "a.txt").read_text() == "later\n"


def test_changes_of_a_file_that_git_was_told_not_to_look_at_go_in(project, tmp_path, git):
    for name, how in (("a.txt", "--assume-unchanged"), ("b.txt", "--skip-worktree")):
        (project.root / SCRIPTS / name).write_text("one\n")
        project.repository.commit_all("One")
        git(project.root, "update-index", how, f"{SCRIPTS}/{name}")
        (project.root / SCRIPTS / name).write_text("changed\n")
    again = restored(project, tmp_path)
    assert [(again.root / SCRIPTS / name).read_text() for name in ("a.txt", "b.txt")] == ["changed\n"] * 2


def test_links_inside_a_project_come_back_and_one_that_leads_out_is_never_committed(project, tmp_path, git):
    (project.root / SCRIPTS / "a.txt").write_text("one\n")
    (project.root / SCRIPTS / "b.txt").symlink_to("a.txt")
    (project.root / "02_Source_Creative/Prompts/c.txt").symlink_to("../Scripts/a.txt")
    result = project.repository.commit_all("Links")
    assert result.notice == ""
    again = restored(project, tmp_path)
    assert (again.root / SCRIPTS / "b.txt").is_symlink()
    assert (again.root / "02_Source_Creative/Prompts/c.txt").read_text() == "one\n"
    (project.root / SCRIPTS / "out").symlink_to("../../../elsewhere")
    (project.root / SCRIPTS / "d.txt").write_text("x")
    result = project.repository.commit_all("More")
    assert f"leads out of the project: {SCRIPTS}/out." in result.notice
    assert git(project.root, "ls-tree", "--name-only", "HEAD", f"{SCRIPTS}/").split()[-1] == f"{SCRIPTS}/d.txt"


def test_a_link_out_that_is_in_the_history_is_told_before_anything_is_written_with_what_to_do(project, tmp_path, git):
    name = f"{SCRIPTS}/the nas"
    (project.root / name).symlink_to("/mnt/nas")
    git(project.root, "add", name)
    git(project.root, "commit", "-q", "-m", "a link")
    with pytest.raises(ConflictError, match="leads out of the project") as told:
        archive_project(project, tmp_path / "film.tar.gz")
    assert not (tmp_path / "film.tar.gz").exists()
    command = told.value.fix.partition(": ")[2].partition(" (it stays")[0]
    for part in command.split(" && "):
        subprocess.run([*shlex.split(part)[:1], "-c", "user.name=U", "-c", "user.email=u@localhost", *shlex.split(part)[1:]], check=True)
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert any(f"{name} is a link" in line for line in made.left_out)
    restore_archive(made.path, tmp_path / "again", tmp_path / "state-2")
    assert (project.root / name).is_symlink()
