"""A hook is given what its scheme needs, and its requests are verified by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.bridge.inbound.schemes import check_secret, verify
from dovetail.bridge.inbound.verify import LIMIT, Pushed
from dovetail.errors import SettingsError
from dovetail.integrations.store.hooks import SCHEMES, Scheme
from tests.bridge.inbound.senders import names, site
from tests.bridge.inbound.signing import (
    CLIENT,
    KEY_NAME,
    NOW,
    PATHS,
    SECRET,
    TARGET,
    TOKEN,
    adobe,
    copernica,
    mage_os,
    pem,
    record,
    refused,
    standard,
)

REQUESTS: dict[Scheme, tuple[str, Pushed]] = {
    "standard-webhooks": (SECRET, standard()),
    "mage-os": (TOKEN, mage_os()),
    "adobe-io-events": (CLIENT, adobe()),
    "copernica": ("1234", copernica()),
}


@pytest.fixture(scope="module")
def keys() -> Iterator[PublicKeys]:
    with site() as adobes, names() as copernicas:
        adobes.texts[PATHS[0]] = pem(0)
        copernicas.texts[KEY_NAME] = record(0)
        yield PublicKeys(adobes.url, copernicas.resolver)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_scheme_takes_its_own_requests_and_no_others(keys: PublicKeys, scheme: Scheme) -> None:
    secret, request = REQUESTS[scheme]
    check_secret(scheme, secret)
    assert verify(scheme, secret, request, TARGET, keys, NOW).expires_at > NOW
    for other in SCHEMES:
        if other != scheme:
            assert refused(lambda other=other: verify(scheme, secret, REQUESTS[other][1], TARGET, keys, NOW)) in {  # type: ignore[misc]
                400,
                401,
            }
    large = replace(request, body=b"x" * (LIMIT + 1))
    assert refused(lambda: verify(scheme, secret, large, TARGET, keys, NOW)) == 413


def test_a_signature_for_another_hook_is_not_taken(keys: PublicKeys) -> None:
    assert refused(lambda: verify("copernica", "1234", copernica(), "/hooks/hook_2", keys, NOW)) == 401
    assert refused(lambda: verify("copernica", "1235", copernica(), TARGET, keys, NOW)) == 401
    assert refused(lambda: verify("adobe-io-events", "another-client", adobe(), TARGET, keys, NOW)) == 401


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        ("standard-webhooks", "no base64 at all!"),
        ("standard-webhooks", ""),
        ("standard-webhooks", "whsec_"),
        ("mage-os", "short"),
        ("mage-os", "a-verification-token short"),
        ("mage-os", " "),
        ("adobe-io-events", "no client"),
        ("adobe-io-events", ""),
        ("copernica", "account-1234"),
        ("copernica", "0"),
    ],
)
def test_what_a_scheme_cannot_work_with_is_said_when_the_hook_is_made(scheme: Scheme, secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_secret(scheme, secret)
    if len(secret.split()) == 1 and len(secret) > 7:
        assert secret not in str(caught.value)
