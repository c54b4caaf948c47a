"""What the styles of paging have in common: the records so far, and when they are all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dovetail.errors import ProviderError
from dovetail.providers.described import pointer
from dovetail.providers.described.forms import Table
from dovetail.providers.described.shapes import Raw

MOST_PAGES = 1_000
"""Pages of one list that are read at most."""


@dataclass(slots=True)
class Found:
    """Records in the API's order. `at`: when the oldest page came (Unix seconds). `more`: there are others."""

    rows: list[Raw] = field(default_factory=list[Raw])
    at: float = 0.0
    more: bool = False

    def close(self, most: int) -> None:
        """Let go of the records beyond so many."""
        self.more = self.more or len(self.rows) > most
        del self.rows[most:]


def read_style(table: Table, styles: Sequence[str]) -> str:
    """The `style` of a table `paging`, which has to say one; "none" where it does not."""
    found = table.choice("style", styles, "none")
    if not table.has("style"):
        table.fault("", "`paging` says no style", f"Add style: one of {', '.join(styles)}")
    return found


def is_all(document: object, total: Sequence[str] | None, passed: int, odd: Callable[[str], ProviderError]) -> bool:
    """Whether a page says, at the pointer `total`, that there are no more records than have passed.

    Raises:
        ProviderError: what `odd` makes of a sentence with a place for the list's name, if the page does not say it.
    """
    if total is None:
        return False
    try:
        count = pointer.find(document, tuple(total))
    except pointer.Missing as missing:
        raise odd(f"does not say at {pointer.spell(tuple(total))} how many {{}} it has") from missing
    return isinstance(count, int) and passed >= count
