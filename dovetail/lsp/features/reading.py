"""One template as it stands at a moment: what every feature looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from dovetail.engine.compiler.options import Options
from dovetail.errors import Diagnostic
from dovetail.grammar import nodes
from dovetail.grammar.parse import revise
from dovetail.grammar.revision import Revision
from dovetail.source import Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """A template's text with its tree. It never changes; an edit makes another reading.

    `name` is the name under which other templates include it, relative to the folder of the templates
    (`parts/footer.tpl`). `version` is the editor's number of the text, None for a file that no editor has open.
    """

    name: str
    version: int | None
    revision: Revision
    options: Options = Options()
    _made: dict[object, object] = field(default_factory=dict[object, object], repr=False, compare=False)

    @property
    def source(self) -> Source:
        """The text under its name; all offsets and spans of features are code points in it."""
        return self.revision.tree.source

    @property
    def text(self) -> str:
        """The whole text."""
        return self.revision.tree.source.text

    @property
    def tree(self) -> nodes.Tree:
        """A complete tree; what could not be read is a `BrokenTag`, or has the head `BROKEN_HEAD`."""
        return self.revision.tree

    @property
    def findings(self) -> Sequence[Diagnostic]:
        """What the parser has to say."""
        return self.revision.findings

    def once(self, make: Callable[[Reading], T]) -> T:
        """What a function makes of this reading, made once however many features want it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])


def read(
    name: str, text: str, version: int | None = None, options: Options = Options(), previous: Reading | None = None
) -> Reading:
    """The reading of a text; `previous` is that before an edit, which makes this one cheaper."""
    before = previous.revision if previous is not None and previous.name == name else None
    return Reading(name, version, revise(before, Source(name, text), options.delimiters), options)
