"""Specialisation: what a template does with the data that all recipients share is done once, before they come.

Dataclasses that change have no `eq` and no `repr` here: nobody compares or prints them, and writing these methods takes
a new process 0.2 ms a class, as long as specialising a block.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from math import nan
from time import perf_counter
from typing import cast

from dovetail.engine.compiler.program import Program
from dovetail.engine.frames import LimitReached
from dovetail.engine.runtime import Runtime
from dovetail.engine.setting import Setting
from dovetail.engine.specialise.evaluate import Evaluator
from dovetail.engine.specialise.facts import ANY, TEMPLATE, WHOLE_MAILING, loop_name
from dovetail.engine.specialise.freeze import Unfit, frozen
from dovetail.engine.specialise.inheritance import chain
from dovetail.engine.specialise.items import Item, assembled, loops_made, reads_of
from dovetail.engine.specialise.residual import Residual
from dovetail.engine.specialise.state import Bounds, Budget, Known, Stays, Unsure
from dovetail.engine.specialise.survey import Library
from dovetail.engine.specialise.walk import Run, Walk
from dovetail.grammar import nodes

__all__ = ["Bounds", "Specialiser", "specialise"]

_MOST_TRIES = 4


def specialise(program: Program, shared: Mapping[str, object], setting: Setting, bounds: Bounds = Bounds()) -> Program:
    """The program that is left when the values of some variables are known.

    Rendered with `{**shared, **recipient}` it prints what `program` prints, with the same errors at the same
    places and the same report, for each recipient that sets none of the shared names; others must be rendered
    with `program`. `shared` is copied, and may change afterwards. Where there is nothing to gain, or no way to be
    sure, it is `program` itself.

    `setting` is that of the renders to come. What a template does with the present moment, with counters or with
    integrations stays in the residual.
    """
    # What was found out about a program serves the next mailing of it too.
    found = _latest.pop(id(program), None) or Specialiser(program)
    _latest[id(program)] = found
    while len(_latest) > _MOST_KEPT:
        _latest.pop(next(iter(_latest)), None)
    return found.specialise(shared, setting, bounds)


@dataclass(slots=True, eq=False, repr=False)
class Specialiser:
    """Specialises one program, for any number of shared data: what is found out about the program is kept."""

    program: Program
    _library: Library | None = None

    def specialise(self, shared: Mapping[str, object], setting: Setting, bounds: Bounds = Bounds()) -> Program:
        """As the function `specialise`."""
        # The moment is no number yet: what needs it fails here, and so stays in the residual.
        runtime = Runtime(setting, {}, nan, perf_counter(), {})
        known = _known(shared, self.program)
        library = self._current(runtime)
        survey = library.root(self.program)
        if not survey.movable:
            return self.program
        forced = frozenset[str]()
        stay: set[int] = set()
        for _ in range(_MOST_TRIES):
            run = Run(self.program, Evaluator(runtime), Budget(bounds), forced, stay)
            out: list[Item] = []
            try:
                walk = Walk(run, survey)
                (partial(chain, walk) if survey.inherits else walk.template)(dict(known), out)
            except (Stays, Unsure, LimitReached, RecursionError):
                return self.program
            read = reads_of(out)
            if survey.inherits and TEMPLATE in read:
                return self.program
            # Loops that are made anew have a state where the text of this template asks for one.
            pinned = run.pinned | set(map(loop_name, loops_made(out)))
            states = run.pinned if ANY in read else pinned & read
            if not states:
                tree = nodes.Tree(self.program.source, assembled(out, read))
                return Residual(
                    self.program.source,
                    tree,
                    self.program.options,
                    library.unknown_modifiers(),
                    sources=tuple(run.sources),
                )
            # Something left reads the state of a loop that is gone: those loops stay.
            forced |= states
        return self.program

    def _current(self, runtime: Runtime) -> Library:
        def load(name: str) -> Program:
            return runtime.program(name, ())

        if self._library is None or not self._library.current(load):
            self._library = Library(load)
        self._library.load = load
        return self._library


_MOST_KEPT = 32
_latest: dict[int, Specialiser] = {}
"""The programs that were specialised last. They are held, so that their identities are no others'."""


def _known(shared: Mapping[str, object], program: Program) -> Known:
    known: Known = {}
    for name, value in shared.items():
        try:
            known[name] = frozen(value)
        except (Unfit, RecursionError):
            continue
    mailing = known.get("mailing")
    if isinstance(mailing, dict):
        if "trigger" in cast("Collection[object]", mailing):
            known[WHOLE_MAILING] = True
    else:
        # A trigger of the recipient takes its place.
        known.pop("mailing", None)
    known[TEMPLATE] = program.source.name
    return known
