"""What providers of described APIs have in common: their talks together, how long answers hold, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dovetail.engine.ports import Answer, Ask, Lifetime, Talk
from dovetail.errors import ProviderError, did_you_mean
from dovetail.providers.described.collections import Shaped
from dovetail.providers.described.lists import Answered
from dovetail.providers.talks import together

USUAL = Lifetime(300.0)
PERSONAL = Lifetime(60.0, personal=True)

LOOKED_THROUGH = 200
"""Records in which a typed text is looked for, where the API has no search of its own."""


def answered_by(talks: Sequence[Talk[Answered]]) -> Talk[dict[Ask, Answer | ProviderError]]:
    """What the talks answer, held together.

    Raises:
        ProviderError: one of them failed as a whole.
    """
    found: dict[Ask, Answer | ProviderError] = {}
    for part in (yield from together(talks)):
        if isinstance(part, ProviderError):
            raise part
        found.update(part)
    return found


def lifetime(collection: Shaped | None) -> Lifetime:
    """Five minutes; one for what is about persons, and never in clear on a disk."""
    return USUAL if collection is not None and not collection.shape.personal else PERSONAL


def unknown(identifier: str, known: Iterable[str], ask: Ask) -> ProviderError:
    """The answer to an ask for a collection that there is not, or that has no list."""
    names = list(known)
    has = did_you_mean(ask.collection, names) or f"described are: {', '.join(names)}"
    what = f"has no list of {ask.collection}" if ask.collection in names else f"has no {ask.collection}"
    return ProviderError(f"`{identifier}` {what}", identifier=identifier, help=has)
