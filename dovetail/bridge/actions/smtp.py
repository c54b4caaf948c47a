"""Sends mails over a few SMTP connections that are kept: the only file that meets aiosmtplib."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from ssl import SSLError
from typing import TYPE_CHECKING, Literal

from dovetail.bridge.actions.mailbox import as_bytes, mailbox, needs_utf8
from dovetail.bridge.actions.outcome import Undelivered

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

_IDLE = 30.0
"""Seconds that a connection waits for its next mail: servers and firewalls end those that wait longer."""

_GOODBYE = 2.0
"""Seconds that a server has to say goodbye."""

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")

_UNSURE = "the mail may have been sent: the mail server's answer to it did not come"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. `password` is asked for each login, so that it can change. `timeout` is in seconds, for each step.

    `security`: "tls" from the first byte (port 465), "starttls" (587) or "none". `connections` is how many are
    open at most.
    """

    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: Callable[[], str | None] = field(default=lambda: None, repr=False)
    security: Literal["tls", "starttls", "none"] = "tls"
    timeout: float = 30.0
    connections: int = 4


class _Stale(Exception):
    """A kept connection turned out to be dead, before the mail was given to it."""


class Smtp:
    """Sends mails to one server, from one event loop."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._free = asyncio.Semaphore(settings.connections)
        self._idle: list[tuple[SMTP, float]] = []
        self._closed = False

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> str:
        """Send a mail and return the server's reply to it, such as ``250 queued as 4711``.

        `sender` and `recipient` are the addresses of the envelope. Raises Undelivered, with the server's codes
        in its reason; a mail whose answer was lost may have been sent, and the reason says so.
        """
        from_, to = mailbox(sender, "sender").addr_spec, mailbox(recipient, "recipient").addr_spec
        content = as_bytes(message)
        utf8 = needs_utf8(message) or not (from_ + to).isascii()
        async with self._free:
            connection = self._kept()
            if connection is not None:
                with suppress(_Stale):
                    return await self._use(connection, from_, to, content, utf8, kept=True)
            return await self._use(await self._open(), from_, to, content, utf8, kept=False)

    async def close(self) -> None:
        """End the connections: those in use when their mail is through. Nothing more is sent."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_end(connection) for connection, _ in idle))

    def _kept(self) -> SMTP | None:
        oldest = asyncio.get_running_loop().time() - _IDLE
        idle, self._idle = self._idle, []
        for connection, since in idle:
            if connection.is_connected and since > oldest:
                self._idle.append((connection, since))
            else:
                connection.close()
        # The last one back is the first one out, so that those which are not needed grow old.
        return self._idle.pop()[0] if self._idle else None

    async def _open(self) -> SMTP:
        import aiosmtplib

        settings = self._settings
        if self._closed:
            raise Undelivered("the way to the mail server was closed", again=True)
        connection = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout,
            use_tls=settings.security == "tls",
            start_tls=False,
        )
        try:
            # Together: a step of its own is also to find the name of this machine, which can take long.
            async with asyncio.timeout(settings.timeout):
                await connection.connect()
                await connection.ehlo()
                if settings.security == "starttls":
                    if not connection.supports_extension("starttls"):
                        raise Undelivered("the mail server does not offer STARTTLS", again=False)
                    await connection.starttls()
                    await connection.ehlo()
                if settings.username is not None:
                    await self._log_in(connection, settings.username)
        except aiosmtplib.SMTPResponseException as error:
            connection.close()
            step = "the login" if isinstance(error, aiosmtplib.SMTPAuthenticationError) else "the connection"
            raise _refused(step, error) from None
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            # UnicodeError: the host is no name that could be looked up.
            connection.close()
            raise _unreachable(error) from None
        except BaseException:
            connection.close()
            raise
        return connection

    async def _log_in(self, connection: SMTP, username: str) -> None:
        password = self._settings.password()
        if password is None:
            raise Undelivered("there is no password for the mail server", again=False)
        if not connection.supported_auth_methods:
            raise Undelivered("the mail server offers no login that is known here", again=False)
        await connection.login(username, password)

    async def _use(self, connection: SMTP, sender: str, recipient: str, content: bytes, utf8: bool, kept: bool) -> str:
        """Send by this connection, and keep it where it can serve once more."""
        import aiosmtplib

        step = "the sender"
        try:
            if utf8 and not connection.supports_extension("smtputf8"):
                raise Undelivered(
                    "the mail server takes no address that has letters outside ASCII before its @", again=False
                )
            options = ["BODY=8BITMIME", "SMTPUTF8"] if utf8 else []
            if connection.supports_extension("size"):
                # A server that takes no such large mail says so before it has come.
                options.append(f"SIZE={len(content)}")
            encoding = "utf-8" if utf8 else "ascii"
            await connection.mail(sender, options=options, encoding=encoding)
            step = "the recipient"
            await connection.rcpt(recipient, encoding=encoding)
            step = "the mail"
            reply = await connection.data(content)
        except Undelivered:
            await self._keep(connection)
            raise
        except aiosmtplib.SMTPResponseException as error:
            if kept and step == "the sender" and error.code == 421:
                connection.close()
                raise _Stale from None
            await self._recover(connection, error.code)
            raise _refused(step, error) from None
        except (aiosmtplib.SMTPException, OSError):
            connection.close()
            if step == "the mail":
                raise Undelivered(_UNSURE, again=True) from None
            if kept:
                raise _Stale from None
            raise Undelivered(
                "the connection to the mail server was lost before the mail was sent", again=True
            ) from None
        except BaseException:
            # Cancelled in the midst of a talk: what comes next on this connection would answer the wrong question.
            connection.close()
            raise
        await self._keep(connection)
        return f"{reply.code} {reply.message}"

    async def _recover(self, connection: SMTP, code: int) -> None:
        """After a refusal, begin anew on the same connection if the server goes on with it."""
        import aiosmtplib

        if code == 421 or not 400 <= code < 600:
            connection.close()
            return
        try:
            await connection.rset()
        except (aiosmtplib.SMTPException, OSError):
            connection.close()
        except BaseException:
            connection.close()
            raise
        else:
            await self._keep(connection)

    async def _keep(self, connection: SMTP) -> None:
        if self._closed:
            await _end(connection)
        elif connection.is_connected:
            self._idle.append((connection, asyncio.get_running_loop().time()))


async def _end(connection: SMTP) -> None:
    import aiosmtplib

    try:
        with suppress(aiosmtplib.SMTPException, OSError):
            await connection.quit(timeout=_GOODBYE)
    finally:
        connection.close()


def _refused(what: str, error: SMTPResponseException) -> Undelivered:
    """The server's codes without its words, which repeat the address more often than not."""
    if not 400 <= error.code < 600:
        if what == "the mail":
            return Undelivered(_UNSURE, again=True)
        return Undelivered("the mail server answers with what is no SMTP", again=True)
    found = _ENHANCED.match(error.message)
    codes = f"{error.code} {found[0]}" if found else str(error.code)
    return Undelivered(f"the mail server refused {what}: {codes}", again=error.code < 500)


def _unreachable(error: Exception) -> Undelivered:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SSLError):
            return Undelivered("the mail server does not speak TLS there, or its certificate is not valid", again=True)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, TimeoutError):
        return Undelivered("the mail server does not answer in time", again=True)
    return Undelivered("the mail server cannot be reached", again=True)
