"""Files on a worker that does not see the studio's disk: inputs by their hashes, results until they are fetched.

Files come and go in blocks, and each is believed only once its hash is right.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.engine.outcome import Outcome
from genstudio.project.hashing import file_sha256
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["BLOCK", "Parcels", "read_block"]

BLOCK: Final = 4 << 20
"""Bytes that travel at once."""
_HASH: Final = re.compile(r"^[0-9a-f]{64}$")
_KEPT_INPUTS: Final = 2000
_OUTCOME: Final = "outcome.json"


@dataclass(frozen=True, slots=True)
class Parcels:
    """The files of one worker, below ``folder``."""

    folder: Path

    def prepare(self) -> None:
        """Make the folders, and drop what was half received, and the inputs that were used longest ago."""
        for folder in (self._inputs, self._results):
            folder.mkdir(parents=True, exist_ok=True)
        for path in self._inputs.glob("*.part"):
            path.unlink()
        known = sorted(self._inputs.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in known[:-_KEPT_INPUTS]:
            path.unlink()

    def lacking(self, hashes: Iterable[str]) -> list[str]:
        """Return those inputs that are not here."""
        return [sha256 for sha256 in hashes if not self.input(sha256).is_file()]

    def receive(self, sha256: str, offset: int, data: bytes, *, last: bool) -> None:
        """Take a block of an input; the first has offset 0.

        Raises:
            BadInputError: Blocks are missing, or the whole has another hash.
        """
        part = self.input(sha256).with_suffix(".part")
        with part.open("wb" if offset == 0 else "ab") as stream:
            if stream.tell() != offset:
                raise BadInputError("A block of an input was lost on the way.", fix="Generate again.")
            stream.write(data)
        if last:
            if file_sha256(part) != sha256:
                part.unlink()
                raise BadInputError("An input was changed on the way, or after Generate was pressed.", fix="Generate again.")
            part.replace(self.input(sha256))

    def input(self, sha256: str) -> Path:
        """Return where an input stands, or would.

        Raises:
            BadInputError: That is no hash.
        """
        if not _HASH.match(sha256):
            raise BadInputError(f"{sha256!r:.80} is no SHA-256.", fix="Generate again.")
        path = self._inputs / sha256
        with suppress(FileNotFoundError):
            os.utime(path)
        return path

    def keep(self, job: str, attempt: int, output: Path) -> Path:
        """Keep a result until it is forgotten; return where."""
        folder = self._result(job, attempt)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        kept = folder / f"output{output.suffix}"
        shutil.move(output, kept)
        return kept

    def keep_outcome(self, outcome: Outcome) -> None:
        """Keep the word of an attempt beside its result."""
        folder = self._result(outcome.job, outcome.attempt)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _OUTCOME).write_text(outcome.model_dump_json(), encoding="utf-8")

    def outcomes(self) -> list[str]:
        """Return the words of attempts that have ended and were not forgotten yet, as JSON."""
        return [path.read_text("utf-8") for path in self._results.glob(f"*/{_OUTCOME}")]

    def result(self, job: str, attempt: int, name: str) -> Path:
        """Return the file of a result."""
        return self._result(job, attempt) / os.path.basename(name)  # noqa: PTH119 - a name from afar: its last part alone

    def forget(self, job: str, attempt: int) -> None:
        """Drop a result and its word: they have arrived, or nobody wants them."""
        shutil.rmtree(self._result(job, attempt), ignore_errors=True)

    @property
    def _inputs(self) -> Path:
        return self.folder / "inputs"

    @property
    def _results(self) -> Path:
        return self.folder / "results"

    def _result(self, job: str, attempt: int) -> Path:
        return self._results / f"{os.path.basename(job)}-{attempt}"  # noqa: PTH119 - as above


def read_block(path: Path, offset: int) -> bytes:
    """Return a block of a file, empty behind its end and of a file that is not there."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return stream.read(BLOCK)
    except FileNotFoundError:
        return b""
