"""What happened hour by hour, and instances by what one looks for, in SQLite and in PostgreSQL."""

from __future__ import annotations

import pytest

from dovetail.bridge.store import instances, log, versions
from dovetail.bridge.store.statistics import HOUR, Hour, Statistics, statistics
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.stored import Changed
from tests.bridge.happenings import Happenings

NOW = 500_000 * HOUR + 1_800.0
"""Half an hour after an hour began."""


@pytest.fixture
def happenings(database: Database) -> Happenings:
    """The follow-ups `thanks`, by orders that are paid, and `later`, by new ones."""
    with database.write() as connection:
        for name, event in (("thanks", "order-paid"), ("later", "order-create")):
            versions.put(connection, "ours", name, f'on = "{event}"\n[[steps]]\nwait = "1h"\n', 1.0)
    return Happenings(database, "ours")


def test_each_hour_has_what_happened_in_it(happenings: Happenings) -> None:
    # On both sides of where an hour begins, and of where the first one does.
    for key, at in (("old", -2 * HOUR - 1), ("first", -2 * HOUR), ("last", -HOUR - 0.25), ("next", -HOUR)):
        paid = happenings.happen("order-paid", key, 500_000 * HOUR + at)
        happenings.send("thanks", paid, 500_000 * HOUR + at + 0.125)
    happenings.fail("thanks", happenings.happen("order-paid", "bad", NOW, source="othershop"), NOW)
    happenings.happen("order-create", "new", NOW)
    with happenings.database.read() as connection:
        found = statistics(connection, "ours", 3, NOW)
        own = statistics(connection, "ours", 1, NOW, {"othershop"})
        none = statistics(connection, "ours", 1, NOW, set())
        others = statistics(connection, "others", 1, NOW)
    bad = {"failed": 1}
    assert found.hours == [
        Hour(499_998 * HOUR, {"order-paid": 2}, 2, {"done": 2}, {"done": 2}),
        Hour(499_999 * HOUR, {"order-paid": 1}, 1, {"done": 1}, {"done": 1}),
        Hour(500_000 * HOUR, {"order-paid": 1, "order-create": 1}, 2, bad, {"dead": 1}),
    ]
    assert (found.waiting, found.failed) == (1, 1)
    assert own == Statistics([Hour(500_000 * HOUR, {"order-paid": 1}, 1, bad, {"dead": 1})], 0, 1)
    assert none == others == Statistics([Hour(500_000 * HOUR, {}, 0, {}, {})], 0, 0)


def test_instances_are_found_by_state_record_and_source_page_by_page(happenings: Happenings) -> None:
    sent = happenings.send("thanks", happenings.happen("order-paid", "17", NOW - 9, "ann@example.com"), NOW)
    for number in range(4):
        happenings.happen("order-create", f"1{number}", NOW, source="othershop")
    happenings.happen("order-create", "17", NOW + 1)
    with happenings.database.read() as connection:

        def found(**asked: str) -> list[str]:
            return [f"{each.followup} {each.event}" for each in instances.find(connection, "ours", **asked)]  # type: ignore[arg-type]

        assert found(subject="order/17") == ["later mywebshop/order-create/17", "thanks mywebshop/order-paid/17"]
        assert found(state="done") == found(person="ANN@example.com") == ["thanks mywebshop/order-paid/17"]
        assert found(state="failed") == found(subject="order/99") == []
        assert found(after=sent) == []
        pages, after = list[str](), ""
        while page := instances.find(connection, "ours", sources={"othershop"}, after=after, limit=3):
            pages += [each.event for each in page]
            after = page[-1].id
        assert sorted(pages) == [f"othershop/order-create/1{number}" for number in range(4)]
        assert instances.counts(connection, "ours", {"othershop"}) == {("later", "waiting"): 4}
        assert instances.counts(connection, "ours", set()) == {}
        assert len(log.find(connection, "ours", sources={"othershop"}, subject="order/12")) == 1
        assert log.get(connection, "ours", "9" * 40) is log.get(connection, "ours", str(2**31)) is None
        assert len(log.find(connection, "ours", before=2**62)) == 6


def test_a_version_takes_the_place_of_the_one_that_was_seen(happenings: Happenings) -> None:
    with happenings.database.write() as connection:
        second = versions.change(connection, "ours", "thanks", "other", 1, 2.0)
        assert (second.version, versions.present(connection, "ours", "thanks")) == (2, second)
    for name, version in (("thanks", 1), ("thanks", None), ("nothing", 1)):
        with pytest.raises(Changed), happenings.database.write() as connection:
            versions.change(connection, "ours", name, "third", version, 3.0)
    with happenings.database.write() as connection:
        assert versions.remove(connection, "ours", "thanks")
        assert versions.change(connection, "ours", "thanks", "anew", None, 4.0).version == 3
