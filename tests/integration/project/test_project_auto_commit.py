"""Versions that the studio makes by itself: of what happened and of nothing else, only where they are wanted, and never in the way."""

from __future__ import annotations

import pytest

from genstudio.project import happenings
from genstudio.project.asset_care import delete_asset, rename_asset
from genstudio.project.auto_commit import keep


@pytest.fixture
def log(project, git):
    """The subjects of the history, the newest first, and the files of the newest."""

    def told() -> tuple[list[str], list[str]]:
        subjects = git(project.root, "log", "--format=%s").splitlines()
        return subjects[:-1], git(project.root, "show", "--name-only", "--no-renames", "--format=").split()

    return told


def test_an_asset_is_kept_from_its_making_to_its_end_and_what_the_user_staged_stays_staged(project, git, log):
    (project.root / "notes.txt").write_text("mine\n")
    git(project.root, "add", "notes.txt")
    made = project.create_asset("character", "Rusty")
    assert keep(project, happenings.asset_made(made)) == ""
    renamed = rename_asset(project, made, "Reynard")
    assert keep(project, happenings.asset_renamed(made, renamed, ())) == ""
    assert log()[1] == [f"{folder}/{name}" for folder in (renamed.folder, made.folder) for name in ("asset.json", "description.txt")]
    delete_asset(project, renamed)
    assert keep(project, happenings.asset_deleted(renamed)) == ""
    deleted = "Asset Reynard (character) deleted"
    assert log()[0] == [deleted, "Asset Rusty (character) renamed to Reynard", "Asset Rusty (character) made"]
    assert git(project.root, "status", "--porcelain").splitlines() == ["A  notes.txt"]


def test_a_project_that_wants_no_automatic_versions_gets_none(project, log):
    before = project.settings
    project.update_settings(auto_commit=False)
    assert keep(project, happenings.settings_changed(before, project.settings)) == ""
    project.update_settings(auto_commit=True, quality="low")
    assert keep(project, happenings.settings_changed(before, project.settings)) == ""
    assert log() == (["Settings changed: quality standard → low"], ["project.json"])


def test_what_cannot_be_committed_is_told_and_not_raised(project, git, log):
    made = happenings.asset_made(project.create_asset("style", "Noir"))
    merging = project.root / ".git/MERGE_HEAD"
    merging.write_text(git(project.root, "rev-parse", "HEAD"))
    assert "a merge is under way" in keep(project, made)
    merging.unlink()
    outside = happenings.Happened(("../../elsewhere",), "Something\n")
    assert keep(project, outside).startswith("Something: this was not committed. ")
    assert log()[0] == []
    assert keep(project, happenings.Happened((), "Nothing\n")) == ""
