"""Lists: what is pushed to the shop, what is done here, and that pages neither lose nor repeat rows."""

from __future__ import annotations

from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Provider, Query
from dovetail.errors import ProviderError
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, records


def products(shop: Shop) -> list[dict[str, Any]]:
    return [shop.dump("products", each["id"], 1) for each in shop.dump("products")]


def test_the_list_of_the_documentation_is_one_search(provider: Provider, shop: Shop) -> None:
    query = Query((Filter("price", "<", 15),), (Order("price", descending=True),), 5)
    found = records(provider, "product", query)
    expected = sorted(each["price"] for each in products(shop) if each["price"] is not None and each["price"] < 15)
    assert [each.fields["price"] for each in found] == expected[::-1][:5]
    searches = [row for row in shop.log() if row["route"].endswith("/V1/products")]
    assert len(searches) == 1
    assert "'searchCriteria[pageSize]': '5'" in str(searches[0]["query"]) or "pageSize" in str(searches[0]["query"])


def test_everything_comes_once_in_every_profile(any_shop: Shop) -> None:
    provider = connected(any_shop)
    found = records(provider, "product", Query())
    assert sorted(str(each.key) for each in found) == sorted(str(each["id"]) for each in any_shop.dump("products"))
    orders = records(provider, "order", Query())
    assert [each.key for each in orders] == [each["id"] for each in any_shop.dump("orders")]


def test_equal_rows_are_neither_lost_nor_repeated_between_pages(any_shop: Shop) -> None:
    """Hundreds of products share one `updated_at`, and the double breaks ties differently on each page."""
    provider = connected(any_shop)
    query = Query((), (Order("updated_at", descending=True),), 350)
    found = records(provider, "product", query)
    assert len({each.key for each in found}) == len(found) == 350
    stamps = [str(each.fields["updated_at"]) for each in found]
    assert stamps == sorted(stamps, reverse=True)


def test_a_limit_beyond_a_page_is_paged_and_a_limit_of_none_asks_nothing(provider: Provider, shop: Shop) -> None:
    assert len(records(provider, "order", Query((), (Order("created_at"),), 450))) == 450
    assert len(shop.log()) == 2
    shop.clear()
    assert records(provider, "order", Query(limit=0)) == []
    assert shop.log() == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter("sku", "==", "ab/12-3"), ["AB/12-3"]),
        (Filter("sku", "in", ("A,B", "000123")), ["A,B", "000123"]),
        (Filter("sku", "in", ()), []),
        (Filter("id", "<=", 0), []),
        (Filter("title", "like", "Regenjas 123456"), ["DOC-EXAMPLE"]),
        (Filter("entity_id", ">=", 123456), ["DOC-EXAMPLE"]),
        (Filter("sku", "like", "50\\%-OFF"), ["50%-OFF"]),
    ],
)
def test_conditions_mean_what_they_say(provider: Provider, condition: Filter, expected: list[str]) -> None:
    query = Query((condition, Filter("entity_id", "<=", 123456)))
    assert sorted(str(each.fields["sku"]) for each in records(provider, "product", query)) == sorted(expected)


def test_an_option_is_filtered_by_the_label_that_records_show(provider: Provider) -> None:
    found = records(provider, "product", Query((Filter("color", "==", "rood"),), (), 10))
    assert found
    assert {each.fields["color"] for each in found} == {"Rood"}


def every_product(provider: Provider, code: str) -> dict[object, set[str]]:
    """All products that have the attribute, with their labels, read without a condition on it."""
    every = records(provider, "product", Query())
    several = {each.key: each.fields["labels"] for each in every if isinstance(each.fields["labels"], dict)}
    return {
        each.key: set(several[each.key].get(code, [each.fields[code]]))
        for each in every
        if each.fields.get(code) is not None
    }


def test_a_multiselect_is_filtered_by_any_one_of_its_labels(provider: Provider) -> None:
    every = every_product(provider, "material")
    one = next(iter(sorted(next(each for each in every.values() if len(each) > 1))))
    other = next(iter(sorted(set.union(*every.values()) - {one})))
    for condition, expected in (
        (Filter("material", "==", one.upper()), {key for key, has in every.items() if one in has}),
        (Filter("material", "!=", one), {key for key, has in every.items() if one not in has}),
        (Filter("material", "in", (one, other)), {key for key, has in every.items() if has & {one, other}}),
        (Filter("material", "like", one[:3].lower()), None),
    ):
        found = {each.key for each in records(provider, "product", Query((condition,)))}
        wanted = one[:3].lower()
        if expected is None:
            expected = {key for key, has in every.items() if any(wanted in each.lower() for each in has)}
        assert found == expected, condition
        assert found


def test_labels_that_contain_a_text_are_found_and_none_is_nothing(provider: Provider, shop: Shop) -> None:
    every = every_product(provider, "color")
    found = {each.key for each in records(provider, "product", Query((Filter("color", "like", "oo"),)))}
    assert found == {key for key, has in every.items() if any("oo" in each for each in has)}
    assert found
    shop.clear()
    assert records(provider, "product", Query((Filter("color", "like", "no such label"),))) == []
    assert not [row for row in shop.log() if row["route"].endswith("/V1/products")]


def test_what_has_no_value_is_unlike_any(provider: Provider, shop: Shop) -> None:
    orders = [shop.dump("orders", each["id"]) for each in shop.dump("orders")]
    found = records(provider, "order", Query((Filter("coupon_code", "!=", "SAVE10"),)))
    assert {each.key for each in found} == {
        order["entity_id"] for order in orders if order.get("coupon_code") != "SAVE10"
    }
    assert any(not order.get("coupon_code") for order in orders)


def test_more_conditions_than_magento_takes_are_met_here(provider: Provider, shop: Shop) -> None:
    many = tuple(Filter("grand_total", ">", at) for at in range(25))
    found = records(provider, "order", Query((*many, Filter("state", "==", "complete"))))
    orders = [shop.dump("orders", each["id"]) for each in shop.dump("orders")]
    assert {each.key for each in found} == {
        order["entity_id"] for order in orders if order["grand_total"] > 24 and order["state"] == "complete"
    }


def test_a_field_without_a_value_is_set_or_not(provider: Provider, shop: Shop) -> None:
    with_price = records(provider, "product", Query((Filter("special_price", "set"),)))
    expected = {
        each["id"]
        for each in products(shop)
        if any(one["attribute_code"] == "special_price" for one in each["custom_attributes"])
    }
    assert {each.key for each in with_price} == expected


def test_what_magento_cannot_search_by_is_done_here_and_noted(provider: Provider) -> None:
    query = Query((Filter("entity_id", "<=", 60),), (Order("final_price"),), 5)
    found = answer(provider, "product", query)
    assert isinstance(found.value, list)
    prices = [each.fields["final_price"] for each in found.value]
    assert len(prices) == 5
    assert any("final_price" in note for note in found.notes)
    filtered = answer(provider, "product", Query((Filter("entity_id", "<=", 60), Filter("enabled", "==", False))))
    assert isinstance(filtered.value, list)
    assert all(each.fields["status"] == 2 for each in filtered.value)
    assert any("enabled" in note for note in filtered.notes)


def test_products_with_variants_are_compared_by_what_a_shopper_pays(provider: Provider, shop: Shop) -> None:
    variants = [each["id"] for each in products(shop) if each["type_id"] == "configurable"]
    chosen = Filter("entity_id", "in", tuple(variants))
    shop.clear()
    ordered = records(provider, "product", Query((chosen,), (Order("final_price"),)))
    assert len(shop.log()) <= 5
    prices = [each.fields["final_price"] for each in ordered]
    known = [price for price in prices if isinstance(price, int | float)]
    assert len(known) > 5
    assert known == sorted(known)
    middle = known[len(known) // 2]
    cheap = records(provider, "product", Query((chosen, Filter("final_price", "<", middle))))
    assert {each.key for each in cheap} == {
        each.key
        for each, price in zip(ordered, prices, strict=True)
        if isinstance(price, int | float) and price < middle
    }


def test_an_unknown_attribute_is_named_with_the_nearest_one(provider: Provider) -> None:
    with pytest.raises(ProviderError, match="no attribute `prize`") as caught:
        answer(provider, "product", Query((Filter("prize", "<", 15),)))
    assert "price" in caught.value.help
    with pytest.raises(ProviderError, match="no attribute `colour_of`"):
        answer(provider, "product", Query((), (Order("colour_of"),)))


def test_an_unknown_column_of_orders_is_told_with_the_known_ones(provider: Provider) -> None:
    with pytest.raises(ProviderError, match="cannot filter or order orders by no_such_column") as caught:
        answer(provider, "order", Query((Filter("no_such_column", "==", 1),)))
    assert "customer_email" in caught.value.help


def test_fields_that_cost_a_request_each_are_refused_as_filters(provider: Provider, shop: Shop) -> None:
    with pytest.raises(ProviderError, match="it costs a request for each"):
        answer(provider, "product", Query((Filter("qty", ">", 0),)))
    assert not [row for row in shop.log() if row["route"].endswith("/V1/products")]


def test_carts_are_filtered_by_whether_they_are_open(provider: Provider, shop: Shop) -> None:
    found = records(provider, "cart", Query((Filter("status", "==", "open"),)))
    assert {each.key for each in found} == {each["id"] for each in shop.dump("carts") if each["is_active"]}


def test_lists_bring_entities_along_that_need_no_question_later(provider: Provider) -> None:
    ask = Ask("mywebshop", "product", Query((), (Order("entity_id"),), 3))
    found = answers(provider, [ask])
    first = found[Ask("mywebshop", "product", 1)]
    listed = found[ask]
    assert isinstance(first, Answer)
    assert isinstance(listed, Answer)
    assert isinstance(listed.value, list)
    assert first.value == listed.value[0]


def test_products_of_another_store_view_are_not_taken_for_those_of_this_one(provider: Provider) -> None:
    ask = Ask("mywebshop", "product", Query((Filter("store_id", "==", 3),), (Order("entity_id"),), 3))
    assert set(answers(provider, [ask])) == {ask}


@pytest.mark.parametrize("nobody", [None, "", " ", 0, "12abc", "abc", -1, 1.5, False])
@pytest.mark.parametrize("column", ["customer_id", "quote_id", "id"])
def test_a_recipient_whose_id_is_missing_or_broken_never_sees_what_belongs_to_others(
    provider: Provider, shop: Shop, column: str, nobody: None | str | float
) -> None:
    """MySQL takes `12abc` for 12, and "no customer" would be the orders of all guests."""
    query = Query((Filter(column, "==", nobody),), (Order("created_at", descending=True),), 1)
    alone = Ask("mywebshop", "order", query)
    others = [Ask("mywebshop", "order", Query((Filter(column, "==", at),), query.order, 1)) for at in (1, 2, 12)]
    assert records(provider, "order", query) == []
    found = answers(provider, [*others, alone])[alone]
    assert isinstance(found, Answer)
    assert found.value == []
    listed = records(provider, "order", Query((Filter(column, "in", (nobody, 999_999_999)),)))
    assert listed == []


@pytest.mark.parametrize("nobody", [None, "", " "])
def test_an_empty_address_is_nobodys(provider: Provider, nobody: str | None) -> None:
    assert records(provider, "order", Query((Filter("customer_email", "==", nobody),))) == []
    assert records(provider, "customer", Query((Filter("email", "==", nobody),))) == []
