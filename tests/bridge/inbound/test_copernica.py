"""Copernica's webhooks are taken when Copernica signed them: our account's, for our address, as they came, lately."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dovetail.bridge.inbound.verify import (
    LIMIT,
    TOLERANCE,
    Accepted,
    Pushed,
    copernica_key_name,
    verify_copernica,
)
from tests.bridge.inbound.signing import (
    COVERED,
    FORM,
    HOST,
    KEY_NAME,
    NOW,
    TARGET,
    altered,
    copernica,
    record,
    refused,
    same,
    shortened,
    spoiled,
)


def taken(
    request: Pushed,
    keys: dict[str, str] | None = None,
    account: int = 1234,
    host: str = HOST,
    target: str = TARGET,
    now: float = NOW,
) -> Accepted:
    return verify_copernica(request, {KEY_NAME: record(0)} if keys is None else keys, account, host, target, now)


def resigned(request: Pushed, old: str, new: str) -> Pushed:
    """A request with another text in its header `Signature`."""
    assert old in request.headers["signature"]
    return altered(request, signature=request.headers["signature"].replace(old, new))


def test_what_copernica_signed_is_taken() -> None:
    accepted = taken(copernica())
    assert accepted.expires_at > NOW + TOLERANCE
    assert len(accepted.nonce) == 64


def test_it_is_said_where_the_key_is() -> None:
    assert copernica_key_name(copernica()) == KEY_NAME
    assert copernica_key_name(copernica(key_name=KEY_NAME.upper())) == KEY_NAME


@pytest.mark.parametrize(
    "name",
    [
        "copernica.com",
        "one.copernica.com.evil.example",
        "one.evilcopernica.com",
        "evil.example",
        "one..copernica.com",
        "one/x.copernica.com",
        "",
        "a." * 200 + "copernica.com",
    ],
    ids=shortened,
)
def test_a_key_of_somebody_else_is_refused(name: str) -> None:
    assert refused(lambda: copernica_key_name(copernica(key_name=name))) == 401
    assert refused(lambda: taken(copernica(key_name=name), {name: record(0)})) == 401


def test_the_form_that_the_documentation_shows_is_taken() -> None:
    shown = resigned(
        resigned(copernica(), '",signature=', '" signature='), COVERED, COVERED.replace(" Host", "   Host")
    )
    assert taken(shown)


@pytest.mark.parametrize("id_", ["account-1234", "account_1234", "Account_1234"])
def test_the_account_is_written_in_several_ways(id_: str) -> None:
    assert taken(copernica(x_copernica_id=id_))


@pytest.mark.parametrize("id_", ["account-12345", "account-123", "1234", "environment-1234", "account-1234 "])
def test_another_account_is_refused(id_: str) -> None:
    assert refused(lambda: taken(copernica(x_copernica_id=id_))) == 401


def test_a_request_for_another_address_is_refused() -> None:
    assert taken(copernica(), host=HOST.upper())
    assert refused(lambda: taken(copernica(), host="other.example")) == 401
    assert refused(lambda: taken(copernica(host="other.example"))) == 401
    assert refused(lambda: taken(copernica(), target="/hooks/hook_2")) == 401
    assert refused(lambda: taken(copernica(), target=TARGET.partition("?")[0])) == 401
    assert refused(lambda: taken(replace(copernica(), method="PUT"))) == 401
    assert refused(lambda: taken(copernica(), target="/é")) == 400


@pytest.mark.parametrize("late", [-TOLERANCE, TOLERANCE])
def test_a_request_is_taken_up_to_the_tolerance(late: float) -> None:
    assert taken(copernica(), now=NOW + late).expires_at > NOW + TOLERANCE


@pytest.mark.parametrize("late", [-TOLERANCE - 1, TOLERANCE + 1, -1e9, 1e9])
def test_what_is_old_or_from_the_future_is_refused(late: float) -> None:
    assert refused(lambda: taken(copernica(), now=NOW + late)) == 401


@pytest.mark.parametrize("date", ["soon", "1800000000", "Fri, 99 Jan 2027 08:00:00 GMT", "Fri, 15 Jan " + "9" * 30])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    assert refused(lambda: taken(copernica(date=date))) == 400


def test_the_zone_of_a_date_may_be_written_in_several_ways() -> None:
    for date in (
        "Fri, 15 Jan 2027 08:00:00 +0000",
        "Fri, 15 Jan 2027 08:00:00 -0000",
        "Fri, 15 Jan 2027 09:00:00 +0100",
    ):
        assert taken(copernica(date=date))


def test_the_nonce_is_of_what_was_signed() -> None:
    assert same(taken(copernica()), taken(copernica(), now=NOW + 60))
    assert not same(taken(copernica()), taken(copernica(x_nonce="another")))
    assert not same(taken(copernica()), taken(copernica(FORM + b"&x=1")))
    # What is not signed cannot make it another request.
    assert same(taken(copernica()), taken(altered(copernica(), x_forwarded_for="10.0.0.1")))


@pytest.mark.parametrize("at", [0, 1, 100, 340, 341])
def test_a_forged_signature_is_refused(at: int) -> None:
    signature = copernica().headers["signature"].split('signature="')[1].rstrip('"')
    assert refused(lambda: taken(resigned(copernica(), signature, spoiled(signature, at)))) == 401


def test_other_keys_and_other_bodies_are_refused() -> None:
    assert refused(lambda: taken(copernica(), {})) == 401
    assert refused(lambda: taken(copernica(), {KEY_NAME: record(1)})) == 401
    assert refused(lambda: taken(copernica(), {"two._domainkey.copernica.com": record(0)})) == 401
    assert refused(lambda: taken(replace(copernica(), body=FORM + b"&x=1"))) == 401
    # Nor with the digest of the other body, which is not the one that was signed.
    other = copernica(b"another")
    assert refused(lambda: taken(replace(altered(copernica(), digest=other.headers["digest"]), body=b"another"))) == 401


@pytest.mark.parametrize("name", ["content-type", "content-length", "x-nonce"])
def test_every_covered_header_counts(name: str) -> None:
    assert refused(lambda: taken(altered(copernica(), **{name: "1"}))) == 401
    assert refused(lambda: taken(altered(copernica(), **{name: None}))) == 400
    assert refused(lambda: taken(altered(copernica(), **{name: "é"}))) == 400
    assert refused(lambda: taken(altered(copernica(), **{name: "a\nb: c"}))) == 400


@pytest.mark.parametrize("name", ["(request-target)", "Host", "Date", "X-Copernica-ID", "Digest"])
def test_a_signature_that_leaves_something_out_is_refused(name: str) -> None:
    covered = " ".join(word for word in COVERED.split() if word != name)
    assert refused(lambda: taken(copernica(covered=covered))) == 401


def test_a_reason_does_not_repeat_the_names_of_the_sender() -> None:
    assert refused(lambda: taken(resigned(copernica(), COVERED, f"{COVERED} secret-text"))) == 400


def test_only_what_is_asked_for_need_be_covered() -> None:
    assert taken(copernica(covered="(request-target) Host Date X-Copernica-ID Digest"))


@pytest.mark.parametrize("digest", ["", "SHA-256", "MD5=AAAA", "SHA-512=AAAA", "AAAA"])
def test_a_digest_of_another_kind_is_refused(digest: str) -> None:
    assert refused(lambda: taken(altered(copernica(), digest=digest))) in {400, 401}


def test_a_signed_digest_of_another_body_is_refused() -> None:
    assert refused(lambda: taken(copernica(digest="SHA-256=AAAA"))) == 401


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-sha1", "hs2019", "none", ""])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    assert refused(lambda: taken(copernica(algorithm=algorithm))) == 400


@pytest.mark.parametrize("name", ["host", "date", "x_copernica_id", "digest"])
@pytest.mark.parametrize("value", [None, "", "é", "\udcff", "a\nb"])
def test_headers_that_are_missing_or_odd_are_refused(name: str, value: str | None) -> None:
    assert refused(lambda: taken(altered(copernica(), **{name: value}))) == 400


@pytest.mark.parametrize(
    ("signature", "status"),
    [
        (None, 401),
        ("", 401),
        ("text", 400),
        ('keyId="x"', 400),
        ('keyId="x",algorithm="rsa-sha256",headers="date"', 400),
        (copernica().headers["signature"] + ',keyId="other.copernica.com"', 400),
        (copernica().headers["signature"] + "x", 400),
        ("é", 400),
        ("x" * 10_000, 400),
        ('a="",' * 1_600, 400),
    ],
    ids=shortened,
)
def test_a_signature_that_is_missing_or_odd_is_refused(signature: str | None, status: int) -> None:
    assert refused(lambda: taken(altered(copernica(), signature=signature))) == status


def test_a_record_is_read_as_dkim_says() -> None:
    key = record(0).rpartition("p=")[2]
    for text in (f"p={key}", f"v=DKIM1;p={key};", f"v=DKIM1; t=s; p={key[:60]} {key[60:]}", f"k=rsa; p = {key}"):
        assert taken(copernica(), {KEY_NAME: text})


@pytest.mark.parametrize(
    "text",
    ["", "p=", "v=DKIM1; p=", "v=DKIM1; p=AAAA", "v=spf1 -all", "p=é", record(0).replace("rsa", "ed25519")],
    ids=shortened,
)
def test_a_record_without_a_key_fits_nothing(text: str) -> None:
    assert refused(lambda: taken(copernica(), {KEY_NAME: text})) == 401


def test_a_record_of_another_version_fits_nothing() -> None:
    assert refused(lambda: taken(copernica(), {KEY_NAME: record(0).replace("DKIM1", "DKIM2")})) == 401


def test_a_body_that_is_too_large_is_refused() -> None:
    assert taken(copernica(b"x" * LIMIT))
    assert refused(lambda: taken(copernica(b"x" * (LIMIT + 1)))) == 413
