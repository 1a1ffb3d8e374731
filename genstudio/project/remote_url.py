"""Addresses of Git remotes: which are accepted, and how they are shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from genstudio.schema.errors import BadInputError

__all__ = ["check_url", "disk_folder", "without_secrets"]

_SCHEMES: Final = frozenset({"https", "http", "ssh", "git", "file"})
_SCP_LIKE: Final = re.compile(r"([\w.-]+@)?[\w.-]+:(?!:)[^\\]+")


def check_url(url: str) -> str:
    """Return the address if Git may be sent there: https, ssh, git and file addresses, ``user@host:path``, or a folder.

    Raises:
        BadInputError: It is none of these: an option, a transport that runs programs (``ext::``), or empty.
    """
    text = url.strip()
    fix = "Use https://…, ssh://…, user@host:path, or a folder."
    if not text or text.startswith("-") or any(not character.isprintable() for character in text) or "::" in text.partition("/")[0]:
        raise BadInputError(f"{without_secrets(text)!r:.200} is no address of a Git remote.", fix=fix)
    if "://" in text:
        parts = urlsplit(text)
        if parts.scheme.lower() not in _SCHEMES or (parts.hostname or "").startswith("-"):
            raise BadInputError(f"{without_secrets(text)!r:.200} is no address of a Git remote.", fix=fix)
        return text
    if text.startswith(("/", "./", "../", "~")) or Path(text).is_dir():
        return str(Path(text).expanduser().resolve())
    if _SCP_LIKE.fullmatch(text):
        return text
    raise BadInputError(f"{text!r:.200} is no address of a Git remote, nor a folder.", fix=fix)


def disk_folder(url: str) -> Path | None:
    """Return the folder of a remote that is on a disk of this machine; None if it is elsewhere."""
    if url.startswith("file://"):
        return Path(urlsplit(url).path)
    return Path(url) if url.startswith("/") else None


def without_secrets(url: str) -> str:
    """Return an address without a password or token in it."""
    if "://" not in url:
        return url
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        user = parts.username if parts.scheme == "ssh" else None
    except ValueError:
        return "an address"
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host, query="", fragment=""))
