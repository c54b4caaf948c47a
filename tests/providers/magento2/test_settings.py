"""From plain settings to a provider: what is refused, and why."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Ask
from dovetail.errors import SettingsError
from dovetail.providers.magento2.settings import KIND

OAUTH = {name: name[0] * 32 for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")}


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://shop.example/rest",
        "https://shop.example/rest/nl/V1/",
    ],
)
def test_the_address_of_the_shop_or_of_its_api_will_do(url: str) -> None:
    assert KIND.make("mywebshop", {"url": url, **OAUTH}).fingerprint == "magento2 https://shop.example  .html 1 0"


def test_a_shop_without_rewrites_has_index_php_in_its_address() -> None:
    made = KIND.make("mywebshop", {"url": "https://shop.example/index.php/rest/nl/V1", **OAUTH})
    (request,) = next(made.resolve([Ask("mywebshop", "order", 5)]))
    assert request.url.startswith("https://shop.example/index.php/rest/V1/orders?")


@pytest.mark.parametrize("value", ["1", 0, -1, 1.5])
def test_a_stock_is_a_number(value: object) -> None:
    with pytest.raises(SettingsError, match="`stock_id` of `mywebshop`"):
        KIND.make("mywebshop", {"url": "https://shop.example", **OAUTH, "stock_id": value})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "https://[::1",
        "https://a:99999",
        "ftp://shop.example",
        "https://me:pw@shop.example",
        "https://a b",
    ],
)
def test_what_is_no_web_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="the `url` of `mywebshop` is not a web address") as caught:
        KIND.make("mywebshop", {"url": url, **OAUTH})
    assert "pw" not in str(caught.value)


def test_missing_credentials_are_named() -> None:
    with pytest.raises(SettingsError, match="needs access_token_secret"):
        KIND.make("mywebshop", {"url": "https://shop.example", **OAUTH, "access_token_secret": ""})


def test_a_bearer_token_is_enough() -> None:
    assert KIND.make("mywebshop", {"url": "https://shop.example", "token": "t"}).identifier == "mywebshop"


def test_a_store_is_a_code_and_not_a_path() -> None:
    with pytest.raises(SettingsError, match="code of a store view"):
        KIND.make("mywebshop", {"url": "https://shop.example", "store": "nl/../all", **OAUTH})


def test_store_view_and_suffix_keep_answers_apart_and_secrets_stay_out() -> None:
    made = [
        KIND.make("mywebshop", {"url": "https://shop.example", **more, **OAUTH})
        for more in (
            {"store": "nl"},
            {"store": "en"},
            {"store": "nl", "url_suffix": ""},
            {"store": "nl", "follow_store": True},
            {"store": "nl", "stock_id": 2},
        )
    ]
    assert len({provider.fingerprint for provider in made}) == len(made)
    assert not any(secret in provider.fingerprint for provider in made for secret in OAUTH.values())


def test_every_secret_is_marked_as_one() -> None:
    assert {setting.name for setting in KIND.settings if setting.secret} == {*OAUTH, "token"}
