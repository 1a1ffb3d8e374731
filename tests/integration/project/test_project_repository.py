"""History by the Git program: named files only, media by LFS or not at all, nothing of the user's disturbed, nothing hostile run."""

from __future__ import annotations

import os
import time

import pytest

from genstudio.project import paths
from genstudio.project.atomic import locked
from genstudio.project.project import ProjectFolder
from genstudio.project.repository import Repository
from genstudio.schema.errors import BadInputError, GenStudioError

SHOT = "SCENE_01/SHOT_010"
SHOT_FOLDER = f"03_Renders/{SHOT}"


@pytest.fixture
def notes(project):
    """A text file of the user's."""
    path = project.root / "02_Source_Creative/Scripts/notes.txt"
    path.write_text("one\n")
    return path


def relative(project, path):
    return path.relative_to(project.root).as_posix()


def test_a_take_is_committed_with_its_media_as_a_pointer(project, publish, git):
    take = publish(data=os.urandom(1_000_000))
    result = project.repository.commit([f"{SHOT_FOLDER}/{take.media}", f"{SHOT_FOLDER}/{take.id}.json"], "Take 1")
    assert (len(result.commit), result.notice) == (40, "")
    pointer = git(project.root, "cat-file", "blob", f"HEAD:{SHOT_FOLDER}/{take.media}")
    assert pointer.startswith("version https://git-lfs.github.com/spec/v1\n")
    assert f"oid sha256:{take.sha256}" in pointer
    assert '"genstudio.take/1"' in git(project.root, "cat-file", "blob", f"HEAD:{SHOT_FOLDER}/{take.id}.json")
    assert git(project.root, "status", "--porcelain") == ""
    assert project.takes.verify(take)


def test_only_the_named_files_are_committed_and_what_the_user_staged_stays_staged(project, notes, git):
    git(project.root, "add", "--", relative(project, notes))
    (project.root / "other.txt").write_text("x")
    project.update_settings(quality="high")
    result = project.repository.commit(["project.json"], "Quality")
    assert git(project.root, "show", "--name-only", "--format=", result.commit).split() == ["project.json"]
    assert git(project.root, "status", "--porcelain").splitlines() == [f"A  {relative(project, notes)}", "?? other.txt"]


def test_a_part_that_the_user_staged_of_the_named_file_goes_along_whole(project, notes, git):
    git(project.root, "add", "--", relative(project, notes))
    notes.write_text("two\n")
    project.repository.commit([relative(project, notes)], "Notes")
    assert git(project.root, "show", f"HEAD:{relative(project, notes)}") == "two\n"
    assert git(project.root, "status", "--porcelain") == ""


def test_nothing_to_commit_is_no_commit_and_no_notice(project):
    before = project.repository.log()
    result = project.repository.commit(["project.json", "06_Exports", "none.txt"], "Nothing")
    assert (result.commit, result.notice) == (None, "")
    assert project.repository.log() == before


def test_a_deleted_file_is_committed_as_deleted(project, notes, git):
    project.repository.commit([relative(project, notes)], "Add")
    notes.unlink()
    assert project.repository.commit([relative(project, notes)], "Remove").commit
    assert relative(project, notes) not in git(project.root, "ls-files")


@pytest.mark.parametrize("name", ["-rf", "--all", ":(top)x", "*", 'quo"te', "🦊 אבג", "a\nb", "$(touch hacked)", "-- x"])
def test_file_names_of_any_kind_are_names(project, name, git):
    (project.root / "bystander.txt").write_text("x")
    (project.root / "02_Source_Creative/Prompts" / name).write_text("prompt")
    result = project.repository.commit([f"02_Source_Creative/Prompts/{name}"], "Prompt")
    assert git(project.root, "show", "-z", "--name-only", "--format=", result.commit).strip("\0\n") == f"02_Source_Creative/Prompts/{name}"
    assert not (project.root / "hacked").exists()


@pytest.mark.parametrize("message", ["--amend", "-F/etc/passwd", "# a comment\nbody", "🦊 סרט", "$(touch hacked)", "", "x" * 200_000])
def test_messages_of_any_kind_are_messages(project, notes, message):
    assert project.repository.commit([relative(project, notes)], message).commit
    newest = project.repository.log(1)[0]
    assert newest.message == (message[:10_000] or "Change")
    assert len(project.repository.log()) == 2


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/passwd", ".git/../../x"])
def test_a_path_outside_is_refused(project, path):
    with pytest.raises(BadInputError):
        project.repository.commit([path], "x")


def test_the_users_identity_is_used_and_one_of_our_own_where_there_is_none(project, notes, git):
    assert project.repository.log()[0].author == "Generative Studio"
    git(project.root, "config", "user.name", "Ann")
    git(project.root, "config", "user.email", "ann@example.org")
    project.repository.commit([relative(project, notes)], "By Ann")
    assert project.repository.log()[0].author == "Ann"


def test_the_environment_of_another_repository_does_not_lead_astray(project, notes, tmp_path, monkeypatch, git):
    git(tmp_path, "init", "-q", str(tmp_path / "other"))
    for name, value in {"GIT_DIR": "other/.git", "GIT_WORK_TREE": "other", "GIT_INDEX_FILE": "other/.git/index"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert project.repository.commit([relative(project, notes)], "Here").commit
    assert len(project.repository.log()) == 2


# -- LFS --------------------------------------------------------------------------------------------------------------------------


def test_without_lfs_media_is_not_committed_and_the_notice_says_how_to_get_it(project, publish, without_lfs):
    take = publish(data=os.urandom(10_000))
    result = project.repository.commit([SHOT_FOLDER, "project.json"], "Take 1")
    assert result.commit is None
    assert "Git LFS is not installed" in result.notice
    assert "install" in result.notice.partition("Install it: ")[2] or "see https" in result.notice
    assert len(project.repository.log()) == 1
    assert project.takes.list(SHOT) == (take,)


def test_without_lfs_text_is_still_committed(project, notes, without_lfs):
    assert project.repository.commit([relative(project, notes)], "Notes").commit


def test_what_was_left_out_without_lfs_is_committed_once_it_is_there(project, publish, without_lfs, monkeypatch, tmp_path, git):
    take = publish(data=os.urandom(10_000))
    assert project.repository.commit([SHOT_FOLDER], "Take 1").commit is None
    monkeypatch.undo()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert project.repository.commit([SHOT_FOLDER], "Take 1").commit
    assert git(project.root, "cat-file", "blob", f"HEAD:{SHOT_FOLDER}/{take.media}").startswith("version https://git-lfs")


def test_the_status_of_lfs_says_what_to_do(project, without_lfs):
    status = project.repository.lfs_status()
    assert not status.ok
    assert status.message
    assert "git-lfs" in status.fix


def test_lfs_is_set_up_again_when_a_clone_lost_it(project, git):
    git(project.root, "config", "--local", "--remove-section", "filter.lfs")
    assert project.repository.lfs_status().ok
    assert git(project.root, "config", "--local", "filter.lfs.required").strip() == "true"


def test_a_large_file_that_no_rule_covers_is_left_out_by_name(project, notes):
    (project.root / "02_Source_Creative/huge.dat").write_bytes(b"\0" * 5_000_001)
    result = project.repository.commit([relative(project, notes), "02_Source_Creative/huge.dat"], "Both")
    assert result.commit
    assert "02_Source_Creative/huge.dat" in result.notice
    assert "over 5 MB" in result.notice


# -- somebody else is at work -----------------------------------------------------------------------------------------------------


def test_nothing_is_committed_during_a_merge_of_the_users(project, notes, git):
    git(project.root, "checkout", "-q", "-b", "other")
    notes.write_text("theirs\n")
    project.repository.commit([relative(project, notes)], "Theirs")
    git(project.root, "checkout", "-q", "main")
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("mine\n")
    project.repository.commit([relative(project, notes)], "Mine")
    git(project.root, "merge", "-q", "other", check=False)
    head = git(project.root, "rev-parse", "HEAD")
    project.update_settings(quality="low")
    result = project.repository.commit(["project.json"], "Quality")
    assert result.commit is None
    assert "a merge is under way" in result.notice
    assert git(project.root, "rev-parse", "HEAD") == head


@pytest.mark.once
def test_commits_of_one_project_wait_for_one_another(project, notes):
    import threading

    done = threading.Event()

    def commit() -> None:
        project.repository.commit([relative(project, notes)], "Notes")
        done.set()

    with locked(paths.get_lock_path(project.root, "git")):
        thread = threading.Thread(target=commit)
        thread.start()
        assert not done.wait(0.2)
    thread.join()
    assert done.is_set()


def test_a_lock_of_the_users_git_is_told(project, notes):
    (project.root / ".git/index.lock").touch()
    with pytest.raises(GenStudioError, match=r"index\.lock"):
        project.repository.commit([relative(project, notes)], "Notes")


def test_a_project_without_repository_works_without_history(project, notes):
    import shutil

    shutil.rmtree(project.root / ".git")
    again = ProjectFolder.open(project.root)
    assert "no Git repository" in again.repository.commit([relative(project, notes)], "x").notice
    assert again.repository.log() == ()
    assert not again.repository.lfs_status().ok


# -- hostile repositories ---------------------------------------------------------------------------------------------------------


def attack(project, key, tmp_path, git):
    """Configure a program that leaves a trace when it runs."""
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/hacked\ncat\n")
    script.chmod(0o755)
    git(project.root, "config", "--local", key, str(script))
    return tmp_path / "hacked"


@pytest.mark.parametrize(
    "key",
    ["core.fsmonitor", "filter.lfs.clean", "filter.lfs.process", "filter.evil.clean", "diff.external", "core.sshCommand", "gpg.program"],
)
def test_a_received_project_that_names_programs_is_not_touched(project, notes, tmp_path, git, key):
    trace = attack(project, key, tmp_path, git)
    opened = ProjectFolder.open(project.root)
    assert not opened.repository.is_safe()
    assert opened.repository.dangers() == (key.lower(),)
    result = opened.repository.commit([relative(project, notes)], "Notes")
    assert result.commit is None
    assert key.lower() in result.notice
    assert opened.repository.log() == ()
    assert not trace.exists()


def test_a_hook_never_runs(project, notes, tmp_path):
    hook = project.root / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hacked\nexit 1\n")
    hook.chmod(0o755)
    assert project.repository.commit([relative(project, notes)], "Notes").commit
    assert not (tmp_path / "hacked").exists()


def test_a_configuration_that_a_person_trusts_is_used_until_it_changes(project, notes, git):
    git(project.root, "config", "--local", "credential.helper", "store")
    repository = Repository(project.root, project.state_dir)
    assert not repository.is_safe()
    repository.trust()
    assert repository.is_safe()
    assert repository.commit([relative(project, notes)], "Notes").commit
    git(project.root, "config", "--local", "core.sshCommand", "evil")
    assert not repository.is_safe()


@pytest.mark.parametrize("how", ["file", "link", "commondir"])
def test_a_repository_that_leads_elsewhere_is_not_touched(project, notes, tmp_path, how):
    git_dir = project.root / ".git"
    if how == "commondir":
        (git_dir / "commondir").write_text("../elsewhere\n")
    else:
        git_dir.rename(tmp_path / "elsewhere")
        if how == "file":
            git_dir.write_text(f"gitdir: {tmp_path}/elsewhere\n")
        else:
            git_dir.symlink_to(tmp_path / "elsewhere")
    repository = Repository(project.root, project.state_dir)
    assert not repository.is_safe()
    assert repository.commit([relative(project, notes)], "Notes").commit is None


def test_the_blob_id_of_a_canvas_is_what_git_stores(project, git):
    data = (project.root / paths.MAIN_CANVAS).read_bytes()
    assert project.repository.blob_id(data) == git(project.root, "rev-parse", f"HEAD:{paths.MAIN_CANVAS}").strip()


def test_a_commit_of_a_take_is_quick(project, publish):
    times = []
    for number in range(3):
        take = publish(job=f"job-{number}", data=os.urandom(100_000))
        start = time.perf_counter()
        assert project.repository.commit([f"{SHOT_FOLDER}/{take.media}", f"{SHOT_FOLDER}/{take.id}.json"], "Take").commit
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0


def test_media_is_never_kept_where_a_received_configuration_says(project, publish, tmp_path, git):
    git(project.root, "config", "--local", "lfs.storage", str(tmp_path / "elsewhere"))
    take = publish(data=b"film" * 1000)
    opened = ProjectFolder.open(project.root)
    assert opened.repository.dangers() == ("lfs.storage",)
    assert "lfs.storage" in opened.repository.commit([f"03_Renders/SCENE_01/SHOT_010/{take.media}"], "Take").notice
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["lfs", "objects", "lfs/objects"])
def test_a_repository_of_which_a_folder_leads_elsewhere_is_not_touched(project, publish, tmp_path, name):
    take = publish(data=b"film" * 1000)
    folder = project.root / ".git" / name
    folder.mkdir(parents=True, exist_ok=True)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    repository = Repository(project.root, project.state_dir)
    assert repository.dangers() == (f".git/{name} leads elsewhere",)
    assert repository.commit([f"03_Renders/SCENE_01/SHOT_010/{take.media}"], "Take").commit is None
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before
    repository.trust()
    assert repository.is_safe()
