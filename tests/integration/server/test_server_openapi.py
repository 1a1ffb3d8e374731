"""The OpenAPI document: it names what there is, and the server does what it says, whatever a client makes up."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.checks import CHECKS
from tornado.web import RequestHandler

from genstudio.server.extension import ROUTES
from genstudio.server.openapi import OPERATIONS, OpenApiHandler, document
from genstudio.server.rest import NowhereHandler

DOCUMENT = "genstudio/api/v1/openapi.json"
EXAMPLES = 100 if os.environ.get("GENSTUDIO_CAMPAIGN") else 8
UNLISTED = (OpenApiHandler, NowhereHandler)
schema = schemathesis.openapi.from_dict(document("/genstudio")).exclude(path="/auth/token")  # wrong passwords are for a server of their own


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
@schema.parametrize()
@settings(max_examples=EXAMPLES)
def test_the_server_answers_as_the_document_says(case: schemathesis.Case, studio: Any) -> None:
    """Status, headers and body of whatever is asked are those of the document; nothing is ever a 5xx or a traceback."""
    wanted = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
    case.call_and_validate(
        base_url=f"{studio.url}genstudio",
        headers={"Authorization": f"token {studio.token}"},
        checks=[CHECKS.get_one(name) for name in wanted],
    )
