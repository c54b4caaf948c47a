"""Texts for people, in Markdown and plain: what comes from a shop or a template is shown and never obeyed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dovetail.lsp.features.results import Prose

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:/@])")
"""What Markdown makes something of; `:`, `/` and `@` keep addresses from becoming links."""
_LONGEST = 300
MASK = "•••"


def clean(text: str) -> str:
    """A text on one line without signs that steer a terminal or turn the reading direction."""
    shown = "".join(" " if each in "\r\n\t\u2028\u2029\x0b\x0c" else each for each in text)
    return "".join(each for each in shown if each == " " or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co"))


def shortened(text: str, most: int = _LONGEST) -> str:
    """A text cut to so many characters, with a sign for what is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """A live text for Markdown: it is shown as it is, and means nothing."""
    return _SIGNS.sub(r"\\\1", shortened(clean(text)))


def code(text: str) -> str:
    """A text as inline code, whatever backticks it has."""
    shown = shortened(clean(text)) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or shown.isspace() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(text: str, language: str = "smarty") -> str:
    """Several lines of code; what would end the fence is broken."""
    return f"```{language}\n" + text.replace("```", "ʼʼʼ") + "\n```"


def prose(*paragraphs: str | tuple[str, str]) -> Prose:
    """Paragraphs as a text; a pair is one in Markdown and plain, a single text of ours is both."""
    pairs = [(each, plain_of(each)) if isinstance(each, str) else each for each in paragraphs if each]
    return Prose("\n\n".join(pair[0] for pair in pairs if pair[0]), "\n\n".join(pair[1] for pair in pairs if pair[1]))


def plain_of(markdown: str) -> str:
    """Our own simple Markdown without its signs."""
    text = re.sub(r"```\w*\n(.*?)\n```", r"\1", markdown, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`+)(.+?)\1", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()<>#+\-.!|~&:/@])", r"\1", text)


def joined(parts: Sequence[Prose]) -> Prose:
    """Several texts as one."""
    return Prose("\n\n".join(each.markdown for each in parts), "\n\n".join(each.plain for each in parts))


def age(seconds: float) -> str:
    """How old something is, in words: `3 min`."""
    for size, word in ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "min")):
        if seconds >= size:
            number = round(seconds / size)
            return f"{number} {word[:-1] if number == 1 and word != 'min' else word}"
    return "just now" if seconds < 10 else f"{round(seconds)} s"
