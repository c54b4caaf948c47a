"""What keeps people from reading a mail, each rule with the WCAG 2.2 criterion it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dovetail.errors import Diagnostic, Fix
from dovetail.lsp.features.html.css import declarations
from dovetail.lsp.features.html.elements import Element, Page, parents
from dovetail.lsp.features.html.shades import contrast, shade
from dovetail.lsp.features.view import View
from dovetail.source import Span

_VAGUE = frozenset({"click here", "here", "read more", "more", "link", "klik hier", "hier", "lees meer", "meer"})
_TAG = re.compile(r"<[^>]*>")
_SMALLEST = 12.0
"""Pixels below which text is hard to read on a phone."""
_ENOUGH = 4.5
"""Contrast that WCAG 1.4.3 wants of text of usual size."""


def accessibility(view: View, page: Page, first: bool) -> Iterator[Diagnostic]:
    """Findings about pictures, tables, links, headings, language, size and contrast."""
    say = _Say(view)
    last_heading = 0
    for element in page.elements:
        match element.name:
            case "html" if element.attribute("lang") is None:
                fix = Fix(Span(element.name_span.end, element.name_span.end), ' lang="en"', 'Add lang="en"')
                yield say(
                    "no-lang",
                    "the mail does not say its language",
                    element.name_span,
                    "add lang=… so that it is read aloud right (WCAG 3.1.1)",
                    fix,
                )
            case "img":
                yield from _picture(say, element)
            case "table" if _is_layout(page, element):
                fix = Fix(
                    Span(element.name_span.end, element.name_span.end),
                    ' role="presentation"',
                    'Add role="presentation"',
                )
                yield say(
                    "layout-table", "this table lays out, it holds no data", element.name_span,
                    'add role="presentation" so that no rows and columns are read aloud (WCAG 1.3.1)', fix,
                )  # fmt: skip
            case "a":
                yield from _link(say, page, element)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                level = int(element.name[1])
                if last_heading and level > last_heading + 1:
                    message = f"a heading of level {level} follows one of level {last_heading}"
                    yield say("heading-order", message, element.name_span, f"use <h{last_heading + 1}> (WCAG 1.3.1)")
                last_heading = level
            case _:
                pass
    if first and any(element.name == "head" for element in page.elements):
        head = next(element for element in page.elements if element.name == "head")
        if not any(element.name == "title" for element in page.elements):
            yield say(
                "no-title",
                "the mail has no title",
                head.name_span,
                "add <title>…</title> with its subject (WCAG 2.4.2)",
            )
    yield from _sizes(say, page)
    yield from _contrasts(say, page)


class _Say:
    """Makes findings of one view."""

    def __init__(self, view: View) -> None:
        self.source = view.reading.source

    def __call__(self, code: str, message: str, span: Span, advice: str, *fixes: Fix) -> Diagnostic:
        return Diagnostic(code, message, self.source, span, advice, "info", fixes)


def _picture(say: _Say, element: Element) -> Iterator[Diagnostic]:
    if element.attribute("alt") is None and not _given_by_template(element):
        fix = Fix(Span(element.name_span.end, element.name_span.end), ' alt=""', 'Add alt="" (decoration)')
        yield say(
            "no-alt", "this picture has no alternative text", element.name_span,
            'add alt="what it shows", or alt="" for decoration: many see mails without pictures (WCAG 1.1.1)', fix,
        )  # fmt: skip


def _given_by_template(element: Element) -> bool:
    """Whether attributes of an element are made by the template (`<img {$attributes}>`)."""
    return element.masked and not all(attribute.masked for attribute in element.attributes if attribute.value)


def _is_layout(page: Page, table: Element) -> bool:
    if table.attribute("role") is not None or table.masked:
        return False
    own = [each for each in page.elements if table in parents(each)]
    return not any(each.name in ("th", "caption") for each in own)


def _link(say: _Say, page: Page, element: Element) -> Iterator[Diagnostic]:
    if element.attribute("href") is None or element.closing is None:
        return
    inner = page.inner(element)
    if page.masked.touches(inner):
        return
    content = page.masked.text[inner.start : inner.end]
    words = " ".join(_TAG.sub(" ", content).split()).casefold().strip(" .:›»>→")
    if words in _VAGUE:
        yield say(
            "vague-link",
            f"`{words}` does not say where this link leads",
            element.name_span,
            "say what is found there (WCAG 2.4.4)",
        )
    elif not words and "alt=" not in content and element.value("aria-label") == "":
        yield say(
            "empty-link",
            "this link has no words",
            element.name_span,
            "write what is found there, or give its picture an alt (WCAG 2.4.4)",
        )


def _sizes(say: _Say, page: Page) -> Iterator[Diagnostic]:
    for declaration in declarations(page):
        if declaration.name == "font-size":
            found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(px|pt)(?:\s*!important)?", declaration.value.strip())
            size = float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else 0.0
            if found and 1.0 < size < _SMALLEST:
                yield say(
                    "small-text",
                    f"text of {declaration.value.strip()} is hard to read",
                    declaration.value_span,
                    "use 14px or more (WCAG 1.4.4)",
                )


def _contrasts(say: _Say, page: Page) -> Iterator[Diagnostic]:
    """Text and ground that stand in one style attribute: further than that a guess would be."""
    grounds = dict[int, str]()
    inks = dict[int, tuple[str, Span]]()
    for declaration in declarations(page):
        if declaration.element is None or page.masked.touches(declaration.value_span):
            continue
        key = declaration.element.span.start
        if declaration.name in ("background", "background-color"):
            grounds[key] = declaration.value
        elif declaration.name == "color":
            inks[key] = (declaration.value, declaration.value_span)
    for key, (ink, span) in inks.items():
        one, other = shade(ink), shade(grounds.get(key, ""))
        if one is not None and other is not None:
            ratio = contrast(one, other)
            if ratio < _ENOUGH:
                yield say(
                    "low-contrast",
                    f"this text stands out from its ground by {ratio:.1f} : 1 only",
                    span,
                    f"make it {_ENOUGH} : 1 at least (WCAG 1.4.3)",
                )
