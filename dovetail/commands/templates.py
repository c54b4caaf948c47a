"""Which templates the paths of a command line stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path


def templates_of(paths: Sequence[Path]) -> Iterator[tuple[Path, list[str]]]:
    """Folders with the names of templates in them: all of a folder that was given, or the one file.

    Raises:
        SettingsError: a path is not there, or a folder has no template.
    """
    from dovetail.errors import SettingsError
    from dovetail.integrations.folder import TEMPLATES, files_below

    for path in paths:
        if path.is_dir():
            names = [item.relative_to(path).as_posix() for item in files_below(path, TEMPLATES)]
            if not names:
                raise SettingsError(f"there is no template in {path}. Templates end in {', '.join(sorted(TEMPLATES))}")
            yield path, names
        elif path.is_file():
            yield path.parent, [path.name]
        else:
            raise SettingsError(f"there is no file or folder {path}")
