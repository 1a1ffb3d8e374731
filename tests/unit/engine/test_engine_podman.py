"""A container engine that takes a request for a card and forgets it, as the Docker API of Podman does: what it answers is Podman's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any, ClassVar

import pytest
from own_pipeline import own_manifest

from genstudio.engine.runners.base import Launch, Listener
from genstudio.engine.runners.container import ContainerRunner, has_card, leaves_cards_out
from genstudio.pipelines.catalogue import load_pipeline
from genstudio.schema.errors import GenStudioError

CARD = "GPU-1b2c"
PODMAN = {"ApiVersion": "1.41", "Components": [{"Name": "Podman Engine"}, {"Name": "Conmon"}]}
IMAGE = {"Id": "sha256:1", "RepoTags": ["genstudio/own:latest"], "Config": {"Labels": {}}}
MADE = {"Id": "c1", "Name": "/c1", "Image": "sha256:1", "Config": {"Labels": {}}, "HostConfig": {"DeviceRequests": None}, "State": {}}


class Podman(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def _answer(self) -> None:
        path = self.path.split("?")[0].partition("/v1.41")[2] or self.path
        self.asked.append(f"{self.command} {path}")
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answers: dict[str, Any] = {
            "/version": PODMAN, "/images/genstudio/own:latest/json": IMAGE, "/containers/create": {"Id": "c1"}, "/containers/c1/json": MADE,
        }  # fmt: skip
        body = b"" if self.command == "DELETE" else json.dumps(answers.get(path, {})).encode()
        self.send_response(204 if self.command == "DELETE" else 201 if path.endswith("create") else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names that http.server calls

    def address_string(self) -> str:
        return ""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    Podman.asked.clear()
    with ThreadingUnixStreamServer(str(tmp_path / "s"), Podman) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/s")
        yield Podman.asked
        server.shutdown()


def test_it_is_no_engine_for_a_worker_with_a_card_and_one_for_others(podman: list[str]) -> None:
    assert ContainerRunner.probe({"workspace": "w"}, gpu=True) is None
    runner = ContainerRunner.probe({"workspace": "w"})
    assert runner is not None
    runner.close()


def test_a_container_that_would_run_without_its_card_is_never_started(podman: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "pipeline.toml").write_text(own_manifest())
    (tmp_path / "job").mkdir()
    runner = ContainerRunner({"workspace": "w"})
    with pytest.raises(GenStudioError, match="leaves the GPU out") as caught:
        runner.start(Launch(tmp_path / "job", load_pipeline(folder), gpu=CARD), Listener(lambda _: None, lambda _: None))
    runner.close()
    assert caught.value.code == "missing_tool"
    assert "DELETE /containers/c1" in podman
    assert not [asked for asked in podman if "start" in asked]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (None, False),
        ([], False),
        ([{"DeviceIDs": ["GPU-other"]}], False),
        ([{"Driver": "", "Count": 0, "DeviceIDs": [CARD], "Capabilities": [["gpu"]]}], True),
    ],
)
def test_a_container_has_a_card_if_its_engine_says_so(asked: object, there: bool) -> None:
    assert has_card({"HostConfig": {"DeviceRequests": asked}}, CARD) == there
    assert not has_card({}, CARD)


def test_an_engine_is_known_by_what_it_says_of_itself() -> None:
    assert leaves_cards_out(PODMAN)
    assert not leaves_cards_out({"Components": [{"Name": "Engine"}, {"Name": "containerd"}]})
    assert not leaves_cards_out({})
