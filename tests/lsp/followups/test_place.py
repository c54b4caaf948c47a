"""Where something stands in a follow-up's text, whole or half written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.lsp.followups.place import Spot, spot_at, step_names

MARK = "▮"


def spot(text: str) -> Spot | None:
    return spot_at(text.replace(MARK, ""), text.index(MARK))


@pytest.mark.parametrize(
    ("text", "table", "key", "typed"),
    [
        ("▮", (), "", ""),
        ("on▮", (), "", "on"),
        ('on = "ord▮er"', (), "on", "ord"),
        ('on = ["a", "▮"]', (), "on", ""),
        ('on = [\n  "a",\n  ▮\n]', (), "on", ""),
        ("cap = { times = 1, p▮ }", ("cap",), "", "p"),
        ("[cap]\np▮", ("cap",), "", "p"),
        ("[[steps]]\n▮", ("steps",), "", ""),
        ('[[steps]]\nwait = "1▮"', ("steps",), "wait", "1"),
        ('[[steps]]\nmail = { template = "a▮" }', ("steps", "mail"), "template", "a"),
        ("[[steps]]\n[steps.mail]\nsub▮ = 1", ("steps", "mail"), "", "sub"),
        ('[[steps]]\nsplit = [{ to = "a" }, { to = "▮" }]', ("steps", "split"), "to", ""),
        ("[[steps]]\nsplit = [\n  { we▮\n", ("steps", "split"), "", "we"),
        # What was left open ends at the next key or table.
        ('on = [\nwhen = "▮"', (), "when", ""),
        ("[[steps]]\nmail = {\n[[steps]]\nw▮", ("steps",), "", "w"),
        ('[[steps]]\ncheck = """\n[[steps]]\n"""\nw▮', ("steps",), "", "w"),
        ('when = "# {" # }\nca▮', (), "", "ca"),
    ],
)
def test_where(text: str, table: tuple[str, ...], key: str, typed: str) -> None:
    found = spot(text)
    assert found is not None
    assert (found.table, found.key, found.typed) == (table, key, typed)


@pytest.mark.parametrize("text", ["# on▮", 'on = "a" # ▮', "[[st▮eps]]", "[steps.m▮"])
def test_comments_and_headers_are_no_place(text: str) -> None:
    assert spot(text) is None


def test_the_other_keys_of_the_table_are_known_before_and_behind() -> None:
    found = spot('on = "a"\n[[steps]]\nname = "x"\n▮\nthen = "y"\n[steps.mail]\nto = "z"\n[[steps]]\nwait = "1h"')
    assert found is not None
    assert found.given == {"name", "then", "mail"}
    assert found.step == 0
    inline = spot("cap = { ▮, per = 1 }\nwhen = 1")
    assert inline is not None
    assert inline.given == {"per"}


def test_the_names_of_steps() -> None:
    assert step_names(
        'name = "no"\n[[steps]]\nwait = 1\n[[steps]]\nname = "b"\n[steps.mail]\nname = "no"\n[[steps]]'
    ) == [
        "1",
        "b",
        "3",
    ]


@given(st.text(alphabet="on[]{}\"'=,. #\n-ab\r\\", max_size=60), st.integers(0, 60))
def test_any_text_at_any_place_gives_a_word_there_or_nothing(text: str, at: int) -> None:
    offset = min(at, len(text))
    found = spot_at(text, offset)
    if found is not None:
        assert found.span.start <= offset <= found.span.end
        assert text[found.span.start : offset] == found.typed
