"""The report of a batch: what there is, how long it took, what failed; as text, as JSON, and as a page with a contact sheet."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from genstudio.project.atomic import write_atomic
from genstudio.project.media import thumbnail
from genstudio.project.paths import get_exports_dir, project_folder_name
from genstudio.schema.base import utc_now
from genstudio.schema.errors import GenStudioError
from genstudio.widget.html import data_uri

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.take import TakeRecord

__all__ = ["BatchReport", "RowOutcome"]

_STYLE: Final = """
.gs-report{font:14px/1.5 system-ui,sans-serif;max-width:1200px;overflow-wrap:anywhere}
.gs-report h2{font-size:16px;margin:20px 0 6px}.gs-report p{margin:2px 0}
.gs-report .sheet{display:flex;flex-wrap:wrap;gap:12px;margin:8px 0}
.gs-report figure{margin:0;width:240px}.gs-report img{width:240px;border-radius:4px;background:#000;display:block}
.gs-report figcaption{font-size:12px;opacity:.8}
.gs-report table{border-collapse:collapse;margin:8px 0}
.gs-report th,.gs-report td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-bottom:1px solid #8884}
.gs-report td.number{text-align:right;font-variant-numeric:tabular-nums}
.gs-report .failed{color:#c62828}.gs-report .made{color:#2e7d32}.gs-report .notice{color:#b35900}
@media (prefers-color-scheme:dark){.gs-page .failed{color:#ff8a80}.gs-page .made{color:#81c784}.gs-page .notice{color:#ffb74d}}
"""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title><style>:root{{color-scheme:light dark}}body{{margin:24px}}</style></head><body class="gs-page">
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row. ``fresh`` are the ids of takes that this run made; ``error`` is empty if all that was wanted is there."""

    name: str
    folder: str
    prompt: str
    wanted: int
    takes: tuple[TakeRecord, ...]
    fresh: frozenset[str]
    notice: str
    error: str

    @property
    def seconds(self) -> float:
        """What the takes made now took: loading and running, in seconds."""
        return sum(take.timing.load_s + take.timing.run_s for take in self.takes if take.id in self.fresh)

    @property
    def remark(self) -> str:
        """What there is to say, in words."""
        if self.error:
            return self.error
        return self.notice or ("made" if self.fresh else "already there")


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What there is of what a batch asked for. ``seconds`` is the time of this run; ``film`` the project-relative path of the film.

    Displays as a table and a contact sheet.
    """

    title: str
    project: ProjectFolder
    rows: tuple[RowOutcome, ...]
    seconds: float
    film: str = ""
    film_error: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is there."""
        return not self.film_error and not any(row.error for row in self.rows)

    @property
    def failures(self) -> dict[str, str]:
        """Why something is missing, by shot (and ``film``)."""
        failed = {row.name: row.error for row in self.rows if row.error}
        return failed | ({"film": self.film_error} if self.film_error else {})

    @property
    def summary(self) -> str:
        """One line on the whole."""
        takes, fresh = sum(len(row.takes) for row in self.rows), sum(len(row.fresh) for row in self.rows)
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"{len(self.rows)} shots, {takes} takes ({fresh} made now){failed}, {self.seconds:.0f} s"

    def lines(self) -> list[str]:
        """Return the report as lines of text, one a shot and one for the film."""
        lines = [f"{row.name}: {len(row.takes)} of {row.wanted} takes, {row.seconds:.1f} s, {row.remark}" for row in self.rows]
        if self.film or self.film_error:
            lines.append(f"film: {self.film or self.film_error}")
        return lines

    def document(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        rows = [
            {
                "name": row.name,
                "folder": row.folder,
                "wanted": row.wanted,
                "takes": [str(self.project.root / take.path) for take in row.takes],
                "made": sorted(row.fresh),
                "seconds": round(row.seconds, 3),
                "notice": row.notice,
                "error": row.error,
            }
            for row in self.rows
        ]
        film = str(self.project.root / self.film) if self.film else None
        return {"complete": self.complete, "seconds": round(self.seconds, 2), "shots": rows, "film": film, "failures": self.failures}

    def save(self, path: Path | None = None, *, name: str = "batch") -> Path:
        """Write the report as one HTML file that needs nothing beside it, and return its path.

        Args:
            path: Where; None writes ``<name>_report.html`` to ``06_Exports``, in place of the report of an earlier run.
            name: What the table is called.
        """
        target = path or get_exports_dir(self.project.root) / f"{project_folder_name(name)}_report.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, _PAGE.format(title=escape(f"{self.title}: batch"), body=self._repr_html_()).encode())
        return target

    def _repr_html_(self) -> str:
        heading = f"<h1>{escape(self.title)}</h1><p>{escape(self.summary)} · {utc_now()}</p>"
        film = f'<p class="{"failed" if self.film_error else "made"}">Film: {escape(self.film_error or self.film)}</p>'
        parts = [heading, film if self.film or self.film_error else "", self._table(), *(self._sheet(row) for row in self.rows)]
        return f'<div class="gs-report"><style>{_STYLE}</style>{"".join(parts)}</div>'

    def _table(self) -> str:
        body = "".join(
            f"<tr><td>{escape(row.name)}</td><td>{escape(row.folder)}</td>"
            f'<td class="number">{len(row.takes)} of {row.wanted}</td><td class="number">{row.seconds:.1f} s</td>'
            f'<td class="{"failed" if row.error else "notice" if row.notice else "made"}">{escape(row.remark)}</td></tr>'
            for row in self.rows
        )
        head = "".join(f"<th>{name}</th>" for name in ("shot", "folder", "takes", "time", "remarks"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _sheet(self, row: RowOutcome) -> str:
        figures = "".join(self._figure(take) for take in row.takes)
        return f'<h2>{escape(row.name)}</h2><p>{escape(row.prompt)}</p><div class="sheet">{figures}</div>'

    def _figure(self, take: TakeRecord) -> str:
        draft = " · animatic" if take.draft else ""
        caption = f"{take.id} · {take.pipeline.id} · {take.timing.run_s:.1f} s{draft}"
        try:
            picture = "" if take.kind == "audio" else f'<img alt="" src="{data_uri(thumbnail(self.project.root, take.path))}">'
        except GenStudioError as error:  # media that is not on this machine
            picture = f'<p class="notice">{escape(str(error))}</p>'
        return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
