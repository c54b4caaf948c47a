"""NATS: published into JetStream, which keeps it and says so."""

from __future__ import annotations

from faststream.nats import NatsBroker, NatsToken, NatsUserPassword
from faststream.security import BaseSecurity
from nats.aio.client import Client
from nats.errors import MaxPayloadError, NoServersError
from nats.js.errors import APIError, NoStreamResponseError

from dovetail.bridge.actions.brokers.address import Address
from dovetail.bridge.actions.brokers.message import CONTENT_TYPE, WITHIN, Message, locked_out
from dovetail.bridge.actions.outcome import Undelivered


class _Closing(NatsBroker):
    """FastStream's own leaves a connection open that the server refuses."""

    async def _connect(self) -> Client:
        client = Client()
        try:
            await client.connect(**self._connection_kwargs)
        except BaseException:
            await client.close()
            raise
        self.config.connect(client)
        return client


class Nats:
    """A connection to NATS."""

    def __init__(self, broker: NatsBroker, client: Client) -> None:
        self._broker = broker
        self._client = client

    @property
    def connected(self) -> bool:
        """Whether it is there still."""
        return self._client.is_connected

    async def publish(self, message: Message) -> None:
        """Publish, and wait for JetStream's acknowledgement; it takes a key once."""
        try:
            # FastStream's own `publish` asks JetStream only if it is told the stream's name. Here the subject decides.
            await self._client.jetstream().publish(
                message.subject,
                message.body,
                timeout=WITHIN,
                headers={"Nats-Msg-Id": message.key, "content-type": CONTENT_TYPE},
            )
        except NoStreamResponseError:
            reason = "no stream of JetStream takes this subject: add it to one"
            raise Undelivered(reason, again=True, away=False) from None
        except MaxPayloadError:
            raise Undelivered("the event is larger than the broker takes", again=False) from None
        except APIError as error:
            raise Undelivered(f"JetStream refused: {error.description}", again=True, away=False) from None

    async def close(self) -> None:
        """End it."""
        await self._broker.stop()


async def connect(address: Address) -> Nats:
    """A connection; one that breaks is not mended: the next message makes another."""
    encryption = address.encryption()
    security = BaseSecurity(encryption)
    if address.password:
        security = NatsUserPassword(address.user, address.password, ssl_context=encryption)
    elif address.user:
        security = NatsToken(address.user, ssl_context=encryption)
    broker = _Closing(
        [f"{'tls' if address.tls else 'nats'}://{_netloc(*each)}" for each in address.hosts],
        security=security, allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
        logger=None, apply_types=False,
    )  # fmt: skip
    try:
        return Nats(broker, await broker.connect())
    except NoServersError:
        raise ConnectionError from None
    except Exception as error:
        # It has no kind of its own.
        if "authorization" in str(error).lower():
            raise locked_out(address) from None
        raise


def _netloc(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
