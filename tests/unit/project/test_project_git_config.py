"""Which settings of a received Git configuration are dangerous, by their keys and values."""

from __future__ import annotations

import pytest

from genstudio.project.git_config import LFS_SETTINGS, dangerous_settings, driver_settings


@pytest.mark.parametrize(
    "key",
    [
        "lfs.storage",
        "lfs.url",
        "lfs.pushurl",
        "lfs.https://example.org/film.standalonetransferagent",
        "lfs.standalonetransferagent",
        "lfs.customtransfer.x.path",
        "lfs.customtransfer.x.args",
        "lfs.extension.x.clean",
        "remote.origin.lfsurl",
        "remote.origin.lfspushurl",
        "core.worktree",
        "core.hookspath",
        "core.sshcommand",
        "core.fsmonitor",
        "credential.helper",
        "credential.https://example.org.helper",
        "include.path",
        "includeif.gitdir:/.path",
        "http.cookiefile",
        "http.https://example.org.savecookies",
    ],
)
@pytest.mark.parametrize("value", ["/elsewhere", "file:///elsewhere", "../elsewhere"])
def test_what_runs_a_program_or_leads_out_of_the_project_is_dangerous(key, value):
    assert dangerous_settings([(key, value)]) == [key]
    assert dangerous_settings([(key.upper(), value)]) == [key.upper()]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lfs.url", "https://example.org/film.git/info/lfs"),
        ("lfs.url", "git@example.org:film.git"),
        ("remote.origin.lfsurl", "ssh://git@example.org/film.git"),
        ("lfs.https://example.org/film.git/info/lfs.access", "basic"),
        ("lfs.repositoryformatversion", "0"),
        ("lfs.concurrenttransfers", "8"),
        ("remote.origin.url", "https://example.org/film.git"),
        ("core.fsmonitor", "true"),
        *LFS_SETTINGS.items(),
        *driver_settings().items(),
    ],
)
def test_what_git_and_git_lfs_set_up_themselves_is_not(key, value):
    assert dangerous_settings([(key, value)]) == []
