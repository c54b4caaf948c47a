"""Every check of the kit fails for providers that are broken in its respect, and says how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dovetail.engine.ports import Answer, Ask, Request
from dovetail.testing import CHECKS, ProviderKit, Subject, UnknownRequest, complaints
from tests.testing.breaking import broken, each_with_a_request, northern
from tests.testing.broken import BROKEN
from tests.testing.cards import CARD, SCHEMA, Cards, kind_of, subject


@pytest.mark.parametrize("name", CHECKS)
def test_a_provider_that_is_well_passes(name: str) -> None:
    assert complaints(subject(), name) == []


def test_every_check_has_broken_providers() -> None:
    assert list(BROKEN) == list(CHECKS)


@pytest.mark.parametrize(("check", "what"), [(check, what) for check, cases in BROKEN.items() for what in cases])
def test_a_broken_provider_is_complained_of(check: str, what: str) -> None:
    found, sentence = BROKEN[check][what]
    told = complaints(found, check)
    assert any(sentence in each for each in told), told


# --- what an author can say about an exception


def test_a_setting_that_changes_no_answer_may_stay_out_of_the_fingerprint() -> None:
    make = broken(fingerprint=property(lambda self: self.url))
    assert complaints(subject(make, same_answers=("region",)), "fingerprint") == []


def test_another_value_of_a_setting_can_be_named() -> None:
    kind = replace(kind_of(Cards), make=northern)
    assert complaints(subject(kind=kind, other_settings={"region": "south"}), "fingerprint") == []


def test_an_api_without_batches_may_cost_a_request_for_each() -> None:
    make = broken(resolve=each_with_a_request)
    assert complaints(subject(make, most_requests={"card": 2}), "batching") == []


def test_a_field_that_only_looks_personal_can_be_named() -> None:
    plain = replace(CARD, personal=False)
    other = replace(SCHEMA, records={**SCHEMA.records, "card": plain})
    make = broken(schema=lambda _: other)
    assert complaints(subject(make, not_personal=("card.email",)), "personal") == []


def test_another_host_can_be_allowed() -> None:
    make = broken(address=lambda self, name, asks: Cards.address(self, name, asks).replace("cards.", "data."))
    assert complaints(subject(make, hosts=["data.example"]), "requests") == []


def test_a_degraded_answer_with_a_note_is_no_hole() -> None:
    def resolve(self: Cards, asks: Sequence[Ask]) -> Any:
        answers = yield from Cards.resolve(self, asks)
        return {
            ask: found if isinstance(found, Answer) else Answer("", fetched_at=1.0, notes=("it is not known",))
            for ask, found in answers.items()
        }

    assert complaints(subject(broken(resolve=resolve)), "failures") == []


def test_many_complaints_are_cut() -> None:
    make = broken(offer=lambda self, raw: replace(Cards.offer(self, raw), fields={f"f{n}": 1 for n in range(30)}))

    class TestMine(ProviderKit):
        def subject(self) -> Subject:
            return subject(make)

    with pytest.raises(AssertionError, match=r"(?s)f1 is not a field.*… and \d+ more\Z"):
        TestMine().test_answers_have_the_shape_of_the_schema()


def test_a_request_that_is_not_in_the_recording_is_no_complaint_about_the_provider() -> None:
    def nothing(requests: Sequence[Request]) -> Any:
        raise UnknownRequest("not recorded")

    with pytest.raises(UnknownRequest):
        complaints(subject(world=nothing), "members")
