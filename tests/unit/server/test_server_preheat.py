"""A page made ahead goes to one visitor; whatever becomes of it, a visitor never waits for what never comes."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from genstudio.server.preheat import Page, Preheater


class Kitchen:
    """Makes pages; a visitor may come while one is on its way."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.dead: set[str] = set()
        self.broken = False
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def render(self) -> Page:
        page = Page("<html>", f"kernel-{next(self.numbers)}")
        self.began.set()
        await self.may_end.wait()
        if self.broken:
            raise RuntimeError("the kernel did not start")
        return page

    def preheater(self, pause: float = 0.0) -> Preheater:
        return Preheater(self.render, lambda kernel: kernel not in self.dead, pause=pause)


def taken(page: Page | None) -> str:
    return page.kernel if page else ""


def test_the_first_visitor_finds_none_and_the_second_finds_one_ready() -> None:
    async def visits() -> list[str]:
        kitchen = Kitchen()
        preheater = kitchen.preheater()
        found = [taken(await preheater.take())]
        preheater.prepare_soon()
        await kitchen.began.wait()
        return [*found, taken(await preheater.take())]

    assert asyncio.run(visits()) == ["", "kernel-1"]


def test_each_page_goes_to_one_visitor_only_and_one_on_its_way_is_waited_for() -> None:
    async def visits() -> list[str]:
        kitchen = Kitchen()
        kitchen.may_end.clear()
        preheater = kitchen.preheater()
        preheater.prepare()
        preheater.prepare()
        first = asyncio.create_task(preheater.take())
        await asyncio.sleep(0)
        second = await preheater.take()
        kitchen.may_end.set()
        return [taken(await first), taken(second)]

    assert asyncio.run(visits()) == ["kernel-1", ""]


def test_a_page_whose_kernel_died_is_not_handed_out() -> None:
    async def visits() -> list[str]:
        kitchen = Kitchen()
        preheater = kitchen.preheater()
        preheater.prepare()
        kitchen.dead.add("kernel-1")
        found = [taken(await preheater.take())]
        preheater.prepare()
        return [*found, taken(await preheater.take())]

    assert asyncio.run(visits()) == ["", "kernel-2"]


def test_a_page_that_cannot_be_made_is_none_and_the_next_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    async def visits() -> list[str]:
        kitchen = Kitchen()
        kitchen.broken = True
        preheater = kitchen.preheater()
        preheater.prepare()
        found = [taken(await preheater.take())]
        kitchen.broken = False
        preheater.prepare()
        return [*found, taken(await preheater.take())]

    assert asyncio.run(visits()) == ["", "kernel-2"]
    assert "could not be made ahead" in caplog.text


def test_visitors_that_come_one_after_the_other_put_off_the_next_page() -> None:
    async def visits() -> bool:
        preheater = Kitchen().preheater(pause=3600)
        preheater.prepare_soon()
        timer = preheater._timer
        preheater.prepare_soon()
        assert timer is not None
        return timer.cancelled() and preheater._next is None

    assert asyncio.run(visits())
