"""The quick form of a template: generated when first used, and better informed each time it had to give up.

The quick form expects that variables are there and that what has fields is a plain dictionary. It writes no
error messages and notes nothing: whenever something else comes, it raises, its output is thrown away, and the
plain form renders from the beginning. It can give up anywhere, since a render has no effect but its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dovetail.engine.compiler.quick.statements import QuickStatements
from dovetail.engine.compiler.quick.survey import NotQuick, Path, Survey, gap, survey
from dovetail.engine.compiler.quick.vocabulary import Unexpected, quick_vocabulary
from dovetail.engine.frames import Body
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.tags.functions import functions

if TYPE_CHECKING:
    from types import TracebackType

    from dovetail.engine.compiler.program import Program

_PATIENCE = 3
"""How often a form gives up before it is written anew; twice as often each time after that."""

_MOST_FORMS = 7


@dataclass(slots=True)
class _Module:
    filename: str
    text: str
    offsets: list[int]
    body: Body
    code: QuickStatements


@dataclass(slots=True)
class QuickForm:
    """The quick form of one program, for text or (`encoded`) for UTF-8."""

    program: Program
    encoded: bool = False
    doubts: frozenset[Path] = frozenset()
    _found: Survey | None = None
    _module: _Module | None = None
    _failures: int = 0
    _forms: int = 0
    _off: bool = False
    _learnt: set[Path] = field(default_factory=set[Path])

    def body(self) -> Body | None:
        """The function to call, or None where only the plain form is of use."""
        if self._module is None and not self._off:
            self._generate()
        return self._module.body if self._module is not None else None

    def text(self) -> str:
        """The generated Python source; empty where there is none."""
        self.body()
        return self._module.text if self._module is not None else ""

    def failed(self, error: Exception) -> None:
        """Learn from a run that gave up."""
        self._failures += 1
        module = self._module
        if module is None:
            return
        self._learnt |= self._reasons(module, error)
        if self._failures < _PATIENCE << self._forms:
            return
        self._forms += 1
        if self._learnt <= self.doubts or self._forms > _MOST_FORMS:
            # Nothing to do differently: rendering twice each time is the worst of both.
            self._off, self._module = True, None
            return
        self.doubts |= self._learnt
        self._failures = 0
        self._module = None

    def _reasons(self, module: _Module, error: Exception) -> set[Path]:
        code = module.code
        if isinstance(error, Unexpected) and error.args:
            return {code.causes[error.args[0]]}
        if isinstance(error, KeyError) and error.args:
            return {gap(path) for path in code.paths if path[-1] == error.args[0]}
        line = _line(error.__traceback__, module.filename)
        if isinstance(error, TypeError | Unexpected) and line:
            found = code.printed_at.get(module.offsets[line - 1], set())
            return {path for path in found if len(path) > 1} or set(found)
        return set()

    def _generate(self) -> None:
        program = self.program
        try:
            if self._found is None:
                self._found = survey(program.tree.nodes)
            code = QuickStatements(
                program.source,
                program.options,
                self._found,
                self.doubts,
                encoded=self.encoded,
                unknown_modifiers=program.unknown_modifiers,
            )
            code.template("body", program.tree)
        except (NotQuick, RecursionError):
            self._off = True
            return
        text, offsets = code.finished()
        namespace: dict[str, object] = {f"m_{name}": MODIFIERS[name].function for name in code.modifiers_used}
        namespace.update({f"t_{name}": functions()[name] for name in code.tags_used})
        namespace.update(quick_vocabulary())
        namespace.update(code.held)
        try:
            filename = program.execute(text, namespace, "quick")
        except (SyntaxError, RecursionError, MemoryError):
            # Python's bounds on nesting, which the plain form keeps by other means.
            self._off = True
            return
        body: Body = namespace["body"]  # type: ignore[assignment]
        self._module = _Module(filename, text, offsets, body, code)


def _line(traceback: TracebackType | None, filename: str) -> int:
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
