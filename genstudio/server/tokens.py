"""``/genstudio/auth/token``: a bearer token for who knows the password of the server."""

from __future__ import annotations

import hmac
import time
from typing import Final

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

from genstudio.schema.errors import MissingToolError
from genstudio.server.base import ApiHandler
from genstudio.server.bearer import LIFETIME_S, issue
from genstudio.server.shapes import Credentials, Fault, Token

__all__ = ["TokenHandler"]

_GUESSES: Final = 10
_PERIOD_S: Final = 60.0


class TokenHandler(ApiHandler):
    """The one verb that needs no login; a few wrong guesses close it for a minute."""

    def check_xsrf_cookie(self) -> None:
        """Check nothing: no cookie counts here, and none is set."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Answer ``{access_token, token_type, expires_in}`` if the password is right, else 401."""
        wanted = self.body(Credentials, most=16_384)
        guesses = self.studio.guesses
        while guesses and guesses[0] < time.monotonic() - _PERIOD_S:
            guesses.popleft()
        if len(guesses) >= _GUESSES:
            self.set_header("Retry-After", str(int(_PERIOD_S)))
            self.answer(Fault(code="too_many", message="There were too many wrong passwords.", fix="Wait a minute, then try again."), 429)
            return
        guesses.append(time.monotonic())  # before the check: it takes a while, and others may guess meanwhile
        if not await self.in_thread(_is_right, self.identity_provider, wanted.password):
            self.set_header("WWW-Authenticate", "Bearer")
            self.answer(Fault(code="wrong_password", message="The password is wrong.", fix="Use the server's password or token."), 401)
            return
        guesses.pop()
        self.set_header("Cache-Control", "no-store")
        self.answer(Token(access_token=issue(self, wanted.username), expires_in=LIFETIME_S))


def _is_right(provider: IdentityProvider, password: str) -> bool:
    """Whether this is the server's password, or the token that stands for one."""
    if not isinstance(provider, PasswordIdentityProvider):
        raise MissingToolError("This server has no password of its own.", fix="Use a token of the service that people log in to it with.")
    if provider.token and hmac.compare_digest(str(provider.token).encode(), password.encode()):
        return True
    return bool(provider.hashed_password) and bool(provider.passwd_check(password))  # type: ignore[no-untyped-call]
