"""When the shop is back, so are the mails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from dovetail import Environment, Integration, Mailing, Policy
from dovetail.engine.environment import Template
from dovetail.providers.magento2.settings import make
from tests.chaos.simulated_time import SimulatedTime
from tests.doubles.shop import Shop

# Three kinds of data: several requests at the same time, also in the first moment after the pause.
TEMPLATE = """\
{$mywebshop.product.5.title} {$mywebshop.customer[$profile.customer_id].email}
{foreach $mywebshop.orders|filter:'customer_id':'==':$profile.customer_id|limit:1 as $order}{$order.increment_id}{/foreach}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=50, customers=40, orders=10, carts=0) as shop:
        yield shop


def _mails(template: Template, shop: Shop) -> Counter[str]:
    people = ({"profile": {"customer_id": entry["id"]}} for entry in shop.dump("customers"))
    results = Mailing(template).render_bytes(people, chunk=10)
    return Counter("made" if isinstance(result, bytes) else str(result).splitlines()[0] for result in results)


def test_the_first_mailing_after_an_outage_is_made(shop: Shop) -> None:
    clock = SimulatedTime()
    integration = Integration(make("mywebshop", shop.settings()), Policy(allow_private_addresses=True))
    with clock.installed(), Environment(integrations=[integration], cache_folder=None) as environment:
        template = environment.from_string(TEMPLATE)
        shop.control("maintenance", {"on": True})
        assert "made" not in _mails(template, shop)
        shop.control("maintenance", {"on": False})
        clock.advance(integration.policy.breaker_pause + 1)
        assert list(_mails(template, shop)) == ["made"]
