"""A server with narrow limits: what is too much, and what comes too often."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from engine_lab import until
from rest_cases import try_operation

from genstudio.server.openapi import document

TOKEN = "genstudio/auth/token"


@pytest.fixture(scope="module")
def strict(studio: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A studio that takes files of one MiB at most."""
    folder = tmp_path_factory.mktemp("strict")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GENSTUDIO_UPLOAD_MIB", "1")
        started = type(studio).start(folder / "Studio", folder / "state")
    yield started
    started.end()


def test_too_much_that_is_not_announced_is_refused_when_it_is_too_much(strict: Any) -> None:
    film = strict.create(f"Film {uuid4().hex[:6]}")
    connection = http.client.HTTPConnection("127.0.0.1", strict.port, timeout=60)
    headers = {"Authorization": f"token {strict.token}", "Transfer-Encoding": "chunked"}
    body = (bytes(64 << 10) for _ in range(17))  # no more than is on its way anyhow when the answer comes
    path = f"/genstudio/api/v1/projects/{film.uuid}/files/01_Assets/Source_Media/film.mp4"
    connection.request("PUT", path, body, headers, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 413
    assert b"larger than the 1 MiB" in answer.read()
    connection.close()
    until(lambda: not list(film.root.rglob("upload-*")), what="the upload is cleared away")


def test_a_few_wrong_passwords_close_the_door_for_a_while(strict: Any) -> None:
    wrong = [strict.stranger(TOKEN, "POST", {"username": "a", "password": "wrong"}) for _ in range(11)]
    assert [answer.status for answer in wrong] == [401] * 10 + [429]
    assert wrong[0].headers["WWW-Authenticate"] == "Bearer"
    assert "password is wrong" in wrong[0].json()["message"]
    assert wrong[-1].headers["Retry-After"] == "60"
    assert strict.stranger(TOKEN, "POST", {"username": "a", "password": strict.token}).status == 429


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_whatever_is_tried_at_the_door_is_answered_as_the_document_says(strict: Any) -> None:
    examples = 100 if "GENSTUDIO_CAMPAIGN" in os.environ else 10
    assert try_operation(document("/genstudio"), "POST /auth/token", f"{strict.url}genstudio", examples=examples)
