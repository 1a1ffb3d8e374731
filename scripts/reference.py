"""Write ``docs/reference`` from the program itself: the commands from their parser, the REST interface from its operations."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from genstudio.cli.run import parser
from genstudio.server.openapi import OPERATIONS, ApiOperation

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "Made by `python scripts/reference.py`; do not edit.\n"


def commands() -> str:
    """Return the page of all commands."""
    common = (
        "Every command knows `--workspace DIR`, `--json` (one JSON document) and `--debug` (where an error comes from). The status is 0\n"
    )
    common += "only on success, 2 for wrong use, 1 with one line for the rest."
    return "\n".join(["# Commands\n", NOTE, common, *_commands("genstudio", parser())]) + "\n"


def _commands(name: str, found: argparse.ArgumentParser) -> Iterator[str]:
    groups = [action for action in found._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no other way
    for group in groups:
        for word, inner in group.choices.items():
            yield from _commands(f"{name} {word}", inner)
    if not groups:
        yield f"\n## `{name}`\n\n{(found.description or '').capitalize()}.\n"
        yield from _options(found)


def _options(found: argparse.ArgumentParser) -> Iterator[str]:
    for action in found._actions:  # noqa: SLF001 - as above
        if action.dest in ("help", "workspace", "json", "debug"):
            continue
        value = f" {action.metavar or action.dest.upper()}" if action.option_strings and action.nargs != 0 else ""
        choices = f" ({', '.join(map(str, action.choices))})" if action.choices else ""
        label = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        yield f"* `{label}{value}`{choices}{f' - {action.help}' if action.help else ''}"


def rest() -> str:
    """Return the page of the REST interface."""
    intro = "Below `…/genstudio`. Bodies and answers are JSON but for files; `openapi.json` has their shapes.\n"
    intro += "All but `auth/token` needs a login: `Authorization: Bearer …`, `Authorization: token …`, or the browser's cookie with\n"
    intro += "`X-XSRFToken`."
    head = "| verb | path | what | body | answer | refusals |\n|---|---|---|---|---|---|"
    return "\n".join(["# REST interface\n", NOTE, intro, "", head, *(_row(operation) for operation in OPERATIONS)]) + "\n"


def _row(operation: ApiOperation) -> str:
    answer = operation.answer
    shape = f"[{answer[0].__name__}]" if isinstance(answer, list) else answer.__name__ if answer else "-"
    body = operation.body if isinstance(operation.body, str) else operation.body.__name__ if operation.body else "-"
    faults = ", ".join(str(status) for status in ((() if operation.public else (403,)) + operation.faults))
    return f"| {operation.method.upper()} | `{operation.path}` | {operation.summary} | {body} | {operation.status} {shape} | {faults} |"


PAGES = {"commands.md": commands, "rest.md": rest}


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
