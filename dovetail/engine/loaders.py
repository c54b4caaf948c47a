"""Templates from a mapping. Folders are read by `dovetail.integrations.folder`: files are I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from dovetail.errors import ValueFault


@lru_cache(maxsize=1024)
def checked_name(name: str) -> str:
    """A template name that stays within its store.

    Raises:
        ValueFault: it is absolute, climbs out with `..`, or names another kind of resource.
    """
    name = name.removeprefix("file:")
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts or "\0" in name or ":" in path.parts[0]:
        raise ValueFault(
            f"the template name `{name}` is not allowed",
            "names are relative to the template folder and do not leave it",
        )
    return str(path)


def relative_name(name: str, current: str) -> str:
    """The name that `./part.tpl` and `../part.tpl` mean within the template `current`; others as they are."""
    if not name.startswith(("./", "../")):
        return name
    folder = PurePosixPath(current.removeprefix("file:")).parent
    steps: list[str] = []
    for step in (folder / name).parts:
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


class DictLoader:
    """Templates by name, from memory."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = dict(templates)

    def load(self, name: str) -> str | None:
        """The text, or None."""
        return self._templates.get(name)

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return sorted(self._templates)
