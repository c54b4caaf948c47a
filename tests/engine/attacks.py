"""How the attack lists of the sandbox's tests run a template: watched, with real limits, to text or to our error."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.errors import TemplateError

LIMITS = Limits(seconds=2.0)
SLOWEST = 8.0
"""Seconds until an attack must be over; generous, since a busy machine counts too."""

MOST_MEMORY = 200_000_000
"""Bytes that a render may hold."""


def outcome(
    text: str,
    given: Mapping[str, object] | None = None,
    /,
    *,
    options: Options = Options(),
    limits: Limits = LIMITS,
    **more: object,
) -> str:
    """The output, or the messages of the error it ended in; anything else fails the test.

    The template can include itself as `self`.
    """
    begun = time.perf_counter()
    try:
        return str(
            Engine(loader=DictLoader({"self": text}), options=options, limits=limits)
            .get_template("self")
            .render({**(given or {}), **more})
        )
    except TemplateError as error:
        return "\n".join(item.message for item in error.diagnostics)
    finally:
        assert time.perf_counter() - begun < SLOWEST


def frugal_outcome(text: str, /, **data: object) -> str:
    """As `outcome`, and memory stays within bounds."""
    tracemalloc.start()
    try:
        # Tracing makes all slower: the steps bound the time here.
        found = outcome(text, data, limits=Limits(seconds=2.0, steps=50_000))
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    return found


class Trap:
    """An embedder's object that no template may touch: every operation on it says so."""

    secret = "S3CRET"

    def _touched(self, *given: object) -> bool:
        raise AssertionError("a template reached into a Python object")

    __getitem__ = __len__ = __iter__ = __eq__ = __str__ = __bool__ = __call__ = __contains__ = __format__ = _touched  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]
