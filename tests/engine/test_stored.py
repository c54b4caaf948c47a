"""Compiled templates from a store: what another process made of a template is all that this one needs."""

from __future__ import annotations

import linecache
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.compiler.stored import key_of
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.ports import Ask, Stored
from dovetail.engine.rounds import Snapshot
from dovetail.engine.schema import Member
from dovetail.errors import DovetailError, RenderError, TemplateError, TemplateSyntaxError
from dovetail.grammar import parse as parsing
from dovetail.grammar.nodes import Tree
from dovetail.grammar.scanner import Delimiters
from dovetail.source import Source
from tests.conformance.run import Case, engine
from tests.conformance.test_conformance import cases
from tests.engine.shop import SCHEMA, Shop


@dataclass
class Memory:
    """A store that forgets nothing, and counts what is saved."""

    kept: dict[str, Stored] = field(default_factory=dict)
    saved: int = 0

    def load(self, key: str) -> Stored | None:
        return self.kept.get(key)

    def save(self, key: str, stored: Stored) -> None:
        self.saved += 1
        self.kept[key] = stored


@contextmanager
def nothing_read() -> Generator[None]:
    """Templates cannot be read; texts that are made at run time can, since those are never stored."""
    read = parsing.parse_tolerant

    def refuse(source: Source, delimiters: Delimiters = Delimiters()) -> tuple[Tree, object]:
        assert source.name == "string:", f"{source.name} is read"
        return read(source, delimiters)

    with patch.object(parsing, "parse_tolerant", refuse):
        yield


def rendering(made: Engine, variables: Mapping[str, object], name: str = "main.tpl") -> object:
    """All that a render gives: text and report, or the error and its place."""
    try:
        text = made.get_template(name).render(variables)
    except TemplateSyntaxError:
        raise
    except TemplateError as error:
        found = error.diagnostic
        return type(error), found.code, found.message, found.help, found.source.name, found.span
    except DovetailError as error:
        return type(error), str(error)
    return str(text), text.report.undefined, text.report.notes, text.report.asks, text.report.rounds


def of(files: dict[str, str] | str, store: Memory, **options: object) -> Engine:
    files = {"main.tpl": files} if isinstance(files, str) else files
    return replace(Engine(loader=DictLoader(files), store=store), **options)  # type: ignore[arg-type]


# What comes out -----------------------------------------------------------------------------------------------


def test_no_case_of_the_language_tells_whether_the_template_was_stored() -> None:
    told, stored = [], 0
    for case in cases().values():
        first = _outcome(case, store := Memory())
        if first is None:
            continue
        with nothing_read():
            again = _outcome(case, store)
        stored += bool(store.kept)
        if again != first:
            told.append((case["id"], first, again))
    assert told == []
    assert stored > 500


def _outcome(case: Case, store: Memory) -> object:
    """None for templates with errors: they are read each time."""
    try:
        return rendering(replace(engine(case), store=store, clock=lambda: 1e9), case["data"])
    except TemplateSyntaxError:
        return None


def test_errors_point_to_the_line_of_the_template() -> None:
    store = Memory()
    text = "one\ntwo {$a}\nthree {1 % $zero}\n"
    first = rendering(of(text, store), {"a": 1, "zero": 0})
    with nothing_read():
        assert rendering(of(text, store), {"a": 1, "zero": 0}) == first
    with pytest.raises(RenderError) as caught, nothing_read():
        of(text, store).get_template("main.tpl").render(a=1, zero=0)
    assert caught.value.diagnostic.source.place(caught.value.diagnostic.span.start)[0] == 3


def test_a_mailing_s_bytes_come_from_the_store_too() -> None:
    store = Memory()

    def made() -> object:
        template = of("{foreach $names as $name}<{$name}>{/foreach}", store).get_template("main.tpl")
        rounds = template.rendering([{"names": ["é", "b"]}], Snapshot(), lambda text, _report: text, encoded=True)
        with pytest.raises(StopIteration) as stop:
            next(rounds)
        return stop.value.value

    assert made() == ["<é><b>".encode()]
    with nothing_read():
        assert made() == ["<é><b>".encode()]


def test_what_integrations_answer_is_asked_for_in_the_same_rounds() -> None:
    store = Memory()
    text = "{$shop.product.12.title} {foreach $ids as $id}{$shop.product[$id].title}{/foreach}"
    shop = Shop()

    def made() -> object:
        return rendering(of(text, store, schemas={"shop": SCHEMA}, driver=shop), {"ids": [13, 14]})

    first = made()
    with nothing_read():
        assert made() == first
        planned = of(text, store, schemas={"shop": SCHEMA}, driver=shop).get_template("main.tpl").planned
    assert planned == (Ask("shop", "product", 12),)


def test_included_templates_may_call_the_functions_around_them() -> None:
    store = Memory()
    files = {"main.tpl": "{function hello}hi {$who}{/function}{include 'part.tpl'}", "part.tpl": "{hello who='you'}"}
    assert rendering(of(files, store), {}) == ("hi you", (), (), 0, 0)
    with nothing_read():
        assert rendering(of(files, store), {}) == ("hi you", (), (), 0, 0)


def test_they_are_read_once_whether_or_not_there_is_a_store() -> None:
    files = {"main.tpl": "{function hello}hi {$who}{/function}{include 'part.tpl'}", "part.tpl": "{hello who='you'}"}
    template = Engine(loader=DictLoader(files)).get_template("main.tpl")
    assert template.render() == "hi you"
    with nothing_read():
        assert template.render() == "hi you"


def test_a_template_that_was_stored_can_be_specialised_as_any_other() -> None:
    store = Memory()
    text = "{foreach $items as $item}{$item.name} for {$who}, {/foreach}"
    shared = {"items": [{"name": "a"}, {"name": "b"}]}
    plain = of(text, store).get_template("main.tpl").render(shared, who="me")
    before = store.saved
    special = of(text, store).get_template("main.tpl").specialize(**shared)
    assert special.render(who="me") == plain == "a for me, b for me, "
    assert special.program.kept is None
    assert store.saved == before, "values of a mailing are never stored"


# What is learnt ----------------------------------------------------------------------------------------------


def test_what_a_quick_form_learnt_is_known_to_the_next_process() -> None:
    store = Memory()
    text, odd = "{$order.customer.name|default:'-'} {$order.number}", {"order": {"number": 1, "customer": None}}
    template = of(text, store).get_template("main.tpl")
    for _ in range(20):
        template.render(odd)
    assert template.program.quick.doubts
    again = of(text, store).get_template("main.tpl")
    with nothing_read(), patch.object(QuickForm, "failed", side_effect=AssertionError("it gave up")):
        assert again.render(odd) == "- 1"
    assert again.program.quick.doubts == template.program.quick.doubts


def test_a_stored_form_that_gives_up_is_written_anew() -> None:
    store = Memory()
    text, odd = "{$order.customer.name|default:'-'} {$order.number}", {"order": {"number": 1, "customer": None}}
    of(text, store).get_template("main.tpl").render(order={"number": 1, "customer": {"name": "A"}})
    template = of(text, store).get_template("main.tpl")
    assert [str(template.render(odd)) for _ in range(20)] == ["- 1"] * 20
    assert template.program.quick.doubts


def test_a_template_without_a_quick_form_is_not_tried_again() -> None:
    store = Memory()
    text = "{$x_{$n} = 1}{$x_1}"
    assert str(of(text, store).get_template("main.tpl").render(n=1)) == "1"
    assert of(text, store).get_template("main.tpl").program.quick.text() == ""
    with nothing_read():
        assert str(of(text, store).get_template("main.tpl").render(n=1)) == "1"


# What is kept apart ------------------------------------------------------------------------------------------


def test_a_key_says_all_that_changes_what_is_compiled() -> None:
    text = "{$shop.product.1.title}"
    other = replace(SCHEMA, members={**SCHEMA.members, "product": replace(SCHEMA.members["product"], collection="x")})
    keys = [
        key_of(Source("a", text), Options(), {"shop": SCHEMA}),
        key_of(Source("a", text + " "), Options(), {"shop": SCHEMA}),
        key_of(Source("b", text), Options(), {"shop": SCHEMA}),
        key_of(Source("a", text), Options(escape_html=False), {"shop": SCHEMA}),
        key_of(Source("a", text), Options(dialect="copernica"), {"shop": SCHEMA}),
        key_of(Source("a", text), Options(), {}),
        key_of(Source("a", text), Options(), {"shop": other}),
        key_of(Source("a", text), Options(), {"shop": SCHEMA}, {"hello"}),
    ]
    assert len(set(keys)) == len(keys)


def test_an_integration_that_is_not_mentioned_changes_nothing() -> None:
    more = replace(SCHEMA, members={"x": Member(kind="value", collection="x", summary="X.")})
    key = key_of(Source("a", "{$shop.product.1.title}"), Options(), {"shop": SCHEMA})
    assert key_of(Source("a", "{$shop.product.1.title}"), Options(), {"shop": SCHEMA, "other": more}) == key


def test_templates_with_errors_are_not_stored() -> None:
    store = Memory()
    for text in ("{$a", "{nonsense}", "{$a|nonsense}"):
        with pytest.raises(TemplateSyntaxError):
            of(text, store).get_template("main.tpl")
    assert store.saved == 0


def test_text_that_is_made_at_run_time_is_not_stored() -> None:
    store = Memory()
    made = of('{eval var=$text}{include "string:$text"}', store, options=Options(evaluate=True))
    assert str(made.get_template("main.tpl").render(text="Dear {$name}", name="Ann")) == "Dear AnnDear Ann"
    assert len(store.kept) == 1
    assert "Dear" not in repr(store.kept)


# What goes wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"template": "no JSON"},
        {"template": "[]"},
        {"template": '{"asks": [], "ignored": [], "forms": {"quick": {"modifiers": {}, "tags": {}, "doubts": []}}}'},
        {"template": '{"asks": [[1]], "ignored": [], "forms": {}}'},
    ],
)
def test_what_is_of_no_use_is_made_anew(texts: dict[str, str]) -> None:
    store = Memory()
    of("{$a}", store).get_template("main.tpl").render(a=1)
    (key,) = store.kept
    good = store.kept[key]
    store.kept[key] = Stored(texts, {})
    assert str(of("{$a}", store).get_template("main.tpl").render(a=1)) == "1"
    assert store.kept[key].texts == good.texts


def test_functions_of_others_are_not_called() -> None:
    store = Memory()
    of("{$a|upper}", store).get_template("main.tpl").render(a="x")
    (key,) = store.kept
    kept = store.kept[key]
    head = kept.texts["template"].replace("dovetail.engine.modifiers.case", "antigravity")
    assert head != kept.texts["template"]
    store.kept[key] = Stored({**kept.texts, "template": head}, kept.code)
    assert str(of("{$a|upper}", store).get_template("main.tpl").render(a="x")) == "X"
    assert store.kept[key].texts == kept.texts


def test_tracebacks_of_bugs_show_the_generated_lines() -> None:
    store = Memory()
    of("{$a|upper}", store).get_template("main.tpl").render(a="x")
    template = of("{$a|upper}", store).get_template("main.tpl")
    (filename,) = {name for name in linecache.cache if name.startswith("<dovetail main.tpl> quick")} & {
        function.__code__.co_filename for function in [template.program.quick.body()] if function is not None
    }
    assert "".join(linecache.getlines(filename)) == template.program.quick.text() != ""


def test_every_modifier_is_registered_by_the_module_of_its_function() -> None:
    where = {name: modifier.function.__module__ for name, modifier in MODIFIERS.items()}
    code = f"""
from importlib import import_module
from dovetail.engine.modifiers.registry import functions
for name, module in {where!r}.items():
    import_module(module)
    print(functions()[name].__module__ == module, end=" ")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert set(done.stdout.split()) == {"True"}
