"""The names that the studio takes for branches are those that Git does."""

from __future__ import annotations

import subprocess

import pytest

from genstudio.schema.archive import ArchiveManifest
from genstudio.schema.git_names import is_branch_name

NAMES = [
    *("main", "feature/a", "a.b", "a@b", "äöü🦊", "a-b", "a\u2028b", "x.locked", "1", "@a", "a{b}"),
    *("", "HEAD", "-x", "--all", "a..b", "a/../b", ".a", "a/.b", "a.", "a/", "/a", "a//b", "a.lock", "a.lock/b"),
    *("a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a@{1}", "@{-1}", "a\tb", "a\nb", "a\x1bb", "a\x7f"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_of_a_branch_if_git_says_so(name):
    said = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    assert is_branch_name(name) == (said.returncode == 0)


@pytest.mark.parametrize("name", ["a\0b", "x" * 100_000])
def test_a_name_that_cannot_even_be_given_to_git_is_none(name):
    with pytest.raises(ValueError, match="no branch can have this name"):
        ArchiveManifest(uuid="0" * 8 + "-0000-0000-0000-" + "0" * 12, title="x", files={}, branch=name)
