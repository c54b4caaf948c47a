"""A shop that fails in every way it can: each mail is right, or reported.

Two accounts mail at the same time through errors, drops, cut and malformed answers, storms of 429 and five
minutes without a shop (of simulated time). `DOVETAIL_CHAOS_SEED` tells other stories, `python -m
tests.chaos.run` longer ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dovetail import ProviderError
from tests.chaos.cases import CASES, EMPTY, FAIL, STALE, Case
from tests.chaos.judge import Mail, judged
from tests.chaos.shops import two_shops
from tests.chaos.story import told
from tests.chaos.truth import Truth

SEED = int(os.environ.get("DOVETAIL_CHAOS_SEED", "1"))

MAILS = 1_300
"""For each failure policy: more than 5,000 in all."""


@pytest.fixture(scope="module")
def truths() -> Iterator[Sequence[Truth]]:
    with two_shops(SEED) as found:
        yield found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_mail_is_right_or_reported_and_the_shop_is_spared(
    case: Case, truths: Sequence[Truth], tmp_path: Path
) -> None:
    figures = told(case, truths, mails=MAILS, seed=SEED, folder=tmp_path)
    story = f"DOVETAIL_CHAOS_SEED={SEED}: {figures.line()}"
    faults = "\n".join(figures.all.faults[:20])
    assert not figures.all.faults, f"{story}\n{faults}"
    assert figures.peak <= case.policy.concurrency, story

    # A check of the check: there was trouble, it was over in the end, and each policy did what it is there for.
    verdicts = figures.all.verdicts
    assert figures.peak > 1, story
    assert verdicts.total() >= MAILS - 20, story
    assert verdicts["reported"] > 0, story
    assert verdicts["right"] + verdicts["aged"] > verdicts.total() / 3, story
    assert figures.in_calm.verdicts["reported"] == figures.in_calm.verdicts["without order"] == 0, story
    if case is STALE:
        assert figures.in_outage.verdicts["aged"] > 0, story
    if case is EMPTY:
        assert figures.in_outage.verdicts["without order"] > 0, story


def test_the_two_shops_have_the_same_ids_and_other_data(truths: Sequence[Truth]) -> None:
    one, two = truths
    assert list(one.products) == list(two.products)
    assert one.emails.keys() == two.emails.keys()
    assert all(one.customers[number].now != two.customers[number].now for number in one.customers)
    assert all(one.products[number].now != two.products[number].now for number in one.products)


# --- what the judge makes of a mail


@pytest.fixture
def still(truths: Sequence[Truth]) -> Sequence[Truth]:
    """The shops without a past."""
    for truth in truths:
        truth.begin(lambda: 0.0)
    return truths


def _mail(truth: Truth, customer: int, /, **other: str) -> bytes:
    blocks = {
        "customer": min(truth.customers[customer].now),
        "orders": min(truth.orders[customer].now),
        "products": tuple(line for each in truth.products.values() for line in min(each.now)),
        "to": (f"to={truth.emails[customer]}",),
        **{name: tuple(text.split("\n")) if text else () for name, text in other.items()},
    }
    return "\n".join(line.replace("&", "&amp;") for block in blocks.values() for line in block).encode()


def _ordering(truth: Truth) -> Sequence[int]:
    return [number for number, history in truth.orders.items() if () not in history.now]


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ({}, "right"),
        ({"orders": ""}, "a wrong order"),
        ({"customer": ""}, "a wrong customer"),
        ({"customer": "customer=||"}, "a wrong customer"),
        ({"customer": "", "orders": ""}, "a hole"),
        ({"products": "product=|"}, "a hole"),
        ({"to": "to=ann@example.org"}, "to somebody else"),
    ],
)
def test_a_mail_with_a_hole_is_no_right_one(other: dict[str, str], verdict: str, still: Sequence[Truth]) -> None:
    truth = still[0]
    customer = _ordering(truth)[0]
    found = judged(Mail(customer, _mail(truth, customer, **other), 0, 0, 0), FAIL, truth)
    assert found.startswith(verdict)


def test_somebody_else_s_order_is_wrong_and_so_is_the_other_shop_s_product(still: Sequence[Truth]) -> None:
    one, two = still
    customer, other = _ordering(one)[:2]
    order = "\n".join(min(one.orders[other].now))
    found = judged(Mail(customer, _mail(one, customer, orders=order), 0, 0, 0), FAIL, one)
    assert found.startswith("a wrong order")
    products = "\n".join(line for each in two.products.values() for line in min(each.now))
    found = judged(Mail(customer, _mail(one, customer, products=products), 0, 0, 0), FAIL, one)
    assert found.startswith("a wrong product")


def test_only_where_the_policy_says_so_an_order_may_be_missing(still: Sequence[Truth]) -> None:
    truth = still[0]
    customer = _ordering(truth)[0]
    mail = Mail(customer, _mail(truth, customer, orders=""), 0, 0, 0)
    assert judged(mail, EMPTY, truth) == "without order"


def test_what_is_older_than_the_policy_allows_is_a_fault(still: Sequence[Truth]) -> None:
    truth = still[0]
    customer = _ordering(truth)[0]
    old = _mail(truth, customer)
    truth.begin(lambda: 1000.0)
    truth.new_name(customer, "Somebody")
    for moment, verdict in ((1000.0, "right"), (1060.0, "aged"), (1061.0, "a customer older than 60 seconds")):
        assert judged(Mail(customer, old, moment, moment, moment), FAIL, truth).startswith(verdict)


def test_an_error_names_its_source(still: Sequence[Truth]) -> None:
    def verdict(sentence: str) -> str:
        return judged(Mail(min(still[0].emails), ProviderError(sentence), 0, 0, 0), FAIL, still[0])

    assert verdict("`mywebshop` does not answer") == "reported"
    assert verdict("no answer") == "an error without its source: no answer"
