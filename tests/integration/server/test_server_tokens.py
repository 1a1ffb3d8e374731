"""Bearer tokens: who gets one, what it opens, when it ends."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from genstudio.server import bearer

PROJECTS = "genstudio/api/v1/projects"
TOKEN = "genstudio/auth/token"


def bearer_of(studio: Any, name: str = "ann") -> str:
    answer = studio.stranger(TOKEN, "POST", {"username": name, "password": studio.token})
    assert answer.status == 200, answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Set-Cookie") is None
    assert answer.json()["token_type"] == "bearer"
    return f"Bearer {answer.json()['access_token']}"


def test_a_bearer_reads_and_writes_without_a_cookie_and_signs_its_edits(studio: Any, film: Any) -> None:
    header = {"Authorization": bearer_of(studio, "Ann")}
    assert studio.stranger(PROJECTS, **header).status == 200
    graph = studio.stranger(f"{PROJECTS}/{film.uuid}", **header).json()["graph"]
    graph["nodes"]["shot_010"] = {"type": "shot", "data": {"prompt": "a fox"}}
    written = studio.stranger(f"{PROJECTS}/{film.uuid}", "PUT", {"graph": graph, "version": 0}, **header)
    assert written.status == 200
    assert film.canvas().entries(0)[-1].patch.author == "Ann#rest"


def test_a_bearer_opens_a_socket_and_media(studio: Any, film: Any) -> None:
    header = {"Authorization": bearer_of(studio)}
    studio.socket("workspace", token="", **header).connection.close()
    assert studio.stranger(f"genstudio/media/{film.uuid}/a.png", **header).status == 404


@pytest.mark.parametrize("body", [{}, {"username": "a"}, {"username": "a#b", "password": "x"}, {"username": "a", "password": ""}, b"{"])
def test_what_is_no_login_is_refused_in_a_sentence(studio: Any, body: Any) -> None:
    answer = studio.stranger(TOKEN, "POST", body)
    assert answer.status == 400
    assert answer.json()["message"].endswith(".")


def handler(authorization: str = "", *, secret: bytes = b"s", token: str = "t") -> Any:  # noqa: S107 - a test
    settings = {"cookie_secret": secret, "identity_provider": SimpleNamespace(token=token)}
    return SimpleNamespace(settings=settings, request=SimpleNamespace(headers={"Authorization": authorization}))


def test_a_token_is_good_for_its_server_its_password_and_its_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    key = bearer.issue(handler(), "ann")
    user = bearer.user_of(handler(f"bearer {key}"))
    assert user is not None
    assert user.name == "ann"
    assert bearer.user_of(handler(f"Bearer {key}", secret=b"other")) is None
    assert bearer.user_of(handler(f"Bearer {key}", token="other")) is None
    assert bearer.user_of(handler(f"Bearer {key[:-4]}AAA=")) is None
    assert bearer.user_of(handler(f"token {key}")) is None
    later = time.time() + bearer.LIFETIME_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert bearer.user_of(handler(f"Bearer {key}")) is None
