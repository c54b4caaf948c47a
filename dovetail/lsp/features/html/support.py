"""What the mail clients that matter do not support, from the caniemail data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.errors import Diagnostic
from dovetail.lsp.features.html.css import at_rules, declarations
from dovetail.lsp.features.html.elements import Page
from dovetail.lsp.features.html.knowledge import (
    Verdict,
    feature_of_attribute,
    feature_of_element,
    feature_of_property,
    features_of_value,
    knowledge,
    verdicts,
)
from dovetail.lsp.features.view import View
from dovetail.source import Span

_AT_RULES = {
    "import": "css-at-import",
    "font-face": "css-at-font-face",
    "keyframes": "css-at-keyframes",
    "supports": "css-at-supports",
}
_HARMLESS = frozenset(
    {
        # Where it is not known, nothing is lost: corners are square, a shadow is missing.
        *("css-border-radius", "css-box-shadow", "css-text-shadow", "css-transition", "css-animation", "css-cursor"),
        *("css-at-font-face", "css-color-scheme", "css-letter-spacing", "css-object-fit", "css-opacity"),
        *(
            "html-role",
            "html-lang",
            "html-aria-hidden",
            "html-aria-label",
            "html-meta-color-scheme",
            "html-loading-attribute",
        ),
        *(
            "html-hidden",
            "html-target",
            "html-dir",
            "css-hyphens",
            "css-word-break",
            "css-overflow-wrap",
            "css-word-wrap",
        ),
        *("html-style", "html-body", "html-link", "css-visibility", "css-overflow", "css-box-sizing", "html-semantics"),
        *(
            "css-max-width",
            "css-min-width",
            "css-max-height",
            "css-display-none",
            "css-text-decoration",
            "css-important",
        ),
        *(
            "html-aria-labelledby",
            "html-aria-describedby",
            "html-srcset",
            "css-text-overflow",
            "css-outline",
            "css-margin",
        ),
        *("css-background", "css-at-media", "css-background-size", "css-background-position", "css-background-repeat"),
        *("css-list-style-type", "css-list-style", "css-list-style-position", "css-white-space", "html-comments"),
        *(
            "css-vertical-align",
            "css-display",
            "css-font",
            "css-direction",
            "css-user-select",
            "css-table-layout",
            "css-height",
        ),
        *(
            "css-width",
            "css-padding",
            "css-line-height",
            "css-font-size",
            "css-font-weight",
            "css-border",
            "css-text-align",
        ),
    }
)


def support(view: View, page: Page, first: bool) -> Iterator[Diagnostic]:
    """Findings about features that a client which matters does not support at all."""
    for declaration in declarations(page):
        slug = feature_of_property(declaration.name, declaration.value)
        if slug is not None:
            yield from _finding(view, slug, declaration.name_span)
        for each in features_of_value(declaration.value):
            yield from _finding(view, each, declaration.value_span)
    for name, span in at_rules(page):
        if name in _AT_RULES:
            yield from _finding(view, _AT_RULES[name], span)
    for element in page.elements:
        slug = feature_of_element(element.name)
        if slug is not None:
            yield from _finding(view, slug, element.name_span)
        for attribute in element.attributes:
            slug = feature_of_attribute(attribute.name)
            if slug is not None:
                yield from _finding(view, slug, Span(attribute.span.start, attribute.span.start + len(attribute.name)))


def _finding(view: View, slug: str, span: Span) -> Iterator[Diagnostic]:
    if slug in _HARMLESS:
        return
    lacking = [each for each in verdicts(slug, view.preferences.clients) if each.support == "n"]
    if not lacking:
        return
    found = knowledge()["features"][slug]
    message = f"{found['title'].strip()} does not work in {_clients(lacking)}"
    notes = next((note for each in lacking for note in each.notes), "")
    advice = " ".join(part for part in (notes, f"See {found['url']}") if part)
    yield Diagnostic("mail-support", message, view.reading.source, span, advice, "info")


def _clients(lacking: Sequence[Verdict]) -> str:
    names = list(dict.fromkeys(each.client for each in lacking))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
