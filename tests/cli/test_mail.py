"""`dovetail mail`: one file for every good row, a reason for every other."""

from __future__ import annotations

import json
import os
import pty
import resource
import subprocess
import sys

import pytest

from tests.cli.dovetail_process import ROOT, CommandLine

PEOPLE = "id,firstname,price\n1,Ann,5\n2\n3,Bo & Co,abc\n4,Cy,7\n"


def mails(dovetail: CommandLine, folder: str = "mails") -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((dovetail.folder / folder).iterdir())}


def test_every_row_becomes_a_file_with_its_own_values(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "Hi {$profile.firstname}")
    dovetail.write("people.jsonl", '{"id": 1, "firstname": "Ann"}\n{"id": 2, "firstname": "Bo & Co"}\n')
    done = dovetail("mail", "a.tpl", "--recipients", "people.jsonl", "--out", "new/mails")
    assert (done.code, mails(dovetail, "new/mails")) == (0, {"1.html": "Hi Ann", "2.html": "Hi Bo &amp; Co"})
    assert done.out == "2 written to new/mails, 0 failed; 0 requests to shops, 0 answers from the cache\n"


def test_text_mails_are_not_escaped_and_end_in_txt(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.n}")
    dovetail.write("people.csv", "id,n\n1,R&D\n")
    assert dovetail("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails", "--text").code == 0
    assert mails(dovetail) == {"1.txt": "R&D"}


def test_rows_that_fail_are_named_with_the_reason_and_the_others_are_written(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.firstname}\n{if $profile.price == 'abc'}{include 'no.tpl'}{/if}")
    dovetail.write("people.csv", PEOPLE)
    done = dovetail("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails", "--report", "report.json")

    assert done.code == 1
    assert mails(dovetail) == {"1.html": "Ann\n", "4.html": "Cy\n"}
    assert "2 written to mails, 2 failed" in done.out
    assert "row 3: it has 1 value for 3 columns" in done.err
    assert "row 4: a.tpl:2:" in done.err
    assert "Bo & Co" not in done.err
    report = json.loads(dovetail.read("report.json"))
    assert (report["written"], [item["row"] for item in report["failed"]]) == (2, [3, 4])


def test_many_rows_with_one_reason_are_one_line(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    dovetail.write("people.csv", "id,name\n" + "x\n" * 30)
    done = dovetail("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails")
    assert "  row 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 20 more: it has 1 value for 2 columns\n" in done.err


@pytest.mark.parametrize(
    ("template", "people", "out", "expected"),
    [
        ("{if}", PEOPLE, "mails", "a.tpl:1:"),
        ("hi", None, "mails", "there is no recipients file people.csv"),
        ("hi", "", "mails", "people.csv is empty"),
        ("hi", PEOPLE, "a.tpl/mails", "mails cannot be written to a.tpl/mails: Not a directory"),
    ],
)
def test_what_no_mail_can_do_without_stops_before_the_first(
    dovetail: CommandLine, template: str, people: str | None, out: str, expected: str
) -> None:
    dovetail.write("a.tpl", template)
    if people is not None:
        dovetail.write("people.csv", people)
    done = dovetail("mail", "a.tpl", "--recipients", "people.csv", "--out", out)
    assert done.code == 1
    assert expected in done.err
    assert not list(dovetail.folder.rglob("*.html"))


def test_a_disk_that_fills_up_stops_the_mailing_and_keeps_what_is_written(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{for $i = 1 to $profile.lines}0123456789{/for}")
    dovetail.write("people.csv", "id,lines\n1,3\n2,90\n3,5000\n4,1\n")
    # A limit on the size of files makes the operating system refuse a write half-way, as a full disk does.
    done = subprocess.run(
        [sys.executable, "-B", "-m", "dovetail", "mail", "a.tpl", "--recipients", "people.csv", "--out", "mails"],
        cwd=dovetail.folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(dovetail.folder)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )
    assert done.returncode == 1
    assert {name: len(text) for name, text in mails(dovetail).items()} == {"1.html": 30, "2.html": 900}
    assert "the mailing stopped: the mail of row 4 cannot be written to mails: File too large" in done.stderr
    assert "The 2 mails before it are there and whole; make room and run the same command again" in done.stderr
    assert "2 written to mails" in done.stdout


def test_rows_of_many_chunks_all_get_their_own_mail(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$profile.id}")
    dovetail.write("people.csv", "id\n" + "".join(f"{number}\n" for number in range(3000)))
    done = dovetail("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails")
    assert done.code == 0
    assert mails(dovetail) == {f"{number}.html": str(number) for number in range(3000)}


def test_a_terminal_sees_a_progress_bar(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    dovetail.write("people.csv", "id\n1\n2\n")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "dovetail", "mail", "a.tpl", "--recipients", "people.csv", "--out", "mails"],
        cwd=dovetail.folder,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    ) as process:
        assert process.wait(60) == 0
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "Rendering" in shown
    assert "100%" in shown
