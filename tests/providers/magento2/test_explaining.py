"""What explains a shop: its schema, live suggestions, and the connection test."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Ask, Lifetime, Provider, Query, Record
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import PERMISSIONS, connected, permitted
from tests.providers.magento2.talking import hold, record, records

# --- schema


def test_every_member_asks_for_a_collection_and_gives_a_known_record(provider: Provider) -> None:
    schema = provider.schema()
    assert set(schema.members) == {
        *("product", "products", "order", "orders", "customer", "customers", "cart", "carts", "store")
    }
    for name, member in schema.members.items():
        assert member.collection == name.removesuffix("s")
        assert member.kind == ("list" if name.endswith("s") else "value" if name == "store" else "keyed")
        assert member.record in schema.records
        assert member.summary


def test_every_field_of_the_schema_is_documented_and_leads_to_a_known_record(provider: Provider) -> None:
    schema = provider.schema()
    for record_type in schema.records.values():
        for field in record_type.fields.values():
            assert field.summary
            assert not field.record or field.record in schema.records


@pytest.mark.parametrize("collection", ["product", "order", "customer", "cart"])
def test_derived_fields_of_the_schema_are_in_every_record(provider: Provider, collection: str) -> None:
    derived = {
        "product": {"id", "title", "url", "image", "images", "price", "final_price", "currency", "qty", "attributes"},
        "order": {"id", "number", "customer", "items", "shipping_address", "currency", "paid", "attributes"},
        "customer": {"id", "name", "subscribed", "orders", "last_order", "addresses", "attributes"},
        "cart": {"id", "customer", "items", "total", "status", "order", "email", "attributes"},
    }[collection]
    assert derived <= set(provider.schema().records[collection].fields)
    for found in records(provider, collection, Query(limit=20)):
        assert derived <= set(found.fields)


def test_what_the_schema_lists_occurs_in_a_shop(provider: Provider) -> None:
    for collection, optional in {
        "product": {"special_price", "weight", "parent"},
        "order": {"customer_id", "coupon_code", "total_paid", "shipping_description"},
        "customer": {"middlename", "prefix", "suffix", "dob", "gender", "taxvat"},
        "cart": {"items_count", "items_qty"},
    }.items():
        seen: set[str] = set()
        for found in records(provider, collection, Query(limit=100)):
            seen |= set(found.fields)
        missing = set(provider.schema().records[collection].fields) - seen - optional
        assert missing == set(), collection


def test_what_is_about_persons_is_marked_and_kept_shortly(provider: Provider) -> None:
    personal = {name for name, each in provider.schema().records.items() if each.personal}
    assert {"order", "customer", "cart", "address", "payment"} <= personal
    assert {
        name: provider.lifetime(Ask("mywebshop", name, 1))
        for name in ("product", "stock", "order", "last_order", "customer", "cart", "cart_total")
    } == {
        "product": Lifetime(600.0),
        "stock": Lifetime(60.0),
        "order": Lifetime(60.0, personal=True),
        "last_order": Lifetime(60.0, personal=True),
        "customer": Lifetime(300.0, personal=True),
        "cart": Lifetime(30.0, personal=True),
        "cart_total": Lifetime(30.0, personal=True),
    }
    shared = ("price", "product.row", "product.resized", "product.options", "product.categories", "store")
    assert not any(provider.lifetime(Ask("mywebshop", name, "")).personal for name in shared)
    assert all(provider.lifetime(Ask("mywebshop", f"order.{name}", 1)).personal for name in ("shipments", "invoices"))
    assert provider.lifetime(Ask("mywebshop", "product", Query())) == Lifetime(300.0)
    assert provider.lifetime(Ask("mywebshop", "order", Query())).personal


# --- suggestions


def test_products_are_suggested_by_sku_and_by_name_with_name_and_price(provider: Provider) -> None:
    (by_sku,) = hold(provider, provider.suggest(["product"], "AB/12", 5))
    (by_name,) = hold(provider, provider.suggest(["product"], "Regenjas 123456", 5))
    assert (by_sku.insert, by_name.insert) == ("5", "123456")
    fields = record(provider, "product", 123456).fields
    assert by_name.label == fields["name"]
    assert by_name.detail == f"DOC-EXAMPLE  {fields['price']} EUR"


def test_text_with_wildcards_is_only_text(provider: Provider) -> None:
    (found,) = hold(provider, provider.suggest(["product"], "50%-", 5))
    assert found.insert == "8"
    assert hold(provider, provider.suggest(["product"], "_____________________________________", 5)) == []


def test_orders_customers_and_carts_are_suggested_by_what_people_know(provider: Provider, shop: Shop) -> None:
    order = shop.dump("orders", 7)
    found = hold(provider, provider.suggest(["order"], order["increment_id"], 3))
    assert "7" in [each.insert for each in found]
    customer = shop.dump("customers", shop.dump("customers")[3]["id"])
    found = hold(provider, provider.suggest(["customer"], customer["email"].upper(), 3))
    assert [each.insert for each in found] == [str(customer["id"])]
    assert found[0].label == f"{customer['firstname']} {customer['lastname']}"
    found = hold(provider, provider.suggest(["cart"], "", 4))
    assert len(found) == 4


def test_no_more_is_suggested_than_wanted(provider: Provider, shop: Shop) -> None:
    assert len(hold(provider, provider.suggest(["product"], "a", 3))) == 3
    assert hold(provider, provider.suggest(["product"], "a", 0)) == []


def test_the_fields_of_a_record_are_suggested_with_their_values(provider: Provider) -> None:
    found = {each.insert: each.detail for each in hold(provider, provider.suggest(["product", "123456"], "", 200))}
    assert found["sku"] == "DOC-EXAMPLE"
    assert found["price"] == "19.95"
    assert set(record(provider, "product", 123456).fields) == set(found)
    some = hold(provider, provider.suggest(["product", "123456"], "PRI", 200))
    assert {"price", "final_price"} <= {each.insert for each in some}


def test_relations_are_followed_and_lists_have_positions(provider: Provider, shop: Shop) -> None:
    first = hold(provider, provider.suggest(["order", "7", "items"], "", 3))[0]
    assert first.insert == "0"
    names = [each.insert for each in hold(provider, provider.suggest(["order", "7", "items", "0"], "qty", 20))]
    assert "qty_ordered" in names
    fields = [each.insert for each in hold(provider, provider.suggest(["order", "7", "payment"], "meth", 5))]
    assert fields == ["method"]


def test_right_below_the_shop_its_members_are_suggested(provider: Provider) -> None:
    found = hold(provider, provider.suggest([], "prod", 10))
    assert [each.insert for each in found] == ["product", "products"]
    assert all(each.detail for each in found)


def test_what_does_not_exist_has_no_continuations(provider: Provider) -> None:
    assert hold(provider, provider.suggest(["invoice"], "", 5)) == []
    assert hold(provider, provider.suggest(["product", "99999999"], "", 5)) == []
    assert hold(provider, provider.suggest(["product", "123456", "no", "such"], "", 5)) == []


# --- connection test


def test_a_good_connection_is_told_permission_by_permission(any_shop: Shop) -> None:
    provider = connected(any_shop)
    findings = hold(provider, provider.check())
    assert all(finding.ok for finding in findings)
    assert findings[0].what == f"{any_shop.url} answers, store view nl"
    assert [finding.what for finding in findings[1:]] == [
        "store views can be read",
        "products can be read",
        "product attributes can be read",
        "orders can be read",
        "customers can be read",
        "carts can be read",
        "shipments can be read",
        "invoices can be read",
        "credit memos can be read",
        "categories can be read",
        "customer groups can be read",
        "stock of all sources can be read",
        "stock of single products can be read",
        "prices and images as on the shop's pages can be read",
    ]


def test_missing_permissions_are_named_one_by_one(shop: Shop) -> None:
    provider = connected(shop, **shop.info["oauth_limited"])
    findings = hold(provider, provider.check())
    missing = [finding.what for finding in findings if not finding.ok]
    resources = ("Magento_Sales::actions_view", "Magento_Customer::customer", "Magento_Cart::manage")
    for what, resource in zip(missing, (*resources, "Magento_Catalog::catalog_inventory"), strict=True):
        assert resource in what
    assert all("System > Integrations" in finding.help for finding in findings if not finding.ok)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_each_missing_permission_is_told_by_its_name(shop: Shop, permission: str) -> None:
    provider = connected(shop, stock_id=1 if "InventorySales" in permission else None)
    with permitted(shop, without=permission):
        findings = hold(provider, provider.check())
    told = [finding for finding in findings if permission in finding.what]
    assert len(told) == 1
    assert "the permission" in told[0].what
    assert told[0].help.startswith("System > Integrations > API")
    others = [finding for finding in findings if finding not in told]
    assert all(finding.ok for finding in others)
    # Most templates do without these, and stock then comes product by product.
    spared = ("::source", "::shipment", "::sales_invoice", "::sales_creditmemo", "::categories", "::group")
    assert told[0].ok is permission.endswith(spared)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/V1/inventory/source-items", "this shop has a single source"),
        ("/V1/products-render-info", "this shop does not tell them"),
    ],
)
def test_a_module_that_is_not_there_is_no_fault(shop: Shop, path: str, what: str) -> None:
    shop.fault(kind="status", code=404, json={"message": "Request does not match any route."}, path=path)
    provider = connected(shop)
    findings = hold(provider, provider.check())
    assert all(finding.ok for finding in findings)
    assert any(what in finding.what for finding in findings)


@pytest.mark.parametrize(("suffix", "fine"), [(".html", True), ("", False), ("/", False)])
def test_what_product_pages_end_in_is_checked_on_one_of_them(shop: Shop, suffix: str, fine: bool) -> None:
    provider = connected(shop, url_suffix=suffix)
    findings = hold(provider, provider.check())
    bad = [finding for finding in findings if not finding.ok]
    assert (bad == []) is fine
    assert all(finding.help.startswith('set url_suffix = ".html"') for finding in bad)


def test_a_shop_without_products_can_be_checked() -> None:
    with Shop(products=0, customers=1, orders=0, carts=0) as empty:
        for each in empty.dump("products"):
            empty.control("op/delete_product", {"sku": each["sku"]})
        provider = connected(empty)
        assert all(finding.ok for finding in hold(provider, provider.check()))


def test_wrong_credentials_are_one_finding_and_not_eight(shop: Shop) -> None:
    provider = connected(shop, access_token_secret="z" * 32)
    (finding,) = hold(provider, provider.check())
    assert not finding.ok
    assert "credentials are refused" in finding.what
    assert "System > Integrations" in finding.help


def test_a_wrong_store_view_is_one_finding_with_those_that_exist(shop: Shop) -> None:
    provider = connected(shop, "fr")
    (finding,) = hold(provider, provider.check())
    assert (finding.ok, "nl, en, de" in finding.help) == (False, True)


def test_a_web_page_instead_of_an_api_is_one_finding(shop: Shop) -> None:
    shop.fault(kind="malformed", mode="html", path="/V1/")
    provider = connected(shop)
    (finding,) = hold(provider, provider.check())
    assert not finding.ok
    assert "a web page" in finding.what


def test_a_record_prints_its_title(provider: Provider, shop: Shop) -> None:
    found = record(provider, "product", 123456)
    assert isinstance(found, Record)
    assert found.title == shop.dump("products", 123456, store=1)["name"]
