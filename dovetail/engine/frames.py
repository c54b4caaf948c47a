"""Signals and frames of a running template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dovetail.errors import DovetailError

if TYPE_CHECKING:
    from dovetail.engine.runtime import Runtime


class Missing(Exception):  # a signal, not an error: an ask has no answer yet
    """An expression needs an answer that is not there."""


class LimitReached(DovetailError):
    """A sandbox limit, before it has a place."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.help = help


class _Absent:
    """No value was there (to restore a loop variable)."""


class _Pending:
    """The value of a variable whose assignment was skipped while gathering."""


ABSENT: Final = _Absent()
PENDING: Final = _Pending()


PILED: Final = 128
"""So many pieces of output pile up before a loop looks at their size."""

SHORT_PILED: Final = 256
"""So many where each was looked at on its own, and what is long was counted at once."""


class Output(list[str]):
    """What a template has written; `counted` pieces of it were charged to the limits."""

    __slots__ = ("counted",)

    def __init__(self) -> None:
        super().__init__()
        self.counted = 0


@dataclass(slots=True)
class Frame:
    """The variables of one template or function call, and where `scope=parent` leads."""

    variables: dict[str, object]
    name: str
    parent: Frame | None = None
    given: frozenset[str] = frozenset()

    def root(self) -> Frame:
        """The outermost template's frame."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame


Body = Callable[["Runtime", Frame, Output], None]
