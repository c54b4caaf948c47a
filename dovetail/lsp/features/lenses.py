"""Above a template: see it as a mail, what it uses of the shops, who includes it."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.analysis import analyse
from dovetail.engine.ports import Answer
from dovetail.lsp.features.calls import callers
from dovetail.lsp.features.results import Lens
from dovetail.lsp.features.view import View
from dovetail.source import Span

_TOP = Span(0, 0)


def lenses(view: View) -> Sequence[Lens]:
    """The lenses of a template; the first argument of a command is the template's address, which the server knows."""
    label = view.samples[0].label if view.samples else ""
    title = f"Preview as {label}" if label else "Preview"
    found = [Lens(_TOP, title, "dovetail.preview", ("", label))]
    if len(view.samples) > 1:
        found.append(Lens(_TOP, "another recipient…", "dovetail.chooseSample", ("", "")))
    asks = list(analyse(view.reading.tree, view.reading.options, view.live.schemas).asks)
    if asks:
        answers = [view.live.answer(ask) for ask in asks]
        missing = sum(1 for answer in answers if isinstance(answer, Answer) and not answer.found)
        words = f"uses {len(asks)} live record{'s' * (len(asks) != 1)}"
        found.append(
            Lens(_TOP, words + (f", {missing} of them missing" if missing else ""), "dovetail.refreshData", ("",))
        )
    others = callers(view, view.reading.name)
    if others:
        names = ", ".join(each.name for each in others[:3]) + (", …" if len(others) > 3 else "")
        found.append(Lens(_TOP, f"included by {names}", "", ("",)))
    return found
