"""The folder of a run, in every state in which a kill can leave it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.mailing.account import Account
from dovetail.mailing.job import Form
from dovetail.mailing.ledger import Ledger
from dovetail.mailing.recipients import Partition

MARKS = {"the template": "1", "--text": "False"}
ONE = Partition(3, 16, 20, 5, 160)


def opened(out: Path, *, fresh: bool = False, marks: dict[str, str] = MARKS) -> Ledger:
    ledger = Ledger(out)
    ledger.open(marks, fresh=fresh)
    return ledger


def commit(ledger: Ledger, text: str, form: Form) -> None:
    with ledger.working(ONE) as output:
        if form == "files":
            output.mkdir()
            (output / "1.html").write_text(text, encoding="utf-8")
        else:
            output.write_text(text, encoding="utf-8")
        ledger.commit(ONE, form, output, Account(written=5))


def mail(out: Path, form: Form) -> str:
    return (out / ("part-000003/1.html" if form == "files" else "part-000003.parquet")).read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["files", "parquet"])
def test_a_partition_is_done_when_its_account_is_there(tmp_path: Path, form: Form) -> None:
    ledger = opened(tmp_path / "out")
    assert ledger.account(ONE) is None
    commit(ledger, "hello", form)
    assert ledger.account(ONE) == Account(written=5)
    assert mail(tmp_path / "out", form) == "hello"
    ledger.close()


@pytest.mark.parametrize("form", ["files", "parquet"])
def test_output_of_which_there_is_no_account_is_replaced(tmp_path: Path, form: Form) -> None:
    ledger = opened(tmp_path)
    commit(ledger, "of a run that ended before it wrote the account", form)
    (tmp_path / ".dovetail" / "part-000003.json").unlink()
    if form == "files":
        (tmp_path / "part-000003" / "2.html").write_text("a mail that no longer exists", encoding="utf-8")
    commit(ledger, "new", form)
    assert mail(tmp_path, form) == "new"
    assert not (tmp_path / "part-000003" / "2.html").exists()
    ledger.close()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"written": "5"}'])
def test_a_damaged_account_counts_as_none(tmp_path: Path, text: str) -> None:
    ledger = opened(tmp_path)
    (tmp_path / ".dovetail" / "part-000003.json").write_text(text, encoding="utf-8")
    assert ledger.account(ONE) is None
    ledger.close()


def test_what_a_killed_worker_was_writing_is_removed(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    work = tmp_path / ".dovetail" / "work"
    (work / "part-000003.abc").mkdir()
    (work / "part-000003.abc" / "output").write_text("half", encoding="utf-8")
    ledger.close()
    opened(tmp_path).close()
    assert sorted(path.name for path in (tmp_path / ".dovetail").iterdir()) == ["lock", "run.json"]


def test_a_failed_partition_leaves_nothing(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    with pytest.raises(FileNotFoundError), ledger.working(ONE) as output:
        (output / "there is no such folder").write_text("half", encoding="utf-8")
    assert list((tmp_path / ".dovetail" / "work").iterdir()) == []
    ledger.close()


def test_clearing_that_was_killed_is_finished_by_the_next_run(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    commit(ledger, "old", "parquet")
    ledger.close()
    # As --fresh leaves it when it is killed after its first step.
    (tmp_path / ".dovetail" / "run.json").write_text('{"clearing": "yes"}', encoding="utf-8")
    ledger = opened(tmp_path)
    assert ledger.account(ONE) is None
    assert not (tmp_path / "part-000003.parquet").exists()
    ledger.close()


def test_all_that_changed_is_named(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(SettingsError, match="the template and --text are not what they were"):
        opened(tmp_path, marks={"the template": "2", "--text": "True"})
    # The refused run has let go of the folder.
    opened(tmp_path).close()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"marks": 1}'])
def test_a_folder_whose_marks_are_damaged_is_not_written_to(tmp_path: Path, text: str) -> None:
    opened(tmp_path).close()
    (tmp_path / ".dovetail" / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.json is damaged.*--fresh"):
        opened(tmp_path)


def test_damaged_marks_are_mended_by_a_fresh_start(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / ".dovetail" / "run.json").write_text("{", encoding="utf-8")
    opened(tmp_path, fresh=True).close()
    assert json.loads((tmp_path / ".dovetail" / "run.json").read_text(encoding="utf-8")) == {"marks": MARKS}


def test_fresh_leaves_a_folder_alone_that_no_run_has_written(tmp_path: Path) -> None:
    (tmp_path / "part-000001.parquet").write_text("mine", encoding="utf-8")
    opened(tmp_path, fresh=True).close()
    assert (tmp_path / "part-000001.parquet").read_text(encoding="utf-8") == "mine"
