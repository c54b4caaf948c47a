"""Mails to a real SMTP server: what it says, how it fails, and that few connections serve many mails."""

from __future__ import annotations

import asyncio
import email
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dovetail.bridge.actions.mail import Letter, Smtp, SmtpSettings, message
from dovetail.bridge.actions.outcome import Undelivered

pytestmark = pytest.mark.asyncio

WHO = ("shop@example.com", "ann@example.org")


def abort(server: SMTP) -> None:
    if server.transport is not None:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()


class Peer:
    """An SMTP server in this event loop. What it answers to a step is set in `says`."""

    def __init__(self) -> None:
        self.says: dict[str, list[str]] = {}
        self.mails: list[Envelope] = []
        self.sessions: list[SMTP] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.options: dict[str, Any] = {}
        self.tls: ssl.SSLContext | None = None
        self.pause = 0.0
        self.open = 0
        self.most_open = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for session in self.sessions:
            abort(session)
        await self._server.wait_closed()
        await asyncio.sleep(0.02)

    def _session(self) -> SMTP:
        peer = self

        class Counted(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                peer.open += 1
                peer.most_open = max(peer.open, peer.most_open)
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                peer.open -= 1
                super().connection_lost(error)

        options = {"enable_SMTPUTF8": True, "hostname": "peer.example", **self.options}
        session = Counted(self, **options)
        self.sessions.append(session)
        return session

    async def _say(self, server: SMTP, step: str) -> str | None:
        answers = self.says.get(step)
        if not answers:
            return None
        answer = answers.pop(0)
        if answer == "drop":
            abort(server)
        elif answer == "wait":
            await asyncio.sleep(5)
        elif answer == "bye":
            await server.push("421 4.3.2 closing")
            assert server.transport is not None
            server.transport.close()
        return answer

    async def handle_MAIL(  # noqa: N802  # the peer's word
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._say(server, "MAIL")
        if answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # the peer's word
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._say(server, "RCPT")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.pause)
        self.mails.append(envelope)
        return await self._say(server, "DATA") or f"250 2.0.0 queued as {len(self.mails)}"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self._say(server, "RSET") or "250 OK"

    def read(self, index: int = -1) -> EmailMessage:
        content = self.mails[index].content
        assert isinstance(content, bytes)
        found = email.message_from_bytes(content, policy=policy.SMTPUTF8)
        assert isinstance(found, EmailMessage)
        return found


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.start()
    yield peer
    await peer.stop()


def smtp(peer: Peer, **changes: Any) -> Smtp:
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": peer.port, "security": "none", "timeout": 5.0}
    return Smtp(SmtpSettings(**{**settings, **changes}))


def mail(number: int = 1, **changes: Any) -> EmailMessage:
    fields: dict[str, Any] = {
        "sender": "Shop <shop@example.com>",
        "recipient": "Ann <ann@example.org>",
        "subject": f"Grüße {number}",
        "html": "<p>Äpfel</p>",
        "text": "Äpfel\n.\n..\nend",
        "message_id": f"<evt_{number}@example.com>",
    }
    return message(Letter(**{**fields, **changes}), 1_750_000_000.0)


async def refused(way: Smtp) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await way.send(mail(), *WHO)
    error = caught.value
    assert "ann@" not in error.reason
    assert "shop@" not in error.reason
    assert (error.after, error.disable) == (None, False)
    return error


async def test_a_mail_arrives_as_it_was_built(peer: Peer) -> None:
    way = smtp(peer)
    assert await way.send(mail(), *WHO) == "250 2.0.0 queued as 1"
    (envelope,) = peer.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@example.com", ["ann@example.org"])
    assert any(option.upper().startswith("SIZE=") for option in envelope.mail_options)
    found = peer.read()
    assert found["Subject"] == "Grüße 1"
    assert found["Message-ID"] == "<evt_1@example.com>"
    text = found.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == ["Äpfel", ".", "..", "end"]
    await way.close()


async def test_names_in_the_envelope_are_left_away(peer: Peer) -> None:
    way = smtp(peer)
    await way.send(mail(), "Shop <bounce@bücher.example>", "Ann <ann@example.org>")
    assert peer.mails[0].mail_from == "bounce@xn--bcher-kva.example"
    assert peer.mails[0].rcpt_tos == ["ann@example.org"]
    with pytest.raises(Undelivered):
        await way.send(mail(), "shop@example.com", "ann@example.org>\r\nRCPT TO:<eve@example.org")
    assert len(peer.mails) == 1
    await way.close()


async def test_many_mails_over_few_connections(peer: Peer) -> None:
    peer.pause = 0.005
    way = smtp(peer, connections=3)
    replies = await asyncio.gather(*(way.send(mail(number), *WHO) for number in range(60)))
    assert len(set(replies)) == 60
    assert {peer.read(index)["Message-ID"] for index in range(60)} == {f"<evt_{n}@example.com>" for n in range(60)}
    assert len(peer.sessions) == 3
    await way.close()
    await asyncio.sleep(0.05)
    assert (peer.open, peer.most_open) == (0, 3)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "codes", "again"),
    [
        ("421 4.3.2 ann@example.org: closing", "421 4.3.2", True),
        ("450 ann@example.org is busy", "450", True),
        ("451 4.7.1 Greylisted ann@example.org", "451 4.7.1", True),
        ("452 4.2.2 Mailbox of ann@example.org full", "452 4.2.2", True),
        ("550 5.1.1 <ann@example.org> unknown", "550 5.1.1", False),
        ("552 5.3.4 too large", "552 5.3.4", False),
        ("554 5.7.1for ann@example.org", "554", False),
        ("553-5.1.3 first line\r\n553 5.1.3 ann@example.org", "553 5.1.3", False),
    ],
)
async def test_refusals(peer: Peer, step: str, answer: str, codes: str, again: bool) -> None:
    peer.says[step] = [answer]
    way = smtp(peer)
    error = await refused(way)
    what = {"MAIL": "the sender", "RCPT": "the recipient", "DATA": "the mail"}[step]
    assert error.reason == f"the mail server refused {what}: {codes}"
    assert error.again is again
    # The next mail is none the worse for it.
    assert (await way.send(mail(), *WHO)).startswith("250 ")
    assert len(peer.sessions) == (2 if answer.startswith("421") else 1)
    await way.close()


async def test_a_server_that_does_not_forget_a_refusal_is_left(peer: Peer) -> None:
    way = smtp(peer)
    for answer in ("drop", "500 what"):
        peer.says = {"RCPT": ["550 5.1.1 unknown"], "RSET": [answer]}
        assert "550 5.1.1" in (await refused(way)).reason
    await way.send(mail(), *WHO)
    assert len(peer.sessions) == 3
    await way.close()


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
async def test_a_connection_lost_before_the_mail(peer: Peer, step: str) -> None:
    peer.says[step] = ["drop"]
    way = smtp(peer)
    error = await refused(way)
    assert error.again
    assert "lost before the mail was sent" in error.reason
    await way.send(mail(), *WHO)
    await way.close()


@pytest.mark.parametrize("fault", ["drop", "wait", "999 what", "no smtp"])
async def test_a_mail_without_an_answer_may_have_been_sent(peer: Peer, fault: str) -> None:
    way = smtp(peer, timeout=0.5)
    for _ in range(2):
        # On a new connection and on a kept one alike: it is not sent twice without being told.
        peer.says["DATA"] = [fault]
        error = await refused(way)
        assert error.again
        assert "may have been sent" in error.reason
        count = len(peer.mails)
        await way.send(mail(), *WHO)
        assert len(peer.mails) == count + 1
    await way.close()


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
async def test_a_slow_server(peer: Peer, step: str) -> None:
    peer.says[step] = ["wait"]
    way = smtp(peer, timeout=0.3)
    error = await refused(way)
    assert error.again
    assert "may have been" not in error.reason
    await way.send(mail(), *WHO)
    await way.close()


async def test_a_server_that_does_not_greet() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    way = Smtp(SmtpSettings("127.0.0.1", server.sockets[0].getsockname()[1], security="none", timeout=0.2))
    error = await refused(way)
    assert error.again
    assert "in time" in error.reason
    server.close()
    await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("greeting", "again"), [("421 4.3.2 busy", True), ("554 5.3.2 no service", False), ("HTTP/1.1 400", True)]
)
async def test_a_server_that_greets_otherwise(greeting: str, again: bool) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{greeting}\r\n".encode())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    way = Smtp(SmtpSettings("127.0.0.1", server.sockets[0].getsockname()[1], security="none"))
    assert (await refused(way)).again is again
    server.close()
    await asyncio.sleep(0.02)


async def test_nobody_there(peer: Peer) -> None:
    await peer.stop()
    error = await refused(smtp(peer))
    assert error.again
    assert error.reason == "the mail server cannot be reached"
    await peer.start()


async def test_a_host_that_is_no_name(peer: Peer) -> None:
    assert (await refused(smtp(peer, host="mail..example"))).reason == "the mail server cannot be reached"


async def test_a_server_that_was_started_anew(peer: Peer) -> None:
    way = smtp(peer)
    await way.send(mail(1), *WHO)
    await peer.stop()
    await peer.start()
    await way.send(mail(2), *WHO)
    assert len(peer.sessions) == 2
    await way.close()


@pytest.mark.parametrize("fault", ["drop", "bye", "wait", "421 4.7.0 too many mails"])
async def test_a_kept_connection_that_is_dead_is_replaced(peer: Peer, fault: str) -> None:
    way = smtp(peer, timeout=0.5)
    await way.send(mail(1), *WHO)
    peer.says["MAIL"] = [fault]
    await way.send(mail(2), *WHO)
    assert len(peer.mails) == 2
    assert len(peer.sessions) == 2
    await way.close()


async def test_a_connection_that_waited_long_is_not_trusted(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dovetail.bridge.actions.smtp._IDLE", 0.05)
    way = smtp(peer)
    await asyncio.gather(*(way.send(mail(number), *WHO) for number in range(3)))
    await asyncio.sleep(0.1)
    await way.send(mail(4), *WHO)
    assert len(peer.sessions) == 4
    await asyncio.sleep(0.02)
    assert peer.open == 1
    await way.close()


async def test_a_cancelled_mail_leaves_no_half_talk(peer: Peer) -> None:
    way = smtp(peer, connections=1)
    await way.send(mail(1), *WHO)
    peer.pause = 1.0
    task = asyncio.create_task(way.send(mail(2), *WHO))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    peer.pause = 0.0
    await way.send(mail(3), *WHO)
    assert len(peer.sessions) == 2
    await way.close()


async def test_closing(peer: Peer) -> None:
    way = smtp(peer)
    peer.pause = 0.2
    sending = asyncio.create_task(way.send(mail(1), *WHO))
    await asyncio.sleep(0.1)
    await way.close()
    assert (await sending).startswith("250 ")
    error = await refused(way)
    assert error.again
    assert "closed" in error.reason
    await asyncio.sleep(0.05)
    assert peer.open == 0
    await way.close()


async def test_an_address_with_letters_before_the_at(peer: Peer) -> None:
    way = smtp(peer)
    await way.send(mail(recipient="jörg@bücher.example"), "shop@example.com", "jörg@bücher.example")
    assert peer.mails[0].rcpt_tos == ["jörg@xn--bcher-kva.example"]
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(peer.mails[0].mail_options)
    content = peer.mails[0].content
    assert isinstance(content, bytes)
    assert "To: jörg@xn--bcher-kva.example".encode() in content
    await way.close()
    peer.options = {"enable_SMTPUTF8": False}
    plain = smtp(peer)
    with pytest.raises(Undelivered, match="outside ASCII") as caught:
        await plain.send(mail(), "shop@example.com", "jörg@example.com")
    assert not caught.value.again
    await plain.send(mail(), *WHO)
    assert len(peer.sessions) == 2
    await plain.close()


def check_login(peer: Peer, right: bytes) -> None:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        peer.logins.append((data.login, data.password))
        return AuthResult(success=data.password == right, handled=False)

    peer.options.update(authenticator=authenticate, auth_required=True, auth_require_tls=False)


# The peer says so of itself: it takes a login without TLS here.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
async def test_a_login_asks_for_the_password_each_time(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    check_login(peer, "s3crét".encode())
    passwords = ["wrong-0ne", "s3crét"]
    way = smtp(peer, username="shop", password=lambda: passwords.pop(0))
    error = await refused(way)
    assert error.reason == "the mail server refused the login: 535 5.7.8"
    assert not error.again
    await way.send(mail(), *WHO)
    assert peer.logins[-1] == (b"shop", "s3crét".encode())
    assert not any("dovetail" in record.name for record in caplog.records)
    assert "shop" not in repr(SmtpSettings("h", 1, "shop", lambda: "s3crét"))
    await way.close()


async def test_a_login_that_cannot_be(peer: Peer) -> None:
    error = await refused(smtp(peer, username="shop", password=lambda: "x"))
    assert (error.again, error.reason) == (False, "the mail server offers no login that is known here")
    error = await refused(smtp(peer, username="shop"))
    assert (error.again, error.reason) == (False, "there is no password for the mail server")
    await asyncio.sleep(0.05)
    assert peer.open == 0


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peer")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    chain = tmp_path / "peer.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    return context, chain


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_tls(security: str, certified: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context, chain = certified
    peer = Peer()
    if security == "tls":
        peer.tls = context
    else:
        peer.options = {"tls_context": context, "require_starttls": True}
    await peer.start()
    error = await refused(smtp(peer, security=security))
    assert error.again
    assert "certificate" in error.reason
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    way = smtp(peer, security=security)
    await way.send(mail(1), *WHO)
    await way.send(mail(2), *WHO)
    assert len(peer.mails) == 2
    await way.close()
    await peer.stop()


async def test_no_mail_goes_in_the_clear_where_tls_is_asked_for(peer: Peer) -> None:
    error = await refused(smtp(peer, security="starttls"))
    assert (error.again, error.reason) == (False, "the mail server does not offer STARTTLS")
    assert "TLS" in (await refused(smtp(peer, security="tls"))).reason
    assert peer.mails == []
