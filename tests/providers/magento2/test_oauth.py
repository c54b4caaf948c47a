"""Signatures: Magento's own vectors, PHP's natural order, and a new nonce for every attempt."""

from __future__ import annotations

import re

import pytest

from dovetail.engine.ports import Request
from dovetail.providers.magento2 import oauth
from dovetail.providers.magento2.oauth import Credentials
from dovetail.providers.magento2.provider import Magento2
from dovetail.providers.magento2.search import Condition, Criteria
from dovetail.providers.magento2.wire import Shop

CREDENTIALS = Credentials("ck" + "a" * 30, "cs" + "b" * 30, "at" + "c" * 30, "as" + "d" * 30)
NONCE, MOMENT = "0123456789abcdef0123456789abcdef", 1700000000
FOUR = "&".join(
    f"searchCriteria[filter_groups][0][filters][{at}][{part}]={value}"
    for at in (0, 1, 2, 10)
    for part, value in (("field", "sku"), ("value", f"S-{at}"))
)


def signed(url: str) -> str:
    found = re.search('oauth_signature="([^"]+)"', oauth.header("GET", url, CREDENTIALS, NONCE, MOMENT))
    assert found is not None
    return found[1].replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")


def test_the_vector_of_a_plain_address() -> None:
    assert signed("https://shop.example/rest/nl/V1/orders/5") == "YxKWda239xS1yXnRjM5dAe/gOkqDqU6BHCL0pvyYz+4="


def test_the_vector_of_a_search_as_this_package_builds_it() -> None:
    built = Criteria(((Condition("updated_at", "gteq", "2026-01-01 00:00:00"),),), size=100).query()
    query = built.removesuffix("&searchCriteria%5BcurrentPage%5D=1")
    assert "%20" in query
    assert "+" not in query
    url = f"https://shop.example/rest/nl/V1/orders?{query}"
    assert signed(url) == "B4w6ARrwYPgERoJaN0wil6x3qKaR3fH9eufglSZz9w0="


def test_the_vector_of_an_index_beyond_nine_is_in_natural_order() -> None:
    assert signed(f"https://shop.example/rest/nl/V1/products?{FOUR}") == "PGmRIFWZuV3JiXl2Rp1H7MqmT6mvxNGhrTvdRDpxXCU="


def test_default_ports_and_the_case_of_the_host_do_not_count_but_other_ports_do() -> None:
    plain = signed("https://shop.example/rest/V1/orders")
    assert signed("https://SHOP.example:443/rest/V1/orders") == plain
    assert signed("https://shop.example:8443/rest/V1/orders") != plain


@pytest.mark.parametrize(
    ("smaller", "greater"),
    [
        ("a2", "a10"),
        ("a2]b", "a10]b"),
        ("a", "b"),
        ("a", "ab"),
        ("2", "10"),
        ("1.02", "1.5"),
        ("a 1", "a2"),
        ("A", "a"),
    ],
)
def test_runs_of_digits_are_compared_as_numbers_as_in_php(smaller: str, greater: str) -> None:
    assert oauth.natural_order(smaller, greater) < 0
    assert oauth.natural_order(greater, smaller) > 0
    assert oauth.natural_order(smaller, smaller) == 0


def test_every_attempt_has_a_nonce_and_a_signature_of_its_own() -> None:
    provider = Magento2(Shop("mywebshop", "https://shop.example"), CREDENTIALS)
    request = Request("GET", "https://shop.example/rest/V1/orders/5", {"accept": "application/json"})
    headers = [provider.authorize(request).headers["authorization"] for _ in range(3)]
    nonces = {re.findall('oauth_nonce="([^"]+)"', header)[0] for header in headers}
    assert len(nonces) == 3
    assert {len(nonce) for nonce in nonces} == {32}
    assert len({header.rsplit("oauth_signature", 1)[1] for header in headers}) == 3


def test_a_request_is_signed_at_the_shops_time_where_that_is_known() -> None:
    """Magento refuses what is signed more than ten minutes in its future: a fast clock here must not matter."""
    provider = Magento2(Shop("mywebshop", "https://shop.example"), CREDENTIALS, clock=lambda: MOMENT + 3600.0)
    for at, moment in ((float(MOMENT), MOMENT), (0.0, MOMENT + 3600)):
        header = provider.authorize(Request("GET", "https://shop.example/rest/V1/orders/5", at=at)).headers
        assert f'oauth_timestamp="{moment}"' in header["authorization"]


def test_a_token_alone_is_sent_as_bearer_and_other_headers_stay() -> None:
    provider = Magento2(Shop("mywebshop", "https://shop.example"), "tok")
    request = Request("GET", "https://shop.example/rest/V1/orders/5", {"accept": "application/json"})
    assert provider.authorize(request).headers == {"accept": "application/json", "authorization": "Bearer tok"}


def test_secrets_stay_out_of_what_is_printed() -> None:
    shown = repr(CREDENTIALS)
    assert CREDENTIALS.consumer_secret not in shown
    assert CREDENTIALS.access_token not in shown
    assert CREDENTIALS.access_token_secret not in shown
