"""The templates of a studio's library: shared ways to generate, copied onto a canvas when they are used.

``<name>.toml`` is a preset, one pipeline node with its settings (:class:`~genstudio.schema.template.Preset`); ``<name>.json`` is a
piece of canvas, in the form of a canvas file, with ``title`` and ``description`` beside its nodes. A file that is neither is a line
among the problems of the catalogue, never an error for the others.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pydantic import ValidationError

from genstudio.graph.values import Json, is_id, plain
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas, Node, Position
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.template import Preset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Template", "fresh_id", "read_template", "read_templates"]

_MOST_BYTES: Final = 1 << 20
_MOST_NODES: Final = 500
_KINDS: Final[dict[str, Literal["preset", "graph"]]] = {".toml": "preset", ".json": "graph"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        name: What it is called by: its file name without the suffix.
        title: For people.
        description: For people; may be empty.
        kind: ``preset`` (one pipeline node) or ``graph`` (a piece of canvas).
        canvas: What is put on a canvas, with ids of its own.
        references: The tasks and pipelines that it names.
    """

    name: str
    title: str
    description: str
    kind: Literal["preset", "graph"]
    canvas: Canvas
    references: tuple[str, ...]

    def summary(self) -> JsonObject:
        """Return what people are told of it, as plain JSON values."""
        told = {"name": self.name, "title": self.title, "description": self.description, "kind": self.kind}
        return {**told, "nodes": len(self.canvas.nodes), "references": list(self.references)}


def read_templates(folder: Path, find: Callable[[str], object]) -> tuple[dict[str, Template], list[str]]:
    """Return the templates in a folder by name, and a sentence for each file that is none.

    Args:
        folder: The folder; it may be missing.
        find: Raises NotFoundError where a task or pipeline of that name is not there.
    """
    found: dict[str, Template] = {}
    problems: list[str] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith((".", "_")) or path.suffix.lower() not in _KINDS:
            continue
        try:
            template = read_template(path)
            for reference in template.references:
                find(reference)
        except NotFoundError as error:
            problems.append(f"{path.name}: {error.message} {error.fix}")
        except BadInputError as error:
            problems.append(str(error))
        else:
            if template.name in found:
                problems.append(f"{path.name}: there is another template {template.name}. Rename one of the two.")
            found.setdefault(template.name, template)
    return found, problems


def fresh_id(name: str) -> str:
    """Return an id that no canvas has had, for a thing of a template."""
    return f"{name[:48]}_{secrets.token_hex(6)}"


def read_template(path: Path) -> Template:
    """Read and check one template.

    Raises:
        BadInputError: It cannot be read, is too large, or is no template; the message begins with its file name.
    """
    try:
        return _template(path)
    except BadInputError as error:
        raise BadInputError(f"{path.name}: {error.message}", fix=error.fix) from error
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise BadInputError(f"{path.name}: {where}: {detail['msg']}.", fix="Correct the field.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path.name} cannot be read: {error}.", fix="Correct the file.") from error


def _template(path: Path) -> Template:
    if not path.is_file() or path.is_symlink():
        raise BadInputError("It is no plain file.", fix="Copy the template itself into the library.")
    if path.stat().st_size > _MOST_BYTES:
        raise BadInputError(f"It is larger than {_MOST_BYTES >> 20} MiB.", fix="Keep media out of templates.")
    text = path.read_text("utf-8")
    return _preset(path.stem, text) if path.suffix.lower() == ".toml" else _graph(path.stem, text)


def _preset(name: str, text: str) -> Template:
    preset = Preset.model_validate(tomllib.loads(text))
    data = {"name": preset.title, "reference": preset.reference, "params": plain(preset.params)}
    canvas = Canvas(nodes={"pipeline": Node(type="pipeline", data=data)}, layout={"pipeline": Position()})
    return Template(name, preset.title, preset.description, "preset", canvas, (preset.reference,))


def _graph(name: str, text: str) -> Template:
    document = json.loads(text)
    if _is_comfyui(document):
        message = "It is a workflow of ComfyUI, which no canvas can hold."
        raise BadInputError(message, fix="Make a pipeline that runs it, in Library/Pipelines.")
    canvas = Canvas.model_validate(plain(document))
    wrong = _wrong(canvas)
    if wrong:
        raise BadInputError(wrong, fix="Save the piece of canvas again.")
    extra = canvas.model_extra or {}
    title, description = (str(extra.get(key) or "")[:2000] for key in ("title", "description"))
    references = [node.data.get("reference") for node in canvas.nodes.values() if node.type == "pipeline"]
    named = tuple(dict.fromkeys(reference for reference in references if isinstance(reference, str)))
    return Template(name, title or name.replace("_", " "), description, "graph", canvas, named)


def _wrong(canvas: Canvas) -> str:
    """Return why a piece of canvas cannot be put on one; empty if it can."""
    if not 0 < len(canvas.nodes) <= _MOST_NODES:
        return f"It has {len(canvas.nodes)} nodes; a template has 1 to {_MOST_NODES}."
    bad = next((name for name in (*canvas.nodes, *canvas.edges) if not is_id(name)), None)
    if bad is not None:
        return f"{bad!r:.40} is no id."
    loose = next((name for name, edge in canvas.edges.items() if not {edge.source, edge.target} <= canvas.nodes.keys()), None)
    return f"The wire {loose} leads out of it." if loose is not None else ""


def _is_comfyui(document: Json) -> bool:
    """Say whether it is what ComfyUI saves, for people (``nodes`` is a list) or for its API (each entry has a ``class_type``)."""
    if not isinstance(document, dict):
        return False
    entries = list(document.values())
    return isinstance(document.get("nodes"), list) or (
        bool(entries) and all(isinstance(each, dict) and "class_type" in each for each in entries)
    )
