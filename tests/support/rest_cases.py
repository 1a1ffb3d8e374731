"""Tries operations of an OpenAPI document against a running server with schemathesis.

Its plugin for pytest takes more than a second to import and makes its cases while tests are collected, in every process of the run;
here both happen in the one process that runs the test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import Case

__all__ = ["labels", "try_operation"]

_CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
_FRAMING = ("Content-Length", "Transfer-Encoding")
"""Where these are made up it is no HTTP: Tornado refuses it with a bare 400 before any of it reaches the interface."""


def labels(document: dict[str, Any]) -> list[str]:
    """Return the operations of a document as schemathesis names them: ``"GET /api/v1/projects"``."""
    return [f"{method.upper()} {path}" for path, verbs in document["paths"].items() for method in verbs]


def try_operation(
    document: dict[str, Any],
    label: str,
    url: str,
    *,
    examples: int,
    headers: dict[str, str] | None = None,
    aim: Callable[[Case], None] | None = None,
) -> int:
    """Ask for one operation in many ways, and check that each answer is one that the document allows; return how many there were.

    Cases are those of the plugin: the boundaries of every field, then ``examples`` made up ones, valid and not. What is made up names
    nothing that is there: ``aim`` turns every other case towards something that is.
    """
    import schemathesis
    from schemathesis.checks import CHECKS, load_all_checks
    from schemathesis.generation.feedback import FeedbackSources
    from schemathesis.pytest._test_builder import build_operation_test

    load_all_checks()
    checks = [CHECKS.get_one(name) for name in _CHECKS]
    schema = schemathesis.openapi.from_dict(document)
    (operation,) = [found for each in schema.get_all_operations() if (found := each.ok()).label == label]
    asked = 0

    @settings(max_examples=examples)
    def ask(case: schemathesis.Case) -> None:
        nonlocal asked
        asked += 1
        for name in _FRAMING:
            case.headers.pop(name, None)
        if aim is not None and asked % 2:
            aim(case)
        case.call_and_validate(base_url=url, headers=headers, checks=checks)

    build_operation_test(config=schema.config, operation=operation, test_func=ask, given_kwargs={}, feedback=FeedbackSources())()
    return asked
