"""Where things live: the only module that knows the names of folders in a workspace and a project.

Nothing in a name that comes from a file or a person is trusted: :func:`inside` keeps every path in its project.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from genstudio.project.naming import project_folder_name
from genstudio.project.state_folder import state_dir
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from genstudio.schema.take import TakeName

__all__ = [
    "ASSETS",
    "ASSET_KINDS",
    "AUTO_SAVES",
    "CANVASES",
    "EXPORTS",
    "LIBRARY_FOLDERS",
    "MAIN_CANVAS",
    "MANIFEST",
    "PROJECT_FOLDERS",
    "RENDERS",
    "SOURCE_CREATIVE",
    "WORKSPACE_MANIFEST",
    "CacheKind",
    "canvas_files",
    "default_workspace_root",
    "get_archives_dir",
    "get_asset_dir",
    "get_assets_dir",
    "get_auto_saves_dir",
    "get_cache_dir",
    "get_canvas_path",
    "get_canvases_dir",
    "get_character_asset_path",
    "get_checkpoint_path",
    "get_claim_path",
    "get_claims_dir",
    "get_edls_dir",
    "get_exports_dir",
    "get_journal_path",
    "get_library_dir",
    "get_lock_path",
    "get_manifest_path",
    "get_models_dir",
    "get_orphans_dir",
    "get_pending_path",
    "get_presence_dir",
    "get_project_root",
    "get_projects_dir",
    "get_record_path",
    "get_renders_dir",
    "get_shot_dir",
    "get_shot_take_path",
    "get_source_media_dir",
    "inside",
    "project_folder_name",
    "relative",
    "state_dir",
    "templates_dir",
]

MANIFEST: Final = "project.json"
WORKSPACE_MANIFEST: Final = "workspace.json"
RENDERS: Final = "03_Renders"
SOURCE_CREATIVE: Final = "02_Source_Creative"
CANVASES: Final = "02_Source_Creative/Canvases"
MAIN_CANVAS: Final = "02_Source_Creative/Canvases/main_canvas.json"
AUTO_SAVES: Final = "04_Project_Files/Auto_Saves"
EXPORTS: Final = "06_Exports"
ASSETS: Final = "01_Assets"
_MACHINE: Final = ".genstudio"
_ASSETS: Final = "01_Assets/Generative_Assets"
_MODELS: Final = "AI_Models"

PROJECT_FOLDERS: Final = (
    "01_Assets/Source_Media",
    "01_Assets/AI_Models",
    "01_Assets/Generative_Assets/Characters",
    "01_Assets/Generative_Assets/Styles",
    "01_Assets/Generative_Assets/Locations",
    CANVASES,
    "02_Source_Creative/Scripts",
    "02_Source_Creative/Prompts",
    RENDERS,
    AUTO_SAVES,
    "04_Project_Files/EDLs",
    "05_Cache/thumbnails",
    "05_Cache/proxies",
    "05_Cache/control_maps",
    EXPORTS,
    ".genstudio/journal",
    ".genstudio/locks",
    ".genstudio/claims",
)
LIBRARY_FOLDERS: Final = ("Branding", "LUTs_and_Presets", "Stock_Media", "Pipeline_Templates", _MODELS, "Pipelines")

AssetKind = Literal["character", "style", "location"]
ASSET_KINDS: Final[tuple[AssetKind, ...]] = ("character", "style", "location")
CacheKind = Literal["thumbnails", "proxies", "control_maps", "conformed", "pieces", "downloads"]
_ASSET_FOLDERS: Final = {"character": "Characters", "style": "Styles", "location": "Locations"}
_RENDERS_NAME: Final = re.compile(r"[A-Z0-9_]{1,32}/[A-Z0-9_]{1,32}")
_LONGEST_FILE_NAME: Final = 180


# -- workspace ---------------------------------------------------------------------------------------------------------------------


def default_workspace_root() -> Path:
    """Return where a workspace is made if nothing says otherwise."""
    return Path.home() / "Generative_Studio_Workspace"


def get_projects_dir(workspace_root: Path) -> Path:
    """Return the folder of all projects of a workspace."""
    return workspace_root / "Projects"


def get_archives_dir(workspace_root: Path) -> Path:
    """Return the folder of a workspace for projects that were put away."""
    return workspace_root / "Archives"


def get_library_dir(workspace_root: Path, kind: str) -> Path:
    """Return a folder of the shared library, one of :data:`LIBRARY_FOLDERS`."""
    return workspace_root / "Library" / kind


def get_project_root(workspace_root: Path, folder: str) -> Path:
    """Return the root of the project with that folder name."""
    return get_projects_dir(workspace_root) / folder


def templates_dir() -> Path:
    """Return the folder of the project template's files: the repository's, or the wheel's copy of it."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_data" / "templates"
    return packed if packed.is_dir() else package.parent / "templates"


# -- project -----------------------------------------------------------------------------------------------------------------------


def inside(root: Path, path: str | PurePosixPath) -> Path:
    """Return the absolute path of a project-relative one; it may not exist yet.

    Raises:
        BadInputError: It is empty, absolute, climbs out with ``..``, or a symbolic link on the way leads out of the project.
    """
    text = str(path)
    pure = PurePosixPath(text)
    if not text or text == "." or "\0" in text or "\\" in text or pure.is_absolute() or ".." in pure.parts:
        raise _escapes(text)
    base = root.resolve()
    try:
        resolved = (base / pure).resolve()
    except (OSError, RuntimeError, UnicodeEncodeError) as error:  # the last: half a character, which no file system has
        raise _escapes(text) from error
    if not resolved.is_relative_to(base) or resolved == base:
        raise _escapes(text)
    return base / pure


def _escapes(text: str) -> BadInputError:
    return BadInputError(f"{text!r:.120} is no path inside the project.", fix="Give a path relative to the project folder, without '..'.")


def relative(root: Path, path: Path) -> str:
    """Return the project-relative POSIX text of a path in the project."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.resolve().relative_to(root.resolve()).as_posix()


def get_manifest_path(root: Path) -> Path:
    """Return the path of ``project.json``."""
    return root / MANIFEST


def get_renders_dir(root: Path) -> Path:
    """Return the folder of all takes."""
    return root / RENDERS


def get_shot_dir(root: Path, renders: str) -> Path:
    """Return the folder of a shot's takes; ``renders`` is ``<SCENE>/<SHOT>``.

    Raises:
        BadInputError: ``renders`` has another form, or a link leads out of the project.
    """
    if not _RENDERS_NAME.fullmatch(renders):
        raise BadInputError(f"{renders!r:.80} is no folder of a shot.", fix="It looks like SCENE_01/SHOT_010.")
    return inside(root, f"{RENDERS}/{renders}")


def get_shot_take_path(root: Path, name: TakeName, suffix: str) -> Path:
    """Return the media path of a take; ``suffix`` with its dot, in lower case (``.mp4``).

    Raises:
        BadInputError: The suffix is none.
    """
    if not re.fullmatch(r"\.[a-z0-9]{1,8}", suffix):
        raise BadInputError(f"{suffix!r:.20} is no file suffix.", fix="Use one such as .mp4 or .png.")
    return get_shot_dir(root, name.renders) / f"{name.id}{suffix}"


def get_record_path(root: Path, name: TakeName) -> Path:
    """Return the path of a take's record."""
    return get_shot_dir(root, name.renders) / f"{name.id}.json"


def get_canvases_dir(root: Path) -> Path:
    """Return the folder of the canvases."""
    return root / CANVASES


def canvas_files(root: Path) -> tuple[Path, ...]:
    """Return the files of all canvases, by name; hidden ones and those in hidden folders are other programs' copies.

    JupyterLab keeps one in ``.ipynb_checkpoints`` of every document that it opens.
    """
    folder = get_canvases_dir(root)
    found = (path for path in folder.rglob("*.json") if path.is_file())
    return tuple(sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)))


def get_canvas_path(root: Path, canvas: str = MAIN_CANVAS) -> Path:
    """Return the absolute path of a canvas.

    Raises:
        BadInputError: It is not a JSON file below the folder of the canvases.
    """
    path = inside(root, canvas)
    if not canvas.startswith(f"{CANVASES}/") or path.suffix != ".json":
        raise BadInputError(f"{canvas!r:.120} is no canvas.", fix=f"Canvases are .json files in {CANVASES}.")
    return path


def get_edls_dir(root: Path) -> Path:
    """Return the folder of edit lists."""
    return root / "04_Project_Files" / "EDLs"


def get_auto_saves_dir(root: Path) -> Path:
    """Return the folder of automatic copies of canvases."""
    return root / AUTO_SAVES


def get_cache_dir(root: Path, kind: CacheKind) -> Path:
    """Return a folder for things that can be made again at any time."""
    return root / "05_Cache" / kind


def get_exports_dir(root: Path) -> Path:
    """Return the folder of films and hand-off packages."""
    return root / EXPORTS


def get_models_dir(root: Path) -> Path:
    """Return the folder of the project's own model weights."""
    return root / "01_Assets" / _MODELS


def get_source_media_dir(root: Path) -> Path:
    """Return the folder of media that came from elsewhere."""
    return root / "01_Assets" / "Source_Media"


def get_assets_dir(root: Path, kind: AssetKind) -> Path:
    """Return the folder of all assets of a kind."""
    return root / _ASSETS / _ASSET_FOLDERS[kind]


def get_asset_dir(root: Path, kind: AssetKind, name: str) -> Path:
    """Return the folder of an asset by its folder name.

    Raises:
        BadInputError: The name would lead elsewhere.
    """
    if not name or "/" in name:
        raise BadInputError(f"{name!r:.80} is no folder name of an asset.", fix="Use a plain name.")
    return inside(root, f"{_ASSETS}/{_ASSET_FOLDERS[kind]}/{name}")


def get_character_asset_path(root: Path, name: str) -> Path:
    """Return the folder of a character."""
    return get_asset_dir(root, "character", name)


# -- machine-made files of a project (.genstudio) ------------------------------------------------------------------------------------


def _file_name(text: str) -> str:
    """Return a file name that stands for any text, one to one, and short enough for every filesystem."""
    name = quote(text.removeprefix(f"{CANVASES}/"), safe=" ")
    if len(name) <= _LONGEST_FILE_NAME:
        return name
    return f"{name[:100]}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def get_journal_path(root: Path, canvas: str) -> Path:
    """Return the journal of a canvas."""
    return root / _MACHINE / "journal" / f"{_file_name(canvas)}l"


def get_checkpoint_path(root: Path, canvas: str) -> Path:
    """Return the copy of a canvas from which its journal can be replayed."""
    return root / _MACHINE / "journal" / f"{_file_name(canvas)}.checkpoint"


def get_pending_path(root: Path, canvas: str) -> Path:
    """Return where the next state of a canvas waits, complete and durable, until its journal line is written."""
    return root / _MACHINE / "journal" / f"{_file_name(canvas)}.pending"


def get_presence_dir(root: Path, canvas: str) -> Path:
    """Return the folder in which processes say who is on a canvas.

    Raises:
        BadInputError: A link leads out of the project.
    """
    return inside(root, f"{_MACHINE}/presence/{_file_name(canvas)}")


def get_lock_path(root: Path, name: str) -> Path:
    """Return the lock file of something in the project (a canvas, ``git``, a shot)."""
    return root / _MACHINE / "locks" / f"{_file_name(name)}.lock"


def get_claims_dir(root: Path) -> Path:
    """Return the folder of all claims."""
    return root / _MACHINE / "claims"


def get_claim_path(root: Path, name: TakeName) -> Path:
    """Return the claim file of a take number."""
    return get_claims_dir(root) / name.scene / name.shot / f"{name.id}.json"


def get_orphans_dir(root: Path) -> Path:
    """Return where media goes that a dead attempt left without a record."""
    return root / _MACHINE / "orphans"
