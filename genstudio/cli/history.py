"""``genstudio history | checkout | push | pull | clone | fetch``: the versions of a project, here and elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_project, open_workspace
from genstudio.cli.output import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]

_PROJECT = "title, uuid or folder (default: the project around here)"


def register(groups: Groups) -> None:
    """Add the commands."""
    history = add_command(groups, "history", _history, help="list the versions of a project, or give the present one a name")
    history.add_argument("project", nargs="?", help=_PROJECT)
    history.add_argument("--limit", type=int, default=20, metavar="N", help="how many versions (default: 20)")
    history.add_argument("--path", metavar="PATH", help="only versions in which this file or folder changed")
    history.add_argument("--checkpoint", metavar="NAME", help="commit everything and give this version a name")
    history.add_argument("--check", action="store_true", help="look for media that got into Git as it is; exits with 1 if there is any")
    checkout = add_command(groups, "checkout", _checkout, help="go back to a version without losing takes or anything else made since")
    checkout.add_argument("version", help="name of a checkpoint, id of a version, or HEAD~2")
    checkout.add_argument("project", nargs="?", help=_PROJECT)
    checkout.add_argument("--canvas", metavar="PATH", help="bring back this canvas alone")
    for name, handler, what in (
        ("push", _push, "send versions and media to a Git remote"),
        ("pull", _pull, "merge what others sent to a Git remote, and fetch its media"),
    ):
        command = add_command(groups, name, handler, help=what)
        command.add_argument("project", nargs="?", help=_PROJECT)
        command.add_argument("--remote", default="origin", metavar="NAME", help="name of the remote (default: origin)")
        if name == "push":
            command.add_argument("--to", metavar="ADDRESS", help="address of the remote, to be remembered: https, ssh, or a folder")
    _register_media(groups)


def _register_media(groups: Groups) -> None:
    clone = add_command(groups, "clone", _clone, help="bring a project from a Git remote into the workspace")
    clone.add_argument("address", help="https, ssh, user@host:path, or a folder")
    clone.add_argument("--scene", action="append", default=[], metavar="SCENE", help="fetch the takes of this scene alone")
    clone.add_argument("--without-media", action="store_true", help="fetch no media now; genstudio fetch brings it later")
    fetch = add_command(groups, "fetch", _fetch, help="fetch media of the present version that is not here")
    fetch.add_argument("project", nargs="?", help=_PROJECT)
    fetch.add_argument("--scene", action="append", default=[], metavar="SCENE", help="only takes of SCENE_05, or of SCENE_05/SHOT_010")
    fetch.add_argument("--remote", default="origin", metavar="NAME", help="name of the remote (default: origin)")


def _history(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments).folder
    history = project.history
    if arguments.checkpoint is not None:
        made = history.checkpoint(arguments.checkpoint)
        tell(output, (made.notice,))
        output.line(f"{made.commit[:10]} is now called {made.name}.")
        output.result(asdict(made))
        return 0
    if arguments.check:
        raw = history.media.raw()
        sizes = [(item.path, f"{item.bytes / 1e6:.2f} MB") for item in raw]
        output.table(("media in Git itself", "size"), sizes, empty="No media got into Git as it is.")
        if raw:
            from genstudio.project.repository_media import move_command

            output.line(f"Every clone carries it. To move it to Git LFS: {move_command(project.root, raw)}")
        output.result([asdict(item) for item in raw])
        return 1 if raw else 0
    versions = history.log(max(1, arguments.limit), arguments.path)
    rows = [(v.commit[:10], v.time, v.author, ", ".join(f"[{name}]" for name in v.checkpoints), v.subject) for v in versions]
    output.table(("version", "time", "by", "checkpoint", "what happened"), rows, empty="This project has no history yet.")
    output.result([asdict(version) for version in versions])
    return 0


def _checkout(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    restored = project.history.restore(arguments.version, canvas=arguments.canvas)
    tell(output, restored.notices)
    what = arguments.canvas or f"{len(restored.files)} files, {len(restored.canvases)} canvases and the settings"
    output.line(f"{what}: as in {restored.version.commit[:10]}, {restored.version.subject}")
    output.result(asdict(restored))
    return 0


def _push(arguments: argparse.Namespace, output: Output) -> int:
    history = open_project(arguments).folder.history
    if arguments.to:
        history.remotes.set(arguments.to, arguments.remote)
    commit = history.push(arguments.remote)
    output.line(f"{arguments.remote} has everything up to {commit[:10]}.")
    output.result({"commit": commit, "remote": arguments.remote})
    return 0


def _pull(arguments: argparse.Namespace, output: Output) -> int:
    pulled = open_project(arguments).folder.history.pull(arguments.remote)
    tell(output, pulled.notices)
    output.line(f"Now at {pulled.commit[:10]}." if pulled.commit else "There is nothing new.")
    for sentence in pulled.conflicts:
        output.line(f"  choose: {one_line(sentence)}")
    if pulled.conflicts:
        output.line("Choose on the canvas, or with: genstudio canvas conflicts --take ours|theirs")
    output.result(asdict(pulled))
    return 0


def _clone(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments).runtime.workspace
    root, notices = workspace.clone(arguments.address, scenes=arguments.scene, media=not arguments.without_media)
    tell(output, (*notices, *workspace.problems()))
    output.line(f"The project is in {root}")
    output.result({"path": str(root), "notices": notices})
    return 0


def _fetch(arguments: argparse.Namespace, output: Output) -> int:
    media = open_project(arguments).folder.history.media
    count = media.fetch(arguments.scene, remote=arguments.remote)
    missing = media.missing()
    output.line(f"{count} files came; {len(missing)} of this version are not here.")
    output.result({"fetched": count, "missing": [pointer.path for pointer in missing]})
    return 0


def tell(output: Output, notices: Iterable[str]) -> None:
    """Print what people should know on standard error, one line each."""
    for notice in notices:
        if notice:
            output.notice(one_line(notice))
