"""A Git server over http with Git LFS, made of ``git http-backend`` and the standard library: what a studio's server answers.

Git LFS asks by the batch API (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md); contents are kept by their hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

__all__ = ["GitServer"]

_LFS = "application/vnd.git-lfs+json"


class GitServer:
    """Serves the bare repositories in a folder, and their LFS contents from ``objects`` beside them. Use it in a ``with`` block.

    ``login`` (``name:password``) is asked for where it is given; ``asked`` lists what the batch API was asked for.
    """

    def __init__(self, folder: Path, login: str = "") -> None:
        self.folder, self.login = folder, login
        self.objects = folder / "objects"
        self.objects.mkdir(exist_ok=True)
        self.asked: list[tuple[str, str]] = []
        handler = type("Handler", (_Handler,), {"place": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def url(self, name: str) -> str:
        """Return the address of a repository, with the login if there is one."""
        login = f"{self.login}@" if self.login else ""
        return f"http://{login}127.0.0.1:{self._server.server_port}/{name}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    place: GitServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_PUT(self) -> None:
        self._answer(self._body())

    def do_POST(self) -> None:
        self._answer(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _answer(self, body: bytes) -> None:
        path = urlsplit(self.path).path
        wanted = "Basic " + base64.b64encode(self.place.login.encode()).decode()
        if self.place.login and self.headers.get("Authorization") != wanted:
            self._send(401, b"", {"WWW-Authenticate": 'Basic realm="test"'})
        elif path.startswith("/objects/"):
            self._object(self.place.objects / path.removeprefix("/objects/"), body)
        elif path.endswith("/info/lfs/objects/batch"):
            self._batch(json.loads(body))
        elif "/info/lfs/" in path:
            self._send(404, b"{}", {"Content-Type": _LFS})  # no locks
        else:
            self._git(body)

    def _object(self, place: Path, body: bytes) -> None:
        if self.command == "PUT":
            right = hashlib.sha256(body).hexdigest() == place.name
            if right:
                place.write_bytes(body)
            self._send(200 if right else 422, b"", {})
        elif place.is_file():
            self._send(200, place.read_bytes(), {"Content-Type": "application/octet-stream"})
        else:
            self._send(404, b"", {})

    def _batch(self, asked: Any) -> None:
        answers = [self._one(asked["operation"], each["oid"], each["size"]) for each in asked["objects"]]
        self._send(200, json.dumps({"transfer": "basic", "objects": answers}).encode(), {"Content-Type": _LFS})

    def _one(self, operation: str, oid: str, size: int) -> Any:
        self.place.asked.append((operation, oid))
        there = (self.place.objects / oid).is_file() and (self.place.objects / oid).stat().st_size == size
        known: Any = {"oid": oid, "size": size}
        if operation == "download" and not there:
            return known | {"error": {"code": 404, "message": "Object does not exist"}}
        if operation == "upload" and there:
            return known
        header = {"Authorization": self.headers["Authorization"]} if self.place.login else {}
        href = f"http://{self.headers['Host']}/objects/{oid}"
        return known | {"authenticated": True, "actions": {operation: {"href": href, "header": header}}}

    def _git(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        environment = os.environ | {
            "GIT_PROJECT_ROOT": str(self.place.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "tester",
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, data = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        self._send(int(headers.pop("Status", "200").split()[0]), data, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
