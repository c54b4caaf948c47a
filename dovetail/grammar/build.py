"""The only file that meets Lark: it makes the table by which tags are read, and says what is wrong with a tag.

Lark is loaded for the first tag that is wrong, or to make the table anew:

    python -m dovetail.grammar.build
"""

# pyright: basic
# Lark's own types are partial; what leaves this file is typed.
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import astuple, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dovetail.errors import Fix, did_you_mean
from dovetail.grammar.lalr import END, Rule, Table
from dovetail.grammar.mistakes import MISREADINGS, Misread
from dovetail.grammar.reading import Misreading, tag_name
from dovetail.grammar.vocabulary import FORMS
from dovetail.source import Span

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

_START = ("output", "condition", "foreach", "for", "assign", "modifiers", "tag")

BLANK = "\x02"
"""What the grammar reads over: it stands for the name of a tag, in front of what the grammar is to read."""


@cache
def lark_parser() -> Lark:
    """Lark with the grammar of tags."""
    from lark import Lark

    grammar = (files("dovetail.grammar") / "smarty.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", start=list(_START), propagate_positions=True)


def made_table() -> Table:
    """The table as Lark makes it, with its states in an order that is the same each time."""
    from lark.grammar import Rule as LarkRule
    from lark.lexer import TerminalDef

    lark = lark_parser()
    data, memo = lark.memo_serialize([TerminalDef, LarkRule])
    table = data["parser"]["parser"]
    symbols = table["tokens"]
    numbers: dict[object, int] = {}
    rules: list[Rule] = []
    for key, rule in memo.items():
        if rule["__type__"] == "Rule":
            numbers[key] = len(rules)
            rules.append(_rule(rule))
    raw = {
        state: {symbols[symbol]: ~numbers[to["@"]] if reduces else to for symbol, (reduces, to) in row.items()}
        for state, row in table["states"].items()
    }
    order = list(_reached(raw, [table["start_states"][name] for name in _START]))
    place = {state: number for number, state in enumerate(order)}
    rows = [
        {symbol: place[step] if step >= 0 else step for symbol, step in sorted(raw[state].items())} for state in order
    ]
    # The order in which Lark's lexer tries terminals.
    terminals = sorted(
        lark.terminals, key=lambda one: (-one.priority, -one.pattern.max_width, -len(one.pattern.value), one.name)
    )
    return Table(
        {terminal.name: terminal.pattern.to_regexp() for terminal in terminals},
        tuple(lark.ignore_tokens),
        tuple(rules),
        tuple(rows),
        {name: (place[table["start_states"][name]], place[table["end_states"][name]]) for name in _START},
    )


def _rule(rule: dict[str, Any]) -> Rule:
    origin, action = rule["origin"]["name"], rule["alias"] or rule["origin"]["name"]
    parts = "".join(
        "-" if symbol.get("filter_out") else "s" if symbol["name"].startswith("__") else "k"
        for symbol in rule["expansion"]
    )
    if origin.startswith("__"):
        return Rule(origin, "*", parts)
    # `?rule`: what has one part only is that part.
    single = rule["options"]["expand1"] and not rule["alias"]
    return Rule(origin, "" if single else action, parts)


def _reached(rows: dict[int, dict[str, int]], starts: list[int]) -> Iterator[int]:
    """The states, nearest to the start first."""
    waiting = list(dict.fromkeys(starts))
    seen = set(waiting)
    for state in waiting:
        yield state
        for _, step in sorted(rows[state].items()):
            if step >= 0 and step not in seen:
                seen.add(step)
                waiting.append(step)


def stored_form(table: Table) -> str:
    """The table as it is kept beside this file."""
    stored = {
        "terminals": table.terminals,
        "ignored": table.ignored,
        "rules": [astuple(rule) for rule in table.rules],
        "states": table.states,
        "starts": table.starts,
    }
    return json.dumps(stored, separators=(",", ":")).replace("},{", "},\n{").replace("],[", "],\n[") + "\n"


def explain(name: str, rule: str, text: str, masked: str) -> Misreading:
    """What is wrong with the text of a tag that is not of the grammar."""
    from lark.exceptions import UnexpectedInput

    try:
        lark_parser().parse(masked, start=rule)
    except UnexpectedInput as error:
        found = _misreading(name, text, error)
        near = did_you_mean(name, list(FORMS)) if name and name not in FORMS and not found.help else ""
        if near:
            found = replace(found, message=f"unknown tag `{{{name}}}`", help=near, code="unknown-tag")
        return found
    raise AssertionError(f"Lark reads what its table does not: {text!r}")


_WORDS = {
    "_RBRACE": "`}`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "PIPE_NAME": "a modifier",
    "VAR": "a variable",
    "SINGLE": "a string",
    "NUMBER": "a number",
    "_AS": "`as`",
    "_TO": "`to`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "ATTR": "an attribute",
    END: "the end of the tag",
}
_LIKELY = ("RPAR", "RSQB", "_RBRACE", "_AS", "_TO", "COLON", "VAR", "PIPE_NAME", "ATTR", END)


def _misreading(name: str, text: str, error: UnexpectedInput) -> Misreading:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    at = error.pos_in_stream or 0
    at = at if at >= 0 else len(text)
    if isinstance(error, UnexpectedToken) and error.token.type == END:
        expected = {str(word) for word in error.accepts or error.expected}
        end = len(text.rstrip())
        wanted = _wanted(expected, name, text)
        message = "the tag ends too early" + (f": expected {wanted}" if wanted else "")
        return _explained(Misreading(name, "open", message, Span(max(0, end - 1), max(1, end))), text, end)
    if isinstance(error, UnexpectedToken):
        length = max(1, len(str(error.token)))
        shown = text[at : at + length]
        wanted = _wanted({str(word) for word in error.accepts or error.expected}, name, text)
    else:
        assert isinstance(error, UnexpectedCharacters)
        length, shown = 1, text[at : at + 1]
        wanted = _wanted({str(word) for word in error.allowed or ()}, name, text)
    message = f"unexpected `{shown}`" + (f": expected {wanted}" if wanted else "")
    return _explained(Misreading(name, "open", message, Span(at, at + length)), text, at)


def _explained(found: Misreading, text: str, at: int) -> Misreading:
    """The same, with what the table of mistakes says of it."""
    if len(text) > _LONGEST_EXPLAINED:
        return found
    blanked = _STRING.sub(lambda match: match.group()[0] + "\x01" * (len(match.group()) - 2) + match.group()[-1], text)
    for known in MISREADINGS:
        match = known.pattern.match(blanked, at) if known.there else known.pattern.search(blanked)
        if match is None:
            continue
        if not known.message:
            return replace(found, help=known.help)
        span = Span(*match.span("at" if "at" in known.pattern.groupindex else 0))
        span = Span(span.start, max(span.end, span.start + 1))
        fixes = (_fix(known, blanked, text),) if known.replace else ()
        # A name in front of a blank that is none was not seen.
        name = found.name or (tag_name(fixes[0].text)[0] if fixes else "")
        return replace(
            found, name=name, message=known.message, span=span, help=known.help, code=known.code, fixes=fixes
        )
    return found


def _fix(known: Misread, blanked: str, text: str) -> Fix:
    """The whole tag with everything of this kind mended."""
    parts: list[str] = []
    at, first = 0, ""
    for match in known.pattern.finditer(blanked):
        start, end = match.span("at" if "at" in known.pattern.groupindex else 0)
        wrong = text[start:end]
        mended = known.replace.get(wrong, wrong)
        first = first or f"Replace `{wrong}` by `{mended}`"
        parts += (text[at:start], mended)
        at = end
    return Fix(Span(0, len(text)), "".join(parts) + text[at:], first)


_LONGEST_EXPLAINED = 500
"""Tags are short; what is longer is no mistake of a designer, and the patterns are not made for it."""

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_CLOSES = {"RPAR": "(", "RSQB": "[", "_RBRACE": "{"}


_ONLY_IN = {"_AS": ("foreach",), "_TO": ("for", "assign")}
_ONLY_WITH = {**_CLOSES, "COLON": "?"}


def _wanted(expected: set[str], name: str, text: str) -> str:
    words = [
        _WORDS[token]
        for token in _LIKELY
        if token in expected and _ONLY_WITH.get(token, "") in text and name in _ONLY_IN.get(token, (name,))
    ]
    return " or ".join(words[:3])


if __name__ == "__main__":
    Path(__file__).with_name("smarty_table.json").write_text(stored_form(made_table()), encoding="utf-8")
