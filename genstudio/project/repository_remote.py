"""Sharing a project by an ordinary Git remote: push, pull, clone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.graph.conflicts import open_conflicts
from genstudio.project import drivers, paths
from genstudio.project.documents import load_json
from genstudio.project.remote_url import check_url, without_secrets
from genstudio.project.repository_incoming import Incoming, canvases_of, differing, incoming
from genstudio.project.repository_media import Media
from genstudio.project.repository_run import Outcome, failed, lines_of, null_list
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError

if TYPE_CHECKING:
    from genstudio.project.repository import Repository
    from genstudio.schema.canvas import Canvas

__all__ = ["Pulled", "Remotes"]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_CHECKPOINTS: Final = "refs/tags/checkpoint/*:refs/tags/checkpoint/*"
_A_DAY_S: Final = 86400.0
_LATER: Final = {"GIT_LFS_SKIP_SMUDGE": "1"}
"""Media is fetched after the files are in place, so that a remote without it leaves no half-made working tree."""


@dataclass(frozen=True)
class Pulled:
    """What came: the commit that is newest now (None if nothing was new), and what people should know."""

    commit: str | None
    conflicts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class Remotes:
    """The remotes of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._git = repository.git
        self._media = Media(repository)

    def all(self) -> dict[str, str]:
        """Return the addresses by name, without passwords."""
        found = self._git.run("config", "--local", "--null", "--get-regexp", r"^remote\..*\.url$").out
        pairs = (item.partition("\n") for item in found.split("\0") if item)
        return {key.removeprefix("remote.").removesuffix(".url"): without_secrets(url) for key, _, url in pairs}

    def set(self, url: str, name: str = "origin") -> None:
        """Make an address the remote of that name.

        Raises:
            BadInputError: The name or the address is none.
        """
        address = check_url(url)
        self._check_name(name)
        known = name in self.all()
        with self._repository.locked():
            self._git.checked("remote", "set-url" if known else "add", "--", name, address)

    def push(self, remote: str = "origin") -> str:
        """Send the branch with its media and the checkpoints; return the commit that is newest there now.

        Raises:
            NotFoundError: There is no such remote, or nothing to send.
            ConflictError: The remote has versions that are not here, or something is in the way.
            MissingToolError: There is media and Git LFS is not there.
        """
        with self._repository.locked():
            branch = self._ready(remote)
            head = self._git.head()
            if head is None:
                raise NotFoundError("There is no version yet that could be sent.", fix="Commit something first.")
            if self._media.pointers():
                self._media.need_lfs()
                sent = self._git.run("lfs", "push", remote, branch, timeout=_A_DAY_S)
                if sent.code != 0:
                    raise failed("send the media", sent, fix="Nothing is lost here. Check the address and your rights there.")
            ref = f"refs/heads/{branch}:refs/heads/{branch}"
            self._push(self._git.run("push", "--set-upstream", "--no-verify", remote, ref, _CHECKPOINTS, timeout=_A_DAY_S))
            return head

    def _push(self, done: Outcome) -> None:
        if done.code == 0:
            return
        if "[rejected]" in done.err or "fetch first" in done.err or "non-fast-forward" in done.err:
            raise ConflictError("The remote has versions that are not here.", fix="Pull first: genstudio pull")
        raise failed("push", done, fix="Nothing is lost here. Check the address and your rights there.")

    def look(self, remote: str = "origin") -> Incoming:
        """Fetch what is new and say what it is; nothing here is changed yet.

        Raises:
            NotFoundError: There is no such remote, or no such branch there.
            ConflictError: Something is in the way.
        """
        with self._repository.locked():
            branch = self._ready(remote)
            self.refuse_staged()
            notices = self._fetch(remote, branch)
            found = self._git.run("rev-parse", "--verify", "--quiet", f"refs/remotes/{remote}/{branch}")
            if found.code != 0:
                raise NotFoundError(f"{remote} has no branch {branch!r}.", fix="Push first: genstudio push")
            commit = found.out.strip()
            return Incoming(commit, branch, remote, incoming(self._git, commit), tuple(notices))

    def differing(self, found: Incoming) -> list[str]:
        """Return those of the files that the other side made which we do not have with the same contents."""
        return differing(self._git, found.added)

    def canvases(self, found: Incoming) -> dict[str, Canvas]:
        """Return the canvases of the other side by path; one that cannot be read is left out."""
        return canvases_of(self._git, found.commit)

    def merge(self, found: Incoming) -> Pulled:
        """Merge what was looked at, and fetch its media.

        Where both sides changed one property of a canvas, both values are kept to choose from; any other conflict undoes the merge, so
        that the project is never left half merged.

        Raises:
            ConflictError: Both sides changed a file that the studio cannot merge, or something is in the way.
        """
        with self._repository.locked():
            self._ready(found.remote)
            self.refuse_staged()
            before = self._git.head()
            conflicts = self._merge(found.commit, f"Merge {found.branch} of {found.remote}")
        after = self._git.head()
        if after == before:
            return Pulled(None, (), found.notices)
        return Pulled(after, tuple(conflicts), (*found.notices, *self._fetch_media(found.remote)))

    def _fetch(self, remote: str, branch: str) -> list[str]:
        ref = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
        done = self._git.run("fetch", "--no-tags", "--no-auto-gc", remote, ref, timeout=_A_DAY_S)
        if done.code != 0 and "couldn't find remote ref" not in done.err:
            raise failed("fetch", done, fix="Nothing was changed. Check the address and your rights there.")
        tags = self._git.run("fetch", "--no-tags", "--no-auto-gc", remote, _CHECKPOINTS, timeout=_A_DAY_S)
        return ["A checkpoint of the remote has the name of another one here; ours was kept."] if tags.code != 0 else []

    def _merge(self, source: str, message: str) -> list[str]:
        """Merge; return what is to be chosen."""
        options = ("--no-edit", "--no-stat", "--ff", "--no-verify-signatures", "--no-autostash", f"--message={message}")
        done = self._git.run("merge", *options, source, identity=True, extra=_LATER)
        if done.code == 0:
            return []
        unmerged = sorted(set(self._git.items("diff", "--name-only", "--diff-filter=U", "-z", "--no-ext-diff")))
        sentences = [line for line in lines_of(done.err) if line.endswith(".") and ": ours is " in line]
        left = [name for name in unmerged if not self._is_merged(name)]
        if left or not unmerged:
            self._git.run("merge", "--abort", extra=_LATER)
            if not unmerged:
                raise failed("merge", done, fix="Nothing was changed.")
            raise ConflictError(
                f"Both sides changed {', '.join(left[:5])}: nothing was merged.",
                fix="Rename or remove one of the two, then pull again. Or merge by hand: git merge.",
            )
        self._git.checked("add", "--pathspec-from-file=-", "--pathspec-file-nul", data=null_list(unmerged))
        self._git.checked("commit", "--quiet", "--no-edit", "--no-verify", identity=True)
        return sentences + [line for name in unmerged if name != paths.MANIFEST for line in self._open(name) if line not in sentences]

    def _is_merged(self, name: str) -> bool:
        """Say whether our driver merged the file, leaving at most a list to choose from."""
        try:
            data = paths.inside(self._repository.root, name).read_bytes()
            if name == paths.MANIFEST:
                return bool(load_json(data, name))
            return name.startswith(f"{paths.CANVASES}/") and bool(open_conflicts(drivers.read_canvas(data, name)))
        except (OSError, GenStudioError):
            return False

    def _open(self, name: str) -> list[str]:
        canvas = drivers.read_canvas(paths.inside(self._repository.root, name).read_bytes(), name)
        return [conflict.sentence(canvas) for conflict in open_conflicts(canvas)]

    def _fetch_media(self, remote: str) -> list[str]:
        try:
            self._media.fetch(remote=remote)
        except GenStudioError as error:
            return [f"Media was not fetched: {error}"]
        return []

    def _ready(self, remote: str) -> str:
        """Return the branch, if nothing is in the way."""
        obstacle = self._repository.obstacle()
        if obstacle:
            raise ConflictError(obstacle.replace("Not committed: ", "", 1).capitalize(), fix="Nothing was changed.")
        self._check_name(remote)
        if remote not in self.all():
            raise NotFoundError(f"The project has no remote {remote!r}.", fix="Name its address once: genstudio push --to ADDRESS")
        return self._git.branch() or "main"

    def refuse_staged(self) -> None:
        """Raise ConflictError if somebody staged files for a commit of their own: a merge would sweep them in."""
        staged = self._git.items("diff", "--cached", "--name-only", "-z", "--no-ext-diff", "--no-textconv")
        if staged:
            raise ConflictError(f"You have staged {', '.join(staged[:5])}.", fix="Commit that, or unstage it, then pull again.")

    @staticmethod
    def _check_name(name: str) -> None:
        if not _NAME.fullmatch(name):
            raise BadInputError(f"{name!r:.80} is no name of a remote.", fix="Use a plain name such as origin.")

    # -- a new clone

    def begin_clone(self, url: str) -> None:
        """Make this (empty) folder a clone: the files of the remote's main branch, media as pointers.

        Raises:
            BadInputError: The address is none.
            NotFoundError: There is nothing at the address.
        """
        address = check_url(url)
        self._repository.init()
        self._git.checked("remote", "add", "--", "origin", address)
        settings = {"fetch.fsckObjects": "true"}
        done = self._git.run("fetch", "--no-tags", "--no-auto-gc", "origin", timeout=_A_DAY_S, settings=settings)
        if done.code != 0:
            raise failed("clone", done, fix="Check the address and your rights there.")
        self._git.run("fetch", "--no-tags", "--no-auto-gc", "origin", _CHECKPOINTS, timeout=_A_DAY_S, settings=settings)
        branch = self._main_branch()
        self._git.checked("checkout", "--quiet", "--force", "-B", branch, "--track", f"refs/remotes/origin/{branch}", extra=_LATER)

    def _main_branch(self) -> str:
        """Return the branch that the remote calls its own, else main, else the only one."""
        listed = self._git.run("ls-remote", "--symref", "origin", "HEAD").out
        match = re.search(r"^ref: refs/heads/([^\t\n]+)\tHEAD$", listed, re.MULTILINE)
        there = self._git.lines("for-each-ref", "--format=%(refname:strip=3)", "refs/remotes/origin/")
        wanted = [name for name in (match[1] if match else "", "main", "master", *there) if name in there and name != "HEAD"]
        if not wanted:
            raise NotFoundError("There is nothing at that address yet.", fix="Push a project there first: genstudio push --to ADDRESS")
        return wanted[0]
