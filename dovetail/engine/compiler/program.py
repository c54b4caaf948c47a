"""A compiled template: its generated source, its functions, and the way back from a line to a place."""

from __future__ import annotations

import linecache
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from types import TracebackType

from dovetail.engine import values
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.compiler.quick.vocabulary import Unexpected
from dovetail.engine.compiler.statements import Statements
from dovetail.engine.constructs import array, html_text, matches
from dovetail.engine.frames import ABSENT, PENDING, Body, Frame, LimitReached, Missing, Output
from dovetail.engine.loops import Loop
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.modifiers.escape import escape_html
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
from dovetail.engine.tags.functions import functions
from dovetail.errors import (
    Diagnostic,
    LimitError,
    ProviderError,
    RenderError,
    TemplateError,
    TemplateNotFound,
    ValueFault,
)
from dovetail.grammar import nodes
from dovetail.source import Source, Span

_numbers = count(1)
_MOST_SHOWN = 500
_shown: deque[str] = deque()


@dataclass(slots=True)
class _Module:
    filename: str
    text: str
    offsets: list[int]
    body: Body


@dataclass(slots=True)
class Program:
    """A template that can run. The gathering form is made when it is first needed."""

    source: Source
    tree: nodes.Tree
    options: Options
    unknown_modifiers: frozenset[str] = frozenset()
    quick: QuickForm = field(init=False)
    encoded: QuickForm = field(init=False)
    _modules: dict[bool, _Module] = field(default_factory=dict[bool, _Module])

    def __post_init__(self) -> None:
        self.quick, self.encoded = QuickForm(self), QuickForm(self, encoded=True)

    def text(self, *, gathering: bool = False) -> str:
        """The generated Python source."""
        return self._module(gathering).text

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
            form = self.encoded if runtime.encoded else self.quick
            body = form.body()
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
        offset = module.offsets[_line(error.__traceback__, module.filename) - 1]
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
        code = Statements(self.source, self.options, gathering=gathering, unknown_modifiers=self.unknown_modifiers)
        code.template("body", self.tree)
        text, offsets = code.finished()
        namespace: dict[str, object] = {f"m_{name}": MODIFIERS[name].function for name in code.modifiers_used}
        namespace.update({f"t_{name}": functions()[name] for name in code.tags_used})
        namespace.update(vocabulary())
        namespace.update(code.held)
        filename = self.execute(text, namespace)
        body: Body = namespace["body"]  # type: ignore[assignment]
        return _Module(filename, text, offsets, body)

    def execute(self, text: str, namespace: dict[str, object], form: str = "") -> str:
        """Run generated source, which fills the namespace; gives the name under which tracebacks show it."""
        filename = f"<dovetail {self.source.name} {form}#{next(_numbers)}>"
        exec(compile(text, filename, "exec"), namespace)  # noqa: S102  # our own text; no part of a template but literals
        # Tracebacks of bugs show the generated line; of the latest programs, since the cache forgets nothing itself.
        while len(_shown) >= _MOST_SHOWN:
            linecache.cache.pop(_shown.popleft(), None)
        _shown.append(filename)
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        return filename


def _line(traceback: TracebackType | None, filename: str) -> int:
    line = 1
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


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
