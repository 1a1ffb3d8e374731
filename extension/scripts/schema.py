"""Writes the JSON schema of all messages to standard output, for the TypeScript types of the front end.

What a server sends has every field filled in; what a client sends may leave defaults out. So there are two documents.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from genstudio.schema import message
from genstudio.schema.canvas import Canvas, Patch, ShotData
from genstudio.schema.cut import CutList
from genstudio.schema.job import JobView
from genstudio.schema.nodes import InputSocket, NodeType, OutputSocket, SocketType
from genstudio.schema.project import ProjectSummary
from genstudio.schema.take import TakeRecord

SERVER_EXTRA: tuple[type[BaseModel], ...] = (
    Canvas,
    CutList,
    InputSocket,
    JobView,
    NodeType,
    OutputSocket,
    ProjectSummary,
    ShotData,
    TakeRecord,
)
KINDS = frozenset({"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"})
CLIENT_EXTRA: tuple[type[BaseModel], ...] = (message.Message, Patch)


def document(title: str, payloads: dict[str, type[BaseModel]], extra: tuple[type[BaseModel], ...], *, filled: bool) -> dict[str, Any]:
    """Return one schema whose properties are the event names, so that the generated interface maps events to payloads."""
    models = {**payloads, **{model.__name__: model for model in extra}}
    mode = "serialization" if filled else "validation"
    references, shared = models_json_schema([(model, mode) for model in dict.fromkeys(models.values())], by_alias=True)
    definitions = {name: plain(body, filled=filled) for name, body in shared["$defs"].items()}
    return {
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": list(models),
        "properties": {name: references[model, mode] for name, model in models.items()},
        "$defs": definitions,
    }


def plain(body: Any, *, filled: bool) -> Any:
    """Return a schema as the generator of TypeScript likes it: no field titles (one alias each), no lengths, honest unknowns."""
    if isinstance(body, list):
        return [plain(item, filled=filled) for item in body]
    if not isinstance(body, dict):
        return body
    kept = {key: plain(value, filled=filled) for key, value in body.items() if not (key == "title" and isinstance(value, str))}
    if "prefixItems" in kept:
        return {**kept, "items": kept.pop("prefixItems")}
    kept = {key: value for key, value in kept.items() if key not in {"minItems", "maxItems"}}
    if kept.get("type") == "object" and "properties" in kept:
        kept["properties"] = {key: value if KINDS & set(value) else {"tsType": "unknown"} for key, value in kept["properties"].items()}
        if filled:
            kept["required"] = list(kept["properties"])
    return kept


def main() -> None:
    """Write both documents and the protocol number."""
    server = document("ServerEvents", message.SERVER_PAYLOADS, SERVER_EXTRA, filled=True)
    client = document("ClientEvents", message.CLIENT_PAYLOADS, CLIENT_EXTRA, filled=False)
    sockets = [str(kind) for kind in SocketType]
    json.dump({"protocol": message.PROTOCOL, "sockets": sockets, "server": server, "client": client}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
