"""Where the notebooks that come with the studio lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["APP_NOTEBOOK", "notebooks_dir"]

APP_NOTEBOOK: Final = "studio.ipynb"
"""The notebook behind the studio's page; the others are examples."""


def notebooks_dir() -> Path:
    """Return their folder: of the repository when installed editable, else of the wheel's data."""
    package = Path(__file__).resolve().parents[1]
    repository = package.parent / "notebooks"
    return repository if (repository / APP_NOTEBOOK).is_file() else package / "_data" / "notebooks"
