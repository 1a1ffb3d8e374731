"""``genstudio doctor``: one screen on what is there, and what more would bring."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.session.doctor import Finding
    from genstudio.widget import Workspace

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the command."""
    add_command(groups, "doctor", _doctor, help="say what is there, and the command for what is missing")


def _doctor(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.session.doctor import examine

    workspace = open_workspace(arguments)
    studio = examine(workspace.runtime.workspace, workspace.runtime.engine)
    here = {finding.name: finding for finding in _machine(workspace)}
    findings = [here.pop(finding.name, finding) for finding in studio]
    findings += here.values()
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        output.line(f"{'ok' if finding.ok else '--'}  {finding.name.ljust(width)}  {finding.message}")
        if finding.fix and not finding.ok:
            output.line(f"{' ' * (width + 6)}{finding.fix}")
    missing = sum(not finding.ok for finding in findings)
    output.line(
        "All there." if not missing else f"{missing} of {len(findings)} could be better; the studio works without them as described."
    )
    output.result([asdict(finding) for finding in findings])
    return 0


def _machine(workspace: Workspace) -> Iterator[Finding]:
    """Yield what concerns this machine and this installation."""
    from genstudio.session.doctor import Finding

    yield _containers()
    yield _cards()
    yield from _weights(workspace)
    yield Finding("python", ok=True, message=f"Python {platform.python_version()} in {sys.prefix}.")
    yield Finding("workspace", ok=True, message=f"{workspace.path} with {counted(len(workspace.runtime.workspace.projects()), 'project')}.")
    for problem in workspace.runtime.workspace.problems():
        yield Finding("project", ok=False, message=problem)
    yield _front_end()


def _containers() -> Finding:
    from genstudio.engine.runners.container import ContainerRunner
    from genstudio.session.doctor import Finding

    if ContainerRunner.probe({}) is not None:
        return Finding("containers", ok=True, message="A container engine answers.")
    message = "No container engine answers: only the built-in pipelines run, as animatics."
    fix = "Install Docker (https://docs.docker.com/engine/install) and start it, or set DOCKER_HOST."
    return Finding("containers", ok=False, message=message, fix=fix)


def _cards() -> Finding:
    from genstudio.engine.devices import cards
    from genstudio.session.doctor import Finding

    found = [f"{card.name} ({card.sold_gib:.0f} GiB)" for card in cards()]
    if found:
        return Finding("gpu", ok=True, message=f"{', '.join(found)}.")
    message = "No GPU here: shots are made as animatics, drawn storyboard panels of the right length."
    return Finding("gpu", ok=False, message=message, fix="Use a machine with an NVIDIA GPU and its driver (nvidia-smi shows it).")


def _weights(workspace: Workspace) -> Iterator[Finding]:
    from genstudio.pipelines.catalogue import Catalogue
    from genstudio.pipelines.weights import missing
    from genstudio.session.doctor import Finding

    folders = workspace.runtime.workspace.models_dirs()
    for pipeline in Catalogue.load(workspace.path).pipelines.values():
        if not pipeline.manifest.weights:
            continue
        lacking = missing(pipeline.manifest, folders)
        name = f"weights of {pipeline.id}"
        if lacking:
            sources = ", ".join(sorted({weights.repo for weights in pipeline.manifest.weights if weights.repo}))
            fix = f"Put {sources or 'them'} into {folders[0]}."
            yield Finding(name, ok=False, message=f"{len(lacking)} files are missing, {lacking[0]} first.", fix=fix)
        else:
            yield Finding(name, ok=True, message="All there.")


def _front_end() -> Finding:
    from genstudio.schema.errors import MissingToolError
    from genstudio.session.doctor import Finding
    from genstudio.widget.studio import STATIC, bundle

    try:
        bundle(STATIC)
    except MissingToolError as error:
        return Finding("front end", ok=False, message=error.message, fix=error.fix)
    return Finding("front end", ok=True, message="Built.")
