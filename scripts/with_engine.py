"""Run a command beside a container engine: ``with_engine.py -- COMMAND …``.

Where no engine answers and we may start one (root, ``dockerd`` installed), it is started and ended by its own process id. A base
image made by debootstrap is imported once and kept as a tar in the user's cache, since tests must not need an image registry.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE_IMAGE: Final = "genstudio/base:latest"
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "genstudio"
BUNDLE: Final = Path("/etc/ssl/certs/ca-certificates.crt")


def answers() -> bool:
    """Return whether an engine answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


@contextmanager
def engine() -> Iterator[None]:
    """Have an engine while the block runs, if that can be."""
    os.environ["PATH"] += f"{os.pathsep}/usr/sbin{os.pathsep}/sbin"
    if answers() or shutil.which("dockerd") is None or os.geteuid() != 0:
        yield
        return
    log = Path(tempfile.gettempdir()) / "genstudio-dockerd.log"
    with log.open("wb") as output:
        process = subprocess.Popen(["dockerd"], stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for(process, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Wait until the engine answers; say why it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if answers():
            return
        time.sleep(0.2)
    print(f"The container engine did not start; its last words:\n{log.read_text(errors='replace')[-800:]}", file=sys.stderr)


def base_image() -> None:
    """Import the base image: Debian with Python, as small as debootstrap makes it."""
    if not answers() or subprocess.run(["docker", "image", "inspect", BASE_IMAGE], capture_output=True, check=False).returncode == 0:
        return
    archive = CACHE / "base-bookworm.tar"
    if not archive.exists():
        bootstrap(archive)
    subprocess.run(["docker", "import", str(archive), BASE_IMAGE], check=True, stdout=subprocess.DEVNULL)


def bootstrap(archive: Path) -> None:
    """Make the tar of a minimal Debian; the host's certificates travel with it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    print("Making a base image (about a minute, once) …", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        root, partial = Path(folder) / "root", archive.with_suffix(".part")
        command = ["debootstrap", "--variant=minbase", "--include=python3,ca-certificates", "bookworm", str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if BUNDLE.exists():
            shutil.copyfile(BUNDLE, root / BUNDLE.relative_to("/"))
        subprocess.run(["tar", "-C", str(root), "-cf", str(partial), "."], check=True)
        partial.rename(archive)


def main(arguments: list[str]) -> int:
    """Run the command and return its exit status."""
    with engine():
        base_image()
        return subprocess.run(arguments[1:] if arguments[:1] == ["--"] else arguments, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
