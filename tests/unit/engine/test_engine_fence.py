from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from genstudio.engine.fence import Fence, SupersededAttemptError

_PUBLISH = (
    "import sys, time; from pathlib import Path; from genstudio.engine.fence import Fence\n"
    "with Fence(Path(sys.argv[1])).publishing(1):\n"
    "    print('in', flush=True); time.sleep(600)"
)


@pytest.fixture
def fence(tmp_path: Path) -> Fence:
    return Fence(tmp_path / "job_a")


def test_an_attempt_that_was_given_up_may_neither_go_on_nor_publish(fence: Fence) -> None:
    assert fence.revoke(1)
    with pytest.raises(SupersededAttemptError):
        fence.check(1)
    with pytest.raises(SupersededAttemptError), fence.publishing(1):
        pytest.fail("It published.")


def test_the_next_attempt_may_publish(fence: Fence) -> None:
    fence.revoke(1)
    fence.check(2)
    with fence.publishing(2):
        pass


def test_giving_up_an_old_attempt_again_leaves_the_newest_given_up(fence: Fence) -> None:
    assert fence.revoke(12)
    assert fence.revoke(2)
    with pytest.raises(SupersededAttemptError):
        fence.check(12)


def test_no_attempt_is_given_up_while_it_publishes(fence: Fence) -> None:
    with fence.publishing(1):
        assert not fence.revoke(1)
    fence.check(1)
    assert fence.revoke(1)


def test_an_attempt_that_fails_while_it_publishes_can_be_given_up(fence: Fence) -> None:
    with pytest.raises(OSError, match="full"), fence.publishing(1):
        raise OSError("full")
    assert fence.revoke(1)


def test_a_worker_that_is_killed_while_it_publishes_holds_nothing(fence: Fence, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PUBLISH, str(tmp_path / "job_a")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"in\n"
        assert not fence.revoke(1)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert fence.revoke(1)
