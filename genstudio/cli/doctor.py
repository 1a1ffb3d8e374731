"""``genstudio doctor``: one screen on what is there, and what more would bring."""

from __future__ import annotations

import platform
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from genstudio.cli.common import add_command, open_workspace
from genstudio.schema.errors import GenStudioError
from genstudio.schema.version import VERSION
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.schema.pipeline import Weights
    from genstudio.session.doctor import Finding
    from genstudio.widget import Workspace

__all__ = ["register"]

_LOW_MEMORY_GIB: Final = 4.0


def register(groups: Groups) -> None:
    """Add the command."""
    doctor = add_command(groups, "doctor", _doctor, help="say what is there, and the command for what is missing")
    doctor.add_argument("--report", action="store_true", help="add the versions of everything, for a report of a fault; holds no secrets")


def _doctor(arguments: argparse.Namespace, output: Output) -> int:
    findings = _findings(arguments)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        output.line(f"{'ok' if finding.ok else '--'}  {finding.name.ljust(width)}  {finding.message}")
        if finding.fix and not finding.ok:
            output.line(f"{' ' * (width + 6)}{finding.fix}")
    missing = sum(not finding.ok for finding in findings)
    output.line(
        "All there." if not missing else f"{missing} of {len(findings)} could be better; the studio works without them as described."
    )
    versions = _versions() if arguments.report else {}
    for name, found in versions.items():
        output.line(f"{name.ljust(width)}  {found}")
    told = [asdict(finding) for finding in findings]
    output.result({"findings": told, "versions": versions} if arguments.report else told)
    return 0


def _findings(arguments: argparse.Namespace) -> list[Finding]:
    """Look at everything; where the workspace cannot be opened, that is one of the findings and the rest is looked at all the same."""
    from genstudio.session.doctor import Finding, examine, examine_tools

    try:
        workspace = open_workspace(arguments)
    except GenStudioError as error:
        lost = Finding("workspace", ok=False, message=error.message, fix=error.fix)
        return [*examine_tools(), *_machine(), lost, _front_end()]
    studio = examine(workspace.runtime.workspace, workspace.runtime.engine)
    machine = [*_machine(), *_workspace(workspace), _front_end()]
    here, asked = {finding.name: finding for finding in machine}, {finding.name for finding in studio}
    return [here.get(finding.name, finding) for finding in studio] + [finding for finding in machine if finding.name not in asked]


def _versions() -> dict[str, str]:
    """Return the versions of the system, of the programs and of every package that the studio asks for."""
    asked = sorted({re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0] for need in requires("genstudio") or ()}, key=str.casefold)
    found = {"system": platform.platform(), "genstudio": VERSION, "python": platform.python_version()}
    for program in ("git", "git-lfs", "docker"):
        found[f"{program} (program)"] = _program_version(program)
    for name in asked:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _program_version(program: str) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "not there"
    return done.stdout.strip().partition("\n")[0]


def _machine() -> Iterator[Finding]:
    """Yield what concerns this machine and this installation."""
    from genstudio.session.doctor import Finding

    yield _containers()
    yield _cards()
    yield _memory()
    yield _notebooks()
    yield Finding("python", ok=True, message=f"Python {platform.python_version()} in {sys.prefix}.")


def _workspace(workspace: Workspace) -> Iterator[Finding]:
    """Yield what concerns the workspace and its projects."""
    from genstudio.session.doctor import Finding
    from genstudio.session.doctor_projects import examine_projects

    yield from _weights(workspace)
    yield Finding("workspace", ok=True, message=f"{workspace.path} with {counted(len(workspace.runtime.workspace.projects()), 'project')}.")
    for problem in workspace.runtime.workspace.problems():
        fix = "Look into its folder; a copy gets an identity of its own by: genstudio open --new-uuid FOLDER"
        yield Finding("project", ok=False, message=problem, fix=fix)
    yield from examine_projects(workspace.runtime.workspace)


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
            sets = [weights for weights in pipeline.manifest.weights if weights.kind == "fixed" and weights.repo]
            fix = " && ".join(_fetching(weights, folders[0]) for weights in sets) or f"Put them into {folders[0]}."
            yield Finding(name, ok=False, message=f"{len(lacking)} files are missing, {lacking[0]} first.", fix=fix)
        else:
            yield Finding(name, ok=True, message="All there.")


def _fetching(weights: Weights, models: Path) -> str:
    """Return the command that fetches a set of weights (``hf`` comes with ``pip install huggingface_hub``)."""
    revision = f" --revision {shlex.quote(weights.revision)}" if weights.revision else ""
    files = "".join(f" {shlex.quote(file)}" for file in weights.files)
    return f"hf download {shlex.quote(weights.repo)}{files}{revision} --local-dir {shlex.quote(str(models / weights.folder))}"


def _notebooks() -> Finding:
    from genstudio.session.doctor import Finding

    needed = {"jupyterlab": "JupyterLab", "voila": "Voila (the studio's page)", "ipyflow": "ipyflow (reactive notebooks)"}
    lacking = [title for name, title in needed.items() if find_spec(name) is None]
    if lacking:
        return Finding("notebooks", ok=False, message=f"Not installed: {', '.join(lacking)}.", fix="pip install 'genstudio[studio]'")
    return Finding("notebooks", ok=True, message="JupyterLab, Voila and ipyflow are there.")


def _memory() -> Finding:
    import psutil

    from genstudio.engine.devices import cpu_slots, memory_limit_gib
    from genstudio.session.doctor import Finding

    total, slots = psutil.virtual_memory().total / 2**30, cpu_slots()
    message = f"{total:.0f} GiB of main memory, {slots} jobs on the CPU at once with {memory_limit_gib(slots):.1f} GiB each."
    return Finding(
        "memory", ok=total >= _LOW_MEMORY_GIB, message=message, fix="" if total >= _LOW_MEMORY_GIB else "Set GENSTUDIO_CPU_SLOTS=1."
    )


def _front_end() -> Finding:
    from genstudio.schema.errors import MissingToolError
    from genstudio.session.doctor import Finding
    from genstudio.widget.studio import STATIC, bundle

    try:
        bundle(STATIC)
    except MissingToolError as error:
        return Finding("front end", ok=False, message=error.message, fix=error.fix)
    return Finding("front end", ok=True, message="Built.")
