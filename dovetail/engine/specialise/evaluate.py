"""Runs parts of a template on what is known, with the code that the compiler makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from dovetail.engine.compiler.program import vocabulary
from dovetail.engine.compiler.statements import Statements
from dovetail.engine.constructs import html_text
from dovetail.engine.frames import Frame, Missing, Output
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.runtime import Runtime
from dovetail.engine.specialise.facts import TEMPLATE, captured
from dovetail.engine.specialise.paths import Path
from dovetail.engine.tags.functions import functions
from dovetail.engine.values import to_text
from dovetail.errors import DovetailError
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.specialise.survey import Survey


class _Open:
    """No value: it can only be known when the template is rendered."""


OPEN: Final = _Open()

FAULTS = (DovetailError, Missing, RecursionError, ValueError, OverflowError)
"""What ends a part that is left to the render. The moment is not a number here: who needs it gets a ValueError."""


class _Part(Protocol):
    def __call__(self, rt: Runtime, f: Frame, o: Output, /) -> object: ...


@dataclass(slots=True, eq=False, repr=False)
class Printed:
    """What nodes do: the text they print, and the names that have other values afterwards."""

    text: str
    changed: dict[str, object]
    captures: dict[str, object]


class Parts:
    """The compiled parts of a template, each compiled when it is first run."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._values: dict[tuple[int, bool], tuple[nodes.Expression, _Part]] = {}
        self._functions: _Part | None = None
        self._bodies: dict[tuple[int, int, bool], tuple[nodes.Node, _Part]] = {}

    def value(self, node: nodes.Expression, raw: bool) -> _Part:
        """The function of an expression; `raw`: outputs are not escaped around it."""
        key = (id(node), raw)
        found = self._values.get(key)
        if found is None:

            def write(code: Statements) -> None:
                value = code.expressions.value(node)
                code.writer.line(f"return {value}", 0)

            found = self._values[key] = (node, self._compiled(write, raw))
        return found[1]

    def body(self, body: Sequence[nodes.Node], raw: bool) -> _Part:
        """The function of neighbouring nodes."""
        key = (id(body[0]), len(body), raw)
        found = self._bodies.get(key)
        if found is None:
            found = self._bodies[key] = (body[0], self._compiled(lambda code: code.body(body), raw))
        return found[1]

    def functions(self) -> _Part:
        """What makes the template's functions known."""
        if self._functions is None:

            def write(code: Statements) -> None:
                code.body(self._survey.definitions)
                for line, offset in code.registrations:
                    code.writer.line(line, offset)

            self._functions = self._compiled(write, raw=False)
        return self._functions

    def _compiled(self, write: Callable[[Statements], None], raw: bool) -> _Part:
        program = self._survey.program
        code = Statements(program.source, program.options, gathering=False, unknown_modifiers=program.unknown_modifiers)
        code.writer.line("def part(rt, f, o):", 0)
        with code.writer.indented(), code.unescaped() if raw else nullcontext():
            code.prologue()
            write(code)
        namespace: dict[str, object] = {f"m_{name}": MODIFIERS[name].function for name in code.modifiers_used}
        namespace.update({f"t_{name}": functions()[name] for name in code.tags_used})
        namespace.update(vocabulary())
        program.execute(code.finished()[0], namespace, "part ")
        part: _Part = namespace["part"]  # type: ignore[assignment]
        return part


class Evaluator:
    """Runs parts, and gives nothing where a render would have something to report of them."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def define(self, survey: Survey) -> None:
        """Make the functions of the template known."""
        if survey.definitions:
            survey.parts.functions()(self.runtime, Frame({}, survey.label), Output())

    def value(self, survey: Survey, node: nodes.Expression, known: Mapping[str, object], raw: bool) -> object:
        """The value of an expression all of whose reads are known, or OPEN."""
        frame = Frame(dict(known), str(known[TEMPLATE]))
        self._begin(known)
        try:
            value = survey.parts.value(node, raw)(self.runtime, frame, Output())
        except FAULTS:
            return OPEN
        return OPEN if self._noted() else value

    def shown(self, path: Path, known: Mapping[str, object], *, escaped: bool) -> str | None:
        """What the value of a path prints, or None."""
        runtime = self.runtime
        value = known[path.name]
        try:
            for key in path.keys:
                value = runtime.get(value, key)
            text = html_text(value) if escaped else to_text(value)
            runtime.charge(len(text))
        except FAULTS:
            return None
        return None if self._noted() else text

    def printed(
        self, survey: Survey, body: Sequence[nodes.Node], known: Mapping[str, object], raw: bool
    ) -> Printed | None:
        """What nodes do all of whose reads are known, or None."""
        frame = Frame(dict(known), str(known[TEMPLATE]))
        output = Output()
        captures = self._begin(known)
        try:
            survey.parts.body(body, raw)(self.runtime, frame, output)
            text = "".join(output)
            self.runtime.charge(len(text))
        except FAULTS:
            return None
        if self._noted():
            return None
        changed = {
            name: value for name, value in frame.variables.items() if name not in known or known[name] is not value
        }
        captured_now = {name: value for name, value in self.runtime.captures.items() if captures.get(name) is not value}
        return Printed(text, changed, captured_now)

    def _begin(self, known: Mapping[str, object]) -> dict[str, object]:
        runtime = self.runtime
        runtime.depth = 0
        captures = {name: value for key, value in known.items() if (name := captured(key)) is not None}
        runtime.captures = dict(captures)
        return captures

    def _noted(self) -> bool:
        runtime = self.runtime
        if not (runtime.undefined or runtime.notes or runtime.used or runtime.missing):
            return False
        runtime.undefined, runtime.notes, runtime.used, runtime.missing = {}, {}, {}, {}
        return True
