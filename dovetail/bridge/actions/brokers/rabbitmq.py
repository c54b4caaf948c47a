"""RabbitMQ: a message that outlives a restart, confirmed, and in a queue."""

from __future__ import annotations

from aio_pika import RobustConnection
from aio_pika.exceptions import (
    AuthenticationError,
    ChannelNotFoundEntity,
    DeliveryError,
    ProbableAuthenticationError,
)
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange
from faststream.security import BaseSecurity, SASLPlaintext

from dovetail.bridge.actions.brokers.address import Address
from dovetail.bridge.actions.brokers.message import CONTENT_TYPE, WITHIN, Message, hush, locked_out
from dovetail.bridge.actions.outcome import Undelivered

hush("aio_pika", "aiormq")


class RabbitMQ:
    """A connection to RabbitMQ."""

    def __init__(self, broker: RabbitBroker, connection: RobustConnection, exchange: RabbitExchange | None) -> None:
        self._broker = broker
        self._connection = connection
        self._exchange = exchange
        self._whole = True

    @property
    def connected(self) -> bool:
        """Whether it is there still."""
        return self._whole and self._connection.connected.is_set()

    async def publish(self, message: Message) -> None:
        """Publish, and wait for the confirmation that a queue has it."""
        try:
            await self._broker.publish(
                message.body,
                routing_key=message.subject,
                exchange=self._exchange,
                timeout=WITHIN,
                persist=True,
                content_type=CONTENT_TYPE,
                message_id=message.key,
                correlation_id=message.key,
            )
        except DeliveryError:
            raise Undelivered("no queue takes this subject: bind one to it", again=True, away=False) from None
        except ChannelNotFoundEntity:
            # The server closes the channel of who asks for such.
            self._whole = False
            raise Undelivered("the exchange of the broker's address is not there", again=True, away=False) from None

    async def close(self) -> None:
        """End it."""
        await self._broker.stop()


async def connect(address: Address) -> RabbitMQ:
    """A connection."""
    (host, port), exchange, encryption = address.hosts[0], address.options.get("exchange"), address.encryption()
    known = SASLPlaintext(address.user, address.password, encryption) if address.user else BaseSecurity(encryption)
    broker = RabbitBroker(
        host=host, port=port, virtualhost=address.path or "/", timeout=WITHIN, security=known,
        # A message that no queue takes would be confirmed all the same.
        default_channel=Channel(publisher_confirms=True, on_return_raises=True),
        logger=None, apply_types=False,
    )  # fmt: skip
    try:
        connection = await broker.connect()
    except BaseException as error:
        await broker.stop()
        if isinstance(error, AuthenticationError | ProbableAuthenticationError):
            raise locked_out(address) from None
        raise
    return RabbitMQ(broker, connection, RabbitExchange(exchange, declare=False) if exchange else None)
