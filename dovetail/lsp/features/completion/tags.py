"""Tags: those that may begin here, the branches of the open block, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dovetail.grammar import nodes
from dovetail.grammar.tag_docs import BRANCH_SUMMARIES
from dovetail.grammar.tag_spec import TagSpec
from dovetail.grammar.vocabulary import BRANCHES, TAGS
from dovetail.grammar.vocabulary_copernica import COPERNICA
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.completion.offers import Offer, fitting
from dovetail.lsp.features.cursor import TagName
from dovetail.lsp.features.results import Completion, Edit
from dovetail.lsp.features.view import View
from dovetail.source import Span

_HEADS: Mapping[str, str] = {
    "if": "if ${1:condition}",
    "while": "while ${1:condition}",
    "foreach": "foreach ${1:\\$list} as ${2:\\$item}",
    "for": "for ${1:\\$i} = ${2:1} to ${3:10}",
    "assign": 'assign var="${1:name}" value=${2:value}',
    "append": 'append var="${1:list}" value=${2:value}',
    "include": 'include file="$1"',
    "extends": 'extends file="$1"',
    "block": 'block name="${1:name}"',
    "function": 'function name="${1:name}"',
    "capture": 'capture assign="${1:name}"',
}
_WANTED: Mapping[str, float] = {
    "if": 9.0, "foreach": 8.0, "include": 7.0, "assign": 6.0, "capture": 4.0, "block": 3.0, "unsubscribe": 3.0,
}  # fmt: skip
"""What mails use most."""
_HIDDEN = frozenset({"/strip"})


def tag_offers(view: View, cursor: TagName) -> Sequence[Offer]:
    """What may stand right behind the left delimiter."""
    if cursor.closing:
        return list(_closing(view, cursor, slash=False))
    offers = [*_closing(view, cursor, slash=True), *_branches(view, cursor)]
    offers += fitting(cursor.typed, ((item, more) for item, more in _opening(view, cursor)))
    for call in view.reading.once(bindings_of).calls:
        if call.definition:
            item = Completion(
                call.name, "function", cursor.span, call.name, "template function", key=f"function:{call.name}"
            )
            offers += fitting(cursor.typed, [(item, 5.0)])
    return offers


def _closing(view: View, cursor: TagName, *, slash: bool) -> Iterator[Offer]:
    right = "" if _ends(view, cursor.span.end) else view.reading.options.delimiters.right
    wanted = 60.0
    for block in reversed(cursor.blocks):
        label = f"/{block.name}" if slash else block.name
        if cursor.typed and not block.name.startswith(cursor.typed):
            continue
        span = cursor.span
        item = Completion(
            label,
            "tag",
            span,
            label + right,
            f"ends the {{{block.name}}} of line {_line(view, block)}",
            key=f"tag:{block.name}",
        )
        # Without a slash typed, what ends a block is not what most people look for.
        yield Offer(item, wanted if slash else wanted + 60.0)
        wanted -= 10.0


def _branches(view: View, cursor: TagName) -> Sequence[Offer]:
    block = cursor.blocks[-1] if cursor.blocks else None
    if block is None:
        return []
    right = "" if _ends(view, cursor.span.end) else view.reading.options.delimiters.right
    items = list[tuple[Completion, float]]()
    for name in TAGS[block.name].branches if block.name in TAGS else ():
        condition = name == "elseif"
        insert = "elseif ${1:condition}" if condition else name
        done = any(section.name == name for section in block.sections[1:]) and not condition
        item = Completion(
            name,
            "tag",
            cursor.span,
            insert + right,
            BRANCH_SUMMARIES.get(name, ""),
            snippet=condition,
            key=f"tag:{name}",
        )
        if not done:
            items.append((item, 12.0 if name in BRANCHES and block.name in BRANCHES[name] else 8.0))
    return fitting(cursor.typed, items)


def _opening(view: View, cursor: TagName) -> Iterator[tuple[Completion, float]]:
    copernica = {spec.name for spec in COPERNICA}
    for name, spec in TAGS.items():
        if name in _HIDDEN:
            continue
        head = _HEADS.get(name) or _head(spec)
        insert, also = _whole(view, cursor.span.end, spec, head)
        more = _WANTED.get(name, 0.0) - (
            2.0 if name in copernica and view.reading.options.dialect != "copernica" else 0.0
        )
        item = Completion(
            name,
            "block" if spec.block else "tag",
            cursor.span,
            insert,
            spec.summary,
            snippet=True,
            also=also,
            key=f"tag:{name}",
        )
        yield item, more


def _head(spec: TagSpec) -> str:
    given = [f"{name}=${{{number}:{name}}}" for number, name in enumerate(spec.required, 1)]
    return " ".join([spec.name, *given])


def _whole(view: View, offset: int, spec: TagSpec, head: str) -> tuple[str, tuple[Edit, ...]]:
    """A tag with its end, as far as that is not there yet."""
    delimiters = view.reading.options.delimiters
    left, right = delimiters.left, delimiters.right
    closes = spec.block and not _closed_later(view, spec.name, offset)
    end = f"{left}/{spec.name}{right}"
    if _ends(view, offset):
        at = offset + len(right)
        return head, (Edit(Span(at, at), end),) if closes else ()
    right = right.replace("}", "\\}")
    if closes:
        return f"{head}{right}$0{left}/{spec.name}{right}", ()
    return f"{head}{right}$0", ()


def _ends(view: View, offset: int) -> bool:
    return view.reading.text.startswith(view.reading.options.delimiters.right, offset)


def _closed_later(view: View, name: str, offset: int) -> bool:
    """Whether what would close such a block stands further on already, and closes nothing."""
    return any(
        finding.code == "unexpected-close" and finding.span.start >= offset and f"/{name}" in finding.message
        for finding in view.reading.findings
    )


def _line(view: View, block: nodes.Tag) -> int:
    return view.reading.source.place(block.span.start).line
