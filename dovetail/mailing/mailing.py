"""One template, very many recipients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from dovetail.engine.environment import Template
from dovetail.engine.rendered import Rendered
from dovetail.engine.rounds import Snapshot
from dovetail.errors import DovetailError


class Mailing:
    """A template with the variables that all its recipients share.

    All mails see one snapshot of the shared integration data. What only one recipient asked for is
    forgotten with its chunk, so that memory is bounded whatever their number.
    """

    def __init__(self, template: Template, shared: Mapping[str, object] | None = None) -> None:
        self._template = template
        self._shared = dict(shared or {})
        self._snapshot = Snapshot()

    def render_many(
        self, recipients: Iterable[Mapping[str, object]], *, chunk: int = 500
    ) -> Iterator[Rendered | DovetailError]:
        """One result for each recipient, in their order; a mail that cannot be made is its error.

        The asks of `chunk` recipients are fetched together.
        """
        source = iter(recipients)
        driver = self._template.engine.driver
        while taken := list(islice(source, chunk)):
            jobs = [{**self._shared, **variables} for variables in taken]
            local = self._snapshot.fork()
            yield from driver.run(self._template.rendering(jobs, local))
            self._snapshot.keep(local)
