"""The OpenAPI document: it names what there is, and the server does what it says, whatever a client makes up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from rest_cases import labels, try_operation
from tornado.web import RequestHandler

from genstudio.server.extension import ROUTES
from genstudio.server.openapi import OPERATIONS, OpenApiHandler, document
from genstudio.server.rest import NowhereHandler

DOCUMENT = "genstudio/api/v1/openapi.json"
FEW = 4
EXAMPLES = 100 if os.environ.get("GENSTUDIO_CAMPAIGN") else FEW
UNLISTED = (OpenApiHandler, NowhereHandler)
INSIDE = [label for label in labels(document("/genstudio")) if not label.endswith("/auth/token")]
"""Wrong passwords are for a server of their own."""


@pytest.fixture(scope="module")
def cases(pytestconfig: pytest.Config) -> Iterator[dict[str, int]]:
    """How many cases each operation was tried with; said in a campaign."""
    tried: dict[str, int] = {}
    yield tried
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and EXAMPLES > FEW:
        reporter.write_line(f"\n{sum(tried.values())} cases of {len(tried)} operations were answered as the document says")


def test_every_verb_of_the_interface_is_in_the_document() -> None:
    verbs = {
        verb
        for pattern, handler in ROUTES
        for verb in ("get", "post", "put", "delete")
        if pattern.startswith(("api", "auth")) and handler not in UNLISTED and getattr(handler, verb) is not getattr(RequestHandler, verb)
    }
    assert {operation.method for operation in OPERATIONS} == verbs
    routes = [handler for pattern, handler in ROUTES if pattern.startswith(("api", "auth")) and handler not in UNLISTED]
    counted = sum(
        getattr(handler, verb) is not getattr(RequestHandler, verb) for handler in routes for verb in ("get", "post", "put", "delete")
    )
    assert counted == len(OPERATIONS)


def test_the_document_is_served_to_users(studio: Any) -> None:
    answer = studio.user(DOCUMENT)
    assert answer.json() == document("/genstudio")
    assert studio.user(DOCUMENT, **{"If-None-Match": answer.headers["ETag"]}).status == 304


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("label", INSIDE)
def test_the_server_answers_as_the_document_says(label: str, studio: Any, cases: dict[str, int]) -> None:
    """Status, headers and body of whatever is asked are those of the document; nothing is ever a 5xx or a traceback."""
    headers = {"Authorization": f"token {studio.token}"}
    cases[label] = try_operation(document("/genstudio"), label, f"{studio.url}genstudio", examples=EXAMPLES, headers=headers)
    assert cases[label]
