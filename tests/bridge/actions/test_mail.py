"""Mails as they are built: parsed back, as a mail program reads them."""

from __future__ import annotations

import email
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from dovetail.bridge.actions.mail import Folder, Letter, message
from dovetail.bridge.actions.mailbox import as_bytes, mailbox
from dovetail.bridge.actions.outcome import Undelivered
from dovetail.mailing.plain_text import plain_text

NOW = 1_750_000_000.9
HTML = """<!DOCTYPE html>
<html lang="de"><head><title>No</title><style>
p { color: red } .big { font-size: 20px }
@media (max-width: 600px) { .big { font-size: 30px !important } }
</style></head>
<body><!--[if mso]><i></i><![endif]--><h1>Grüße</h1><p class="big">Äpfel &amp; Öl — 日本</p>
<a href="https://shop.example/?a=1&amp;b=2">Zum Shop</a></body></html>
"""


def letter(**changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "sender": "Shop <shop@example.com>",
        "recipient": "ann@example.org",
        "subject": "Hello",
        "html": HTML,
        "text": None,
        "message_id": "<evt_1.mail@example.com>",
    }
    return Letter(**{**fields, **changes})


def read(mail: EmailMessage) -> EmailMessage:
    data = as_bytes(mail)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    found = email.message_from_bytes(data, policy=policy.SMTPUTF8)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    assert found.get_content_charset() == "utf-8"
    content = found.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_a_mail_has_text_and_html() -> None:
    mail = read(message(letter(text="Only Äpfel\n.\nFrom here"), NOW))
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["MIME-Version"] == "1.0"
    assert part(mail, "plain") == "Only Äpfel\n.\nFrom here\n"
    assert "Äpfel &amp; Öl — 日本" in part(mail, "html")
    assert as_bytes(message(letter(), NOW)).isascii()


def test_its_headers() -> None:
    mail = read(message(letter(reply_to="Help <help@example.com>"), NOW))
    assert mail["From"] == "Shop <shop@example.com>"
    assert mail["To"] == "ann@example.org"
    assert mail["Reply-To"] == "Help <help@example.com>"
    assert mail["Subject"] == "Hello"
    assert mail["Date"] == "Sun, 15 Jun 2025 15:06:40 +0000"
    assert mail["Message-ID"] == "<evt_1.mail@example.com>"
    assert "List-Unsubscribe" not in mail
    assert "List-Unsubscribe-Post" not in mail


@pytest.mark.parametrize("given", ["a@b.example", "<a@b.example>"])
def test_the_message_id_stays_the_same(given: str) -> None:
    assert read(message(letter(message_id=given), NOW))["Message-ID"] == "<a@b.example>"
    long = f"{'x' * 200}@b.example"
    assert read(message(letter(message_id=long), NOW))["Message-ID"] == f"<{long}>"


@pytest.mark.parametrize("given", ["", "a", "a@", "<a@b\r\nBcc: c@d>", "a b@c", "é@b", "<<a@b>>", "x" * 260 + "@b"])
def test_a_message_id_that_is_none(given: str) -> None:
    with pytest.raises(Undelivered, match="Message-ID"):
        message(letter(message_id=given), NOW)


def test_css_stands_in_the_elements_and_media_rules_stay() -> None:
    html = part(read(message(letter(), NOW)), "html")
    assert html.startswith("<!DOCTYPE html>")
    assert '<p class="big" style="color: red;font-size: 20px;">' in html
    assert "@media (max-width: 600px) { .big { font-size: 30px !important } }" in html
    assert "<!--[if mso]><i></i><![endif]-->" in html
    assert 'href="https://shop.example/?a=1&amp;b=2"' in html


def test_no_stylesheet_is_fetched(tmp_path: Path) -> None:
    sheet = tmp_path / "x.css"
    sheet.write_text("p { color: blue }")
    links = "".join(
        f'<link rel="stylesheet" href="{href}">' for href in (sheet, sheet.as_uri(), "https://nobody.invalid/x.css")
    )
    html = part(read(message(letter(html=f"<html><head>{links}</head><body><p>x</p></body></html>"), NOW)), "html")
    assert "blue" not in html


@pytest.mark.parametrize("html", ["", "words", "<p>open", "<style>p{color:", "<style>}}@@{</style><p>x</p>", "\x00<p>"])
def test_html_of_any_kind_becomes_a_mail(html: str) -> None:
    assert read(message(letter(html=html), NOW)).get_content_type() == "multipart/alternative"


def test_long_lines_are_cut_for_the_wire_only() -> None:
    html = part(read(message(letter(html="<p>" + "é" * 5000 + "x" * 5000 + "</p>"), NOW)), "html")
    assert "é" * 5000 + "x" * 5000 in html


@pytest.mark.parametrize(
    "subject",
    ["Grüße aus Köln 🎉", "ascii " * 60, "日本語の件名" * 30, "x" * 400, "", "tab\there", "100 % = a?b", "Ünï" * 100],
)
def test_subjects(subject: str) -> None:
    mail = read(message(letter(subject=subject), NOW))
    assert str(mail["Subject"]).split() == subject.split()


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Jörg Müller <jm@example.com>", "Jörg Müller", "jm@example.com"),
        ('"Müller, Jörg" <jm@example.com>', "Müller, Jörg", "jm@example.com"),
        ("日本 太郎 <taro@example.jp>", "日本 太郎", "taro@example.jp"),
        ("=?utf-8?q?J=C3=B6rg?= <jm@example.com>", "Jörg", "jm@example.com"),
        ("ann@bücher.example", "", "ann@xn--bcher-kva.example"),
        ("ann@STRAßE.example", "", "ann@xn--strae-oqa.example"),
        ("ann+tag@example.com", "", "ann+tag@example.com"),
        ('"ann smith"@example.com', "", '"ann smith"@example.com'),
        ("ann@[127.0.0.1]", "", "ann@[127.0.0.1]"),
    ],
)
def test_names_and_domains_of_the_world(value: str, name: str, address: str) -> None:
    built = message(letter(sender=value, recipient=value, reply_to=value), NOW)
    assert as_bytes(built).isascii()
    for header in ("From", "To", "Reply-To"):
        (one,) = read(built)[header].addresses
        assert (one.display_name, one.addr_spec) == (name, address)


def test_letters_before_the_at_are_written_in_utf8() -> None:
    built = message(letter(recipient="Jörg <jörg@bücher.example>"), NOW)
    assert "To: Jörg <jörg@xn--bcher-kva.example>\r\n".encode() in as_bytes(built)


@pytest.mark.parametrize(
    "value",
    [
        "", "ann", "@example.com", "ann@", "ann@example.com, bob@example.com", "Smith, Ann <ann@example.com>",
        "ann@example..com", "ann@exa mple.com", "ann@-example.com", "ann@exam_ple!.com", "<>", "J@hn <ann@example.com>", "Ann <ann@example.com> x", "Shop: Ann <ann@example.com>", "ann@\u200b", "a@b@c",
        "x" * 65 + "@example.com", "ann@" + "a." * 130 + "com", "=?utf-8?q?x=0d=0aBcc:_e@x.y?= <ann@example.com>",
    ],
)  # fmt: skip
def test_what_is_not_one_address(value: str) -> None:
    for field in ("sender", "recipient", "reply_to"):
        with pytest.raises(Undelivered) as caught:
            message(letter(**{field: value}), NOW)
        assert not caught.value.again
        assert len(value) < 2 or value not in caught.value.reason


BREAKS = ["\r\nBcc: evil@x.example", "\nX: y", "\r", "\x00", "\x0b", "\x85", "\u2028", "\ud800"]


@pytest.mark.parametrize("end", BREAKS)
@pytest.mark.parametrize(
    "field", ["sender", "recipient", "reply_to", "subject", "message_id", "unsubscribe_url", "unsubscribe_mailto"]
)
def test_no_line_break_gets_into_a_header(field: str, end: str) -> None:
    good = {
        "unsubscribe_url": "https://shop.example/u",
        "unsubscribe_mailto": "mailto:u@shop.example",
        "subject": "Hello",
        "message_id": "a@b.example",
    }.get(field, "ann@example.com")
    for value in (good + end, end + good, good[:4] + end + good[4:]):
        with pytest.raises(Undelivered) as caught:
            message(letter(**{field: value}), NOW)
        assert not caught.value.again


@pytest.mark.parametrize("end", BREAKS)
def test_nor_into_a_further_one(end: str) -> None:
    for headers in ({"X-Tag": "a" + end}, {"X-Tag" + end: "a"}):
        with pytest.raises(Undelivered):
            message(letter(headers=headers), NOW)


@pytest.mark.parametrize("value", ["=?utf-8?q?x=0d=0aBcc:_e@x.y?=", "=?utf-8?b?eA0KQmNjOiBlQHgueQ==?="])
def test_nor_by_an_encoded_word(value: str) -> None:
    for changes in ({"subject": value}, {"headers": {"X-Tag": value}}):
        with pytest.raises(Undelivered):
            message(letter(**changes), NOW)


def test_a_half_of_a_character_is_refused() -> None:
    for changes in ({"html": "<p>\ud83d</p>"}, {"text": "\ud83d"}):
        with pytest.raises(Undelivered, match="half of a character"):
            message(letter(**changes), NOW)


def test_one_click_to_unsubscribe() -> None:
    url = "https://shop.example/unsubscribe?token=" + "a1B2-_" * 40
    data = as_bytes(message(letter(unsubscribe_url=url, unsubscribe_mailto="mailto:u@shop.example?subject=out"), NOW))
    # As it stands, not as some parser mends it: an encoded address is none to many mail programs.
    assert f"List-Unsubscribe: <{url}>,\r\n <mailto:u@shop.example?subject=out>\r\n".encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data


def test_two_long_ways_to_unsubscribe() -> None:
    url, mailto = "https://shop.example/" + "a" * 850, "u@shop.example?subject=" + "b" * 850
    mail = read(message(letter(unsubscribe_url=url, unsubscribe_mailto=mailto), NOW))
    assert mail["List-Unsubscribe"] == f"<{url}>, <mailto:{mailto}>"


def test_one_click_needs_https() -> None:
    mail = read(message(letter(unsubscribe_url="http://shop.example/u"), NOW))
    assert mail["List-Unsubscribe"] == "<http://shop.example/u>"
    assert "List-Unsubscribe-Post" not in mail
    mail = read(message(letter(unsubscribe_mailto="u@shop.example"), NOW))
    assert mail["List-Unsubscribe"] == "<mailto:u@shop.example>"
    assert "List-Unsubscribe-Post" not in mail


@pytest.mark.parametrize(
    "url",
    ["shop.example/u", "javascript:x", "https://a b", "https://a>, <https://b", "https://é", "https://" + "a" * 900],
)
def test_a_link_that_is_none(url: str) -> None:
    with pytest.raises(Undelivered, match="unsubscribe"):
        message(letter(unsubscribe_url=url), NOW)


def test_further_headers() -> None:
    headers = {"X-Campaign": "Frühling", "Feedback-ID": "a" * 90 + ":b:c", "Auto-Submitted": "auto-generated"}
    mail = read(message(letter(headers=headers), NOW))
    assert {name: mail[name] for name in headers} == headers
    assert f"Feedback-ID: {headers['Feedback-ID']}\r\n".encode() in as_bytes(message(letter(headers=headers), NOW))
    long = "wörter " * 300
    assert str(read(message(letter(headers={"X-Long": long}), NOW))["X-Long"]).split() == long.split()


@pytest.mark.parametrize(
    "headers",
    [{name: "x@y.example"} for name in ("Bcc", "cc", "FROM", "To", "Subject", "Content-Type", "Resent-To", "Sender", "", "a b", "a:", "é")],
)  # fmt: skip
def test_headers_that_a_letter_has_already(headers: Mapping[str, str]) -> None:
    with pytest.raises(Undelivered, match="further header"):
        message(letter(headers=headers), NOW)


def test_text_from_html() -> None:
    assert part(read(message(letter(), NOW)), "plain") == (
        "Grüße\n\nÄpfel & Öl — 日本\n\nZum Shop <https://shop.example/?a=1&b=2>\n"
    )
    html = (
        "<style>x</style><script>y</script>A<br>B<ul><li>c</li><li>d</li></ul><img alt='pic'><table><tr><td>1</td>"
        "<td>2</td></tr></table><a href='#top'>up</a> <a href='https://a.example'>https://a.example</a>\u200c\u034f</a>"
    )
    assert plain_text(html) == "A\nB\n\n- c\n- d\n\npic\n\n1 2\n\nup https://a.example\n"


def test_a_letter_shows_nothing_of_a_person() -> None:
    assert "ann" not in repr(letter())
    assert "Grüße" not in repr(letter())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.asyncio
async def test_a_folder_keeps_mails_by_their_id(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new" / "mails")
    for subject in ("First", "Second"):
        name = await folder.send(message(letter(subject=subject), NOW), "shop@example.com", "ann@example.org")
    await folder.send(message(letter(message_id="../../x/y@z"), NOW), "shop@example.com", "ann@example.org")
    await folder.send(message(letter(message_id="..x_y@z"), NOW), "shop@example.com", "ann@example.org")
    await folder.close()
    files = names(tmp_path / "new" / "mails")
    assert name == "evt_1.mail@example.com.eml"
    assert len(files) == 3
    assert name in files
    assert all(file.endswith("@z.eml") or "@z-" in file for file in files if file != name)
    mail = email.message_from_bytes((tmp_path / "new" / "mails" / name).read_bytes(), policy=policy.SMTP)
    assert mail["Subject"] == "Second"
    assert names(tmp_path) == ["new"]


@pytest.mark.asyncio
async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Undelivered, match="folder") as caught:
        await Folder(tmp_path / "file").send(message(letter(), NOW), "shop@example.com", "ann@example.org")
    assert caught.value.again
    with pytest.raises(Undelivered, match="no Message-ID"):
        await Folder(tmp_path).send(EmailMessage(), "shop@example.com", "ann@example.org")
    # A folder stands where the file is to be: no draft is left behind.
    (tmp_path / "evt_1.mail@example.com.eml" / "x").mkdir(parents=True)
    with pytest.raises(Undelivered):
        await Folder(tmp_path).send(message(letter(), NOW), "shop@example.com", "ann@example.org")
    assert names(tmp_path) == ["evt_1.mail@example.com.eml", "file"]


def test_one_address_only() -> None:
    assert mailbox("Ann <ann@example.com>", "sender").addr_spec == "ann@example.com"
