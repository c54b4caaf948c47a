"""`{{…}}` in the HTML of a product: what the shop's own pages replace, and its API gives as it was typed in. Pure.

Addresses become addresses. What only the shop can fill in (widgets, blocks, settings) is left out, since a mail
that shows `{{widget type=…}}` is worse than one without. Anything else in braces is text (facts/magento.md §8).
"""

from __future__ import annotations

import re

# As Magento finds them (Magento\Framework\Filter\Template): the first `}}` ends a directive.
_DIRECTIVE = re.compile(r"\{\{([a-z]{1,12})\b(.*?)\}\}", re.IGNORECASE | re.DOTALL)
_DEPEND = re.compile(r"\{\{depend\b.*?\}\}.*?\{\{/depend\s*\}\}", re.IGNORECASE | re.DOTALL)
_IF = re.compile(r"\{\{if\b.*?\}\}.*?(?:\{\{else\s*\}\}(.*?))?\{\{/if\s*\}\}", re.IGNORECASE | re.DOTALL)
# Page Builder writes a directive inside an HTML attribute, with `&quot;` or no quotes at all.
_PARAMETER = re.compile(r"""([a-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|&quot;(.*?)&quot;|([^\s"'&]+))""", re.IGNORECASE)
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|&quot;(.*?)&quot;)""", re.DOTALL)

_OF_THE_SHOP = frozenset(
    {"widget", "block", "layout", "config", "customvar", "var", "view", "template", "css", "inlinecss", "protocol"}
)


def replaced(html: str, link_url: str, media_url: str) -> str:
    """HTML without directives. `link_url` and `media_url` end in a slash."""
    if "{{" not in html:
        return html

    def one(match: re.Match[str]) -> str:
        name, rest = match[1].lower(), match[2]
        if name == "store":
            given = _parameters(rest)
            return link_url + (given.get("direct_url", "").lstrip("/") or _route(given.get("url", "")))
        if name == "media":
            return media_url + _parameters(rest).get("url", "").lstrip("/")
        if name == "trans":
            text = _QUOTED.match(rest)
            return next((each for each in text.groups() if each is not None), "") if text else ""
        return "" if name in _OF_THE_SHOP else match[0]

    # Their conditions are variables of the shop's own pages, which are empty here.
    plain = _IF.sub(lambda match: match[1] or "", _DEPEND.sub("", html))
    return _DIRECTIVE.sub(one, plain)


def _parameters(text: str) -> dict[str, str]:
    return {
        match[1].lower(): next((each for each in match.groups()[1:] if each is not None), "")
        for match in _PARAMETER.finditer(text)
    }


def _route(path: str) -> str:
    """A path as Magento's own links have it: with a slash at its end, unless it names a file or has a query."""
    path = path.lstrip("/")
    last = path.rpartition("/")[2]
    return f"{path}/" if last and not set(last) & set(".?#") else path
