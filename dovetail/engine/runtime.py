"""What compiled templates call while they run: look-ups, live data, loops, limits. No I/O.

One `Runtime` serves one render. In a *gathering* run it skips statements whose data is not there and
collects what they asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from dovetail.engine.constructs import date_member
from dovetail.engine.frames import ABSENT, PENDING, Body, Frame, LimitReached, Missing, Output
from dovetail.engine.live import Keyed, Listing, Root
from dovetail.engine.loaders import relative_name
from dovetail.engine.loops import Loop, SectionLoop, section
from dovetail.engine.ports import Answer, Ask, Record
from dovetail.engine.reuse import Inheritance
from dovetail.engine.spending import Spending
from dovetail.engine.values import (
    cast_array,
    count,
    decrement,
    entries,
    increment,
    is_iterable,
    item,
    php_key,
    to_int,
    to_text,
    truth,
)
from dovetail.errors import ProviderError, ValueFault

if TYPE_CHECKING:
    from dovetail.engine.compiler.program import Program
    from dovetail.engine.setting import Setting


Programs = dict[tuple[str, frozenset[str]], "Program"]
"""The included templates of one call: each is looked up once, and so is the same in all its renders."""


class Runtime(Spending):
    """Everything a render knows. `answers` may be shared by the renders of a mailing; it is only read.

    `gathering`: statements that must wait are skipped. `quick`: quick forms are run; whatever they raise means
    that the plain form has to render. `encoded`: the output is UTF-8.
    """

    __slots__ = (
        "answers",
        "captures",
        "depth",
        "encoded",
        "functions",
        "gathering",
        "inheritance",
        "missing",
        "notes",
        "now",
        "programs",
        "quick",
        "setting",
        "skips",
        "state",
        "undefined",
        "used",
    )

    def __init__(
        self,
        setting: Setting,
        answers: Mapping[Ask, Answer | ProviderError],
        now: float,
        begun: float,
        programs: Programs,
        *,
        gathering: bool = False,
        quick: bool = False,
        encoded: bool = False,
    ) -> None:
        super().__init__(setting.limits, begun)
        self.setting = setting
        self.answers = answers
        self.now = now
        self.programs = programs
        self.gathering = gathering
        self.quick = quick
        self.encoded = encoded
        self.missing: dict[Ask, None] = {}
        self.used: dict[Ask, None] = {}
        self.undefined: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.captures: dict[str, object] = {}
        self.functions: dict[str, Body] = {}
        self.state: dict[str, object] = {}
        self.inheritance = Inheritance()
        self.depth = 0
        self.skips = 0

    def renew(self) -> None:
        """Be ready for another render, after one that went through; `begun` is still to be set."""
        self.steps = self.made_so_far = self.characters = self.next_look = 0
        if self.used:
            self.used.clear()
        if self.undefined:
            self.undefined.clear()
        if self.notes:
            self.notes.clear()
        if self.captures:
            self.captures.clear()
        if self.functions:
            self.functions.clear()
        if self.state:
            self.state.clear()
        if self.inheritance.level:
            self.inheritance = Inheritance()

    @property
    def timezone(self) -> tzinfo:
        """The zone in which dates are read and shown."""
        return self.setting.timezone

    @property
    def language(self) -> str:
        """The language of day and month names."""
        return self.setting.language

    def program(self, name: str, functions: Collection[str]) -> Program:
        """An included template.

        Raises:
            TemplateNotFound: there is none under that name.
            TemplateSyntaxError: with all findings.
        """
        key = (name, frozenset(functions))
        found = self.programs.get(key)
        if found is None:
            found = self.programs[key] = self.setting.load(name, functions)
        return found

    # --- look-ups

    def get(self, base: object, key: object) -> object:
        """An element of anything that has elements; null where there is none.

        Raises:
            ValueFault: a name as index into text (PHP's TypeError).
            Missing: the element is live and not answered yet.
        """
        value: object
        kind = type(base)
        if kind is dict:
            elements: dict[object, object] = base  # type: ignore[assignment]  # `kind` is the check
            value = elements.get(key, ABSENT) if type(key) is str or type(key) is int else ABSENT
            if value is ABSENT:
                value = item(elements, key)
        elif isinstance(base, Record):
            value = self._field(base, key)
        elif isinstance(base, Keyed):
            if key is None or key == "":
                return None
            return self.answer(base.ask(key if isinstance(key, str) else php_key(key)))
        elif isinstance(base, Root):
            value = base.member(key if type(key) is str else to_text(key))
            if value is None:
                self.undefined[f"{base.identifier}.{to_text(key)}"] = None
        elif isinstance(base, Listing):
            return self.get(self.records(base), key)
        elif isinstance(base, datetime):
            value = date_member(base, to_text(key))
        else:
            value = item(base, key)
        return self.answer(value) if type(value) is Ask else value

    def member(self, base: object, key: object) -> object:
        """`$base->key`: as `get`, but null for what has no members (PHP warns and gives null)."""
        return None if isinstance(base, str) else self.get(base, key)

    def quiet(self, base: object, key: object) -> object:
        """As `get`, for `??`, isset, empty and |default: what cannot be read is null."""
        try:
            return self.get(base, key)
        except ValueFault:
            return None

    def _field(self, record: Record, key: object) -> object:
        name = key if type(key) is str else to_text(key)
        value = record.fields.get(name, ABSENT)
        if value is ABSENT:
            self.undefined[f"{record.collection}.{name}"] = None
            return None
        return value

    def answer(self, ask: Ask) -> object:
        """The value of an ask.

        Raises:
            Missing: it is not answered yet; it is noted.
            ProviderError: the integration could not answer, and its policy is to fail.
        """
        found = self.answers.get(ask)
        if found is None:
            self.missing[ask] = None
            if len(self.missing) > self.limits.asks:
                raise LimitReached(f"the template asks for more than {self.limits.asks} things at once")
            raise Missing(ask)
        if isinstance(found, ProviderError):
            raise found
        self.used[ask] = None
        return found.value

    def records(self, listing: Listing) -> object:
        """The records of a live list."""
        return self.answer(listing.ask())

    def settle(self, value: object) -> object:
        """A value that ordinary code can work with: a live list becomes its records."""
        if isinstance(value, Listing):
            return self.records(value)
        return self.answer(value) if type(value) is Ask else value

    def variable(self, variables: Mapping[str, object], name: str) -> object:
        """A variable that is not among the known ones, or is pending."""
        value = variables.get(name, ABSENT)
        if value is PENDING:
            raise Missing(name)
        if value is not ABSENT:
            return value
        self.undefined[name] = None
        if self.setting.strict:
            raise ValueFault(f"the variable `${name}` is not defined", "give it a value, or use |default")
        return None

    # --- loops and output

    def elements(self, value: object) -> list[object]:
        """What `{foreach}` goes over, without keys."""
        value = self.settle(value)
        if type(value) is list:
            found: list[object] = value  # pyright: ignore[reportUnknownVariableType]
        else:
            found = [element for _, element in entries(cast_array(value))]
        self.step(len(found))
        if Ask in map(type, found):
            return self._settled(found)
        return found

    def pairs(self, value: object) -> list[tuple[object, object]]:
        """What `{foreach}` goes over, with keys."""
        found = entries(cast_array(self.settle(value)))
        self.step(len(found))
        if any(type(element) is Ask for _, element in found):
            settled = self._settled([element for _, element in found])
            return [(key, element) for (key, _), element in zip(found, settled, strict=True)]
        return [(key, element) for key, element in found]

    def _settled(self, found: list[object]) -> list[object]:
        # All asks of a list are noted before the first missing one ends the statement.
        before = len(self.missing)
        settled: list[object] = []
        for element in found:
            try:
                settled.append(self.settle(element))
            except Missing:
                continue
        if len(self.missing) > before or len(settled) < len(found):
            raise Missing
        return settled

    def skip(self, reason: Exception) -> None:
        """A statement was left out of a gathering run."""
        self.skips += 1

    def enter(self) -> None:
        """Go one include or call deeper.

        Raises:
            LimitReached: too deep; most often a template that includes itself.
        """
        self.step()
        self.depth += 1
        if self.depth > self.limits.depth:
            raise LimitReached(
                f"includes or calls are nested more than {self.limits.depth} deep",
                "does a template include itself, or a function call itself without an end?",
            )

    def leave(self) -> None:
        """Come back from an include or call."""
        self.depth -= 1

    def include(
        self,
        name: object,
        frame: Frame,
        given: dict[str, object],
        output: Output,
        *,
        shared: bool = False,
        chained: bool = False,
    ) -> None:
        """Run another template with a copy of the variables.

        `shared`: with the very same ones. `chained`: it is the parent of the running one, and goes on with
        its blocks.
        """
        program = self.program(relative_name(to_text(name), frame.name), self.functions)
        variables = frame.variables if shared else dict(frame.variables)
        variables.update(given)
        inheritance = self.inheritance
        self.enter()
        label = program.source.name
        # Smarty names an included template with its resource, a parent of the inheritance without.
        label = label if chained or ":" in label else f"file:{label}"
        program.run(self, Frame(variables, label, frame), output)
        self.written(output)
        self.leave()
        if not chained:
            self.inheritance = inheritance

    def assign(self, frame: Frame, name: str, value: object, scope: str) -> None:
        """Set a variable in another scope than the own one."""
        if scope == "parent":
            for target in (frame, frame.parent or frame):
                target.variables[name] = value
        elif scope in {"root", "tpl_root"}:
            frame.root().variables[name] = value
        elif scope in {"global", "smarty"}:
            above: Frame | None = frame
            while above is not None:
                above.variables[name] = value
                above = above.parent
        else:
            frame.variables[name] = value

    def loop_property(self, variables: Mapping[str, object], name: str, prop: str) -> object:
        """`$name@prop`."""
        loop = variables.get("@" + name)
        return loop.read(prop) if isinstance(loop, Loop | SectionLoop) else None

    def plan_section(self, loop: object, start: object, step: object, most: object, show: object) -> SectionLoop:
        """The state of a `{section}` before its first round."""
        loop = self.settle(loop)
        size = count(loop) if is_iterable(loop) else max(0, to_int(loop))
        return section(
            size,
            None if start is None else to_int(start),
            1 if step is None else to_int(step),
            None if most is None else to_int(most),
            show is None or truth(show),
        )

    # --- what single constructs need

    def quiet_variable(self, variables: Mapping[str, object], name: str) -> object:
        """As `variable`, without a note when it is not there."""
        value = variables.get(name)
        if value is PENDING:
            raise Missing(name)
        return value

    def capture(self, name: str) -> object:
        """`$smarty.capture.name`."""
        value = self.captures.get(name)
        if value is PENDING:
            raise Missing(name)
        return value

    def whole(self, content: object) -> object:
        """The content of a block, in a gathering run.

        Raises:
            Missing: a part of it is not there yet.
        """
        if content is PENDING:
            raise Missing
        return content

    def named_loop(self, variables: Mapping[str, object], kind: str, name: str, prop: str) -> object:
        """`$smarty.foreach.name.index` and its kin."""
        return self.loop_property(variables, f"{kind}.{name}", prop)

    def section(self, variables: Mapping[str, object], name: str, prop: str) -> object:
        """`$list[name]`: the running index of a `{section}`, or null outside one."""
        return self.loop_property(variables, f"section.{name}", prop)

    def set(self, variables: dict[str, object], name: str, value: object) -> object:
        """An assignment as a value."""
        variables[name] = value
        return value

    def increment(self, variables: dict[str, object], name: str, by: int, prefix: bool) -> object:
        """`$i++` (gives the old value) and `++$i` (the new one); what is not defined stays so."""
        old = self.quiet_variable(variables, name)
        if name not in variables:
            return None
        variables[name] = new = increment(old) if by > 0 else decrement(old)
        return new if prefix else old
