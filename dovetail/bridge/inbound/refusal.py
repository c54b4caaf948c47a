"""Why a pushed request is not taken."""

from __future__ import annotations

from dovetail.errors import DovetailError


class Refused(DovetailError):
    """A pushed request that is not what it says.

    `status` is that of HTTP: 400 it cannot be read, 401 its signature is missing or wrong, 409 it was taken before
    (the caller says that), 413 it is too large. The text says why in words of ours only: nothing of the request and no
    secret stands in it, so that it may be logged and answered.
    """

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.status = status
