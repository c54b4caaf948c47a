"""`{textformat}`. Smarty's outputs stand in tests/conformance (group textformat)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.limits import Limits
from dovetail.errors import RenderError
from tests.engine.shop import Shop, engine
from tests.engine.tags.rendering import render, rendered


def test_paragraphs_are_filled_and_wrapped() -> None:
    text = "{textformat wrap=12}a  b\nc d e f g h\n\n\ni{/textformat}\n|"
    assert rendered(text) == "a b c d e f\ng h\n\ni|"


def test_lines_are_indented_and_the_width_counts_it_in() -> None:
    text = "{textformat wrap=8 indent=2 indent_char='.' indent_first=1}aa bb cc dd{/textformat}"
    assert rendered(text) == "...aa bb\n..cc dd"


def test_an_email_is_72_wide_with_any_line_end() -> None:
    shown = rendered("{textformat style=email wrap_char='<br>'}{'word '|str_repeat:40}{/textformat}")
    assert max(map(len, shown.split("<br>"))) <= 72
    assert shown.split("<br>")[0] == " ".join(["word"] * 14)


@given(st.lists(st.text(alphabet="abc é\u00a0", min_size=1, max_size=12), max_size=30), st.integers(5, 40))
def test_no_word_is_lost_and_no_line_is_too_wide(words: list[str], width: int) -> None:
    content = " ".join(words)
    shown = rendered("{textformat wrap=$w}{$c nofilter}{/textformat}", {"c": content, "w": width})
    assert shown.split() == content.split()
    assert all(len(line) <= width or " " not in line for line in shown.split("\n"))


def test_the_result_can_be_kept() -> None:
    assert rendered("{textformat wrap=3 assign=t}a b c{/textformat}[{$t}]") == "[a b\nc]"


@pytest.mark.parametrize(
    "attributes",
    ["indent=999999999", "indent_first=999999999", "indent=20000 indent_char='12345678901234567890'"],
)
def test_monstrous_indents_are_errors(attributes: str) -> None:
    with pytest.raises(RenderError):
        render(f"{{textformat {attributes}}}a{{/textformat}}", limits=Limits(value=100_000))


def test_a_long_line_end_at_every_blank_is_an_error() -> None:
    with pytest.raises(RenderError, match="textformat"):
        rendered("{textformat wrap=1 wrap_char='-'|str_repeat:900000}{$t}{/textformat}", {"t": "a b c d e f"})


def test_live_content_is_asked_for_and_waited_for() -> None:
    shop = Shop()
    text = "{textformat wrap=9 assign=t}one {$myshop.product.$n.title nofilter} two{/textformat}{$t nofilter}"
    assert str(engine(shop).from_string(text).render({"n": 4})) == "one P<4>\ntwo"
    assert len(shop.rounds) == 1
