"""What goes wrong in shops: each failure is told apart, and spoils no more than it must."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Answer, Ask, Provider, Query, Record
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected
from tests.providers.magento2.talking import answer, answers, record, records

GONE = {"message": "The product that was requested doesn't exist. Verify the product and try again."}


@pytest.mark.parametrize("store", ["nl", "de", "en"])
def test_a_missing_permission_is_named_in_every_language(shop: Shop, store: str) -> None:
    provider = connected(shop, store, **shop.info["oauth_limited"])
    with pytest.raises(AccessError, match="Magento_Sales::actions_view") as caught:
        answer(provider, "order", 5)
    assert "permission" in caught.value.help
    assert "expired" in caught.value.help
    assert caught.value.identifier == "mywebshop"


def test_what_is_permitted_still_comes_when_something_else_is_not(shop: Shop) -> None:
    provider = connected(shop, **shop.info["oauth_limited"])
    product, customer = Ask("mywebshop", "product", 123456), Ask("mywebshop", "customer", 6)
    found = answers(provider, [product, customer])
    assert isinstance(found[product], Answer)
    refused = found[customer]
    assert isinstance(refused, AccessError)
    assert "Magento_Customer::customer" in refused.message


def test_products_come_without_labels_where_attributes_may_not_be_read(shop: Shop) -> None:
    shop.fault(
        kind="status",
        path="/V1/products/attributes",
        code=401,
        json={
            "message": "The consumer isn't authorized to access %resources.",
            "parameters": {"resources": "Magento_Catalog::attributes_attributes"},
        },
    )
    found = answer(connected(shop), "product", 123456)
    assert isinstance(found.value, Record)
    assert str(found.value.fields["color"]).isdigit()
    assert any("Magento_Catalog::attributes_attributes" in note for note in found.notes)


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_wrong_credentials_are_refused_with_a_remedy_and_without_the_secret(shop: Shop, wrong: str) -> None:
    provider = connected(shop, **{wrong: "z" * 32})
    with pytest.raises(AccessError) as caught:
        answer(provider, "order", 5)
    assert "System > Integrations" in caught.value.help
    assert "z" * 32 not in f"{caught.value.message} {caught.value.help}"


def test_a_token_alone_works_only_where_the_shop_allows_it(shop: Shop, shop_2_3: Shop) -> None:
    none = dict.fromkeys(("consumer_key", "consumer_secret", "access_token_secret"), "")
    allowed = connected(shop_2_3, **none, token=shop_2_3.oauth["access_token"])
    assert record(allowed, "product", 123456).fields["sku"] == "DOC-EXAMPLE"
    with pytest.raises(AccessError, match="Magento_Catalog::products"):
        answer(connected(shop, **none, token=shop.oauth["access_token"]), "product", 123456)


@pytest.mark.parametrize("collection", ["product", "order", "customer", "cart"])
@pytest.mark.parametrize("key", [5, Query(limit=3)])
def test_an_unknown_store_view_is_told_with_those_that_exist(shop: Shop, collection: str, key: int | Query) -> None:
    with pytest.raises(AccessError, match="no store view with the code `fr`") as caught:
        answer(connected(shop, "fr"), collection, key)
    assert "nl, en, de" in caught.value.help


def test_a_page_that_dies_on_one_record_is_halved_until_only_that_one_is_left_out(shop: Shop) -> None:
    provider = connected(shop)
    everything = [each["id"] for each in shop.dump("orders")]
    shop.fault(kind="status", path="/V1/orders\\?.*pageSize%5D=256", code=404, json=GONE)
    found = records(provider, "order", Query())
    assert [each.key for each in found] == everything
    assert len(shop.log()) < 20


@pytest.mark.parametrize("code", [404, 500])
def test_a_record_on_which_the_shop_fails_is_not_called_unknown(shop: Shop, code: int) -> None:
    shop.fault(kind="status", path="/V1/orders\\?", code=code, json=GONE)
    with pytest.raises(OddAnswerError, match=r"\$mywebshop\.order\.5 may be one of them"):
        answer(connected(shop), "order", 5)


def test_a_search_that_always_fails_is_an_error_and_not_an_empty_list(shop: Shop) -> None:
    shop.fault(kind="status", path="/V1/orders\\?", code=404, json=GONE)
    with pytest.raises(ProviderError):
        answer(connected(shop), "order", Query(limit=40))
    assert len(shop.log()) < 60


@pytest.mark.parametrize("mode", ["html", "html_prefix", "garbage", "cut", "number", "null"])
def test_a_good_status_with_nonsense_is_refused_and_may_be_asked_again(shop: Shop, mode: str) -> None:
    shop.fault(kind="malformed", mode=mode, path="/V1/orders")
    with pytest.raises(OddAnswerError) as caught:
        answer(connected(shop), "order", 5)
    assert caught.value.retryable
    assert shop.url in caught.value.message


def test_a_dropped_connection_fails_only_the_questions_that_needed_it(shop: Shop, provider: Provider) -> None:
    shop.fault(kind="drop", path="/V1/customers")
    order, customer = Ask("mywebshop", "order", 5), Ask("mywebshop", "customer", 6)
    found = answers(provider, [order, customer])
    assert isinstance(found[order], Answer)
    assert isinstance(found[customer], UnreachableError)


@pytest.mark.parametrize("code", [429, 503])
def test_an_overloaded_shop_is_unreachable_and_not_empty(shop: Shop, provider: Provider, code: int) -> None:
    shop.fault(kind="status", code=code, body="<html>busy</html>", content_type="text/html", path="/V1/products")
    with pytest.raises(UnreachableError, match=str(code)):
        answer(provider, "product", 123456)


def test_a_page_too_large_for_the_server_is_asked_in_halves(shop: Shop, provider: Provider) -> None:
    shop.fault(kind="status", code=504, body="<html>timeout</html>", path="/V1/orders\\?.*pageSize%5D=256")
    assert len(records(provider, "order", Query(limit=256))) == 256


def test_a_lower_limit_of_pages_is_read_from_the_shops_message(shop: Shop, provider: Provider) -> None:
    identities = [each["id"] for each in shop.dump("products")][:100]
    shop.control("config", {"max_page_size": 50})
    try:
        assert len(records(provider, "order", Query(limit=120))) == 120
        found = answers(provider, [Ask("mywebshop", "product", identity) for identity in identities])
        assert all(isinstance(each, Answer) and each.found for each in found.values())
    finally:
        shop.control("config", {"max_page_size": 300})


def test_what_no_shop_has_is_said_so(provider: Provider) -> None:
    with pytest.raises(ProviderError, match="nothing that a Magento 2 shop has"):
        answer(provider, "invoice", 5)
