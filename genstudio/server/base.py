"""What the studio's handlers have in common: authentication on every verb, errors as sentences, and work in threads."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python
from tornado import web

from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.message import MAX_MESSAGE_BYTES
from genstudio.server.bearer import BearerHandler
from genstudio.session.base import TELLABLE, error_payload

if TYPE_CHECKING:
    from genstudio.server.studio import Studio

__all__ = ["RESOURCE", "ApiHandler", "StudioHandler", "for_users", "person", "status_of"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_M = TypeVar("_M", bound=BaseModel)

_Verb = TypeVar("_Verb", bound=Callable[..., Any])

RESOURCE: Final = "genstudio"
"""What authorizers of Jupyter Server know the studio as."""

_STATUS: Final = {
    "bad_input": 400,
    "read_only": 403,
    "not_found": 404,
    "conflict": 409,
    "changed": 412,
    "too_large": 413,
    "missing_tool": 503,
    "disk_full": 507,
    "no_permission": 507,
    "not_writable": 507,
}


def for_users(action: Literal["read", "write", "execute"]) -> Callable[[_Verb], _Verb]:
    """Let only users of this server use a verb, and of those only whom the server's authorizer lets."""

    def guard(verb: _Verb) -> _Verb:
        return cast("_Verb", web.authenticated(authorized(action, resource=RESOURCE)(verb)))

    return guard


def status_of(error: Exception) -> int:
    """Return the HTTP status that stands for an error."""
    if isinstance(error, GenStudioError):
        return _STATUS.get(error.code, 400)
    refused = isinstance(error, ValidationError) or (isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG)
    return 400 if refused else 507


def person(handler: JupyterHandler) -> str:
    """Return the name of the authenticated user, as the journal shows it."""
    user = handler.current_user
    name = str(getattr(user, "display_name", None) or getattr(user, "name", None) or getattr(user, "username", "") or "someone")
    return name.replace("#", " ")


class StudioHandler(BearerHandler):
    """A handler of the studio; its verbs carry :func:`for_users`."""

    auth_resource = RESOURCE
    studio: Studio

    def initialize(self, studio: Studio) -> None:
        """Take what the route was registered with."""
        self.studio = studio

    async def in_thread(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Run something that waits for a disk without holding up the server."""
        return await asyncio.get_running_loop().run_in_executor(self.studio.pool, partial(function, *args, **kwargs))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's signature
        """Say what happened in a sentence, as JSON; never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, TELLABLE):
            told = error_payload(error)
            self.set_status(status_of(error))
            body = {"code": told.code, "message": told.message, "fix": told.fix}
        else:
            reason = error.log_message if isinstance(error, web.HTTPError) and error.log_message else self._reason
            body = {"code": str(status_code), "message": str(reason), "fix": ""}
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401 - tornado's signature
        """Log refusals as one line; only what nobody foresaw with its traceback."""
        if isinstance(value, TELLABLE):
            self.log.info("%s refused: %s", self.request.path, error_payload(value).message)
        else:
            super().log_exception(typ, value, tb)


class ApiHandler(StudioHandler, APIHandler):
    """A handler of the REST interface: JSON in, JSON out; cookies alone are not enough to write (XSRF)."""

    def body(self, model: type[_M], *, most: int = MAX_MESSAGE_BYTES) -> _M:
        """Return the checked body of the request, of ``most`` bytes.

        Raises:
            BadInputError: It is too large.
            pydantic.ValidationError: It is not what it should be.
        """
        if len(self.request.body) > most:
            raise BadInputError(f"The body is larger than {most >> 20} MiB.", fix="Send less at once.", code="too_large")
        return model.model_validate_json(self.request.body or b"{}")

    def answer(self, value: BaseModel | Sequence[BaseModel], status: int = 200) -> None:
        """Finish with a value as JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(to_jsonable_python(value, by_alias=True)))
