"""Follow-ups in the editor: what is completed and told, from the same keys and events that are read and documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.bridge.events.types import TYPES
from dovetail.bridge.followups.keys import ACTS, AT_TOP, IN_STEP, Key
from dovetail.bridge.followups.reading import checked
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.lsp.convert import plain
from dovetail.lsp.features.results import Completion
from dovetail.lsp.followups.findings import findings
from dovetail.lsp.followups.words import Known, complete, hover, resolve

MARK = "▮"
KNOWN = Known(["cart.tpl", "parts/footer.tpl"], {"mywebshop": "Magento 2 shop"}, ["reminded"])
STEPS = '\n[[steps]]\nname = "first"\nwait = "1h"\n[[steps]]\nwait = "1h"\n'


def offered(text: str) -> dict[str, Completion]:
    found = complete(text.replace(MARK, ""), text.index(MARK), KNOWN)
    return {item.label: item for item in found.items}


def test_keys_are_offered_where_they_may_stand() -> None:
    assert offered("▮").keys() == {"on", "source", "when", "cap", "quiet", "[[steps]]"}
    assert offered('on = "a"\n▮').keys() == {"source", "when", "cap", "quiet", "[[steps]]"}
    assert offered("[[steps]]\n▮").keys() == {each.name for each in IN_STEP}
    # A step does one thing.
    assert offered('[[steps]]\nwait = "1h"\n▮').keys() == {"name", "then", "otherwise", "[[steps]]"}
    assert offered("[[steps]]\nmail = { ▮ }").keys() == {"template", "subject", "to", "from", "reply_to", "unsubscribe"}
    assert offered('[[steps]]\nmail = { to = "a", ▮ }').keys() == {
        "template", "subject", "from", "reply_to", "unsubscribe",
    }  # fmt: skip
    assert offered("[[steps]]\n[steps.wait_for]\n▮").keys() == {"event", "within"}
    assert offered("quiet = { f▮ }").keys() == {"from"}


def test_a_key_is_written_with_an_example_unless_it_has_a_value() -> None:
    assert plain(offered("[[steps]]\nwa▮")["wait"].insert) == 'wait = "90m"'
    assert offered('[[steps]]\nwa▮ = "1h"')["wait"].insert == "wait"


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("wh▮", "when", "asked at the beginning"),
        ("▮", "[[steps]]", "one after the other"),
        ("[[steps]]\n▮", "split", "to: the step that this way leads to"),
        ("[[steps]]\nmail = { ▮ }", "subject", "its subject"),
        ('on = "▮"', "order-update", "tracks and comments move no stamp"),
    ],
)
def test_documentation(text: str, label: str, words: str) -> None:
    told = resolve(offered(text)[label].key)
    assert told is not None
    assert words in told.plain


def test_events_are_offered_by_name_with_what_they_are() -> None:
    found = offered('on = "▮"')
    assert [*found] == [*TYPES, "reminded"]
    assert found["cart-abandoned"].insert == "cart-abandoned"
    assert found["order-canceled"].detail == "its state became `canceled`"
    assert offered('on = ["order-create", ▮]')["user-register"].insert == '"user-register"'
    assert "order-paid" in offered('[[steps]]\nwait_for = { event = "▮" }')
    # What Dovetail finds itself nobody may raise.
    assert offered('[[steps]]\nraise = { event = "▮" }').keys() == {"cart-add", "cart-remove", "reminded"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[steps]]\nmail = { template = ▮ }", {"cart.tpl", "parts/footer.tpl"}),
        ("source = ▮", {"mywebshop"}),
        (STEPS + '[[steps]]\nthen = "▮"', {"first", "2", "end"}),
        (STEPS + "[[steps]]\notherwise = ▮", {"first", "2", "end"}),
        (STEPS + '[[steps]]\nsplit = [{ to = "f▮" }]', {"first"}),
        ("[[steps]]\nwait = ▮", {'"90m"'}),
        ('[[steps]]\nwait = "▮"', set[str]()),
        ("# ▮", set[str]()),
        ("nothing = ▮", set[str]()),
    ],
)
def test_values(text: str, wanted: set[str]) -> None:
    assert offered(text).keys() == wanted


@pytest.mark.parametrize(
    ("text", "covers", "words"),
    [
        ('o▮n = "order-create"', "on", "the event that starts it"),
        ('on = "cart-aban▮doned"', "cart-abandoned", "an open cart with items"),
        ("[[st▮eps]]", "steps", "one after the other"),
        ("[[steps]]\nma▮il = {}", "mail", "a mail of a template"),
        ('[[steps]]\nmail = { sub▮ject = "" }', "subject", "its subject"),
        ("[[steps]]\n[steps.wait_▮for]", "wait_for", "an event of the same person"),
        ('[[steps]]\nwait_for = { event = "order-▮paid" }', "order-paid", "as much is paid"),
        ("quiet = { zo▮ne = 1 }", "zone", "time zone"),
    ],
)
def test_hover(text: str, covers: str, words: str) -> None:
    whole = text.replace(MARK, "")
    found = hover(whole, text.index(MARK))
    assert found is not None
    assert whole[found.span.start : found.span.end] == covers
    assert words in found.prose.plain


@pytest.mark.parametrize("text", ["▮", "# o▮n", 'when = "o▮n"', 'mine = "order-▮create"', "nothi▮ng = 1"])
def test_nothing_where_there_is_nothing_to_tell(text: str) -> None:
    assert hover(text.replace(MARK, ""), text.index(MARK)) is None


def whole(key: Key) -> str:
    """A follow-up with a key as its example has it."""
    top = "" if key.name == "on" else 'on = "order-create"\n'
    first = '[[steps]]\nname = "a"\nwait = "1h"\n[[steps]]\nname = "b"\n'
    if key in ACTS:
        return f"{top}{first}{key.shown}\n"
    if key in IN_STEP:
        return f'{top}[[steps]]\nwait = "1h"\n{key.shown}\n'
    return f'{top}{key.shown}\n[[steps]]\nwait = "1h"\n'


@pytest.mark.parametrize("key", [each for each in (*AT_TOP, *IN_STEP) if each.example], ids=lambda each: each.name)
def test_what_is_written_by_an_example_is_without_fault(key: Key) -> None:
    def check(text: str) -> None:
        Engine(loader=DictLoader({})).from_string(text, "follow-up")

    _, faults = checked("remind", "remind.toml", whole(key), check)
    assert list(faults) == []


def test_all_faults_are_found_with_the_words_that_they_stand_at() -> None:
    text = 'on = "order-creat"\r\nfoo = 1\r\n[[steps]]\r\nmail = { template = "a", subject = "{$x" }\r\nthen = "b"\r\n[[steps]]\r\n'
    found = findings(Path("followups/remind.toml"), text, {})
    assert [(text[each.span.start : each.span.end], each.message.split("\n")[0]) for each in found] == [
        ("on", "there is no event `order-creat`"),
        ("foo", "`foo` is not known in a follow-up"),
        ("subject", "`{$x` cannot be read: this tag does not end"),
        ("then", "there is no step `b`"),
        ("[[steps]]", "a step does one thing; this one does 0"),
    ]
    assert found[0].message.endswith("did you mean `order-create`?")


@pytest.mark.parametrize("text", ["on = ", "on = [", '"', "[[steps]", "on = 1\non = 2", "\n\n= 3"])
def test_half_a_text_has_one_fault_in_it(text: str) -> None:
    (found,) = findings(Path("followups/remind.toml"), text, {})
    assert "this is not TOML" in found.message
    assert 0 <= found.span.start <= found.span.end <= len(text)
