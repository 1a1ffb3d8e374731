"""Nothing of the studio answers to strangers, whatever the verb."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tornado.web import RequestHandler
from websockets.exceptions import InvalidStatus

from genstudio.server.extension import ROUTES
from genstudio.server.sockets import CanvasSocket, WorkspaceSocket
from genstudio.server.tokens import TokenHandler

UUID = "00000000-0000-4000-8000-000000000000"
PAGE = [("GET", "genstudio"), ("GET", "genstudio/"), ("GET", "genstudio/app")]


def probes() -> list[tuple[str, str]]:
    """Return every verb of every route that the studio adds to a server, with an address that leads there."""
    found = list(PAGE)
    for pattern, handler in ROUTES:
        sample = re.sub(r"\(\[0-9a-f\].*?\{12\}\)", UUID, pattern)
        path = (
            sample.replace(r"([A-Za-z0-9_\-]{1,64})", "t1")
            .replace("(?:api|auth|media)(?:/.*)?", "api/nothing")
            .replace("(.+)", "01_Assets/Source_Media/a.mp4")
            .replace("\\", "")
        )
        verbs = [verb for verb in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") if getattr(handler, verb.lower()) is not _missing(verb)]
        found += [(verb, f"genstudio/{path}") for verb in verbs]
    return found


def _missing(verb: str) -> Any:
    return getattr(RequestHandler, verb.lower())


ROUTES_PROBED = [probe for probe in probes() if probe != ("POST", "genstudio/auth/token")]


def test_every_route_is_probed() -> None:
    assert len(ROUTES_PROBED) >= len(ROUTES) + len(PAGE) + 3
    assert ("PUT", f"genstudio/api/v1/projects/{UUID}/files/01_Assets/Source_Media/a.mp4") in ROUTES_PROBED


def test_every_verb_is_guarded_where_it_stands() -> None:
    """A verb that forgot its guard would answer strangers; this finds it without asking."""
    for pattern, handler in ROUTES:
        for verb in ("get", "head", "post", "put", "patch", "delete"):
            method = getattr(handler, verb)
            if method is not _missing(verb) and handler not in (TokenHandler, CanvasSocket, WorkspaceSocket):
                assert hasattr(method, "__wrapped__"), (pattern, verb)


@pytest.mark.parametrize(("method", "path"), ROUTES_PROBED)
def test_a_stranger_is_sent_away_from_every_route(studio: Any, method: str, path: str) -> None:
    answer = studio.stranger(path, method, b"{}" if method in ("POST", "PUT") else None)
    assert answer.status in (302, 401, 403)
    if answer.status == 302:
        assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize(("method", "path"), ROUTES_PROBED)
def test_a_wrong_token_opens_nothing(studio: Any, method: str, path: str) -> None:
    for wrong in ("token wrong", "Bearer wrong", "Bearer " + "A" * 200):
        answer = studio.stranger(path, method, b"{}" if method in ("POST", "PUT") else None, Authorization=wrong)
        assert answer.status in (302, 401, 403)


@pytest.mark.parametrize("place", [UUID, "workspace"])
def test_a_socket_of_a_stranger_is_not_opened(studio: Any, place: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        studio.socket(place, token="")
    assert caught.value.response.status_code == 403


def test_a_page_of_another_site_cannot_open_a_socket_with_the_users_cookie(studio: Any) -> None:
    browser = studio.browser()
    with pytest.raises(InvalidStatus) as caught:
        studio.socket("workspace", token="", Cookie=browser.cookie, Origin="http://evil.example")
    assert caught.value.response.status_code == 403
    own = studio.socket("workspace", token="", Cookie=browser.cookie, Origin=studio.url.rstrip("/"))
    own.connection.close()


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path in ROUTES_PROBED if method in ("POST", "PUT", "DELETE")])
def test_a_page_of_another_site_cannot_write_with_the_users_cookie(studio: Any, method: str, path: str) -> None:
    browser = studio.browser()
    assert browser(path, method, b"{}" if method != "DELETE" else None).status == 403


def test_a_page_of_our_own_writes_with_the_xsrf_header(studio: Any) -> None:
    browser = studio.browser()
    browser("lab")
    xsrf = next(cookie.value for cookie in browser.jar if cookie.name == "_xsrf")
    answer = browser("genstudio/api/v1/projects", "POST", {"name": "From the page"}, **{"X-XSRFToken": xsrf})
    assert answer.status == 201


def test_verbs_that_a_route_does_not_have_are_refused(studio: Any) -> None:
    assert studio.user("genstudio/api/v1/projects", "DELETE").status == 405
    assert studio.user(f"genstudio/media/{UUID}/a.mp4", "PUT", b"x").status == 405
    assert studio.user("genstudio/app", "POST", b"x").status == 405
