"""The container runner, the only module that knows Docker.

The sandbox of contracts 5: read-only root, no network, no capabilities, no new privileges, a plain user, limits on processes and memory;
inputs and weights read-only; ``/job/outputs`` and ``/tmp`` the only places to write.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine.daemons import Daemon
from genstudio.engine.execution import LostRunError
from genstudio.engine.runners.base import Capabilities, Exit, Launch, Lines, Listener, Run, Runner
from genstudio.pipelines.invocation import DIGEST_LABEL, image_mismatch
from genstudio.schema.errors import GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docker import APIClient
    from docker.models.containers import Container
    from docker.models.images import Image

    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["LABEL", "ContainerRunner", "has_card", "leaves_cards_out"]

LABEL: Final = "genstudio"
"""Prefix of our container labels: ``genstudio.workspace``, ``.worker``, ``.boot``, ``.project``, ``.task``, ``.job``."""

_SOCKET: Final = "/var/run/docker.sock"
_ANSWER_S: Final = 3
_NOBODY: Final = 65534
_PIDS: Final = 512
_TMP: Final = "rw,nosuid,nodev,mode=1777,size=4g"
_GIB: Final = 1 << 30
_CACHES: Final = ("HOME", "HF_HOME", "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "MPLCONFIGDIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
"""What libraries write to; a read-only root breaks them unless they are told of ``/tmp``."""


class ContainerRunner(Runner):
    """Runs pipelines as containers of the local Docker engine.

    Args:
        labels: Whose containers these are: ``workspace``, ``worker`` and ``boot`` (the worker's process, ``<pid>@<start>``).
    """

    capabilities = Capabilities("container", isolates_network=True, isolates_files=True, limits_memory=True, stays=True)

    def __init__(self, labels: Mapping[str, str]) -> None:
        import docker

        self._labels = dict(labels)
        self._docker = docker.from_env(use_context=False, timeout=60)
        self._streams = docker.from_env(use_context=False, timeout=None)  # a silent pipeline must not look like a lost engine
        self._errors: type[Exception] = docker.errors.DockerException
        self._left: list[Container] = []
        """Containers that could not be removed since the engine was away."""

    @staticmethod
    def likely() -> bool:
        """Tell, at no cost, whether there seems to be a container engine."""
        return "DOCKER_HOST" in os.environ or _is_socket(Path(_SOCKET))

    @classmethod
    def probe(cls, labels: Mapping[str, str], *, gpu: bool = False) -> ContainerRunner | None:
        """Return a runner if a container engine answers within seconds, else None. Without a socket it costs nothing.

        With ``gpu``, an engine that is known to leave cards out is none either.
        """
        if not cls.likely():
            return None
        import docker
        import requests

        with suppress(docker.errors.DockerException, requests.RequestException):
            docker.from_env(use_context=False, timeout=_ANSWER_S).close()  # asks it for its version
            runner = cls(labels)
            return None if gpu and leaves_cards_out(runner._docker.version()) else runner
        return None

    def image_id(self, pipeline: Pipeline) -> str:
        """Return the digest of a pipeline's local image, empty if it was not built from the code that the pipeline has now."""
        image = self._image(pipeline)
        return str(image.id) if image is not None and not image_mismatch(pipeline, image.labels.get(DIGEST_LABEL, "")) else ""

    def refuses(self, pipeline: Pipeline) -> str:
        """Say that the image is missing, or was built from other code."""
        image = self._image(pipeline)
        if image is not None:
            return image_mismatch(pipeline, image.labels.get(DIGEST_LABEL, ""))
        return f"The container image {pipeline.manifest.run.image} of {pipeline.id} is not on this worker."

    def has_image(self, image: str) -> bool:
        """Tell whether an image is on this machine, by its ID."""
        found = self._find(image)
        return found is not None and found.id == image

    def _image(self, pipeline: Pipeline) -> Image | None:
        return self._find(pipeline.manifest.run.image)

    def _find(self, name: str) -> Image | None:
        with suppress(self._errors, OSError):
            return self._docker.images.get(name)
        return None

    def ready(self) -> bool:
        """Tell whether the engine answers. If it was away, what it could not remove then is removed now."""
        try:
            self._docker.ping()
        except (self._errors, OSError):
            return False
        while self._left:
            _remove(self._left.pop(), self._errors)
        return True

    def start(self, launch: Launch, listener: Listener) -> Run:
        """Start a container; it is attached to before it starts, so that no line is lost."""
        image = launch.image or self.image_id(launch.pipeline)
        if not image:
            if not self.ready():
                raise LostRunError("The container engine went away.")
            raise MissingToolError(self.refuses(launch.pipeline), fix=f"Build it: genstudio pipelines build {launch.pipeline.id}.")
        if not launch.stays:
            self.open_outputs(launch.folder / "outputs")
        try:
            container = self._docker.containers.create(image, **self._options(launch))
        except (self._errors, OSError) as error:
            raise self._trouble(f"The container of {launch.pipeline.id} could not be made", error) from error
        if launch.gpu and not has_card(container.attrs, launch.gpu):
            _remove(container, self._errors)
            message = "This container engine leaves the GPU out, as the Docker API of Podman does."
            fix = f"Use Docker on this worker, or run {launch.pipeline.id} as a process."
            raise GenStudioError(message, fix=fix, code="missing_tool")
        run = _ContainerRun(container, self._streams.api, listener, image, self._left.append, stays=launch.stays)
        try:
            run.start()
        except (self._errors, OSError) as error:
            run.close()
            raise self._trouble(f"The container of {launch.pipeline.id} could not be started", error) from error
        return run

    def _trouble(self, what: str, error: Exception) -> GenStudioError | LostRunError:
        """Return what to raise: the engine's complaint, or that it has gone away."""
        return _trouble(what, error) if self.ready() else LostRunError("The container engine went away.")

    def sweep(self) -> int:
        """Remove containers of this workspace whose worker does not live any more."""
        left = 0
        with suppress(self._errors, OSError):
            mine = {"label": f"{LABEL}.workspace={self._labels['workspace']}"}
            for container in self._docker.containers.list(all=True, filters=mine):
                if not _boot_alive(container.labels.get(f"{LABEL}.boot", "")):
                    _remove(container, self._errors)
                    left += 1
        return left

    def close(self) -> None:
        """Close the connections to the engine."""
        self._docker.close()
        self._streams.close()

    def _options(self, launch: Launch) -> dict[str, Any]:
        project = "/job" if launch.stays else "/job/project"
        arguments = ["--project_path", project, "--node_id", launch.node]
        models = [f"/models/{number}" for number, _ in enumerate(launch.models)]
        environment = dict.fromkeys(_CACHES, "/tmp") | {"HF_HUB_OFFLINE": "1", "GENSTUDIO_MODELS": ":".join(models)}  # noqa: S108
        if launch.stays:
            environment["GENSTUDIO_WARM"] = "1"
        options: dict[str, Any] = {
            "command": [*launch.pipeline.manifest.run.command, *arguments],
            "entrypoint": [],
            "environment": environment,
            "mounts": _mounts(launch, models),
            "labels": {f"{LABEL}.{key}": value for key, value in (self._labels | dict(launch.labels)).items()},
            "read_only": True,
            "network_mode": "none",
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "user": _user(),
            "tmpfs": {"/tmp": _TMP},  # noqa: S108 - inside the container
            "pids_limit": _PIDS,
            "shm_size": "2g",
            "init": True,
            "working_dir": "/tmp",  # noqa: S108
            "stdin_open": launch.stays,
            "log_config": {"type": "none"},  # what it prints goes to our log, which is bounded
        }
        if launch.memory_gib:
            options |= {"mem_limit": int(launch.memory_gib * _GIB), "memswap_limit": int(launch.memory_gib * _GIB)}
        if launch.gpu:
            options["device_requests"] = [_gpu(launch.gpu)]
        return options

    def open_outputs(self, folder: Path) -> None:
        """Give a folder to the user that pipelines run as."""
        folder.mkdir(exist_ok=True)
        if os.getuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)


class _ContainerRun(Run):
    def __init__(
        self, container: Container, api: APIClient, listener: Listener, image: str, left: Callable[[Container], None], *, stays: bool
    ) -> None:
        self.image = image
        self._container = container
        self._api = api
        self._listener = listener
        self._ended = threading.Event()
        self._exit = Exit(-1, trouble="The container engine went away.", lost=True)
        self._threads: list[threading.Thread] = []
        self._left = left
        self._stays = stays
        self._input: Any = None

    def send(self, line: bytes) -> None:
        if self._input is None or self._ended.is_set():
            raise OSError("The container has ended.")
        self._input.sendall(line)

    def start(self) -> None:
        import docker
        import requests

        self._errors = (docker.errors.DockerException, requests.RequestException, OSError)
        if self._stays:
            self._holder = self._api.attach_socket(self._container.id, params={"stdin": 1, "stream": 1})
            self._input = getattr(self._holder, "_sock", self._holder)  # over TLS it is the socket itself
        stream = self._api.attach(self._container.id, stdout=True, stderr=True, stream=True, logs=False, demux=True)
        pump = threading.Thread(target=self._pump, args=(stream,), daemon=True)
        self._container.start()
        self._threads = [pump, threading.Thread(target=self._watch, daemon=True)]
        for thread in self._threads:
            thread.start()

    def wait(self, timeout: float) -> Exit | None:
        if not self._ended.wait(timeout):
            return None
        self._threads[0].join(10)
        return self._exit

    def kill(self) -> None:
        with suppress(*self._errors):
            self._container.kill()

    def close(self) -> None:
        if not _remove(self._container, self._errors):
            self._left(self._container)
        if self._input is not None:
            with suppress(OSError):
                self._holder.close()
        for thread in self._threads:
            thread.join(10)

    def _watch(self) -> None:
        with suppress(*self._errors):
            answer = self._api.wait(self._container.id)
            self._container.reload()
            state = self._container.attrs["State"]
            self._exit = Exit(int(answer["StatusCode"]), out_of_memory=bool(state.get("OOMKilled")), trouble=str(state.get("Error") or ""))
        self._ended.set()

    def _pump(self, stream: Any) -> None:  # noqa: ANN401 - docker's demultiplexed stream of (stdout, stderr)
        events, log = Lines(self._listener.event), Lines(self._listener.log)
        with suppress(*self._errors):
            for out, err in stream:
                if out:
                    events.feed(out)
                if err:
                    log.feed(err)
        events.end()
        log.end()


def _mounts(launch: Launch, models: list[str]) -> list[Any]:
    from docker.types import Mount

    folder = launch.folder
    if launch.stays:
        weights = [Mount(target, str(source), type="bind", read_only=True) for source, target in zip(launch.models, models, strict=True)]
        own = [Mount("/job", str(folder), type="bind", read_only=True), Mount("/job/outputs", str(folder / "outputs"), type="bind")]
        return [*weights, *own]
    pairs = [(folder / "project", "/job/project"), (folder / "request.json", "/job/request.json")]
    pairs += [(path, target) for path, target in zip(launch.models, models, strict=True)]
    mounts = [Mount(target, str(source), type="bind", read_only=True) for source, target in pairs]
    return [*mounts, Mount("/job/outputs", str(folder / "outputs"), type="bind")]


def leaves_cards_out(version: Mapping[str, Any]) -> bool:
    """Tell by what an engine says of itself whether it is Podman, whose Docker API takes a request for a card and forgets it."""
    return any("podman" in str(part.get("Name", "")).lower() for part in version.get("Components") or ())


def has_card(attributes: Mapping[str, Any], uuid: str) -> bool:
    """Tell by what an engine says of a container whether it will have a card."""
    asked = (attributes.get("HostConfig") or {}).get("DeviceRequests") or ()
    return any(uuid in (request.get("DeviceIDs") or ()) for request in asked)


def _gpu(uuid: str) -> Any:  # noqa: ANN401 - docker's DeviceRequest
    from docker.types import DeviceRequest

    return DeviceRequest(device_ids=[uuid], capabilities=[["gpu"]])


def _user() -> str:
    """The studio's own user; nobody where the studio runs as root."""
    return f"{os.getuid()}:{os.getgid()}" if os.getuid() else f"{_NOBODY}:{_NOBODY}"


def _remove(container: Container, errors: type[Exception] | tuple[type[Exception], ...]) -> bool:
    """Remove a container. Return False if the engine does not answer."""
    import docker

    kinds = errors if isinstance(errors, tuple) else (errors, OSError)
    try:
        container.remove(force=True, v=True)
    except docker.errors.NotFound:
        return True
    except kinds:
        return False
    return True


def _boot_alive(boot: str) -> bool:
    pid, _, started = boot.partition("@")
    try:
        return Daemon(int(pid), started).alive()
    except ValueError:
        return False


def _is_socket(path: Path) -> bool:
    with suppress(OSError):
        return stat.S_ISSOCK(path.stat().st_mode)
    return False


def _trouble(what: str, error: Exception) -> GenStudioError:
    reason = str(getattr(error, "explanation", "") or error).strip().splitlines()
    return GenStudioError(
        f"{what}: {reason[0] if reason else type(error).__name__}.",
        fix="Check the container engine with: genstudio doctor.",
        code="internal",
    )
