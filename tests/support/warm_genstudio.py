"""``genstudio`` without the second that Python takes to import it: a server that has it loaded and forks a process for each command.

Each command has a process of its own, with the environment, the folder and the open files of who asked for it. That the program starts
from nothing is shown by the tests that start it as ``python -m genstudio``.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["warm_genstudio"]


@contextmanager
def warm_genstudio() -> Iterator[tuple[str, ...]]:
    """Start the server; gives the words of a command line that does what ``python -m genstudio`` does."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "s")
        server = subprocess.Popen([sys.executable, __file__, "serve", address], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield (sys.executable, "-I", "-S", __file__, "ask", address)
        finally:
            server.terminate()
            server.communicate()


def ask(address: str, arguments: list[str]) -> int:
    """Have a command run and return its exit status."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        request = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd())}
        socket.send_fds(server, [b"!"], [0, 1, 2])
        server.sendall(json.dumps(request).encode() + b"\n")
        return int(server.makefile().readline() or 1)


def serve(address: str) -> NoReturn:
    """Answer for ever. Whoever asks is answered by a process of its own, so that several may ask at once."""
    import git  # noqa: F401 - loaded once for all commands

    from genstudio import cli, widget  # noqa: F401
    from genstudio.engine import submit  # noqa: F401
    from genstudio.widget import batch  # noqa: F401

    gc.freeze()  # so that no process goes through what all of them share

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)  # noqa: T201 - what who started it waits for
        while True:
            asker, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                answer(asker)
                os._exit(0)  # nothing was opened that is to be closed in order
            asker.close()
            reap()


def reap() -> None:
    """Forget the processes that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def answer(asker: socket.socket) -> None:
    """Run the command that is asked for in a process of its own, and say how it ended."""
    _, files, _, _ = socket.recv_fds(asker, 1, 3)
    request = json.loads(asker.makefile().readline())
    child = os.fork()
    if child == 0:
        asker.close()
        sys.exit(run(request, files))
    _, status = os.waitpid(child, 0)
    asker.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def run(request: dict[str, Any], files: list[int]) -> int:
    """Be the command."""
    import random

    from genstudio.cli import main

    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    random.seed()
    sys.argv = ["genstudio", *request["arguments"]]
    return main(request["arguments"])


if __name__ == "__main__":
    what, where, *words = sys.argv[1:]
    if what == "serve":
        serve(where)
    sys.exit(ask(where, words))
