"""Directives in descriptions: addresses are filled in, what only the shop can fill in is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.ports import Query
from dovetail.providers.magento2.directives import replaced
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import records

LINK, MEDIA = "https://shop.example/nl/", "https://shop.example/media/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="{{store url="about-us"}}">x</a>', f'<a href="{LINK}about-us/">x</a>'),
        ("{{store url=''}}", LINK),
        ('{{store direct_url="sale.html"}}', f"{LINK}sale.html"),
        ('{{store url="sale.html?a=1"}}', f"{LINK}sale.html?a=1"),
        ('<img src="{{media url="wysiwyg/a.jpg"}}">', f'<img src="{MEDIA}wysiwyg/a.jpg">'),
        # As Page Builder writes them.
        ('<img src="{{media url=wysiwyg/a.jpg}}">', f'<img src="{MEDIA}wysiwyg/a.jpg">'),
        ("style='background: url({{media url=&quot;a.jpg&quot;}})'", f"style='background: url({MEDIA}a.jpg)'"),
        ('a{{widget type="Magento\\Cms\\Block" block_id="7"}}b', "ab"),
        ('{{block class="A"}}{{config path="general/name"}}{{var order.id}}', ""),
        ('{{trans "Size %a" a=b}}', "Size %a"),
        ("{{if x}}one{{else}}two{{/if}} {{if y}}three{{/if}}", "two "),
        ("a{{depend x}}b{{/depend}}c", "ac"),
        ("{{  }} {{unknown}} {$x} {if $y}z{/if} {{", "{{  }} {{unknown}} {$x} {if $y}z{/if} {{"),
    ],
)
def test_a_directive_is_what_the_shops_own_pages_show(html: str, expected: str) -> None:
    assert replaced(html, LINK, MEDIA) == expected


@given(st.text(alphabet="{}$ab \"'=/<&;\n\\"))
def test_text_without_a_directive_is_left_alone(text: str) -> None:
    known = [each for each in ("store", "media", "trans", "widget", "block", "var", "if") if each in text]
    assert known == []
    assert replaced(text, LINK, MEDIA) == text


@pytest.mark.parametrize("store", ["nl", "de"])
def test_descriptions_of_a_shop_have_no_directives_and_keep_the_rest(shop: Shop, store: str) -> None:
    seen = 0
    for found in records(connected(shop, store), "product", Query(limit=300)):
        attributes = found.fields["attributes"]
        assert isinstance(attributes, Mapping)
        raw, shown = str(attributes["description"]), str(found.fields["description"])
        assert "{{" not in shown
        if "{{" in raw:
            seen += 1
            assert f'href="{shop.url}/{store}/about-us/"' in shown
            assert raw[: raw.index("{{")] == shown[: raw.index("{{")]
        else:
            assert shown == raw
    assert seen > 5
