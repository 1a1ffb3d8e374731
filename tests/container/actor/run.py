"""A pipeline that does what its prompt says. It speaks the protocol by itself, with nothing but Python."""

import json
import os
import random
import signal
import socket
import struct
import sys
import time
import zlib
from pathlib import Path

JOB = Path("/job")
OUT = JOB / "outputs"
REQUEST = json.loads((JOB / "request.json").read_text())
_SEQ = iter(range(10**6))


def tell(kind, **fields):
    sys.stdout.write(json.dumps({"v": 1, "seq": next(_SEQ), "type": kind, **fields}) + "\n")
    sys.stdout.flush()


def png(path, width=16, height=16, noise=0):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    grain = random.Random(noise)  # noqa: S311 - grain, no secret
    pixels = (bytes([200, 80, 40 + grain.randrange(64)] if noise else [200, 80, 40]) for _ in range(width * height))
    rows = b"".join(b"\0" + b"".join(next(pixels) for _ in range(width)) for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


PLACES = ("/x", "/job/x", "/job/project/x", "/job/request.json", "/app/x", "/job/outputs/x", "/tmp/x")  # noqa: S108


def can_write(path):
    try:
        Path(path).write_text("x")
    except OSError:
        return False
    return True


def can_connect():
    try:
        socket.create_connection(("127.0.0.1", 22), timeout=1).close()
        socket.create_connection(("192.0.2.1", 80), timeout=1).close()
    except OSError as error:
        return f"{error.errno}"
    return "yes"


def sandbox():
    status = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    return {
        "uid": os.getuid(),
        "capabilities": [fields["CapEff"], fields["CapBnd"]],
        "no_new_privileges": fields["NoNewPrivs"],
        "writable": [path for path in PLACES if can_write(path)],
        "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "connected": can_connect(),
        "environment": dict(os.environ),
        "project": sorted(str(path.relative_to("/job/project")) for path in Path("/job/project").rglob("*") if path.is_file()),
        "arguments": sys.argv[1:],
    }


def sleep(seconds):
    tell("progress", progress=10, step="sleeping")
    time.sleep(float(seconds))


def eat_memory(_):
    grab = []
    while True:
        grab.append(b"x" * 50_000_000)


def fill(words):
    """Fill a place, so many megabytes a second, and hold on to it."""
    place, speed = words.split()
    with Path(place, "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 2_000_000)
                time.sleep(2 / float(speed))
        except OSError as error:
            tell("log", message=f"{place} is full: {error}")
            time.sleep(600)


def be_deaf(seconds):
    """Work on, whoever asks for the end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep(seconds)


def be_greedy(_):
    if REQUEST["tier"]["quality"] != "draft":
        eat_memory(_)


def fail(code):
    tell("error", code=code, message="It was asked for.")
    sys.exit(1)


def make_noise(_):
    os.write(1, b"half a line without an end ")
    os.write(2, b"\xff\xfe not text\n" + b"y" * 3_000_000)
    os.write(1, b"\n{not json}\n")


def lie(name):
    if name == "link.png":
        (OUT / name).symlink_to("/etc/passwd")
    elif name == "text.png":
        (OUT / name).write_text("no picture")
    tell("done", outputs={"output": name})
    sys.exit(0)


def drift(_):
    """Paint something else each time: what was painted before is no guide."""
    png(OUT / "result.png", REQUEST["width"], REQUEST["height"], noise=time.time_ns())
    tell("done", outputs={"output": "result.png"})
    sys.exit(0)


def fork(_):
    count = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(60)
            count += 1
    except OSError:
        tell("warning", message=f"stopped after {count} processes")


ACTS = {
    "paint": lambda _: None,
    "sandbox": lambda _: tell("log", message="SANDBOX " + json.dumps(sandbox())),
    "sleep": sleep,
    "crash": lambda status: os._exit(int(status)),
    "memory": eat_memory,
    "fill": fill,
    "deaf": be_deaf,
    "greedy": be_greedy,
    "error": fail,
    "noise": make_noise,
    "silent": lambda _: sys.exit(0),
    "lie": lie,
    "drift": drift,
    "forks": fork,
}


def main():
    tell("started")
    word, _, rest = REQUEST["prompt"].partition(" ")
    ACTS[word](rest)
    png(OUT / "result.png", REQUEST["width"], REQUEST["height"])
    tell("done", outputs={"output": "result.png"}, metadata={"peak_vram_gib": 1.5})


main()
