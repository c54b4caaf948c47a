"""What can go wrong, as values with a place, and the one tree of exceptions.

::

    DovetailError
    ├── TemplateError            the designer can act: carries one or more diagnostics
    │   ├── TemplateSyntaxError  the text is not a template
    │   ├── TemplateNotFound     no template under that name, or a name that leaves its folder
    │   ├── RenderError          a value or a step failed while rendering
    │   └── LimitError           a sandbox limit was reached
    ├── ValueFault               a PHP value rule was broken (inside the engine; becomes a RenderError)
    ├── SettingsError            the operator can act: dovetail.toml, credentials, recipients
    ├── ProviderError            an integration could not answer; says whether a retry may help
    │   ├── UnreachableError     no answer: refused, timed out, dropped, 5xx, 429
    │   ├── AccessError          credentials or permission refused
    │   └── OddAnswerError       an answer that is not what the API promises
    └── UsageError               the embedder called something wrongly
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NamedTuple

from dovetail.source import Source, Span

Severity = Literal["error", "warning", "info"]


class Fix(NamedTuple):
    """A change that mends a finding: the text of `span` becomes `text`; `title` says so to the designer."""

    span: Span
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable `code`, one sentence, the place, and one act that would mend it.

    `fixes` are changes that an editor can offer.
    """

    code: str
    message: str
    source: Source
    span: Span
    help: str = ""
    severity: Severity = "error"
    fixes: tuple[Fix, ...] = ()

    def headline(self) -> str:
        """``file:line:column: error: message [code]``, the form that editors and CI logs make clickable."""
        place = self.source.place(self.span.start)
        return f"{self.source.name}:{place.line}:{place.column}: {self.severity}: {self.message} [{self.code}]"

    def render(self) -> str:
        """The headline, the line of the template with a caret under the place, and the help."""
        if not self.source.text:
            # Nothing can be shown of a template that is empty or not there.
            return self.headline() + (f"\n  = help: {self.help}" if self.help else "")
        place = self.source.place(self.span.start)
        line = self.source.line(place.line)
        # A mail may hold a line of many kilobytes: show the part around the place.
        cut = max(0, place.column - 61)
        shown = line[cut : cut + 120].replace("\t", " ")
        width = max(1, min(self.span.end - self.span.start, len(shown) - (place.column - 1 - cut)))
        gutter = len(str(place.line))
        lines = [
            self.headline(),
            f"{' ' * gutter} |",
            f"{place.line} | {shown}",
            f"{' ' * gutter} | {' ' * (place.column - 1 - cut)}{'^' * width}",
        ]
        if self.help:
            lines.append(f"{' ' * gutter} = help: {self.help}")
        return "\n".join(lines)


class DovetailError(Exception):
    """The root: everything that Dovetail raises on purpose."""


class TemplateError(DovetailError):
    """Something in a template that its designer can mend."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n\n".join(item.render() for item in self.diagnostics))

    @property
    def diagnostic(self) -> Diagnostic:
        """The first finding."""
        return self.diagnostics[0]


class TemplateSyntaxError(TemplateError):
    """The text is not a template: every finding of the parse is carried."""


class TemplateNotFound(TemplateError):
    """A template name that the loader does not have."""


class RenderError(TemplateError):
    """A value or a step failed while the template was rendered."""


class LimitError(RenderError):
    """A sandbox limit was reached: steps, output, nesting, time of a regular expression."""


class ValueFault(DovetailError):
    """A rule of PHP's values was broken, such as adding text to a number.

    Raised by value functions and modifiers, which do not know where they stand in a template; the
    engine gives it a place and raises a `RenderError`.
    """

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002  # the word of Diagnostic
        super().__init__(message)
        self.message = message
        self.help = help


class SettingsError(DovetailError):
    """A setting, credential or input file that the operator can mend."""


class ProviderError(DovetailError):
    """An integration could not answer.

    `identifier` names it, `retryable` says whether the same question may be answered later.
    """

    def __init__(self, message: str, *, identifier: str = "", help: str = "", retryable: bool = False) -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.identifier = identifier
        self.help = help
        self.retryable = retryable


class UnreachableError(ProviderError):
    """No usable answer: refused, timed out, dropped, overloaded."""


class AccessError(ProviderError):
    """The credentials are refused, or a permission is missing."""


class OddAnswerError(ProviderError):
    """An answer that is not what the API promises: HTML, a cut body, another type."""


class UsageError(DovetailError):
    """A wrong call of the library or the command line."""


def place_of(error: BaseException, most: int = 1) -> str:
    """An exception's kind, and where in the code it was raised: `KeyError at cart.py:12`.

    For logs: its text may be somebody's data. `most`: how many places on the way there are named.
    """
    places, trace = list[str](), error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    at = f" at {' < '.join(reversed(places[-most:]))}" if places else ""
    return f"{type(error).__name__}{at}"


def did_you_mean(word: str, known: Sequence[str], cutoff: float = 0.6) -> str:
    """A help sentence with the nearest known name, or '' when none is near; `cutoff`: how near, 1 is the same."""
    near = get_close_matches(word, known, n=1, cutoff=cutoff) or [
        name for name in known if name.lower() == word.lower()
    ]
    return f"did you mean `{near[0]}`?" if near else ""
