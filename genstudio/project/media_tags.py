"""How a take's record is written into its media: a comment of at most 64 KB, in the form of each container."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from genstudio.schema.base import JsonObject

__all__ = ["MAX_COMMENT_BYTES", "PNG_KEY", "capped", "ffmetadata", "png_with_text"]

MAX_COMMENT_BYTES: Final = 64 * 1024
PNG_KEY: Final = "genstudio"
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND"
_SHORTEST: Final = 64
_MARK: Final = "…"


def capped(comment_json: str, **known: str) -> str:
    """Return the JSON object in at most 64 KB: its longest texts are shortened (ending in ``…``) until it fits.

    Keys of ``known`` that the object lacks, or has empty, are put in.

    Raises:
        BadInputError: It is no JSON object, or too large without any long text.
    """
    document = _object(comment_json)
    document |= {key: value for key, value in known.items() if not document.get(key)}
    limit = MAX_COMMENT_BYTES
    while len(text := json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_COMMENT_BYTES:
        limit //= 2
        if limit < _SHORTEST:
            raise BadInputError("The record is too large to be embedded.", fix="Keep long values in files.")
        document = _shortened(document, limit)
    return text.decode()


def _object(text: str) -> JsonObject:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BadInputError(f"The comment is no JSON: {error}.", fix="Give the record as JSON.") from error
    if not isinstance(document, dict):
        raise BadInputError("The comment is no JSON object.", fix="Give the record as JSON.")
    return document


def _shortened(value: Any, limit: int) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str) and len(value) > limit:
        return value[:limit] + _MARK
    if isinstance(value, dict):
        return {key: _shortened(item, limit) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item, limit) for item in value]
    return value


def ffmetadata(comment: str) -> bytes:
    """Return an ffmetadata file with that comment (https://ffmpeg.org/ffmpeg-formats.html#Metadata-2)."""
    escaped = "".join(f"\\{character}" if character in "=;#\\\n" else character for character in comment)
    return f";FFMETADATA1\ncomment={escaped}\n".encode()


def png_with_text(data: bytes, text: str) -> bytes:
    """Return the PNG with an uncompressed iTXt chunk before its end; every other chunk stays as it is.

    Uncompressed, since readers refuse large compressed ones (PNG specification, 11.3.3.4).

    Raises:
        BadInputError: It is no complete PNG.
    """
    end = data.rfind(_PNG_END) - 4
    if not data.startswith(_PNG_START) or end < len(_PNG_START):
        raise BadInputError("The file is no complete PNG.", fix="Generate it again.")
    body = b"iTXt" + PNG_KEY.encode() + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:end] + chunk + data[end:]
