"""The designer's palette: ready parts of a mail, offered where `$` or `/` is typed in text, for the account's shops."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dovetail.engine.schema import Field, Schema
from dovetail.grammar.scanner import Delimiters
from dovetail.lsp.features.completion.offers import Offer, fitting, in_snippet
from dovetail.lsp.features.results import Completion
from dovetail.lsp.features.types import variable_type
from dovetail.lsp.features.view import View
from dovetail.source import Span

_TYPED = re.compile(r"(?:(?<=\s)|(?<=>)|\A|(?<=\())([$/])([\w ]{0,30})\Z")
_STYLE = re.compile(r"<(style|script)\b[^>]*>(?:(?!</\1).)*\Z", re.DOTALL | re.IGNORECASE)
_IN_TAG = re.compile(r"<[a-zA-Z!/][^<>]*\Z")

_BUTTON = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
    '<td style="background:#0b5cad;border-radius:4px;padding:12px 24px">'
    '<a href="${1:https://}" style="color:#ffffff;text-decoration:none;font-weight:bold">${2:Read more}</a>'
    "</td></tr></table>"
)


def palette_offers(view: View, offset: int) -> Sequence[Offer]:
    """What is offered in text; nothing but behind a `$` or `/` that begins a word."""
    text = view.reading.text
    before = text[max(0, offset - 2_000) : offset]
    typed = _TYPED.search(before)
    if typed is None or _STYLE.search(before):
        return []
    sign, word = typed[1], typed[2]
    span = Span(offset - len(typed[0]), offset)
    within = _IN_TAG.search(before[: len(before) - len(typed[0])]) is not None
    items = list[tuple[Completion, float]]()
    if sign == "$":
        items += _variables(view, span)
    elif within:
        # In an element `/` ends it; in an address it is a part of it.
        return []
    if not within:
        items += _parts(view, span)
    return fitting(word.strip(), items)


def _variables(view: View, span: Span) -> Iterator[tuple[Completion, float]]:
    left, right = view.reading.options.delimiters.left, view.reading.options.delimiters.right
    for name, schema in view.live.schemas.items():
        item = Completion(
            f"${name}", "integration", span, f"{left}${name}.", schema.summary, again=True, key=f"integration:{name}"
        )
        yield item, 6.0
    if view.trigger is not None:
        words = variable_type(view, "trigger", span.start).summary
        yield Completion("$trigger", "variable", span, f"{left}$trigger.", words, again=True), 9.0
    for sample in view.samples[:1]:
        for name, value in sample.variables.items():
            if isinstance(value, dict):
                yield Completion(f"${name}", "variable", span, f"{left}${name}.", again=True), 8.0
            else:
                yield Completion(f"${name}", "variable", span, f"{left}${name}{right}"), 8.0


def _parts(view: View, span: Span) -> Iterator[tuple[Completion, float]]:
    delimiters = view.reading.options.delimiters
    yield _part("greeting", "Dear Ann, with a word for those whose name is not known", _greeting(delimiters), span), 4.0
    yield _part("button", "a button that every mail client shows", _BUTTON, span), 4.0
    yield (
        _part("condition", "something that only some get", _tags("{if ${1:condition}\\}$0{/if\\}", delimiters), span),
        1.0,
    )
    yield _part("preheader", "the line that inboxes show behind the subject", _PREHEADER, span), 1.0
    yield _part("unsubscribe", "a link to unsubscribe", _UNSUBSCRIBE, span), 1.0
    for name, schema in view.live.schemas.items():
        yield from _of_shop(name, schema, delimiters, span)


def _of_shop(name: str, schema: Schema, delimiters: Delimiters, span: Span) -> Iterator[tuple[Completion, float]]:
    members, records = schema.members, schema.records
    product = members.get("product")
    fields: Mapping[str, Field] = {}
    if product is not None and product.record in records:
        fields = records[product.record].fields
    if product is not None and product.kind == "keyed" and {"title", "price"} <= fields.keys():
        variable = in_snippet(f"${name}.product.") + "${1:id}"
        card = list[str]()
        if "image_url" in fields and "url" in fields:
            picture = f'<img src="{{{variable}.image_url\\}}" alt="{{{variable}.title\\}}" width="240">'
            card.append(f'<a href="{{{variable}.url\\}}">{picture}</a>')
        card.append(f"<p><b>{{{variable}.title\\}}</b><br>{{{variable}.price|number_format:2\\}}</p>$0")
        yield (
            _part(
                "product card",
                f"picture, name and price of a product of {name}",
                _tags("\n".join(card), delimiters),
                span,
            ),
            5.0,
        )
        yield (
            _part(
                "price",
                f"the price of a product of {name}",
                _tags(f"{{{variable}.price|number_format:2\\}}$0", delimiters),
                span,
            ),
            2.0,
        )
    if "products" in members:
        loop = in_snippet(f"${name}.products") + "|orderby:'${1:created_at}':'desc'|limit:${2:3} as \\$product"
        line = "<p>{\\$product.title\\}: {\\$product.price|number_format:2\\}</p>"
        text = f"{{foreach {loop}\\}}\n{line}\n{{/foreach\\}}$0"
        yield _part("new products", f"the latest products of {name}", _tags(text, delimiters), span), 3.0
    if "order" in members:
        order = in_snippet(f"${name}.order.") + "${1:id}"
        text = (
            f"{{foreach {order}.items as \\$item\\}}\n<p>{{\\$item.qty\\}} × {{\\$item.name\\}}</p>\n{{/foreach\\}}$0"
        )
        yield _part("order lines", f"what was ordered at {name}", _tags(text, delimiters), span), 2.0


def _part(label: str, words: str, snippet: str, span: Span) -> Completion:
    return Completion(label, "snippet", span, snippet, words, snippet=True, matched=True)


def _greeting(delimiters: Delimiters) -> str:
    return _tags("Dear {\\$profile.firstname|default:'${1:customer}'\\},$0", delimiters)


_PREHEADER = '<div style="display:none;max-height:0;overflow:hidden">${1:What the mail is about}</div>$0'
_UNSUBSCRIBE = '<a href="{unsubscribe\\}">${1:Unsubscribe}</a>$0'


def _tags(snippet: str, delimiters: Delimiters) -> str:
    """A snippet with the account's own delimiters."""
    if delimiters == Delimiters():
        return snippet
    right = in_snippet(delimiters.right)
    return re.sub(r"\{(?=\\\$|/|if|foreach)", lambda _: delimiters.left, snippet).replace("\\}", right)
