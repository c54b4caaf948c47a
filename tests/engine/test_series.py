"""Renders one after another: each is as if it were alone, and nobody's data stay behind."""

from __future__ import annotations

import gc
import weakref

from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.audience import CUSTOMARY, with_aliases
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.engine.series import Series

NAMES = st.sampled_from([*sorted(CUSTOMARY), "name", "order"])
VALUES = st.sampled_from([None, "text", {"trigger": 1}, {"timestamp": 5}, {"profile": {"n": 1}}, {"sendtimestamp": 7}])
OTHERS = st.dictionaries(st.sampled_from(["name", "order", "trigger_", "x"]), VALUES)


@given(st.dictionaries(NAMES, VALUES), OTHERS)
def test_who_brings_no_customary_name_gets_the_aliases_of_what_is_shared(
    shared: dict[str, object], own: dict[str, object]
) -> None:
    assert {**with_aliases(shared, 3.0), **own} == with_aliases({**shared, **own}, 3.0)


@given(st.dictionaries(NAMES, VALUES))
def test_no_other_names_are_added_or_changed(given_: dict[str, object]) -> None:
    found = with_aliases(given_, 3.0)
    assert {name for name in found if name not in given_ or found[name] is not given_[name]} <= CUSTOMARY


class Name(str):
    """A text that tells when nobody holds it any more."""

    __slots__ = ("__weakref__",)


def test_nothing_of_a_render_is_in_the_next_one() -> None:
    text = (
        "{counter}{capture name='c'}{$n}{/capture}{append 'l' $n}{$l|join:'+'}{$smarty.capture.c}{cycle values='a,b'}"
    )
    template = Engine(loader=DictLoader({"main": text})).get_template("main")
    assert [str(template.render(n=n)) for n in "xyz"] == [f"1{n}{n}a" for n in "xyz"]
    series = Series(template.setting, {}, 0.0)
    for n in "xyz":
        assert series.made({"n": n}) == f"1{n}{n}a"
        series.renew()


def test_a_template_holds_nobodys_data_between_renders() -> None:
    template = Engine(loader=DictLoader({"main": "Dear {$n nofilter}{$missing|default:''}"})).get_template("main")
    name = Name("Ann")
    seen = weakref.ref(name)
    assert template.render(n=name) == "Dear Ann"
    del name
    gc.collect()
    assert seen() is None
