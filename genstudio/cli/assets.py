"""``genstudio assets``: characters, styles, locations, and media from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.cli import assets_care
from genstudio.cli.common import add_command, open_project

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    assets = groups.add_parser("assets", help="characters, styles, locations and media").add_subparsers(metavar="command", required=True)
    add_command(assets, "ls", _ls, help="list assets")
    new = add_command(assets, "new", _new, help="make a character, a style or a location")
    new.add_argument("kind", choices=("character", "style", "location"))
    show = add_command(assets, "show", _show, help="show an asset and where it is used")
    used = add_command(assets, "where-used", _where_used, help="list the shots that use an asset")
    rename = add_command(assets, "rename", _rename, help="give an asset another name; what refers to it follows")
    delete = add_command(assets, "delete", _delete, help="remove an asset that is not used")
    train = add_command(assets, "train", _train, help="train a model of an asset from its pictures")
    add = add_command(assets, "add", _add, help="bring media into the project, or a picture to an asset")
    for command in (new, show, used, rename, delete, train):
        command.add_argument("name", help="name or uuid of the asset")
    rename.add_argument("new_name")
    add.add_argument("media", type=Path, help="an image, a video or a sound")
    add.add_argument("--to", metavar="ASSET", help="the asset that gets the picture as a reference")
    for option, what in (("--trigger-word", "the word that stands for it in prompts"), ("--description", "what it looks like")):
        new.add_argument(option, default="", metavar="TEXT", help=what)
    train.add_argument("--no-wait", action="store_true", help="return once the job is in the queue")
    delete.add_argument("--force", action="store_true", help="also if shots use it")
    assets_care.register(assets)
    for parser in assets.choices.values():
        parser.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")


def _keep(folder: ProjectFolder, happened: Happened, output: Output) -> None:
    """Make a version of what a command did; why it cannot be made is said, and the command has done its work all the same."""
    from genstudio.project.auto_commit import keep

    notice = keep(folder, happened)
    if notice:
        output.notice(notice)


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    found = open_project(arguments).folder.assets()
    rows = [(each.asset.kind, each.asset.name, each.asset.trigger_word, len(each.references), each.folder) for each in found]
    output.table(("kind", "name", "trigger word", "pictures", "folder"), rows, empty="No assets yet. Make one with: genstudio assets new")
    output.result([each.document for each in found])
    return 0


def _new(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.happenings import asset_made
    from genstudio.project.trigger import checked_trigger_word

    project = open_project(arguments)
    word = checked_trigger_word(project.folder, arguments.trigger_word)
    made = project.folder.create_asset(arguments.kind, arguments.name, trigger_word=word, description=arguments.description)
    _keep(project.folder, asset_made(made), output)
    output.line(f"Made {made.asset.kind} {made.asset.name} in {made.folder}")
    output.result(made.document)
    return 0


def _show(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import find_asset, where_used

    folder = open_project(arguments).folder
    found = find_asset(folder, arguments.name)
    for name, value in found.document.items():
        if value not in ("", None, [], {}):
            output.line(f"{name}: {value}")
    names = [name for use in where_used(folder, found.asset.uuid) for name in use.names]
    output.line(f"used by: {', '.join(names) or 'nothing'}")
    output.result({**found.document, "used_by": names})
    return 0


def _where_used(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import find_asset, where_used

    folder = open_project(arguments).folder
    uses = where_used(folder, find_asset(folder, arguments.name).asset.uuid)
    rows = [(use.canvas, use.node, ", ".join(use.names)) for use in uses]
    output.table(("canvas", "node", "used by"), rows, empty=f"Nothing uses {arguments.name}.")
    output.result([{"canvas": use.canvas, "node": use.node, "into": list(use.into), "names": list(use.names)} for use in uses])
    return 0


def _rename(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import find_asset, rename_asset, where_used
    from genstudio.project.happenings import asset_renamed

    folder = open_project(arguments).folder
    before = find_asset(folder, arguments.name)
    found = rename_asset(folder, before, arguments.new_name, "command line")
    uses = where_used(folder, found.asset.uuid)
    _keep(folder, asset_renamed(before, found, (use.canvas for use in uses)), output)
    output.line(f"{arguments.name} is {found.asset.name} now, in {found.folder}")
    output.result(found.document)
    return 0


def _delete(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import delete_asset, find_asset
    from genstudio.project.happenings import asset_deleted

    folder = open_project(arguments).folder
    found = find_asset(folder, arguments.name)
    moved = delete_asset(folder, found, force=arguments.force)
    _keep(folder, asset_deleted(found), output)
    output.line(f"Removed {arguments.name}; its files were moved to {moved}")
    output.result({"moved_to": str(moved)})
    return 0


def _train(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import find_asset
    from genstudio.schema.job import Failed

    project = open_project(arguments)
    engine = project.runtime.engine
    task = engine.train(project.folder, arguments.name, author="cli")
    if arguments.no_wait:
        output.line(f"Queued: {task.id}")
        output.result({"task": task.id, "state": "queued"})
        return 0
    with output.progress(f"Train {arguments.name}"):
        view = engine.wait(task.id, committed=True)
    state = view.jobs[0].state
    if view.spec.notice:
        output.notice(view.spec.notice)
    if isinstance(state, Failed):
        output.notice(f"{state.message} {state.fix}".strip())
    found = find_asset(project.folder, task.node)
    if state.state == "succeeded":
        output.line(f"{found.folder}/{found.asset.model}")
    output.result({**found.document, "task": task.id, "state": state.state})
    return 0 if state.state == "succeeded" else 1


def _add(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.project.asset_care import find_asset, ingest
    from genstudio.project.assets import add_reference
    from genstudio.project.happenings import picture_added

    folder = open_project(arguments).folder
    if arguments.to is not None:
        found = add_reference(folder.root, find_asset(folder, arguments.to), arguments.media)
        _keep(folder, picture_added(found, arguments.media.name), output)
        output.line(f"{found.asset.name} has {len(found.references)} pictures now")
        output.result(found.document)
        return 0
    made = ingest(folder.root, arguments.media)
    info = made.info
    size = f", {info.width}x{info.height}" if info.width else ""
    output.line(f"{'Known already' if made.known else 'Added'}: {made.path} ({info.kind}{size})")
    output.result({"path": made.path, "sha256": made.sha256, "known": made.known, "kind": info.kind})
    return 0
