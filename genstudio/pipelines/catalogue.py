"""The catalogue: which pipelines and tasks there are.

A pipeline is a folder with a ``pipeline.toml``. Built-in folders come with the studio; a studio's own stand in
``<workspace>/Library/Pipelines``, its templates in ``<workspace>/Library/Pipeline_Templates``. What is broken is a line in
:attr:`Catalogue.problems`, never an error for the others.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Self, TypedDict

from pydantic import ValidationError

from genstudio.pipelines.folders import Stamp, folder_digest, folder_stamp
from genstudio.pipelines.templates import Template, read_templates
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.pipeline import PipelineManifest, TaskDeclaration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genstudio.schema.base import JsonObject

__all__ = ["Catalogue", "Pipeline", "Reference", "builtin_dir", "load_pipeline", "sdk_dir"]

_MANIFEST: Final = "pipeline.toml"


class Reference(TypedDict):
    """What a pipeline node can name: a task routed by quality, or one pipeline pinned as ``id@version``."""

    reference: str
    title: str
    kind: Literal["image", "video", "audio", "control", "model"]
    description: str
    inputs: list[JsonObject]
    params: list[JsonObject]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline of the catalogue.

    Attributes:
        manifest: Its ``pipeline.toml``.
        folder: Where it stands.
        builtin: Whether it came with the studio; only such may run without a container.
        digest: SHA-256 (hex) over names and bytes of its files; the same code has the same digest everywhere.
    """

    manifest: PipelineManifest
    folder: Path
    builtin: bool
    digest: str

    @property
    def id(self) -> str:
        """The id, which is the name of the folder."""
        return self.manifest.id

    @property
    def runs_as_process(self) -> bool:
        """Whether it may run in the studio's own Python, without a container."""
        return self.builtin and self.manifest.run.environment == "studio"

    @property
    def private_runner(self) -> str:
        """What a worker offers that can run it as a process with an environment of its own."""
        return f"private:{self.id}"

    @property
    def runners(self) -> frozenset[str]:
        """What a worker must offer, one of these, to run it."""
        return frozenset({"container", "process" if self.runs_as_process else self.private_runner})


@cache
def builtin_dir() -> Path:
    """Return the folder of the built-in pipelines: of the repository when installed editable, else of the wheel's data."""
    package = Path(__file__).resolve().parents[1]
    repository = package.parent / "pipelines"
    return repository if (repository / "tasks.toml").is_file() else package / "_data" / "pipelines"


def sdk_dir() -> Path:
    """Return the folder to put on ``PYTHONPATH`` so that ``genstudio_pipeline`` can be imported."""
    return builtin_dir() / "sdk"


def load_pipeline(folder: Path, *, builtin: bool = False) -> Pipeline:
    """Read and check one pipeline folder. One that has not changed since the last time costs a look at its files.

    Raises:
        BadInputError: The manifest is missing, is no TOML, breaks the schema or names another id than its folder.
    """
    stamp, settled = folder_stamp(folder)
    return _known_pipeline(folder, builtin, stamp) if settled else _read_pipeline(folder, builtin)


@lru_cache(maxsize=1024)
def _known_pipeline(folder: Path, builtin: bool, _stamp: Stamp) -> Pipeline:  # noqa: FBT001 - part of the key
    return _read_pipeline(folder, builtin)


def _read_pipeline(folder: Path, builtin: bool) -> Pipeline:  # noqa: FBT001
    path = folder / _MANIFEST
    try:
        manifest = PipelineManifest.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise BadInputError(f"{folder.name}: there is no {_MANIFEST}.", fix="Add the manifest or remove the folder.") from error
    except ValidationError as error:
        raise BadInputError(f"{folder.name}/{_MANIFEST}: {_first(error)}.", fix="Correct the field.") from error
    except (OSError, ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number or a depth beyond all bounds
        raise BadInputError(f"{folder.name}/{_MANIFEST} cannot be read: {error}.", fix="Correct the file.") from error
    if manifest.id != folder.name:
        fix = "Give the folder the name of the id."
        raise BadInputError(f"{folder.name}/{_MANIFEST} says id {manifest.id!r}, not the name of its folder.", fix=fix)
    return Pipeline(manifest=manifest, folder=folder, builtin=builtin, digest=folder_digest(folder))


class Catalogue:
    """All pipelines and tasks that this studio knows. Read once; :meth:`load` again after a change.

    Attributes:
        pipelines: By id, sorted; built-ins first.
        tasks: By id, in the order of ``tasks.toml``.
        templates: Those of the studio's library by name.
        problems: One sentence for each folder or template that could not be used.
        pinned: What each pipeline is pinned by (``id@version``), by its id and by each of its aliases.
        declared: What every reference promises: the tasks, then each pipeline by its id and its aliases, with and without a version:
            the sockets of its task and those of its own.
    """

    def __init__(self, pipelines: Mapping[str, Pipeline], tasks: Mapping[str, TaskDeclaration], problems: tuple[str, ...] = ()) -> None:
        self.pipelines: Mapping[str, Pipeline] = MappingProxyType(dict(pipelines))
        self.tasks: Mapping[str, TaskDeclaration] = MappingProxyType(dict(tasks))
        self.templates: Mapping[str, Template] = MappingProxyType({})
        self.problems = problems
        self._names = {alias: pipeline.id for pipeline in reversed(list(self.pipelines.values())) for alias in pipeline.manifest.aliases}
        own = {pipeline.id: f"{pipeline.id}@{pipeline.manifest.version}" for pipeline in self.pipelines.values()}
        self.pinned: Mapping[str, str] = MappingProxyType(own | {name: own[id_] for name, id_ in self._names.items() if name not in own})
        alone = {pin: self._declared(self.pipelines[name].manifest) for name, pin in own.items()}
        named = {form: alone[pin] for name, pin in self.pinned.items() for form in (name, f"{name}@{pin.partition('@')[2]}")}
        self.declared: Mapping[str, TaskDeclaration] = MappingProxyType({**named, **tasks})

    def __repr__(self) -> str:
        return f"<Catalogue {len(self.pipelines)} pipelines, {len(self.tasks)} tasks>"

    @classmethod
    def load(cls, workspace_root: Path | None = None) -> Self:
        """Read the built-in pipelines and those of a workspace. A built-in id cannot be taken over by a workspace."""
        found: dict[str, Pipeline] = {}
        problems: list[str] = []
        for folder, builtin in _folders(workspace_root):
            try:
                pipeline = load_pipeline(folder, builtin=builtin)
            except BadInputError as error:
                problems.append(str(error))
                continue
            if pipeline.id in found:
                problems.append(f"{folder}: the id {pipeline.id} is taken by a built-in pipeline. Choose another id.")
                continue
            found[pipeline.id] = pipeline
        made = cls(found, _tasks(builtin_dir() / "tasks.toml"), tuple(problems))
        if workspace_root is not None:
            made._add_templates(workspace_root / "Library" / "Pipeline_Templates")
        return made

    def get(self, reference: str) -> Pipeline:
        """Return the pipeline of an id, an alias, or either with ``@version``.

        Raises:
            NotFoundError: There is none of that name, or not in that version.
        """
        name, _, version = reference.partition("@")
        pipeline = self.pipelines.get(name) or self.pipelines.get(self._names.get(name, ""))
        if pipeline is None:
            fix = f"There are: {', '.join([*self.tasks, *self.pipelines])}."
            raise NotFoundError(f"There is no pipeline {reference!r:.80}.", fix=fix)
        if version and version != pipeline.manifest.version:
            fix = f"Pin {pipeline.id}@{pipeline.manifest.version}, or install the version asked for."
            raise NotFoundError(f"{pipeline.id} is here in version {pipeline.manifest.version}, not {version!r:.40}.", fix=fix)
        return pipeline

    def template(self, name: str) -> Template:
        """Return a template of the library.

        Raises:
            NotFoundError: There is none of that name.
        """
        if name not in self.templates:
            there = f"There are: {', '.join(self.templates)}." if self.templates else "Library/Pipeline_Templates holds none yet."
            raise NotFoundError(f"There is no template {name!r:.80}.", fix=there)
        return self.templates[name]

    def _add_templates(self, folder: Path) -> None:
        found, problems = read_templates(folder, self._known)
        self.templates = MappingProxyType(found)
        self.problems += tuple(problems)

    def _known(self, reference: str) -> None:
        if reference not in self.tasks:
            self.get(reference)

    def references(self) -> list[Reference]:
        """Return what a pipeline node may name: the tasks of shots, then each pipeline pinned to its version.

        Tasks that have nodes of their own, and the pipelines that serve them, are not for shots.
        """
        elsewhere = {task.id for task in self.tasks.values() if task.node}
        tasks = [task.id for task in self.tasks.values() if task.id not in elsewhere]
        pinned = [self.pinned[pipeline.id] for pipeline in self.pipelines.values() if pipeline.manifest.task not in elsewhere]
        return [_reference(name, self.declared[name]) for name in tasks + pinned if self.declared[name].kind != "model"]

    def _declared(self, manifest: PipelineManifest) -> TaskDeclaration:
        """What a pipeline promises that is named itself: what its task does, and what it takes beyond that."""
        task = self.tasks.get(manifest.task or "")
        common = task.inputs if task else ()
        names = {socket.name for socket in common}
        own = tuple(socket for socket in manifest.inputs if socket.name not in names)
        return TaskDeclaration(
            id=task.id if task else "pinned",
            title=manifest.title,
            description=manifest.description,
            kind=manifest.kind,
            inputs=common + own,
            params=manifest.params,
        )


def _reference(name: str, declared: TaskDeclaration) -> Reference:
    return {
        "reference": name,
        "title": declared.title,
        "kind": declared.kind,
        "description": declared.description,
        "inputs": [socket.model_dump(mode="json") for socket in declared.inputs],
        "params": [param.model_dump(mode="json") for param in declared.params],
    }


def _folders(workspace_root: Path | None) -> Iterator[tuple[Path, bool]]:
    own = workspace_root / "Library" / "Pipelines" if workspace_root else None
    for root, builtin in ((builtin_dir(), True), (own, False)):
        if root is not None and root.is_dir():
            yield from ((path, builtin) for path in sorted(root.iterdir()) if path.is_dir() and _is_candidate(path, builtin=builtin))


def _is_candidate(folder: Path, *, builtin: bool) -> bool:
    if folder.name.startswith((".", "_")):
        return False
    return not builtin or (folder / _MANIFEST).is_file()  # beside the built-ins stands sdk/, which is no pipeline


@cache
def _tasks(path: Path) -> dict[str, TaskDeclaration]:
    """Read the tasks that come with the studio. They are its code: a change is seen by the next process."""
    entries = tomllib.loads(path.read_text("utf-8"))["tasks"]
    tasks = [TaskDeclaration.model_validate(entry) for entry in entries]
    return {task.id: task for task in tasks}


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    where = ".".join(str(part) for part in detail["loc"])
    return f"{where}: {detail['msg']}".strip(": .")
