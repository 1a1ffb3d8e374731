"""What Git prints is read line by line as Git means it, whatever names, subjects and branches hold."""

from __future__ import annotations

from genstudio.project.archive import archive_project
from genstudio.project.clone import clone_project
from genstudio.project.restore import restore_archive

ENDS = ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r"]
"""All that Python takes for the end of a line, and Git does not."""


def test_a_file_whose_name_holds_another_end_of_a_line_is_read_archived_and_restored(project, publish, tmp_path):
    take = publish(data=b"film" * 1000)
    prompts = project.root / "02_Source_Creative/Prompts"
    for number, end in enumerate(ENDS):
        (prompts / f"a{end}{number}.txt").write_text("x")
    (project.root / f"01_Assets/Source_Media/plate{ENDS[0]}.png").write_bytes(b"picture")
    project.repository.commit_all("Names")
    assert project.history.media.raw() == []
    assert {pointer.path for pointer in project.history.media.all_pointers()} == {
        f"03_Renders/SCENE_01/SHOT_010/{take.media}",
        f"01_Assets/Source_Media/plate{ENDS[0]}.png",
    }
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert made.left_out == ()
    restore_archive(made.path, tmp_path / "again", tmp_path / "state-2")
    again = tmp_path / "again/02_Source_Creative/Prompts"
    assert {path.name for path in again.iterdir()} == {path.name for path in prompts.iterdir()}


def test_a_tag_that_others_pushed_is_a_checkpoint_whatever_its_subject_holds(project, git):
    for number, end in enumerate(ENDS):
        git(project.root, "tag", "-a", f"checkpoint/{number}", "-m", f"before{end}after")
    names = {f"before{end}after" for end in ENDS}
    assert set(project.history.log()[0].checkpoints) == names
    assert {checkpoint.name for checkpoint in project.history.checkpoints()} == names


def test_a_branch_whose_name_holds_a_wide_space_is_cloned(project, git, tmp_path):
    git(project.root, "branch", "-m", "one\u3000two\u2028three")
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--bare", "--quiet", str(remote))
    project.history.remotes.set(str(remote))
    project.history.push()
    git(remote, "symbolic-ref", "HEAD", "refs/heads/one\u3000two\u2028three")
    (tmp_path / "clones").mkdir()
    clone, _ = clone_project(str(remote), tmp_path / "clones", tmp_path / "state-2")
    assert git(clone, "branch", "--show-current") == "one\u3000two\u2028three\n"


def test_a_content_that_is_lost_is_skipped(project, publish, git):
    take = publish(data=b"film")
    project.repository.commit_all("Take")
    name = f"03_Renders/SCENE_01/SHOT_010/{take.media}"
    blob = git(project.root, "rev-parse", f"HEAD:{name}").strip()
    lost = project.root / ".git/objects" / blob[:2] / blob[2:]
    lost.unlink()
    assert name not in {pointer.path for pointer in project.history.media.pointers()}
