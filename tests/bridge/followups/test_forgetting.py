"""What is old, and what somebody wants forgotten, is gone from every table."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from sqlalchemy import func, select

from dovetail.bridge.store import log
from dovetail.bridge.store.forgetting import forget_before, forget_person
from dovetail.bridge.store.tables import delivery, event, instance, passage, profile, task
from dovetail.commands.working import keeping_for
from dovetail.errors import UsageError
from tests.bridge.followups.stage import Stage

DAY = 86_400.0
WELCOME = 'on = "user-register"\n[[steps]]\nprofile = { set = { a = "b" } }\n[[steps]]\nmail = { template = "mail.tpl", subject = "x" }\n'
LATER = 'on = "cart-create"\n[[steps]]\nwait = "300d"\n[[steps]]\nmail = { template = "mail.tpl", subject = "y" }\n'


def rows(stage: Stage) -> list[int]:
    with stage.database.read() as connection:
        tables = (event, instance, passage, delivery, profile, task)
        return [connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables]


def test_a_person_is_forgotten_and_nobody_else(stage: Stage) -> None:
    stage.write(welcome=WELCOME, later=LATER)
    for person in ("ann@example.com", "bob@example.com"):
        stage.happen("user-register", person, person=person)
        stage.happen("cart-create", person, person=person)
    stage.pass_time()
    both = rows(stage)
    with stage.database.write() as connection:
        # His registration, his cart, and that his mail went out.
        assert forget_person(connection, "ours", "Ann@Example.com") == 3
    assert rows(stage) == [each // 2 for each in both]
    with stage.database.read() as connection:
        assert {each.event.person for each in log.find(connection, "ours")} == {"bob@example.com"}
    stage.pass_time(301 * DAY)
    assert sorted(mail["To"] for mail in stage.sent() if mail["Subject"] == "y") == ["bob@example.com"]


def test_what_is_old_goes_and_what_waits_stays(stage: Stage) -> None:
    stage.write(welcome=WELCOME, later=LATER)
    stage.happen("user-register")
    waiting = stage.happen("cart-create")
    stage.pass_time()
    stage.pass_time(100 * DAY)
    stage.happen("order-create")
    with stage.database.write() as connection:
        assert forget_before(connection, "ours", stage.now - 90 * DAY) == 2
    with stage.database.read() as connection:
        assert [each.event.type for each in log.find(connection, "ours")] == ["cart-create", "order-create"]
    assert stage.instance("later", waiting).state == "waiting"
    stage.pass_time(201 * DAY)
    assert stage.instance("later", waiting).state == "done"


def test_a_process_forgets_by_itself_what_it_is_told_to(stage: Stage) -> None:
    stage.write(welcome=WELCOME, later=LATER)
    stage.now = time.time() - 100 * DAY
    stage.happen("user-register", "old")
    stage.happen("cart-create", "waits")
    stage.pass_time()
    stage.now = time.time()
    stage.happen("user-register", "new", person="bob@example.com")
    stage.pass_time()
    before = rows(stage)

    async def forget(span: str) -> None:
        keeping = keeping_for(stage.database, span)
        assert keeping is not None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keeping.forget(), 1.0)

    asyncio.run(forget("200d"))
    assert rows(stage) == before
    asyncio.run(forget("90d"))
    with stage.database.read() as connection:
        kept = {each.event.subject for each in log.find(connection, "ours") if each.event.source == "test"}
    assert kept == {"thing/waits", "thing/new"}


def test_what_is_no_span_is_refused(stage: Stage) -> None:
    assert keeping_for(stage.database, None) is None
    with pytest.raises(UsageError):
        keeping_for(stage.database, "soon")
