"""What the two kinds of session share: messages in, answers out, and no exception ever out of them."""

from __future__ import annotations

import errno
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ValidationError

from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.message import (
    CLIENT_PAYLOADS,
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    CallPayload,
    ErrorPayload,
    HelloPayload,
    Message,
    ResultPayload,
)
from genstudio.schema.version import VERSION
from genstudio.session.calls import call

__all__ = ["TELLABLE", "Send", "Session", "error_payload", "message"]

Send = Callable[[Message], None]
"""Hands a message to a client. Called from any thread; must not block and must not raise."""

TELLABLE: Final = (GenStudioError, ValidationError, OSError, sqlite3.Error)
"""What can go wrong with a request through no fault of the program; each becomes a sentence for the client."""

_LOG: Final = logging.getLogger(__name__)
_REQUEST_ID: Final = re.compile(r'"request_id"\s*:\s*"([^"\\]{1,64})"')


def message(kind: str, payload: BaseModel, *, canvas: str | None = None, request_id: str | None = None) -> Message:
    """Return the envelope of a payload."""
    return Message(type=kind, request_id=request_id, canvas=canvas, payload=payload.model_dump(mode="json", by_alias=True))


def error_payload(error: Exception) -> ErrorPayload:
    """Return what a client is told of an error: a sentence, what to do, and a stable code."""
    if isinstance(error, GenStudioError):
        return ErrorPayload(code=error.code, message=error.message, fix=error.fix)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "payload"
        return ErrorPayload(code="bad_input", message=f"{where:.120}: {first['msg']:.300}.", fix="Reload the page if this comes from it.")
    if isinstance(error, OSError):
        if error.errno == errno.ENAMETOOLONG:
            return ErrorPayload(code="name_too_long", message="The name is too long for this file system.", fix="Use a shorter name.")
        reason = error.strerror or type(error).__name__
        return ErrorPayload(
            code="storage", message=f"The disk refused: {reason}.", fix="Check free space and permissions of the workspace."
        )
    return ErrorPayload(
        code="storage", message=f"The job store cannot be used: {error}.", fix="Check free space and permissions of the state folder."
    )


class Session:
    """One view's connection to the studio. Carriers hand in what arrives (:meth:`receive`) and send what comes out.

    Args:
        workspace_uuid: Told to the client in ``server:hello``.
        send: Takes messages for the client.
    """

    ROUTES: ClassVar[Mapping[str, str]] = MappingProxyType({"client:hello": "_on_hello", "client:call": "_on_call"})
    """The method that takes each type of message."""

    def __init__(self, workspace_uuid: str, send: Send) -> None:
        self._workspace_uuid = workspace_uuid
        self._send = send

    def receive(self, data: str | bytes | Mapping[str, Any]) -> None:
        """Take what a client sent: JSON text, or the object it stands for. Whatever is wrong with it becomes ``server:error``."""
        if isinstance(data, Mapping):
            data = json.dumps(data, default=repr)
        if len(data) > MAX_MESSAGE_BYTES:
            self._refuse(
                data, BadInputError("The message is larger than 4 MiB.", fix="Send less at once; media are files.", code="too_large")
            )
            return
        try:
            envelope = Message.model_validate_json(data)
        except ValidationError as error:
            self._refuse(data, error)
            return
        self.handle(envelope)

    def handle(self, envelope: Message) -> None:
        """Answer a message of the client. Results, errors and events go through ``send``."""
        try:
            result = self._dispatch(envelope)
        except TELLABLE as error:
            _LOG.debug("refused %s", envelope.type, exc_info=True)
            self._send(message("server:error", error_payload(error), canvas=envelope.canvas, request_id=envelope.request_id))
            return
        if envelope.request_id is not None:
            self._send(message("server:result", ResultPayload(result=result), canvas=envelope.canvas, request_id=envelope.request_id))

    def close(self) -> None:
        """End the session; nothing is sent afterwards."""

    def _dispatch(self, envelope: Message) -> Any:  # noqa: ANN401 - the JSON result of the request
        route = self.ROUTES.get(envelope.type)
        if route is None:
            raise BadInputError(
                f"{envelope.type!r:.80} is not a message that is understood here.", fix="Reload the page.", code="unknown_type"
            )
        payload = CLIENT_PAYLOADS[envelope.type].model_validate(envelope.payload)
        return getattr(self, route)(payload, envelope)

    def _on_hello(self, payload: HelloPayload, envelope: Message) -> None:
        answer = HelloPayload(protocol=PROTOCOL, version=VERSION, workspace=self._workspace_uuid, client=payload.client)
        self._send(message("server:hello", answer, request_id=envelope.request_id))

    def _on_call(self, payload: CallPayload, _envelope: Message) -> Any:  # noqa: ANN401 - the JSON result of the method
        return call(self, payload.method, payload.params)

    def _refuse(self, data: str | bytes, error: Exception) -> None:
        head = data[:2048] if isinstance(data, str) else data[:2048].decode("utf-8", "replace")
        found = _REQUEST_ID.search(head)
        self._send(message("server:error", error_payload(error), request_id=found[1] if found else None))
