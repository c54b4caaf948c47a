"""NATS: published into JetStream, which keeps it and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.bridge.actions.brokers.address import Address
from dovetail.bridge.actions.brokers.message import CONTENT_TYPE, WITHIN, Message
from dovetail.bridge.actions.outcome import Undelivered

if TYPE_CHECKING:
    from faststream.nats import NatsBroker
    from nats.aio.client import Client


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
        from nats.errors import MaxPayloadError
        from nats.js.errors import APIError, NoStreamResponseError

        try:
            # FastStream's own `publish` asks JetStream only if it is told the stream's name. Here the subject decides.
            await self._client.jetstream().publish(
                message.subject,
                message.body,
                timeout=WITHIN,
                headers={"Nats-Msg-Id": message.key, "content-type": CONTENT_TYPE},
            )
        except NoStreamResponseError:
            raise Undelivered(
                "no stream of JetStream takes this subject: add it to one", again=True, away=False
            ) from None
        except MaxPayloadError:
            raise Undelivered("the event is larger than the broker takes", again=False) from None
        except APIError as error:
            raise Undelivered(f"JetStream refused: {error.description}", again=True, away=False) from None

    async def close(self) -> None:
        """End it."""
        await self._broker.stop()


async def connect(address: Address) -> Nats:
    """A connection; one that breaks is not mended: the next message makes another."""
    from faststream.nats import NatsBroker, NatsToken, NatsUserPassword
    from faststream.security import BaseSecurity

    encryption = address.encryption()
    security = BaseSecurity(encryption)
    if address.password:
        security = NatsUserPassword(address.user, address.password, ssl_context=encryption)
    elif address.user:
        security = NatsToken(address.user, ssl_context=encryption)
    broker = NatsBroker(
        [f"{'tls' if address.tls else 'nats'}://{_netloc(*each)}" for each in address.hosts],
        security=security, allow_reconnect=False, logger=None, apply_types=False,
    )  # fmt: skip
    return Nats(broker, await broker.connect())


def _netloc(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
