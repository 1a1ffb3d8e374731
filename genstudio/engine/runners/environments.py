"""Private environments of pipelines: a Python of its own for each, with what its ``requirements.txt`` names, built once.

To build one (``genstudio pipelines build ID --process``) is also to allow the pipeline, as it is now, to run on this machine without a
container. A pipeline whose code or requirements have changed since has no environment any more, and no leave.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.engine.state import read_json, write_json
from genstudio.project.atomic import locked
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["Environments", "build_commands", "environment_key"]

_READY: Final = ".ready"
"""Stands in an environment that was built whole."""
_KEY: Final = 24
_SAID: Final = 8
"""How many lines of a failed installation people are shown."""
_COMMENT: Final = re.compile(r"(^|\s)#.*")
_KEY_NAME: Final = re.compile(rf"[0-9a-f]{{{_KEY}}}")


def environment_key(requirements: str, digest: str) -> str:
    """Return what stands for an environment: pipelines that ask for the same, of the same Python, share one.

    Args:
        requirements: The text of ``requirements.txt``.
        digest: That of the pipeline's folder; it counts if the text names files, whose content it does not tell.
    """
    lines = _asked(requirements)
    files = any(line.startswith(("-", ".", "/")) or "/" in line for line in lines)
    parts = (*lines, digest if files else "", sys.version, platform.machine())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_KEY]


def build_commands(uv: str | None, folder: Path, requirements: Path | None) -> list[list[str]]:
    """Return the commands that make an environment: by uv where it is, else by the studio's own Python and pip.

    Args:
        uv: The program.
        folder: Where the environment will be.
        requirements: What to install; None for nothing.
    """
    python = str(folder / "bin" / "python")
    if uv:
        make, install = [uv, "venv", "--python", sys.executable, str(folder)], [uv, "pip", "install", "--python", python]
    else:
        make = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
        install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-input", "--disable-pip-version-check"]
    return [make, [*install, "-r", str(requirements)]] if requirements else [make]


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments of a workspace on this machine: a folder each, and a note for each pipeline that says which is its own."""

    folder: Path

    def python(self, pipeline: Pipeline) -> Path | None:
        """Return the Python of a pipeline as it is now, None if none was built for it."""
        note = read_json(self._note(pipeline))
        if note is None or note.get("digest") != pipeline.digest or not _KEY_NAME.fullmatch(str(note.get("environment"))):
            return None
        python = self.folder / str(note["environment"]) / "bin" / "python"
        return python if python.is_file() and (python.parents[1] / _READY).is_file() else None

    def build(self, pipeline: Pipeline, tell: Callable[[str], None] = lambda _: None) -> Path:
        """Build the environment of a pipeline, if an equal one is not there, and let it run in it; return its Python.

        Args:
            pipeline: The pipeline. Its requirements are installed as ``pip install -r`` does, from its folder.
            tell: Is told what is being done.

        Raises:
            BadInputError: The pipeline names no requirements, or it needs none of its own.
            MissingToolError: There is neither uv nor pip.
            GenStudioError: The requirements cannot be installed.
        """
        requirements = _requirements(pipeline)
        home = self.folder / environment_key(requirements.read_text("utf-8"), pipeline.digest)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            if not (home / _READY).is_file():
                tell(f"Building the environment of {pipeline.id} …")
                _make(home, requirements)
                (home / _READY).touch()
            write_json(self._note(pipeline), {"digest": pipeline.digest, "environment": home.name})
            self._drop_unused()
        return home / "bin" / "python"

    def forget(self, pipeline: Pipeline) -> bool:
        """Let a pipeline run as a process no more. Return whether it was allowed to."""
        if not self._note(pipeline).is_file():
            return False
        with self._locked():
            self._note(pipeline).unlink(missing_ok=True)
            self._drop_unused()
        return True

    def _note(self, pipeline: Pipeline) -> Path:
        return self.folder / f"{pipeline.id}.json"

    def _drop_unused(self) -> None:
        used = {str((read_json(note) or {}).get("environment")) for note in self.folder.glob("*.json")}
        for home in self.folder.iterdir():
            if home.is_dir() and _KEY_NAME.fullmatch(home.name) and home.name not in used:
                shutil.rmtree(home)

    def _locked(self) -> AbstractContextManager[None]:
        """One builds at a time; another waits, however long that takes, and finds it there."""
        return locked(self.folder / "lock", timeout=math.inf)


def _requirements(pipeline: Pipeline) -> Path:
    name = pipeline.manifest.run.environment
    if pipeline.runs_as_process:
        raise BadInputError(f"{pipeline.id} runs in the studio's own Python.", fix="It needs no environment.")
    path = pipeline.folder / name
    if name == "studio" or Path(name).name != name or not path.is_file():
        fix = 'Add the file that run.environment names ("requirements.txt") to the folder of the pipeline; it may be empty.'
        raise BadInputError(f"{pipeline.id} does not say what it needs of Python: there is no {name!r:.60} in its folder.", fix=fix)
    return path


def _asked(requirements: str) -> list[str]:
    """The lines of requirements that ask for something."""
    return [asked for line in requirements.splitlines() if (asked := _COMMENT.sub("", line).strip())]


def _make(home: Path, requirements: Path) -> None:
    uv = shutil.which("uv")
    wanted = requirements if _asked(requirements.read_text("utf-8")) else None
    if wanted and uv is None and importlib.util.find_spec("pip") is None:
        raise MissingToolError("There is neither uv nor pip to build an environment with.", fix="Install one: pip install uv.")
    shutil.rmtree(home, ignore_errors=True)  # of a build that was killed
    try:
        for command in build_commands(uv, home, wanted):
            _run(command, requirements.parent)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-_SAID:]
        message = f"The environment could not be built: {' '.join(line.strip() for line in said) or f'status {done.returncode}'}."
        raise GenStudioError(message, fix="Correct the requirements of the pipeline, then build it again.", code="bad_input")
