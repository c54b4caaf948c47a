"""Kafka: a record that all replicas have."""

from __future__ import annotations

from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaConnectionError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from dovetail.bridge.actions.brokers.address import Address
from dovetail.bridge.actions.brokers.message import CONTENT_TYPE, WITHIN, Message, hush
from dovetail.bridge.actions.outcome import Undelivered

hush("aiokafka")

KEY = "idempotency-key"
"""The header that stays the same with each attempt."""
_REQUEST = 0.7 * WITHIN
"""Seconds for which a topic is waited for that is not there: then it can be said still."""


class _Closing(KafkaBroker):
    """FastStream's own leaves a producer open that cannot start, and connects as an administrator besides."""

    async def _connect(self) -> Callable[..., AIOKafkaConsumer]:
        config = self.config.broker_config
        producer = AIOKafkaProducer(**self._connection_kwargs)
        try:
            await config.producer.connect(producer, None)
        except BaseException:
            await producer.stop()
            raise
        return config.builder


class Kafka:
    """A connection to Kafka, which its library mends."""

    connected = True

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker

    async def publish(self, message: Message) -> None:
        """Publish, and wait until all replicas in sync have it; records about one thing stay in order."""
        try:
            await self._broker.publish(
                message.body,
                message.subject,
                key=message.about.encode() or None,
                headers={"content-type": CONTENT_TYPE, KEY: message.key},
                correlation_id=message.key,
            )
        except (InvalidTopicError, ValueError):
            raise Undelivered("the subject is not the name of a topic", again=False) from None
        except MessageSizeTooLargeError:
            raise Undelivered("the event is larger than the broker takes", again=False) from None
        except UnknownTopicOrPartitionError:
            raise Undelivered("the broker has no topic of this subject: make one", again=True, away=False) from None
        except TopicAuthorizationFailedError:
            raise Undelivered("the broker does not let us write this topic", again=True, away=False) from None

    async def close(self) -> None:
        """End it."""
        await self._broker.stop()


async def connect(address: Address) -> Kafka:
    """A connection."""
    broker = _Closing(
        [f"{host}:{port}" for host, port in address.hosts],
        security=_security(address), acks="all", request_timeout_ms=int(_REQUEST * 1000),
        logger=None, apply_types=False,
    )  # fmt: skip
    try:
        await broker.connect()
    except KafkaConnectionError:
        raise ConnectionError from None
    return Kafka(broker)


def _security(address: Address) -> BaseSecurity:
    encryption = address.encryption()
    if not address.user:
        return BaseSecurity(encryption)
    kinds = {"plain": SASLPlaintext, "scram-sha-256": SASLScram256, "scram-sha-512": SASLScram512}
    return kinds[address.options.get("sasl", "plain")](address.user, address.password, encryption)
