"""`dovetail mail` with text files that are not UTF-8."""

from __future__ import annotations

import json

import pytest

from tests.cli.dovetail_process import CommandLine

MAIL = ("mail", "a.tpl", "--recipients", "people.csv", "--out", "mails")


@pytest.mark.parametrize("more", [[], ["--workers", "2", "--partition", "1"]])
def test_what_was_assumed_stands_in_the_account(dovetail: CommandLine, more: list[str]) -> None:
    dovetail.write("a.tpl", "Hi {$profile.name}")
    (dovetail.folder / "people.csv").write_bytes("id,name\n1,Zoë\n2,André\n".encode("cp1252"))
    done = dovetail(*MAIL, *more, "--report", "report.json")
    assert done.code == 0
    mails = sorted(path.read_text(encoding="utf-8") for path in (dovetail.folder / "mails").rglob("*.html"))
    assert mails == ["Hi André", "Hi Zoë"]
    note = "the recipients were read as Windows-1252, since people.csv is not UTF-8; --encoding says it otherwise"
    assert f"  note: {note}\n" in done.err
    assert json.loads(dovetail.read("report.json"))["notes"] == [note]


def test_what_cannot_be_told_is_asked(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "Hi {$profile.name}")
    (dovetail.folder / "people.csv").write_bytes("id,name\n1,Wałęsa\n".encode("cp1250"))
    refused = dovetail(*MAIL)
    assert refused.code == 1
    assert "people.csv is not UTF-8, and what else it is cannot be told" in refused.err
    assert not (dovetail.folder / "mails").exists()

    done = dovetail(*MAIL, "--encoding", "windows-1250")
    assert (done.code, dovetail.read("mails/1.html"), done.err) == (0, "Hi Wałęsa", "")


def test_another_encoding_is_another_mailing(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "Hi {$profile.name}")
    (dovetail.folder / "people.csv").write_bytes(b"id,name\n1,Ren\xe9\n")
    assert dovetail(*MAIL, "--partition", "5").code == 0
    done = dovetail(*MAIL, "--partition", "5", "--encoding", "iso-8859-2")
    assert done.code == 1
    assert "--encoding is not what it was then. Add --fresh" in done.err
