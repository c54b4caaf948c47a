"""What a render has used up of its limits: steps, time, characters."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from time import perf_counter
from typing import Final, cast

from dovetail.engine.frames import SHORT_PILED, LimitReached, Output
from dovetail.engine.limits import Limits
from dovetail.engine.native import join
from dovetail.engine.values import assign_item, count, is_iterable

_SMALL: Final = 256
"""Texts up to this length are not worth counting: the steps bound how many there can be."""

_LONG: Final = 10_000
"""Making a text of this length is worth a look at the clock."""

_LOOK_EVERY: Final = 64


class Spending:
    """The counters of one render. A render's memory is bounded by what is charged here.

    `begun`: when it began, by `perf_counter`.
    """

    __slots__ = ("begun", "characters", "limits", "made_so_far", "next_look", "steps")

    def __init__(self, limits: Limits, begun: float) -> None:
        self.limits = limits
        self.begun = begun
        self.steps = self.made_so_far = self.characters = self.next_look = 0

    def step(self, count: int = 1) -> None:
        """Count rounds of loops, and calls.

        Raises:
            LimitReached: together they are more than the limit, or take too long.
        """
        self.steps += count
        if self.steps >= self.next_look:
            self.look()

    def look(self) -> None:
        """Compare steps and time with their limits, and say when to look again.

        Raises:
            LimitReached: the loops take too many rounds, or too long.
        """
        if self.steps > self.limits.steps:
            raise LimitReached(
                f"the loops of this template take more than {self.limits.steps:,} rounds",
                "check the condition that should end them",
            )
        if perf_counter() - self.begun > self.limits.seconds:
            raise LimitReached(
                f"the template takes more than {self.limits.seconds:g} seconds",
                "make its loops shorter, or do less in them",
            )
        self.next_look = min(self.limits.steps + 1, self.steps + _LOOK_EVERY)

    def charge(self, amount: int) -> None:
        """Count characters and elements that the template made.

        Raises:
            LimitReached: together they are more than the limit.
        """
        self.made_so_far += amount
        if self.made_so_far > self.limits.total:
            raise LimitReached(
                f"the values of this template have more than {self.limits.total:,} characters together",
                "does a loop make a text or a list longer and longer?",
            )
        if amount > _LONG:
            self.look()

    def bounded(self, value: str) -> str:
        """The same text, if it is not too long.

        Raises:
            LimitReached: it is longer than one value may be, or all together are too long.
        """
        size = len(value)
        if size > _SMALL:
            if size > self.limits.value:
                raise LimitReached(f"a value is longer than {self.limits.value:,} characters")
            self.charge(size)
        return value

    def made(self, value: object) -> object:
        """The same result of a modifier or an array literal, if it is not too long (as `bounded`)."""
        if type(value) is str:
            return self.bounded(value) if len(value) > _SMALL else value
        made = value
        if isinstance(value, list | dict):
            self.charge(len(cast("Sized", value)))
        return made

    def joined(self, parts: Sequence[str]) -> str:
        """Several texts as one value (as `bounded`), its length known before it is made."""
        if len(parts) > 1 and sum(map(len, parts)) > self.limits.value:
            raise LimitReached(f"a value is longer than {self.limits.value:,} characters")
        return self.bounded("".join(parts))

    def put(self, container: object, keys: Sequence[object], value: object) -> object:
        """`assign_item`, which copies the list that it changes: the more often, the dearer."""
        self.charge(count(container) if is_iterable(container) else 1)
        return assign_item(container, keys, value)

    def written(self, output: Output) -> None:
        """Charge what was written since the last look.

        Raises:
            LimitReached: the result is too long.
        """
        counted, output.counted = output.counted, len(output)
        self.characters += sum(map(len, output[counted:]))
        if self.characters > self.limits.output:
            raise LimitReached(f"the result is longer than {self.limits.output:,} characters")

    def folded(self, output: Output) -> int:
        """As `written`; joins what was written into one piece, and gives the number of pieces to look again at.

        The join gives the length for nothing.

        Raises:
            LimitReached: the result is too long.
        """
        counted = output.counted
        try:
            part = join(output[counted:], self.limits.output - self.characters)
        except OverflowError:
            raise LimitReached(f"the result is longer than {self.limits.output:,} characters") from None
        output[counted:] = (part,)  # bytes where the output is UTF-8
        self.characters += len(part)
        output.counted = counted + 1
        return counted + 1 + SHORT_PILED
