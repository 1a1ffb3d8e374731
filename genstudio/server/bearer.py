"""Bearer tokens: signed, short-lived keys for programs that know the server's password, accepted beside Jupyter's own login.

They are JSON Web Tokens (RFC 7519) signed with HMAC-SHA256: any library reads from ``exp`` when a new one is needed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler

if TYPE_CHECKING:
    from tornado.web import RequestHandler

__all__ = ["LIFETIME_S", "BearerHandler", "issue", "user_of"]

LIFETIME_S: Final = 3600
"""How long a token is good for, in seconds."""
_SCHEME: Final = "bearer "
_ALGORITHM: Final = "HS256"
_ISSUER: Final = "genstudio"


def issue(handler: RequestHandler, username: str) -> str:
    """Return a token that says who its bearer is; it ends with the server's password or token, or after :data:`LIFETIME_S`."""
    now = int(time.time())
    claims = {"iss": _ISSUER, "sub": username, "iat": now, "exp": now + LIFETIME_S}
    return jwt.encode(claims, _key(handler), algorithm=_ALGORITHM)


def user_of(handler: RequestHandler) -> User | None:
    """Return the user whose token a request bears; None without a token that is good."""
    header = handler.request.headers.get("Authorization", "")
    if not header.lower().startswith(_SCHEME):
        return None
    token = header[len(_SCHEME) :].strip()
    try:
        claims = jwt.decode(
            token, _key(handler), algorithms=[_ALGORITHM], issuer=_ISSUER, options={"require": ["iss", "sub", "iat", "exp"]}
        )
    except jwt.InvalidTokenError:
        return None
    name = str(claims["sub"])
    return User(username=name, name=name, display_name=name)


class BearerHandler(JupyterHandler):
    """A handler that knows the bearer of a token before Jupyter looks for cookies and tokens of its own."""

    async def prepare(self, **options: bool) -> None:
        """Take the user of a good token; for all others nothing changes."""
        user = user_of(self)
        if user is not None:
            self._jupyter_current_user = user  # what IdentityProvider.get_user returns first
            self._token_authenticated = True  # no cookie is used, so no other site can have sent it
        found = await super().prepare(**options)
        if found is not None:
            await found


def _key(handler: RequestHandler) -> bytes:
    """Return the key of this server. Jupyter's cookie secret changes with its password; its token is mixed in here."""
    secret = handler.settings["cookie_secret"]
    material = (secret if isinstance(secret, bytes) else str(secret).encode()) + str(handler.settings["identity_provider"].token).encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"genstudio bearer token").derive(material)
