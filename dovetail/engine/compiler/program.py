"""A compiled template: its generated source, its functions, and the way back from a line to a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, ClassVar

from dovetail.engine import values
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.compiler.quick.vocabulary import Unexpected
from dovetail.engine.compiler.stored import Details, Form, Kept
from dovetail.engine.compiler.texts import Generated
from dovetail.engine.constructs import array, html_text, matches
from dovetail.engine.frames import ABSENT, PENDING, Body, Frame, LimitReached, Missing, Output
from dovetail.engine.loops import Loop, counted_rounds
from dovetail.engine.native import escape_html
from dovetail.engine.reuse import (
    begin_template,
    block,
    call_function,
    child_text,
    config,
    end_child,
    evaluate,
    load_config,
    parent_text,
)
from dovetail.engine.runtime import Runtime
from dovetail.errors import (
    Diagnostic,
    LimitError,
    ProviderError,
    RenderError,
    TemplateError,
    TemplateNotFound,
    ValueFault,
)
from dovetail.source import Source, Span

if TYPE_CHECKING:
    from dovetail.engine.compiler.quick.paths import Path
    from dovetail.engine.compiler.statements import Statements
    from dovetail.grammar import nodes

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class _Module:
    form: Form
    body: Body


@dataclass(slots=True)
class Program:
    """A template that can run. Its forms are made when they are first needed.

    `parsed` is None for a template whose forms come from a store; it is read when something is not there. `kept` are
    the forms in the store.
    """

    passing: ClassVar[bool] = False
    """Whether it is made for one mailing only: its texts need not stand in the generated source."""

    source: Source
    parsed: nodes.Tree | None
    options: Options
    unknown_modifiers: frozenset[str] = frozenset()
    kept: Kept | None = None
    quick: QuickForm = field(init=False)
    encoded: QuickForm = field(init=False)
    _modules: dict[bool, _Module] = field(default_factory=dict[bool, _Module])

    def __post_init__(self) -> None:
        self.quick, self.encoded = QuickForm(self), QuickForm(self, encoded=True)

    @property
    def tree(self) -> nodes.Tree:
        """The template as a tree."""
        if self.parsed is None:
            from dovetail.grammar.parse import parse

            self.parsed = parse(self.source, self.options.delimiters)
        return self.parsed

    def text(self, *, gathering: bool = False) -> str:
        """The generated Python source."""
        return self._module(gathering).form.details().text

    def quick_form(self, *, encoded: bool) -> QuickForm:
        """The quick form for text, or for UTF-8."""
        return self.encoded if encoded else self.quick

    def prepare(self) -> None:
        """Generate the code that a first render needs."""
        if self.quick.body() is None:
            self._module(False)

    def run(self, runtime: Runtime, frame: Frame, output: Output) -> None:
        """Write the template's output.

        Raises:
            Missing: an ask is not answered (never when the runtime is gathering).
            TemplateError: a step failed; it names the place.
            Exception: any, when `runtime.quick` is set: the plain form has to render.
        """
        if runtime.quick:
            body = self.quick_form(encoded=runtime.encoded).body()
            if body is not None:
                body(runtime, frame, output)
                return
            if runtime.encoded:
                raise Unexpected
        module = self._module(runtime.gathering)
        try:
            module.body(runtime, frame, output)
        except (ValueFault, ProviderError, LimitReached) as error:
            raise self._located(module, error, error.message, error.help) from error
        except TemplateNotFound as error:
            if error.diagnostic.source.text:
                raise
            # Nothing can be shown of a template that is not there: show the tag that asked for it.
            missing = error.diagnostic
            raise self._located(module, error, missing.message, missing.help) from None
        except RecursionError as error:
            message = "the template calls or includes itself too deeply"
            raise self._located(
                module, LimitReached(message).with_traceback(error.__traceback__), message, ""
            ) from None

    def _located(self, module: _Module, error: Exception, message: str, advice: str) -> TemplateError:
        line = module.form.line(error.__traceback__)
        offset = module.form.details().offsets[max(line, 1) - 1]
        close = self.source.text.find(self.options.delimiters.right, offset)
        span = Span(offset, close + len(self.options.delimiters.right) if close >= 0 else offset + 1)
        match error:
            case LimitReached():
                return LimitError([Diagnostic("limit", message, self.source, span, advice)])
            case TemplateNotFound():
                return TemplateNotFound([Diagnostic("not-found", message, self.source, span, advice)])
            case ProviderError():
                return RenderError([Diagnostic("provider", message, self.source, span, advice)])
            case _:
                return RenderError([Diagnostic("value", message, self.source, span, advice)])

    def _module(self, gathering: bool) -> _Module:
        found = self._modules.get(gathering)
        if found is None:
            found = self._modules[gathering] = self._compile(gathering)
        return found

    def _compile(self, gathering: bool) -> _Module:
        try:
            return self._built(gathering)
        except (RecursionError, MemoryError, SyntaxError) as error:
            if isinstance(error, SyntaxError) and "too many" not in str(error):
                raise
            # The parser's bounds on nesting keep this away, but Python's own bounds differ by version.
            message = "the parts of this template are nested too deeply"
            advice = "put inner parts into templates of their own, and {include} them"
            raise LimitError([Diagnostic("limit", message, self.source, Span(0, 1), advice)]) from error

    def _built(self, gathering: bool) -> _Module:
        name = "gathering" if gathering else "plain"
        form = self.kept.forms.get(name) if self.kept is not None else None
        if form is None:
            from dovetail.engine.compiler.statements import Statements

            code = Statements(self.source, self.options, gathering=gathering, unknown_modifiers=self.unknown_modifiers)
            code.template("body", self.tree)
            text, offsets = code.finished()
            form = self.form(code, Details(Generated(text), offsets), name)
            self.keep(name, form)
        return _Module(form, self.body(form, vocabulary()))

    def form(self, code: Statements, details: Details, name: str, doubts: frozenset[Path] = frozenset()) -> Form:
        """A generated form, compiled by Python.

        Raises:
            SyntaxError, RecursionError, MemoryError: it is nested more deeply than Python allows.
        """
        compiled = details.generated.compiled(self._filename(name))
        from dovetail.engine.modifiers import registry
        from dovetail.engine.tags import functions

        modifiers = {name: registry.functions()[name].__module__ for name in sorted(code.modifiers_used)}
        tags = {name: functions.functions()[name].__module__ for name in sorted(code.tags_used)}
        return Form(compiled, modifiers, tags, details, doubts, code.held)

    def keep(self, name: str, form: Form | None) -> None:
        """Keep a form for other processes, where there is a store; None: there is none by that name."""
        if self.kept is not None:
            self.kept.keep(name, form)

    def body(self, form: Form, names: Mapping[str, object]) -> Body:
        """The function that a form defines, which knows these names and the functions that it uses."""
        namespace: dict[str, object] = {**names, **form.functions(), **form.held}
        exec(form.code, namespace)  # noqa: S102  # our own text; no part of a template but literals
        form.show()
        body: Body = namespace["body"]  # type: ignore[assignment]
        return body

    def execute(self, text: str, namespace: dict[str, object], form: str = "") -> None:
        """Run generated source of a part of the template, which fills the namespace."""
        code = compile(text, self._filename(form), "exec")
        exec(code, namespace)  # noqa: S102  # as in `body`
        Form(code, {}, {}, Details(Generated(text), ())).show()

    def _filename(self, form: str) -> str:
        label = self.kept.label if self.kept is not None else next(_numbers)
        # A name that ends in > counts as one without lines to show.
        return f"<dovetail {self.source.name}> {form}#{label}"


@cache
def vocabulary() -> Mapping[str, object]:
    """The names that generated code may use, and no others."""
    names = {name: getattr(values, name) for name in values.__all__}
    return {
        "__builtins__": {"bool": bool, "int": int, "float": float, "frozenset": frozenset, "len": len, "range": range},
        **names,
        "ABSENT": ABSENT,
        "PENDING": PENDING,
        "SKIPPED": (Missing, ValueFault, ProviderError, RenderError),
        "Loop": Loop,
        "counted_rounds": counted_rounds,
        "Output": Output,
        "dict": dict,
        "escape_html": escape_html,
        "html_text": html_text,
        "type": type,
        "matches": matches,
        "array": array,
        "begin_template": begin_template,
        "block": block,
        "call_function": call_function,
        "child_text": child_text,
        "config": config,
        "end_child": end_child,
        "evaluate": evaluate,
        "load_config": load_config,
        "parent_text": parent_text,
    }
