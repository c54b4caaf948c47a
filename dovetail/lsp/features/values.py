"""What something in a template prints for the chosen recipient: by the engine itself, from what is known of live data.

The engine's rounds are stepped by hand: their asks are answered from the view, and where one is not known yet the
render is left, with the wish noted. Nothing is fetched here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dovetail.engine.environment import Engine
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Answer, Answers, Ask
from dovetail.errors import DovetailError, ProviderError, TemplateError
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.prose import clean
from dovetail.lsp.features.view import View

_LIMITS = Limits(steps=20_000, output=100_000, value=100_000, total=1_000_000, seconds=0.1, asks=500)
_ROUNDS = 12
_NAME = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text prints. `known` is False while live data are missing; `fault` says why there is no value.

    `oldest` is when the oldest of the answers was fetched, 0.0 without any. `personal`: it shows data of a person.
    """

    text: str = ""
    known: bool = True
    fault: str = ""
    oldest: float = 0.0
    personal: bool = False


def printed(view: View, written: str, offset: int) -> Shown:
    """What a piece of template prints, with the variables that hold at an offset.

    In a loop these are the first element's.
    """
    before, behind = _surroundings(view, written, offset)
    source = f"{before}{{{written}}}{behind}"
    asks = list[Ask]()
    oldest = 0.0
    personal = any(f"${name}" in source for name in ("profile", "subprofile"))
    try:
        engine = Engine(
            loader=DictLoader({}),
            schemas=view.live.schemas,
            options=replace(view.reading.options, escape_html=False),
            limits=_LIMITS,
            clock=lambda: view.live.now,
        )
        template = engine.from_string(source, view.reading.name)
        variables: Mapping[str, object] = view.samples[0].variables if view.samples else {}
        rendering = template.one(variables)
        asks = list(next(rendering))
        for _ in range(_ROUNDS):
            answers = dict[Ask, Answer | ProviderError]()
            for ask in asks:
                answer = view.live.answer(ask)
                personal = personal or _personal(view, ask)
                if answer is None:
                    continue
                answers[ask] = answer
                if isinstance(answer, Answer):
                    oldest = min(oldest or answer.fetched_at, answer.fetched_at)
            if len(answers) < len(asks):
                return Shown(known=False, personal=personal)
            asks = list(rendering.send(Answers(answers)))
    except StopIteration as stop:
        return Shown(str(stop.value), oldest=oldest, personal=personal)
    except TemplateError as error:
        return Shown(fault=clean(error.diagnostic.message), oldest=oldest, personal=personal)
    except DovetailError as error:
        return Shown(fault=clean(str(error)), oldest=oldest, personal=personal)
    return Shown(known=False, personal=personal)


def _personal(view: View, ask: Ask) -> bool:
    schema = view.live.schemas.get(ask.identifier)
    if schema is None:
        return False
    members = [member for member in schema.members.values() if member.collection == ask.collection]
    return any(schema.records[member.record].personal for member in members if member.record in schema.records)


def _surroundings(view: View, written: str, offset: int) -> tuple[str, str]:
    """What sets the variables that a piece reads, as far as it stands before it: assignments, and loops around it."""
    bindings = view.reading.once(bindings_of)
    text = view.reading.text
    wanted = set(_NAME.findall(written))
    before, behind = list[str](), list[str]()
    loops = set[int]()
    for binding in reversed(bindings.bindings):
        if binding.span.end > offset or binding.name not in wanted or binding.value is None:
            continue
        if not binding.scope.start <= offset <= binding.scope.end:
            continue
        value = text[binding.inside + binding.value.span.start : binding.inside + binding.value.span.end]
        if binding.kind != "append":
            wanted.discard(binding.name)
        if binding.kind in ("item", "key", "section"):
            tag = binding.tag
            if tag.span.start not in loops:
                # The first round of the loop, as it is written.
                loops.add(tag.span.start)
                before.append(text[tag.span.start : tag.span.end])
                behind.append(f"{{break}}{{/{tag.name}}}")
        elif binding.kind in ("assign", "counter", "parameter"):
            before.append(f"{{${binding.name} = {value}}}")
        wanted |= set(_NAME.findall(value))
    return "".join(reversed(before)), "".join(behind)
