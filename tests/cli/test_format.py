"""`dovetail format`: tidies templates in place, or says what it would do."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.cli.dovetail_process import CommandLine

UNTIDY, TIDY = (
    '{If $profile.age>18}{$profile.name|default:"you"}{/If}\n',
    ("{if $profile.age > 18}{$profile.name|default:'you'}{/if}\n"),
)


def test_templates_are_tidied_in_place_and_named(dovetail: CommandLine) -> None:
    dovetail.write("mails/a.tpl", UNTIDY)
    dovetail.write("mails/sub/b.html", TIDY)
    dovetail.write("mails/readme.md", UNTIDY)
    done = dovetail("format", "mails")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"formatted {Path('mails') / 'a.tpl'}",
        "1 changed, 1 left as it is, 0 with errors",
    ]
    assert dovetail.read("mails/a.tpl") == TIDY
    assert dovetail.read("mails/readme.md") == UNTIDY


def test_a_second_run_has_nothing_to_do(dovetail: CommandLine) -> None:
    path = dovetail.write("a.tpl", UNTIDY)
    dovetail("format", "a.tpl")
    before = path.stat().st_mtime_ns
    done = dovetail("format", "a.tpl", "--check")
    assert (done.code, done.out) == (0, "0 would change, 1 left as it is, 0 with errors\n")
    assert dovetail("format", "a.tpl").code == 0
    assert path.stat().st_mtime_ns == before


def test_check_changes_nothing_and_exits_with_1(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", UNTIDY)
    done = dovetail("format", "a.tpl", "--check")
    assert (done.code, done.out.splitlines()[0]) == (1, "would format a.tpl")
    assert dovetail.read("a.tpl") == UNTIDY


def test_diff_shows_the_lines_and_changes_nothing(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "one\n" + UNTIDY + "no end {$a+1}")
    done = dovetail("format", "a.tpl", "--diff")
    assert done.code == 0
    assert done.out.splitlines() == [
        "--- a.tpl (now)",
        "+++ a.tpl (formatted)",
        "@@ -1,3 +1,3 @@",
        " one",
        f"-{UNTIDY.strip()}",
        "-no end {$a+1}",
        "\\ No newline at end of file",
        f"+{TIDY.strip()}",
        "+no end {$a + 1}",
        "\\ No newline at end of file",
    ]
    assert dovetail.read("a.tpl").startswith("one\n" + UNTIDY)
    assert dovetail("format", "a.tpl", "--diff", "--check").code == 1


def test_a_template_with_errors_is_reported_and_left_and_the_others_go_on(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{if $a+1}\n")
    dovetail.write("b.tpl", UNTIDY)
    done = dovetail("format", "a.tpl", "b.tpl")
    assert done.code == 1
    assert "a.tpl:1:1: error: `{if}` is not closed" in done.err
    assert done.out.splitlines() == ["formatted b.tpl", "1 changed, 0 left as they are, 1 with errors"]
    assert dovetail.read("a.tpl") == "{if $a+1}\n"


def test_line_ends_and_a_byte_order_mark_stay(dovetail: CommandLine) -> None:
    path = dovetail.folder / "a.tpl"
    path.write_bytes(b"\xef\xbb\xbf{$a+1}\r\n{if $b}\r\n\r\n{/IF}")
    assert dovetail("format", "a.tpl").code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf{$a + 1}\r\n{if $b}\r\n\r\n{/if}"


def test_permissions_and_links_stay(dovetail: CommandLine) -> None:
    path = dovetail.write("real.tpl", UNTIDY)
    path.chmod(0o640)
    link = dovetail.folder / "link.tpl"
    link.symlink_to(path.name)
    done = dovetail("format", "link.tpl", "real.tpl", "real.tpl")
    assert done.out.splitlines() == ["formatted link.tpl", "1 changed, 0 left as they are, 0 with errors"]
    assert link.is_symlink()
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (TIDY, 0o640)


def test_a_file_that_is_no_utf_8_is_named_with_its_place(dovetail: CommandLine) -> None:
    path = dovetail.folder / "a.tpl"
    path.write_bytes("{$a+1}\ncafé".encode("latin-1"))
    done = dovetail("format", "a.tpl")
    assert done.code == 1
    assert "a.tpl:2:4: error: this is no UTF-8 text from here on [encoding]" in done.err
    assert path.read_bytes() == "{$a+1}\ncafé".encode("latin-1")


def test_a_path_that_is_not_there_is_named_before_anything_changes(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", UNTIDY)
    done = dovetail("format", "a.tpl", "nowhere")
    assert (done.code, done.err.strip()) == (1, "dovetail: there is no file or folder nowhere")
    assert dovetail.read("a.tpl") == UNTIDY
