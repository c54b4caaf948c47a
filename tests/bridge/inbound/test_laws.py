"""What holds for each scheme: a request is taken as it was signed, and not with any other body or signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dovetail.bridge.inbound.verify import (
    Accepted,
    Pushed,
    verify_adobe,
    verify_copernica,
    verify_mage_os,
    verify_standard_webhooks,
)
from tests.bridge.inbound.signing import (
    CLIENT,
    HOST,
    KEY_NAME,
    NOW,
    SECRET,
    TARGET,
    TOKEN,
    adobe,
    adobe_keys,
    altered,
    copernica,
    mage_os,
    record,
    refused,
    standard,
)


@dataclass(frozen=True)
class Scheme:
    """A request with one signature, what verifies it, and where its signature begins and ends in which header."""

    request: Pushed
    verify: Callable[[Pushed], Accepted]
    header: str
    before: str = ""
    after: str = ""

    @property
    def signature(self) -> str:
        text = self.request.headers[self.header]
        return text[text.index(self.before) + len(self.before) : len(text) - len(self.after)]

    def with_signature(self, signature: str) -> Pushed:
        text = self.request.headers[self.header]
        return altered(self.request, **{self.header: text.replace(self.signature, signature)})


SCHEMES: Mapping[str, Scheme] = {
    "standard-webhooks": Scheme(
        standard(), lambda request: verify_standard_webhooks(request, (SECRET,), NOW), "webhook-signature", "v1,"
    ),
    "mage-os": Scheme(mage_os(), lambda request: verify_mage_os(request, (TOKEN,), NOW), "x-magento-signature"),
    "adobe": Scheme(
        altered(adobe(), x_adobe_digital_signature_2=None, x_adobe_public_key2_path=None),
        lambda request: verify_adobe(request, adobe_keys(), CLIENT, NOW),
        "x-adobe-digital-signature-1",
    ),
    "copernica": Scheme(
        copernica(),
        lambda request: verify_copernica(request, {KEY_NAME: record(0)}, 1234, HOST, TARGET, NOW),
        "signature",
        'signature="',
        '"',
    ),
}

each = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES.keys())


@each
def test_a_request_is_taken_as_it_was_signed(scheme: Scheme) -> None:
    assert scheme.verify(scheme.request) == scheme.verify(scheme.with_signature(scheme.signature))


@each
@given(data=st.data())
def test_no_other_body_is_taken(scheme: Scheme, data: st.DataObject) -> None:
    body = scheme.request.body
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    other = body[:start] + data.draw(st.binary(max_size=8)) + body[end:]
    assume(other != body)
    assert refused(lambda: scheme.verify(replace(scheme.request, body=other))) == 401


@each
@given(data=st.data())
def test_no_other_signature_is_taken(scheme: Scheme, data: st.DataObject) -> None:
    signature = scheme.signature
    start = data.draw(st.integers(0, len(signature)))
    end = data.draw(st.integers(start, len(signature)))
    # A space or a quote would end it, and something else begin.
    piece = data.draw(st.text(st.characters(exclude_characters=' "'), max_size=8))
    other = signature[:start] + piece + signature[end:]
    assume(other != signature)
    assert refused(lambda: scheme.verify(scheme.with_signature(other))) in {400, 401}


@each
@given(data=st.data())
def test_no_bit_of_a_signature_is_free(scheme: Scheme, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(scheme.signature) - 1))
    flipped = chr(ord(scheme.signature[at]) ^ 1 << data.draw(st.integers(0, 6)))
    assume(flipped not in ' "')
    other = scheme.signature[:at] + flipped + scheme.signature[at + 1 :]
    assert refused(lambda: scheme.verify(scheme.with_signature(other))) in {400, 401}


@each
@given(data=st.data())
def test_whatever_comes_is_refused_and_nothing_breaks(scheme: Scheme, data: st.DataObject) -> None:
    texts = st.text(st.characters()) | st.sampled_from(
        [scheme.request.headers[name] for name in scheme.request.headers]
    )
    headers = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(scheme.request.headers, texts)))
    assume(headers != scheme.request.headers)
    assert refused(lambda: scheme.verify(replace(scheme.request, headers=headers))) in {400, 401}
