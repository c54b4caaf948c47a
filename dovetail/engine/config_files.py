"""Smarty's configuration files: `name = value` lines, `[sections]`, quoted and triple-quoted values."""

from __future__ import annotations

import re

from dovetail.errors import Diagnostic, TemplateSyntaxError
from dovetail.source import Source, Span

_BLANK = re.compile(r"[ \t]*(?:[#;][^\n]*)?(?:\n|\Z)")
_SECTION = re.compile(r"[ \t]*\[(?P<hidden>\.?)(?P<name>[^\]\n]*)\][ \t]*(?:\n|\Z)")
_SETTING = re.compile(r"[ \t]*(?P<name>\w+)[ \t]*=[ \t]*")
_TRIPLE = re.compile(r'"""(?P<text>.*?)"""[ \t]*(?:\n|\Z)', re.DOTALL)
_QUOTED = re.compile(r"""(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)')[ \t]*(?:[#;][^\n]*)?(?:\n|\Z)""")
_BARE = re.compile(r"(?P<text>[^\n]*?)[ \t]*(?:\n|\Z)")
_WORDS: dict[str, bool] = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def parse_config(name: str, text: str) -> dict[str, dict[str, object]]:
    """The values by section; those outside any section stand under ''. Hidden sections (`[.name]`) are left out.

    Raises:
        TemplateSyntaxError: a line is neither a setting nor a section.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    sections: dict[str, dict[str, object]] = {"": {}}
    values: dict[str, object] = sections[""]
    at = 0
    while at < len(text):
        if match := _BLANK.match(text, at):
            at = match.end()
            continue
        if match := _SECTION.match(text, at):
            values = {} if match.group("hidden") else sections.setdefault(match.group("name").strip(), {})
            at = match.end()
            continue
        match = _SETTING.match(text, at)
        if match is None:
            end = text.find("\n", at)
            span = Span(at, end if end >= 0 else len(text))
            message = "this line is no setting"
            raise TemplateSyntaxError(
                [Diagnostic("config", message, Source(name, text), span, "write `name = value`, or `[section]`")]
            )
        key, at = match.group("name"), match.end()
        if match := _TRIPLE.match(text, at):
            values[key] = match.group("text")
        elif match := _QUOTED.match(text, at):
            values[key] = match.group("double") if match.group("double") is not None else match.group("single")
        else:
            match = _BARE.match(text, at)
            assert match is not None
            values[key] = _bare(match.group("text"))
        at = match.end()
    return sections


def _bare(text: str) -> object:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.fullmatch(r"\d+", text):
        return int(text)
    if re.fullmatch(r"\d+\.\d+", text):
        return float(text)
    return text
