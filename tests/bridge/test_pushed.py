"""Pushed requests are taken when their sender signed them, as they came, and lately."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from dovetail.bridge.pushed import LARGEST, Refused, verify

NOW = 1_800_000_000.0
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"t" * 32).decode()
BODY = b'{"type": "order.created", "data": {"id": 17}}'


def standard(body: bytes = BODY, secret: str = SECRET, at: float = NOW, name: str = "msg_1") -> dict[str, str]:
    """The headers that the reference implementation gives."""
    signature = Webhook(secret).sign(name, datetime.fromtimestamp(at, UTC), body.decode())
    return {"webhook-id": name, "webhook-timestamp": str(int(at)), "webhook-signature": signature}


def mage_os(body: bytes = BODY, token: str = "verification-token") -> dict[str, str]:
    return {"x-magento-signature": hmac.new(token.encode(), body, hashlib.sha256).hexdigest()}


def refused(scheme: str, secret: str, headers: dict[str, str], body: bytes = BODY, now: float = NOW) -> int:
    with pytest.raises(Refused) as caught:
        verify(scheme, secret, headers, body, now)  # type: ignore[arg-type]
    assert secret not in str(caught.value)
    return caught.value.status


def test_what_the_reference_implementation_signs_is_taken() -> None:
    assert verify("standard-webhooks", SECRET, standard(), BODY, NOW).mark == "msg_1"
    assert verify("mage-os", "verification-token", mage_os(), BODY, NOW).expires_at > NOW


def test_keys_are_rotated_on_either_side() -> None:
    assert verify("standard-webhooks", f"{OTHER} {SECRET}", standard(), BODY, NOW)
    both = standard() | {
        "webhook-signature": f"v1a,xx {standard(secret=OTHER)['webhook-signature']} " + standard()["webhook-signature"]
    }
    assert verify("standard-webhooks", SECRET, both, BODY, NOW)


@pytest.mark.parametrize("late", [-301, 301, -1e9, 1e9])
def test_what_is_old_or_from_the_future_is_refused(late: float) -> None:
    assert refused("standard-webhooks", SECRET, standard(), now=NOW + late) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"webhook-timestamp": "soon"}, 400),
        ({"webhook-timestamp": "١٢٣"}, 400),
        ({"webhook-timestamp": "9" * 400}, 400),
        ({"webhook-id": ""}, 400),
        ({"webhook-id": "x" * 300}, 400),
        ({"webhook-id": "msg_2"}, 401),
        ({"webhook-signature": ""}, 401),
        ({"webhook-signature": "v1,"}, 401),
        ({"webhook-signature": "v1,é"}, 401),
        ({"webhook-signature": "v2,AAAA"}, 401),
    ],
)
def test_headers_that_are_missing_or_odd_are_refused(headers: dict[str, str], status: int) -> None:
    assert refused("standard-webhooks", SECRET, standard() | headers if headers else {}) == status


def test_other_keys_and_other_schemes_are_refused() -> None:
    assert refused("standard-webhooks", OTHER, standard()) == 401
    assert refused("standard-webhooks", SECRET, mage_os()) == 400
    assert refused("mage-os", "another token", mage_os()) == 401
    assert refused("mage-os", "verification-token", {}) == 401
    assert refused("mage-os", "verification-token", {"x-magento-signature": "é"}) == 401


def test_what_is_too_large_is_refused_before_anything() -> None:
    assert refused("standard-webhooks", SECRET, {}, b"x" * (LARGEST + 1)) == 413


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_body_in_which_one_bit_differs_is_refused(at: int, bit: int) -> None:
    changed = bytearray(BODY)
    changed[at] ^= 1 << bit
    assert refused("standard-webhooks", SECRET, standard(), bytes(changed)) == 401
    assert refused("mage-os", "verification-token", mage_os(), bytes(changed)) == 401
