"""Making room: the cache, and old contents that are elsewhere; never the only copy of anything."""

from __future__ import annotations

import os

import pytest

from genstudio.project.prune import plan_prune, prune


@pytest.fixture
def two_versions(project):
    """A project whose picture has an older version in the history, and something in its cache."""
    picture = project.root / "01_Assets/Source_Media/plate.png"
    for _ in range(2):
        picture.write_bytes(os.urandom(20_000))
        project.repository.commit_all("A plate")
    (project.root / "05_Cache/thumbnails/x.jpg").write_bytes(b"12345")
    return project


@pytest.fixture
def remote(two_versions, tmp_path, git):
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", str(folder))
    two_versions.history.remotes.set(str(folder))
    return folder


def test_without_a_remote_only_the_cache_may_go(two_versions):
    plan = plan_prune(two_versions.repository)
    assert [(file.path, file.kind, file.bytes) for file in plan.files] == [("05_Cache/thumbnails/x.jpg", "cache", 5)]
    assert "no remote" in plan.kept[0]
    assert (two_versions.root / "05_Cache/thumbnails/x.jpg").exists()
    prune(two_versions.repository)
    assert list((two_versions.root / "05_Cache/thumbnails").iterdir()) == []
    assert (two_versions.root / "05_Cache/thumbnails").is_dir()


def test_what_was_not_sent_is_kept_and_what_was_sent_goes_and_can_be_fetched_again(two_versions, remote, git):
    repository = two_versions.repository
    assert "does not have them" in plan_prune(repository).kept[0]
    two_versions.history.push()
    plan = plan_prune(repository)
    assert ([file.kind for file in plan.files], plan.kept) == (["cache", "lfs"], ())
    assert plan.bytes == 20_005
    assert prune(repository).files == plan.files
    assert two_versions.history.media.missing() == []
    assert len(two_versions.history.media.missing("HEAD~1")) == 1
    two_versions.history.restore("HEAD~1")
    assert (two_versions.root / "01_Assets/Source_Media/plate.png").stat().st_size == 20_000


def test_a_damaged_copy_at_the_remote_is_no_copy(two_versions, remote):
    two_versions.history.push()
    for copy in (remote / "lfs/objects").glob("*/*/*"):
        copy.chmod(0o644)
        copy.write_bytes(b"\0" * 20_000)
    assert [file.kind for file in plan_prune(two_versions.repository).files] == ["cache"]


def test_the_remote_being_this_very_store_proves_nothing(two_versions, git):
    two_versions.history.remotes.set(str(two_versions.root))
    assert [file.kind for file in plan_prune(two_versions.repository).files] == ["cache"]


def test_what_another_branch_uses_or_is_staged_is_kept(two_versions, remote, git):
    two_versions.history.push()
    git(two_versions.root, "branch", "old", "HEAD~1")
    assert [file.kind for file in plan_prune(two_versions.repository).files] == ["cache"]
    git(two_versions.root, "branch", "-D", "old")
    git(two_versions.root, "restore", "--source=HEAD~1", "--staged", "01_Assets/Source_Media/plate.png")
    assert [file.kind for file in plan_prune(two_versions.repository).files] == ["cache"]


def test_a_link_in_the_cache_is_removed_and_not_what_it_leads_to(two_versions, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/precious").write_text("x")
    (two_versions.root / "05_Cache/thumbnails/x.jpg").unlink()
    (two_versions.root / "05_Cache/proxies/away").symlink_to(tmp_path / "outside")
    prune(two_versions.repository)
    assert (tmp_path / "outside/precious").exists()
