"""What a repository holds beside its branches and tags: stashed work, what is staged, and all that no archive can carry."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.project.links import leads_out
from genstudio.project.repository_run import failed
from genstudio.schema.archive import ArchivedStash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genstudio.project.repository import Repository
    from genstudio.project.repository_run import GitRunner

__all__ = ["half_staged", "hidden", "leading_out", "not_carried", "restore_stash", "stash"]

_CARRIED: Final = ("refs/heads/", "refs/tags/", "refs/notes/", "refs/stash")
_OF_OTHERS: Final = ("refs/remotes/", "refs/prefetch/")
"""Copies of what a remote has."""
_LONGEST: Final = 2000
_STASH: Final = "refs/stash"


def stash(git: GitRunner) -> tuple[ArchivedStash, ...]:
    """Return what is stashed, the newest first, as ``git stash list`` does."""
    newest = git.run("rev-parse", "--verify", "--quiet", _STASH)
    if newest.code != 0:
        return ()
    listed = git.items("log", "--walk-reflogs", "-z", "--no-show-signature", "--format=%H %gs", _STASH, "--")
    found = (entry.partition(" ") for entry in listed or [f"{newest.out.strip()} "])
    return tuple(ArchivedStash(commit=commit, message=_text(message)) for commit, _, message in found)


def restore_stash(git: GitRunner, entries: Sequence[ArchivedStash]) -> None:
    """Stash again what an archive says was stashed, each entry at the time at which it was made.

    Raises:
        GenStudioError: The history does not hold one of them.
    """
    for entry in reversed(entries):
        when = git.checked("log", "--max-count=1", "--no-show-signature", "--format=%cI", entry.commit, "--").strip()
        message = entry.message.strip() or "stashed"
        options = ("--create-reflog", "-m", message, _STASH, entry.commit)
        done = git.run("update-ref", *options, identity=True, extra={"GIT_COMMITTER_DATE": when})
        if done.code != 0:
            raise failed("stash", done, fix="Ask for the archive again, or restore another one.")


def half_staged(git: GitRunner) -> frozenset[str]:
    """Return the files of which something is staged that is neither in the newest version nor in the file itself."""
    staged = git.items("diff", "--cached", "--name-only", "--no-renames", "-z", "--no-ext-diff", "--no-textconv")
    return frozenset(staged).intersection(git.items("ls-files", "--modified", "--deleted", "-z")) if staged else frozenset()


def hidden(git: GitRunner) -> list[str]:
    """Return the files that Git was told not to look at (``assume-unchanged``, ``skip-worktree``) and that are there."""
    entries = (line.partition(" ") for line in git.items("ls-files", "-v", "-z"))
    return [name for tag, _, name in entries if (tag == "S" or tag.islower()) and os.path.lexists(git.root / name)]


def leading_out(git: GitRunner) -> Iterator[tuple[str, str]]:
    """Yield path and reason of what the newest version holds that leads out of the project: links, and other repositories."""
    for line in git.items("ls-tree", "-r", "-z", "--full-tree", "HEAD"):
        entry, _, name = line.partition("\t")
        mode, _, blob = entry.split()
        if mode == "160000":
            yield name, f"{name!r:.120} is another repository"
        if mode == "120000" and leads_out(name, git.checked("cat-file", "blob", blob)):
            yield name, f"the link {name!r:.120} leads out of the project"


def not_carried(repository: Repository) -> Iterator[str]:
    """Say what a repository holds that an archive of its branches, tags, notes and stash does not."""
    git = repository.git
    names = git.lines("for-each-ref", "--format=%(refname)")
    if git.head() is None and names:
        yield f"The histories {', '.join(names[:5])} are left out, since the branch that is checked out has no version yet: git switch main"
        return
    for name in names:
        if not name.startswith((*_CARRIED, *_OF_OTHERS)):
            yield f"{name} is left out: it is neither a branch nor a tag. Make it one: git branch NAME {name}"
    for name in sorted(half_staged(git)):
        yield f"What is staged of {name} is left out, since the file is another now. Commit or unstage it first."
    under_way = repository.under_way()
    if under_way:
        yield f"That {under_way} is under way is left out; the files are in the archive as they are now. Finish it first."
    worktrees = git.git_dir / "worktrees"
    for folder in sorted(worktrees.iterdir()) if worktrees.is_dir() else ():
        yield f"The working tree {_place(folder)} of this repository is left out. Remove it first: git worktree remove"


def _place(folder: Path) -> str:
    said = folder / "gitdir"
    return str(Path(said.read_text(encoding="utf-8", errors="replace").strip()).parent) if said.is_file() else folder.name


def _text(message: str) -> str:
    """Return a message as an archive holds it: Unicode, of bounded length."""
    return message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:_LONGEST]
