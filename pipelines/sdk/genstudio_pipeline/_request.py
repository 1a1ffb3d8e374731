"""What a pipeline is asked to do: ``request.json`` as a typed value."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from genstudio_pipeline._errors import BadInput

__all__ = ["InputFile", "Request", "models_dirs", "read_request"]

_LARGEST_SIDE: Final = 16384
_LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of the project that the shot names. ``role`` is what it is for: ``character``, ``style`` or ``location``."""

    path: Path
    role: str


@dataclass(frozen=True, slots=True)
class Request:
    """One piece of work.

    Attributes:
        prompt: What the person typed. ``composed_prompt`` has the words of connected assets as well.
        seed: For every random choice; the same request gives the same result.
        width: Pixels.
        height: Pixels.
        fps: Frames a second, exact.
        frames: How many frames to make; 1 for a picture.
        kind: What to make: ``image``, ``video``, ``audio`` or ``control``.
        name: What people call the shot, e.g. ``SHOT_010``.
        inputs: Values at further sockets. ``files``: the files at sockets, below ``project``.
        params: Parameters, as declared in the manifest.
        tier: The tier chosen, e.g. ``{"quality": "low", "strategy": "…"}``.
        project: The small read-only project with just the inputs.
        output_dir: The only folder to write results to.
    """

    id: str
    prompt: str
    composed_prompt: str
    negative_prompt: str
    seed: int
    width: int
    height: int
    fps: Fraction
    frames: int
    kind: str
    name: str
    project: Path
    output_dir: Path
    inputs: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[InputFile, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    tier: Mapping[str, Any] = field(default_factory=dict)

    def files_of(self, role: str) -> tuple[Path, ...]:
        """Return the files with a role, in the order of their wires."""
        return tuple(file.path for file in self.files if file.role == role)


def models_dirs() -> tuple[Path, ...]:
    """Return the folders that may hold weights: ``GENSTUDIO_MODELS`` (separated as in ``PATH``), else ``/models``."""
    listed = os.environ.get("GENSTUDIO_MODELS", "")
    return tuple(Path(part) for part in listed.split(os.pathsep) if part) or (Path("/models"),)


def read_request(job: Path, project: Path) -> Request:
    """Read ``request.json`` of a job folder.

    Raises:
        BadInput: It cannot be read, a field is missing or makes no sense, or a file lies outside the project.
    """
    try:
        raw = json.loads((job / "request.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"request.json cannot be read: {error}.") from error
    if not isinstance(raw, dict):
        raise BadInput("request.json is no object.")
    return Request(
        id=_text(raw, "request_id"),
        prompt=_text(raw, "prompt"),
        composed_prompt=_text(raw, "composed_prompt") or _text(raw, "prompt"),
        negative_prompt=_text(raw, "negative_prompt"),
        seed=_whole(raw, "seed", 0, 2**64 - 1, default=0),
        width=_whole(raw, "width", 2, _LARGEST_SIDE),
        height=_whole(raw, "height", 2, _LARGEST_SIDE),
        fps=_rate(raw),
        frames=_whole(raw, "frames", 1, _LONGEST, default=1),
        kind=_text(raw, "kind"),
        name=_text(raw, "name"),
        project=project,
        output_dir=_output_dir(raw, job),
        inputs=_object(raw, "inputs"),
        files=tuple(_file(entry, project) for entry in raw.get("files") or ()),
        params=_object(raw, "params"),
        tier=_object(raw, "tier"),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name) or ""
    if not isinstance(value, str):
        raise BadInput(f"{name} must be text.")
    return value


def _whole(raw: Mapping[str, Any], name: str, low: int, high: int, *, default: int | None = None) -> int:
    value = raw.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(f"{name} must be a whole number from {low} to {high}, not {value!r:.40}.")
    return value


def _rate(raw: Mapping[str, Any]) -> Fraction:
    text = str(raw.get("fps") or "24")
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise BadInput(f"fps is {text!r:.40}, which is no rate.") from error
    if not 0 < rate <= 1000:
        raise BadInput(f"fps is {text!r:.40}; it must be above 0 and at most 1000.")
    return rate


def _object(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = raw.get(name) or {}
    if not isinstance(value, dict):
        raise BadInput(f"{name} must be an object.")
    return value


def _output_dir(raw: Mapping[str, Any], job: Path) -> Path:
    return job / (_text(raw, "output_dir") or "outputs")


def _file(entry: object, project: Path) -> InputFile:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise BadInput("Each of files must be an object with a path.")
    path = (project / entry["path"]).resolve()
    if not path.is_relative_to(project.resolve()):
        raise BadInput(f"{entry['path']!r:.200} lies outside the project.")
    if not path.is_file():
        raise BadInput(f"{entry['path']!r:.200} is not there.")
    return InputFile(path=path, role=str(entry.get("role") or ""))
