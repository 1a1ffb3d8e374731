"""The server under many clients: an edit to 50 pages of one project, and ranges of a film, each beside the bare thing."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Figure, percentile

if TYPE_CHECKING:
    from running_studio import Studio

_ROOT: Final = Path(__file__).resolve().parents[1]
_CLIENTS: Final = 50
_FILM_BYTES: Final = 64 << 20
_RANGE: Final = 64 << 10
_AT_ONCE: Final = 8
_PAUSE_S: Final = 0.02
"""Between two edits, as when somebody types fast."""
_SHOT: Final = "/nodes/shot_010/data/prompt"

Sent = dict[str, int]


def run(*, quick: bool) -> list[Figure]:
    """Return milliseconds from an edit of one page to its arrival at 49 others (p50, p95), and what ranged requests of media cost.

    The peers are a Tornado server that does nothing but hand each message on, and Jupyter Server's own ``/files``.
    """
    sys.path.insert(0, str(_ROOT / "tests" / "support"))
    from running_studio import free_port, running_studio

    edits, requests = (20, 400) if quick else (100, 4000)
    with tempfile.TemporaryDirectory() as folder:
        uuid, film = _prepare(Path(folder))
        with running_studio(Path(folder)) as studio:
            ours = asyncio.run(_spread(f"{_socket(studio)}ws/{uuid}?token={studio.token}", edits, _patch, _patched, hello=True))
            media = asyncio.run(_ranges(studio, f"genstudio/media/{uuid}/{film}", requests))
            plain = asyncio.run(_ranges(studio, f"files/Projects/Surfaces/{film}", requests))
        port = free_port()
        with subprocess.Popen([sys.executable, "-m", "benchmarks.surfaces", str(port)], stdout=subprocess.PIPE, text=True) as relay:
            try:
                assert relay.stdout is not None
                relay.stdout.readline()
                bare = asyncio.run(_spread(f"ws://127.0.0.1:{port}/", edits, _word, _worded, hello=False))
            finally:
                relay.kill()
    heard = [
        Figure("surfaces", f"edit seen by {_CLIENTS} pages, p{share}", percentile(ours, share / 100), "ms", "a bare relay",
               percentile(bare, share / 100), len(ours))
        for share in (50, 95)
    ]  # fmt: skip
    sizes = [
        Figure("surfaces", f"64 KiB of a film, {name}", pick(media), unit, "Jupyter's /files", pick(plain), requests)
        for name, unit, pick in (("requests a second", "1/s", _rate), ("p95", "ms", lambda found: percentile(found[1], 0.95)))
    ]
    return heard + sizes


def _rate(found: tuple[float, list[float]]) -> float:
    return len(found[1]) / found[0]


def _prepare(folder: Path) -> tuple[str, str]:
    """Make a project with the sample film on its canvas and a large file; return its uuid and the file's path."""
    os.environ |= {"GENSTUDIO_WORKSPACE": str(folder / "Studio"), "XDG_STATE_HOME": str(folder / "state"), "GENSTUDIO_PRODUCER_IDLE": "1"}
    from genstudio.graph.edit import diff
    from genstudio.graph.sample import sample_film
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Patch

    project = WorkspaceFolder.find(folder / "Studio").create("Surfaces")
    file = project.canvas()
    file.apply(Patch(base=0, operations=tuple(diff(file.read().canvas, sample_film())), author="bench"))
    film = project.root / "06_Exports" / "film.mp4"
    film.parent.mkdir(exist_ok=True)
    film.write_bytes(random.Random(1).randbytes(_FILM_BYTES))  # noqa: S311 - bytes to send
    return project.uuid, "06_Exports/film.mp4"


def _socket(studio: Studio) -> str:
    return studio.url.replace("http", "ws", 1) + "genstudio/"


def _patch(number: int) -> str:
    operation = {"op": "replace", "path": _SHOT, "value": f"a fox crosses a frozen river, {number}"}
    patch = {"base": 0, "operations": [operation], "author": "a#b", "label": "bench", "id": f"bench{number}"}
    return json.dumps({"type": "client:patch", "payload": {"patch": patch}})


def _patched(text: str) -> str:
    message = json.loads(text)
    return str(message["payload"]["patch"]["id"]) if message["type"] == "server:patch" else ""


def _word(number: int) -> str:
    return f"bench{number} " + "x" * len(_patch(number))


def _worded(text: str) -> str:
    return text.partition(" ")[0]


async def _spread(url: str, edits: int, make: Callable[[int], str], name: Callable[[str], str], *, hello: bool) -> list[float]:
    """Let one client send and the others listen; return the milliseconds of each message at each of them."""
    from tornado.websocket import websocket_connect

    pages = [await websocket_connect(url) for _ in range(_CLIENTS)]
    for number, page in enumerate(pages) if hello else ():
        payload = {"protocol": 1, "version": "", "workspace": "", "client": f"bench{number}"}
        await page.write_message(json.dumps({"type": "client:hello", "payload": payload}))
        await page.write_message(json.dumps({"type": "client:sync_request", "payload": {}}))
        while json.loads(str(await page.read_message()))["type"] != "server:full_sync":
            pass
    sent: Sent = {}
    listening = [asyncio.create_task(_listen(page, edits, name, sent)) for page in pages[1:]]
    first = asyncio.create_task(_listen(pages[0], edits, name, sent))
    for number in range(edits):
        sent[f"bench{number}"] = time.monotonic_ns()
        await pages[0].write_message(make(number))
        await asyncio.sleep(_PAUSE_S)
    found = await asyncio.wait_for(asyncio.gather(*listening), 120)
    first.cancel()
    for page in pages:
        page.close()
    return [value for values in found for value in values]


async def _listen(page: Any, edits: int, name: Callable[[str], str], sent: Sent) -> list[float]:  # noqa: ANN401 - Tornado's connection
    found: list[float] = []
    while len(found) < edits:
        began = sent.get(name(str(await page.read_message())))
        if began is not None:
            found.append((time.monotonic_ns() - began) / 1e6)
    return found


async def _ranges(studio: Studio, path: str, count: int) -> tuple[float, list[float]]:
    """Ask for ranges, some at once; return the seconds that all took, and the milliseconds of each."""
    from tornado.httpclient import AsyncHTTPClient, HTTPRequest

    client = AsyncHTTPClient(force_instance=True, max_clients=_AT_ONCE)
    chance = random.Random(2)  # noqa: S311 - places in a file
    starts = iter([chance.randrange(0, _FILM_BYTES - _RANGE) for _ in range(count)])
    found: list[float] = []

    async def ask() -> None:
        for start in starts:
            headers = {"Range": f"bytes={start}-{start + _RANGE - 1}", "Authorization": f"token {studio.token}"}
            began = time.perf_counter()
            answer = await client.fetch(HTTPRequest(studio.url + path, headers=headers))
            found.append((time.perf_counter() - began) * 1000)
            assert (answer.code, len(answer.body)) == (206, _RANGE)

    began = time.perf_counter()
    workers: list[Awaitable[None]] = [ask() for _ in range(_AT_ONCE)]
    await asyncio.gather(*workers)
    client.close()
    return time.perf_counter() - began, found


def _relay(port: int) -> None:
    """Hand each message on to everybody; nothing else."""
    from tornado.web import Application
    from tornado.websocket import WebSocketHandler

    clients: set[WebSocketHandler] = set()

    class Relay(WebSocketHandler):
        def open(self, *_: str, **__: str) -> None:
            clients.add(self)

        def on_close(self) -> None:
            clients.discard(self)

        async def on_message(self, message: str | bytes) -> None:
            for client in clients:
                client.write_message(message)

    async def serve() -> None:
        Application([("/", Relay)]).listen(port, "127.0.0.1")
        print("ready", flush=True)  # the parent waits for it
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    _relay(int(sys.argv[1]))
