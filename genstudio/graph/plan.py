"""What a shot asks for: everything that its generation needs, read from the canvas once (contracts: assets and takes)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from genstudio.graph.bypass import past_muted
from genstudio.graph.check import wrong_shot
from genstudio.graph.cut import active_take
from genstudio.graph.identity import label
from genstudio.graph.supply import Material, Supply, entry_of
from genstudio.graph.values import Json, plain
from genstudio.graph.wiring import Wires
from genstudio.schema.base import JsonObject, Quality
from genstudio.schema.canvas import Canvas, Node, ShotData
from genstudio.schema.control import ControlMap
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import FileRef
from genstudio.schema.nodes import InputSocket, Problem
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.project import Asset, ProjectSettings
from genstudio.schema.take import TakeRecord

__all__ = ["ASKED", "PlanAsset", "PlanContext", "ShotPlan", "by_content", "plan_shot", "shot_key", "text_of"]

ASKED: Final = ("prompt", "negative_prompt", "seed", "duration", "quality", "params")
"""The settings of a shot that say what is asked for: those that a take remembers, and gives back."""
_NAMES: Final = ("path", "take", "node")
"""What says where something is, not what."""


@dataclass(frozen=True, slots=True)
class PlanAsset:
    """An asset with its files.

    ``folder`` is project-relative; ``references`` are its reference pictures, relative to the project or to the folder; ``keywords`` the
    text of ``keywords.txt`` or ``description.txt``; ``hashes`` gives the SHA-256 of each file under the name it is listed by.
    """

    asset: Asset
    folder: str
    references: tuple[str, ...] = ()
    keywords: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What the canvas refers to: assets by uuid, texts by node id or by project-relative path, takes by node id.

    ``files`` are the media that sources name, by project-relative path; ``maps`` the control maps that were made, by content key.
    """

    settings: ProjectSettings
    tasks: Mapping[str, TaskDeclaration] = field(default_factory=dict)
    assets: Mapping[str, PlanAsset] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, tuple[TakeRecord, ...]] = field(default_factory=dict)
    files: Mapping[str, Material] = field(default_factory=dict)
    maps: Mapping[str, ControlMap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """What a shot asks for.

    ``prompt`` is what people wrote (the shot's own prompt, then connected text), ``composed_prompt`` adds what the assets say. ``inputs``
    is the JSON of the take's record; ``files`` are those inputs as a worker needs them: pictures of an asset by role ``character``,
    ``style`` or ``location``, its model by ``<kind>_model``, a take by the name of its socket. ``seed`` None means any. ``intent_key``
    changes exactly when the canvas asks for something else. ``asked`` are the shot's own settings as they stand on the node.
    """

    node: str
    name: str
    renders: str
    version: int
    reference: str
    quality: Quality
    prompt: str
    composed_prompt: str
    negative_prompt: str
    seed: int | None
    duration: str
    params: JsonObject
    inputs: JsonObject
    files: tuple[FileRef, ...]
    intent_key: str
    asked: JsonObject = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def plan_shot(
    canvas: Canvas, node_id: str, context: PlanContext, wires: Wires | None = None, supplies: Mapping[str, Supply | None] | None = None
) -> ShotPlan:
    """Return what a shot asks for; ``problems`` tell what could not be found (severity ``error``: it cannot be generated like this).

    ``wires`` are those of the canvas, where many shots of one canvas are planned. ``supplies`` says what the nodes before it give
    (:func:`genstudio.graph.steps.plan_steps`); of others, the take that stands for them is used.

    Raises:
        BadInputError: The node is no shot, or its data cannot be used.
    """
    shot = _shot(canvas, node_id)
    wires = wires or Wires(canvas)
    gathered = _Gatherer(wires, node_id, context, supplies or {})
    gathered.assets()
    gathered.sockets()
    reference = wires.reference(node_id)
    prompt = _joined(shot.prompt, *gathered.texts)
    composed = _joined(prompt, *gathered.words)
    if not composed:
        gathered.tell("prompt", "no_prompt", "There is no prompt yet.", severity="warning")
    params = _params(wires, node_id, shot)
    inputs = {"prompt": prompt, "composed_prompt": composed, **gathered.inputs}
    if shot.negative_prompt:
        inputs["negative_prompt"] = shot.negative_prompt
    return ShotPlan(
        node=node_id,
        name=shot.name or label(node_id, canvas.nodes[node_id]),
        renders=shot.renders,
        version=shot.version,
        reference=reference,
        quality=shot.quality or context.settings.quality,
        prompt=prompt,
        composed_prompt=composed,
        negative_prompt=shot.negative_prompt,
        seed=shot.seed,
        duration=shot.duration,
        params=params,
        inputs=inputs,
        files=tuple(gathered.files),
        intent_key=shot_key(reference, shot.seed, shot.duration, params, inputs),
        asked=shot.model_dump(mode="json", include=set(ASKED)),
        problems=tuple(gathered.problems),
    )


def _shot(canvas: Canvas, node_id: str) -> ShotData:
    node = canvas.nodes.get(node_id)
    if node is None or node.type != "shot":
        raise BadInputError(f"{node_id!r:.80} is no shot of this canvas.", fix="Name a node of type shot.")
    wrong = wrong_shot(node.data)
    if wrong is not None:
        raise BadInputError(f"{label(node_id, node)} has {wrong}", fix="Correct it on the node.")
    shot = ShotData.model_validate(plain(node.data))
    if not shot.renders:
        raise BadInputError(f"{label(node_id, node)} has no folder for its takes.", fix="Remove the node and add the shot again.")
    return shot


def _joined(*texts: str) -> str:
    """Texts as one, in order, each once, divided by commas where they do not end in a mark of their own."""
    parts = list(dict.fromkeys(part for text in texts if (part := text.strip().rstrip(",").strip())))
    joined = ""
    for part in parts:
        joined += ("" if not joined else " " if joined[-1] in ".!?;:\n" else ", ") + part
    return joined


def _params(wires: Wires, node_id: str, shot: ShotData) -> JsonObject:
    """The parameters of the pipeline node, overridden by the shot's own."""
    params: JsonObject = {}
    for edge in wires.into(node_id, "pipeline")[:1]:
        source = wires.canvas.nodes.get(edge.source)
        shared = source.data.get("params") if source is not None else None
        params = plain(shared) if isinstance(shared, dict) else {}
    return {**params, **shot.params}


def intent_key(plan: ShotPlan, seed: int | None) -> str:
    """Return the intent key that a plan would have with another seed."""
    return shot_key(plan.reference, seed, plan.duration, plan.params, plan.inputs)


def shot_key(reference: str, seed: int | None, duration: str, params: JsonObject, inputs: JsonObject) -> str:
    """Return the intent key of a shot, from what it asks for."""
    asked = {"reference": reference, "seed": seed, "duration": duration, "params": params, "inputs": inputs}
    text = json.dumps(by_content(asked), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def by_content(value: Json) -> Json:
    """Leave out the names of what a hash, a uuid or a content key stands for, so that moving or renaming it changes nothing."""
    if isinstance(value, dict):
        dropped: tuple[str, ...] = _NAMES if "sha256" in value or "uuid" in value else ()
        if "made" in value:
            dropped = (*_NAMES, "sha256")  # how it is made says more than what came out
        return {key: by_content(item) for key, item in value.items() if key not in dropped}
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON does not tell 5.0 from 5, and neither do browsers
    return [by_content(item) for item in value] if isinstance(value, list) else value


def text_of(name: str, node: Node, texts: Mapping[str, str]) -> str | None:
    """Return the text of a text node: of its file, if it names one, else as typed. None if the file is not there."""
    file, typed = node.data.get("file"), node.data.get("text")
    text = texts.get(name)
    if text is None and isinstance(file, str) and file:
        return texts.get(file)
    return text if text is not None else typed if isinstance(typed, str) else ""


class _Gatherer:
    """Collects what is wired into one shot."""

    def __init__(self, wires: Wires, node_id: str, context: PlanContext, supplies: Mapping[str, Supply | None]) -> None:
        self.wires, self.node_id, self.context, self.supplies = wires, node_id, context, supplies
        self.nodes = wires.canvas.nodes
        self.texts: list[str] = []
        self.words: list[str] = []
        self.inputs: JsonObject = {}
        self.files: list[FileRef] = []
        self.problems: list[Problem] = []

    def tell(self, socket: str | None, code: str, message: str, severity: Literal["error", "warning"] = "error") -> None:
        self.problems.append(Problem(node=self.node_id, socket=socket, severity=severity, code=code, message=message))

    def _sources(self, socket: str) -> Iterator[tuple[str, Node]]:
        for wire in self.wires.into(self.node_id, socket):
            edge = past_muted(self.wires, wire)
            node = self.nodes.get(edge.source) if edge is not None else None
            if edge is not None and node is not None:
                yield edge.source, node

    def assets(self) -> None:
        """Characters, then the place, then the style: the words in the order in which they matter for a picture."""
        for socket in ("character", "location", "style"):
            used = [entry for name, node in self._sources(socket) if (entry := self._asset(socket, name, node)) is not None]
            if used:
                self.inputs[socket] = used

    def _asset(self, socket: str, name: str, node: Node) -> JsonObject | None:
        uuid = node.data.get("asset")
        found = self.context.assets.get(uuid) if isinstance(uuid, str) else None
        if found is None:
            self.tell(socket, "missing_asset", f"The {socket} of {label(name, node)} is not an asset of this project.")
            return None
        if socket in ("character", "style", "location") and found.asset.kind != socket:
            self.tell(socket, "wrong_asset", f"{found.asset.name} is a {found.asset.kind}, used as a {socket}.", severity="warning")
        about = found.keywords if found.asset.kind == "style" and found.keywords.strip() else found.asset.description or found.keywords
        self.words += [found.asset.trigger_word, about]
        pictures = [self._file(found, path, socket) for path in found.references]
        model = [self._file(found, found.asset.model, f"{socket}_model")] if found.asset.model else []
        entry: JsonObject = {"uuid": found.asset.uuid, "path": found.folder}
        if pictures:
            entry["references"] = pictures
        return entry | ({"model": model[0]} if model else {})

    def _file(self, asset: PlanAsset, listed: str, role: str) -> JsonObject:
        path = listed if listed.startswith(asset.folder + "/") else f"{asset.folder}/{listed}"
        sha256 = asset.hashes.get(listed) or asset.hashes.get(path)
        if sha256 is None:
            self.tell(role.removesuffix("_model"), "missing_file", f"{path:.200} is not there.")
            return {"path": path}
        self.files.append(FileRef(path=path, sha256=sha256, role=role))
        return {"path": path, "sha256": sha256}

    def sockets(self) -> None:
        """The prompt socket and those of the task."""
        for name, node in self._sources("prompt"):
            text = self._text(name, node)
            if text is not None:
                self.texts.append(text)
        for socket in self.wires.inputs(self.node_id, {}, self.context.tasks):
            if socket.name not in ("pipeline", "character", "style", "location", "prompt", "sequence_in"):
                self._task_socket(socket)

    def _task_socket(self, socket: InputSocket) -> None:
        found = [value for name, node in self._sources(socket.name) if (value := self._value(socket.name, name, node)) is not None]
        if found:
            self.inputs[socket.name] = found if socket.many else found[0]
        elif socket.required:
            self.tell(socket.name, "not_connected", f"{socket.title or socket.name} needs to be connected.")

    def _value(self, socket: str, name: str, node: Node) -> Json:
        if node.type == "text":
            return self._text(name, node)
        if node.type == "asset":
            return self._asset(socket, name, node)
        if name in self.supplies:
            return self._supply(socket, self.supplies[name])
        take = active_take(node, self.context.takes.get(name, ()))
        if take is None:
            self.tell(socket, "no_result", f"{label(name, node)} has no take yet; generate it first.")
            return None
        self.files.append(FileRef(path=take.path, sha256=take.sha256, role=socket))
        return {"node": name, "take": take.id, "path": take.path, "sha256": take.sha256}

    def _supply(self, socket: str, supply: Supply | None) -> Json:
        """What a step has made or will make; where there is nothing, the plan of the steps says why."""
        if supply is None:
            return None
        if supply.material is not None:
            self.files.append(FileRef(path=supply.material.path, sha256=supply.material.sha256, role=socket))
        return entry_of(supply)

    def _text(self, name: str, node: Node) -> str | None:
        text = text_of(name, node, self.context.texts)
        if text is None:
            self.tell("prompt", "missing_file", f"{node.data.get('file')!s:.200} is not there.")
        return text
