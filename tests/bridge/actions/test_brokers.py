"""Events go to brokers: each says that it has them, takes a key with them, and may be away."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest

from dovetail.bridge.actions.brokers.address import read_address
from dovetail.bridge.actions.brokers.message import Message
from dovetail.bridge.actions.brokers.publishing import Brokers
from dovetail.bridge.actions.outcome import Held, Undelivered
from dovetail.bridge.actions.patience import PAUSE
from tests.brokers import RABBITMQ, NatsServer, RabbitServer, free_port

BODY = b'{"specversion":"1.0","id":"test/order-paid/1"}'
LOCKED_OUT = "127.0.0.1 does not take the user or the password of its address"
nats_server = pytest.mark.external("nats-server")
rabbit_server = pytest.mark.external(RABBITMQ)


def message(key: str = "fu_1-1", subject: str = "shop.orders.order-paid", body: bytes = BODY) -> Message:
    return Message(subject, key, "order/1", body)


@asynccontextmanager
async def publishing() -> AsyncIterator[Brokers]:
    made = Brokers()
    try:
        yield made
    finally:
        await made.close()


async def refused(brokers: Brokers, address: str, given: Message) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await brokers.publish(address, given)
    return caught.value


# --- NATS


@pytest.fixture(scope="module")
def running() -> Iterator[NatsServer]:
    made = NatsServer()
    asyncio.run(made.add_stream())
    yield made
    made.close()


@pytest.fixture
def nats(running: NatsServer) -> NatsServer:
    asyncio.run(running.empty())
    return running


@nats_server
@pytest.mark.asyncio
async def test_jetstream_has_an_event_with_its_key(nats: NatsServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with publishing() as brokers:
        await brokers.publish(nats.url, message("fu_has-1"))
    assert await nats.stored() == [
        (
            "shop.orders.order-paid",
            {"Nats-Msg-Id": "fu_has-1", "content-type": "application/cloudevents+json"},
            BODY,
        )
    ]
    assert "specversion" not in caplog.text


@nats_server
@pytest.mark.asyncio
async def test_jetstream_has_what_is_sent_again_once(nats: NatsServer) -> None:
    async with publishing() as brokers:
        for key in ("fu_again-1", "fu_again-1", "fu_again-2"):
            await brokers.publish(nats.url, message(key))
    async with publishing() as brokers:
        await brokers.publish(nats.url, message("fu_again-1"))
    assert [headers["Nats-Msg-Id"] for _, headers, _ in await nats.stored()] == ["fu_again-1", "fu_again-2"]


@nats_server
@pytest.mark.asyncio
async def test_a_subject_without_a_stream_holds_no_other_up(nats: NatsServer) -> None:
    async with publishing() as brokers:
        for _ in range(10):
            error = await refused(brokers, nats.url, message(subject="elsewhere.orders"))
            assert (error.again, error.reason) == (True, "no stream of JetStream takes this subject: add it to one")
        await brokers.publish(nats.url, message("fu_other-1"))
    assert len(await nats.stored()) == 1


@nats_server
@pytest.mark.asyncio
async def test_what_is_too_large_for_nats_is_not_tried_again(nats: NatsServer) -> None:
    async with publishing() as brokers:
        error = await refused(brokers, nats.url, message(body=b"x" * 2_000_000))
    assert not error.again


@nats_server
@pytest.mark.asyncio
async def test_a_server_that_comes_back_is_used_at_once() -> None:
    server = NatsServer()
    await server.add_stream()
    try:
        async with publishing() as brokers:
            await brokers.publish(server.url, message("fu_1-1"))
            server.stop()
            await asyncio.sleep(0.1)
            error = await refused(brokers, server.url, message("fu_2-1"))
            assert (error.again, error.reason) == (True, "127.0.0.1 cannot be reached")
            server.start()
            await brokers.publish(server.url, message("fu_2-1"))
            # It was restarted while nobody published.
            server.stop()
            server.start()
            await asyncio.sleep(0.1)
            await brokers.publish(server.url, message("fu_3-1"))
        assert [headers["Nats-Msg-Id"] for _, headers, _ in await server.stored()] == ["fu_1-1", "fu_2-1", "fu_3-1"]
    finally:
        server.close()


@nats_server
@pytest.mark.asyncio
async def test_a_password_may_be_any_and_is_told_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = NatsServer("ann", "p@ss:/wörd%")
    right = f"nats://ann:{quote('p@ss:/wörd%', safe='')}@127.0.0.1:{server.port}"
    try:
        await server.add_stream()
        async with publishing() as brokers:
            await brokers.publish(right, message())
            error = await refused(brokers, right.replace("ann:p", "ann:wrong-p"), message())
        assert (error.again, error.reason) == (True, LOCKED_OUT)
        assert "wrong" not in caplog.text
        assert quote("p@ss") not in caplog.text
    finally:
        server.close()


# --- RabbitMQ


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitServer]:
    made = RabbitServer()
    yield made
    made.close()


@rabbit_server
@pytest.mark.asyncio
async def test_rabbitmq_has_an_event_in_a_queue(rabbit: RabbitServer, caplog: pytest.LogCaptureFixture) -> None:
    import aio_pika

    caplog.set_level(logging.DEBUG)
    async with await aio_pika.connect(rabbit.url) as connection, publishing() as brokers:
        channel = await connection.channel()
        queue = await channel.declare_queue("shop.orders.order-paid")
        await brokers.publish(rabbit.url, message("fu_1-1"))
        got = await queue.get()
        assert (got.body, got.message_id, got.content_type) == (BODY, "fu_1-1", "application/cloudevents+json")
        assert got.delivery_mode == aio_pika.DeliveryMode.PERSISTENT

        error = await refused(brokers, rabbit.url, message(subject="nobody.listens"))
        assert (error.again, error.reason) == (True, "no queue takes this subject: bind one to it")

        exchange = await channel.declare_exchange("shop", aio_pika.ExchangeType.TOPIC)
        bound = await channel.declare_queue("all")
        await bound.bind(exchange, "shop.orders.*")
        await brokers.publish(f"{rabbit.url}?exchange=shop", message("fu_2-1"))
        assert (await bound.get()).message_id == "fu_2-1"
        for _ in range(2):
            error = await refused(brokers, f"{rabbit.url}?exchange=elsewhere", message())
            assert (error.again, error.reason) == (True, "the exchange of the broker's address is not there")

        assert "specversion" not in caplog.text
        caplog.clear()
        wrong = f"amqp://guest:wr%40ng@127.0.0.1:{rabbit.port}"
        error = await refused(brokers, wrong, message())
        assert (error.again, error.reason) == (True, LOCKED_OUT)
        assert "wr%40ng" not in caplog.text
        assert "wr@ng" not in caplog.text


# --- Kafka


@pytest.mark.asyncio
async def test_kafka_has_an_event_under_what_it_is_about(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    import aiokafka
    import confluent_kafka

    # A cluster of librdkafka's own, which ends with the producer that asks for it.
    cluster = confluent_kafka.Producer({"test.mock.num.brokers": 3, "log_level": 0})
    hosts = [f"{each.host}:{each.port}" for each in cluster.list_topics(timeout=10).brokers.values()]
    async with publishing() as brokers:
        await brokers.publish(f"kafka://{','.join(hosts)}", message("fu_1-1"))
    assert "specversion" not in caplog.text
    reader = aiokafka.AIOKafkaConsumer("shop.orders.order-paid", bootstrap_servers=hosts, auto_offset_reset="earliest")
    await reader.start()
    try:
        got = await asyncio.wait_for(reader.getone(), 10)
    finally:
        await reader.stop()
    assert (got.key, got.value) == (b"order/1", BODY)
    assert dict(got.headers) == {
        "content-type": b"application/cloudevents+json",
        "idempotency-key": b"fu_1-1",
        "correlation_id": b"fu_1-1",
    }


# --- all of them


@pytest.mark.parametrize("scheme", ["nats", "kafka", "amqp"])
@pytest.mark.asyncio
async def test_a_broker_that_is_away_is_left_alone_after_some_failures(scheme: str) -> None:
    address = f"{scheme}://ann:secret@127.0.0.1:{free_port()}"
    now = 0.0
    brokers = Brokers(lambda: now)
    for _ in range(5):
        error = await refused(brokers, address, message())
        assert (error.again, error.reason) == (True, "127.0.0.1 cannot be reached")
    with pytest.raises(Held):
        await brokers.publish(address, message())
    now = PAUSE
    await refused(brokers, address, message())
    await brokers.close()


@pytest.mark.parametrize(
    "subject",
    ["", "shop.", ".orders", "shop..orders", "shop orders", "shop.\n", "shop.*", "shop.>", "shop.#", "shop\x00",
     "$JS.API.STREAM.DELETE.SHOP", "s" * 250, "shop.\ud800"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_an_odd_subject_is_not_published(subject: str) -> None:
    async with publishing() as brokers:
        error = await refused(brokers, "nats://127.0.0.1:9", message(subject=subject))
    assert not error.again
    assert error.reason.startswith("the subject ")


@pytest.mark.parametrize(
    "address",
    ["redis://ann:secret@host", "nats://ann:secret@", "amqp://ann:secret@host:port", "secret",
     "kafka://ann:secret@host?sasl=gssapi", "amqp://ann:secret@host?exchanges=shop"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_an_odd_address_is_told_without_itself(address: str) -> None:
    async with publishing() as brokers:
        error = await refused(brokers, address, message())
    assert not error.again
    assert error.reason.startswith("the address of the broker ")
    assert "secret" not in error.reason


def test_an_address_is_read_in_its_parts() -> None:
    one = read_address("kafka+ssl://ann:p%40ss@one:1,two,[::1]:3?sasl=scram-sha-512")
    assert (one.kind, one.tls, one.user, one.password) == ("kafka", True, "ann", "p@ss")
    assert one.hosts == (("one", 1), ("two", 9093), ("::1", 3))
    assert not {"ann", "p@ss"} & set(repr(one).split("'"))
    assert read_address("amqp://host/my%2Fshop").path == "my/shop"


@pytest.mark.parametrize("scheme", ["nats", "kafka", "amqp"])
@pytest.mark.asyncio
async def test_without_the_extra_it_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("nats", "kafka", "rabbit"):
        monkeypatch.setitem(sys.modules, f"faststream.{name}", None)
        monkeypatch.delitem(sys.modules, f"dovetail.bridge.actions.brokers.{name.replace('rabbit', 'rabbitmq')}", False)
    async with publishing() as brokers:
        error = await refused(brokers, f"{scheme}://127.0.0.1:9", message())
    assert not error.again
    assert "pip install 'dovetail-mail[brokers]'" in error.reason
