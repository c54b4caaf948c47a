"""The kit holds for the built-in provider: live against the double, and against what was recorded of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dovetail.engine.ports import Key
from dovetail.providers.magento2.settings import KIND
from dovetail.testing import ProviderKit, Subject, Tape, complaints
from dovetail.testing.worlds import recorder
from tests.doubles.shop import Shop


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=60, customers=12, orders=40, carts=12) as shop:
        yield shop


def known(shop: Shop) -> Mapping[str, Sequence[Key]]:
    """Three of everything that has a key."""
    return {
        name: [each["id"] for each in shop.dump(f"{name}s")[:3]] for name in ("product", "order", "customer", "cart")
    }


class TestMagento2(ProviderKit):
    kind = KIND
    identifier = "mywebshop"

    @pytest.fixture(autouse=True)
    def _shop(self, shop: Shop) -> None:
        self.settings = shop.settings()
        self.known = known(shop)


def test_a_recording_of_the_double_serves_as_well(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    for name in names:
        monkeypatch.setenv(name.upper(), str(shop.settings()[name]))
    secrets = "".join(f'{name} = {{ env = "{name.upper()}" }}\n' for name in names)
    (tmp_path / "dovetail.toml").write_text(
        f'[integrations.mywebshop]\nkind = "magento2"\nurl = "{shop.url}"\nstore = "nl"\n{secrets}'
        "allow_private_addresses = true\n"
    )
    made_up = {"url": "https://shop.example", "store": "nl", **{name: f"made-up-{name}" for name in names}}
    tape = tmp_path / "recorded.json"
    world = recorder(tape, tmp_path / "dovetail.toml", KIND, "mywebshop", made_up)
    checks = ("requests", "members", "shape", "unknown", "batching", "keeping", "connection")
    recording = Subject(kind=KIND, settings=made_up, world=world, identifier="mywebshop", known=known(shop))
    assert {name: complaints(recording, name) for name in checks} == {name: [] for name in checks}
    shop.clear()
    replaying = replace(recording, world=Tape.read(tape))
    assert {name: complaints(replaying, name) for name in checks} == {name: [] for name in checks}
    assert shop.log() == []
    kept = tape.read_text()
    assert "127.0.0.1" not in kept
    assert not [name for name in names if str(shop.settings()[name]) in kept]
