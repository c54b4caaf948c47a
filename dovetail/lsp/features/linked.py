"""What is edited as one: the name of an HTML element where it opens and where it closes."""

from __future__ import annotations

from dovetail.lsp.features.html.elements import pair_at
from dovetail.lsp.features.results import Linked
from dovetail.lsp.features.view import View


def linked(view: View, offset: int) -> Linked | None:
    """The two names of the element whose tag the cursor stands in."""
    pair = pair_at(view.reading, offset)
    return None if pair is None or len(pair) != 2 else Linked(pair, r"[A-Za-z][A-Za-z0-9:\-]*")
