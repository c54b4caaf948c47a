"""The abandoned cart, as docs/follow-ups.md tells it: by the commands, with a shop whose clock goes faster."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.doubles.shop import Shop

DOCS = Path(__file__).parents[2] / "docs" / "follow-ups.md"


def block(title: str) -> str:
    """A block of the page, by the file name before it."""
    text = DOCS.read_text()
    return text.split(f"`{title}`:", 1)[1].split("```", 2)[1].split("\n", 1)[1]


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r", "")


class Desk:
    """A newcomer's folder, and the commands that he types."""

    def __init__(self, folder: Path, shop: Shop) -> None:
        self.folder = folder
        shop.control("config", {"integration_bearer": True})
        (folder / "dovetail.toml").write_text(
            f'[integrations.mywebshop]\nkind = "magento2"\nurl = "{shop.url}"\nstore = "nl"\n'
            'token = { env = "SHOP_TOKEN" }\nallow_private_addresses = true\n'
        )
        (folder / "followups").mkdir()
        (folder / "followups" / "cart.toml").write_text(block("followups/cart.toml"))
        (folder / "cart.tpl").write_text(block("cart.tpl"))
        self.environment = {
            **os.environ,
            "SHOP_TOKEN": shop.oauth["access_token"],
            "XDG_DATA_HOME": str(folder / "data"),
            "DOVETAIL_CACHE": str(folder / "cache"),
        }

    def type(self, *arguments: str, code: int = 0) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "dovetail", *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout

    def work(self) -> str:
        # A shop is asked anew each second.
        time.sleep(1.1)
        return self.type("followups", "run", "--out", "sent", "--every", "1s", "--once")

    def mails(self) -> list[str]:
        found = sorted((self.folder / "sent").glob("*.eml")) if (self.folder / "sent").is_dir() else []
        made = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]
        return [f"{mail['To']} {mail['Subject']} {html_of(mail)}" for mail in made]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=40, customers=20, orders=10, carts=0) as made:
        yield made


def test_a_cart_that_was_left_is_written_about_and_one_that_was_ordered_is_not(shop: Shop, tmp_path: Path) -> None:
    desk = Desk(tmp_path, shop)
    assert "follow-ups: cart; shops: mywebshop" in desk.work()
    left, ordered, late = (
        shop.control("op/create_cart", {"customer_id": row["id"]})["cart_id"] for row in shop.dump("customers")[:3]
    )
    for cart in (left, ordered, late):
        shop.control("op/cart_add", {"cart_id": cart, "sku": "123456"})
    desk.work()
    assert len(desk.type("events", "list", "--type", "cart-create").splitlines()) == 3
    shop.control("op/place_order", {"cart_id": ordered})
    shop.control("clock", {"advance": 91 * 60})
    # This one orders after it was found, and before the mail goes out.
    shop.control("op/place_order", {"cart_id": late})
    desk.work()
    [mail] = desk.mails()
    owner = shop.dump("carts", left)["customer"]
    assert mail.startswith(f"{owner['email']} ")
    assert owner["firstname"] in mail
    assert shop.dump("carts", left)["items"][0]["name"] in mail
    for _ in range(2):
        desk.work()
    assert len(desk.mails()) == 1
    told = desk.type("followups", "explain", "--person", owner["email"])
    assert "by cart-abandoned" in told
    assert "mail went out" in told
    assert "1 attempt: done" in told
    assert "1 done" in desk.type("followups", "list")
    # What the file would do for what happened, with nothing sent.
    (tmp_path / "followups" / "cart.toml").write_text(
        'on = ["cart-abandoned", "cart-checked-out"]\n[[steps]]\nwait = "2h"\n[[steps]]\n'
        "check = \"$trigger.status == 'open'\"\n[[steps]]\n"
        'mail = { template = "cart.tpl", subject = "Still here" }\n'
    )
    told = desk.type("followups", "test", "cart", "--since", "1w")
    assert told.count("mail cart.tpl to ") == 1
    assert f"mail cart.tpl to {owner['email']}: Still here" in told
    assert told.count("does not hold") == 2
    assert "3 start it, for 1 something would go out" in told
    assert len(desk.mails()) == 1


def test_a_shop_is_read_when_somebody_says_so(shop: Shop, tmp_path: Path) -> None:
    desk = Desk(tmp_path, shop)
    desk.type("events", "read", "mywebshop", code=1)
    desk.work()
    customer = shop.dump("customers")[0]["id"]
    subscribed = shop.dump("customers", customer)["extension_attributes"]["is_subscribed"]
    shop.control("op/subscribe", {"customer_id": customer, "on": not subscribed})
    once = ("followups", "run", "--out", "sent", "--every", "1h", "--once")
    desk.type(*once)
    assert desk.type("events", "list") == ""
    assert "customer" in desk.type("events", "read", "mywebshop", "--all")
    desk.type(*once)
    assert f"customer/{customer}" in desk.type("events", "list")
    shop.control("op/place_order", {})
    desk.type("events", "read", "mywebshop")
    desk.type(*once)
    assert "order-create" in desk.type("events", "list")


def test_an_event_that_is_told_by_hand(shop: Shop, tmp_path: Path) -> None:
    desk = Desk(tmp_path, shop)
    (tmp_path / "followups" / "cart.toml").write_text(
        'on = "order-create"\nwhen = "$trigger.total > 10"\n[[steps]]\n'
        'mail = { template = "hello.tpl", subject = "Order {$trigger.id}" }\n'
    )
    (tmp_path / "hello.tpl").write_text("Total {$trigger.total|escape}")
    desk.type("followups", "check")
    emit = ("events", "emit", "order-create", "--person", "Ann@Example.com", "--set", "total=20", "--set", "id=7")
    assert desk.type(*emit, "--id", "mine").strip() == "mine"
    assert "known already" in desk.type(*emit, "--id", "mine")
    desk.work()
    assert desk.mails() == ["Ann@Example.com Order 7 <html><head></head><body>Total 20</body></html>\n"]
    assert '"type": "order-create"' in desk.type("events", "show", "mine")
    desk.type("followups", "pause", "cart")
    desk.type(*emit)
    desk.work()
    assert len(desk.mails()) == 1
    # What happened while it was paused, or before it was written, starts it when somebody says so, and once.
    desk.type("followups", "resume", "cart")
    replayed = desk.type("events", "replay", "--since", "1d", "--type", "order-create", "--yes")
    assert replayed.startswith("2 events, 1 follow-ups begin")
    assert "1 events, 0 follow-ups begin" in desk.type("events", "replay", "mine")
    desk.work()
    assert len(desk.mails()) == 2
    assert "order-create" in desk.type("followups", "explain", "--subject", "7")
    desk.type("events", "replay", code=2)
    desk.type("followups", "replay", "--followup", "cart", code=1)
    desk.type("followups", "replay", code=2)
    desk.type("followups", "explain", "nothing", code=1)
    (tmp_path / "followups" / "cart.toml").write_text('on = "order-created"\n')
    assert desk.type("followups", "check", code=1) == ""
