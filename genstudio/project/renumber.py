"""Room for what others made: where both sides of a pull made a take of one number, or a shot of one folder, ours get another name.

Ours, since theirs are known at the remote already and ours are not. A take keeps its media, its job and all that says how it was made;
what refers to it follows (:mod:`genstudio.graph.renamed`). Both names stand until everything follows, so that a take is never without
one, whenever the studio is ended; asked again, what was begun is finished.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from genstudio.graph.edit import apply, diff
from genstudio.graph.identity import makes_media
from genstudio.graph.renamed import Renamed, follow_canvas, follow_record, renamed_record
from genstudio.graph.values import pointer
from genstudio.project import paths
from genstudio.project.atomic import fsync_folder, publish_without_replace, remove_quietly, write_atomic, write_new
from genstudio.project.documents import dump_json
from genstudio.project.hashing import file_sha256
from genstudio.project.shot_folders import used_elsewhere
from genstudio.project.take_files import read_record
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError
from genstudio.schema.take import TakeName, TakeRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas

__all__ = ["part_shots", "renumber_takes"]

_AUTHOR: Final = "pull"
_LABEL: Final = "Make room for takes of others"


def renumber_takes(project: ProjectFolder, theirs: Iterable[str], differing: Iterable[str]) -> list[Renamed]:
    """Give our takes other numbers where theirs have the same.

    Args:
        project: The project.
        theirs: Paths of the files that the other side made.
        differing: Those of them that we do not have with the same contents.

    Raises:
        BadInputError: A shot has no number left.
    """
    highest = _highest(theirs)
    renamed = []
    for path in sorted(differing):
        record = _record_at(project, path)
        if record is not None:
            above = highest[record.renders, record.name.version]
            claim = project.takes.claim(record.renders, record.name.version, record.job or f"renumbered-{record.sha256[:32]}", above=above)
            renamed.append(_rename(project, record, claim))
    return _follow(project, renamed)


def part_shots(project: ProjectFolder, theirs: Mapping[str, Canvas]) -> list[Renamed]:
    """Give each shot of ours that has the folder of a shot of theirs another one, and move its takes there.

    Args:
        project: The project, not merged yet.
        theirs: The canvases of the other side by path.
    """
    ours = _folders({path: project.canvas(path).read().canvas for path in project.canvases()})
    added = {name: folder for name, folder in _folders(theirs).items() if name not in ours}
    known = {(path, name) for path, canvas in theirs.items() for name in canvas.nodes}
    renamed = []
    for name, folder in ours.items():
        if folder in added.values() and name not in known:
            own = _give_folder(project, *name, taken=frozenset(added.values()))
            takes = [record for record in project.takes.list(folder) if (record.canvas.path, record.canvas.node) == name]
            renamed += [_rename(project, record, record.name.model_copy(update={"renders": own})) for record in takes]
    return _follow(project, renamed)


def _highest(files: Iterable[str]) -> dict[tuple[str, int], int]:
    """Return the highest take number among files, by folder and version of the shot."""
    found: dict[tuple[str, int], int] = {}
    for path in files:
        name = _take_at(path)
        if name is not None:
            key = name.renders, name.version
            found[key] = max(found.get(key, 0), name.take)
    return found


def _take_at(path: str) -> TakeName | None:
    """Return the take whose record has that project-relative path; None if it is none."""
    parts = path.split("/")
    if len(parts) != 4 or parts[0] != paths.RENDERS or not path.endswith(".json"):
        return None
    try:
        _, version, take = TakeName.parse(parts[3].removesuffix(".json"))
        return TakeName(renders="/".join(parts[1:3]), version=version, take=take)
    except (BadInputError, ValueError):
        return None


def _record_at(project: ProjectFolder, path: str) -> TakeRecord | None:
    name = _take_at(path)
    return None if name is None else read_record(paths.get_record_path(project.root, name), name.renders)


def _folders(canvases: Mapping[str, Canvas]) -> dict[tuple[str, str], str]:
    """Return the folder of takes of each node that has one, by canvas and id."""
    found = {}
    for path, canvas in canvases.items():
        for name, node in sorted(canvas.nodes.items()):
            folder = node.data.get("renders")
            if makes_media(node.type) and isinstance(folder, str) and folder:
                found[path, name] = folder
    return found


def _give_folder(project: ProjectFolder, path: str, name: str, *, taken: frozenset[str]) -> str:
    """Give a shot the next folder that is free on both sides, and return it."""
    file = project.canvas(path)
    canvas = file.read().canvas
    place, old = pointer("nodes", name, "data", "renders"), canvas.nodes[name].data["renders"]
    # The rule gives a folder to a shot that shares its own: beside a twin it is asked which one that would be.
    shared = canvas.model_copy(update={"nodes": {**canvas.nodes, uuid4().hex: canvas.nodes[name]}})
    give_up = Patch(base=canvas.version, operations=(Operation(op="replace", path=place, value=""),))
    own = apply(shared, give_up, taken=used_elsewhere(project.root, path) | taken).canvas.nodes[name].data["renders"]
    change = (Operation(op="test", path=place, value=old), Operation(op="replace", path=place, value=own))
    file.apply(Patch(base=canvas.version, operations=change, author=_AUTHOR, label=_LABEL, id=uuid4().hex, guard=True))
    return str(own)


def _rename(project: ProjectFolder, record: TakeRecord, name: TakeName) -> Renamed:
    """Give a take another name beside the one it has. What an earlier attempt left is taken up."""
    full = renamed_record(record, name, project.takes.reel(name))
    source, target = (paths.inside(project.root, known.path) for known in (record, full))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        publish_without_replace(source, target)
    except FileExistsError as error:
        if file_sha256(source) != file_sha256(target):
            raise ConflictError(f"There is already a file {full.path!r}.", fix="Move it away, then pull again.") from error
    with suppress(FileExistsError):
        write_new(paths.get_record_path(project.root, name), _record_bytes(full))
    return Renamed(record, full)


def _record_bytes(record: TakeRecord) -> bytes:
    return dump_json(record.model_dump(mode="json", by_alias=True))


def _follow(project: ProjectFolder, renamed: list[Renamed]) -> list[Renamed]:
    """Let canvases and records name the takes as they are called now, then take the old names away, and commit all of it."""
    if not renamed:
        return []
    files = [*_follow_canvases(project, renamed), *_follow_records(project, renamed)]
    for take in renamed:
        old = paths.inside(project.root, take.old.path)
        for place in (old, paths.get_record_path(project.root, take.old.name)):  # the media first: a record alone is no take
            remove_quietly(place)
        fsync_folder(old.parent)
        project.takes.disclaim(take.old.name)
        files += [path for known in (take.old, take.new) for path in (known.path, _record_path(known))]
    project.repository.commit(files, "Make room for takes of others\n\n" + "\n".join(take.sentence for take in renamed))
    return renamed


def _record_path(record: TakeRecord) -> str:
    return str(PurePosixPath(record.path).with_suffix(".json"))


def _follow_canvases(project: ProjectFolder, renamed: Sequence[Renamed]) -> Iterator[str]:
    for path in project.canvases():
        file = project.canvas(path)
        state = file.read()
        operations = () if state.read_only else diff(state.canvas, follow_canvas(state.canvas, renamed))
        if operations:
            file.apply(Patch(base=state.canvas.version, operations=operations, author=_AUTHOR, label=_LABEL, id=uuid4().hex))
            yield path


def _follow_records(project: ProjectFolder, renamed: Sequence[Renamed]) -> Iterator[str]:
    """Rewrite the records of takes that were made from renamed ones; only such as are new here can be."""
    for records in project.takes.all().values():
        for record in records:
            found = follow_record(record, renamed)
            if found is not record:
                write_atomic(paths.get_record_path(project.root, record.name), _record_bytes(found))
                yield _record_path(record)
