"""What a mailing costs, in counts: times differ between machines, these do not."""

from __future__ import annotations

import linecache
from functools import cache

import pytest

from bench.engines.formats import money, truncate
from bench.engines.ports import RECIPIENTS, parts, variables
from bench.equality import normal
from bench.workloads.build import sources
from bench.workloads.data import Data, generated
from dovetail.engine.environment import Engine, Template
from dovetail.engine.loaders import DictLoader
from dovetail.engine.modifiers.escape import escape_html
from dovetail.engine.rounds import Snapshot, rendered
from dovetail.errors import DovetailError
from dovetail.grammar.parse import _read as read_tag
from dovetail.grammar.scanner import Delimiters, scan
from tests.engine.shop import Shop, engine

WORKLOADS = ("w1", "w1b", "w2", "w3")


@cache
def data() -> Data:
    return generated()


@cache
def smarty() -> dict[str, str]:
    return sources("smarty")


def template(workload: str) -> Template:
    environment = Engine(loader=DictLoader({f"{name}.tpl": text for name, text in smarty().items()}))
    return environment.get_template(f"{workload}.tpl")


def distinct_tags(workload: str) -> set[str]:
    tags: set[str] = set()
    for name in parts(workload):
        for chunk in scan(smarty()[name], Delimiters()):
            if chunk.kind == "tag":
                tags.add(smarty()[name][chunk.inside.start : chunk.inside.end])
    return tags


def compiled_modules() -> int:
    return sum(name.startswith("<dovetail ") for name in linecache.cache)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_compiling_reads_each_distinct_tag_once(workload: str) -> None:
    tags = distinct_tags(workload)
    read_tag.cache_clear()
    template(workload).render(variables(data(), workload, 0))
    assert read_tag.cache_info().misses == len(tags)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_compiled_template_renders_everybody_without_reading_or_compiling_again(workload: str) -> None:
    made = template(workload)
    made.render(variables(data(), workload, 0))
    read, modules = read_tag.cache_info().misses, compiled_modules()
    for number in range(1, RECIPIENTS):
        made.render(variables(data(), workload, number))
    assert (read_tag.cache_info().misses, compiled_modules()) == (read, modules)


def test_an_edit_of_one_tag_reads_that_tag_only() -> None:
    text = smarty()["w1"]
    environment = Engine(loader=DictLoader({}))
    environment.from_string(text)
    read = read_tag.cache_info().misses
    edited = text.replace("{$mailing.intro}", "{$mailing.intro|lower}")
    assert edited != text
    environment.from_string(edited)
    assert read_tag.cache_info().misses == read + 1


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_mail_is_the_hand_written_one(workload: str) -> None:
    names: dict[str, object] = {"escape": escape_html, "money": money, "truncate": truncate}
    exec(sources("hand")[workload], names)
    by_hand = names["render"]
    assert callable(by_hand)
    made = template(workload)
    for number in range(RECIPIENTS):
        given = variables(data(), workload, number)
        assert normal(made.render(given)) == normal(by_hand(**given)), f"recipient {number}"


def rendered(shop: Shop, text: str, jobs: list[dict[str, object]]) -> list[str]:
    made = engine(shop).from_string(text)
    results = shop.run(made.rendering(jobs, Snapshot(), rendered))
    assert not any(isinstance(result, DovetailError) for result in results)
    return [str(result) for result in results]


def test_a_newsletter_of_shared_products_asks_once_whatever_the_number_of_recipients() -> None:
    shop = Shop()
    text = "{foreach $ids as $id}{$myshop.product.$id.title}{/foreach} for {$recipient}"
    texts = rendered(shop, text, [{"ids": list(range(24)), "recipient": number} for number in range(300)])
    assert len(set(texts)) == 300
    assert [len(asks) for asks in shop.rounds] == [24]


def test_what_each_recipient_asks_for_is_fetched_together() -> None:
    shop = Shop()
    text = "{$myshop.motto}{$myshop.customer.$me.name}{foreach [1, 2, 3] as $id}{$myshop.product.$id.title}{/foreach}"
    texts = rendered(shop, text, [{"me": number} for number in range(300)])
    assert len(set(texts)) == 300
    assert [len(asks) for asks in shop.rounds] == [1 + 300 + 3]


def test_data_that_lead_to_data_take_one_round_for_each_step() -> None:
    shop = Shop()
    texts = rendered(shop, "{$myshop.product.$id.maker.name}", [{"id": number} for number in range(100)])
    assert len(texts) == 100
    assert [len(asks) for asks in shop.rounds] == [100, 3]
