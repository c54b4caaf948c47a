"""Adobe I/O Events are taken when Adobe signed them, as they came, for our client."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dovetail.bridge.inbound.verify import (
    ADOBE_KEYS,
    LIMIT,
    REMEMBERED,
    Accepted,
    Pushed,
    adobe_challenge,
    adobe_key_paths,
    verify_adobe,
)
from tests.bridge.inbound.signing import (
    CLIENT,
    EVENT,
    NOW,
    PATHS,
    adobe,
    adobe_keys,
    altered,
    pem,
    pushed,
    refused,
    same,
    shortened,
    spoiled,
)

ED25519 = (
    Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
)
ONE: dict[str, str | None] = {"x_adobe_digital_signature_2": None, "x_adobe_public_key2_path": None}
"""Without the second signature."""


def taken(request: Pushed, keys: dict[str, str] | None = None, client: str = CLIENT) -> Accepted:
    return verify_adobe(request, adobe_keys() if keys is None else keys, client, NOW)


def test_a_challenge_is_answered_with_itself() -> None:
    query = {"challenge": "8ec8d794-e0ab-42df-9017-e3dada8e84f7"}
    assert adobe_challenge(pushed({}, b"", "GET", query)) == query["challenge"]


@pytest.mark.parametrize("challenge", ["", "<script>", "a b", "é", "x\n", "x" * 257], ids=shortened)
def test_a_challenge_that_is_none_is_refused(challenge: str) -> None:
    assert refused(lambda: adobe_challenge(pushed({}, b"", "GET", {"challenge": challenge}))) == 400


def test_a_challenge_is_asked_for_by_get() -> None:
    assert refused(lambda: adobe_challenge(pushed({}, b"", "POST", {"challenge": "x"}))) == 400
    assert refused(lambda: adobe_challenge(pushed({}, b"", "GET"))) == 400


def test_what_adobe_signed_for_us_is_taken_and_remembered() -> None:
    assert taken(adobe()).expires_at == NOW + REMEMBERED


def test_it_is_said_which_keys_to_fetch() -> None:
    assert adobe_key_paths(adobe()) == PATHS
    assert adobe_key_paths(altered(adobe(), **ONE)) == PATHS[:1]
    assert ADOBE_KEYS.startswith("https://")


@pytest.mark.parametrize(
    "path",
    [
        ".evil.example/prod/keys/pub-key-1.pem",
        "@evil.example/prod/keys/pub-key-1.pem",
        "//evil.example/prod/keys/pub-key-1.pem",
        "https://evil.example/prod/keys/pub-key-1.pem",
        "/prod/keys/../pub-key-1.pem",
        "/prod/keys/pub-key-..%2f1.pem",
        "/prod/keys/pub-key-1.pem?x",
        "/prod/keys/pub-key-1.pem\n",
        "/prod/keys/pub-key-é.pem",
        "prod/keys/pub-key-1.pem",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    request = altered(adobe(), x_adobe_public_key1_path=path)
    assert refused(lambda: adobe_key_paths(request)) == 400
    assert refused(lambda: taken(request, adobe_keys() | {path: pem(0)})) == 400


@pytest.mark.parametrize("number", [1, 2])
def test_either_signature_suffices(number: int) -> None:
    without = altered(adobe(), **{f"x_adobe_digital_signature_{number}": None})
    assert same(taken(without), taken(adobe()))
    wrong = altered(adobe(), **{f"x_adobe_digital_signature_{number}": "AAAA"})
    assert same(taken(wrong), taken(adobe()))
    known = {path: key for path, key in adobe_keys().items() if path != PATHS[number - 1]}
    assert same(taken(adobe(), known), taken(adobe()))


def test_another_body_has_another_nonce() -> None:
    assert not same(taken(adobe()), taken(adobe(EVENT + b" ")))


@pytest.mark.parametrize("at", [0, 1, 100, 340, 341])
def test_a_forged_signature_is_refused(at: int) -> None:
    forged = spoiled(adobe().headers["x-adobe-digital-signature-1"], at)
    assert refused(lambda: taken(altered(adobe(), **ONE | {"x_adobe_digital_signature_1": forged}))) == 401


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    signature = adobe().headers["x-adobe-digital-signature-1"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert signature.endswith("==")
    last = letters[letters.index(signature[-3]) ^ 1]
    for other in (signature[:-3] + last + "==", signature[:-2], signature + "=", " " + signature):
        request = altered(adobe(), **ONE | {"x_adobe_digital_signature_1": other})
        assert refused(lambda request=request: taken(request)) == 401  # type: ignore[misc]


def test_other_keys_and_other_bodies_are_refused() -> None:
    assert refused(lambda: taken(adobe(), {})) == 401
    assert refused(lambda: taken(adobe(), {PATHS[0]: pem(1), PATHS[1]: pem(0)})) == 401
    assert refused(lambda: taken(adobe(), {PATHS[0]: pem(2)})) == 401
    assert refused(lambda: taken(replace(adobe(), body=EVENT + b" "))) == 401


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no key",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "é",
        "\udcff",
        ED25519,
    ],
    ids=shortened,
)
def test_a_key_that_is_none_of_rsa_fits_nothing(key: str) -> None:
    assert refused(lambda: taken(adobe(), {PATHS[0]: key, PATHS[1]: key})) == 401
    assert taken(adobe(), {PATHS[0]: key, PATHS[1]: pem(1)})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x_adobe_digital_signature_1": None}, 401),
        ({"x_adobe_public_key1_path": None}, 401),
        ({"x_adobe_digital_signature_1": ""}, 401),
        ({"x_adobe_digital_signature_1": "not base64!"}, 401),
        ({"x_adobe_digital_signature_1": "é"}, 400),
        ({"x_adobe_digital_signature_1": "A" * 10_000}, 400),
    ],
)
def test_headers_that_are_missing_or_odd_are_refused(headers: dict[str, str | None], status: int) -> None:
    assert refused(lambda: taken(altered(adobe(), **ONE | headers))) == status


@pytest.mark.parametrize(
    "event",
    [{}, {"recipient_client_id": "another"}, {"recipient_client_id": None}, {"recipient_client_id": [CLIENT]}],
)
def test_an_event_for_another_client_is_refused(event: dict[str, object]) -> None:
    assert refused(lambda: taken(adobe(json.dumps(event).encode()))) == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000, b"1" * 5_000], ids=shortened
)
def test_a_signed_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    assert refused(lambda: taken(adobe(body))) == 400


def test_a_body_is_not_read_before_it_is_verified() -> None:
    assert refused(lambda: taken(replace(adobe(), body=b"{"))) == 401


def test_a_body_that_is_too_large_is_refused() -> None:
    large = EVENT + b" " * (LIMIT - len(EVENT))
    assert taken(adobe(large))
    assert refused(lambda: taken(adobe(large + b" "))) == 413


def test_cryptography_is_loaded_when_it_is_needed() -> None:
    code = "import dovetail.bridge.inbound.verify, sys; print('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"


OPENSSL_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAhhulgxgtkE01GhgxolSt
z37Zwdq63XZTfjL7dVNG60QvVPxKXQsJU/48hD8K3nv/+eyAfy7nhhLUop0CUqGB
OPgL7PdruB02mmVaKKs0OjNfIBR+46HWqEMA3GenaP31XboT0pMP/npgz5jeDr8Y
Iaxgphvb1l+2EezswB/G0IjYtPoPsbbrckFL0EDSp5K8xwXB/B4lealvK+kVYBdK
PiwiRZo1Ha6vGqRluzHYJiBfwmktM7bT7MOI7OUTh+wTCKVl604sRTkdILbCpEnI
GgjWQJ3p6Nl+i+S+u2ln4MaURg+oeUPrGLXMHugDygcR+XuPEmzcW/uhjrk3kCIe
OQIDAQAB
-----END PUBLIC KEY-----
"""
OPENSSL_SIGNATURE = (
    "Rpg4iudSDKup4nmCb2KyAjSIkAFm03M21kchl2UBN1SOw6FW9OycTpRMYSKOXVKgQTQfW/PFYPFRPwmgp+QeNRgw"
    "7NW5T+4dwaZgL9lKlNb1YMyRGi1Z2L4IHkc4j1Y590qLbwu4n8aHqXQ6Sf/YHST0HsJ2uoBs/QiHvxL+FKyBMWI6"
    "INYIq6BTXn5I/fpBB3YFDGcL3/DisXJJO0kFwIdUi1J6B4tpoVBc7IKx6ZLg92YMD7mEI4yAiz8nXer6Kl10hTiT"
    "SbvlNDiBPOQO2C280fzBVuRWn9NI5PFfChsZpI1HbU4qjZzh0f/mpXoEbpy1LdxVIVV0Ui9eNgIeRg=="
)


def test_what_openssl_signs_is_taken() -> None:
    # openssl dgst -sha256 -sign private.pem < event.json | base64
    request = altered(adobe(), **ONE | {"x_adobe_digital_signature_1": OPENSSL_SIGNATURE})
    assert taken(request, {PATHS[0]: OPENSSL_KEY})
