"""`dovetail integrations`, `explore` and `doctor`, from an empty folder to a connected shop."""

from __future__ import annotations

import pytest

from tests.cli.dovetail_process import SECRETS, CommandLine
from tests.doubles.shop import Shop


def test_a_shop_is_added_tried_shown_and_removed(dovetail: CommandLine, shop: Shop) -> None:
    added = dovetail("integrations", "add", "mywebshop", "magento2", "--set", f"url={shop.url}", "--set", "store=nl")
    assert added.code == 0
    assert "environment variable MYWEBSHOP_CONSUMER_KEY" in added.out
    text = dovetail.read("dovetail.toml")
    assert 'consumer_secret = { env = "MYWEBSHOP_CONSUMER_SECRET" }' in text
    assert "bearer_token" not in text
    dovetail.write("dovetail.toml", text + "allow_private_addresses = true\n")

    secrets = {f"MYWEBSHOP_{name.upper()}": shop.oauth[name] for name in SECRETS}
    listed = dovetail("integrations", "list", **secrets)
    assert listed.out.startswith("mywebshop ")
    assert shop.url in listed.out
    tested = dovetail("integrations", "test", "mywebshop", **secrets)
    assert (tested.code, "NO " in tested.out) == (0, False)
    shown = dovetail("integrations", "show", "mywebshop", **secrets)
    assert "••• from the environment variable MYWEBSHOP_ACCESS_TOKEN (is there)" in shown.out
    assert not any(secret in shown.out + listed.out + tested.out for secret in secrets.values())

    assert dovetail("integrations", "remove", "mywebshop", "--yes").code == 0
    assert dovetail("integrations", "list").out.startswith("none yet")


def test_the_connection_test_names_what_is_missing_and_exits_with_1(with_shop: CommandLine, shop: Shop) -> None:
    limited = {f"MYWEBSHOP_{name.upper()}": shop.info["oauth_limited"][name] for name in SECRETS}
    done = with_shop("integrations", "test", "mywebshop", **limited)
    assert done.code == 1
    assert "NO " in done.out
    assert "Magento_Sales" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["my-shop", "--set", "url=https://a.example"], 1, "Call it `my_shop`"),
        (["profile", "--set", "url=https://a.example"], 1, "already means something else"),
        (["shop", "magneto2"], 1, "did you mean `magento2`?"),
        (["shop", "--set", "ulr=https://a.example"], 2, "did you mean `url`?"),
        (["shop"], 2, "`url` is needed"),
        (["shop", "--set", "url=a.example"], 1, "such as https://shop.example"),
        (["shop", "--set", "access_token=s3cr3t"], 2, "Say where it is: --secret access_token=env:VARIABLE"),
        (["shop", "--set", "url=https://a.example", "--secret", "access_token=s3cr3t"], 2, "not what it is"),
    ],
)
def test_a_mistake_while_adding_leaves_no_file(
    dovetail: CommandLine, arguments: list[str], code: int, expected: str
) -> None:
    done = dovetail("integrations", "add", *arguments)
    assert done.code == code
    assert expected in done.err
    assert "s3cr3t" not in done.err
    assert not (dovetail.folder / "dovetail.toml").exists()


def test_explore_lists_what_is_there_live(with_shop: CommandLine, shop: Shop) -> None:
    members = with_shop("explore", "mywebshop.")
    assert {"product", "products", "order", "customer", "cart"} <= {
        line.split()[0] for line in members.out.splitlines()
    }

    listed = with_shop("explore", "mywebshop.product.", "--limit", "5")
    assert listed.code == 0
    assert len(listed.out.strip().splitlines()) == 5
    assert len(shop.log()) > 0

    fields = with_shop("explore", "{$mywebshop.product.123456.ti}")
    assert "title" in {line.split()[0] for line in fields.out.splitlines()}
    assert "{$mywebshop.product.123456." in fields.err

    shop.clear()
    orders = with_shop("explore", "mywebshop.orders.")
    assert "grand_total" in {line.split()[0] for line in orders.out.splitlines()}
    assert "{foreach $mywebshop.orders|limit:5 as $order}{$order.id}{/foreach}" in orders.err
    assert shop.log() == []


def test_explore_without_a_path_lists_the_integrations(with_shop: CommandLine, dovetail: CommandLine) -> None:
    assert with_shop("explore").out.startswith("mywebshop.")
    (with_shop.folder / "dovetail.toml").unlink()
    empty = dovetail("explore")
    assert empty.code == 1
    assert "dovetail integrations add" in empty.err


@pytest.mark.parametrize(
    ("path", "expected"),
    [("mywebsop.", "Did you mean `mywebshop`?"), ("mywebshop.prodct.", "did you mean `product`")],
)
def test_explore_names_the_nearest(with_shop: CommandLine, path: str, expected: str) -> None:
    done = with_shop("explore", path)
    assert done.code == 1
    assert expected in done.err


def test_the_doctor_finds_a_healthy_machine(with_shop: CommandLine) -> None:
    done = with_shop("doctor", "--online")
    assert (done.code, "BAD" in done.out) == (0, False)
    assert "ok    mywebshop was asked" in done.out


def test_the_doctor_says_how_to_mend_what_is_missing(with_shop: CommandLine) -> None:
    with_shop.write("blocked", "a file where the cache's folder would be")
    sick = CommandLine(with_shop.folder, {"XDG_CACHE_HOME": str(with_shop.folder / "blocked")})
    done = sick("doctor")
    assert done.code == 1
    assert "BAD   the cache folder" in done.out
    assert "BAD   mywebshop: secrets are missing" in done.out
    assert "MYWEBSHOP_CONSUMER_KEY" in done.out
    with_shop.write("dovetail.toml", "[integrations.mywebshop\n")
    assert "dovetail.toml:1:" in with_shop("doctor").out
