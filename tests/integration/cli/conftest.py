"""The command line as a user runs it: a process, its exit status, what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines
from small_films import make_small_workspace
from warm_genstudio import warm_genstudio

from genstudio.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """Runs ``genstudio`` on a workspace of its own."""

    place: Path
    extra: dict[str, str]
    program: tuple[str, ...] = (sys.executable, "-m", "genstudio")

    @property
    def workspace(self) -> Path:
        return self.place / "Studio"

    def environment(self) -> dict[str, str]:
        own = {
            "GENSTUDIO_WORKSPACE": str(self.workspace),
            "XDG_STATE_HOME": str(self.place / "state"),
            "GIT_CONFIG_GLOBAL": str(self.place / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GENSTUDIO_PRODUCER_IDLE": "60",
        }
        return os.environ | own | self.extra

    def __call__(self, *arguments: str, cwd: Path | None = None) -> Ended:
        command = [*self.program, *arguments]
        done = subprocess.run(
            command, env=self.environment(), cwd=cwd or self.place, capture_output=True, text=True, timeout=240, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[CommandLine]:
    """The command line on an empty workspace of small films, each command a process of its own."""
    command_line = CommandLine(tmp_path, {})
    make_small_workspace(command_line.workspace)
    yield command_line
    end_engines(tmp_path / "state")


@pytest.fixture
def genstudio(workspace_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on an empty workspace, in this process: a tenth of the time."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, cwd: Path | None = None) -> Ended:
        if cwd is not None:
            monkeypatch.chdir(cwd)
        capsys.readouterr()
        status = main(arguments)
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CommandLine, Ended]]:
    """The command line on a workspace with the sample film, small, and what the demo said; made once for all tests."""
    place = tmp_path_factory.mktemp("demo")
    command_line = CommandLine(place, {})
    make_small_workspace(command_line.workspace)
    shown = command_line("demo", "--json")
    with warm_genstudio() as program:
        yield replace(command_line, program=program), shown
    end_engines(place / "state")
