"""One template, very many recipients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

from dovetail.engine.audience import CUSTOMARY
from dovetail.engine.environment import Template
from dovetail.engine.rendered import Rendered, Report
from dovetail.engine.rounds import Finish, Snapshot, rendered, whole
from dovetail.engine.series import Series
from dovetail.errors import DovetailError

T = TypeVar("T")

Variables: TypeAlias = "Mapping[str, object]"

SPECIALISE_FROM = 50
"""So many recipients pay for specialising the template to what they share."""


class Mailing:
    """A template with the variables that all its recipients share.

    All mails see one snapshot of the shared integration data, but for what an integration's `recheck` wants asked
    again before it is sent. What only one recipient asked for is
    forgotten with its chunk, so that memory is bounded whatever their number. The values of `shared` must not
    change during the mailing.

    `undefined` and `notes` collect what the reports of all mails name: variables that were read and are not
    there, and other remarks.
    """

    def __init__(self, template: Template, shared: Mapping[str, object] | None = None) -> None:
        self._template = template
        self._shared = dict(shared or {})
        self._special: Template | None = None
        self._snapshot = Snapshot()
        self.undefined: set[str] = set()
        self.notes: set[str] = set()
        template.engine.driver.new_run()

    def render_many(
        self, recipients: Iterable[Mapping[str, object]], *, chunk: int = 1000
    ) -> Iterator[Rendered | DovetailError]:
        """One result for each recipient, in their order; a mail that cannot be made is its error.

        The asks of `chunk` recipients are fetched together, while the mails of those before them are rendered.
        """
        return self._results(recipients, chunk, self._rendered, encoded=False)

    def render_bytes(
        self, recipients: Iterable[Mapping[str, object]], *, chunk: int = 1000
    ) -> Iterator[bytes | DovetailError]:
        """As `render_many`, in UTF-8: what is sent or stored. A mail has no report of its own."""
        return self._results(recipients, chunk, self._encoded, encoded=True)

    def _results(
        self, recipients: Iterable[Variables], chunk: int, finish: Finish[T], *, encoded: bool
    ) -> Iterator[T | DovetailError]:
        source = iter(recipients)
        flying: Callable[[], list[T | DovetailError]] | None = None
        # The first chunk alone asks for what all share; afterwards it is known, or there is nothing of the kind.
        alone = not self._snapshot.answers
        while taken := list(islice(source, chunk)):
            self._specialise(len(taken))
            rest = taken
            if flying is None:
                make = self._quickly(finish, encoded=encoded)
                for done, variables in enumerate(taken):
                    result = make(variables)
                    if result is None:
                        rest = taken[done:]
                        break
                    yield result
                else:
                    continue
            before, flying = flying, self._begin(rest, finish, encoded=encoded)
            if before is not None:
                yield from before()
            elif alone:
                yield from flying()
                flying, alone = None, False
        if flying is not None:
            yield from flying()

    def _specialise(self, coming: int) -> None:
        if self._special is None and self._shared and coming >= SPECIALISE_FROM:
            self._special = self._template.specialize(**self._shared)

    def _whole(self, variables: Variables) -> tuple[Template, Variables]:
        if self._special is None:
            return self._template.given({**self._shared, **variables})
        return self._special.given(variables)

    def _quickly(self, finish: Finish[T], *, encoded: bool) -> Callable[[Variables], T | None]:
        """What makes a mail that needs neither an integration nor the plain form; it gives None for others.

        After None, it is of no use any more.
        """
        template = self._special or self._template
        if template.planned or (encoded and template.setting.output_filters):
            # An output filter works on text.
            return lambda _: None
        now, answers = template.engine.clock(), self._snapshot.answers
        series = Series(template.setting, answers, now, encoded=encoded)
        base = whole(template.setting, self._shared, now)
        # Who brings none of these gets what all get, and his own beside it.
        usual = CUSTOMARY | self._shared.keys()

        def make(variables: Variables) -> T | None:
            if usual.isdisjoint(variables):
                fitting, text = series, series.made({**base, **variables})
            else:
                found, given = self._whole(variables)
                fitting = series if found is template else Series(found.setting, answers, now, encoded=encoded)
                text = fitting.made(whole(found.setting, given, now))
            if text is None:
                return None
            made = finish(text, fitting.report())
            fitting.renew()
            return made

        return make

    def _begin(
        self, taken: Sequence[Variables], finish: Finish[T], *, encoded: bool
    ) -> Callable[[], list[T | DovetailError]]:
        """Send the asks of a chunk; what is returned gives its mails."""
        driver = self._template.engine.driver
        local = self._fresh().fork()
        groups: dict[int, tuple[Template, list[int], list[Variables]]] = {}
        for number, variables in enumerate(taken):
            template, whole = self._whole(variables)
            _, numbers, jobs = groups.setdefault(id(template), (template, [], []))
            numbers.append(number)
            jobs.append(whole)
        ends = [
            (
                numbers,
                driver.begin(template.rendering(jobs, local, finish, encoded=encoded)),
            )
            for template, numbers, jobs in groups.values()
        ]

        def end() -> list[T | DovetailError]:
            # What the chunk before has come to share is what this one sees too.
            local.adopt(self._fresh())
            results: list[T | DovetailError | None] = [None] * len(taken)
            for numbers, finished in ends:
                for number, result in zip(numbers, finished(), strict=True):
                    results[number] = result
            self._snapshot.keep(local)
            return [result for result in results if result is not None]

        return end

    def _fresh(self) -> Snapshot:
        """What all share, without what is to be asked again before it is sent."""
        for ask in self._template.engine.driver.too_old_to_send(self._snapshot.answers):
            del self._snapshot.answers[ask]
        return self._snapshot

    def _rendered(self, text: str | bytes, report: Report | float) -> Rendered:
        if isinstance(report, Report):
            self._note(report)
        return rendered(text, report)

    def _encoded(self, text: str | bytes, report: Report | float) -> bytes:
        if isinstance(report, Report):
            self._note(report)
        assert isinstance(text, bytes), "encoded renders give bytes"
        return text

    def _note(self, report: Report) -> None:
        self.undefined.update(report.undefined)
        self.notes.update(report.notes)
