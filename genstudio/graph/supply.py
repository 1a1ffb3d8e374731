"""What a node gives to the nodes behind it: a file that is there, or one that a step will make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from genstudio.graph.cut import is_rejected
from genstudio.graph.values import Json
from genstudio.schema.base import JsonObject, Quality
from genstudio.schema.canvas import Node
from genstudio.schema.control import ControlMap
from genstudio.schema.take import TakeRecord

__all__ = [
    "Form",
    "Material",
    "Supply",
    "content_key",
    "enlarged",
    "entry_identity",
    "entry_of",
    "finished_take",
    "made_by",
    "made_of",
    "serves",
    "step_key",
]

_ENLARGES: Final = "super-resolution"
_QUALITIES: Final = ("draft", "low", "standard", "high")


@dataclass(frozen=True, slots=True)
class Form:
    """What media looks like: sizes in pixels, ``fps`` frames a second as exact text (empty without motion), 1 frame for a still."""

    kind: Literal["image", "video", "audio"]
    width: int = 0
    height: int = 0
    fps: str = ""
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """A file that is there: its path relative to the project, its hash and form, and the take it is, if it is one."""

    path: str
    sha256: str
    form: Form
    take: str = ""

    @classmethod
    def of_take(cls, take: TakeRecord) -> Material:
        """Return the media of a take."""
        return cls(take.path, take.sha256, Form(take.kind, take.width, take.height, take.fps or "", take.frames), take.id)

    @classmethod
    def of_map(cls, found: ControlMap) -> Material:
        """Return a control map."""
        return cls(found.path, found.sha256, Form(found.kind, found.width, found.height, found.fps or "", found.frames))


@dataclass(frozen=True, slots=True)
class Supply:
    """What a node gives. ``key`` is the content key of the step that makes or made it, empty for what people chose or brought.

    Without ``material`` the step has yet to run; ``step`` is then its id in the plan. Of a shot that is yet to be made nobody knows key
    and size: its ``form`` has zeros, and what is made from it gets its own key when the take is there.
    """

    node: str
    form: Form
    key: str = ""
    material: Material | None = None
    step: str = ""

    @property
    def identity(self) -> str:
        """What stands for the content in the keys of later steps: how it is made, else its hash."""
        return self.key or (self.material.sha256 if self.material else self.step)


def enlarged(source: Form, reference: str, params: JsonObject) -> Form:
    """Return what a task makes of a picture or a clip: as large as that, or larger by its ``scale``."""
    scale = int(params.get("scale", 1)) if reference == _ENLARGES else 1
    return replace(source, width=source.width * scale, height=source.height * scale)


def entry_of(supply: Supply) -> JsonObject:
    """Return a supply as it is written into the inputs of what is made from it."""
    entry: JsonObject = {"node": supply.node}
    if supply.material is not None:
        entry |= {"path": supply.material.path, "sha256": supply.material.sha256}
        entry |= {"take": supply.material.take} if supply.material.take else {}
    made = supply.key or ("" if supply.material else made_by(supply.step))
    return entry | ({"made": made} if made else {})


def made_by(step: str) -> str:
    """Return what stands in the inputs of a job for the result of a step of its plan, by the id of that step."""
    return step.rpartition(":")[2]


def entry_identity(entry: JsonObject) -> str:
    """Return the identity of a supply (:attr:`Supply.identity`) from its entry in the inputs of a take."""
    return str(entry.get("made") or entry.get("sha256") or "")


def content_key(reference: str, prompt: str, params: JsonObject, sources: Mapping[str, Supply]) -> str:
    """Return the hash (SHA-256, hex) of all that a step's result depends on: task, words, parameters, and what it is made of."""
    return step_key(reference, prompt, params, {role: item.identity for role, item in sources.items()})


def step_key(reference: str, prompt: str, params: JsonObject, identities: Mapping[str, str]) -> str:
    """Return the content key of a step whose inputs are known by their identities (:attr:`Supply.identity`)."""
    asked = {"reference": reference, "prompt": prompt, "params": params, "inputs": dict(identities)}
    return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def finished_take(takes: Iterable[TakeRecord], key: str, quality: Quality, hashes: Mapping[str, str], node: Node) -> TakeRecord | None:
    """Return the take that an equal step made: of the same key and the same files, asked for in no lower quality, not rejected.

    A real one stands before a draft, then the newest. ``hashes`` gives the SHA-256 of each input by its socket.
    """
    review = node.data.get("review")
    good = [
        take
        for take in takes
        if take.intent_key == key
        and serves(take.quality.requested, quality)
        and made_of(take.inputs, hashes)
        and not is_rejected(review, take.id)
    ]
    return max(good, key=lambda take: (not take.draft, take.name.version, take.name.take), default=None)


def serves(had: Quality, asked: Quality) -> bool:
    """Tell whether what was asked for in one quality is good enough for another request."""
    return _QUALITIES.index(had) >= _QUALITIES.index(asked)


def made_of(inputs: Mapping[str, Json], hashes: Mapping[str, str]) -> bool:
    """Tell whether recorded inputs are just these files."""
    recorded = {role: _hashes(value) for role, value in inputs.items()}
    return {role: found for role, found in recorded.items() if found} == {role: [sha256] for role, sha256 in hashes.items()}


def _hashes(value: Json) -> Sequence[str]:
    values = value if isinstance(value, list) else [value]
    return [item["sha256"] for item in values if isinstance(item, dict) and isinstance(item.get("sha256"), str)]
