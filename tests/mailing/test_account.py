"""Accounts: what partitions did is what the mailing did, and a million reasons fit."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dovetail.mailing.account import Account, Failure, Lost

_ACCOUNTS = st.builds(
    Account,
    written=st.integers(0, 99),
    failures=st.lists(st.builds(Failure, st.integers(1, 99), st.text())),
    failed=st.integers(0, 99),
    lost=st.lists(st.builds(Lost, st.integers(1, 9), st.integers(10, 99), st.text()), max_size=2),
    requests=st.integers(0, 99),
    hits=st.integers(0, 99),
    undefined=st.sets(st.text(), max_size=3),
    notes=st.sets(st.text(), max_size=3),
    templates=st.dictionaries(st.text(), st.text(), max_size=2),
    stopped=st.text(),
)


@given(_ACCOUNTS)
def test_an_account_is_read_as_it_was_written(account: Account) -> None:
    assert Account.from_json(json.loads(json.dumps(account.as_json()))) == account


def test_accounts_of_partitions_add_up() -> None:
    total = Account()
    total.merge(Account(written=3, failed=1, failures=[Failure(9, "b")], requests=2, hits=5, notes={"n"}))
    total.merge(Account(written=2, failed=1, failures=[Failure(4, "a")], undefined={"$x"}, lost=[Lost(5, 6, "c")]))
    report = total.ordered().as_json()
    assert (report["written"], report["failed_rows"], report["requests"], report["cache_hits"]) == (5, 2, 2, 5)
    assert report["failed"] == [{"row": 4, "reason": "a"}, {"row": 9, "reason": "b"}]
    assert (report["notes"], report["undefined"]) == (["n"], ["$x"])
    assert report["lost"] == [{"first": 5, "last": 6, "reason": "c"}]


def test_all_failures_are_counted_and_the_first_ten_thousand_named() -> None:
    total = Account()
    for part in range(30):
        account = Account()
        for row in range(1000):
            account.fail(part * 1000 + row, "no")
            account.notes.add(f"{part}-{row}")
        total.merge(account)
    assert (total.failed, len(total.failures), len(total.notes)) == (30_000, 10_000, 1_000)
