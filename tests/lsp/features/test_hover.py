"""What is told under the pointer: kind, value now, age, what modifiers make of it; never more than may be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dovetail.engine.ports import Answer, Ask
from dovetail.lsp.features.hover import hover
from dovetail.lsp.features.results import Hover
from dovetail.lsp.features.view import Preferences
from tests.lsp.looking import MUG, NOW, Known, known, view

MUG_ASK = Ask("mywebshop", "product", 123456)


def told(text: str, **more: object) -> Hover:
    looked, offset = view(text, **more)  # type: ignore[arg-type]
    found = hover(looked, offset)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "covers", "words"),
    [
        ("{$mywebs▮hop.product.1}", "$mywebshop", ["an integration", "Magento 2 shop"]),
        ("{$mywebshop.prod▮uct.1.name}", "$mywebshop.product", ["product by key"]),
        ("{$mywebshop.product.123▮456.name}", "$mywebshop.product.123456", ["This is Blue mug."]),
        ("{$mywebshop.product.123456.na▮me}", "$mywebshop.product.123456.name", ["Now: Blue mug", "3 min old"]),
        ("{$mywebshop.product.123456.name|up▮per}", "upper", ["after |upper: BLUE MUG", "Capital letters"]),
        ("{$x = 'a'}{$▮x}", "$x", ["text", "set in line 1", "Now: a"]),
        ("{foreach [4, 5] as $i}{$▮i}{/foreach}", "$i", ["a number", "each element", "Now: 4"]),
        ("{fore▮ach $a as $b}{/foreach}", "foreach", ["Repeats its content"]),
        ("{if $a}{el▮se}{/if}", "else", ["no condition before it held"]),
        ("{if $a}{/i▮f}", "{/if}", ["Shows its content"]),
        ('{include fi▮le="part.tpl"}', "file", ["the name of a template"]),
        ('{include file="par▮t.tpl"}', 'file="part.tpl"', ["It uses $year"]),
        ('{include file="non▮e.tpl"}', 'file="none.tpl"', ["There is no template"]),
        ("{function f a=1}{/function}{▮f a=2}", "f", ["A function of this template"]),
    ],
)
def test_what_stands_here(text: str, covers: str, words: list[str]) -> None:
    found = told(text, beside={"part.tpl": "<p>{$year}</p>"})
    assert text.replace("▮", "")[found.span.start : found.span.end] == covers
    for each in words:
        assert each in found.prose.plain
    assert "▮" not in found.prose.markdown


@pytest.mark.parametrize("text", ["Hello▮", "{* c▮ *}", "{literal}{$▮x}{/literal}", "{1 + ▮2}"])
def test_nothing_where_there_is_nothing_to_tell(text: str) -> None:
    looked, offset = view(text)
    assert hover(looked, offset) is None


def test_personal_values_are_hidden_unless_asked_for() -> None:
    text = "{$mywebshop.customer.7.email▮}"
    assert "ann@example.org" not in told(text).prose.plain
    assert "•••" in told(text).prose.plain
    shown = told(text, preferences=Preferences(masked=False)).prose.plain
    assert "ann@example.org" in shown


def test_what_is_not_known_is_asked_and_said() -> None:
    live = Known()
    found = told("{$mywebshop.product.99.name▮}", live=live)
    assert "is being asked" in found.prose.plain
    assert live.wanted == [Ask("mywebshop", "product", 99)] * len(live.wanted)


def test_a_live_value_means_nothing_in_markdown() -> None:
    live = known()
    evil = "[click](command:evil) <img src=x> `a` \u202e *b*\n# c"
    live.answers[MUG_ASK] = Answer(replace(MUG, title=evil, fields={**MUG.fields, "name": evil}), fetched_at=NOW)
    shown = told("{$mywebshop.product.123456.name▮}", live=live).prose
    assert "\u202e" not in shown.markdown + shown.plain
    assert "\n# c" not in shown.markdown
    # Within a fence of two backticks nothing is a link, whatever it looks like.
    assert "``[click](command:evil) <img src=x> `a`  *b* # c``" in shown.markdown
    title = told("{$mywebshop.product.123456▮.name}", live=live).prose.markdown
    assert "\\[click\\]\\(command\\:evil\\)" in title


def test_a_shop_that_is_down_is_said_on_its_name() -> None:
    live = known()
    live.failures = {"mywebshop": "refused"}
    assert "cannot be asked now: refused" in told("{$myweb▮shop.product.1}", live=live).prose.plain
