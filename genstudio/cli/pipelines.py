"""``genstudio pipelines``: the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.weights import missing

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    pipelines = groups.add_parser("pipelines", help="the catalogue of pipelines").add_subparsers(metavar="command", required=True)
    add_command(pipelines, "ls", _ls, help="list pipelines")
    show = add_command(pipelines, "show", _show, help="all about a pipeline")
    show.add_argument("id", help="id or alias, with @version if wanted")


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
