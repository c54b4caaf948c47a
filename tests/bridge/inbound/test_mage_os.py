"""Requests of Mage-OS are taken when they were signed with the verification token, as they came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dovetail.bridge.inbound.verify import LIMIT, REMEMBERED, Accepted, Pushed, verify_mage_os
from dovetail.errors import SettingsError
from tests.bridge.inbound.signing import NOW, ORDER, TOKEN, altered, mage_os, refused, same, shortened, spoiled


def taken(request: Pushed, *tokens: str, now: float = NOW) -> Accepted:
    return verify_mage_os(request, tokens or (TOKEN,), now)


def test_what_was_signed_with_the_token_is_taken_and_remembered() -> None:
    assert taken(mage_os()).expires_at == NOW + REMEMBERED


def test_the_signature_is_that_of_php() -> None:
    # php -r "echo hash_hmac('sha256', '{\"id\":1}', 'token');"
    signature = "4672a867266dd5143458f362c30c3cab7d46b53e645e2fc03757d87129386528"
    assert taken(Pushed("POST", {"x-magento-signature": signature}, b'{"id":1}', {}), "token")


def test_the_same_request_has_the_same_nonce_whenever_it_comes() -> None:
    assert same(taken(mage_os()), taken(mage_os(), now=NOW + 3_600))
    assert not same(taken(mage_os()), taken(mage_os(ORDER + b" ")))


def test_tokens_are_rotated() -> None:
    assert taken(mage_os(), "newer-token", TOKEN)
    assert taken(mage_os(token="newer-token"), "newer-token", TOKEN)


@pytest.mark.parametrize("at", [0, 1, 31, 62, 63])
def test_a_forged_signature_is_refused(at: int) -> None:
    forged = spoiled(mage_os().headers["x-magento-signature"], at)
    assert refused(lambda: taken(altered(mage_os(), x_magento_signature=forged))) == 401


def test_other_tokens_and_other_bodies_are_refused() -> None:
    assert refused(lambda: taken(mage_os(), "other-token")) == 401
    assert refused(lambda: taken(replace(mage_os(), body=ORDER[:-1]))) == 401


@pytest.mark.parametrize(
    ("signature", "status"),
    [
        (None, 401),
        ("", 401),
        ("no hex", 401),
        (mage_os().headers["x-magento-signature"].upper(), 401),
        (mage_os().headers["x-magento-signature"][:-1], 401),
        ("é" * 64, 400),
        ("a" * 10_000, 400),
    ],
    ids=shortened,
)
def test_a_signature_that_is_missing_or_odd_is_refused(signature: str | None, status: int) -> None:
    assert refused(lambda: taken(altered(mage_os(), x_magento_signature=signature))) == status


def test_a_body_that_is_too_large_is_refused() -> None:
    assert taken(mage_os(b"x" * LIMIT))
    assert refused(lambda: taken(mage_os(b"x" * (LIMIT + 1)))) == 413


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, "")])
def test_an_empty_token_signs_nothing(tokens: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError):
        verify_mage_os(mage_os(token=""), tokens, NOW)
