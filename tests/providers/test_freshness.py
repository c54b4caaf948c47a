"""How old an answer may be: the policy's settings, each as a rule about ages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dovetail.engine.ports import Answer, Ask, Filter, Lifetime, Query
from dovetail.errors import UnreachableError
from dovetail.providers.freshness import Age, being_renewed, in_need, in_words, terms_of, too_old_to_send
from dovetail.providers.kinds import OnFailure, Policy

PRODUCT = Ask("shop", "product", 1)
PRICE = Ask("shop", "price", 1)
ORDER = Ask("shop", "order", 5)
LIFETIME = Lifetime(60.0)
PERSONAL = Lifetime(60.0, personal=True)
KEPT = Answer("19.95", fetched_at=1000.0)
DOWN = UnreachableError("`shop` does not answer in time (shop.example)", identifier="shop")


def age(policy: Policy, seconds: float, ask: Ask = PRODUCT, lifetime: Lifetime = LIFETIME) -> Age:
    return terms_of(policy, ask, lifetime).age(KEPT, 1000.0 + seconds)


@pytest.mark.parametrize(
    ("collection", "seconds"),
    [("product", 10.0), ("products", 10.0), ("stock.qty", 1.0), ("product.price", 10.0), ("order", 60.0)],
)
def test_a_time_to_live_is_set_for_a_kind_of_data(collection: str, seconds: float) -> None:
    policy = Policy(ttl={"product": 10.0, "stock": 1.0})
    assert terms_of(policy, Ask("shop", collection, Query()), LIFETIME).fresh == seconds


def test_others_stands_for_all_kinds_that_are_not_named() -> None:
    policy = Policy(ttl={"product": 10.0, "others": 5.0}, on_failure={"product": "stale", "others": "empty"})
    assert terms_of(policy, PRODUCT, LIFETIME).fresh == 10.0
    assert terms_of(policy, ORDER, LIFETIME).fresh == 5.0
    assert terms_of(policy, PRODUCT, LIFETIME).on_failure == "stale"
    assert terms_of(policy, ORDER, LIFETIME).on_failure == "empty"


def test_a_kind_that_a_table_does_not_name_fails_as_is_usual() -> None:
    assert terms_of(Policy(on_failure={"product": "stale"}), PRICE, LIFETIME).on_failure == "fail"


def test_an_answer_is_fresh_for_its_time_and_then_gone() -> None:
    assert [age(Policy(), seconds) for seconds in (0, 59, 60, 61)] == ["fresh", "fresh", "gone", "gone"]


def test_it_is_of_use_while_it_is_renewed_up_to_an_age() -> None:
    policy = Policy(revalidate={"product": 600.0})
    assert [age(policy, seconds) for seconds in (59, 60, 599, 600)] == ["fresh", "meanwhile", "meanwhile", "gone"]
    assert age(policy, 60, PRICE) == "gone"


def test_it_is_of_use_in_need_up_to_an_age_where_that_is_permitted() -> None:
    policy = Policy(on_failure="stale", stale_up_to=3600.0)
    assert [age(policy, seconds) for seconds in (59, 60, 3599, 3600)] == ["fresh", "need", "need", "gone"]
    assert age(Policy(on_failure="fail", stale_up_to=3600.0), 60) == "gone"


def test_what_is_to_be_rechecked_is_used_for_so_long_only_and_never_unasked() -> None:
    policy = Policy(recheck={"price": 10.0}, revalidate=3600.0, ttl={"others": 600.0})
    assert [age(policy, seconds, PRICE) for seconds in (9, 10)] == ["fresh", "gone"]
    assert age(policy, 700, PRODUCT) == "meanwhile"
    assert not too_old_to_send(policy, PRICE, KEPT, 1009.0)
    assert too_old_to_send(policy, PRICE, KEPT, 1010.0)
    assert not too_old_to_send(policy, PRODUCT, KEPT, 9999.0)


def test_that_an_id_does_not_exist_is_believed_for_a_while_and_is_no_answer_in_need() -> None:
    policy = Policy(on_failure="stale", revalidate=3600.0, not_found=30.0)
    nothing = Answer(None, found=False, fetched_at=1000.0)
    terms = terms_of(policy, PRODUCT, LIFETIME)
    assert [terms.age(nothing, 1000.0 + seconds) for seconds in (29, 30)] == ["fresh", "gone"]
    assert in_need(terms, PRODUCT, DOWN, nothing, 1031.0) is DOWN


def test_it_is_believed_no_longer_than_the_answer_would_be() -> None:
    assert terms_of(Policy(not_found=300.0), PRODUCT, LIFETIME).not_found == 60.0


def test_an_answer_from_the_future_says_nothing_about_its_age() -> None:
    assert age(Policy(), -3600) == "gone"


def test_an_answer_about_a_person_is_kept_for_its_own_short_time_for_whatever_purpose() -> None:
    policy = Policy(ttl={"order": 9000.0}, revalidate=9000.0, on_failure="stale", personal_ttl=30.0)
    assert [age(policy, seconds, ORDER, PERSONAL) for seconds in (29, 30)] == ["fresh", "gone"]


@pytest.mark.parametrize("key", ["ann@example.org", Query((Filter("email", "==", "Ann@Example.org"),))])
def test_a_question_that_names_an_e_mail_address_is_personal_whatever_the_provider_says(key: str | Query) -> None:
    assert terms_of(Policy(), Ask("shop", "thing", key), LIFETIME).personal
    assert not terms_of(Policy(), PRODUCT, LIFETIME).personal


# --- what happens without an answer


def terms_for(on_failure: OnFailure) -> Policy:
    return Policy(on_failure=on_failure, stale_up_to=3 * 86400.0)


def test_a_mail_fails_with_the_source_s_own_words() -> None:
    assert in_need(terms_of(terms_for("fail"), PRODUCT, LIFETIME), PRODUCT, DOWN, KEPT, 1100.0) is DOWN


def test_a_stale_answer_says_how_old_it_is_and_why() -> None:
    answer = in_need(terms_of(terms_for("stale"), PRODUCT, LIFETIME), PRODUCT, DOWN, KEPT, 1000.0 + 3 * 3600)
    assert isinstance(answer, Answer)
    assert answer.stale
    assert answer.notes == ("$shop.product is 3 hours old: `shop` does not answer in time (shop.example)",)


def test_a_stale_answer_that_is_too_old_is_none() -> None:
    assert in_need(terms_of(terms_for("stale"), PRODUCT, LIFETIME), PRODUCT, DOWN, KEPT, 1000.0 + 3 * 86400) is DOWN


def test_an_empty_answer_says_what_is_empty_and_why_but_names_nobody() -> None:
    terms = terms_of(terms_for("empty"), PRODUCT, LIFETIME)
    answer = in_need(terms, PRODUCT, DOWN, None, 1100.0)
    assert isinstance(answer, Answer)
    assert answer.notes == ("$shop.product.1 is empty: `shop` does not answer in time (shop.example)",)
    customer = Ask("shop", "customer", "ann@example.org")
    named = in_need(terms_of(terms_for("empty"), customer, PERSONAL), customer, DOWN, None, 1100.0)
    assert isinstance(named, Answer)
    assert "ann" not in named.notes[0]


def test_an_answer_that_is_being_renewed_names_its_age() -> None:
    answer = being_renewed(PRODUCT, KEPT, 1000.0 + 720)
    assert answer.stale
    assert answer.notes == ("$shop.product is 12 minutes old; it is being asked again",)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 seconds"), (90, "90 seconds"), (600, "10 minutes"), (4 * 86400, "4 days")]
)
def test_ages_are_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


# --- laws

SECONDS = some.integers(0, 1_000_000).map(float)


@given(
    ttl=SECONDS,
    revalidate=SECONDS,
    recheck=some.none() | SECONDS,
    stale_up_to=SECONDS,
    personal_ttl=SECONDS,
    on_failure=some.sampled_from(["fail", "stale", "empty"]),
    personal=some.booleans(),
    found=some.booleans(),
    seconds=SECONDS,
)
def test_no_policy_lets_an_answer_outlive_what_it_says(
    ttl: float,
    revalidate: float,
    recheck: float | None,
    stale_up_to: float,
    personal_ttl: float,
    on_failure: OnFailure,
    personal: bool,
    found: bool,
    seconds: float,
) -> None:
    policy = Policy(
        ttl={"others": ttl},
        revalidate=revalidate,
        recheck=recheck,
        stale_up_to=stale_up_to,
        personal_ttl=personal_ttl,
        on_failure=on_failure,
    )
    terms = terms_of(policy, PRODUCT, Lifetime(60.0, personal=personal))
    answer = Answer("x" if found else None, found=found, fetched_at=1000.0)
    now = 1000.0 + seconds
    verdict = terms.age(answer, now)
    if verdict == "fresh":
        assert seconds < ttl
        assert recheck is None or seconds < recheck
    if verdict == "meanwhile":
        assert seconds < revalidate
        assert recheck is None
    if verdict == "need":
        assert seconds < stale_up_to
        assert on_failure == "stale"
    if personal and verdict != "gone":
        assert seconds < personal_ttl
    assert (verdict == "gone") >= (now >= terms.gone_at(answer))
    rescue = in_need(terms, PRODUCT, DOWN, answer, now)
    if on_failure == "fail":
        assert rescue is DOWN
    if isinstance(rescue, Answer):
        assert rescue.notes
