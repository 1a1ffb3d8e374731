"""Write ``docs/reference`` from the program itself: commands from their parser, REST from its operations, messages from their models."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from genstudio.cli.run import parser
from genstudio.schema.message import CLIENT_PAYLOADS, MAX_MESSAGE_BYTES, PROTOCOL, SERVER_PAYLOADS
from genstudio.server.openapi import OPERATIONS, ApiOperation
from genstudio.session.calls import public_methods
from genstudio.session.canvas_session import CanvasSession
from genstudio.session.workspace_session import WorkspaceSession

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
    shape = f"[{answer[0].__name__}]" if isinstance(answer, list) else getattr(answer, "__name__", answer or "-")
    body = operation.body if isinstance(operation.body, str) else operation.body.__name__ if operation.body else "-"
    faults = ", ".join(str(status) for status in ((() if operation.public else (403,)) + operation.faults))
    return f"| {operation.method.upper()} | `{operation.path}` | {operation.summary} | {body} | {operation.status} {shape} | {faults} |"


def messages() -> str:
    """Return the page of the messages over the WebSocket."""
    most = f"{MAX_MESSAGE_BYTES >> 20} MiB"
    intro = f"""`…/genstudio/ws/<project uuid>` is a canvas (`?canvas=` names another one than the main one), `…/genstudio/ws/workspace` the
workspace; the login is that of the REST interface. Each message is a JSON object `{{"type", "request_id"?, "canvas"?, "payload"}}` of at
most {most}. A `request_id` is chosen by the client and comes back in `server:result` or `server:error`. Both sides begin with
a hello (protocol {PROTOCOL}); `client:sync_request` is answered with `server:full_sync`, on which every `server:patch` follows by its
`sequence`."""
    calls = [
        "\n## What can be called\n",
        "By `client:call`, whose `method` and `params` they are; the answer is the `result` of a `server:result`.",
        *_calls("On a canvas", CanvasSession),
        *_calls("On the workspace", WorkspaceSession),
    ]
    told = [*_payloads("From a client", CLIENT_PAYLOADS), *_payloads("To a client", SERVER_PAYLOADS)]
    return "\n".join(["# Messages\n", NOTE, intro, *told, *calls]) + "\n"


def _payloads(title: str, payloads: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    yield f"\n## {title}\n\n| message | payload | what |\n|---|---|---|"
    for name, payload in payloads.items():
        fields = (f"`{key}`" if field.is_required() else f"`{key}?`" for key, field in payload.model_fields.items())
        yield f"| `{name}` | {' '.join(fields) or '-'} | {_first_line(payload)} |"


def _calls(title: str, kind: type) -> Iterator[str]:
    yield f"\n### {title}\n"
    for name in public_methods(kind):
        method = getattr(kind, name)
        known = [parameter for parameter in inspect.signature(method).parameters.values() if parameter.name != "self"]
        shown = ", ".join(each.name if each.default is each.empty else f"{each.name}?" for each in known)
        yield f"* `{name}({shown})` - {_first_line(method)}"


def _first_line(thing: object) -> str:
    line = (inspect.getdoc(thing) or "").partition("\n")[0].replace("``", "`").replace("|", r"\|")
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", line)


PAGES = {"commands.md": commands, "rest.md": rest, "messages.md": messages}


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
