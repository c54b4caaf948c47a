"""The command line against a shop over real HTTP: what it shows, what it asks, what it says when that fails."""

from __future__ import annotations

import json
import socket
import time
from html import escape
from pathlib import Path

import pytest

from tests.cli.dovetail_process import SECRETS, CommandLine, connected
from tests.doubles.shop import Shop

LINE = "Product {$mywebshop.product.123456.title|escape} kost {$mywebshop.product.123456.price|escape}."


def test_the_line_that_everything_is_about(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", LINE)
    truth = shop.dump("products", 123456, store=1)
    done = with_shop("render", "a.tpl", "--report", "report.json")
    assert done.err == ""
    assert done.out == f"Product {escape(truth['name'])} kost {truth['price']:g}.\n"
    assert json.loads(with_shop.read("report.json"))["requests"] == len(shop.log())


def test_what_was_asked_a_moment_ago_is_not_asked_again(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", LINE)
    first = with_shop("render", "a.tpl")
    assert (first.code, first.err) == (0, "")
    shop.clear()
    again = with_shop("render", "a.tpl", "--report", "report.json")
    assert again.out == first.out
    assert shop.log() == []
    assert json.loads(with_shop.read("report.json"))["requests"] == 0


def test_an_unknown_product_is_blank_and_stands_in_the_notes(with_shop: CommandLine) -> None:
    with_shop.write("a.tpl", "[{$mywebshop.product.99999999.title}]")
    done = with_shop("render", "a.tpl")
    assert (done.code, done.out) == (0, "[]\n")
    assert "$mywebshop.product.99999999 does not exist" in done.err


def test_wrong_credentials_name_the_integration_and_keep_the_secret(with_shop: CommandLine) -> None:
    with_shop.write("a.tpl", LINE)
    with_shop.write("mail.html", "the old mail")
    done = with_shop("render", "a.tpl", "-o", "mail.html", MYWEBSHOP_ACCESS_TOKEN_SECRET="notthesecret")
    assert done.code == 1
    assert "a.tpl:1:" in done.err
    assert "mywebshop" in done.err
    assert "notthesecret" not in done.err
    assert with_shop.read("mail.html") == "the old mail"


def test_a_secret_that_is_not_set_is_named_with_its_variable(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", LINE)
    without = CommandLine(with_shop.folder, {})
    done = without("render", "a.tpl")
    assert done.code == 1
    assert "`mywebshop` needs its consumer_key" in done.err
    assert "MYWEBSHOP_CONSUMER_KEY is not set" in done.err
    assert shop.log() == []
    without.write("people.csv", "id\n1\n2\n")
    mailed = without("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails")
    assert mailed.code == 1
    assert "0 written to mails" in mailed.out
    assert "row 2, 3: a.tpl:1:9: error: `mywebshop` needs its consumer_key" in mailed.err
    without.write("b.tpl", "no shop in here")
    assert without("render", "b.tpl").out == "no shop in here\n"


def test_a_missing_permission_is_named(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", "{$mywebshop.order.1.grand_total}")
    limited = {f"MYWEBSHOP_{name.upper()}": shop.info["oauth_limited"][name] for name in SECRETS}
    done = with_shop("render", "a.tpl", **limited)
    assert done.code == 1
    assert "Magento_Sales" in done.err


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_shop_that_is_down_fails_the_mails_that_need_it_and_no_others(tmp_path: Path, shop: Shop) -> None:
    line = connected(tmp_path, shop, url=f"http://127.0.0.1:{_closed_port()}", extra='timeout = "2s"')
    line.write("a.tpl", "{if $profile.sku}{$mywebshop.product[$profile.sku].title}{else}no product{/if}")
    line.write("people.csv", "id,sku\n1,BIK-00001\n2,\n3,BIK-00001\n")
    done = line("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails", "--report", "report.json")
    assert done.code == 1
    assert [path.name for path in (tmp_path / "mails").iterdir()] == ["2.html"]
    assert "1 written to mails, 2 failed" in done.out
    assert "row 2, 4: a.tpl:1:" in done.err
    assert "mywebshop" in done.err
    assert [item["row"] for item in json.loads(line.read("report.json"))["failed"]] == [2, 4]


def test_a_shop_that_is_slow_is_not_waited_for_for_ever(tmp_path: Path, shop: Shop) -> None:
    line = connected(tmp_path, shop, extra='timeout = "500ms"\n'.replace("500ms", "0.5s"))
    line.write("a.tpl", LINE)
    shop.fault(kind="hang", s=8)
    begun = time.monotonic()
    done = line("render", "a.tpl")
    assert done.code == 1
    assert "mywebshop" in done.err
    assert time.monotonic() - begun < 30


def test_a_rate_limit_that_passes_is_waited_out(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", LINE)
    shop.fault(kind="status", code=429, times=1, headers={"Retry-After": "1"})
    done = with_shop("render", "a.tpl")
    assert (done.code, done.err) == (0, "")
    assert any(row["status"] == 429 for row in shop.log())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "code": 429, "headers": {"Retry-After": "600"}},
        {"kind": "status", "code": 503, "body": "<h1>Maintenance</h1>"},
        {"kind": "malformed", "mode": "html"},
        {"kind": "malformed", "mode": "garbage"},
        {"kind": "truncate", "fraction": 0.5},
    ],
    ids=lambda fault: str(fault.get("mode") or fault.get("code") or fault["kind"]),
)
def test_a_shop_that_answers_nonsense_is_one_sentence_and_no_mail(
    with_shop: CommandLine, shop: Shop, fault: dict[str, object]
) -> None:
    with_shop.write("a.tpl", LINE)
    shop.fault(**fault)
    done = with_shop("render", "a.tpl", "-o", "mail.html")
    assert done.code == 1
    assert "a.tpl:1:" in done.err
    assert "mywebshop" in done.err
    assert "<h1>" not in done.err
    assert not (with_shop.folder / "mail.html").exists()


def test_an_expired_answer_will_do_where_the_settings_say_so(tmp_path: Path, shop: Shop) -> None:
    line = connected(tmp_path, shop, extra='on_failure = "stale"\nttl = { product = 0, price = 0, stock = 0 }')
    line.write("a.tpl", "{$mywebshop.product.123456.title}")
    first = line("render", "a.tpl")
    shop.fault(kind="status", code=500)
    again = line("render", "a.tpl")
    assert (again.code, again.out) == (0, first.out)
    assert "note: " in again.err


def test_a_cache_that_cannot_be_written_costs_requests_and_no_mail(with_shop: CommandLine) -> None:
    with_shop.write("a.tpl", LINE)
    with_shop.write("blocked", "a file where the cache's folder would be")
    done = with_shop("render", "a.tpl", XDG_CACHE_HOME=str(with_shop.folder / "blocked"))
    assert done.code == 0
    assert done.out.startswith("Product ")
