"""How many parts of a value may be looked at.

A list that holds another one twice, which holds another twice, and so on for forty steps is small in memory
and endless to walk; so is one that an embedder's data hold inside itself.
"""

from __future__ import annotations

from typing import Final

from dovetail.errors import ValueFault

_MOST: Final = 2_000_000


class Visits:
    """Counts down while a value is walked."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST

    def spend(self, amount: int) -> None:
        """Count parts (about 8 each) or characters.

        Raises:
            ValueFault: there were too many.
        """
        self.left -= amount
        if self.left < 0:
            raise ValueFault(
                "This value is too large to be walked through: its lists hold each other too often.",
                "use one of its parts, as in $list.0",
            )
