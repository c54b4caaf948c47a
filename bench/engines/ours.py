"""Dovetail itself. Each way to render is an engine of its own; where there is none of our C, `driver` turns it off."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

from bench.engines.ports import BUILD, RECIPIENTS, Render, data, own, parts, shared, templates, variables
from dovetail.engine.environment import Engine, Template
from dovetail.engine.loaders import DictLoader
from dovetail.errors import DovetailError


def without_extensions() -> None:
    """Make C extensions of others unavailable: what is written for a platform without them must run."""
    sys.modules["markupsafe._speedups"] = None  # type: ignore[assignment]  # `None` makes its import fail


class OneOff:
    """`template.render(variables)`: what a program does that sends one mail."""

    def __init__(self) -> None:
        self.sources = {f"{name}.tpl": text for name, text in templates("smarty").items()}
        self.data = data()

    def template(self, workload: str) -> Template:
        """Compiled anew."""
        from dovetail.grammar.parse import _read as read_tag

        read_tag.cache_clear()  # tags are remembered by their text, and every compile here must read them
        engine = Engine(loader=DictLoader(self.sources))
        for part in parts(workload):
            engine.get_template(f"{part}.tpl").program.prepare()  # code is made at the first use: that is compiling too
        return engine.get_template(f"{workload}.tpl")

    def compile(self, workload: str) -> Render:
        render, given = self.template(workload).render, partial(variables, self.data)
        return lambda number: render(given(workload, number))


class Pure(OneOff):
    """The same where no C extension can be had."""

    def __init__(self) -> None:
        without_extensions()
        super().__init__()


class Stored(OneOff):
    """The same with the templates that a process before it compiled, as `dovetail mail` has them from its cache."""

    def template(self, workload: str) -> Template:
        from dovetail.integrations.compiled import FolderStore

        engine = Engine(loader=DictLoader(self.sources), store=FolderStore(BUILD / "compiled"))
        template = engine.get_template(f"{workload}.tpl")
        template.program.prepare()
        return template


class Specialised(OneOff):
    """`specialize` once, then `render`: text, a call for each recipient. Compiling includes specialising."""

    def compile(self, workload: str) -> Render:
        special = self.template(workload).specialize(**shared(self.data, workload))
        special.program.prepare()
        render, given = special.render, partial(own, self.data)
        return lambda number: render(given(workload, number))


class Mailing(OneOff):
    """`Mailing.render_bytes` over recipients without an end, in chunks of its own size: a call takes the next mail.

    The mails come in the order of the ring of recipients, so they must be taken in passes over all of them, as
    the worker does. Compiling includes specialising and the first mail.
    """

    def compile(self, workload: str) -> Render:
        from dovetail.mailing.mailing import Mailing as Rendering

        mailing = Rendering(self.template(workload), shared(self.data, workload))
        given = partial(own, self.data, workload)
        ring = (given(number % RECIPIENTS) for number in count(-1))
        mails = mailing.render_bytes(ring)
        next(mails)  # of the recipient before the first: what is done lazily belongs to compiling
        return lambda number: _made(next(mails))

    def specialise(self, workload: str) -> Callable[[], object]:
        template, known = self.template(workload), shared(self.data, workload)
        return lambda: template.specialize(**known).program.encoded.body()


class MailingInPasses(Mailing):
    """The same for 96 recipients at a time, taken by one loop: without the clock's own call for each mail."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: dict[str, Callable[[], Iterator[bytes | DovetailError]]] = {}

    def mails(self, workload: str) -> Iterator[str | bytes]:
        from dovetail.mailing.mailing import Mailing as Rendering

        if workload not in self.begun:
            mailing = Rendering(self.template(workload), shared(self.data, workload))
            given = partial(own, self.data, workload)
            self.begun[workload] = lambda: mailing.render_bytes(map(given, range(RECIPIENTS)))
        return map(_made, self.begun[workload]())


def _made(result: bytes | DovetailError) -> bytes:
    if isinstance(result, DovetailError):
        raise result
    return result


OURS: dict[str, type[OneOff]] = {
    "dovetail": OneOff,
    "dovetail_python": OneOff,
    "dovetail_pure": Pure,
    "dovetail_stored": Stored,
    "dovetail_stored_python": Stored,
    "dovetail_specialised": Specialised,
    "dovetail_mailing": Mailing,
    "dovetail_mailing_passes": MailingInPasses,
    "dovetail_mailing_python": Mailing,
}
