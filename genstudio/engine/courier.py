"""The producer's dealings with workers that do not see its disk: inputs go by their hashes, results come back and are published here."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.engine import remote
from genstudio.engine.execution import failure
from genstudio.engine.fence import Fence, SupersededAttemptError
from genstudio.engine.log_feed import LogFeed
from genstudio.engine.outcome import Made, Outcome
from genstudio.engine.parcels import read_block
from genstudio.engine.remote import LinkLostError
from genstudio.engine.staging import documents_of
from genstudio.engine.take import Making, publish_result
from genstudio.project import paths
from genstudio.project.hashing import file_sha256
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.job import Assignment, Failed, FileRef, GenerateJob

if TYPE_CHECKING:
    from genstudio.engine.link import Link
    from genstudio.engine.state import StateFolder
    from genstudio.pipelines.catalogue import Catalogue, Pipeline

__all__ = ["Courier", "with_documents"]

_RETURNED: Final = "returned"


def with_documents(assignment: Assignment, catalogue: Catalogue) -> Assignment:
    """Return an assignment as a worker needs it that has neither the project's documents nor the workspace's pipelines."""
    spec, route = assignment.spec, assignment.route
    if not isinstance(spec, GenerateJob) or route is None:
        return assignment
    root, pipeline = Path(spec.project_root), catalogue.get(route.pipeline)
    documents = tuple(FileRef(path=path.relative_to(root).as_posix(), sha256=file_sha256(path)) for path in documents_of(root, spec))
    sent = None if pipeline.builtin else {"manifest": pipeline.manifest.model_dump(mode="json", by_alias=True), "digest": pipeline.digest}
    return assignment.model_copy(update={"documents": documents, "pipeline": sent})


class Courier:
    """Sends and fetches over one link."""

    def __init__(self, link: Link, state: StateFolder) -> None:
        self._link = link
        self._state = state

    async def deliver(self, assignment: Assignment, address: str) -> None:
        """Send a worker the inputs of an assignment that it does not have.

        Raises:
            BadInputError: One is gone, or was changed since it was asked for.
            LinkLostError: The worker does not answer.
        """
        spec = assignment.spec
        if not isinstance(spec, GenerateJob):
            return
        files = {file.sha256: file for file in (*assignment.documents, *spec.files)}
        for sha256 in await self._link.call(address, remote.lacking, list(files)):
            await self._send(address, paths.inside(Path(spec.project_root), files[sha256].path), files[sha256])

    async def _send(self, address: str, path: Path, file: FileRef) -> None:
        offset, block = 0, await asyncio.to_thread(read_block, path, 0)
        if not block and not await asyncio.to_thread(path.is_file):
            raise BadInputError(f"The input {file.path!r:.200} is gone.", fix="Bring it back, or take it off the shot.")
        while True:
            following = await asyncio.to_thread(read_block, path, offset + len(block)) if block else b""
            await self._link.call(address, remote.receive, file.sha256, offset, block, not following)
            if not following:
                return
            offset, block = offset + len(block), following

    async def collect(self, assignment: Assignment, pipeline: Pipeline | None, outcome: Outcome, address: str) -> Outcome:
        """Fetch what an attempt has left on a worker, its log and its result, publish the result, and return how the attempt ended.

        Raises:
            LinkLostError: The worker does not answer.
            SupersededAttemptError: The attempt was given up meanwhile.
        """
        job, number = outcome.job, outcome.attempt
        feed = self.log_feed(job, address)
        await feed.bring()
        made = outcome.made
        if made is not None and pipeline is not None:
            place = self._state.scratch / _RETURNED / f"{job}-{number}"
            try:
                output = await self._fetch(address, job, number, made, place)
                outcome = await asyncio.to_thread(self._publish, assignment, pipeline, outcome, made, output)
            finally:
                await asyncio.to_thread(_remove, place)
        with suppress(LinkLostError):
            await self._link.call(address, remote.forget, job, number)
            feed.end()
        return outcome

    def log_feed(self, job: str, address: str) -> LogFeed:
        """Return what brings the log of a job from its worker."""
        return LogFeed(self._state, job, address, lambda name, offset: self._link.call(address, remote.log_block, name, offset))

    async def _fetch(self, address: str, job: str, number: int, made: Made, place: Path) -> Path:
        await asyncio.to_thread(place.mkdir, parents=True, exist_ok=True)
        output, digest, offset = place / Path(made.name).name, hashlib.sha256(), 0
        with output.open("wb") as stream:
            while block := await self._link.call(address, remote.result_block, job, number, made.name, offset):
                stream.write(block)
                digest.update(block)
                offset += len(block)
        if digest.hexdigest() != made.sha256:
            raise LinkLostError("A result was changed on the way.")
        return output

    def _publish(self, assignment: Assignment, pipeline: Pipeline, outcome: Outcome, made: Made, output: Path) -> Outcome:
        spec, route, name = assignment.spec, assignment.route, assignment.take
        if not isinstance(spec, GenerateJob) or route is None or (name is None and spec.renders):
            raise failure("internal", "The job came without a route.")
        making = Making(assignment, spec, route, pipeline, made.runner, made.image, made.timing, made.metadata)
        try:
            with Fence(self._state.fence(outcome.job)).publishing(outcome.attempt):
                state = publish_result(making, name, output)
        except SupersededAttemptError:
            raise
        except GenStudioError as error:
            return outcome.model_copy(update={"state": Failed(code=error.code, message=error.message, fix=error.fix), "made": None})
        return outcome.model_copy(update={"state": state, "made": None})


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
