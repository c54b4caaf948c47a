"""What the registries say of tags, modifiers and attributes, as texts for editors: the same as in docs/language.md."""

from __future__ import annotations

import re

from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.modifiers.registry import Modifier
from dovetail.grammar.documentation import TYPE_WORDS, Example, Given
from dovetail.grammar.tag_docs import BRANCH_SUMMARIES, TAG_DOCS
from dovetail.grammar.vocabulary import BRANCHES, TAGS
from dovetail.lsp.features.prose import code, fenced, prose
from dovetail.lsp.features.results import Prose
from dovetail.lsp.features.types import Type

DOCS = "https://github.com/dovetail-mail/dovetail/blob/main/docs/"


def docs_link(page: str, heading: str, words: str = "Documentation") -> tuple[str, str]:
    """A link into the documentation, and nothing where links are not shown."""
    anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    return f"[{words}]({DOCS}{page}#{anchor})", ""


def tag_words(name: str) -> Prose | None:
    """What a tag does, how it is written, and an example."""
    if name in BRANCHES or name == "elseif":
        owners = ", ".join(f"`{{{owner}}}`" for owner in BRANCHES.get(name, ("if",)))
        return prose(
            f"**{{{name}}}** of {owners}", BRANCH_SUMMARIES.get(name, ""), docs_link("language.md", "Parts of blocks")
        )
    spec, described = TAGS.get(name), TAG_DOCS.get(name)
    if spec is None:
        return None
    parts: list[str | tuple[str, str]] = [f"**{{{name}}}**", spec.summary]
    if described is not None:
        parts += [described.help, *_examples(described.examples[:1])]
    return prose(*parts, docs_link("language.md", f"{{{name}}}"))


def attribute_words(tag: str, name: str) -> Prose | None:
    """What an attribute of a tag is."""
    spec, described = TAGS.get(tag), TAG_DOCS.get(tag)
    given = described.given.get(name) if described is not None else None
    if spec is None or (given is None and name not in (*spec.required, *spec.optional, *spec.flags)):
        return None
    needed = " (needed)" if name in spec.required else ""
    return prose(f"**{name}** of `{{{tag}}}`{needed}", _given(given))


def modifier_words(name: str) -> Prose | None:
    """What a modifier does, how it is written, its parameters and an example."""
    found = MODIFIERS.get(name)
    if found is None:
        return None
    parts: list[str | tuple[str, str]] = [f"**|{found.usage}** → {TYPE_WORDS[found.result]}", found.summary, found.help]
    named = [parameter_line(found, number) for number in range(len(found.parameters))]
    if named:
        parts.append(
            ("\n".join(f"- {line}" for line in named), "\n".join(f"- {line.replace('`', '')}" for line in named))
        )
    return prose(*parts, *_examples(found.examples[:1]), docs_link("language.md", name))


def event_words(found: Type) -> list[str | tuple[str, str]]:
    """What something of an event's data means, and the events that have it."""
    names = ", ".join(f"`{name}`" for name in found.events)
    example = f"For example: `{found.example}`" if found.example else ""
    return [found.summary, example, f"Of {names}" if names else "", docs_link("events.md", "Data")]


def parameter_line(modifier: Modifier, number: int) -> str:
    """One parameter in a line: name, type, usual value, what it is."""
    parameter = modifier.parameters[number]
    usual = "" if parameter.required or parameter.default in (None, "") else f", usually `{parameter.default}`"
    needed = "" if parameter.required else f" (may be left out{usual})"
    return f"`{parameter.name}`: {TYPE_WORDS[parameter.type]}{needed}. {parameter.summary}".rstrip()


def _given(given: Given | None) -> str:
    return "" if given is None else f"{TYPE_WORDS[given.type]}. {given.summary}"


def _examples(examples: tuple[Example, ...]) -> list[str | tuple[str, str]]:
    return [
        (f"{fenced(each.template)}\ngives {code(each.output)}", f"{each.template}\ngives {each.output}")
        for each in examples
    ]
