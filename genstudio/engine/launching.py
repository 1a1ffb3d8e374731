"""How workers of other machines are started: by SSH, Slurm, Kubernetes or a Dask Gateway, as ``cluster.toml`` says.

Commands are values here.
"""

from __future__ import annotations

import importlib.util
import json
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.engine.joining import write_invitation
from genstudio.schema.cluster import CLUSTER_CONFIG, ClusterConfig, GatewayConfig, KubernetesConfig, LocalConfig, SlurmConfig, SshConfig
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstudio.engine.state import StateFolder

__all__ = ["Launch", "launches", "read_config", "start_workers", "worker_command"]

_FILE: Final = "cluster.toml"
_NAME: Final = "genstudio-workers"
_INVITATION: Final = "genstudio-join.json"
_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Launch:
    """A command that starts workers. ``words`` go to its standard input; if it ``lasts``, it runs for as long as its worker."""

    command: tuple[str, ...]
    words: str = ""
    lasts: bool = False


def read_config(workspace: Path) -> ClusterConfig:
    """Return what ``cluster.toml`` of a workspace says; this machine alone if there is none.

    Raises:
        BadInputError: It is wrong; the message says where.
    """
    path = workspace / _FILE
    try:
        return CLUSTER_CONFIG.validate_python({"kind": "local", **tomllib.loads(path.read_text("utf-8"))})
    except FileNotFoundError:
        return LocalConfig()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(f"{_FILE} cannot be read: {error}.", fix="Correct the file.") from error
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(str(part) for part in detail["loc"][1:])
        raise BadInputError(f"{_FILE}: {where}: {detail['msg']}".replace(": : ", ": ") + ".", fix="Correct the file.") from error


def launches(config: ClusterConfig, invitation: str) -> list[Launch]:
    """Return the commands that start the workers of a configuration.

    Args:
        config: Where they come from.
        invitation: The text of the file with which they join.
    """
    match config:
        case SshConfig():
            return [_ssh(config, host, invitation) for host in config.hosts]
        case SlurmConfig():
            return [_slurm(config)]
        case KubernetesConfig():
            return [Launch(("kubectl", "apply", "--namespace", config.namespace, "-f", "-"), json.dumps(_pods(config, invitation)))]
        case GatewayConfig():
            order = {"config": config.model_dump(mode="json"), "invitation": invitation}
            return [Launch((sys.executable, "-m", "genstudio.engine.gateway"), json.dumps(order), lasts=True)]
        case _:
            return []


def start_workers(config: ClusterConfig, state: StateFolder) -> list[Launch]:
    """Start the workers of a configuration, and return with what; the scheduler must run. Those over SSH log beside the others.

    Raises:
        NotFoundError: No scheduler runs.
        MissingToolError: The program that starts them is not on this machine.
        GenStudioError: It says that it could not.
    """
    if isinstance(config, GatewayConfig) and importlib.util.find_spec("dask_gateway") is None:
        raise MissingToolError("The client of Dask Gateway is not installed.", fix="Install it: pip install dask-gateway.")
    path = Path(config.folder) / _INVITATION if isinstance(config, SlurmConfig) else state.root / _INVITATION
    write_invitation(state, path)
    found = launches(config, path.read_text("utf-8"))
    for number, launch in enumerate(found):
        _run(launch, state.log(f"launch-{number}"))
    return found


def _run(launch: Launch, log: Path) -> None:
    program = launch.command[0]
    if shutil.which(program) is None:
        raise MissingToolError(f"{program} is not on this machine.", fix=f"Install {program}, or change {_FILE}.")
    if launch.lasts:
        with log.open("ab") as output:
            process = subprocess.Popen(launch.command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, cwd="/")
        if process.stdin is not None:
            process.stdin.write(launch.words.encode())
            process.stdin.close()
        return
    done = subprocess.run(launch.command, input=launch.words, capture_output=True, text=True, timeout=_WAIT_S, check=False)
    if done.returncode:
        raise GenStudioError(f"{program} started no worker: {done.stderr.strip()[-500:]}", fix=f"Correct {_FILE}.", code="cluster")


def worker_command(
    config: SshConfig | SlurmConfig | KubernetesConfig | GatewayConfig, invitation: str, name: Sequence[str] = ()
) -> list[str]:
    """Return the command of a worker that joins with the file ``invitation``."""
    vram = ["--vram", config.vram] if config.vram else []
    return [*config.program, "worker", "--join", invitation, *vram, *name]


def _ssh(config: SshConfig, host: str, invitation: str) -> Launch:
    """The invitation goes through the connection: no file of it is left over there."""
    line = shlex.join(worker_command(config, "/dev/stdin"))
    return Launch(("ssh", "-T", "-o", "BatchMode=yes", "--", host, line), invitation, lasts=True)


def _slurm(config: SlurmConfig) -> Launch:
    """An array of jobs; each keeps its files on its node and leaves nothing there when Slurm ends it."""
    invitation = f"{config.folder.rstrip('/')}/{_INVITATION}"
    worker = shlex.join(worker_command(config, invitation, ["--folder", "FOLDER"])).replace("FOLDER", '"$folder"')
    script = f"#!/bin/sh\nfolder=$(mktemp -d)\ntrap 'rm -rf \"$folder\"' EXIT\n{worker}\n"
    return Launch(("sbatch", f"--job-name={_NAME}", f"--array=1-{config.workers}", *config.options), script)


def _pods(config: KubernetesConfig, invitation: str) -> dict[str, object]:
    place = "/var/run/genstudio"
    container = {
        "name": "worker",
        "image": config.image,
        "command": worker_command(config, f"{place}/{_INVITATION}", ["--folder", "/tmp/genstudio"]),  # noqa: S108 - inside the pod
        "resources": {"limits": {"nvidia.com/gpu": config.gpus}} if config.gpus else {},
        "volumeMounts": [{"name": "join", "mountPath": place, "readOnly": True}],
    }
    pod = {"restartPolicy": "OnFailure", "containers": [container], "volumes": [{"name": "join", "secret": {"secretName": _NAME}}]}
    job = {"parallelism": config.workers, "completions": config.workers, "template": {"spec": pod}}
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": _NAME}, "stringData": {_INVITATION: invitation}},
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": _NAME}, "spec": job},
        ],
    }
