"""`{html_options}`, `{html_checkboxes}`, `{html_radios}`. Smarty's outputs stand in tests/conformance."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from dovetail.engine.limits import Limits
from dovetail.errors import RenderError
from tests.engine.shop import Shop, engine
from tests.engine.tags.rendering import render, rendered

HOSTILE = "\"><script>alert('x')</script>"


class Tags(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_options_stand_in_a_select_when_they_have_a_name() -> None:
    text = "{html_options options=['a' => 'A', 'b' => 'B & C'] selected=b name=choice}"
    assert rendered(text) == (
        '<select name="choice">\n<option value="a">A</option>\n'
        '<option value="b" selected="selected">B &amp; C</option>\n</select>\n'
    )


def test_values_are_compared_as_they_are_written() -> None:
    assert 'selected="selected"' in rendered("{html_options values=[1, 2] output=[a, b] selected='2'}")
    assert 'selected="selected"' in rendered("{html_options values=['a&b'] output=[x] selected='a&b'}")
    assert 'checked="checked"' in rendered("{html_radios values=['a&b'] output=[x] selected='a&b'}")
    assert "selected" not in rendered("{html_options values=[0, 1] output=[a, b] selected=false}")
    assert rendered("{html_options options=['' => none, 'a' => A] selected=null}").count("selected") == 2


def test_groups_have_labels_and_ids_of_their_own() -> None:
    shown = rendered("{html_options options=['Fruit' => ['a' => 'Apple'], 'x' => 'Loose'] id=i name=n}")
    assert [(tag, attributes.get("id"), attributes.get("label")) for tag, attributes in Tags(shown).found] == [
        ("select", "i", None),
        ("optgroup", None, "Fruit"),
        ("option", "i-0-0", None),
        ("option", "i-1", None),
    ]


@pytest.mark.parametrize("tag", ["html_options", "html_checkboxes", "html_radios"])
def test_no_attribute_and_no_data_can_add_markup(tag: str) -> None:
    text = (
        f"{{{tag} name=$x id=$x class=$x title=$x selected=$x label_ids=true options=[$x => $x]"
        "}{" + tag + " values=[$x] output=[$x] data-x=$x}"
    )
    shown = rendered(text, {"x": HOSTILE})
    assert {tag for tag, _ in Tags(shown).found} <= {"select", "option", "label", "input"}
    assert "<script" not in shown
    assert any(attributes.get("title") == HOSTILE for _, attributes in Tags(shown).found)


def test_check_boxes_send_lists_and_radio_buttons_one_value() -> None:
    boxes = Tags(rendered("{html_checkboxes name=c values=[1, 2, 3] output=[a, b, c] selected=[1, 3]}")).found
    assert [a.get("name") for tag, a in boxes if tag == "input"] == ["c[]"] * 3
    assert ["checked" in a for tag, a in boxes if tag == "input"] == [True, False, True]
    buttons = Tags(rendered("{html_radios name=r values=[1, 2] output=[a, b] selected=[1, 2]}")).found
    assert ["checked" in a for tag, a in buttons if tag == "input"] == [False, False]


def test_labels_can_be_left_out_or_joined_by_id() -> None:
    assert "<label" not in rendered("{html_radios values=[1] output=[a] labels=false}")
    tags = dict(Tags(rendered("{html_radios name='a b' values=['ü?'] output=[a] label_ids=true}")).found)
    assert tags["label"]["for"] == tags["input"]["id"] == "a_b_ü_"


def test_inputs_are_assigned_as_a_list() -> None:
    assert rendered("{html_radios values=[1, 2] output=[a, b] assign=r}{$r|count}") == "2"


def test_strict_shows_disabled_only_when_it_is_meant() -> None:
    assert ' disabled="disabled"' in rendered("{html_options name=n options=[] strict=true disabled=true}")
    assert "disabled" not in rendered("{html_options name=n options=[] strict=true disabled=1}")
    assert ' disabled="1"' in rendered("{html_options name=n options=[] disabled=true}")


def test_nothing_to_choose_from_is_nothing() -> None:
    for tag in ("html_options", "html_checkboxes", "html_radios"):
        assert rendered(f"{{{tag} name=x output=[1]}}") == ""


def test_a_live_list_gives_its_titles() -> None:
    shop = Shop()
    shown = str(engine(shop).from_string("{html_options options=$myshop.products|limit:2}").render())
    assert shown == '<option value="0">P&lt;1&gt;</option>\n<option value="1">P&lt;2&gt;</option>\n'


def test_long_lists_with_long_attributes_are_errors() -> None:
    data = {"l": list(range(5_000)), "c": "x" * 5_000}
    for tag in ("html_options", "html_checkboxes", "html_radios"):
        with pytest.raises(RenderError, match=tag):
            render(f"{{{tag} options=$l class=$c}}", data, limits=Limits(value=1_000_000))


def test_more_elements_than_steps_are_an_error() -> None:
    with pytest.raises(RenderError, match="rounds"):
        render("{html_options options=$l}", {"l": list(range(101))}, limits=Limits(steps=100))


def test_groups_without_an_end_are_an_error() -> None:
    group: object = "x"
    for _ in range(500):
        group = [group]
    with pytest.raises(RenderError, match="deep"):
        render("{html_options options=$g}", {"g": group})
