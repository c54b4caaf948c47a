"""What is known at a place of a template, and how much a specialisation may make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from dovetail.engine.specialise.facts import ANY, TEMPLATE, WHOLE_MAILING

_SCALARS = (str, int, float, bool)

Known = dict[str, object]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much specialisation may make: rounds of unrolled loops, and characters of text and code."""

    rounds: int = 2_000
    size: int = 1_000_000


class Stays(Exception):
    """A loop has to stay a loop; `node` is the identity of its tag."""

    def __init__(self, node: int) -> None:
        super().__init__()
        self.node = node


class Unsure(Exception):
    """It cannot be told what a template will do: it is left as it is."""


class Leaving(Exception):
    """A {break} or {continue} was reached in loops that are unrolled."""

    def __init__(self, levels: int, again: bool) -> None:
        super().__init__()
        self.levels = levels
        self.again = again


@dataclass(slots=True, eq=False, repr=False)
class Budget:
    """What is left of the bounds. `loops` are the unrolled loops around the present place, by their tags."""

    bounds: Bounds
    rounds: int = 0
    size: int = 0
    loops: list[int] = field(default_factory=list[int])

    def spend(self, size: int, rounds: int = 0) -> None:
        """Count text or code that was made.

        Raises:
            Stays: the innermost unrolled loop takes too much.
        """
        self.size += size
        self.rounds += rounds
        if self.loops and (self.size > self.bounds.size or self.rounds > self.bounds.rounds):
            raise Stays(self.loops[-1])


def forget(known: Known, names: Collection[str]) -> None:
    """The names are not known any more."""
    if ANY in names:
        template = known[TEMPLATE]
        known.clear()
        known[TEMPLATE] = template
        return
    for name in names:
        known.pop(name, None)
        if name == "mailing":
            known.pop(WHOLE_MAILING, None)


def learn(known: Known, name: str, value: object, forced: Collection[str]) -> None:
    """A name has a known value; `forced` ones are never known."""
    if name in forced:
        forget(known, (name,))
        return
    known[name] = value
    if name == "mailing":
        known[WHOLE_MAILING] = True


def meet(ways: Sequence[Known]) -> Known:
    """What is known where several ways come together."""
    first, *others = ways
    return {
        name: value
        for name, value in first.items()
        if all(name in other and _same(value, other[name]) for other in others)
    }


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and isinstance(one, _SCALARS) and repr(one) == repr(other))
