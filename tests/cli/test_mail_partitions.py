"""`dovetail mail` on many cores and machines: the same mails whoever renders them, and each of them once.

Processes here are real ones, and are really killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as files
import pytest

from tests.cli.dovetail_process import CommandLine
from tests.cli.mailing_process import (
    ONLY_OURS,
    accounts,
    at_work,
    dask_cluster,
    is_running,
    left_over,
    mails_in_files,
    mails_in_parquet,
    running,
    until,
    workers_of,
)
from tests.doubles.shop import Shop

ROWS = 120
FAST = "{$profile.id}: {$profile.name|escape} {$mailing.title}{if $profile.name == 'Ann 7'}{include 'no.tpl'}{/if}"
SLOW = "{for $i = 1 to 60000}{/for}{$profile.id}"
"""A partition of ten such mails takes long enough to be met at work."""


def write_people(dovetail: CommandLine, rows: int = ROWS) -> None:
    lines = [f"{number},Ann {number}" for number in range(1, rows + 1)]
    if rows > 20:
        lines[20] = "only one value"
    dovetail.write("people.csv", "id,name\n" + "\n".join(lines) + "\n")
    dovetail.write("shared.json", '{"mailing": {"title": "Spring & Co"}}')


def options(out: str, *more: str, partition: int = 10) -> list[str]:
    return [
        *("mail", "a.tpl", "--recipients", "people.csv", "--shared", "shared.json", "--out", out),
        *("--partition", str(partition), *more),
    ]


def test_the_mails_are_the_same_whoever_renders_them(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", FAST)
    write_people(dovetail)
    plain = dovetail(*options("plain")[:-2], "--report", "plain.json")
    in_files = dovetail(*options("files", "--workers", "3"))
    in_parquet = dovetail(*options("parquet", "--workers", "2", "--format", "parquet", "--report", "parquet.json"))
    by_one = dovetail(*options("one", "--format", "parquet", partition=1000))
    by_dask = dovetail(*options("dask", "--engine", "dask", "--workers", "2", "--format", "parquet"))

    texts = mails_in_files(dovetail.folder / "plain")
    assert texts["9.html"] == "9: Ann 9 Spring &amp; Co"
    assert len(texts) == ROWS - 2
    assert mails_in_files(dovetail.folder / "files") == texts
    rows = mails_in_parquet(dovetail.folder / "parquet")
    assert [row["row"] for row in rows] == list(range(2, ROWS + 2))
    assert {f"{row['name']}.html": row["body"] for row in rows if row["body"] is not None} == texts
    assert [(row["row"], row["name"]) for row in rows if row["error"] is not None] == [(8, "7"), (22, "row-22")]
    assert mails_in_parquet(dovetail.folder / "one") == rows
    assert mails_in_parquet(dovetail.folder / "dask") == rows

    report, in_one_go = (json.loads(dovetail.read(name)) for name in ("parquet.json", "plain.json"))
    assert list(report["templates"]) == ["a.tpl"]
    assert {**report, "templates": {}} == in_one_go
    for done in (plain, in_files, in_parquet, by_one, by_dask):
        assert done.code == 1
        assert f"{ROWS - 2} written to " in done.out
        assert "row 22: it has 1 value for 2 columns" in done.err
        assert "row 8: a.tpl:1:" in done.err
    for out in ("files", "parquet", "one", "dask"):
        assert sorted(left_over(dovetail.folder / out)) == ONLY_OURS


@pytest.mark.parametrize("form", ["files", "parquet"])
def test_the_partition_of_a_killed_worker_goes_to_another(dovetail: CommandLine, form: str) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    out = dovetail.folder / "mails"
    with running(dovetail, *options("mails", "--workers", "2", "--format", form)) as process:
        until(lambda: len(accounts(out)) >= 2 and at_work(out) and len(workers_of(process)) == 2)
        os.kill(workers_of(process)[0], signal.SIGKILL)
        said, complained = process.communicate(timeout=100)
    assert process.returncode == 1  # of the broken row
    assert f"{ROWS - 1} written to mails, 1 failed" in said
    assert "not done" not in complained
    assert len(accounts(out)) == 12
    assert sorted(left_over(out)) == ONLY_OURS
    if form == "parquet":
        assert [row["row"] for row in mails_in_parquet(out)] == list(range(2, ROWS + 2))
    else:
        expected = {f"{number}.html": str(number) for number in range(1, ROWS + 1) if number != 21}
        assert mails_in_files(out) == expected


@pytest.mark.parametrize("form", ["files", "parquet"])
def test_a_killed_run_goes_on_where_it_was(dovetail: CommandLine, form: str) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    out = dovetail.folder / "mails"
    with running(dovetail, *options("mails", "--workers", "2", "--format", form)) as process:
        until(lambda: len(accounts(out)) >= 3 and at_work(out))
        workers = workers_of(process)
        process.kill()
        process.wait()
        # Nobody tells the workers; they end by themselves.
        until(lambda: not any(map(is_running, workers)))
    done_before = {path: path.stat().st_mtime_ns for path in accounts(out)}
    assert 3 <= len(done_before) < 12

    again = dovetail(*options("mails", "--workers", "2", "--format", form, "--report", "report.json"))
    assert f"{ROWS - 1} written to mails, 1 failed" in again.out
    assert f"{len(done_before) * 10} of {ROWS} rows were done by an earlier run" in again.err
    assert {path: path.stat().st_mtime_ns for path in done_before} == done_before
    report = json.loads(dovetail.read("report.json"))
    assert (report["written"], [item["row"] for item in report["failed"]]) == (ROWS - 1, [22])
    assert sorted(left_over(out)) == ONLY_OURS
    if form == "parquet":
        assert [row["row"] for row in mails_in_parquet(out)] == list(range(2, ROWS + 2))
    else:
        assert len(mails_in_files(out)) == ROWS - 1

    nothing = dovetail(*options("mails", "--workers", "2", "--format", form))
    assert f"{ROWS} of {ROWS} rows were done by an earlier run" in nothing.err
    assert nothing.out == again.out


def test_a_partition_that_ends_its_workers_is_left_and_the_others_are_done(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    out = dovetail.folder / "mails"
    with running(dovetail, *options("mails", "--workers", "1", "--format", "parquet")) as process:
        for _ in range(3):
            until(lambda: at_work(out, "part-000004.") and workers_of(process))
            (worker,) = workers_of(process)
            os.kill(worker, signal.SIGKILL)
            until(lambda: not is_running(worker))  # noqa: B023  (called at once)
            for path in (out / ".dovetail" / "work").glob("part-000004.*"):
                path.rename(path.with_name("killed"))  # so that the next attempt is told from this one
                subprocess.run(["rm", "-rf", path.with_name("killed")], check=True)
        said, complained = process.communicate(timeout=100)
    assert process.returncode == 1
    assert f"{ROWS - 11} written to mails, 1 failed" in said
    assert "rows 42 to 51 were not done: 3 workers ended over them: the last by SIGKILL" in complained
    assert "The same command does them once more" in complained
    assert len(accounts(out)) == 11

    again = dovetail(*options("mails", "--workers", "1", "--format", "parquet"))
    assert f"{ROWS - 1} written to mails, 1 failed" in again.out
    assert [row["row"] for row in mails_in_parquet(out)] == list(range(2, ROWS + 2))


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_ctrl_c_ends_all_of_it_and_keeps_what_is_done(dovetail: CommandLine, engine: str) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    out = dovetail.folder / "mails"
    with running(dovetail, *options("mails", "--workers", "2", "--format", "parquet", "--engine", engine)) as process:
        until(lambda: accounts(out) and at_work(out))
        workers = workers_of(process)
        assert workers
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        _said, complained = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in complained
    assert "Traceback" not in complained
    assert not any(map(is_running, workers))
    assert sorted(left_over(out)) == ONLY_OURS
    assert dovetail(*options("mails", "--workers", "2", "--format", "parquet")).code == 1
    assert [row["row"] for row in mails_in_parquet(out)] == list(range(2, ROWS + 2))


def test_mails_of_different_runs_are_not_mixed(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.id}")
    write_people(dovetail, 30)
    command = options("mails", "--format", "parquet")
    out = dovetail.folder / "mails"
    dovetail(*command)
    before = mails_in_parquet(out)
    assert len(before) == 30

    dovetail.write("a.tpl", "other {$profile.id}")
    refused = dovetail(*command)
    assert refused.code == 1
    assert "mails holds a part of another mailing: the template is not what it was then" in refused.err
    assert "Add --fresh to remove its mails and begin again, or choose another folder with --out" in refused.err
    assert mails_in_parquet(out) == before

    dovetail(*command, "--fresh")
    assert [row["body"] for row in mails_in_parquet(out)][:2] == ["other 1", "other 2"]
    assert sorted(left_over(out)) == ONLY_OURS


def test_fresh_removes_what_runs_made_and_nothing_else(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.id}")
    write_people(dovetail, 30)
    dovetail(*options("mails", "--format", "parquet"))
    dovetail.write("mails/mine.txt", "mine")
    dovetail.write("mails/part-one/mine.txt", "mine")
    write_people(dovetail, 10)
    assert "0 failed" in dovetail(*options("mails", "--format", "parquet", "--fresh")).out
    out = dovetail.folder / "mails"
    assert sorted(path.name for path in out.iterdir()) == [".dovetail", "mine.txt", "part-000000.parquet", "part-one"]


def test_mails_that_were_fetched_are_not_made_again(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.id}")
    write_people(dovetail, 30)
    first = dovetail(*options("mails", "--format", "parquet"))
    (dovetail.folder / "mails" / "part-000001.parquet").unlink()
    assert dovetail(*options("mails", "--format", "parquet")).out == first.out
    assert len(mails_in_parquet(dovetail.folder / "mails")) == 20


def test_two_runs_do_not_share_a_folder(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    with running(dovetail, *options("mails", "--workers", "1")) as process:
        until(lambda: accounts(dovetail.folder / "mails"))
        process.send_signal(signal.SIGSTOP)  # so that it does not end before the other begins
        other = dovetail(*options("mails", "--workers", "1"))
    assert other.code == 1
    assert "another run is writing to" in other.err


def test_parquet_in_parquet_out(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.id}:{foreach $profile.lines as $line}{$line.sku},{/foreach}")
    people = [{"id": number, "lines": [{"sku": f"s{number}"}] * (number % 3)} for number in range(25)]
    (dovetail.folder / "people").mkdir()
    for start in (0, 10, 20):
        files.write_table(
            arrow.Table.from_pylist(people[start : start + 10]), dovetail.folder / "people" / f"{start}.parquet"
        )
    command = ("mail", "a.tpl", "--recipients", "people", "--out", "mails", "--format", "parquet", "--workers", "2")
    assert dovetail(*command).code == 0
    expected = [f"{item['id']}:" + f"s{item['id']}," * (int(str(item["id"])) % 3) for item in people]
    assert [row["body"] for row in mails_in_parquet(dovetail.folder / "mails")] == expected
    assert len(list((dovetail.folder / "mails").glob("*.parquet"))) == 3


def test_faults_that_all_mails_would_meet_are_said_before_anything_is_written(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{if}")
    write_people(dovetail)
    done = dovetail(*options("mails", "--workers", "2"))
    assert (done.code, (dovetail.folder / "mails").exists()) == (1, False)
    assert "a.tpl:1:" in done.err
    dovetail.write("a.tpl", "hi")
    dovetail.write("shared.json", "[]")
    assert "shared.json is not one JSON object" in dovetail(*options("mails", "--workers", "2")).err
    dovetail.write("shared.json", "{}")
    dovetail.write("file", "mine")
    assert "mails cannot be written to" in dovetail(*options("file", "--workers", "2")).err


def test_a_scheduler_without_dask_is_wrong_use(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    write_people(dovetail)
    done = dovetail(*options("mails", "--scheduler", "tcp://127.0.0.1:1"))
    assert (done.code, "add --engine dask" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("missing", "more", "extra"),
    [
        ("pyarrow", ["--format", "parquet"], "dovetail-mail[parquet]"),
        ("distributed", ["--engine", "dask"], "dovetail-mail[dask]"),
    ],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    dovetail: CommandLine, tmp_path: Path, missing: str, more: list[str], extra: str
) -> None:
    dovetail.write("a.tpl", "hi")
    write_people(dovetail, 30)
    # Python imports `sitecustomize` at its start: there the module is made one that cannot be found.
    dovetail.write("without/sitecustomize.py", f"import sys\nsys.modules[{missing!r}] = None\n")
    path = os.pathsep.join([str(tmp_path / "without"), str(Path(__file__).parents[2])])
    done = dovetail(*options("mails", *more), PYTHONPATH=path)
    assert done.code == 1
    assert f"pip install '{extra}'" in done.err
    # What needs neither does without.
    assert "29 written to files" in dovetail(*options("files", "--workers", "1"), PYTHONPATH=path).out


def test_killed_dask_workers_and_a_killed_client_lose_nothing(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", SLOW)
    write_people(dovetail)
    out = dovetail.folder / "mails"
    with dask_cluster(dovetail.folder, workers=2) as (address, hands):
        command = options("mails", "--format", "parquet", "--engine", "dask", "--scheduler", address)
        with running(dovetail, *command) as process:
            until(lambda: len(accounts(out)) >= 2 and at_work(out))
            hands[0].kill()
            hands[0].wait()
            killed_at = len(accounts(out))
            until(lambda: len(accounts(out)) > killed_at)
            process.kill()
            process.wait()
        before = {path: path.stat().st_mtime_ns for path in accounts(out)}
        again = dovetail(*command)
    assert f"{ROWS - 1} written to mails, 1 failed" in again.out
    assert "not done" not in again.err
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [row["row"] for row in mails_in_parquet(out)] == list(range(2, ROWS + 2))
    assert [row["body"] for row in mails_in_parquet(out) if row["error"] is None] == [
        str(number) for number in range(1, ROWS + 1) if number != 21
    ]
    assert sorted(left_over(out)) == ONLY_OURS


@pytest.mark.parametrize("more", [[], ["--engine", "dask"]])
def test_many_workers_ask_the_shop_for_shared_data_once(with_shop: CommandLine, shop: Shop, more: list[str]) -> None:
    with_shop.write("a.tpl", "{for $n = 1 to 5}{$mywebshop.product.$n.title}, {/for}{$profile.id}")
    write_people(with_shop, 60)
    command = options("mails", "--format", "parquet", "--workers", "3", "--report", "report.json", *more, partition=5)
    done = with_shop(*command)
    assert "59 written to mails, 1 failed" in done.out
    report = json.loads(with_shop.read("report.json"))
    assert report["requests"] == len(shop.log()) >= 1
    asked = len(shop.log())

    shop.clear()
    alone = CommandLine(with_shop.folder, {**with_shop.environment, "DOVETAIL_CACHE": str(with_shop.folder / "other")})
    alone(*options("alone", "--format", "parquet", partition=1000))
    assert asked == len(shop.log())
    mails = mails_in_parquet(with_shop.folder / "mails")
    assert mails == mails_in_parquet(with_shop.folder / "alone")
    assert all(str(row["body"]).endswith(f", {row['name']}") for row in mails if row["error"] is None)


def test_a_scheduler_that_is_not_there_is_named(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    write_people(dovetail)
    done = dovetail(*options("mails", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"))
    assert done.code == 1
    assert "there is no Dask scheduler at tcp://127.0.0.1:9" in done.err
