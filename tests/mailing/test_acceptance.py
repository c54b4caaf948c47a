"""A thousand recipients, each with their own last order, in a handful of requests, and nothing wrong in any mail.

What every mail has to show is worked out here from the shop's own data (the double's dump), on another way
than Dovetail's: order by order, in plain Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dovetail import Environment, FolderLoader, Mailing
from dovetail.integrations.settings import read_settings
from tests.cli.dovetail_process import connected
from tests.doubles.shop import Shop

RECIPIENTS = 1000
SHARED = range(1, 25)

TEMPLATE = """\
{foreach $mywebshop.orders|filter:'customer_id':'==':$profile.customer_id|orderby:'created_at':'desc'|limit:1 as $order}
order={$order.increment_id}
total={$order.grand_total}
{foreach $order.items as $item}
item={$item.sku}|{$item.name}|{$item.qty_ordered}
{/foreach}
{/foreach}
{for $number = 1 to 24}
product={$mywebshop.product.$number.title}|{$mywebshop.product.$number.price}
{/for}
to={$profile.email}
"""


@pytest.fixture(scope="module")
def big_shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=2000, customers=RECIPIENTS, orders=3000, carts=200) as shop:
        yield shop


def _number(value: float) -> str:
    return f"{value:.15g}"


def _last_orders(shop: Shop) -> dict[int, list[dict[str, Any]]]:
    """For each customer the orders of their latest moment (mostly one)."""
    latest: dict[int, list[dict[str, Any]]] = {}
    for entry in shop.dump("orders"):
        order = shop.dump("orders", entry["id"])
        customer = order.get("customer_id")
        if customer is None:
            continue
        best = latest.setdefault(customer, [order])
        if order["created_at"] > best[0]["created_at"]:
            latest[customer] = [order]
        elif order["created_at"] == best[0]["created_at"] and order is not best[0]:
            best.append(order)
    return latest


def _order_lines(order: dict[str, Any]) -> list[str]:
    rows = [item for item in order["items"] if not item.get("parent_item_id")]
    return [
        f"order={order['increment_id']}",
        f"total={_number(order['grand_total'])}",
        *(f"item={item['sku']}|{item['name']}|{_number(item['qty_ordered'])}" for item in rows),
    ]


@pytest.mark.timeout(300)
def test_a_thousand_mails_with_their_own_last_order_and_24_shared_products(tmp_path: Path, big_shop: Shop) -> None:
    dovetail = connected(tmp_path, big_shop)
    dovetail.write("mail.tpl", TEMPLATE)
    customers = [big_shop.dump("customers", entry["id"]) for entry in big_shop.dump("customers")]
    people = [{"customer_id": item["id"], "email": item["email"]} for item in customers]
    assert len(people) == RECIPIENTS
    dovetail.write("people.jsonl", "".join(json.dumps(person) + "\n" for person in people))
    orders = _last_orders(big_shop)
    products = [big_shop.dump("products", number, store=1) for number in SHARED]
    shared = [f"product={item['name']}|{_number(item['price'])}" for item in products]

    big_shop.clear()
    done = dovetail("mail", "mail.tpl", "--recipients", "people.jsonl", "--out", "mails", "--report", "report.json")
    assert (done.code, done.err) == (0, "")

    requests = len(big_shop.log())
    assert requests <= 12
    report = json.loads(dovetail.read("report.json"))
    assert (report["written"], report["failed"], report["requests"]) == (RECIPIENTS, [], requests)
    for person in people:
        text = dovetail.read(f"mails/{person['customer_id']}.html")
        lines = [unescape(line) for line in text.splitlines() if line.strip()]
        candidates = [_order_lines(order) for order in orders.get(person["customer_id"], [])] or [[]]
        assert lines in [[*own, *shared, f"to={person['email']}"] for own in candidates]

    # A check of the check: enough recipients have an order of their own, and they differ.
    assert len(orders) > 500
    assert len({path.read_text(encoding="utf-8") for path in (tmp_path / "mails").iterdir()}) == RECIPIENTS


@pytest.mark.parametrize(("profile", "most"), [("2.4.8", 12), ("strict", 20)])
@pytest.mark.timeout(300)
def test_what_is_known_is_not_asked_again(
    profile: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Shop(profile=profile, products=100, customers=RECIPIENTS, orders=3000, carts=0) as shop:
        line = connected(tmp_path, shop)
        line.write("mail.tpl", TEMPLATE)
        for name, value in line.environment.items():
            monkeypatch.setenv(name, value)
        settings = read_settings(tmp_path / "dovetail.toml")
        people = [{"profile": {"customer_id": entry["id"], "email": ""}} for entry in shop.dump("customers")]
        with Environment(
            loader=FolderLoader(tmp_path), integrations=settings.connect(), cache_folder=tmp_path / "cache"
        ) as environment:
            template = environment.get_template("mail.tpl")
            shop.clear()
            cold = list(Mailing(template).render_many(people))
            requests = len(shop.log())
            shop.clear()
            warm = list(Mailing(template).render_bytes(people))
            assert len(shop.log()) == 0
        assert requests <= most
        assert [mail.decode() for mail in warm if isinstance(mail, bytes)] == [str(mail) for mail in cold]
        assert len(warm) == RECIPIENTS
