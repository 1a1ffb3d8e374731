"""Starts the studio as a person would, and says where it runs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine_end import end_engines

from genstudio.server.notebooks import APP_NOTEBOOK, notebooks_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Studio", "free_port", "plain_voila", "private_environment", "running_studio"]


@dataclass(frozen=True)
class Studio:
    """A running studio: its address, its login token, its workspace."""

    url: str
    token: str
    workspace: Path

    def page(self, path: str) -> str:
        """Return the address of a page, logged in."""
        return f"{self.url.rstrip('/')}/{path}{'&' if '?' in path else '?'}token={self.token}"

    def put_notebook(self, path: str, cells: list[str], kernel: str = "python3") -> None:
        """Make a notebook in the workspace through Jupyter's contents interface."""
        notebook = {
            "cells": [
                {"cell_type": "code", "id": f"c{at}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
                for at, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        self.ask(f"api/contents/{path}", {"type": "notebook", "format": "json", "content": notebook}, "PUT")

    def end_notebooks(self) -> None:
        """End the kernels of all notebooks that pages have opened."""
        for session in self.ask("api/sessions"):
            self.ask(f"api/sessions/{session['id']}", method="DELETE")

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Ask the server's interface for programs, with POST where there is a body and no other method; return its answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method)  # noqa: S310 - loopback
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")

    def nodes(self, project: str) -> dict[str, Any]:
        """Return the nodes of a project's main canvas as they are on disk."""
        path = self.workspace / "Projects" / project.replace(" ", "_") / "02_Source_Creative" / "Canvases" / "main_canvas.json"
        return dict(json.loads(path.read_text())["nodes"])


def private_environment(place: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's is read or written."""
    return os.environ | {
        "GENSTUDIO_WORKSPACE": str(place / "Studio"),
        "XDG_STATE_HOME": str(place / "state"),
        "HOME": str(place),
        "GIT_CONFIG_GLOBAL": str(place / "gitconfig"),
        "JUPYTER_CONFIG_DIR": str(place / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"),
        "IPYTHONDIR": str(place / "ipython"),
        "GENSTUDIO_PRODUCER_IDLE": "60",  # ended with the studio, and not begun again for each test
        "PYTHONWARNINGS": "ignore",
    }


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_studio(place: Path) -> Iterator[Studio]:
    """Run ``genstudio studio`` while the block lasts."""
    command = [
        sys.executable,
        "-m",
        "genstudio",
        "studio",
        "--workspace",
        str(place / "Studio"),
        "--no-browser",
        "--port",
        str(free_port()),
    ]
    with _process(command, place) as process:
        found = _wait_for(process, r"(http://\S+/)genstudio/app\?token=(\S+)")
        yield Studio(found[1], found[2], workspace=place / "Studio")


@contextmanager
def plain_voila(place: Path) -> Iterator[str]:
    """Run plain ``voila`` with the studio's notebook, where none of our server is, and give its address."""
    port, notebook = free_port(), notebooks_dir() / APP_NOTEBOOK
    command = [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    with _process(command, place) as process:
        _wait_for(process, r"Voil. is running at")
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def _process(command: list[str], place: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a session of its own; standard error joins standard output, which is read to the end in the background."""
    environment = private_environment(place)
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, errors="replace"
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        end_engines(place / "state")


def _wait_for(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Return the first match in what the process prints."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(pattern, line)
        if found:
            return found
    raise AssertionError(f"The process ended with {process.wait()} before it said {pattern!r}:\n{said}")
