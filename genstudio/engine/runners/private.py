"""The private runner: pipelines as processes, each in an environment of its own, in a sandbox where bubblewrap works.

It takes what was built for it by name (:mod:`genstudio.engine.runners.environments`) and nothing else: without the sandbox a pipeline can
read and write what the studio can, and that is for people to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.engine.runners.base import Capabilities, Launch, Listener, Run
from genstudio.engine.runners.bubblewrap import find_bubblewrap, sandboxed
from genstudio.engine.runners.process import ProcessRunner
from genstudio.pipelines.catalogue import sdk_dir
from genstudio.pipelines.invocation import own_command

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from genstudio.engine.runners.environments import Environments
    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["PrivateRunner", "private_runners"]


class PrivateRunner(ProcessRunner):
    """Runs pipelines in their own environments.

    Args:
        runs: The folder where running programs are noted.
        environments: Those of this machine.
        bubblewrap: The sandbox; None for none. Found if not given.
    """

    def __init__(self, runs: Path, environments: Environments, bubblewrap: str | None = "") -> None:
        super().__init__(runs)
        self._environments = environments
        self._bubblewrap = find_bubblewrap() if bubblewrap == "" else bubblewrap
        shut = self._bubblewrap is not None
        self.capabilities = Capabilities("private", isolates_network=shut, isolates_files=shut, limits_memory=False, stays=True)

    def refuses(self, pipeline: Pipeline) -> str:
        """Say that a pipeline was not built for it, or has changed since."""
        if self._environments.python(pipeline) is not None:
            return ""
        return f"No environment of its own was built for {pipeline.id} on this worker."

    def offers(self, pipelines: Iterable[Pipeline]) -> tuple[str, ...]:
        """Return what this worker can start by it, as routing asks for it."""
        return private_runners(self._environments, pipelines)

    def command(self, launch: Launch) -> list[str]:
        """Return the command with the Python of the pipeline's own, inside the sandbox."""
        python = self._environments.python(launch.pipeline)
        if python is None:
            raise self.refusal(launch.pipeline)
        command = [*own_command(launch.pipeline, str(python)), *self.arguments(launch)]
        if self._bubblewrap is None:
            return command
        job = [launch.folder] if launch.stays else [launch.folder / "project", launch.folder / "request.json"]
        read = [python.parents[1], launch.pipeline.folder, sdk_dir(), *launch.models, *job]
        write = [launch.folder / "outputs", launch.folder / "tmp"]
        return sandboxed(self._bubblewrap, command, read=read, write=write, gpu=bool(launch.gpu))

    def start(self, launch: Launch, listener: Listener) -> Run:
        """Start the pipeline's command in its environment."""
        self.open_outputs(launch.folder / "outputs")
        return super().start(launch, listener)


def private_runners(environments: Environments, pipelines: Iterable[Pipeline]) -> tuple[str, ...]:
    """Return ``private:<id>`` of each pipeline that may run as a process with an environment of its own."""
    return tuple(pipeline.private_runner for pipeline in pipelines if environments.python(pipeline) is not None)
