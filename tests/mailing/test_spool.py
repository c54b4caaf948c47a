"""One file per mail: safe names, never two mails in one file, never half a file."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.mailing.rows import Recipient
from dovetail.mailing.spool import Spool


def someone(row: int, **profile: object) -> Recipient:
    return Recipient(row, {"profile": profile})


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"id": 7, "email": "ann@x.example"}, "7.html"),
        ({"Email": " ann@x.example "}, "ann@x.example.html"),
        ({"name": "Ann"}, "row-5.html"),
        ({"id": ""}, "row-5.html"),
        ({"id": "../../etc/passwd"}, "_.._etc_passwd.html"),
        ({"id": "/etc/passwd"}, "_etc_passwd.html"),
        ({"id": ".."}, "row-5.html"),
        ({"id": ".hidden"}, "hidden.html"),
        ({"id": "a\\b:c\0d\ne"}, "a_b_c_d_e.html"),
        ({"id": "CON"}, "_CON.html"),
        ({"id": "nul.txt"}, "_nul.txt.html"),
        ({"id": "x" * 5000}, "x" * 100 + ".html"),
        ({"id": True}, "row-5.html"),
    ],
)
def test_a_file_is_called_after_its_recipient_and_stays_in_the_folder(
    tmp_path: Path, profile: dict[str, object], name: str
) -> None:
    path = Spool(tmp_path).write(someone(5, **profile), b"hello")
    assert path.name == name
    assert path.parent == tmp_path
    assert path.read_text(encoding="utf-8") == "hello"


def test_two_recipients_never_share_a_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    ids = ["a", "A", "a", "a/b", "a?b", "a-row-7", "a"]
    paths = [spool.write(someone(row, id=ident), str(row).encode()) for row, ident in enumerate(ids, start=1)]
    assert len({path.name.casefold() for path in paths}) == len(ids)
    assert [path.read_text(encoding="utf-8") for path in paths] == ["1", "2", "3", "4", "5", "6", "7"]


def test_line_ends_stay_as_the_template_wrote_them(tmp_path: Path) -> None:
    path = Spool(tmp_path).write(someone(1), "a\r\nb\n€".encode())
    assert path.read_bytes() == b"a\r\nb\n\xe2\x82\xac"


def test_a_mail_of_an_earlier_run_is_replaced_whole(tmp_path: Path) -> None:
    Spool(tmp_path).write(someone(1, id=1), b"the old, longer mail")
    Spool(tmp_path).write(someone(1, id=1), b"new")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("1.html", "new")]


def test_a_folder_that_cannot_be_made_is_known_before_any_mail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mails cannot be written to .*: .*Choose another folder with --out"):
        Spool(tmp_path / "file" / "mails").open()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_opening_leaves_nothing_behind(tmp_path: Path) -> None:
    Spool(tmp_path / "a" / "b").open()
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_disk_that_is_full_keeps_the_mails_before_it_whole(tmp_path: Path) -> None:
    # A limit on the size of files makes the operating system refuse a write half-way, as a full disk does.
    script = """
import sys
from pathlib import Path
from dovetail.errors import SettingsError
from dovetail.mailing.rows import Recipient
from dovetail.mailing.spool import Spool
spool = Spool(Path(sys.argv[1]))
for row, size in [(2, 10), (3, 900), (4, 5000)]:
    try:
        spool.write(Recipient(row, {"profile": {"id": row}}), b"x" * size)
    except SettingsError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert "the mail of row 4 cannot be written" in done.stdout
    assert "The 2 mails before it are there and whole" in done.stdout
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {"2.html": 10, "3.html": 900}
