"""`dovetail render`: one mail, its variables, its errors."""

from __future__ import annotations

import json

import pytest

from tests.cli.dovetail_process import CommandLine


def test_a_profile_and_set_values_fill_the_mail(dovetail: CommandLine) -> None:
    dovetail.write(
        "mails/a.tpl", "Hi {$profile.firstname}, {$mailing.name}: {$profile.city.name}\n{include 'parts/foot.tpl'}"
    )
    dovetail.write("mails/parts/foot.tpl", "Bye {$profile.firstname}")
    dovetail.write("ann.json", '{"firstname": "Ann & Co", "city": {"name": "Ede"}}')
    done = dovetail(
        "render", "mails/a.tpl", "--profile", "ann.json", "--set", "mailing.name=A=B", "--set", "profile.city.name=Epe"
    )
    assert (done.code, done.err) == (0, "")
    assert done.out == "Hi Ann &amp; Co, A=B: Epe\nBye Ann &amp; Co\n"


def test_text_is_not_escaped(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$x}|{$x|escape}")
    assert dovetail("render", "a.tpl", "--text", "--set", "x=R&D").out == "R&D|R&amp;D\n"
    assert dovetail("render", "a.tpl", "--set", "x=R&D").out == "R&amp;D|R&amp;D\n"


def test_a_template_comes_from_the_standard_input(dovetail: CommandLine) -> None:
    assert dovetail("render", "-", "--set", "x=é", text="{$x} €").out == "é €\n"


def test_output_and_report_go_to_files(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "{$x}{$nothere}")
    done = dovetail("render", "a.tpl", "--set", "x=1", "-o", "a.html", "--report", "report.json")
    assert (done.code, done.out) == (0, "")
    assert dovetail.read("a.html") == "1"
    report = json.loads(dovetail.read("report.json"))
    assert (report["requests"], report["asks"]) == (0, 0)
    assert report["undefined"] == ["nothere"]
    assert "not known: nothere" in done.err


@pytest.mark.parametrize(
    ("template", "place", "expected"),
    [
        ("{if $x}\nyes", "a.tpl:1:1", "if"),
        ("\n  {foo}", "a.tpl:2:", "foo"),
        ("{$x|uper}", "a.tpl:1:", "did you mean `upper`?"),
        ("{foreach $x as $y}{/if}", "a.tpl:1:", "foreach"),
        ("{$x|replace:'a'}", "a.tpl:1:", "`replace` needs 2"),
        ("{include 'missing.tpl'}", "a.tpl:1:", "missing.tpl"),
        ("{include '../secret.tpl'}", "a.tpl:1:", "secret.tpl"),
        ("{include 'a.tpl'}", "a.tpl:1:", ""),
    ],
)
def test_a_broken_template_is_one_message_with_its_place(
    dovetail: CommandLine, template: str, place: str, expected: str
) -> None:
    dovetail.write("mails/a.tpl", template)
    dovetail.write("secret.tpl", "secret")
    done = dovetail("render", "mails/a.tpl", "-o", "mail.html")
    assert (done.code, done.out) == (1, "")
    assert place in done.err
    assert expected in done.err
    assert not (dovetail.folder / "mail.html").exists()


def test_a_template_that_is_not_there_names_the_nearest(dovetail: CommandLine) -> None:
    dovetail.write("welcome.tpl", "hi")
    done = dovetail("render", "welcom.tpl")
    assert done.code == 1
    assert "there is no template `welcom.tpl`" in done.err
    assert "did you mean `welcome.tpl`?" in done.err


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("[1]", "is not one JSON object"),
        ('{"a": }', "ann.json:1:7: this is not JSON"),
        (None, "ann.json cannot be read"),
    ],
)
def test_a_profile_that_is_no_object_is_refused(dovetail: CommandLine, profile: str | None, expected: str) -> None:
    dovetail.write("a.tpl", "hi")
    if profile is not None:
        dovetail.write("ann.json", profile)
    done = dovetail("render", "a.tpl", "--profile", "ann.json")
    assert done.code == 1
    assert expected in done.err


def test_a_full_disk_is_told_and_the_old_mail_stays(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    done = dovetail("render", "a.tpl", "-o", "/dev/full")
    assert done.code == 1
    assert "the mail cannot be written to /dev/full: No space left on device" in done.err

    dovetail.write("mail.html", "the old mail")
    (dovetail.folder / "no").write_text("a file")
    assert dovetail("render", "a.tpl", "-o", "no/mail.html").code == 1
    assert dovetail.read("mail.html") == "the old mail"


def test_a_broken_settings_file_stops_before_anything_else(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "hi")
    dovetail.write(
        "dovetail.toml",
        '[integrations.shop]\nkind = "magento2"\nurl = "https://shop.example"\naccess_token = "s3cr3t"\n',
    )
    done = dovetail("render", "a.tpl")
    assert (done.code, done.out) == (1, "")
    assert "dovetail.toml:4:1: `access_token` of `shop` is a secret and stands here in plain text" in done.err
    assert "s3cr3t" not in done.err


def test_a_mail_in_a_pipe_is_utf_8_whatever_the_terminal_speaks(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "€ {$profile.name}")
    assert (
        dovetail("render", "a.tpl", "--set", "profile.name=Zoë", PYTHONUTF8="0", PYTHONIOENCODING="ascii").out
        == "€ Zoë\n"
    )
    done = dovetail("render", "missing-€.tpl", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.code == 1
    assert "there is no template" in done.err
