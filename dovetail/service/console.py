"""The console's files, and the editor's: a page of the same origin, under a policy that runs no other script."""

from __future__ import annotations

import mimetypes
from pathlib import Path, PurePosixPath
from typing import Annotated

from litestar import Response, get
from litestar.params import Parameter

from dovetail.service.backend import Backend
from dovetail.service.problems import Problem

FILES = Path(__file__).parent / "assets" / "console"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data: https:; connect-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Name = Annotated[str, Parameter(max_length=200)]


@get("/", opt={"public": True}, include_in_schema=False, sync_to_thread=True)
def page() -> Response[bytes]:
    """The console."""
    return _file(FILES, "index.html")


@get("/console/{name:path}", opt={"public": True}, include_in_schema=False, sync_to_thread=True)
def console_file(name: Name) -> Response[bytes]:
    """A file of the console."""
    return _file(FILES, name)


@get("/editor/{name:path}", opt={"public": True}, include_in_schema=False, sync_to_thread=True)
def editor_file(name: Name, backend: Backend) -> Response[bytes]:
    """A file of the editor."""
    if backend.editor_files is None:
        raise Problem(404, "there is no editor here")
    return _file(backend.editor_files, name)


def _file(folder: Path, name: str) -> Response[bytes]:
    # Files stand side by side: a name with folders in it is none of them.
    wanted = PurePosixPath(name.lstrip("/"))
    path = folder / wanted.name
    if len(wanted.parts) != 1 or not path.is_file():
        raise Problem(404, "there is no such file")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), media_type=kind, headers=_HEADERS)
