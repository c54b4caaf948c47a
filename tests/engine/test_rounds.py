"""A template never waits: it asks in rounds, and as much as possible in each."""

from __future__ import annotations

import asyncio

import pytest

from dovetail.engine.environment import Engine
from dovetail.engine.ports import Ask, Filter, Order, Query
from dovetail.engine.rounds import Snapshot
from dovetail.engine.rounds import rendered as finish
from dovetail.errors import DovetailError, LimitError, ProviderError, RenderError
from tests.engine.shop import Shop, engine


def rendered(text: str, shop: Shop | None = None, **variables: object) -> str:
    return str(engine(shop).from_string(text).render(variables))


def test_the_line_that_everything_is_about() -> None:
    text = "Product {$myshop.product.12.title|escape} kost {$myshop.product.12.price|escape}."
    assert rendered(text) == "Product P&lt;12&gt; kost 18."


def test_constant_keys_are_asked_before_the_first_render() -> None:
    shop = Shop()
    report = engine(shop).from_string("{$myshop.product.1.title}{$myshop.product.2.title}").render().report
    assert shop.rounds == [(Ask("myshop", "product", 1), Ask("myshop", "product", 2))]
    assert (report.rounds, report.asks, report.requests) == (1, 2, 1)


def test_three_hundred_computed_keys_are_one_round() -> None:
    shop = Shop()
    text = "{for $i=1 to 300}{$myshop.product.$i.title} {/for}"
    assert rendered(text, shop).count("P&lt;") == 300
    assert [len(asks) for asks in shop.rounds] == [300]


def test_a_statement_that_must_wait_does_not_keep_its_siblings_from_asking() -> None:
    shop = Shop()
    text = "{$a = $myshop.product.$x.title}{$a|upper}{if $myshop.product.$y.price > 1}y{/if}{$myshop.customer.$x.name}"
    assert rendered(text, shop, x=1, y=2) == "P&lt;1&gt;yC1"
    assert len(shop.rounds) == 1
    assert len(shop.rounds[0]) == 3


def test_what_stands_behind_a_false_condition_costs_nothing() -> None:
    shop = Shop()
    assert rendered("{if $x}{$myshop.product.5.title}{/if}none", shop, x=False) == "none"
    assert shop.rounds == []


def test_a_value_that_is_not_known_yet_is_never_used_as_a_key() -> None:
    shop = Shop()
    text = (
        "{$k = $myshop.product.$x.price}{capture name=c}{$myshop.product.$x.title}{/capture}{$myshop.product.$k.title}"
    )
    text += "{$myshop.customer[$smarty.capture.c].name}"
    rendered(text, shop, x=2)
    keys = [ask.key for asks in shop.rounds for ask in asks]
    assert keys == [2, 3, "P&lt;2&gt;"]


def test_relations_are_asked_together_one_round_a_level() -> None:
    shop = Shop()
    text = "{foreach $myshop.products|limit:5 as $p}{$p.maker.name} {/foreach}"
    assert rendered(text, shop) == "C1 C2 C0 C1 C2 "
    assert [len(asks) for asks in shop.rounds] == [1, 3]


def test_list_modifiers_become_the_query() -> None:
    shop = Shop()
    text = "{foreach from=$myshop.products|filter:'price':'<':15|orderby:'price':'desc'|limit:2 item=p}{$p.title}{/foreach}"
    rendered(text, shop)
    query = Query((Filter("price", "<", 15),), (Order("price", True),), 2)
    assert shop.rounds == [(Ask("myshop", "product", query),)]


def test_a_filter_behind_a_limit_works_on_what_came_back() -> None:
    shop = Shop()
    text = "{foreach $myshop.products|limit:4|filter:'price':'>':4 as $p}{$p.price} {/foreach}"
    assert rendered(text, shop) == "4.5 6 "
    assert shop.rounds == [(Ask("myshop", "product", Query(limit=4)),)]


def test_the_first_of_a_live_list_asks_for_one() -> None:
    shop = Shop()
    assert rendered("{$p = $myshop.products|first}{$p.title}", shop) == "P&lt;1&gt;"
    assert shop.rounds == [(Ask("myshop", "product", Query(limit=1)),)]


def test_a_whole_record_prints_its_title_escaped_and_a_bare_identifier_nothing() -> None:
    assert rendered("[{$myshop.product.7}][{$myshop}][{$myshop.product}][{$myshop.products}]") == "[P&lt;7&gt;][][][]"


def test_a_quoted_key_asks_with_text_and_a_bare_number_with_a_number() -> None:
    shop = Shop()
    rendered('{$myshop.product["123"].title}{$myshop.product.123.title}', shop)
    assert [type(ask.key) for ask in shop.rounds[0]] == [str, int]


def test_an_unknown_id_is_null_and_stands_in_the_report() -> None:
    result = engine().from_string("[{$myshop.product.5000.title}]").render()
    assert result == "[]"
    assert result.report.notes == ("$myshop.product.5000 does not exist",)


def test_a_value_of_the_integration_itself() -> None:
    assert rendered("{$myshop.motto}") == "Open &amp; honest"


def test_a_shop_that_is_down_fails_the_mail_at_its_place() -> None:
    with pytest.raises(RenderError) as caught:
        rendered("Hello\n{$myshop.product.1.title}", Shop(down=True))
    assert caught.value.diagnostic.headline() == ("template:2:1: error: the shop `myshop` does not answer [provider]")
    assert isinstance(caught.value.__cause__, ProviderError)


def test_a_shop_that_is_down_harms_only_the_mails_that_need_it() -> None:
    template = engine(Shop(down=True)).from_string("{if $x}{$myshop.product.$x.title}{else}fine{/if}")
    results = template.engine.driver.run(template.rendering([{"x": 0}, {"x": 1}, {"x": 0}], Snapshot(), finish))
    assert [isinstance(result, DovetailError) for result in results] == [False, True, False]


def test_many_jobs_ask_together() -> None:
    shop = Shop()
    template = engine(shop).from_string("{$myshop.product.$x.maker.name}")
    results = template.engine.driver.run(template.rendering([{"x": n} for n in range(1, 101)], Snapshot(), finish))
    assert results[0] == "C1"
    assert [len(asks) for asks in shop.rounds] == [100, 3]


def test_rounds_that_never_end_are_stopped_and_named() -> None:
    text = "{$k = 1}{while $k < 100}{$p = $myshop.product.$k}{if $p.price}{$k = $k + 1}{/if}{/while}"
    with pytest.raises(LimitError, match=r"after 12 rounds the template still asks for more: `\$myshop\.product\.13`"):
        rendered(text)


def test_both_faces_give_the_same() -> None:
    template = engine().from_string("{$myshop.product.3.title}{$x}")
    assert asyncio.run(template.render_async(x=1)) == template.render({"x": 1})


def test_integration_data_is_never_parsed_as_template() -> None:
    assert rendered("{$x}", x="{$myshop.product.1.title}{literal}") == "{$myshop.product.1.title}{literal}"


def test_undefined_names_stand_in_the_report() -> None:
    report = engine().from_string("{$nobody}{$myshop.product.1.colour}{$myshop.shelf}").render().report
    assert set(report.undefined) == {"nobody", "product.colour", "myshop.shelf"}


def test_an_included_template_is_looked_up_once_for_all_jobs() -> None:
    class Counting:
        loads = 0

        def load(self, name: str) -> str | None:
            self.loads += 1
            return "{$x}"

        def names(self) -> list[str]:
            return ["part.tpl"]

    loader = Counting()
    template = Engine(loader=loader).from_string("{foreach [1,2,3] as $n}{include file='part.tpl'}{/foreach}")
    results = template.engine.driver.run(template.rendering([{"x": n} for n in range(50)], Snapshot(), finish))
    assert results[7] == "777"
    assert loader.loads == 1


def test_an_included_text_that_is_not_whole_yet_is_never_used_as_a_key() -> None:
    shop = Shop()
    made = engine(shop, part="{$myshop.product.$x.price}")
    text = "{include file='part.tpl' assign=k}{$myshop.customer.$k.name}"
    assert made.from_string(text).render({"x": 2}) == "C3"
    assert [ask.key for asks in shop.rounds for ask in asks] == [2, "3"]


def test_the_content_of_a_block_that_is_not_whole_yet_is_never_used() -> None:
    shop = Shop()
    text = "{capture assign=k}{mailonly}{$myshop.product.2.price}{/mailonly}{/capture}{$myshop.customer.$k.name}"
    assert engine(shop).from_string(text).render({}) == "C3"
    assert [ask.key for asks in shop.rounds for ask in asks] == [2, "3"]
