"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Put `content` at `path`: readers see the old file or the new one, never a part.

    Text is written as UTF-8, its line ends as they are. What is not a regular file (a pipe, `/dev/stdout`) is
    written to as it stands; a link stays a link.

    Raises:
        OSError: it cannot be written; the old file, if any, is untouched.
    """
    target = path.resolve()
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            stream.write(data)
        return
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _umask() -> int:
    # Python has no way to read it without setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
