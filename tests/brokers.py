"""Brokers of our own: real servers of NATS and RabbitMQ, and what librdkafka has in place of a Kafka."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nats.js import JetStreamContext

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""Beside the one on the path, which does not run for others than root and its own user."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "the broker did not start"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the broker does not listen")


class NatsServer:
    """A NATS server with JetStream, whose streams outlive `stop` and `start`."""

    def __init__(self, user: str = "", password: str = "") -> None:
        self.port = free_port()
        self._login = {"user": user, "password": password} if user else {}
        self._folder = Path(tempfile.mkdtemp(prefix="dovetail-nats."))
        settings = {
            "host": "127.0.0.1",
            "port": self.port,
            "jetstream": {"store_dir": str(self._folder)},
            **({"authorization": self._login} if user else {}),
        }
        (self._folder / "settings").write_text(json.dumps(settings, ensure_ascii=False))
        self.start()

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["nats-server", "-c", str(self._folder / "settings")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        await_port(self.port, self._process)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    async def add_stream(self) -> None:
        async with self._stream() as stream:
            await stream.add_stream(name="SHOP", subjects=["shop.>"])

    async def empty(self) -> None:
        """Take all out of the stream; keys that it has seen stay known."""
        async with self._stream() as stream:
            await stream.purge_stream("SHOP")

    async def stored(self) -> list[tuple[str, dict[str, str], bytes]]:
        """What the stream has: subjects, headers and bodies."""
        async with self._stream() as stream:
            state = (await stream.stream_info("SHOP")).state
            found = [await stream.get_msg("SHOP", number) for number in range(state.first_seq, state.last_seq + 1)]
        return [(each.subject or "", dict(each.headers or {}), each.data or b"") for each in found]

    @asynccontextmanager
    async def _stream(self) -> AsyncIterator[JetStreamContext]:
        import nats

        client = await nats.connect(self.url, **self._login)
        try:
            yield client.jetstream()
        finally:
            await client.close()


class RabbitServer:
    """A RabbitMQ server with its user `guest`; it starts in some seconds."""

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="dovetail-rabbit."))
        self._names = {
            **os.environ,
            # Erlang's cookie, and a daemon of its own for names.
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # It may be ended while it knows of somebody.
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
            "RABBITMQ_NODENAME": f"dovetail{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
        }
        self._process = subprocess.Popen(
            [RABBITMQ], env=self._names, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        await_port(self.port, self._process)

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}"

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        subprocess.run(["epmd", "-kill"], env=self._names, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(self._folder)
