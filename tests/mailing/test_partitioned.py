"""Runs in partitions, in what a command line can hardly be brought to show: changes while a mailing runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dovetail.errors import SettingsError
from dovetail.mailing.account import Account
from dovetail.mailing.job import Job
from dovetail.mailing.ledger import Ledger
from dovetail.mailing.part import Renderer
from dovetail.mailing.partitioned import run_partitioned
from dovetail.mailing.recipients import Partition, cut
from dovetail.mailing.workers import Done


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "a.tpl").write_text("{$profile.id}{include 'inc.tpl'}", encoding="utf-8")
    (tmp_path / "inc.tpl").write_text("!", encoding="utf-8")
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{number}\n" for number in range(40)), encoding="utf-8")
    return Job(tmp_path / "a.tpl", tmp_path / "people.csv", tmp_path / "out", "parquet", 10)


def here(job: Job, partitions: Sequence[Partition], _first_alone: bool, *, change: Path | None = None) -> Done:
    """An engine of this process with a new worker for each partition; a file is changed after the second one."""
    for number, partition in enumerate(partitions):
        with Renderer(job) as worker:
            account = worker.render(partition)
        if number == 1 and change is not None:
            change.write_text(change.read_text(encoding="utf-8") + "?\n", encoding="utf-8")
        yield partition, account


def test_a_run_is_all_partitions(job: Job) -> None:
    account = run_partitioned(job, here)
    assert (account.written, account.stopped, sorted(account.templates)) == (40, "", ["a.tpl", "inc.tpl"])


@pytest.mark.parametrize(
    ("file", "changed", "named"),
    [
        ("a.tpl", {}, "the template is"),
        ("inc.tpl", {}, "the template inc.tpl is"),
        ("people.csv", {}, "the recipients file is"),
        ("shared.json", {}, "the file of --shared is"),
        ("dovetail.toml", {}, "the settings file is"),
        ("", {"text": True}, "--text is"),
        ("", {"size": 7}, "--partition is"),
        ("", {"form": "files"}, "--format is"),
        ("a.tpl", {"text": True}, "the template and --text are"),
    ],
)
def test_mails_of_different_runs_are_not_mixed(
    job: Job, tmp_path: Path, file: str, changed: dict[str, Any], named: str
) -> None:
    (tmp_path / "shared.json").write_text("{}", encoding="utf-8")
    (tmp_path / "dovetail.toml").write_text("", encoding="utf-8")
    job = replace(job, shared=tmp_path / "shared.json", config=tmp_path / "dovetail.toml")
    run_partitioned(job, here)
    before = {path: path.read_bytes() for path in job.out.glob("*.parquet")}
    assert len(before) == 4

    if file:
        with (tmp_path / file).open("a", encoding="utf-8") as stream:
            stream.write("\n")
    other = replace(job, **changed)
    with pytest.raises(SettingsError, match=f"{named} not what (it was|they were) then. Add --fresh"):
        run_partitioned(other, here)
    assert {path: path.read_bytes() for path in job.out.glob("*.parquet")} == before

    assert run_partitioned(other, here, fresh=True).written == 40
    assert len(list(job.out.glob("part-*"))) == (6 if "size" in changed else 4)
    # The other way round it is another mailing too.
    if changed:
        with pytest.raises(SettingsError, match=r"not what .* then\. Add --fresh"):
            run_partitioned(job, here)


def test_a_template_that_changes_while_it_is_rendered_stops_the_run(job: Job) -> None:
    account = run_partitioned(job, partial(here, change=job.template.with_name("inc.tpl")))
    assert "the template inc.tpl changed while it was rendered. Add --fresh" in account.stopped
    assert len(list(job.out.glob("*.parquet"))) == 3
    with pytest.raises(SettingsError, match=r"the template inc\.tpl is not what it was then"):
        run_partitioned(job, here)
    assert run_partitioned(job, here, fresh=True).written == 40


def test_recipients_that_change_while_they_are_read_stop_the_run(job: Job) -> None:
    account = run_partitioned(job, partial(here, change=job.recipients))
    assert "the recipients were written to while mails were rendered from them. Add --fresh" in account.stopped


def test_a_worker_keeps_a_template_as_it_first_read_it(job: Job) -> None:
    ledger = Ledger(job.out)
    ledger.open({}, fresh=False)
    with Renderer(job) as worker:
        one, other, *_ = cut(job.recipients, job.size)
        before = worker.render(one).templates
        job.template.with_name("inc.tpl").write_text("?", encoding="utf-8")
        assert worker.render(other).templates == before
    ledger.close()


def test_a_partition_that_is_done_is_not_rendered_again(job: Job) -> None:
    # A worker may be killed between a partition's account and its word that it is done.
    run_partitioned(job, here)
    paths = sorted(job.out.glob("*.parquet"))
    before = [path.stat().st_mtime_ns for path in paths]
    with Renderer(job) as worker:
        assert worker.render(cut(job.recipients, job.size)[2]).written == 10
    assert [path.stat().st_mtime_ns for path in paths] == before


def test_a_folder_that_takes_no_more_stops_the_run_and_keeps_what_is_done(job: Job) -> None:
    def full(job: Job, partitions: Sequence[Partition], first_alone: bool) -> Done:
        for number, done in enumerate(here(job, partitions, first_alone)):
            yield done
            if number == 0:  # a file in the place of the folder for what is being written
                (job.out / ".dovetail" / "work").rmdir()
                (job.out / ".dovetail" / "work").write_text("", encoding="utf-8")

    account = run_partitioned(job, full)
    assert (account.written, len(list(job.out.glob("*.parquet")))) == (10, 1)
    assert "rows 12 to 21 cannot be written to" in account.stopped
    assert "make room and run the same command again" in account.stopped
    (job.out / ".dovetail" / "work").unlink(missing_ok=True)
    assert run_partitioned(job, here).written == 40


def test_a_worker_of_another_version_does_not_join(job: Job) -> None:
    def engine(job: Job, partitions: Sequence[Partition], _first_alone: bool) -> Done:
        with pytest.raises(SettingsError, match=r"the mailing began with 0\.0\.0\. Install the same everywhere"):
            Renderer(replace(job, program="0.0.0"))
        yield partitions[0], Account()

    run_partitioned(job, engine)
