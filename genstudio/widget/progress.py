"""The progress bar of a job in a cell. It lives on while the cell is done, and blocks nothing."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import ENDED
from genstudio.widget.html import message

if TYPE_CHECKING:
    from genstudio.widget.job import FilmJob, TakesJob

__all__ = ["JobProgress"]

_PERIOD_S: Final = 0.2
_STYLES: Final = {"succeeded": "success", "failed": "danger", "cancelled": "warning"}


class JobProgress:
    """Shows a job: a bar with what is being done, then its takes or its film."""

    def __init__(self, job: TakesJob | FilmJob) -> None:
        self._job = job
        self._bar = ipywidgets.FloatProgress(min=0, max=100, layout=ipywidgets.Layout(width="240px"))
        self._text = ipywidgets.HTML()
        self._result = ipywidgets.HTML()
        self.box = ipywidgets.VBox([ipywidgets.HBox([self._bar, self._text]), self._result])
        if not self._update():
            threading.Thread(target=self._follow, name=f"progress-{job.id}", daemon=True).start()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's display protocol
        bundle = self.box._repr_mimebundle_(**kwargs)
        if isinstance(bundle, tuple):
            bundle = bundle[0]
        return {**(bundle or {}), "text/plain": repr(self._job)}

    def _follow(self) -> None:
        """Redraw when the store changed, until the job is over."""
        pause, store = threading.Event(), self._job._runtime.engine.store  # noqa: SLF001 - of the same room
        seen = -1
        while True:
            version = store.data_version()
            if version != seen and self._update():
                return
            seen = version
            pause.wait(_PERIOD_S)

    def _update(self) -> bool:
        """Draw the present state; return whether it is the last one."""
        state, notice = self._job.state, self._job.notice
        self._bar.value = self._job.progress
        self._bar.bar_style = _STYLES.get(state, "")
        self._text.value = escape(f"{state}: {self._job.step}" if state not in ("succeeded", "cancelled") else state)
        shown = message(notice, level="warning") if notice else ""
        if state not in ENDED:
            self._result.value = shown
            return False
        self._result.value = shown + self._outcome(state)
        return True

    def _outcome(self, state: str) -> str:
        if state != "succeeded":
            return self._job.takes._repr_html_() if self._job.takes else ""
        try:
            return self._job.result(timeout=1)._repr_html_()
        except GenStudioError as error:
            return message(str(error), level="error")
