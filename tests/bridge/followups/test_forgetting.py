"""What is old, and what somebody wants forgotten, is gone from every table."""

from __future__ import annotations

from sqlalchemy import func, select

from dovetail.bridge.store import log
from dovetail.bridge.store.forgetting import forget_before, forget_person
from dovetail.bridge.store.tables import delivery, event, instance, passage, profile, task
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
