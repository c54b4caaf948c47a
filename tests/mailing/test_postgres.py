"""Recipients out of PostgreSQL: its types, its cursor, its password."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.secrets import SecretPlace
from dovetail.mailing.query import Query
from dovetail.mailing.recipients import BrokenRow, Recipient, Row
from dovetail.mailing.sql import query_rows

pytestmark = pytest.mark.external("initdb", "pg_ctl")

PASSWORD = "hunter2 %40:/é"
NOBODY = 65534


def run(*command: str | Path) -> None:
    # A server does not run as root, as which containers often run tests.
    user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that wants a password; it listens on a socket of its own folder only."""
    folder = Path(tempfile.mkdtemp(prefix="dovetail-pg."))  # short: names of sockets are
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.chown(folder / "password", NOBODY, NOBODY)
        data = folder / "data"
        run(
            "initdb", "-D", data, "-U", "ann", "--pwfile", folder / "password", "-A", "scram-sha-256", "-E", "UTF8",
            "--locale", "C", "--no-sync",
        )  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://ann@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)


def asked(url: str, text: str) -> list[Row]:
    return list(query_rows(Query(url, text, SecretPlace("env", "SHOP_PASSWORD"))))


def test_types_are_kept(server: str) -> None:
    columns = {
        "id": "9007199254740993::bigint",
        "share": "0.1::float8",
        "price": "12.50::numeric(10, 2)",
        "vip": "true",
        "day": "date '2026-05-01'",
        "at": "timestamp '2026-05-01 09:30'",
        "zoned": "timestamptz '2026-05-01 09:30+02'",
        "note": "NULL::text",
        "tags": "ARRAY['a', NULL]",
        "data": """'{"n": [1, {"x": 0.5}], "$map": null}'::jsonb""",
        "key": "'00000000-0000-0000-0000-000000000005'::uuid",
        "address": "'10.0.0.1'::inet",
        "raw": "'é'::bytea",
        "text": "'50% :off'",
    }
    [row] = asked(server, "SELECT " + ", ".join(f"{value} AS {name}" for name, value in columns.items()))
    assert row == Recipient(
        1,
        {
            "profile": {
                "id": 9007199254740993,
                "share": 0.1,
                "price": Decimal("12.50"),
                "vip": True,
                "day": date(2026, 5, 1),
                "at": datetime(2026, 5, 1, 9, 30),  # noqa: DTZ001
                "zoned": datetime(2026, 5, 1, 7, 30, tzinfo=UTC),
                "note": None,
                "tags": ["a", None],
                "data": {"n": [1, {"x": 0.5}], "$map": None},
                "key": "00000000-0000-0000-0000-000000000005",
                "address": "10.0.0.1",
                "raw": "é",
                "text": "50% :off",
            }
        },
    )


def test_a_value_that_does_not_fit_breaks_its_row_only(server: str) -> None:
    assert asked(
        server, r"SELECT n AS id, CASE n WHEN 2 THEN '\xff'::bytea END AS raw FROM generate_series(1, 3) n"
    ) == [
        Recipient(1, {"profile": {"id": 1, "raw": None}}),
        BrokenRow(2, "column `raw`: it is binary data, not text"),
        Recipient(3, {"profile": {"id": 3, "raw": None}}),
    ]


def test_the_first_rows_do_not_wait_for_the_last(server: str) -> None:
    # Row 5,000 cannot be computed: who fetches all rows at once gets none of them.
    rows = query_rows(
        Query(
            server, "SELECT 1 / (5000 - n) AS x FROM generate_series(1, 100000) n", SecretPlace("env", "SHOP_PASSWORD")
        )
    )
    assert [next(rows).row for _ in range(4000)] == list(range(1, 4001))
    with pytest.raises(SettingsError, match=r"ended while it was read \(DivisionByZero\)"):
        list(rows)


def test_nothing_is_written(server: str) -> None:
    with pytest.raises(SettingsError, match="--query"):
        asked(server, "CREATE TABLE people (id int)")
    with pytest.raises(SettingsError, match=r'relation "people" does not exist'):
        asked(server, "SELECT * FROM people")


def test_an_error_does_not_quote_what_rows_hold(server: str) -> None:
    with pytest.raises(SettingsError, match=r"does not answer --query: InvalidTextRepresentation\.") as caught:
        asked(server, "SELECT name::int AS id FROM (VALUES ('ann@x.example')) AS people(name)")
    assert "ann@" not in str(caught.value)


def test_a_wrong_password_is_said_and_not_shown(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "another secret")
    with pytest.raises(SettingsError, match="password authentication failed for user") as caught:
        asked(server, "SELECT 1 AS id")
    assert "another secret" not in str(caught.value)
