"""Files on workers that do not see the studio's disk, and what such workers are told."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from genstudio.engine.courier import with_documents
from genstudio.engine.joining import home_away, write_invitation
from genstudio.engine.outcome import Outcome
from genstudio.engine.parcels import BLOCK, Parcels, read_block
from genstudio.engine.placement import Need, Pending, place
from genstudio.engine.state import StateFolder
from genstudio.engine.tls import ensure_keys
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.job import Assignment, GenerateJob, Queued, Route, WorkerView


@pytest.fixture
def parcels(tmp_path: Path) -> Parcels:
    found = Parcels(tmp_path / "parcels")
    found.prepare()
    return found


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_an_input_is_there_once_all_its_blocks_have_come(parcels: Parcels) -> None:
    data = b"fox" * 1000
    sha = _sha(data)
    assert parcels.lacking([sha]) == [sha]
    parcels.receive(sha, 0, data[:1000], last=False)
    assert parcels.lacking([sha]) == [sha]
    parcels.receive(sha, 1000, data[1000:], last=True)
    assert parcels.lacking([sha]) == []
    assert parcels.input(sha).read_bytes() == data


def test_a_block_that_is_lost_or_wrong_is_noticed_and_sent_again_from_the_start(parcels: Parcels) -> None:
    data = b"fox" * 1000
    sha = _sha(data)
    parcels.receive(sha, 0, data[:1000], last=False)
    with pytest.raises(BadInputError, match="lost on the way"):
        parcels.receive(sha, 2000, data[2000:], last=True)
    with pytest.raises(BadInputError, match="changed on the way"):
        parcels.receive(sha, 0, b"cat" * 1000, last=True)
    parcels.receive(sha, 0, data, last=True)
    assert parcels.lacking([sha]) == []


def test_an_empty_file_is_a_file(parcels: Parcels) -> None:
    parcels.receive(_sha(b""), 0, b"", last=True)
    assert parcels.input(_sha(b"")).read_bytes() == b""


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "/etc/passwd"])
def test_only_a_hash_names_an_input(parcels: Parcels, name: str) -> None:
    with pytest.raises(BadInputError, match="no SHA-256"):
        parcels.receive(name, 0, b"x", last=True)


def test_a_result_and_its_word_are_kept_until_they_are_forgotten(parcels: Parcels, tmp_path: Path) -> None:
    output = tmp_path / "shot.mp4"
    output.write_bytes(b"x" * (BLOCK + 1))
    kept = parcels.keep("job_1", 2, output)
    word = Outcome(job="job_1", attempt=2, state=Queued())
    parcels.keep_outcome(word)
    assert parcels.outcomes() == [word.model_dump_json()]
    assert parcels.result("job_1", 2, f"../../{kept.name}") == kept
    assert [len(read_block(kept, offset)) for offset in (0, BLOCK, BLOCK + 1)] == [BLOCK, 1, 0]
    parcels.forget("job_1", 2)
    assert parcels.outcomes() == []
    assert read_block(kept, 0) == b""


def test_what_was_half_received_is_dropped_by_the_next_worker(parcels: Parcels) -> None:
    parcels.receive("0" * 64, 0, b"x", last=False)
    parcels.prepare()
    assert not list((parcels.folder / "inputs").iterdir())


def test_an_invitation_lets_a_worker_in_and_only_its_owner_reads_it(state: StateFolder, tmp_path: Path) -> None:
    import os

    from genstudio.engine.daemons import Daemon

    with pytest.raises(NotFoundError, match="No scheduler runs"):
        write_invitation(state, tmp_path / "join.json")
    me = Daemon.of(os.getpid())
    state.cluster.write_text(json.dumps({"address": "tls://127.0.0.1:1", "pid": me.pid, "started": me.started}))
    assert write_invitation(state, tmp_path / "join.json") == "tls://127.0.0.1:1"
    assert stat.S_IMODE((tmp_path / "join.json").stat().st_mode) == 0o600
    home = home_away(tmp_path / "join.json", tmp_path / "elsewhere", ())
    assert home.address == "tls://127.0.0.1:1"
    for ours, theirs in zip(ensure_keys(state.root), ensure_keys(home.state.root), strict=True):
        assert ours.read_bytes() == theirs.read_bytes()
    (tmp_path / "join.json").write_text("{}")
    with pytest.raises(BadInputError, match="no invitation"):
        home_away(tmp_path / "join.json", tmp_path / "elsewhere", ())


def test_what_the_worker_cannot_look_up_travels_with_the_job(job_spec: GenerateJob, route: Route, tmp_path: Path) -> None:
    root = Path(job_spec.project_root)
    for path in ("project.json", job_spec.canvas.path):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("{}")
    own = tmp_path / "Library" / "Pipelines" / "own"
    own.mkdir(parents=True)
    manifest = 'schema = "genstudio.pipeline/1"\nid = "own"\nversion = "1.0.0"\ntitle = "Own"\nlicence = {code = "MIT"}\n'
    (own / "pipeline.toml").write_text(manifest + '[[tiers]]\nquality = "draft"\n[run]\nimage = "own:1"\n')
    catalogue = Catalogue.load(tmp_path)
    job = Assignment(job="j", task="t", worker="w", spec=job_spec, route=route)
    sent = with_documents(job, catalogue)
    assert {file.path: file.sha256 for file in sent.documents} == dict.fromkeys(("project.json", job_spec.canvas.path), _sha(b"{}"))
    assert sent.pipeline is None
    own_route = route.model_copy(update={"pipeline": "own"})
    sent = with_documents(job.model_copy(update={"route": own_route}), catalogue)
    assert sent.pipeline is not None
    assert sent.pipeline["digest"] == catalogue.get("own").digest
    assert sent.pipeline["manifest"]["run"]["image"] == "own:1"


def test_a_film_is_rendered_only_where_the_takes_are() -> None:
    away, here = WorkerView(address="away", shared=False), WorkerView(address="here")
    film = [Pending("film", 1, Need(cpu=1, shared=True))]
    assert place(film, [away]) == []
    assert [placement.worker for placement in place(film, [away, here])] == ["here"]
