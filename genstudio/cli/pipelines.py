"""``genstudio pipelines``: the catalogue."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

from genstudio.cli.common import add_command, open_workspace
from genstudio.engine.runners.bubblewrap import find_bubblewrap
from genstudio.engine.runners.environments import Environments
from genstudio.engine.state import StateFolder
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.invocation import image_build_command
from genstudio.pipelines.weights import missing
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["register"]

_OPEN: Final = "Without bubblewrap it can read and change what you can."


def register(groups: Groups) -> None:
    """Add the commands."""
    pipelines = groups.add_parser("pipelines", help="the catalogue of pipelines").add_subparsers(metavar="command", required=True)
    add_command(pipelines, "ls", _ls, help="list pipelines")
    show = add_command(pipelines, "show", _show, help="all about a pipeline")
    show.add_argument("id", help="id or alias, with @version if wanted")
    build = add_command(pipelines, "build", _build, help="build the container image of a pipeline, or its environment without one")
    build.add_argument("id", help="id or alias, with @version if wanted")
    build.add_argument("--base", default="", metavar="IMAGE", help="the image to build on, in the place of the Dockerfile's own")
    build.add_argument("--process", action="store_true", help="let it run on this machine as a process, in an environment of its own")
    build.add_argument("--forget", action="store_true", help="with --process: let it do so no more")


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    catalogue = Catalogue.load(workspace.path)
    rows, documents = [], []
    for pipeline in catalogue.pipelines.values():
        manifest = pipeline.manifest
        tiers = ", ".join(tier.quality for tier in manifest.tiers)
        lacking = missing(manifest, workspace.runtime.workspace.models_dirs())
        rows.append(
            (manifest.id, manifest.version, manifest.task or "pinned", tiers, "weights missing" if lacking else "ready", manifest.title)
        )
        documents.append({**manifest.model_dump(mode="json", by_alias=True), "builtin": pipeline.builtin, "missing_weights": lacking})
    output.table(("pipeline", "version", "task", "quality", "state", "title"), rows, empty="There are no pipelines.")
    for problem in catalogue.problems:
        output.notice(problem)
    output.result({"pipelines": documents, "tasks": list(catalogue.tasks), "problems": list(catalogue.problems)})
    return 0


def _show(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    pipeline = Catalogue.load(workspace.path).get(arguments.id)
    manifest = pipeline.manifest
    lacking = missing(manifest, workspace.runtime.workspace.models_dirs())
    output.line(f"{manifest.id} {manifest.version}  {manifest.title}")
    if manifest.description:
        output.line(manifest.description)
    licence = manifest.licence
    output.line(f"task {manifest.task or '(pinned only)'}, licence {licence.code}, weights {licence.weights or licence.code}")
    output.line(f"folder {pipeline.folder}")
    tiers = [(tier.quality, tier.label, f"{tier.vram_gib:g} GiB", tier.strategy) for tier in manifest.tiers]
    output.table(("quality", "", "card", "how"), tiers, empty="no tiers")
    params = [(param.name, param.type, param.default, param.description) for param in manifest.params]
    output.table(("parameter", "type", "default", ""), params, empty="no parameters of its own")
    for weight in lacking:
        output.line(f"missing weights: {weight}")
    document = {
        **manifest.model_dump(mode="json", by_alias=True),
        "folder": str(pipeline.folder),
        "builtin": pipeline.builtin,
        "digest": pipeline.digest,
    }
    output.result({**document, "missing_weights": lacking})
    return 0


def _build(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    pipeline = Catalogue.load(workspace.path).get(arguments.id)
    if arguments.forget and not arguments.process:
        raise BadInputError("--forget says nothing without --process.", fix="Remove an image with the container engine's own command.")
    if not arguments.process:
        _build_image(pipeline, arguments.base, output)
        output.result({"id": pipeline.id, "image": pipeline.manifest.run.image})
        return 0
    environments = Environments(StateFolder(workspace.runtime.workspace.state_dir).environments)
    if arguments.forget:
        forgot = environments.forget(pipeline)
        output.line(f"{pipeline.id} runs as a process no more." if forgot else f"{pipeline.id} did not run as a process.")
        output.result({"id": pipeline.id, "forgotten": forgot})
        return 0
    python = environments.build(pipeline, output.notice)
    sandbox = find_bubblewrap() is not None
    seen = "In its sandbox it reaches no network, and of the disk its inputs and weights." if sandbox else _OPEN
    output.line(f"{pipeline.id} may run as a process on this machine, as it is now. {seen}")
    output.result({"id": pipeline.id, "python": str(python), "sandbox": sandbox})
    return 0


def _build_image(pipeline: Pipeline, base: str, output: Output) -> None:
    output.notice(f"Building {pipeline.manifest.run.image} …")
    try:
        status = subprocess.run(image_build_command(pipeline, base=base), stdout=sys.stderr, check=False).returncode
    except FileNotFoundError:
        raise MissingToolError("There is no docker to build an image with.", fix="Install Docker, or build with --process.") from None
    if status:
        raise GenStudioError(f"The image of {pipeline.id} was not built.", fix="Read what Docker says above.", code="bad_input")
