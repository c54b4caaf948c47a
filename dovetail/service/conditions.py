"""Revisions as ETags: nobody changes what he has not seen (RFC 9110)."""

from __future__ import annotations

import re

from dovetail.service.problems import Problem

_TAG = re.compile(r'(?:W/)?"(\d{1,12})"')


def etag(revision: int) -> str:
    """A revision as an ETag."""
    return f'"{revision}"'


def expected(if_match: str | None) -> int:
    """The revision that a change is made to.

    Raises:
        Problem: 428 without one, 412 for one that no revision has.
    """
    if not if_match:
        raise Problem(428, "say which revision you change: If-Match with the ETag that you were given")
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem(412, "there is no such revision")
    return int(found[1])


def unchanged(revision: int, if_none_match: str | None) -> bool:
    """Whether the caller has this revision."""
    return if_none_match is not None and etag(revision) in [
        part.strip().removeprefix("W/") for part in if_none_match.split(",")
    ]
