"""Standard Webhooks are taken when their sender signed them, as they came, and lately."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from standardwebhooks.webhooks import Webhook

from dovetail.bridge.inbound.verify import LIMIT, TOLERANCE, Accepted, Pushed, verify_standard_webhooks
from dovetail.errors import SettingsError
from tests.bridge.inbound.signing import NOW, OTHER_SECRET, SECRET, altered, refused, same, spoiled, standard


def taken(request: Pushed, *secrets: str, now: float = NOW) -> Accepted:
    return verify_standard_webhooks(request, secrets or (SECRET,), now)


def test_what_the_reference_implementation_signs_is_taken() -> None:
    accepted = taken(standard())
    assert len(accepted.nonce) == 64
    assert accepted.expires_at > NOW + TOLERANCE


def test_the_reference_implementation_takes_and_refuses_the_same() -> None:
    now = time.time()
    request = standard(at=now)
    assert taken(request, now=now)
    Webhook(SECRET).verify(request.body, dict(request.headers))
    forged = altered(request, webhook_signature=spoiled(request.headers["webhook-signature"], 10))
    assert refused(lambda: taken(forged, now=now)) == 401
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(SECRET).verify(forged.body, dict(forged.headers))


def test_the_example_of_the_specification_is_taken() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, the tests of its libraries.
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    request = Pushed("POST", headers, b'{"test": 2432232314}', {})
    assert taken(request, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=1_614_265_330.0)


def test_secrets_are_rotated_on_either_side() -> None:
    assert taken(standard(), OTHER_SECRET, SECRET)
    assert taken(standard(), SECRET, OTHER_SECRET)
    theirs = standard(secret=OTHER_SECRET).headers["webhook-signature"]
    both = f"v1a,xx {theirs} {standard().headers['webhook-signature']}"
    assert taken(altered(standard(), webhook_signature=both))


def test_a_secret_may_come_without_its_prefix_or_its_padding() -> None:
    assert taken(standard(), SECRET.removeprefix("whsec_"))
    assert taken(standard(), SECRET.rstrip("="))


def test_a_message_that_is_sent_again_has_the_same_nonce() -> None:
    first, again = taken(standard()), taken(standard(at=NOW + 60), now=NOW + 60)
    assert same(first, again)
    assert not same(first, taken(standard(name="msg_2")))


@pytest.mark.parametrize("late", [-TOLERANCE, TOLERANCE])
def test_a_request_is_taken_up_to_the_tolerance_and_remembered_for_longer(late: float) -> None:
    assert taken(standard(), now=NOW + late).expires_at > NOW + TOLERANCE


@pytest.mark.parametrize("late", [-TOLERANCE - 1, TOLERANCE + 1, -1e9, 1e9])
def test_what_is_old_or_from_the_future_is_refused(late: float) -> None:
    assert refused(lambda: taken(standard(), now=NOW + late)) == 401


@pytest.mark.parametrize("at", [3, 4, 20, -3, -2])
def test_a_forged_signature_is_refused(at: int) -> None:
    signature = standard().headers["webhook-signature"]
    forged = spoiled(signature, at % len(signature))
    assert refused(lambda: taken(altered(standard(), webhook_signature=forged))) == 401


def test_other_secrets_and_other_bodies_are_refused() -> None:
    assert refused(lambda: taken(standard(), OTHER_SECRET)) == 401
    assert refused(lambda: taken(replace(standard(), body=standard().body + b" "))) == 401
    assert refused(lambda: taken(replace(standard(), body=b""))) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"webhook_id": None}, 400),
        ({"webhook_id": ""}, 400),
        ({"webhook_id": "msg_2"}, 401),
        ({"webhook_id": "x" * 10_000}, 400),
        ({"webhook_id": "msg\n1"}, 400),
        ({"webhook_id": "Zoë"}, 400),
        ({"webhook_timestamp": None}, 400),
        ({"webhook_timestamp": "soon"}, 400),
        ({"webhook_timestamp": "1800000000.0"}, 400),
        ({"webhook_timestamp": "-1800000000"}, 400),
        ({"webhook_timestamp": "١٨٠٠٠٠٠٠٠٠"}, 400),
        ({"webhook_timestamp": "9" * 400}, 400),
        ({"webhook_timestamp": "1800000001"}, 401),
        ({"webhook_timestamp": "01800000000"}, 401),
        ({"webhook_signature": None}, 401),
        ({"webhook_signature": ""}, 401),
        ({"webhook_signature": "v1,"}, 401),
        ({"webhook_signature": "v1,not base64!"}, 401),
        ({"webhook_signature": "v2,AAAA"}, 401),
        ({"webhook_signature": "v1,é"}, 400),
        ({"webhook_signature": "v1,\udcff"}, 400),
    ],
)
def test_headers_that_are_missing_or_odd_are_refused(headers: dict[str, str | None], status: int) -> None:
    assert refused(lambda: taken(altered(standard(), **headers))) == status


def test_a_signature_counts_for_its_own_version_only() -> None:
    signature = standard().headers["webhook-signature"].removeprefix("v1,")
    for version in ("v1a", "v2", "V1", ""):
        other = altered(standard(), webhook_signature=f"{version},{signature}")
        assert refused(lambda other=other: taken(other)) == 401  # type: ignore[misc]


def test_part_of_the_body_cannot_pass_for_the_time() -> None:
    true = standard(b"1800000000.x", at=NOW - 200)
    assert taken(true)
    moved = altered(replace(true, body=b"x"), webhook_id="msg_1.1799999800", webhook_timestamp="1800000000")
    assert refused(lambda: taken(moved)) == 400


def test_a_body_that_is_too_large_is_refused_before_anything_else() -> None:
    assert taken(standard(b"x" * LIMIT))
    assert refused(lambda: taken(standard(b"x" * (LIMIT + 1)))) == 413
    assert refused(lambda: taken(Pushed("POST", {}, b"x" * (LIMIT + 1), {}))) == 413


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_",), ("whsec_no base64",), (SECRET, "whsec_é")])
def test_secrets_that_are_none_are_the_operators_to_mend(secrets: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError) as caught:
        verify_standard_webhooks(standard(), secrets, NOW)
    assert "no base64" not in str(caught.value)


def test_a_request_shows_neither_its_signature_nor_its_body() -> None:
    assert repr(standard()) == "Pushed(method='POST')"
