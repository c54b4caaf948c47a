"""The engine's handle: templates, compiled once, and their renders. It is given all that touches the world."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TypeAlias

from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.program import Program
from dovetail.engine.compiler.stored import Kept, key_of, loaded
from dovetail.engine.limits import Limits
from dovetail.engine.live import Root
from dovetail.engine.loaders import DictLoader, checked_name
from dovetail.engine.ports import Answer, Ask, Driver, Loader, Rendering, Store, T
from dovetail.engine.rendered import Rendered
from dovetail.engine.rounds import Finish, Snapshot, rendered, rendering
from dovetail.engine.schema import Schema
from dovetail.engine.series import Series, at_once
from dovetail.engine.setting import Setting
from dovetail.errors import (
    Diagnostic,
    DovetailError,
    LimitError,
    ProviderError,
    TemplateNotFound,
    TemplateSyntaxError,
    UsageError,
    ValueFault,
    did_you_mean,
)
from dovetail.source import Source, Span


class NoDriver:
    """The driver of an environment without integrations: nothing can be asked."""

    def run(self, rendering: Rendering[T]) -> T:
        """Drive a rendering that asks nothing."""
        try:
            next(rendering)
        except StopIteration as stop:
            result: T = stop.value
            return result
        raise UsageError("this environment has no integrations to ask")

    async def run_async(self, rendering: Rendering[T]) -> T:
        """As `run`."""
        return self.run(rendering)

    def begin(self, rendering: Rendering[T]) -> Callable[[], T]:
        """As `run`."""
        result = self.run(rendering)
        return lambda: result

    def new_run(self) -> None:
        """Nothing is counted."""

    def too_old_to_send(self, answers: Mapping[Ask, Answer | ProviderError]) -> Sequence[Ask]:
        """There are no answers."""
        return ()


@dataclass(slots=True)
class Engine:
    """Compiles and renders.

    `schemas` name the integrations by identifier; `driver` has their asks answered. `strict`: a variable
    that is not defined is an error. `output_filters` are applied to each result, in order. `timezone` and
    `language` are those in which dates are read and shown. `store` keeps compiled templates for other processes;
    templates with errors and text that is made at run time are not kept.
    """

    loader: Loader = field(default_factory=lambda: DictLoader({}))
    schemas: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    driver: Driver = field(default_factory=NoDriver)
    options: Options = Options()
    limits: Limits = Limits()
    strict: bool = False
    clock: Callable[[], float] = time.time
    output_filters: Sequence[Callable[[str], str]] = ()
    timezone: tzinfo = UTC
    language: str = "en"
    store: Store | None = None
    _programs: dict[tuple[str, frozenset[str]], tuple[str, _Compiled]] = field(
        default_factory=dict[tuple[str, frozenset[str]], "tuple[str, _Compiled]"]
    )

    def from_string(self, source: str, name: str = "template") -> Template:
        """A template from its text.

        Raises:
            TemplateSyntaxError: with all findings.
        """
        program, asks = self._compiled(Source(name, source))
        return Template(self, program, asks, self.setting(program))

    def get_template(self, name: str) -> Template:
        """A template from the loader.

        Raises:
            TemplateNotFound: there is none under that name, or the name leaves the store.
            TemplateSyntaxError: with all findings.
        """
        program, asks = self._named(name)
        return Template(self, program, asks, self.setting(program))

    def check(self, name: str) -> Sequence[Diagnostic]:
        """Everything that is to be said about a template, warnings included.

        Raises:
            TemplateNotFound: there is none under that name.
        """
        from dovetail.engine.analysis import analyse
        from dovetail.grammar.parse import parse_tolerant

        source = Source(name, self._load(name))
        tree, findings = parse_tolerant(source, self.options.delimiters)
        analysis = analyse(tree, self.options, self.schemas)
        known = set(self.loader.names())
        missing = [
            Diagnostic(
                "not-found",
                f"there is no template `{file}`",
                source,
                _find(source, file),
                did_you_mean(file, sorted(known)) or "check the name; names begin at the folder of the templates",
                "warning",
            )
            for file in analysis.includes
            if file.removeprefix("file:") not in known
        ]
        return sorted([*findings, *analysis.findings, *missing], key=lambda item: item.span)

    def program(self, name: str, functions: Collection[str] = ()) -> Program:
        """The compiled form of a template from the loader, or of `string:` and `eval:` text."""
        for resource in ("string:", "eval:"):
            if name.startswith(resource):
                return self.evaluated(name.removeprefix(resource))
        return self._named(name, frozenset(functions))[0]

    def evaluated(self, text: str) -> Program:
        """The compiled form of a text that a template made, for {eval} and `string:`.

        Raises:
            ValueFault: the environment does not allow it.
        """
        if not self.options.evaluate:
            raise ValueFault(
                "this environment renders no text as template ({eval}, string:)",
                "put the text into a template, or let the embedder allow it",
            )
        # It may be about a person, and few of such texts come twice: it is never stored.
        return self._compile(Source("string:", text), (), None)[0]

    def text(self, name: str) -> str:
        """The text of a file of the template store (configuration).

        Raises:
            TemplateNotFound: there is none under that name.
        """
        return self._load(name)

    def setting(self, program: Program) -> Setting:
        """What all renders of a template share."""
        roots = {name: Root(name, schema) for name, schema in self.schemas.items()}
        return Setting(
            program,
            roots,
            self.limits,
            self.program,
            self.evaluated,
            self.text,
            self.clock,
            strict=self.strict,
            output_filters=self.output_filters,
            timezone=self.timezone,
            language=self.language,
        )

    def _load(self, name: str) -> str:
        try:
            plain = checked_name(name)
            text = self.loader.load(plain)
        except ValueFault as fault:
            raise _not_found(name, fault.message, fault.help) from None
        if text is None:
            advice = did_you_mean(plain, list(self.loader.names()))
            raise _not_found(
                name, f"there is no template `{plain}`", advice or "check the name and the template folder"
            )
        return text

    def _named(self, name: str, functions: frozenset[str] = frozenset()) -> _Compiled:
        known = self._programs.get((name, functions))
        text = self._load(name)
        if known is not None and known[0] == text:
            return known[1]
        made = self._around(Source(name, text), functions) if functions else self._compiled(Source(name, text))
        self._programs[name, functions] = (text, made)
        return made

    def _around(self, source: Source, functions: frozenset[str]) -> _Compiled:
        """An included template, which may call the functions of those around it by their names."""
        kept = self._kept(source, functions)
        if kept is not None:
            return kept
        try:
            return self._named(source.name)
        except TemplateSyntaxError as error:
            if any(item.code != "unknown-tag" for item in error.diagnostics):
                raise
        return self._compile(source, functions, self.store)

    def _compiled(self, source: Source) -> _Compiled:
        kept = self._kept(source)
        return self._compile(source, (), self.store) if kept is None else kept

    def _kept(self, source: Source, functions: Collection[str] = ()) -> _Compiled | None:
        if self.store is None or len(source.text) > self.limits.source:
            return None
        kept = loaded(self.store, key_of(source, self.options, self.schemas, functions))
        if kept is None:
            return None
        return Program(source, None, self.options, kept.ignored, kept), tuple(kept.asks)

    def _compile(self, source: Source, functions: Collection[str], store: Store | None) -> _Compiled:
        if len(source.text) > self.limits.source:
            message = f"the template is longer than {self.limits.source:,} characters"
            advice = "move parts into templates of their own, and pictures to where they can be linked"
            raise LimitError([Diagnostic("limit", message, Source(source.name, ""), Span(0, 0), advice)])
        from dovetail.engine.analysis import analyse
        from dovetail.grammar.parse import parse_tolerant

        try:
            tree, findings = parse_tolerant(source, self.options.delimiters)
            analysis = analyse(tree, self.options, self.schemas, functions)
        except RecursionError:
            # The parser's bounds on nesting keep this away, unless the caller's own stack is almost full.
            message = "the parts of this template are nested too deeply"
            raise LimitError([Diagnostic("limit", message, source, Span(0, 1))]) from None
        errors = sorted([*findings, *analysis.errors], key=lambda item: item.span)
        if errors:
            raise TemplateSyntaxError(errors)
        asks, ignored = tuple(analysis.asks), frozenset(analysis.ignored)
        kept = None
        if store is not None:
            kept = Kept(store, key_of(source, self.options, self.schemas, functions), asks, ignored)
        return Program(source, tree, self.options, ignored, kept), asks


_Compiled: TypeAlias = tuple[Program, tuple[Ask, ...]]
"""A program and its certain asks."""


def _not_found(name: str, message: str, advice: str) -> TemplateNotFound:
    return TemplateNotFound([Diagnostic("not-found", message, Source(name, ""), Span(0, 0), advice)])


def _find(source: Source, text: str) -> Span:
    at = max(0, source.text.find(text))
    return Span(at, at + len(text))


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template. `shared` are the variables that it was specialised to, `plain` what it was before."""

    engine: Engine
    program: Program
    planned: tuple[Ask, ...]
    setting: Setting
    shared: Mapping[str, object] = field(default_factory=dict[str, object])
    plain: Template | None = None
    idle: list[Series] = field(default_factory=list[Series], init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name under which it was loaded."""
        return self.program.source.name

    def render(self, variables: Mapping[str, object] | None = None, /, **more: object) -> Rendered:
        """The text for one set of variables.

        Raises:
            RenderError: a step failed, or an integration could not answer; it names the place.
            LimitError: a sandbox limit was reached.
        """
        template, given = self.given({**(variables or {}), **more} if more else variables or {})
        made = None if template.planned else at_once(template.setting, template.idle, given)
        return self.engine.driver.run(template.one(given, tried=not template.planned)) if made is None else made

    async def render_async(self, variables: Mapping[str, object] | None = None, /, **more: object) -> Rendered:
        """As `render`, on the caller's event loop."""
        template, given = self.given({**(variables or {}), **more})
        return await self.engine.driver.run_async(template.one(given))

    def specialize(self, **shared: object) -> Template:
        """A template that has done what depends on these variables only, for many renders that share them.

        It prints what this one prints with `{**shared, **variables}`, with the same errors. The values of
        `shared` must not change while it is used.
        """
        from dovetail.engine.specialise import specialise

        plain = self.plain or self
        shared = {**self.shared, **shared}
        program = specialise(plain.program, shared, plain.setting)
        return Template(self.engine, program, self.planned, self.engine.setting(program), shared, plain)

    def given(self, variables: Mapping[str, object]) -> tuple[Template, Mapping[str, object]]:
        """The template that renders these variables, and the whole of its variables."""
        if not self.shared:
            return self, variables
        # Who brings another value for a shared name gets what he would get without specialisation.
        fitting = self if self.shared.keys().isdisjoint(variables) else self.plain or self
        return fitting, {**self.shared, **variables}

    def one(self, variables: Mapping[str, object], *, tried: bool = False) -> Rendering[Rendered]:
        """The rounds of one render, for a driver; `tried`: the quick form gave up already."""
        results = yield from rendering(self.setting, [variables], self.planned, Snapshot(), rendered, tried=tried)
        (result,) = results
        if isinstance(result, DovetailError):
            raise result
        return result

    def rendering(
        self, jobs: Sequence[Mapping[str, object]], snapshot: Snapshot, finish: Finish[T], *, encoded: bool = False
    ) -> Rendering[list[T | DovetailError]]:
        """The rounds of many renders that share a snapshot, for a driver; the jobs are whole (see `given`)."""
        return rendering(self.setting, jobs, self.planned, snapshot, finish, encoded=encoded)
