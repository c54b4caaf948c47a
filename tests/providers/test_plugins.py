"""A broken plug-in: a sentence that names the package and the remedy, and everything else goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

import dovetail
from dovetail.engine.ports import Ask, Request, T, Talk
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import OddAnswerError, ProviderError, SettingsError, TemplateError
from dovetail.integrations.settings import read_settings
from dovetail.providers import registry
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration
from dovetail.providers.schema_faults import schema_faults
from tests.cli.dovetail_process import CommandLine
from tests.providers.packages import install
from tests.providers.station import asking, value

PLUG_IN = """
from dovetail.engine.ports import Answer, Finding, Lifetime, Suggestion
from dovetail.engine.schema import Member, Schema
from dovetail.providers.kinds import Kind

class Weather:
    fingerprint = "here"

    def __init__(self, identifier, settings):
        self.identifier = identifier

    def schema(self):
        now = Member(kind="value", collection="now", summary="The weather.", type="text")
        return Schema(kind="weather", summary="Weather.", members={"now": now})

    def resolve(self, asks):
        yield []
        return {ask: Answer("sunny") for ask in asks}

    def lifetime(self, ask):
        return Lifetime(0.0)

    def authorize(self, request):
        return request

    def suggest(self, path, text, limit):
        yield []
        return []

    def check(self):
        yield []
        return [Finding(True, "the sky is there")]

class Broken(Weather):
    pass

def make(identifier, settings):
    return Broken(identifier, settings)

KIND = Kind(name="weather", title="Weather", summary="Weather.", settings=(), make=make)
"""


def plug_in(site: Path, name: str, broken: str = "    pass") -> Integration:
    """An installed package `name` whose `Broken` provider has the lines of `broken`, connected as `name`."""
    source = PLUG_IN.replace("class Broken(Weather):\n    pass", f"class Broken(Weather):\n{broken}")
    assert broken in source
    install(
        site, f"plugged_{name}", source.replace('name="weather"', f'name="{name}"'), f"{name} = plugged_{name}:KIND"
    )
    return Integration(registry.kind(name).make(name, {}))


def now(identifier: str) -> Ask:
    return Ask(identifier, "now", "")


def lead(talk: Talk[T]) -> T:
    """A conversation to its end, without a reply to anything."""
    try:
        next(talk)
        talk.send([])
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it goes on")


def rendered(*integrations: Integration, template: str) -> str:
    with dovetail.Environment(integrations=integrations, cache_folder=None) as environment:
        return str(environment.from_string(template).render())


# --- what it does wrong when it is asked

WRONG = {
    "raises": ("    def resolve(self, asks):\n        raise KeyError('jan@example.org')", "failed (KeyError, plugged_"),
    "raises_later": (
        "    def resolve(self, asks):\n        yield []\n        return {}['jan@example.org']",
        "failed (KeyError, plugged_",
    ),
    "endless": (
        "    def resolve(self, asks):\n        while True:\n            yield []",
        "has asked 1,000 times without coming to an end",
    ),
    "no_generator": (
        "    def resolve(self, asks):\n        return {ask: Answer('sunny') for ask in asks}",
        "gives a dict instead of a generator of requests",
    ),
    "no_batch": (
        "    def resolve(self, asks):\n        yield 'GET /'",
        "yields something other than a list of Requests",
    ),
    "no_answer": (
        "    def resolve(self, asks):\n        yield []\n        return {ask: 'jan@example.org' for ask in asks}",
        "answers now with a str instead of an Answer",
    ),
    "no_mapping": ("    def resolve(self, asks):\n        yield []", "gives a NoneType instead of a mapping"),
    "no_ask": (
        "    def resolve(self, asks):\n        yield []\n        return {'now': Answer('sunny')}",
        "answers a str, which is no Ask",
    ),
    "no_lifetime": ("    def lifetime(self, ask):\n        return 60", "`lifetime` of the package"),
    "lifetime_raises": ("    def lifetime(self, ask):\n        return {}[ask]", "`lifetime` of the package"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_while_answering_names_package_and_remedy_and_stays_there(site: Path, name: str) -> None:
    lines, sentence = WRONG[name]
    broken, fine = plug_in(site, name, lines), plug_in(site, "fine")
    assert rendered(broken, fine, template="{$fine.now}") == "sunny"
    with pytest.raises(TemplateError) as raised:
        rendered(broken, fine, template=f"{{$fine.now}} {{${name}.now}}")
    told = str(raised.value)
    assert sentence in told
    assert f"the package plugged_{name} 1.0" in told
    assert f"pip uninstall plugged_{name}" in told
    assert "jan@example.org" not in told


def test_one_round_still_brings_what_the_other_integrations_answer(site: Path) -> None:
    broken, fine = plug_in(site, "broken", WRONG["raises"][0]), plug_in(site, "fine")

    with Connections([broken, fine]) as connections:
        answers = connections.run(asking(now("broken"), now("fine")))
    assert isinstance(answers.by_ask[now("broken")], OddAnswerError)
    assert value(answers, now("fine")) == "sunny"


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        ("check", "    def check(self):\n        yield []\n        return 'fine'"),
        ("suggest", "    def suggest(self, path, text, limit):\n        yield []\n        return ['now']"),
        ("authorize", "    def authorize(self, request):\n        return request.headers"),
    ],
)
def test_odd_results_of_the_other_calls_are_faults_too(site: Path, call: str, lines: str) -> None:
    provider = plug_in(site, "odd", lines).provider
    work: Callable[[], object] = {
        "check": lambda: lead(provider.check()),
        "suggest": lambda: lead(provider.suggest([], "", 5)),
        "authorize": lambda: provider.authorize(Request("GET", "https://weather.example/")),
    }[call]
    with pytest.raises(OddAnswerError, match=f"`{call}` of the package plugged_odd"):
        work()


def test_an_error_that_a_plug_in_gives_on_purpose_is_handed_on_as_it_is(site: Path) -> None:
    lines = "    def resolve(self, asks):\n        from dovetail.errors import AccessError\n        raise AccessError('no key')"
    with pytest.raises(ProviderError, match=r"\Ano key\Z"):
        next(plug_in(site, "strict", lines).provider.resolve([now("strict")]))


# --- what it does wrong before it can be asked

UNUSABLE = {
    "bad_schema": (
        "    def schema(self):\n        return Schema(kind='w', summary='', members={'now': 5})",
        "has a schema that cannot be used: the member `now` is a int, not a Member",
    ),
    "schema_raises": ("    def schema(self):\n        return {}['x']", "failed while it described itself (KeyError"),
    "old_protocol": ("    resolve = None", "was written for another version of Dovetail: it has no `resolve`"),
    "other_arguments": (
        "    def suggest(self, path):\n        yield []",
        "its `suggest` is not called with 3 arguments",
    ),
    "no_fingerprint": ("    fingerprint = 5", "has a fingerprint that is no text"),
    "not_made": (
        "    def __init__(self, *given):\n        raise KeyError('secret')",
        "failed while it was set up (KeyError",
    ),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_plug_in_that_cannot_be_used_is_an_error_where_it_is_read_never_a_blank(site: Path, name: str) -> None:
    lines, sentence = UNUSABLE[name]
    broken, fine = plug_in(site, name, lines), plug_in(site, "fine")
    assert rendered(broken, fine, template="{$fine.now}") == "sunny"
    for path in ("now", "whatever.else", "city['x']"):
        with pytest.raises(TemplateError) as raised:
            rendered(broken, fine, template=f"{{${name}.{path}}}")
        assert sentence in str(raised.value)
        assert f"pip uninstall plugged_{name}" in str(raised.value)
    with Connections([broken]) as connections:
        (finding,) = connections.talk(name, broken.provider.check())
    assert not finding.ok
    assert sentence in finding.what


# --- what cannot even be loaded


def sentence_for(name: str) -> str:
    with pytest.raises(SettingsError) as raised:
        registry.kind(name)
    return str(raised.value)


def test_a_plug_in_for_another_version_of_dovetail_says_so(site: Path) -> None:
    install(site, "plugged_old", "from dovetail.engine.ports import Nothing", "old = plugged_old:KIND")
    assert (
        "the package plugged_old 1.0 cannot be loaded (it was written for another version of Dovetail"
        in sentence_for("old")
    )
    assert "Update it (pip install --upgrade plugged_old)" in sentence_for("old")


def test_a_plug_in_that_lacks_a_library_names_it(site: Path) -> None:
    install(site, "plugged_poor", "import no_such_library", "poor = plugged_poor:KIND")
    assert "it needs the module no_such_library, which is not installed" in sentence_for("poor")


def test_a_plug_in_that_ends_the_process_does_not(site: Path) -> None:
    install(site, "plugged_exit", "raise SystemExit(3)", "exit = plugged_exit:KIND")
    assert "cannot be loaded (SystemExit" in sentence_for("exit")


def test_a_kind_with_settings_of_another_type_is_not_used(site: Path) -> None:
    install(site, "plugged_loose", PLUG_IN.replace("settings=()", "settings=('url',)"), "weather = plugged_loose:KIND")
    assert "its settings or its `make` are not what a Kind has" in sentence_for("weather")


def test_two_packages_with_one_kind_are_both_named_and_neither_is_used(site: Path) -> None:
    install(site, "plugged_one", PLUG_IN, "weather = plugged_one:KIND")
    install(site, "plugged_two", PLUG_IN, "weather = plugged_two:KIND")
    told = sentence_for("weather")
    assert "plugged_one 1.0" in told
    assert "plugged_two 1.0" in told
    assert "neither is used" in told
    assert "pip uninstall" in told
    assert "magento2" in registry.kinds()


def test_a_plug_in_with_the_name_of_a_built_in_kind_is_a_trouble(site: Path) -> None:
    install(site, "plugged_thief", PLUG_IN, "magento2 = plugged_thief:KIND")
    assert registry.kind("magento2").title == "Magento 2 shop"
    (trouble,) = [each for each in registry.troubles() if each.name == "magento2"]
    assert "plugged_thief 1.0 offers a kind of integration `magento2`, which Dovetail has itself" in trouble.sentence
    assert "magento2" not in registry.unusable_kinds()


def test_an_unusable_kind_stands_in_for_one_that_cannot_be_loaded(site: Path) -> None:
    install(site, "plugged_exit", "raise SystemExit(3)", "exit = plugged_exit:KIND")
    fine = plug_in(site, "fine")
    broken = Integration(registry.unusable_kinds()["exit"].make("myshop", {}))
    assert rendered(broken, fine, template="{$fine.now}") == "sunny"
    with pytest.raises(TemplateError, match="plugged_exit"):
        rendered(broken, fine, template="{$myshop.product.5.title}")


def test_a_required_setting_that_is_missing_is_the_operators_business(site: Path) -> None:
    source = PLUG_IN.replace("settings=()", "settings=(Setting(name='key', summary='K.', secret=True, required=True),)")
    source = source.replace("import Kind", "import Kind, Setting")
    install(site, "plugged_strict", source, "weather = plugged_strict:KIND")
    with pytest.raises(SettingsError, match="`myweather` lacks key"):
        registry.kind("weather").make("myweather", {})


def test_a_settings_file_that_names_it_still_serves_the_other_integrations(site: Path, tmp_path: Path) -> None:
    install(site, "plugged_exit", "raise SystemExit(3)", "exit = plugged_exit:KIND")
    plug_in(site, "fine")
    (tmp_path / "dovetail.toml").write_text(
        '[integrations.fine]\nkind = "fine"\n[integrations.myshop]\nkind = "exit"\nurl = "https://shop.example"\n'
    )
    integrations = read_settings(tmp_path / "dovetail.toml").connect()
    assert rendered(*integrations, template="{$fine.now}") == "sunny"
    with pytest.raises(TemplateError, match=r"plugged_exit 1\.0 cannot be loaded"):
        rendered(*integrations, template="{$myshop.product.5.title}")


def test_the_log_names_each_of_them_once_a_reading(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    install(site, "plugged_exit", "raise SystemExit(3)", "exit = plugged_exit:KIND")
    with caplog.at_level(logging.WARNING):
        registry.kinds()
    assert caplog.text.count("plugged_exit 1.0 cannot be loaded") == 1


def test_doctor_names_the_broken_package_and_goes_on(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install(site, "plugged_exit", "raise SystemExit(3)", "exit = plugged_exit:KIND")
    dovetail = CommandLine(tmp_path, {"PYTHONPATH": f"{site}:{Path(__file__).parents[2]}"})
    done = dovetail("doctor")
    assert done.code == 1
    assert "plugged_exit 1.0 cannot be loaded" in done.out
    assert "pip uninstall plugged_exit" in done.out
    assert "the cache folder" in done.out
    assert "no dovetail.toml here" in done.out


# --- schemas


def record(**fields: Field) -> Schema:
    thing = RecordType(name="thing", summary="A thing.", fields=fields)
    return Schema(kind="x", summary="X.", members={}, records={"thing": thing})


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        (None, "schema() gives a NoneType"),
        (Schema(kind="x", summary="", members=[]), "are mappings by name"),  # type: ignore[arg-type]
        (
            Schema(
                kind="x", summary="", members={"a b": Member(kind="value", collection="c", summary="", type="text")}
            ),
            "no template can write",
        ),
        (
            Schema(kind="x", summary="", members={"a": Member(kind="value", collection="", summary="", type="text")}),
            "names no collection",
        ),
        (
            Schema(kind="x", summary="", members={"a": Member(kind="single", collection="c", type="text", summary="")}),  # type: ignore[arg-type]
            "of the kind `single`",
        ),
        (
            Schema(kind="x", summary="", members={"a": Member(kind="keyed", collection="c", record="b", summary="")}),
            "records `b`, which the schema does not describe",
        ),
        (
            Schema(kind="x", summary="", members={"a": Member(kind="list", collection="c", summary="")}),
            "does not say what comes back",
        ),
        (
            Schema(kind="x", summary="", members={"a": Member(kind="value", collection="c", summary="", type="str")}),  # type: ignore[arg-type]
            "has the type `str`",
        ),
        (record(a=Field(type="str", summary="")), "`thing.a` has the type `str`"),  # type: ignore[arg-type]
        (record(a=Field(type="record", record="b", summary="")), "`thing.a` is a record `b`"),
        (record(a="text"), "`thing.a` is a str, not a Field"),  # type: ignore[arg-type]
        (Schema(kind="x", summary="", members={}, records={"a": 5}), "the record `a` is a int"),  # type: ignore[dict-item]
        (
            Schema(kind="x", summary="", members={}, records={"a": RecordType(name="b", summary="", fields={})}),
            "calls itself `b`",
        ),
    ],
)
def test_each_fault_of_a_schema_has_a_sentence(schema: object, fault: str) -> None:
    (told,) = schema_faults(schema)
    assert fault in told


def test_the_built_in_schema_has_no_faults() -> None:
    shop = registry.kind("magento2").make("shop", {"url": "https://shop.example", "token": "x"})
    assert schema_faults(shop.schema()) == []
