"""Nothing of the studio answers to strangers, whatever the verb."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

UUID = "00000000-0000-4000-8000-000000000000"
ROUTES = [
    ("GET", "genstudio"),
    ("GET", "genstudio/"),
    ("GET", "genstudio/app"),
    ("GET", "genstudio/api/v1/projects"),
    ("POST", "genstudio/api/v1/projects"),
    ("GET", f"genstudio/api/v1/projects/{UUID}"),
    ("PUT", f"genstudio/api/v1/projects/{UUID}"),
    ("POST", "genstudio/api/v1/tasks/generate_shot"),
    ("GET", "genstudio/api/v1/tasks/t1"),
    ("DELETE", "genstudio/api/v1/tasks/t1"),
    ("GET", f"genstudio/media/{UUID}/a.mp4"),
    ("HEAD", f"genstudio/media/{UUID}/a.mp4"),
    ("GET", f"genstudio/ws/{UUID}"),
    ("GET", "genstudio/ws/workspace"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_is_sent_away_from_every_route(studio: Any, method: str, path: str) -> None:
    answer = studio.stranger(path, method, b"{}" if method in ("POST", "PUT") else None)
    assert answer.status in (302, 401, 403)
    if answer.status == 302:
        assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_wrong_token_opens_nothing(studio: Any, method: str, path: str) -> None:
    answer = studio.stranger(path, method, b"{}" if method in ("POST", "PUT") else None, Authorization="token wrong")
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


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path in ROUTES if method in ("POST", "PUT", "DELETE")])
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
