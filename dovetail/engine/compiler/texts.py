"""The long texts of a template in its generated source.

Python would go through each of their letters five times until it has them as constants again. So it compiles the source
with a word in the place of each, and gets the text among its constants afterwards.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from types import CodeType
from typing import Final, NamedTuple, cast

SHORT: Final = 40
"""Texts up to this length are written out."""

_WORD: Final = f"text {os.urandom(8).hex()} "
"""No template can have it, as nobody can guess it."""

_MARK: Final = re.compile(rf"b?'{_WORD}([0-9]+)'")


class Generated(NamedTuple):
    """The source of a module, with words in the place of its long texts."""

    brief: str
    texts: Sequence[str | bytes] = ()

    def text(self) -> str:
        """The source as people read it."""
        return _MARK.sub(lambda mark: repr(self.texts[int(mark[1])]), self.brief) if self.texts else self.brief

    def compiled(self, filename: str) -> CodeType:
        """The module's code.

        Raises:
            SyntaxError, RecursionError, MemoryError: as `compile`.
        """
        code = compile(self.brief, filename, "exec")
        if not self.texts:
            return code
        texts: dict[object, str | bytes] = {}
        for number, text in enumerate(self.texts):
            word = f"{_WORD}{number}"
            texts[word if isinstance(text, str) else word.encode()] = text
        put: set[object] = set()
        code = _with_texts(code, texts, put)
        # A Python that joins constants in a way of its own gets them as they are.
        return code if len(put) == len(texts) else compile(self.text(), filename, "exec")


class Texts:
    """Collects the long texts of one module."""

    def __init__(self) -> None:
        self.texts: list[str | bytes] = []

    def literal(self, text: str | bytes) -> str:
        """A Python literal for a text, or what stands for it."""
        if len(text) <= SHORT:
            return repr(text)
        self.texts.append(text)
        return f"{'' if isinstance(text, str) else 'b'}'{_WORD}{len(self.texts) - 1}'"


def _with_texts(code: CodeType, texts: Mapping[object, str | bytes], put: set[object]) -> CodeType:
    return code.replace(co_consts=tuple(_with_text(constant, texts, put) for constant in code.co_consts))


def _with_text(constant: object, texts: Mapping[object, str | bytes], put: set[object]) -> object:
    if isinstance(constant, str | bytes):
        text = texts.get(constant)
        if text is None:
            return constant
        put.add(constant)
        return text
    if isinstance(constant, CodeType):
        return _with_texts(constant, texts, put)
    if isinstance(constant, tuple):
        return tuple(_with_text(one, texts, put) for one in cast("tuple[object, ...]", constant))
    return constant
