"""Templates from a folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from dovetail.engine.loaders import checked_name
from dovetail.errors import ValueFault

TEMPLATES = frozenset({".tpl", ".html", ".htm", ".txt", ".smarty"})
SUFFIXES = TEMPLATES | {".conf"}


def files_below(folder: Path, suffixes: Collection[str]) -> list[Path]:
    """The files with one of these endings (in lower or upper case) below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())


class FolderLoader:
    """Templates below a folder. Nothing outside it is ever read, symbolic links that lead out included."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def load(self, name: str) -> str | None:
        """The text of a template (UTF-8, a byte order mark is dropped), or None when there is none.

        Raises:
            ValueFault: the name leaves the folder, or the file is not UTF-8.
        """
        path = self.folder / checked_name(name)
        if not path.is_file():
            return None
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise ValueFault(f"the template `{name}` leads out of the template folder", "put the file itself there")
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueFault(
                f"the template `{name}` is not UTF-8 (byte {error.start})", "save it as UTF-8 in your editor"
            ) from None

    def names(self) -> Sequence[str]:
        """The names of all templates below the folder, sorted."""
        return [path.relative_to(self.folder).as_posix() for path in files_below(self.folder, SUFFIXES)]
