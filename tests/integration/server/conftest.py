"""A real studio: a Jupyter Server in a process of its own, and clients of it."""

from __future__ import annotations

import http.cookiejar
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from engine_lab import until
from websockets.sync.client import ClientConnection, connect

from genstudio.engine.shutdown import stop
from genstudio.project.project import ProjectFolder
from genstudio.schema.message import PROTOCOL

_NUMBERS = count(1)
_START = "import sys; from genstudio.server.launch import launch; launch(sys.argv[1], int(sys.argv[2]), False)"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Client:
    """A browser or a program: keeps cookies, follows no redirect."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(_Stay(), urllib.request.HTTPCookieProcessor(self.jar))

    def __call__(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)  # noqa: S310 - http on loopback
        if self.token:
            request.add_header("Authorization", f"token {self.token}")
        try:
            with closing(self._opener.open(request, timeout=60)) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


class Socket:
    """A WebSocket client of the studio."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.seen: list[dict[str, Any]] = []

    def send(self, kind: str, request_id: str | None = None, **payload: Any) -> None:
        self.connection.send(json.dumps({"type": f"client:{kind}", "request_id": request_id, "payload": payload}))

    def wait(self, kind: str, holds: Callable[[dict[str, Any]], bool] = lambda _: True, *, timeout: float = 60) -> dict[str, Any]:
        """Return the next message of a type for which something holds."""
        while True:
            message = json.loads(self.connection.recv(timeout=timeout))
            self.seen.append(message)
            if message["type"] == f"server:{kind}" and holds(message["payload"]):
                return message

    def ask(self, kind: str, request_id: str = "r", **payload: Any) -> dict[str, Any]:
        """Send a request and return the answer to it."""
        self.send(kind, request_id, **payload)
        while True:
            message = json.loads(self.connection.recv(timeout=60))
            self.seen.append(message)
            if message["request_id"] == request_id and message["type"] in ("server:result", "server:error"):
                return message

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.ask("call", method=method, params=params)

    def patch(self, *operations: dict[str, Any], patch_id: str = "") -> dict[str, Any]:
        return self.ask("patch", patch={"base": 0, "operations": list(operations), "id": patch_id})


@dataclass
class Studio:
    """A running studio."""

    root: Path
    state: Path
    process: subprocess.Popen[bytes]
    log: Path
    sockets: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def start(cls, root: Path, state: Path, port: int = 8890) -> Studio:
        environment = {**os.environ, "XDG_STATE_HOME": str(state), "GENSTUDIO_RUNNERS": "process", "PYTHONUNBUFFERED": "1"}
        environment.pop("GENSTUDIO_WORKSPACE", None)
        environment |= {"GIT_CONFIG_GLOBAL": str(state / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
        log = state / f"server-{next(_NUMBERS)}.log"  # a file, since a pipe that nobody reads would stop the server when it is full
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as out:
            command = [sys.executable, "-c", _START, str(root), str(port)]
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        studio = cls(root, state, process, log)
        studio.listen()
        return studio

    @property
    def said(self) -> list[str]:
        """What it has printed so far, line by line."""
        return self.log.read_text().splitlines()

    def listen(self) -> None:
        """Wait until it runs or has ended."""
        until(lambda: self.process.poll() is not None or any("Ctrl+C" in line for line in self.said), what="the studio starts")

    @property
    def address(self) -> str:
        return next(word for line in self.said for word in line.split() if word.startswith("http") and "/genstudio/app" in word)

    @property
    def url(self) -> str:
        return self.address.partition("genstudio/app")[0]

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].strip("/"))

    @property
    def user(self) -> Client:
        """A program that has the token."""
        return Client(self.url, self.token)

    @property
    def stranger(self) -> Client:
        """Anybody."""
        return Client(self.url)

    def browser(self) -> Client:
        """A browser that has logged in: it has the cookies, and the token no more."""
        browser = Client(self.url)
        assert browser(f"genstudio?token={self.token}").status == 302
        return browser

    def socket(self, place: str, *, token: str | None = None, **headers: str) -> Socket:
        key = f"token={self.token if token is None else token}"
        url = f"ws{self.url.removeprefix('http')}genstudio/ws/{place}{'&' if '?' in place else '?'}{key}"
        return Socket(self.sockets.enter_context(connect(url, additional_headers=headers, max_size=None, open_timeout=60, proxy=None)))

    def view(self, project: str, client: str) -> Socket:
        """A view of the main canvas that has greeted and synced."""
        socket = self.socket(project)
        socket.send("hello", protocol=PROTOCOL, client=client)
        socket.ask("sync_request")
        return socket

    def create(self, name: str) -> ProjectFolder:
        answer = self.user("genstudio/api/v1/projects", "POST", {"name": name})
        assert answer.status == 201, answer.body
        return self.project(answer.json()["id"])

    def project(self, uuid: str) -> ProjectFolder:
        """Return a project as another program opens it; there are many by and by, so only the one that is meant."""
        manifests = self.root.glob("Projects/*/project.json")
        found = next(path for path in manifests if json.loads(path.read_text())["uuid"] == uuid)
        return ProjectFolder.open(found.parent, self.state / "test")

    def stop(self) -> None:
        self.sockets.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    @property
    def state_dir(self) -> Path:
        """The state folder of the workspace."""
        return self.state / "genstudio" / str(json.loads((self.root / "workspace.json").read_text())["uuid"])

    def end(self) -> None:
        """Stop the server, then what it had the engine start."""
        self.stop()
        stop(self.state_dir)


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all tests that do not stop it."""
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio.start(folder / "Studio", folder / "state")
    yield studio
    studio.end()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Start studios of one workspace of this test's own."""
    studios: list[Studio] = []

    def make(port: int = 8890) -> Studio:
        studios.append(Studio.start(tmp_path / "Studio", tmp_path / "state", port))
        return studios[-1]

    yield make
    for studio in studios:
        studio.end()


@pytest.fixture
def film(studio: Studio) -> Iterator[ProjectFolder]:
    """A project of this test's own in the common studio; its sockets are closed afterwards."""
    yield studio.create(f"Film {next(_NUMBERS)}")
    studio.sockets.close()
