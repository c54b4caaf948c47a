"""What makes a mail look wrong in an inbox or never reach it."""

from __future__ import annotations

from collections.abc import Iterator

from dovetail.errors import Diagnostic, Fix, Severity
from dovetail.grammar import nodes
from dovetail.lsp.features.heads import all_tags
from dovetail.lsp.features.html.css import declarations, declarations_of
from dovetail.lsp.features.html.elements import Element, Page
from dovetail.lsp.features.view import View
from dovetail.source import Span

CLIPPED = 102_400
"""Bytes of a mail beyond which Gmail hides the rest (facts: editors.md 2)."""

_UNSUBSCRIBE = (
    "unsubscribe",
    "afmeld",
    "uitschrijv",
    "abmeld",
    "abbestell",
    "désinscri",
    "desinscri",
    "opt-out",
    "optout",
)


def clipping(size: int) -> str:
    """What is to be said of a mail of so many bytes; '' when it is small enough."""
    if size <= CLIPPED:
        return ""
    return f"the mail has {size / 1024:.0f} kB: Gmail hides what is beyond 100 kB, the unsubscribe link with it"


def leads_out(text: str) -> bool:
    """Whether a mail says, in one of the languages we know, how to get no more of them."""
    low = text.casefold()
    return any(word in low for word in _UNSUBSCRIBE)


def hygiene(view: View, page: Page, first: bool) -> Iterator[Diagnostic]:
    """Findings about scripts, forms, addresses, pictures, and what a whole mail must have."""
    for element in page.elements:
        match element.name:
            case "script":
                yield _said(
                    view,
                    "script",
                    "mail clients run no scripts, and some refuse mails that have them",
                    element.name_span,
                    "remove it",
                    "warning",
                )
            case "form":
                yield _said(
                    view,
                    "form",
                    "forms do not work in most mail clients",
                    element.name_span,
                    "link to a page with the form",
                    "info",
                )
            case "a" | "img" | "link":
                yield from _address(view, element)
            case _:
                pass
        if element.name == "img":
            yield from _size(view, page, element)
    if first and _is_whole(page):
        yield from _whole(view, page)


def _said(view: View, code: str, message: str, span: Span, advice: str, severity: Severity, *fixes: Fix) -> Diagnostic:
    return Diagnostic(code, message, view.reading.source, span, advice, severity, fixes)


def _address(view: View, element: Element) -> Iterator[Diagnostic]:
    attribute = element.attribute("src" if element.name == "img" else "href")
    if attribute is None or not attribute.value.lower().startswith("http://") or attribute.masked:
        return
    span = Span(attribute.value_span.start, attribute.value_span.start + 7)
    yield _said(
        view, "plain-http", "this address is not encrypted", span, "use https://; some clients do not load it",
        "info", Fix(span, "https://", "Use https://"),
    )  # fmt: skip


def _size(view: View, page: Page, element: Element) -> Iterator[Diagnostic]:
    styled = {each.name for each in declarations_of(page, element)}
    if (
        element.attribute("width") is None
        and "width" not in styled
        and "max-width" not in styled
        and not element.masked
    ):
        yield _said(
            view,
            "picture-size",
            "this picture says no width",
            element.name_span,
            "add width=… (and height): Outlook shows it in its own size otherwise",
            "info",
        )


def _is_whole(page: Page) -> bool:
    """Whether this is a whole mail and no part of one."""
    return any(element.name == "body" for element in page.elements)


def _whole(view: View, page: Page) -> Iterator[Diagnostic]:
    body = next(element for element in page.elements if element.name == "body")
    text = view.reading.text
    tags = {tag.name for tag, _ in all_tags(view.reading.tree.nodes)}
    includes = "include" in tags or "extends" in tags or "block" in tags
    if "unsubscribe" not in tags and not includes and not leads_out(text):
        yield _said(
            view, "no-unsubscribe", "the mail has no link to unsubscribe", body.name_span,
            "add one: mailings without are refused or marked as spam (RFC 8058, GDPR)", "info",
        )  # fmt: skip
    if not page.doctype and not includes:
        yield _said(
            view,
            "no-doctype",
            "the mail does not begin with <!doctype html>",
            page.elements[0].name_span,
            "add it: Outlook on the web draws otherwise without",
            "info",
        )
    if not includes and not _has_preheader(page, body):
        yield _said(
            view, "no-preheader", "inboxes show the first words of the mail behind its subject", body.name_span,
            'begin with <div style="display:none">…</div> and a sentence worth opening for', "info",
        )  # fmt: skip
    pictures = [element for element in page.elements if element.name == "img"]
    words = sum(len(node.text.split()) for node in view.reading.tree.nodes if isinstance(node, nodes.Text))
    if len(pictures) >= 3 and words < 20 * len(pictures) and len(text) < 2_000:
        yield _said(
            view,
            "mostly-pictures",
            "the mail is mostly pictures",
            body.name_span,
            "write more text: spam filters distrust it, and many see no pictures",
            "info",
        )


def _has_preheader(page: Page, body: Element) -> bool:
    hidden = [each for each in declarations(page) if each.name == "display" and each.value.strip().startswith("none")]
    if any(each.element is not None and each.element.span.start > body.span.start for each in hidden):
        return True
    return any("preheader" in element.value("class").casefold() for element in page.elements)
