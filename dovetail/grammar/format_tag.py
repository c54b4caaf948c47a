"""One tag in canonical form: only blanks, the case of names that have none, and the quotes of plain strings change.

The tree says where the parts of a tag stand; their own text and the operators between them are taken from
the source, so that `eq` stays `eq` and `0x1F` stays `0x1F`. A line break inside a tag is the writer's and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression
from dovetail.grammar.printer import Piece
from dovetail.grammar.vocabulary import FORMS
from dovetail.source import Span

_NAME = re.compile(r"\s*(?:else\s+if(?=\s|\Z)|[A-Za-z_]\w*)", re.ASCII | re.IGNORECASE)
_BLANKS_BEFORE_BREAK = re.compile(r"(?<![^\S\r\n])[^\S\r\n]+(?=[\r\n])")

Spanned = Expression | nodes.Assignment | nodes.Attribute | nodes.ModifierUse


def canonical_inside(text: str, piece: Piece) -> str:
    """What should stand between the delimiters of a tag, given what stands there now (`text`)."""
    if piece.kind == "close":
        name = re.sub(r"\s", "", text)
        return f"/{piece.name}" if name.lower() == f"/{piece.name}".lower() else name
    if piece.name.startswith("/"):  # {/strip} is a tag of its own
        return piece.name
    written = Canonical(text)
    head = piece.head
    if piece.name == "" or head is None:
        start, name = 0, ""
    else:
        match = _NAME.match(text)
        start = match.end() if match else 0
        raw = " ".join(text[:start].split())
        # The parser has lower-cased the names for which case means nothing, and only those.
        name = raw if raw == piece.name else raw.lower()
    return name + written.head(head, start, name) if head is not None else name


class Canonical:
    """Writes nodes of one tag whose text is `text`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def head(self, head: nodes.AnyHead, start: int, name: str) -> str:
        """What stands behind the tag's name, with the blank in front of it; `start` is where the name ends."""
        parts: list[Spanned]
        match head:
            case nodes.Head() if FORMS.get(name) == "modifiers" and isinstance(head.value, nodes.Modified):
                return self._filters(head.value, start)
            case nodes.Head(attributes=attributes, value=value, uses=uses):
                parts = [*uses, *([value] if value is not None else []), *attributes]
            case nodes.ForeachHead():
                parts = [head.subject, *([head.key] if head.key is not None else []), head.item, *head.attributes]
            case nodes.ForHead():
                later = (head.to, head.step, head.condition, head.next)
                parts = [*head.starts, *(part for part in later if part is not None), *head.attributes]
            case nodes.AssignToHead():
                parts = [head.value, head.target]
        # {foreach $item in $list} names the item first.
        parts.sort(key=lambda part: part.span)
        written: list[str] = []
        at = start
        for part in parts:
            gap = self._text[at : part.span.start]
            if not written and not name:
                pass  # nothing in front of an output
            elif isinstance(part, nodes.ModifierUse):
                written.append(_break(gap, ""))
            elif not gap and isinstance(part, nodes.Attribute) and not part.name:
                pass  # `{[1, 2][0]}` is a value and a flag to the parser; whoever wrote it meant something else
            else:
                written.append(self._between(at, part.span.start))
            written.append(self._write(part))
            at = part.span.end
        return "".join(written) + _break(self._text[at:], "")

    def _filters(self, value: nodes.Modified, start: int) -> str:
        """`upper|replace:'a':'b'` of {setfilter}: the first modifier has no bar, and its span is the whole chain."""
        first = value.uses[0]
        written = [_break(self._text[start : first.name_span.start], " "), first.name]
        written.append(self._arguments(first))
        at = first.arguments[-1].span.end if first.arguments else first.name_span.end
        for use in value.uses[1:]:
            written += (_break(self._text[at : use.span.start], ""), self._use(use))
            at = use.span.end
        return "".join(written) + _break(self._text[at:], "")

    # --- parts

    def _write(self, node: Spanned) -> str:
        match node:
            case nodes.Attribute(name=name, value=value):
                return f"{name}={self._write(value)}" if name else self._write(value)
            case nodes.Assignment(target=left, value=right) | nodes.Binary(left=left, right=right):
                return self._row(left, right)
            case nodes.Ternary(condition=condition, then=then, otherwise=otherwise):
                return self._row(condition, *([then] if then is not None else []), otherwise)
            case nodes.Test(subject=subject, by=None):
                words = _words(self._text[subject.span.end : node.span.end])
                return f"{self._write(subject)} {words}"
            case nodes.Test(subject=subject, by=by) if by is not None:
                return self._row(subject, by)
            case nodes.ModifierUse():
                return self._use(node)
            case nodes.Modified(base=base, uses=uses):
                written = [self._write(base)]
                at = base.span.end
                for use in uses:
                    written += (_break(self._text[at : use.span.start], ""), self._use(use))
                    at = use.span.end
                return "".join(written)
            case nodes.Group(inner=inner):
                return self._enclosed(node.span, inner.span, self._write(inner))
            case nodes.Unary():
                return self._unary(node)
            case nodes.Step(target=target, operator=operator, prefix=prefix):
                shown = self._write(target)
                return operator + shown if prefix else shown + operator
            case nodes.Index():
                return self._index(node)
            case nodes.Call(arguments=items) | nodes.ArrayLiteral(items=items):
                return self._items(node.span, items)
            case nodes.Constant(quoted=True):
                return _quoted(self._source(node.span))
            case _:
                # Names, numbers and strings with tags in them stand as they are.
                return self._source(node.span)

    def _row(self, *parts: Expression) -> str:
        """Values with operators between them."""
        written = [self._write(parts[0])]
        for before, after in pairwise(parts):
            written += (self._between(before.span.end, after.span.start), self._write(after))
        return "".join(written)

    def _between(self, start: int, end: int) -> str:
        """An operator or keyword and the blanks around it; a lone blank where there is none."""
        gap = self._text[start:end]
        operator = gap.strip()
        if not operator:
            return _break(gap, " ")
        at = gap.index(operator)
        before, after = gap[:at], gap[at + len(operator) :]
        return _break(before, "" if operator in {",", ";"} else " ") + _words(operator) + _break(after, " ")

    def _enclosed(self, outer: Span, inner: Span, content: str) -> str:
        before, after = self._text[outer.start : inner.start], self._text[inner.end : outer.end]
        # `array(`, `[`, `(`: what opens, its blanks; what closes, perhaps behind a last comma.
        opening, closing = before.rstrip(), after.lstrip()
        closing = re.sub(r"\s+(?![\r\n\s])", "", closing) if not _has_break(closing) else closing
        return (
            opening
            + _break(before[len(opening) :], "")
            + content
            + _break(after[: len(after) - len(after.lstrip())], "")
            + closing
        )

    def _items(self, span: Span, items: Sequence[nodes.ArrayItem]) -> str:
        if not items:
            return re.sub(r"[^\S\r\n]", "", self._source(span))
        written: list[str] = []
        at = -1
        for item in items:
            start = (item.key or item.value).span.start
            if at >= 0:
                written.append(self._between(at, start))
            written.append(self._row(item.key, item.value) if item.key is not None else self._write(item.value))
            at = item.value.span.end
        first = (items[0].key or items[0].value).span.start
        return self._enclosed(span, Span(first, at), "".join(written))

    def _unary(self, node: nodes.Unary) -> str:
        operand = self._write(node.operand)
        operator = re.sub(r"\s", "", self._text[node.span.start : node.operand.span.start]).lower()
        # `- -1` is no `--`, and `not` is a word.
        apart = operator == "not" or (operator[-1:] in "+-" and operand[:1] in "+-")
        return f"{operator} {operand}" if apart else operator + operand

    def _index(self, node: nodes.Index) -> str:
        base = self._write(node.base)
        if node.key is None or isinstance(node.key, nodes.SectionIndex | nodes.LoopProperty) or node.style == "arrow":
            return base + re.sub(r"\s", "", self._text[node.base.span.end : node.span.end])
        before = re.sub(r"\s", "", self._text[node.base.span.end : node.key.span.start])
        after = re.sub(r"\s", "", self._text[node.key.span.end : node.span.end])
        return base + before + self._write(node.key) + after

    def _use(self, use: nodes.ModifierUse) -> str:
        bar = re.sub(r"\s", "", self._text[use.span.start : use.name_span.start])
        return bar + use.name + self._arguments(use)

    def _arguments(self, use: nodes.ModifierUse) -> str:
        written: list[str] = []
        at = use.name_span.end
        for argument in use.arguments:
            signed = self._text[argument.span.start : argument.span.start + 1] == ":"
            gap = self._text[at : argument.span.start]
            before, _, after = gap.partition(":")
            # The span of a signed argument starts at its colon.
            written.append(_break(before, "") + ("" if signed else ":" + _break(after, "")))
            written.append(self._write(argument))
            at = argument.span.end
        return "".join(written)

    def _source(self, span: Span) -> str:
        return self._text[span.start : span.end]


def _words(operator: str) -> str:
    return " ".join(operator.split()).lower()


def _has_break(text: str) -> bool:
    return "\n" in text or "\r" in text


def _break(gap: str, canonical: str) -> str:
    """A gap of blanks: canonical, or the writer's where it breaks the line."""
    return _BLANKS_BEFORE_BREAK.sub("", gap) if _has_break(gap) else canonical


def _quoted(source: str) -> str:
    content = source[1:-1]
    plain = source[:1] == '"' and not re.search(r"['\"\\$`{}\r\n]", content)
    return f"'{content}'" if plain else source
