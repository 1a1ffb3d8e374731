"""Messages in, answers out, and no exception ever out of a session."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest

from genstudio.schema.errors import ConflictError
from genstudio.schema.message import MAX_MESSAGE_BYTES, PROTOCOL, Message
from genstudio.session.base import Session
from genstudio.session.calls import public

WORKSPACE = "00000000-0000-4000-8000-000000000001"


class Bell(Session):
    @public
    def ring(self, times: int) -> str:
        return "ding " * times

    @public
    def fail(self, how: str) -> None:
        raise {"conflict": ConflictError("Taken.", fix="Wait."), "disk": OSError(errno.ENOSPC, "No space left on device")}[how]


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def bell(sent: list[Message]) -> Bell:
    return Bell(WORKSPACE, sent.append)


def ask(method: str, **params: Any) -> dict[str, Any]:
    return {"type": "client:call", "request_id": "r1", "payload": {"method": method, "params": params}}


def test_hello_is_answered_with_protocol_version_and_workspace(bell: Bell, sent: list[Message]) -> None:
    bell.receive(json.dumps({"type": "client:hello", "payload": {"protocol": 1, "client": "c1"}}))
    (answer,) = sent
    assert answer.type == "server:hello"
    assert answer.payload["workspace"] == WORKSPACE
    assert answer.payload["protocol"] == PROTOCOL


def test_a_call_is_answered_under_its_request_id(bell: Bell, sent: list[Message]) -> None:
    bell.receive(ask("ring", times=2))
    assert sent == [Message(type="server:result", request_id="r1", payload={"result": "ding ding "})]


def test_a_message_without_request_id_is_not_answered(bell: Bell, sent: list[Message]) -> None:
    bell.receive({"type": "client:call", "payload": {"method": "ring", "params": {"times": 1}}})
    assert sent == []


def test_an_error_of_the_studio_comes_with_code_sentence_and_fix(bell: Bell, sent: list[Message]) -> None:
    bell.receive(ask("fail", how="conflict"))
    assert sent[0] == Message(type="server:error", request_id="r1", payload={"code": "conflict", "message": "Taken.", "fix": "Wait."})


def test_a_full_disk_is_said_in_a_sentence(bell: Bell, sent: list[Message]) -> None:
    bell.receive(ask("fail", how="disk"))
    assert sent[0].payload["code"] == "storage"
    assert "No space left on device" in sent[0].payload["message"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type": "client:call", "request_id": "r1", "payload": {"method": "ring", "params": {"times": "x"}}}', "bad_input"),
        ('{"type": "client:call", "request_id": "r1", "payload": {"method": 3}}', "bad_input"),
        ('{"type": "client:call", "request_id": "r1", "payload": []}', "bad_input"),
        ('{"type": "client:nothing", "request_id": "r1"}', "unknown_type"),
        ('{"type": "server:patch", "request_id": "r1"}', "unknown_type"),
        ('{"type": "client:call", "request_id": "r1", "extra": 1}', "bad_input"),
        ('{"request_id": "r1"', "bad_input"),
        ('{"type": "client:hello", "request_id": "r1", "payload": {"padding": "' + "x" * MAX_MESSAGE_BYTES + '"}}', "too_large"),
    ],
)
def test_what_is_wrong_with_a_message_becomes_an_error_under_its_request_id(bell: Bell, sent: list[Message], text: str, code: str) -> None:
    bell.receive(text)
    (answer,) = sent
    assert (answer.type, answer.request_id, answer.payload["code"]) == ("server:error", "r1", code)
    assert answer.payload["message"].endswith(".")


@pytest.mark.parametrize("data", ["", "null", "[]", "7", '"text"', b"\xff\xfe", "{}", '{"type": ' + "[" * 2000])
def test_what_is_no_message_at_all_is_refused_and_nothing_breaks(bell: Bell, sent: list[Message], data: str | bytes) -> None:
    bell.receive(data)
    assert [answer.type for answer in sent] == ["server:error"]


def test_a_value_that_is_no_json_in_a_message_object_is_refused(bell: Bell, sent: list[Message]) -> None:
    bell.receive({"type": "client:call", "request_id": "r1", "payload": {"method": object()}})
    assert sent[0].payload["code"] in ("bad_input", "not_found")


def test_what_a_client_sent_is_not_repeated_at_length_in_the_error(bell: Bell, sent: list[Message]) -> None:
    bell.receive(ask("x" * 60))
    bell.receive({"type": "x" * 60, "request_id": "r2"})
    bell.receive(ask("ring", **{"y" * 5000: 1}))
    assert all(len(answer.payload["message"]) < 700 for answer in sent)
