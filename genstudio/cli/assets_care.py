"""``genstudio assets describe | remove-picture``: the words and the pictures of an asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_project

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget.assets import Asset

__all__ = ["register"]

_WORDS = (
    ("--trigger-word", "the word that stands for it in prompts"),
    ("--description", "what it looks like"),
    ("--keywords", "the words that a style adds to prompts; the long description of the others"),
)


def register(assets: Groups) -> None:
    """Add the commands to the group ``assets``, which gives them the project."""
    describe = add_command(assets, "describe", _describe, help="change the words of an asset; what is left out stays")
    remove = add_command(assets, "remove-picture", _remove, help="take a picture out of the reference images of an asset")
    for command in (describe, remove):
        command.add_argument("name", help="name or uuid of the asset")
    for option, what in _WORDS:
        describe.add_argument(option, metavar="TEXT", help=what)
    remove.add_argument("picture", help="its file name or path, as genstudio assets show lists it")


def _asset(arguments: argparse.Namespace) -> Asset:
    found: Asset = open_project(arguments).assets[arguments.name]
    return found


def _describe(arguments: argparse.Namespace, output: Output) -> int:
    words = {name: getattr(arguments, name) for name in ("trigger_word", "description", "keywords")}
    asset = _asset(arguments)
    changed = [name.replace("_", " ") for name, text in words.items() if text is not None]
    if changed:
        asset.describe(**words)
    output.line(f"Changed of {asset.name}: {', '.join(changed)}." if changed else f"Nothing was changed of {asset.name}.")
    output.result(asset.folder.document)
    return 0


def _remove(arguments: argparse.Namespace, output: Output) -> int:
    asset = _asset(arguments).remove_reference(arguments.picture)
    output.line(f"{asset.name} has {len(asset.references)} pictures now.")
    output.result(asset.folder.document)
    return 0
