"""What a runner is: it starts a pipeline on a prepared job folder and tells what the pipeline says, until it has ended."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from genstudio.pipelines.catalogue import Pipeline

__all__ = ["Capabilities", "Exit", "Launch", "Lines", "Listener", "Run", "Runner"]

_LONGEST_LINE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a runner promises about the pipelines it runs. The core branches on these, never on a runner's name."""

    name: str
    isolates_network: bool
    isolates_files: bool
    limits_memory: bool
    stays: bool = False
    """Whether what it runs can stay for the next job (:meth:`Run.send`)."""


@dataclass(frozen=True, slots=True)
class Launch:
    """One start of a pipeline.

    ``folder`` holds ``project/``, ``request.json`` and ``outputs/``; if the pipeline ``stays``, it holds folders of that form, which are
    named on standard input one after another, with their ``outputs`` in a common folder ``outputs``. ``models`` are the folders with
    weights, first one first; ``labels`` say whose it is; ``gpu`` is the UUID of the card, empty for none; ``memory_gib`` the most main
    memory it may take, 0 for no limit. ``image`` is the ID of a container image that is there (:meth:`Runner.has_image`) to run in the
    place of the pipeline's own; empty for that.
    """

    folder: Path
    pipeline: Pipeline
    node: str = ""
    models: tuple[Path, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    gpu: str = ""
    memory_gib: float = 0
    stays: bool = False
    image: str = ""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a program ended; ``code`` is negative for a signal. ``lost`` says that nobody knows: what ran it has gone away."""

    code: int
    out_of_memory: bool = False
    trouble: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what a pipeline writes: lines of its event channel, and anything else it prints."""

    event: Callable[[bytes], None]
    log: Callable[[bytes], None]


class Run(ABC):
    """A started pipeline."""

    image: str = ""
    """Digest of the container image; empty where there is none."""

    def send(self, line: bytes) -> None:
        """Write to its standard input. Only for what was started to stay.

        Raises:
            OSError: It has ended.
        """
        raise OSError(f"It was not started to stay, and takes no line of {len(line)} bytes.")

    @abstractmethod
    def wait(self, timeout: float) -> Exit | None:
        """Wait at most ``timeout`` seconds for the end; None if it still runs. After the end, all it wrote has been told."""

    @abstractmethod
    def kill(self) -> None:
        """End it and everything it started. Returns at once; :meth:`wait` tells when it is gone. Harmless after the end."""

    @abstractmethod
    def close(self) -> None:
        """Remove what is left of it. Nothing of it runs after this."""


class Runner(ABC):
    """A way to run pipelines."""

    capabilities: Capabilities

    @abstractmethod
    def refuses(self, pipeline: Pipeline) -> str:
        """Return why it cannot run a pipeline, in one sentence; empty if it can."""

    def has_image(self, image: str) -> bool:  # noqa: ARG002 - a runner without containers has none
        """Tell whether it can run a container image, by its ID."""
        return False

    def ready(self) -> bool:
        """Tell whether it could start something now."""
        return True

    def offers(self, pipelines: Iterable[Pipeline]) -> tuple[str, ...]:  # noqa: ARG002 - most take what they take by their kind
        """Return what routing may ask of it (:attr:`genstudio.pipelines.catalogue.Pipeline.runners`)."""
        return (self.capabilities.name,)

    @abstractmethod
    def start(self, launch: Launch, listener: Listener) -> Run:
        """Start a pipeline.

        Raises:
            GenStudioError: It could not be started.
        """

    @abstractmethod
    def open_outputs(self, folder: Path) -> None:
        """Make a folder, if it is not there, that what it runs can write to."""

    @abstractmethod
    def sweep(self) -> int:
        """End what earlier workers of this workspace left running. Return how many there were."""


class Lines:
    """Cuts a stream of bytes into lines. A line longer than a quarter of a MiB comes in pieces: nothing printed can fill memory."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._tell(line)
        if len(self._rest) > _LONGEST_LINE:
            self.end()

    def end(self) -> None:
        """Tell what came after the last line break."""
        if self._rest:
            self._tell(self._rest)
        self._rest = b""
