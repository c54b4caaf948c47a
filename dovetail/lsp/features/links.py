"""What leads somewhere: included templates, and the addresses of links and pictures."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.html.elements import elements_of
from dovetail.lsp.features.names import includes_of
from dovetail.lsp.features.results import Link
from dovetail.lsp.features.view import View

_ADDRESSES = {
    ("a", "href"),
    ("img", "src"),
    ("link", "href"),
    ("td", "background"),
    ("table", "background"),
    ("body", "background"),
}


def links(view: View) -> Sequence[Link]:
    """The links of a template; addresses that a template makes up are known when it is rendered, not here."""
    found = [
        Link(target.span, name=target.name, tooltip=f"Open {target.name}")
        for target in includes_of(view.reading)
        if view.folder.reading(target.name) is not None
    ]
    for element in view.reading.once(elements_of):
        for attribute in element.attributes:
            if (element.name, attribute.name) in _ADDRESSES and not attribute.masked:
                url = attribute.value.strip()
                if url.startswith(("http://", "https://", "mailto:", "tel:")) and not any(
                    each.isspace() for each in url
                ):
                    found.append(Link(attribute.value_span, url=url))
    return sorted(found, key=lambda link: link.span)
