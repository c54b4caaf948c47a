"""How much the bridge does: `python bench/bridge.py [--events N] [--sleeping N] [--postgres]`.

Events logged a second, each with a follow-up started in the same transaction; follow-ups run a second, with one webhook
each to a receiver in another process; from an order (as an event) to its mail taken by an SMTP server, one at a time;
and sleeping instances: memory of a worker beside them, and how many wake a second. On SQLite; on PostgreSQL if asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import socket
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dovetail.bridge.actions.mail import Smtp, SmtpSettings
from dovetail.bridge.events.event import Event
from dovetail.bridge.store import instances, queue
from dovetail.bridge.store.instances import Instance
from dovetail.bridge.store.queue import Wanted
from dovetail.integrations.store.database import Database
from tests.bridge.conftest import opened
from tests.bridge.followups.conftest import SECRET
from tests.bridge.followups.stage import Receiver, Stage
from tests.postgres import PostgreSQL

MAIL = '[[steps]]\nmail = { template = "mail.tpl", subject = "Hello {$trigger.name}" }\n'
AT_ONCE = 200


def receive(line: Connection) -> None:
    """Another process that takes requests."""
    receiver = Receiver()
    line.send(receiver.url)
    line.recv()
    receiver.close()


class Taker:
    """A mail server that takes all."""

    def __init__(self) -> None:
        self.at: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.at.append(time.perf_counter())
        return "250 OK"


def event(number: int) -> Event:
    data = {"id": number, "email": f"p{number}@example.com", "name": "Ann", "items": [{"sku": "a", "qty": 1}] * 5}
    return Event(
        f"bench/{number}", "bench", "order-create", f"order/{number}", f"p{number}@example.com", time.time(), data
    )


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def work(stage: Stage) -> None:
    async def run() -> None:
        await stage.bridge.worker(at_once=64).run(until_idle=True)
        await stage.bridge.sending.close()

    asyncio.run(run())


def rates(database: Database, events: int) -> dict[str, float]:
    """Events logged and follow-ups run."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=receive, args=(there,))
    process.start()
    url = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(database, Path(folder))
        stage.now = time.time()
        stage.write(tell=f'on = "order-create"\n[[steps]]\nwebhook = {{ url = "{url}", secrets = "HOOK_SECRET" }}\n')
        made = [event(number) for number in range(events)]
        parts = [made[at : at + AT_ONCE] for at in range(0, len(made), AT_ONCE)]
        logged = timed(lambda: [stage.emit(part) for part in parts])
        stage.now = time.time()
        done = timed(lambda: work(stage))
        with database.read() as connection:
            assert instances.counts(connection, "ours") == {("tell", "done"): events}
        stage.close()
    here.send("end")
    process.join()
    return {"events logged/s": events / logged, "follow-ups with a webhook/s": events / done}


def latency(database: Database, mails: int) -> dict[str, float]:
    """From an event to its mail taken, in milliseconds."""
    taker = Taker()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(taker, hostname="127.0.0.1", port=port)
    controller.start()
    late = list[float]()

    async def run(stage: Stage) -> None:
        worker = stage.bridge.worker()
        working = asyncio.create_task(worker.run())
        for number in range(mails):
            began = time.perf_counter()
            await asyncio.to_thread(stage.emit, [event(1_000_000 + number)])
            worker.wake()
            while len(taker.at) <= number:  # noqa: ASYNC110  # the server is a thread of its own
                await asyncio.sleep(0.001)
            late.append((taker.at[number] - began) * 1000)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await stage.bridge.sending.close()

    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(database, Path(folder), mails=Smtp(SmtpSettings("127.0.0.1", port, security="none")))
        stage.bridge.clock = time.time
        stage.write(tell='on = "order-create"\n' + MAIL)
        asyncio.run(run(stage))
        stage.close()
    controller.stop()
    late.sort()
    return {"event to mail taken, p50 ms": late[len(late) // 2], "p99 ms": late[int(len(late) * 0.99)]}


def sleeping(database: Database, number: int) -> dict[str, float]:
    """Instances that wait for a day: what they cost, and how quickly they wake."""
    text = 'on = "order-create"\n[[steps]]\nwait = "1d"\n[[steps]]\nraise = { event = "woke" }\n'
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(database, Path(folder))
        stage.write(sleep=text)
        stage.emit([event(-1)])
        now, due = stage.now, stage.now + 86_400.0
        for at in range(0, number, 5_000):
            names = [f"fu_{each}" for each in range(at, min(at + 5_000, number))]
            with database.write() as connection:
                instances.add(
                    connection,
                    [
                        Instance(name, "ours", "sleep", 1, "bench/-1", "", "1", "waiting", "", "", now, now)
                        for name in names
                    ],
                )
                queue.put(connection, "ours", [Wanted("step", name, due, {"began": now}) for name in names], now)
        work(stage)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

        async def idle() -> float:
            working = asyncio.create_task(stage.bridge.worker().run())
            began = time.process_time()
            await asyncio.sleep(10)
            used = time.process_time() - began
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            return used / 10 * 100

        used = asyncio.run(idle())
        stage.now = due + 1
        woken = min(number, 20_000)

        async def wake() -> float:
            working = asyncio.create_task(stage.bridge.worker(at_once=64).run())
            began, done = time.perf_counter(), 0
            while done < woken and time.perf_counter() - began < 60:
                await asyncio.sleep(0.5)
                with database.read() as connection:
                    done = instances.counts(connection, "ours").get(("sleep", "done"), 0)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            return done / (time.perf_counter() - began)

        rate = asyncio.run(wake())
        stage.close()
    return {"worker's memory beside them, MB": before, "CPU while they sleep, %": used, "wake and end/s": rate}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--sleeping", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    os.environ["HOOK_SECRET"] = SECRET
    server = PostgreSQL(durable=True) if given.postgres else None
    made = dict[str, float]()
    for measure in (
        lambda database: rates(database, given.events),
        lambda database: latency(database, given.mails),
        lambda database: sleeping(database, given.sleeping),
    ):
        with tempfile.TemporaryDirectory() as folder:
            database = opened(server.new_database() if server else f"sqlite:///{folder}/bench.sqlite")
            made |= measure(database)
            database.close()
    if server:
        server.close()
    for name, value in made.items():
        print(f"{name:<36} {value:>12,.1f}")
    print(json.dumps(made))


if __name__ == "__main__":
    main()
