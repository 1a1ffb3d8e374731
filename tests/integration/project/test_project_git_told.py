"""What people are told of media and archives is what is so, with what to do."""

from __future__ import annotations

import shlex

import pytest

from genstudio.project.repository_media import move_command
from genstudio.project.restore import restore_archive
from genstudio.schema.errors import BadInputError, NotFoundError


def test_a_link_to_media_is_no_media_in_git_itself_and_the_command_names_what_is(project, git):
    (project.root / "a.txt").write_text("x")
    (project.root / "b.mp4").symlink_to("a.txt")
    project.repository.commit_all("A link")
    assert project.history.media.raw() == []
    (project.root / "b.mp4").unlink()
    (project.root / "c.png").symlink_to("a.txt")
    git(project.root, "add", "c.png")
    assert project.history.media.raw() == []
    (project.root / "raw.mov").write_bytes(b"a film")
    git(project.root, "-c", "filter.lfs.clean=cat", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false", "add", "raw.mov")
    raw = project.history.media.raw()
    assert [media.path for media in raw] == ["raw.mov"]
    assert shlex.split(move_command(project.root, raw))[-1] == "--include=*.mov"


def test_media_of_a_remote_that_is_none_is_not_fetched_and_the_sentence_says_what_to_do(project):
    with pytest.raises(NotFoundError, match=r"has no remote 'origin'\. Name its address once"):
        project.history.media.fetch()


def test_a_folder_instead_of_an_archive_is_said_to_be_one(tmp_path):
    with pytest.raises(BadInputError, match="is a folder, and no archive"):
        restore_archive(tmp_path, tmp_path / "film", tmp_path / "state")
    assert list(tmp_path.iterdir()) == []
