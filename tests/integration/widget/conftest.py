"""Real kernels, spoken to over ZeroMQ as JupyterLab would."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SECONDS = 90.0


class Kernel:
    """A running kernel: runs cells, keeps what it published, answers comms."""

    def __init__(self, name: str, folder: Path) -> None:
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONWARNINGS": "ignore"})
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        self.published: list[dict[str, Any]] = []

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
        message = self.client.session.msg(kind, content, metadata=metadata)
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def begin(self, code: str, cell: str | None = None) -> str:
        """Start a cell and return the id of its request."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        return self.send("execute_request", content, {"cellId": cell} if cell else None)

    def run(self, code: str, cell: str | None = None) -> list[dict[str, Any]]:
        """Run a cell to its end and return what it published; an error of the cell is an error of the test."""
        return self.finish(self.begin(code, cell))

    def finish(self, request: str) -> list[dict[str, Any]]:
        own: list[dict[str, Any]] = []

        def idle(message: dict[str, Any]) -> bool:
            if message["parent_header"].get("msg_id") != request:
                return False
            own.append(message)
            if message["msg_type"] == "error":
                pytest.fail("\n".join(message["content"]["traceback"]))
            return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"

        self.wait_for(idle)
        return own

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = SECONDS) -> dict[str, Any]:
        """Read what the kernel publishes until ``wanted`` says yes, and return that message."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = self.client.get_iopub_msg(timeout=left)
            self.published.append(message)
            if wanted(message):
                return message
        raise TimeoutError("the kernel did not publish it")

    def text(self, code: str) -> str:
        """Run an expression and return the text of its result."""
        return next(str(message["content"]["data"]["text/plain"]) for message in self.run(code) if message["msg_type"] == "execute_result")


class Lab:
    """What the JupyterLab extension of ipyflow does: owns the cells, opens the comm, asks for the schedule after each run."""

    def __init__(self, kernel: Kernel, cells: dict[str, str]) -> None:
        self.kernel = kernel
        self.cells = cells
        self.comm = uuid.uuid4().hex
        self._read = 0
        opening = {"interface": "jupyterlab", "cell_metadata_by_id": self._metadata(), "cell_parents": {}, "cell_children": {}}
        kernel.send("comm_open", {"comm_id": self.comm, "target_name": "ipyflow", "data": opening})
        self._answer("establish")
        for cell in cells:
            self.execute(cell)

    def execute(self, cell: str) -> None:
        self.kernel.run(self.cells[cell], cell)
        asked = {
            "type": "compute_exec_schedule",
            "executed_cell_id": cell,
            "cell_metadata_by_id": self._metadata(),
            "is_reactively_executing": False,
        }
        self.kernel.send("comm_msg", {"comm_id": self.comm, "data": asked})
        self._answer("compute_exec_schedule")

    def schedule(self) -> tuple[set[str], set[str]]:
        """Wait for the next schedule that makes cells ready, and return ready and waiting cells."""
        data = self._answer("compute_exec_schedule")
        return set(data["ready_cells"]), set(data["waiting_cells"])

    def _answer(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind on the comm, whether it came already or comes yet."""

        def ours(message: dict[str, Any]) -> bool:
            content = message["content"]
            return message["msg_type"] == "comm_msg" and content["comm_id"] == self.comm and content["data"].get("type") == kind

        published = self.kernel.published
        place = next((index for index in range(self._read, len(published)) if ours(published[index])), None)
        if place is None:
            self.kernel.wait_for(ours)
            place = len(published) - 1
        self._read = place + 1
        data = published[place]["content"]["data"]
        assert data["success"], data
        return dict(data)

    def _metadata(self) -> dict[str, dict[str, Any]]:
        return {
            cell: {"index": index, "content": code, "type": "code", "override_live_refs": None, "override_dead_refs": None}
            for index, (cell, code) in enumerate(self.cells.items())
        }


@pytest.fixture
def kernel(request: pytest.FixtureRequest, workspace_root: Path, tmp_path: Path) -> Iterator[Kernel]:
    """A kernel of the kind that the test's parameter names; python3 if it names none."""
    started = Kernel(getattr(request, "param", "python3"), tmp_path)
    yield started
    started.stop()


@pytest.fixture
def lab(kernel: Kernel) -> Callable[[dict[str, str]], Lab]:
    """Opens a notebook of cells on the kernel."""
    return lambda cells: Lab(kernel, cells)
