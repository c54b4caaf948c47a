"""Laws of the engine that hold for every template, over those that the fuzzer's grammar makes."""

from __future__ import annotations

import random
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dovetail.engine.environment import Engine
from dovetail.engine.frames import Frame, LimitReached, Missing, Output
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Answer, Ask
from dovetail.engine.runtime import Runtime
from dovetail.engine.setting import Setting
from dovetail.errors import DovetailError, ProviderError, TemplateSyntaxError
from dovetail.grammar.parse import parse, parse_tolerant
from dovetail.source import Source
from tests.engine.shop import SCHEMA, Shop
from tests.fuzz.templates import Maker

CHOICES = st.randoms(use_true_random=False)
LAW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LIMITS = Limits(steps=5_000, seconds=60)


def an_engine(text: str) -> Engine:
    files = {"main": text, "self": text, "part": "[{$p}{$a}]", "c.conf": "v = 1\n[x]\nw = 'two'\n"}
    return Engine(
        loader=DictLoader(files),
        schemas={"myshop": SCHEMA},
        driver=Shop(),
        limits=LIMITS,
        clock=lambda: 1_700_000_000.0,
    )


def ending(engine: Engine, data: dict[str, object]) -> str:
    try:
        return str(engine.get_template("main").render(data))
    except DovetailError as error:
        return f"{type(error).__name__}: {error}"


@LAW
@given(CHOICES)
def test_rendering_twice_is_equal(choices: random.Random) -> None:
    maker = Maker(choices, live=True)
    text, data = maker.template(), maker.data()
    engine = an_engine(text)
    once = ending(engine, data)
    assert ending(engine, data) == once
    assert ending(an_engine(text), data) == once


@LAW
@given(CHOICES)
def test_rendering_leaves_the_data_as_they_were(choices: random.Random) -> None:
    maker = Maker(choices)
    text, data = maker.template(), maker.data()
    before = repr(data)
    ending(an_engine(text), data)
    assert repr(data) == before


@LAW
@given(CHOICES, st.booleans())
def test_the_tolerant_parse_takes_everything_and_agrees_with_the_strict_one(
    choices: random.Random, spoil: bool
) -> None:
    maker = Maker(choices)
    source = Source("t", maker.spoiled() if spoil else maker.template())
    tree, findings = parse_tolerant(source)
    if findings:
        with pytest.raises(TemplateSyntaxError) as caught:
            parse(source)
        assert caught.value.diagnostics == findings
    else:
        assert parse(source) == tree


def _runtime(setting: Setting, *, gathering: bool) -> Runtime:
    nothing: dict[Ask, Answer | ProviderError] = {}
    return Runtime(setting, nothing, setting.clock(), perf_counter(), {}, gathering=gathering)


def _asked(setting: Setting, data: dict[str, object], *, gathering: bool) -> tuple[set[Ask], bool]:
    """What a pass without any answers asks for, and whether it stopped for want of one."""
    runtime = _runtime(setting, gathering=gathering)
    stopped = False
    try:
        setting.program.run(runtime, Frame({**setting.roots, **data}, "main"), Output())
    except Missing:
        stopped = True
    except (DovetailError, LimitReached):
        pass
    return set(runtime.missing), stopped


@LAW
@given(CHOICES)
def test_gathering_asks_at_least_for_what_the_plain_pass_stops_at(choices: random.Random) -> None:
    maker = Maker(choices, live=True)
    text, data = maker.template(), maker.data()
    engine = an_engine(text)
    try:
        setting = engine.setting(engine.get_template("main").program)
    except DovetailError:
        return
    plain, stopped = _asked(setting, data, gathering=False)
    gathered, _ = _asked(setting, data, gathering=True)
    if stopped:
        assert gathered >= plain
