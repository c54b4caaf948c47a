"""Recipients out of a database, here SQLite files through SQLAlchemy."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.errors import SettingsError, UsageError
from dovetail.integrations.secrets import SecretPlace
from dovetail.mailing.query import Query, password_place
from dovetail.mailing.recipients import BrokenRow, Recipient, Row, read_recipients
from dovetail.mailing.snapshot import keep
from dovetail.mailing.sql import check_url, query_rows
from dovetail.mailing.values import row_of
from tests.mailing.test_partitions import in_partitions


def database(folder: Path, *statements: str) -> str:
    path = folder / "people.db"
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return f"sqlite:///{path}"


def many(folder: Path, count: int) -> str:
    numbers = f"WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {count}) SELECT id FROM n"
    return database(folder, f"CREATE TABLE people AS {numbers}")


def asked(url: str, text: str) -> list[Row]:
    return list(query_rows(Query(url, text)))


def test_a_row_is_a_recipient_with_the_types_of_the_database(tmp_path: Path) -> None:
    url = database(
        tmp_path,
        "CREATE TABLE people (id INTEGER, name TEXT, share REAL, note TEXT, photo BLOB)",
        "INSERT INTO people VALUES (1, 'Zoë', 0.1, NULL, X'C3A9'), (2, '50% :off', 2, '', NULL)",
    )
    assert asked(url, "SELECT * FROM people ORDER BY id") == [
        Recipient(1, {"profile": {"id": 1, "name": "Zoë", "share": 0.1, "note": None, "photo": "é"}}),
        Recipient(2, {"profile": {"id": 2, "name": "50% :off", "share": 2.0, "note": "", "photo": None}}),
    ]


def test_colons_and_percent_signs_of_a_query_are_its_own(tmp_path: Path) -> None:
    url = many(tmp_path, 1)
    [row] = asked(url, "SELECT ':name' AS a, '%s 100%' AS b, 7 % 4 AS c FROM people WHERE 'x%' LIKE 'x%'")
    assert row == Recipient(1, {"profile": {"a": ":name", "b": "%s 100%", "c": 3}})


def test_a_row_that_does_not_fit_is_named_with_its_column_and_the_others_go_on(tmp_path: Path) -> None:
    url = database(
        tmp_path,
        "CREATE TABLE people (id INTEGER, name TEXT, photo BLOB)",
        "INSERT INTO people VALUES (1, CAST(X'52656EE9' AS TEXT), NULL), (2, 'Bo', X'FFD8'), (3, 'Cy', NULL)",
    )
    assert asked(url, "SELECT * FROM people ORDER BY id") == [
        BrokenRow(1, "column `name`: it is not UTF-8 text"),
        BrokenRow(2, "column `photo`: it is binary data, not text"),
        Recipient(3, {"profile": {"id": 3, "name": "Cy", "photo": None}}),
    ]


def test_rows_are_read_as_they_are_needed(tmp_path: Path) -> None:
    # Without an end: only a reader that does not fetch all can give the first ones.
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
    rows = query_rows(Query(many(tmp_path, 1), endless))
    assert [next(rows).row for _ in range(3000)] == list(range(1, 3001))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id FROM persons", "the sqlite database does not answer --query: no such table: persons"),
        ("SELEKT 1", 'near "SELEKT": syntax error'),
        ("SELECT id, id FROM people", "--query: two columns are called `id`"),
        ('SELECT id AS "" FROM people', "--query: column 1 has no name"),
        ("DELETE FROM people", "attempt to write a readonly database"),
        ("DELETE FROM people RETURNING id", "attempt to write a readonly database"),
        ("PRAGMA busy_timeout = 5; SELECT 1", "one statement at a time"),
        ("BEGIN", "--query gives no rows. Write a SELECT"),
    ],
)
def test_a_query_that_gives_no_recipients_is_refused(tmp_path: Path, query: str, expected: str) -> None:
    url = many(tmp_path, 3)
    with pytest.raises(SettingsError, match=expected):
        asked(url, query)
    assert len(asked(url, "SELECT id FROM people")) == 3


def test_an_error_among_the_rows_says_nothing_of_them(tmp_path: Path) -> None:
    url = database(tmp_path, "CREATE TABLE people AS SELECT '{}' AS data UNION ALL SELECT 'secret of Ann'")
    with pytest.raises(SettingsError, match=r"ended while it was read \(OperationalError\)") as caught:
        asked(url, "SELECT json_extract(data, '$') AS data FROM people")
    assert "Ann" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///nowhere/people.db", "there is no database nowhere/people.db"),
        ("klingon://host/db", "SQLAlchemy has no dialect for the klingon database on host"),
        ("mssql+pymssql://host/db", "needs the package pymssql. Install it"),
        ("://", "is no SQLAlchemy URL"),
        ("sqlite:///people.db:port/x?unknown=%", "there is no database"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path, url: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        asked(url, "SELECT 1 AS id")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hunter2@db/x",
        "postgresql://db/x?password=hunter2",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dhunter2",
        "snowflake://x/?TOKEN=hunter2",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="--password-from env:NAME") as caught:
        check_url(url)
    assert "hunter2" not in str(caught.value)


def test_the_place_of_a_password_is_env_keyring_or_file() -> None:
    assert password_place("env:DB_PASSWORD") == SecretPlace("env", "DB_PASSWORD")
    assert password_place("file:/run/secrets/db") == SecretPlace("file", "/run/secrets/db")
    assert password_place("keyring:shop") == SecretPlace("keyring", "shop")
    for wrong in ("hunter2", "env:", "pass:hunter2", ":hunter2", ""):
        with pytest.raises(UsageError) as caught:
            password_place(wrong)
        assert "hunter2" not in str(caught.value)


def test_another_database_or_query_has_another_mark_and_another_place_of_the_password_has_not() -> None:
    one = Query("postgresql://db/x", "SELECT 1", SecretPlace("env", "A"))
    marks = {query.digest() for query in (one, Query(one.url, one.text, SecretPlace("env", "B")))}
    others = {Query("postgresql://db/y", one.text).digest(), Query(one.url, "SELECT 2").digest()}
    assert (len(marks), len(others - marks)) == (1, 2)


def test_values_of_other_databases_are_those_of_templates() -> None:
    summer = timezone(timedelta(hours=2))
    row = row_of(
        1,
        {
            "price": Decimal("12.50"),
            "day": date(2026, 5, 1),
            "at": datetime(2026, 5, 1, 9, 30),  # noqa: DTZ001  (as `timestamp` is)
            "zoned": datetime(2026, 5, 1, 9, 30, tzinfo=summer),
            "vip": True,
            "tags": ["a", ("b", None)],
            "data": {"n": [1.5, {"x": Decimal("0.10")}]},
            "key": UUID(int=5),
            "late": timedelta(days=1, minutes=1),
        },
    )
    assert row == Recipient(
        1,
        {
            "profile": {
                "price": Decimal("12.50"),
                "day": date(2026, 5, 1),
                "at": datetime(2026, 5, 1, 9, 30),  # noqa: DTZ001
                "zoned": datetime(2026, 5, 1, 7, 30, tzinfo=UTC),
                "vip": True,
                "tags": ["a", ["b", None]],
                "data": {"n": [1.5, {"x": Decimal("0.10")}]},
                "key": "00000000-0000-0000-0000-000000000005",
                "late": "1 day, 0:01:00",
            }
        },
    )
    assert row_of(2, {"a": 1, "b": [object()]}) == BrokenRow(
        2, "column `b`: a value of type object is none of a template; make it a text in the query"
    )


_SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
    st.sampled_from(["$map", "$decimal"]),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),  # no database has one
    st.datetimes().map(lambda moment: moment.replace(fold=0, tzinfo=UTC)),
)
_NAME = st.sampled_from(["a", "b", "$map", "$date", "$decimal", "$broken", "$x", ""])
_VALUE = st.recursive(_SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAME, inner, max_size=3))
_ROWS = st.lists(st.one_of(st.dictionaries(_NAME, _VALUE, max_size=4), st.just("a reason")), max_size=5)


@given(_ROWS, st.integers(1, 3))
def test_rows_that_are_kept_are_read_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, values: Sequence[dict[str, object] | str], size: int
) -> None:
    work = tmp_path_factory.mktemp("work")
    rows: list[Row] = [
        BrokenRow(number, value) if isinstance(value, str) else Recipient(number, {"profile": value})
        for number, value in enumerate(values, start=1)
    ]
    path = work / "kept" / "recipients.rows"
    path.parent.mkdir()
    keep(rows, path, work)
    found = list(read_recipients(path))
    assert repr(found) == repr(rows)  # 1 == 1.0 == True == Decimal(1)
    assert in_partitions(path, size) == rows
    assert path.stat().st_mode & 0o077 == 0


def test_kept_rows_that_are_damaged_are_not_mailed_to(tmp_path: Path) -> None:
    for text in ('{"id": 1', "[1]", '{"$map": 1}', '{"$odd": 1}', '{"a": {"$decimal": "x"}}', '{"a": {"$date": 1}}'):
        (tmp_path / "recipients.rows").write_text(text + "\n", encoding="ascii")
        with pytest.raises(SettingsError, match=r"damaged at row 1\. Run with --fresh"):
            list(read_recipients(tmp_path / "recipients.rows"))
