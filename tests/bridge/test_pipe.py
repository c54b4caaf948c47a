"""What happens in a shop is found, once: events equal what the shop itself says that changed."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

import pytest

from dovetail.bridge import pipe
from dovetail.bridge.store.feeds import place
from dovetail.integrations.store.database import Database
from dovetail.providers.feeds import Page
from tests.bridge.watching import Happened, Snapshot, Watched, happened, snapshot
from tests.doubles.shop import Shop

PROFILES = ("2.3", "2.4.3", "2.4.8", "strict")
ONCE = {"order-create", "user-register", "cart-create", "cart-identified", "cart-checked-out", "order-paid"}
"""What happens to a record once, whenever it is found."""


def small(profile: str, seed: int = 1) -> Shop:
    return Shop(profile=profile, products=40, customers=60, orders=40, carts=40, seed=seed)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_sweep_finds_is_what_changed(profile: str, database: Database) -> None:
    with small(profile, seed=5) as shop, Watched(shop, database) as watched:
        # The first look fires nothing.
        assert watched.poll() == []
        assert watched.poll() == []
        before = snapshot(shop)
        for seed in range(3):
            shop.control("op/random", {"n": 60, "seed": seed, "deletes": True, "step_s": 1})
            after = snapshot(shop)
            assert Counter(watched.poll(swept=True)) == Counter(happened(before, after)), watched.reasons()
            before = after
        events = watched.logged()
        assert len({event.id for event in events}) == len(events) > 50
        assert watched.poll(swept=True) == []


def closed(watched: Watched, shots: list[Snapshot], found: list[Happened]) -> None:
    """After a closing sweep nothing is missing, nothing invented, and nothing found twice that happens once."""
    shots.append(snapshot(watched.shop))
    found += watched.poll(swept=True)
    assert not watched.reasons()
    steps = [happened(one, other) for one, other in pairwise(shots)]
    ever = Counter(each for step in steps for each in step)
    # What time alone brings is no change; it has tests of its own.
    counted = Counter(each for each in found if each[0] != "cart-abandoned")
    invented = counted - ever
    assert not invented, invented
    missing = {each for each in ever if each[0] in ONCE and not counted[each]}
    assert not missing, missing
    # A removal is seen by the sweep, if what was removed was ever seen.
    known = shots[0]["customer"].keys() - shots[-1]["customer"].keys()
    assert {f"customer/{key}" for key in known} <= {subject for name, subject in found if name == "user-remove"}
    assert not [each for each in watched.poll(swept=True) if each[0] != "cart-abandoned"]


@pytest.mark.parametrize("seed", [1, 2])
def test_polls_and_a_closing_sweep_find_all(seed: int, database: Database) -> None:
    with small("2.4.8", seed=seed) as shop, Watched(shop, database) as watched:
        watched.poll()
        shots, found = [snapshot(shop)], list[Happened]()
        for step in range(3):
            shop.control("op/random", {"n": 60, "seed": seed * 100 + step, "deletes": True, "step_s": 1})
            shots.append(snapshot(shop))
            found += watched.poll()
        closed(watched, shots, found)


def test_a_storm_within_one_second(database: Database) -> None:
    with small("strict") as shop, Watched(shop, database) as watched:
        watched.poll()
        shots, found = [snapshot(shop)], list[Happened]()
        storm = shop.control("op/storm", {"orders": 325, "customers": 30, "carts": 20})
        shots.append(snapshot(shop))
        found += watched.poll()
        created = Counter(subject for name, subject in found if name == "order-create")
        assert created == Counter(f"order/{key}" for key in storm["orders"])
        closed(watched, shots, found)


def test_orders_that_commit_late(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database) as watched:
        watched.poll()
        found = list[Happened]()
        late = shop.control("op/place_order", {"backdate_s": 90, "visible_after_s": 1.5})
        at_once = shop.control("op/place_order", {})
        found += watched.poll()
        assert ("order-create", f"order/{at_once['order_id']}") in found
        assert ("order-create", f"order/{late['order_id']}") not in found
        time.sleep(2)
        found += watched.poll()
        assert Counter(found)["order-create", f"order/{late['order_id']}"] == 1
        # One that took longer than the overlap is found by the sweep.
        older = shop.control("op/place_order", {"backdate_s": 3600})
        assert watched.poll() == []
        assert ("order-create", f"order/{older['order_id']}") in watched.poll(swept=True)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "code": 429, "headers": {"Retry-After": "0"}, "every": 3},
        {"kind": "status", "code": 500, "probability": 0.3},
        {"kind": "drop", "every": 4},
        {"kind": "truncate", "fraction": 0.5, "every": 3},
        {"kind": "malformed", "mode": "html", "every": 5},
    ],
    ids=lambda fault: str(fault.get("code", fault["kind"])),
)
def test_faults_on_the_way_lose_nothing(fault: dict[str, object], database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database) as watched:
        watched.poll()
        shots, found = [snapshot(shop)], list[Happened]()
        for step in range(2):
            shop.control("op/random", {"n": 40, "seed": step, "step_s": 1})
            shots.append(snapshot(shop))
            shop.fault(**fault)
            found += watched.poll()
            shop.control("faults", method="DELETE")
            # Who could not be read is tried again later.
            found += watched.poll(seconds=4000.0)
        closed(watched, shots, found)


def test_an_outage_is_told_and_made_good(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database) as watched:
        watched.poll()
        shop.fault(kind="status", code=503)
        made = shop.control("op/place_order", {})
        assert watched.poll() == []
        assert any("503" in reason for reason in watched.reasons()), watched.reasons()
        shop.control("faults", method="DELETE")
        assert ("order-create", f"order/{made['order_id']}") in watched.poll(seconds=4000.0)
        assert not watched.reasons()


@pytest.mark.parametrize("offset", [-7200, 7200])
def test_a_shop_whose_clock_is_wrong(offset: int, database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database, bearer=True) as watched:
        shop.control("clock", {"offset": offset})
        watched.poll()
        made = shop.control("op/place_order", {})
        assert ("order-create", f"order/{made['order_id']}") in watched.poll()
        assert watched.poll() == []


def test_a_cart_that_was_left_and_one_that_was_ordered(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database, bearer=True) as watched:
        watched.poll()
        left, ordered, guests = (
            shop.control("op/create_cart", {"customer_id": key} if key else {})["cart_id"] for key in customers(shop)
        )
        for cart in (left, ordered, guests):
            shop.control("op/cart_add", {"cart_id": cart})
        assert "cart-abandoned" not in {name for name, _ in watched.poll()}
        shop.control("op/place_order", {"cart_id": ordered})
        shop.control("clock", {"advance": 91 * 60})
        found = watched.poll()
        # Nobody knows who the guest is.
        abandoned = {subject for name, subject in found if name == "cart-abandoned"}
        assert abandoned & {f"cart/{cart}" for cart in (left, ordered, guests)} == {f"cart/{left}"}
        event = next(
            each for each in watched.logged() if (each.type, each.subject) == ("cart-abandoned", f"cart/{left}")
        )
        assert event.person == shop.dump("carts", left)["customer"]["email"].lower()
        assert event.trigger()["status"] == "open"
        assert event.trigger()["items"]
        assert event.trigger()["id"] == left
        assert event.trigger()["customer"]["name"]  # type: ignore[index]
        # Once for what is in it.
        assert watched.poll() == []
        shop.control("op/cart_add", {"cart_id": left})
        watched.poll()
        shop.control("clock", {"advance": 91 * 60})
        assert ("cart-abandoned", f"cart/{left}") in watched.poll()


def test_a_record_that_the_shop_fails_on_is_not_gone(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database) as watched:
        watched.poll()
        for missed, gone in ((1, 0), (0, 60)):
            empty = Page([], "", more=False, at=time.time(), missed=missed)
            before = len(watched.logged())
            with database.write() as connection:
                at = place(connection, "ours", "mywebshop", "customer")
                pipe.take_sweep(
                    connection, watched.provider, pipe.begin_sweep(connection, at, 1.0), empty, 1.0, lambda *_: None
                )
            assert len(watched.logged()) - before == gone


def test_a_guests_cart_that_was_merged_is_the_customers_and_is_left_once(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database, bearer=True) as watched:
        watched.poll()
        customer, other, _ = customers(shop)
        own, guests, assigned = (
            shop.control("op/create_cart", {"customer_id": customer} if at == 0 else {})["cart_id"] for at in range(3)
        )
        for cart in (own, guests, assigned):
            shop.control("op/cart_add", {"cart_id": cart})
        # He said who he is before he logged in.
        shop.control("op/cart_set_email", {"cart_id": guests, "email": "guest@example.com"})
        found = watched.poll()
        assert {("cart-create", f"cart/{cart}") for cart in (own, guests, assigned)} <= set(found)
        assert shop.control("op/cart_login", {"cart_id": guests, "customer_id": customer})["merged"]
        assert not shop.control("op/cart_login", {"cart_id": assigned, "customer_id": other})["merged"]
        found = watched.poll()
        assert ("cart-change", f"cart/{own}") in found
        assert ("cart-identified", f"cart/{assigned}") in found
        assert ("cart-identified", f"cart/{own}") not in found
        shop.control("clock", {"advance": 91 * 60})
        left = Counter(subject for name, subject in watched.poll() if name == "cart-abandoned")
        ours = {f"cart/{cart}" for cart in (own, guests, assigned)}
        assert {subject: left[subject] for subject in ours if left[subject]} == {
            f"cart/{own}": 1,
            f"cart/{assigned}": 1,
        }
        # The sweep takes it for gone, which is nothing to tell.
        assert [each for each in watched.poll(swept=True) if each[1] == f"cart/{guests}"] == []


def customers(shop: Shop) -> list[int]:
    """Two customers without a cart, and a guest."""
    taken = {row["customer_id"] for row in shop.dump("carts")}
    free = [row["id"] for row in shop.dump("customers") if row["id"] not in taken]
    return [*free[:2], 0]


def test_a_newsletter_changes_nothing_that_polls_see(database: Database) -> None:
    with small("2.4.8") as shop, Watched(shop, database) as watched:
        watched.poll()
        customer = next(
            row["id"]
            for row in shop.dump("customers")
            if not shop.dump("customers", row["id"])["extension_attributes"]["is_subscribed"]
        )
        shop.control("op/subscribe", {"customer_id": customer, "on": True})
        assert watched.poll() == []
        assert watched.poll(swept=True) == [("user-subscribe", f"customer/{customer}")]
        shop.control("op/subscribe", {"customer_id": customer, "on": False})
        assert watched.poll(swept=True) == [("user-unsubscribe", f"customer/{customer}")]
