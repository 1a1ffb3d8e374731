"""A film as a folder of pictures with its sound beside them."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Final

from genstudio.edit.join import packets
from genstudio.edit.tools import check_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from genstudio.edit.join import Stretch

__all__ = ["SOUND", "folder_digest", "write_images"]

SOUND: Final = "sound.wav"
_NAME: Final = "frame.{:06}.png"


def write_images(stretches: Sequence[Stretch], sound: Path, folder: Path, cancelled: Callable[[], bool]) -> str:
    """Write ``frame.000001.png`` and so on and ``sound.wav`` into an empty folder; return the digest of the pictures.

    A packet of a PNG stream is a PNG file: nothing is encoded again.

    Raises:
        GenStudioError: A stretch is shorter than it should be.
        RenderCancelledError: ``cancelled`` returned true.
    """
    digest = hashlib.sha256()
    for number, packet in enumerate((packet for stretch in stretches for packet in packets(stretch)), start=1):
        check_cancelled(cancelled)
        data = bytes(packet)
        digest.update(data)
        (folder / _NAME.format(number)).write_bytes(data)
    shutil.copyfile(sound, folder / SOUND)
    return digest.hexdigest()


def folder_digest(folder: Path) -> tuple[int, str]:
    """Return the number of pictures in a folder and the digest of them in order."""
    digest, number = hashlib.sha256(), 0
    while (picture := folder / _NAME.format(number + 1)).is_file():
        digest.update(picture.read_bytes())
        number += 1
    return number, digest.hexdigest()
