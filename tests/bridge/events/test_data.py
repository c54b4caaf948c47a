"""The declared data of events are what events really tell: of a shop that is watched, and of all that Magento has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from dovetail.bridge.events.data import COMMON, RECORDS, TRIGGER, trigger_of
from dovetail.bridge.events.event import Event
from dovetail.bridge.events.types import TYPES
from dovetail.bridge.followups.ports import variables_of
from dovetail.bridge.store import log
from dovetail.engine.schema import RecordType
from tests.bridge.conftest import opened
from tests.bridge.followups.stage import Stage
from tests.bridge.watching import Watched, provider_of
from tests.doubles.openapi import description
from tests.doubles.shop import Shop

Told = Mapping[str, object]


def names(record: RecordType, told: Told) -> Iterator[tuple[str, str]]:
    """The fields of what was told, each with its record, as deep as records are declared."""
    for name, value in told.items():
        yield record.name, name
        field = record.fields.get(name)
        if field is not None and field.record:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Mapping):
                    yield from names(RECORDS[field.record], cast("Told", each))


def declared(record: RecordType) -> Iterator[tuple[str, str]]:
    """The declared fields of a record and of those in it."""
    for name, field in record.fields.items():
        yield record.name, name
        if field.record:
            yield from declared(RECORDS[field.record])


def whole(tree: Mapping[str, object], lists: Mapping[str, object]) -> dict[str, object]:
    """A record that has all fields that Magento describes."""
    made = dict[str, object]()
    for name, inner in tree.items():
        value = whole(cast("Told", inner), {}) if inner else "1"
        made[name] = [value] if name in lists else value
    return made


def described(shop: Shop) -> Mapping[str, Told]:
    """What would be told of records with all fields that Magento describes, by type of record."""
    feed, found = provider_of(shop), dict[str, Told]()
    for entity, path in {
        "order": "/V1/orders", "customer": "/V1/customers/search", "cart": "/V1/carts/search",
        "product": "/V1/products",
    }.items():  # fmt: skip
        raw = whole(description()["returns"][path]["items"], {"items": [], "addresses": []})
        raw |= {"is_active": True} if entity == "cart" else {}
        raw.pop("parent_item_id", None)
        for item in cast("list[dict[str, object]]", raw.get("items", [])):
            # The variant's row, which is told with that of its product.
            item.pop("parent_item_id", None)
        found[entity] = feed.told(entity, raw, feed.state(entity, raw, None))
    return found


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=40, customers=60, orders=40, carts=40, seed=5) as made:
        yield made


@pytest.fixture
def events(shop: Shop, tmp_path: Path) -> Iterator[list[Event]]:
    """What happens in a shop where much happens."""
    database = opened(f"sqlite:///{tmp_path / 'ours.sqlite'}")
    with Watched(shop, database, bearer=True) as watched:
        watched.poll()
        watched.poll()
        for seed in range(3):
            shop.control("op/random", {"n": 60, "seed": seed, "deletes": True, "step_s": 1})
            watched.poll(swept=True)
        shop.control("clock", {"advance": 91 * 60})
        watched.poll()
        yield watched.started
    database.close()


def test_every_type_of_event_has_data_that_are_declared() -> None:
    for each in TYPES.values():
        assert each.record in RECORDS, each.name
        assert set(each.needs) <= RECORDS[each.record].fields.keys()
        # A field that all triggers have stands over one of the data: declared as that it would never come.
        assert not RECORDS[each.record].fields.keys() & COMMON.keys()


def test_what_events_of_a_shop_tell_is_declared_and_what_is_declared_is_told(shop: Shop, events: list[Event]) -> None:
    told = {event.type for event in events}
    assert {"order-create", "user-register", "user-remove", "cart-create", "cart-abandoned", "product-change"} <= told
    seen = {name for event in events for name in names(RECORDS[TYPES[event.type].record], event.data)}
    seen |= {name for entity, data in described(shop).items() for name in names(RECORDS[entity], data)}
    wanted = {name for each in TYPES.values() if each.source == "shop" for name in declared(RECORDS[each.record])}
    open_ = {record.name for record in RECORDS.values() if record.open}
    assert wanted - seen == set(), "declared, and never told"
    assert {each for each in seen - wanted if each[0] not in open_} == set(), "told, and not declared"
    watched = {name for event in events for name in names(RECORDS[TYPES[event.type].record], event.data)}
    assert watched - wanted == set(), "told by a shop, and not declared"


def test_what_a_mail_leads_to_and_what_all_triggers_have(tmp_path: Path) -> None:
    database = opened(f"sqlite:///{tmp_path / 'ours.sqlite'}")
    stage = Stage(database, tmp_path)
    stage.write(welcome='on = "user-register"\n[[steps]]\nmail = { template = "mail.tpl", subject = "Hello" }\n')
    stage.happen("user-register")
    stage.pass_time()
    with database.read() as connection:
        [sent] = (each.event for each in log.find(connection, "ours", types=["mail-sent"]))
        trigger = cast("dict[str, object]", variables_of(connection, "ours", sent)["trigger"])
    stage.close()
    database.close()
    assert sent.data.keys() == RECORDS[TYPES["mail-sent"].record].fields.keys()
    assert trigger.keys() == RECORDS["mail"].fields.keys() | COMMON.keys()
    assert cast("Told", trigger["trigger"]).keys() == RECORDS["cause"].fields.keys() | {"email"}
    assert cast("Told", trigger["profile"]).keys() == RECORDS["profile"].fields.keys()


def test_several_events_have_what_one_of_them_has_and_it_is_said_which() -> None:
    made = trigger_of(("order-create", "order-paid", "cart-abandoned"))
    fields = made.records[TRIGGER].fields
    assert {"grand_total", "items_count", "customer", "timestamp"} <= fields.keys()
    assert made.only[TRIGGER, "grand_total"] == ("order-create", "order-paid")
    assert made.only[TRIGGER, "items_count"] == ("cart-abandoned",)
    assert (TRIGGER, "customer") not in made.only
    assert fields["customer"].record == "person"
    # The lines of an order have other fields than those of a cart.
    lines = fields["items"].record
    assert {"qty", "qty_ordered", "sku"} <= made.records[lines].fields.keys()
    assert made.only[lines, "qty"] == ("cart-abandoned",)
    assert (lines, "sku") not in made.only
    assert not made.records[TRIGGER].open


def test_an_event_of_ones_own_may_have_any_data() -> None:
    assert trigger_of(("reminded",)).records[TRIGGER].fields == COMMON
    assert trigger_of(("reminded",)).records[TRIGGER].open
    mixed = trigger_of(("reminded", "order-create"))
    assert mixed.records[TRIGGER].open
    assert "grand_total" in mixed.records[TRIGGER].fields
