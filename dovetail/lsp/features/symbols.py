"""The landmarks of templates: blocks, functions, includes, variables, loops, headings, pictures, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.heads import included, plain_name
from dovetail.lsp.features.html.elements import Element, elements_of
from dovetail.lsp.features.prose import clean, shortened
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.results import FolderSymbol, Place, Symbol, SymbolKind
from dovetail.lsp.features.view import Folder, View
from dovetail.source import Span

_MOST = 200
_TAG = re.compile(r"<[^>]*>|\{[^{}]*\}")


@dataclass(slots=True)
class _Landmark:
    name: str
    kind: SymbolKind
    span: Span
    selection: Span
    detail: str = ""
    children: list[_Landmark] = field(default_factory=list["_Landmark"])

    def symbol(self) -> Symbol:
        return Symbol(
            self.name, self.kind, self.span, self.selection, self.detail, [each.symbol() for each in self.children]
        )


def symbols(view: View) -> Sequence[Symbol]:
    """The landmarks of a template as a tree."""
    return view.reading.once(_symbols)


def _symbols(reading: Reading) -> Sequence[Symbol]:
    flat = [*_tags(reading, reading.tree.nodes), *_elements(reading)]
    flat.sort(key=lambda each: (each.span.start, -each.span.end))
    roots = list[_Landmark]()
    around = list[_Landmark]()
    for each in flat:
        while around and each.span.end > around[-1].span.end:
            around.pop()
        (around[-1].children if around else roots).append(each)
        around.append(each)
    return [each.symbol() for each in roots]


def _tags(reading: Reading, body: Sequence[nodes.Node]) -> Sequence[_Landmark]:
    found = list[_Landmark]()
    for node in body:
        if not isinstance(node, nodes.Tag):
            continue
        whole = Span(node.span.start, max(node.end, node.span.end))
        head = shortened(clean(reading.text[node.inside : node.span.end - 1]), 60)
        target = included(node)
        match node.name:
            case "block" | "function" | "capture":
                given = node.head.attributes if isinstance(node.head, nodes.Head) else ()
                name = (
                    next((plain_name(each.value) for each in given if each.name in ("name", "assign", "")), None) or "…"
                )
                kind: SymbolKind = (
                    "block" if node.name == "block" else "function" if node.name == "function" else "variable"
                )
                found.append(_Landmark(name, kind, whole, node.span, node.name))
            case "foreach" | "for" | "while" | "section":
                found.append(_Landmark(head, "loop", whole, node.span))
            case "if":
                found.append(_Landmark(head, "condition", whole, node.span))
            case _ if target is not None:
                found.append(_Landmark(target[0], "include", whole, node.span, node.name))
            case _:
                pass
        for section in node.sections:
            found += _tags(reading, section.body)
    for binding in reading.once(bindings_of).bindings if body is reading.tree.nodes else ():
        if binding.kind == "assign":
            found.append(_Landmark(f"${binding.name}", "variable", binding.span, binding.span))
    return found


def _elements(reading: Reading) -> Sequence[_Landmark]:
    found = list[_Landmark]()
    for element in reading.once(elements_of):
        whole = Span(element.span.start, element.end)
        if re.fullmatch(r"h[1-6]", element.name):
            found.append(
                _Landmark(_words(reading, element) or element.name, "heading", whole, element.span, element.name)
            )
        elif element.name == "img":
            found.append(
                _Landmark(
                    element.value("alt") or element.value("src") or "picture", "image", whole, element.span, "img"
                )
            )
        elif element.name == "a" and element.value("href"):
            name = _words(reading, element) or element.value("href")
            found.append(_Landmark(name, "link", whole, element.span, shortened(clean(element.value("href")), 60)))
    return [
        _Landmark(shortened(clean(each.name), 60), each.kind, each.span, each.selection, each.detail) for each in found
    ]


def _words(reading: Reading, element: Element) -> str:
    end = element.closing.start if element.closing is not None else element.end
    return " ".join(_TAG.sub(" ", reading.text[element.span.end : end]).split())[:80]


def folder_symbols(folder: Folder, query: str) -> Sequence[FolderSymbol]:
    """The blocks, functions, captures and titles of all templates whose names have the letters of a query in order."""
    found = list[tuple[int, FolderSymbol]]()
    letters = query.casefold()
    for name in folder.names():
        reading = folder.reading(name)
        if reading is None:
            continue
        for each in reading.once(_named):
            fit = _fit(letters, each.name.casefold())
            if fit is not None:
                found.append((fit, each))
    found.sort(key=lambda pair: (pair[0], pair[1].name, pair[1].place.name, pair[1].place.span))
    return [each for _, each in found[:_MOST]]


def _named(reading: Reading) -> Sequence[FolderSymbol]:
    made = [FolderSymbol(reading.name, "template", Place(reading.name, Span(0, 0)))]
    made += (
        FolderSymbol(each.name, each.kind, Place(reading.name, each.selection), reading.name)
        for each in _tags(reading, reading.tree.nodes)
        if each.kind in ("block", "function") or each.detail == "capture"
    )
    title = re.search(r"<title>\s*([^<]+?)\s*</title>", reading.text, re.IGNORECASE)
    if title:
        place = Place(reading.name, Span(title.start(1), title.end(1)))
        made.append(FolderSymbol(shortened(clean(title[1]), 80), "heading", place, reading.name))
    return made


def _fit(letters: str, name: str) -> int | None:
    if letters in name:
        return 0 if name.startswith(letters) else 1
    at = iter(name)
    return 2 if all(letter in at for letter in letters) else None
