"""How a worker on another machine finds the studio and is let in: one small file, to be kept as secret as a key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from genstudio.engine.cluster import scheduler_address
from genstudio.engine.devices import host
from genstudio.engine.state import StateFolder
from genstudio.engine.tls import ensure_keys, put_keys
from genstudio.schema.base import Frozen
from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.workspace import WorkspaceFolder

__all__ = ["Home", "home_away", "home_here", "write_invitation"]


class _Invitation(Frozen):
    schema_: Literal["genstudio.join/1"] = Field(alias="schema")
    address: str
    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class Home:
    """Where a worker lives: its state folder, the folder whose pipelines it knows, its models.

    ``address`` is that of the scheduler for a worker that does not see the studio's disk, empty for one that does.
    """

    state: StateFolder
    root: Path
    models: tuple[Path, ...]
    address: str = ""


def home_here(workspace: WorkspaceFolder) -> Home:
    """Return the home of a worker beside the studio."""
    return Home(StateFolder(workspace.state_dir), workspace.root, tuple(path for path in workspace.models_dirs() if path.is_dir()))


def home_away(invitation: Path, folder: Path, models: tuple[Path, ...]) -> Home:
    """Return the home of a worker that only has an invitation, made in an empty folder of its own.

    Raises:
        BadInputError: The file is no invitation.
    """
    try:
        found = _Invitation.model_validate_json(invitation.read_bytes())
    except (OSError, ValidationError) as error:
        fix = "Make one beside the studio: genstudio cluster invite FILE."
        raise BadInputError(f"{str(invitation)!r:.200} is no invitation of a studio.", fix=fix) from error
    state = StateFolder(folder.resolve())
    state.prepare()
    put_keys(state.root, found.certificate.encode(), found.key.encode())
    root = state.root / "workspace"
    root.mkdir(exist_ok=True)
    return Home(state, root, models, found.address)


def write_invitation(state: StateFolder, path: Path) -> str:
    """Write the file with which workers of other machines join; return the address that it names.

    Raises:
        NotFoundError: No scheduler runs.
    """
    address = scheduler_address(state)
    if address is None:
        raise NotFoundError(f"No scheduler runs on {host()}.", fix="Generate something first: that starts it.")
    certificate, key = (part.read_text("ascii") for part in ensure_keys(state.root))
    entry = _Invitation(schema_="genstudio.join/1", address=address, certificate=certificate, key=key)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(entry.model_dump_json(by_alias=True, indent=2))
    return address
