"""A film as several jobs of the queue."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from genstudio.engine.film_shares import FILM_SHARE, divided
from genstudio.engine.steps import StepGate, linked, step_name, told
from genstudio.engine.store import JobStore
from genstudio.schema.cut import CutEvent, CutList, CutSource
from genstudio.schema.job import Failed, GenerateJob, RenderJob, Running, Succeeded, TaskSpec, WorkerView
from genstudio.schema.render import RenderOptions

CPU = WorkerView(address="tls://1", name="cpu", cpu=2)
OTHER = WorkerView(address="tls://2", name="far", cpu=8)


@pytest.fixture
def film_job(job_spec: GenerateJob) -> Callable[..., RenderJob]:
    def make(frames: int = 1200, **options: object) -> RenderJob:
        source = CutSource(
            node="s", take="SHOT-010_v01_take01", media="m.mp4", sha256="0" * 64, kind="video", reel="T0000001", fps="24", frames=frames,
            start_timecode="01:00:00:00",
        )  # fmt: skip
        events = tuple(
            CutEvent(number=n + 1, source=source, source_in=0, source_out=frames, record_in=n * frames, record_out=(n + 1) * frames)
            for n in range(3)
        )
        cut = CutList(title="Fox", fps="24", width=64, height=36, events=events).model_dump(mode="json")
        where = {"project": job_spec.project, "project_root": job_spec.project_root, "canvas": job_spec.canvas}
        return RenderJob(node="film", cut=cut, options=RenderOptions.model_validate(options), **where)

    return make


def test_a_long_film_is_shared_by_the_workers_that_can_render(film_job: Callable[..., RenderJob]) -> None:
    first, second, film = divided(film_job(), [CPU, OTHER])
    assert [job.share and (job.share.number, job.share.of) for job in (first, second, film)] == [(1, 2), (2, 2), None]
    assert [job.node for job in (first, second, film)] == [FILM_SHARE, FILM_SHARE, "film"]
    assert [need.job for need in film.needs] == [step_name(first), step_name(second)]
    assert told(second, "drawing") == "Part of the film (2 of 3): drawing"
    assert first.cut == film.cut == film_job().cut


@pytest.mark.parametrize(
    "workers",
    [
        [],
        [CPU],
        [CPU, OTHER.model_copy(update={"shared": False})],
        [CPU, OTHER.model_copy(update={"problem": "It has another version."})],
        [CPU, WorkerView(address="tls://3", cpu=0, card_gib=24)],
    ],
)
def test_a_film_stays_one_job_where_no_second_worker_can_render(film_job: Callable[..., RenderJob], workers: list[WorkerView]) -> None:
    assert divided(film_job(), workers) == [film_job()]


def test_a_short_film_and_one_of_which_every_frame_is_drawn_stay_one_job(film_job: Callable[..., RenderJob]) -> None:
    assert len(divided(film_job(frames=20), [CPU, OTHER])) == 1
    assert len(divided(film_job(mode="moviepy"), [CPU, OTHER])) == 1


def _added(store: JobStore, film: RenderJob) -> None:
    jobs = divided(film, [CPU, OTHER])
    names = ("job_1", "job_2", "job_film")
    task = TaskSpec(id="task_1", project=film.project, canvas=film.canvas.path, node="film", kind="render", created=time.time())
    store.add_task(task, linked([(name, step_name(job), job) for name, job in zip(names, jobs, strict=True)]))


def _ready(store: JobStore) -> list[str]:
    waiting = [job for job in store.jobs(active=True) if job.state.state in ("queued", "waiting")]
    return [job.id for job in StepGate(store).sift(waiting, ())[0]]


def test_a_film_is_put_together_once_all_its_shares_are_there(store: JobStore, film_job: Callable[..., RenderJob]) -> None:
    _added(store, film_job())
    assert _ready(store) == ["job_1", "job_2"]
    store.move("job_1", Succeeded(output=""))
    store.move("job_2", Running(worker="far"))
    assert _ready(store) == []
    store.move("job_2", Succeeded(output=""))
    assert _ready(store) == ["job_film"]
    film = store.spec("job_film")
    assert isinstance(film, RenderJob)
    assert (film.needs, film.share) == ((), None)


def test_a_film_fails_with_the_reason_of_its_share(store: JobStore, film_job: Callable[..., RenderJob]) -> None:
    _added(store, film_job())
    store.move("job_2", Failed(code="bad_media", message="The take is damaged.", fix="Make it again."))
    assert _ready(store) == ["job_1"]
    found = store.job("job_film").state
    assert found == Failed(code="bad_media", message="Part of the film failed: The take is damaged.", fix="Make it again.")
