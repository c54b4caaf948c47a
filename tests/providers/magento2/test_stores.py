"""The store view as data: for whoever writes prices and dates in a mail."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Answer, Ask, Record
from dovetail.errors import AccessError
from dovetail.providers.magento2.views import View
from tests.doubles.shop import Shop
from tests.providers.magento2.conftest import connected, permitted
from tests.providers.magento2.talking import answer, answers


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ("nl", ("nl_NL", "nl", "EUR", "€", "Europe/Amsterdam")),
        ("en", ("en_GB", "en", "GBP", "£", "Europe/London")),
        ("de", ("de_DE", "de", "EUR", "€", "Europe/Berlin")),
        ("", ("nl_NL", "nl", "EUR", "€", "Europe/Amsterdam")),
    ],
)
def test_a_store_view_has_what_is_needed_to_write_prices_and_dates(
    any_shop: Shop, store: str, expected: tuple[str, ...]
) -> None:
    found = answer(connected(any_shop, store), "store", "").value
    assert isinstance(found, Record)
    names = ("locale", "language", "currency", "currency_symbol", "timezone")
    assert tuple(found.fields[name] for name in names) == expected
    assert found.fields["url"] == f"{any_shop.url}/{store or 'nl'}/"
    assert found.fields["media_url"] == f"{any_shop.url}/media/"
    assert len(any_shop.log()) == 3


def test_store_views_are_found_by_id_and_one_that_is_gone_is_not(shop: Shop) -> None:
    provider = connected(shop)
    found = answers(provider, [Ask("mywebshop", "store", key) for key in (1, 2, 3, 99)])
    codes: list[object] = []
    for key in (1, 2, 3):
        given = found[Ask("mywebshop", "store", key)]
        assert isinstance(given, Answer)
        assert isinstance(given.value, Record)
        codes.append(given.value.fields["code"])
    assert codes == ["nl", "en", "de"]
    gone = found[Ask("mywebshop", "store", 99)]
    assert isinstance(gone, Answer)
    assert not gone.found


def test_the_missing_permission_is_named(shop: Shop) -> None:
    with permitted(shop, without="Magento_Backend::store"), pytest.raises(AccessError, match="Magento_Backend::store"):
        answer(connected(shop), "store", "")


def test_a_time_zone_that_this_computer_does_not_know_is_utc() -> None:
    view = View(1, "nl", 1, "nl_NL", "EUR", "EUR", "Mars/Olympus_Mons", "kgs", "", "")
    assert str(view.zone) == "UTC"
