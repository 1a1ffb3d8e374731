"""Keeps one page of the studio ready for the next visitor: its kernel has started and has run the notebook."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from voila.notebook_renderer import NotebookRenderer
from voila.utils import get_page_config

from genstudio.server.notebooks import APP_NOTEBOOK, notebooks_dir

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from voila.configuration import VoilaConfiguration

__all__ = ["Page", "PageRenderer", "Preheater"]

_LOG: Final = logging.getLogger(__name__)
_PAUSE_S: Final = 2.0
"""How long the machine is left to the page that was just handed out, before the next one is made."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was made ahead: its text, and the kernel that it speaks to."""

    html: str
    kernel: str


class Preheater:
    """Has one page made ahead; a visitor takes it, and some moments later the next one is made.

    Nothing is made before the first visitor came, or :meth:`prepare` was called: most servers show no page of ours.

    Args:
        render: Makes a page.
        is_alive: Whether a kernel still runs and is the one that was started: it may have been culled, or have died.
        pause: Seconds between a visit and the making of the next page.
    """

    def __init__(
        self, render: Callable[[], Coroutine[Any, Any, Page]], is_alive: Callable[[str], bool], *, pause: float = _PAUSE_S
    ) -> None:
        self._render, self._is_alive, self._pause = render, is_alive, pause
        self._next: asyncio.Task[Page] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def prepare(self) -> None:
        """Begin to make a page, unless one is there or on its way. To be called on the server's loop."""
        self._timer = None
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._render())

    def prepare_soon(self) -> None:
        """Make a page when the one of this visitor had time to open."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._pause, self.prepare)

    async def take(self) -> Page | None:
        """Return the page that is ready or on its way, each to one visitor only; None if there is none."""
        task, self._next = self._next, None
        if task is None:
            return None
        await asyncio.wait({task})
        error = task.exception()
        if error is not None:  # whatever Voila or a kernel may raise: the page that is made for this visitor does without it, or says it
            _LOG.warning("The studio's page could not be made ahead.", exc_info=error)
            return None
        return task.result() if self._is_alive(task.result().kernel) else None


class PageRenderer:
    """Makes pages as Voila's own handler does, of no request.

    Args:
        server_app: The server, for its kernels and its settings.
        configuration: Of Voila, as the page's handler has it.
        template_paths: Of Voila, as the page's handler has them.
    """

    def __init__(self, server_app: ServerApp, configuration: VoilaConfiguration, template_paths: list[str]) -> None:
        self._server, self._configuration, self._template_paths = server_app, configuration, template_paths
        self._restarted: set[str] = set()

    def is_alive(self, kernel: str) -> bool:
        """Whether a kernel runs and is the one that ran the notebook."""
        return kernel in self._server.kernel_manager and kernel not in self._restarted

    async def render(self) -> Page:
        """Start a kernel, have it run the notebook, and return the page."""
        server, settings, kernels = self._server, self._server.web_app.settings, self._server.kernel_manager
        renderer = NotebookRenderer(
            voila_configuration=self._configuration,
            traitlet_config=server.config,
            notebook_path=APP_NOTEBOOK,
            template_paths=self._template_paths,
            config_manager=server.config_manager,
            contents_manager=AsyncLargeFileManager(root_dir=str(notebooks_dir())),
            base_url=server.base_url,
            kernel_spec_manager=server.kernel_spec_manager,
            page_config=get_page_config(server.base_url, settings, server.log, self._configuration),
            mathjax_config=settings.get("mathjax_config"),
            mathjax_url=settings.get("mathjax_url"),
        )
        await renderer.initialize()
        name = renderer.notebook.metadata.kernelspec.name
        kernel: str = await ensure_async(kernels.start_kernel(kernel_name=name, env=dict(os.environ)))
        kernels.add_restart_callback(kernel, lambda: self._restarted.add(kernel))
        html: Any = await renderer.generate_content_str(kernel, kernels.get_kernel(kernel))
        return Page(str(html), kernel)
