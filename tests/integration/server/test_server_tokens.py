"""Bearer tokens: who gets one, what it opens, when it ends."""

from __future__ import annotations

import base64
import hmac
import json
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
    assert bearer.user_of(handler(f"token {key}")) is None
    earlier = time.time() - bearer.LIFETIME_S - 1
    monkeypatch.setattr(bearer.time, "time", lambda: earlier)
    assert bearer.user_of(handler(f"Bearer {bearer.issue(handler(), 'ann')}")) is None


def part(value: Any) -> str:
    """Return a part of a JSON Web Token (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_is_a_json_web_token_that_nobody_else_can_write() -> None:
    head, claims, signature = bearer.issue(handler(), "ann").split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}
    assert (said["sub"], said["exp"] - said["iat"]) == ("ann", bearer.LIFETIME_S)
    unsigned = part({"alg": "none", "typ": "JWT"})
    key = b"0" * 32
    own = f"{head}.{part(said | {'sub': 'eve'})}"
    forged = [
        f"{head}.{part(said | {'sub': 'eve'})}.{signature}",
        f"{head}.{part(said | {'exp': said['exp'] + 1})}.{signature}",
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{head}.{claims}.",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{own}.{base64.urlsafe_b64encode(hmac.digest(key, own.encode(), 'sha256')).rstrip(b'=').decode()}",
    ]
    assert [bearer.user_of(handler(f"Bearer {token}")) for token in forged] == [None] * len(forged)
    assert bearer.user_of(handler(f"Bearer {head}.{claims}.{signature}")) is not None


@pytest.mark.parametrize("nonsense", ["", ".", "..", "a.b.c", "\u00e9.\u00e9.\u00e9", "e30.e30.e30", "x" * 100_000])
def test_what_is_no_token_is_nobodys(nonsense: str) -> None:
    assert bearer.user_of(handler(f"Bearer {nonsense}")) is None
