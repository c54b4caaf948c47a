"""`dovetail mail` with recipients out of a database: streamed in one go, kept in partitions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.dovetail_process import CommandLine
from tests.cli.mailing_process import ONLY_OURS, accounts, at_work, left_over, mails_in_files, running, until

QUERY = "SELECT id, name, price FROM people ORDER BY id"
MAIL = ("mail", "a.tpl", "--recipients", "sqlite:///people.db", "--out", "mails", "--query", QUERY)
KEPT = ".dovetail/recipients.rows"


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "people.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def people(dovetail: CommandLine) -> CommandLine:
    dovetail.write("a.tpl", "Hi {$profile.name}{if $profile.price === 7}!{/if}")
    numbers = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 40) SELECT * FROM n"
    change(
        dovetail.folder,
        "CREATE TABLE people (id INTEGER, name TEXT, price INTEGER)",
        f"INSERT INTO people SELECT id, 'Ann ' || id, id FROM ({numbers})",
        "UPDATE people SET name = CAST(X'E9' AS TEXT) WHERE id = 5",
    )
    return dovetail


EXPECTED = {f"{number}.html": f"Hi Ann {number}{'!' * (number == 7)}" for number in range(1, 41) if number != 5}


@pytest.mark.parametrize(
    "more", [[], ["--partition", "7"], ["--partition", "7", "--workers", "2"], ["--partition", "7", "--engine", "dask"]]
)
def test_every_row_of_a_query_becomes_a_mail(people: CommandLine, more: list[str]) -> None:
    done = people(*MAIL, *more)
    assert done.code == 1
    assert mails_in_files(people.folder / "mails") == EXPECTED
    assert done.out.startswith("39 written to mails, 1 failed;")
    assert done.err == "  row 5: column `name`: it is not UTF-8 text\n"


def test_a_run_that_goes_on_mails_to_the_rows_that_it_began_with(people: CommandLine) -> None:
    out = people.folder / "mails"
    people.write("a.tpl", "{for $i = 1 to 3000}{/for}Hi {$profile.name}{if $profile.price === 7}!{/if}")
    with running(people, *MAIL, "--partition", "2") as process:
        until(lambda: len(accounts(out)) >= 2 and at_work(out))
        process.kill()
        process.wait()
    before = len(accounts(out))
    assert before < 20
    # Another order, other people, other values: the database lives on.
    change(people.folder, "DELETE FROM people WHERE id % 2 = 1", "UPDATE people SET id = 100 - id, name = 'Bo'")
    done = people(*MAIL, "--partition", "2")
    assert done.out.startswith("39 written to mails, 1 failed;")
    assert mails_in_files(out) == EXPECTED
    assert sorted(left_over(out)) == sorted([*ONLY_OURS, KEPT])

    again = people(*MAIL, "--partition", "2", "--fresh")
    assert again.code == 0
    assert set(mails_in_files(out).values()) == {"Hi Bo"}


def test_another_query_or_database_is_another_mailing(people: CommandLine) -> None:
    assert people(*MAIL, "--partition", "20").code == 1
    other = people(*MAIL[:-1], "SELECT id, name, price FROM people", "--partition", "20")
    assert "the database or --query is not what it was then. Add --fresh" in other.err
    people.write("people.csv", "id,name\n1,Ann\n")
    file = people("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails", "--partition", "20")
    assert "the database or --query and the recipients file are not what they were then" in file.err
    (people.folder / "mails" / KEPT).unlink()
    gone = people(*MAIL, "--partition", "20")
    assert "recipients.rows, from which its mails were made, is gone. Add --fresh" in gone.err
    assert mails_in_files(people.folder / "mails") == EXPECTED


@pytest.mark.parametrize("more", [[], ["--partition", "20"]])
def test_a_query_that_fails_can_be_written_better(people: CommandLine, more: list[str]) -> None:
    wrong = people(*MAIL[:-1], "SELECT id, nme FROM people", *more)
    assert wrong.code == 1
    assert "the sqlite database does not answer --query: no such column: nme" in wrong.err
    assert not (people.folder / "mails").exists()
    people(*MAIL, *more)
    assert mails_in_files(people.folder / "mails") == EXPECTED


def test_a_query_that_fails_removes_no_mails(people: CommandLine) -> None:
    people(*MAIL, "--partition", "20")
    wrong = people(*MAIL[:-1], "SELECT id, nme FROM people", "--partition", "20", "--fresh")
    assert "no such column: nme" in wrong.err
    assert mails_in_files(people.folder / "mails") == EXPECTED


def test_a_query_that_fails_half_way_leaves_no_rows_and_can_be_written_better(people: CommandLine) -> None:
    fails = "SELECT id, name, json_extract(CASE id WHEN 30 THEN '-' ELSE '{}' END, '$') AS price FROM people"
    wrong = people(*MAIL[:-1], fails, "--partition", "20")
    assert wrong.code == 1
    assert "the sqlite database ended while it was read (OperationalError). Run the same command again" in wrong.err
    assert left_over(people.folder / "mails") == [".dovetail/lock"]
    people(*MAIL, "--partition", "20")
    assert mails_in_files(people.folder / "mails") == EXPECTED


def test_the_rows_that_are_kept_are_for_their_owner_only(people: CommandLine) -> None:
    people(*MAIL, "--partition", "20")
    assert (people.folder / "mails" / KEPT).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (["--recipients", "sqlite:///people.db"], 2, "a database needs a question"),
        (["--recipients", "people.csv", "--query", "SELECT 1"], 2, "--query and --password-from are for a database"),
        (["--recipients", "sqlite:///x.db", "--query", "SELECT 1", "--encoding", "utf-8"], 2, "--encoding is for text"),
        (["--recipients", "sqlite:///x.db", "--query", "SELECT 1"], 1, "there is no database x.db"),
        (
            ["--recipients", "postgresql://a:hunter2@db/x", "--query", "SELECT 1"],
            1,
            "a password stands in --recipients",
        ),
        (
            ["--recipients", "sqlite:///people.db", "--query", "SELECT 1", "--password-from", "hunter2"],
            2,
            "never the password itself: env:NAME",
        ),
        (
            ["--recipients", "sqlite:///people.db", "--query", "SELECT 1", "--password-from", "env:NO_SUCH"],
            1,
            "the environment variable NO_SUCH is not set",
        ),
    ],
)
def test_wrong_use_is_said(people: CommandLine, options: list[str], code: int, expected: str) -> None:
    done = people("mail", "a.tpl", "--out", "mails", *options)
    assert (done.code, expected in done.err) == (code, True), done.err
    assert "hunter2" not in done.err
    assert not (people.folder / "mails").exists()


def test_a_password_is_nowhere_in_what_a_mailing_leaves(people: CommandLine) -> None:
    done = people(
        *MAIL, "--password-from", "env:DB_PASSWORD", "--partition", "20", "--report", "r.json", DB_PASSWORD="hunter2"
    )
    for path in people.folder.rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes(), path
    assert "hunter2" not in done.out + done.err
