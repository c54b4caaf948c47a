"""The quick form of a template: generated when first used, and better informed each time it had to give up.

The quick form expects that variables are there and that what has fields is a plain dictionary. It writes no
error messages and notes nothing: whenever something else comes, it raises, its output is thrown away, and the
plain form renders from the beginning. It can give up anywhere, since a render has no effect but its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dovetail.engine.compiler.quick.vocabulary import Unexpected, quick_vocabulary
from dovetail.engine.compiler.stored import Details, Form
from dovetail.engine.compiler.texts import Generated
from dovetail.engine.frames import Body

if TYPE_CHECKING:
    from dovetail.engine.compiler.program import Program
    from dovetail.engine.compiler.quick.paths import Path
    from dovetail.engine.compiler.quick.survey import Survey

_PATIENCE = 3
"""How often a form gives up before it is written anew; twice as often each time after that."""

_MOST_FORMS = 7


@dataclass(frozen=True, slots=True)
class _Module:
    form: Form
    body: Body


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
    _learnt: set[Path] = field(default_factory=set["Path"])

    def body(self) -> Body | None:
        """The function to call, or None where only the plain form is of use."""
        if self._module is None and not self._off:
            self._generate()
        return self._module.body if self._module is not None else None

    def text(self) -> str:
        """The generated Python source; empty where there is none."""
        self.body()
        return self._module.form.details().text if self._module is not None else ""

    def failed(self, error: Exception) -> None:
        """Learn from a run that gave up: this form, or that of an included template which gave up first."""
        responsible = self
        traceback = error.__traceback__
        while traceback is not None:
            form = traceback.tb_frame.f_globals.get("FORM")
            responsible = form if isinstance(form, QuickForm) else responsible
            traceback = traceback.tb_next
        responsible._learn(error)

    def _learn(self, error: Exception) -> None:
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
        details = module.form.details()
        if isinstance(error, Unexpected) and error.args:
            return {details.causes[error.args[0]]}
        if isinstance(error, KeyError) and error.args:
            from dovetail.engine.compiler.quick.paths import gap

            return {gap(path) for path in details.paths if path[-1] == error.args[0]}
        line = module.form.line(error.__traceback__)
        if isinstance(error, TypeError | Unexpected) and line:
            found = details.printed_at.get(details.offsets[line - 1], ())
            return {path for path in found if len(path) > 1} or set(found)
        return set()

    def _generate(self) -> None:
        kept, name = self.program.kept, "encoded" if self.encoded else "quick"
        if kept is not None and name in kept.forms:
            form = kept.forms[name]
            if form is None:
                self._off = True
                return
            # Another process may have learnt more than this one, but not less than what it gave up on.
            if self.doubts <= form.doubts:
                self.doubts = form.doubts
                self._module = _Module(form, self.program.body(form, {**quick_vocabulary(), "FORM": self}))
                return
        try:
            form = self._form(name)
        except RecursionError:
            # The caller's own stack is almost full: that says nothing about the template.
            self._off = True
            return
        self._off = form is None
        self.program.keep(name, form)
        if form is not None:
            self._module = _Module(form, self.program.body(form, {**quick_vocabulary(), "FORM": self}))

    def _form(self, name: str) -> Form | None:
        from dovetail.engine.compiler.quick.statements import QuickStatements
        from dovetail.engine.compiler.quick.survey import NotQuick, survey

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
                passing=program.passing,
                unknown_modifiers=program.unknown_modifiers,
            )
            code.template("body", program.tree)
            text, offsets = code.finished()
            generated = Generated(text, code.runs.texts.texts)
            details = Details(generated, offsets, list(code.causes), code.paths, code.printed_at)
            return program.form(code, details, name, self.doubts)
        except (NotQuick, SyntaxError, MemoryError):
            # Python's bounds on nesting are among the reasons; the plain form keeps them by other means.
            return None
