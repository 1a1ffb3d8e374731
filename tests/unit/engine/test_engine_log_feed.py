"""The log of a job elsewhere arrives whole and once, whoever brings it and whenever."""

from __future__ import annotations

import asyncio
from pathlib import Path

from genstudio.engine.log_feed import LogFeed
from genstudio.engine.state import StateFolder


class Elsewhere:
    """A log on another machine, read three bytes at a time."""

    def __init__(self) -> None:
        self.data = b""

    async def ask(self, job: str, offset: int) -> tuple[bytes, int]:
        assert job == "job_1"
        begin = offset if len(self.data) >= offset else 0
        part = self.data[begin : begin + 3]
        return part, begin + len(part)


def test_what_is_printed_arrives_once_also_by_another_producer_and_after_the_log_was_begun_anew(tmp_path: Path) -> None:
    state, there = StateFolder(tmp_path / "state"), Elsewhere()
    state.prepare()
    here = state.log("job_1")
    there.data = b"one\ntwo\n"
    asyncio.run(LogFeed(state, "job_1", "tls://north", there.ask).bring())
    assert here.read_bytes() == b"one\ntwo\n"
    there.data += b"three\n"
    asyncio.run(LogFeed(state, "job_1", "tls://north", there.ask).bring())
    assert here.read_bytes() == b"one\ntwo\nthree\n"
    there.data = b"new\n"  # what was full was put aside
    asyncio.run(LogFeed(state, "job_1", "tls://north", there.ask).bring())
    assert here.read_bytes() == b"one\ntwo\nthree\nnew\n"
    other = Elsewhere()
    other.data = b"again\n"
    feed = LogFeed(state, "job_1", "tls://south", other.ask)
    asyncio.run(feed.bring())
    assert here.read_bytes() == b"one\ntwo\nthree\nnew\nagain\n"
    feed.end()
    assert list(state.logs.iterdir()) == [here]


def test_a_follower_brings_what_comes_while_it_follows(tmp_path: Path) -> None:
    state, there = StateFolder(tmp_path / "state"), Elsewhere()
    state.prepare()

    async def watch() -> bytes:
        following = asyncio.ensure_future(LogFeed(state, "job_1", "tls://north", there.ask).follow())
        for line in (b"one\n", b"two\n"):
            there.data += line
            while not (state.log("job_1").is_file() and state.log("job_1").read_bytes() == there.data):
                assert not following.done()
                await asyncio.sleep(0.01)
        following.cancel()
        return state.log("job_1").read_bytes()

    assert asyncio.run(asyncio.wait_for(watch(), 30)) == b"one\ntwo\n"
