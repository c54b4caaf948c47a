"""What a follow-up does, by its text: conditions, waiting, ways, actions, and what becomes of failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.bridge.followups import steering
from dovetail.bridge.followups.starting import instance_id, start_by_past
from dovetail.bridge.store import log, versions
from dovetail.integrations.store.database import Database
from dovetail.providers.kinds import Integration, Policy
from dovetail.providers.magento2.provider import Magento2
from dovetail.providers.magento2.wire import Shop as Where
from tests.bridge.followups.stage import BEGAN, Receiver, Stage

MAIL = '[[steps]]\nmail = { template = "mail.tpl", subject = "Hello {$trigger.name}" }\n'
DAY = 86_400.0


def hook(receiver: Receiver, name: str = "") -> str:
    named = f'name = "{name}"\n' if name else ""
    return f'[[steps]]\n{named}webhook = {{ url = "{receiver.url}", secrets = "HOOK_SECRET" }}\n'


def test_an_event_becomes_a_mail_once(stage: Stage) -> None:
    stage.write(welcome='on = "user-register"\n' + MAIL)
    event = stage.happen("user-register", name="Ann")
    assert stage.emit([event]) == []
    stage.pass_time()
    stage.pass_time(DAY)
    [mail] = stage.sent()
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ann@example.com", "Shop <shop@example.com>", "Hello Ann")
    assert stage.story("welcome", event) == ["began", "mail went out"]
    assert stage.instance("welcome", event).state == "done"


def test_other_events_start_nothing(stage: Stage) -> None:
    stage.write(welcome='on = "user-register"\n' + MAIL, elsewhere='on = "order-paid"\nsource = "othershop"\n' + MAIL)
    stage.happen("order-create")
    stage.happen("order-paid")
    stage.pass_time()
    assert stage.sent() == []


@pytest.mark.parametrize(("total", "mails"), [(99, 0), (101, 1)])
def test_a_condition_decides(stage: Stage, total: int, mails: int) -> None:
    stage.write(big='on = "order-create"\nwhen = "$trigger.grand_total > 100"\n' + MAIL)
    event = stage.happen("order-create", grand_total=total)
    stage.pass_time()
    assert len(stage.sent()) == mails
    assert stage.instance("big", event).state == ("done" if mails else "stopped")


def test_waiting_lasts_as_long_as_it_says_and_survives_a_new_worker(stage: Stage) -> None:
    stage.write(later='on = "order-create"\n[[steps]]\nwait = "90m"\n' + MAIL)
    stage.happen("order-create")
    stage.pass_time()
    stage.pass_time(5_399)
    assert stage.sent() == []
    stage.pass_time(1)
    assert len(stage.sent()) == 1


def test_until_a_time_of_day_in_the_recipients_zone(stage: Stage) -> None:
    stage.write(morning='on = "order-create"\n[[steps]]\nuntil = { time = "09:00", zone = "{$trigger.zone}" }\n' + MAIL)
    stage.happen("order-create", "1", zone="Europe/Amsterdam")
    stage.happen("order-create", "2", zone="America/New_York")
    stage.happen("order-create", "3", zone="no zone")
    # It is 8:00 in London, 9:00 in Amsterdam, 3:00 in New York.
    stage.pass_time()
    assert len(stage.sent()) == 1
    stage.pass_time(3_600)
    assert len(stage.sent()) == 2
    stage.pass_time(5 * 3_600 - 1)
    assert len(stage.sent()) == 2
    stage.pass_time(1)
    assert len(stage.sent()) == 3


def test_until_a_moment_in_the_data(stage: Stage) -> None:
    stage.write(birthday='on = "order-create"\n[[steps]]\nuntil_moment = "{$trigger.day}"\n' + MAIL)
    stage.happen("order-create", "1", day="2027-01-16T10:00:00+01:00")
    past = stage.happen("order-create", "2", day="2020-01-01")
    wrong = stage.happen("order-create", "3", day="someday")
    stage.pass_time()
    assert len(stage.sent()) == 1
    assert stage.instance("birthday", past).state == "done"
    assert (stage.instance("birthday", wrong).state, stage.instance("birthday", wrong).reason) == (
        "failed",
        "this is no moment",
    )
    stage.pass_time(DAY + 3600)
    assert len(stage.sent()) == 2


def test_a_check_leads_on_or_elsewhere(stage: Stage, receiver: Receiver) -> None:
    stage.write(
        ways='on = "order-create"\n[[steps]]\ncheck = "$trigger.vip"\notherwise = "others"\n'
        + '[[steps]]\nmail = { template = "mail.tpl", subject = "x" }\nthen = "end"\n'
        + hook(receiver, "others")
    )
    stage.happen("order-create", "1", vip=True)
    other = stage.happen("order-create", "2", vip=False)
    stage.pass_time()
    assert (len(stage.sent()), len(receiver.got)) == (1, 1)
    assert stage.story("ways", other) == ["began", "the condition does not hold", "webhook went out"]
    assert receiver.got[0][1]["subject"] == "thing/2"
    assert receiver.got[0][1]["specversion"] == "1.0"


def test_a_split_is_by_weight_and_the_same_whenever_it_is_asked(stage: Stage) -> None:
    stage.write(
        ab='on = "order-create"\n[[steps]]\nsplit = [{ weight = 3, to = "a" }, { weight = 1, to = "b" }]\n'
        '[[steps]]\nname = "a"\nraise = { event = "took-a" }\nthen = "end"\n'
        '[[steps]]\nname = "b"\nraise = { event = "took-b" }\n'
    )
    events = [stage.happen("order-create", str(number)) for number in range(200)]
    stage.pass_time()
    took = [stage.story("ab", event)[1] for event in events]
    assert 120 < took.count("by chance to `a`") < 180


def test_a_cap_holds_for_each_person(stage: Stage) -> None:
    stage.write(capped='on = "cart-change"\ncap = { times = 2, per = "7d" }\n' + MAIL)
    for number in range(5):
        stage.happen("cart-change", f"ann{number}")
        stage.happen("cart-change", f"bob{number}", person="bob@example.com")
    stage.pass_time()
    assert len(stage.sent()) == 4
    stage.pass_time(8 * DAY)
    stage.happen("cart-change", "after a week")
    stage.pass_time()
    assert len(stage.sent()) == 5


def test_no_mail_in_quiet_hours(stage: Stage) -> None:
    stage.write(
        calm='on = "order-create"\nquiet = { from = "22:00", until = "07:30", zone = "Europe/Amsterdam" }\n' + MAIL
    )
    stage.now = BEGAN + 13 * 3600  # 22:00 in Amsterdam
    event = stage.happen("order-create")
    stage.pass_time()
    assert stage.sent() == []
    stage.pass_time(9.5 * 3600 - 1)
    assert stage.sent() == []
    stage.pass_time(1)
    assert len(stage.sent()) == 1
    assert "put off: quiet hours" in stage.story("calm", event)


WAITS = """
on = "cart-abandoned"
[[steps]]
wait_for = { event = "order-create", within = "3d" }
then = "end"
otherwise = "remind"
[[steps]]
name = "remind"
mail = { template = "mail.tpl", subject = "Your cart" }
"""


def test_waiting_for_an_event_that_comes(stage: Stage) -> None:
    stage.write(waits=WAITS)
    event = stage.happen("cart-abandoned")
    stage.pass_time()
    stage.happen("order-create", person="bob@example.com")
    stage.pass_time(DAY)
    assert stage.instance("waits", event).state == "waiting"
    stage.happen("order-create", "2")
    stage.pass_time()
    assert stage.story("waits", event) == ["began", "`order-create` came"]
    stage.pass_time(4 * DAY)
    assert stage.sent() == []


def test_waiting_for_an_event_that_does_not_come(stage: Stage) -> None:
    stage.write(waits=WAITS)
    stage.happen("cart-abandoned")
    stage.pass_time()
    stage.pass_time(3 * DAY - 1)
    assert stage.sent() == []
    stage.pass_time(1)
    assert len(stage.sent()) == 1


def test_profiles_are_made_changed_and_removed(stage: Stage) -> None:
    stage.write(
        make='on = "user-register"\n[[steps]]\nprofile = { set = { firstname = "{$trigger.firstname}" } }\n' + MAIL,
        leave='on = "user-remove"\n[[steps]]\nprofile = { remove = true }\n',
    )
    stage.happen("user-register", firstname="Änn <b>")
    stage.pass_time()
    assert stage.profile("ANN@example.com") == {"email": "ann@example.com", "firstname": "Änn <b>"}
    assert "Dear Änn &lt;b&gt;" in stage.sent()[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    stage.happen("user-remove")
    stage.pass_time()
    assert stage.profile("ann@example.com") is None


def test_events_that_are_raised_start_others_and_chains_end(stage: Stage) -> None:
    stage.write(
        first='on = "order-create"\n[[steps]]\nraise = { event = "thanked", data = { total = "{$trigger.total}" } }\n',
        second='on = "thanked"\nwhen = "$trigger.total == 5 && $trigger.trigger.type == \'order-create\'"\n' + MAIL,
        loop='on = ["order-create", "again"]\n[[steps]]\nraise = { event = "again" }\n',
    )
    stage.happen("order-create", total=5)
    stage.pass_time()
    assert len(stage.sent()) == 1
    with stage.database.read() as connection:
        again = [each.event for each in log.find(connection, "ours", types=["again"])]
    assert [event.depth for event in again] == list(range(1, 12))


def test_what_runs_ends_with_the_version_it_began_with(stage: Stage) -> None:
    stage.write(thanks='on = "order-create"\n[[steps]]\nwait = "1d"\n' + MAIL.replace("Hello", "Old"))
    stage.happen("order-create", "1")
    stage.pass_time()
    stage.write(thanks='on = "order-create"\n[[steps]]\nwait = "1d"\n' + MAIL.replace("Hello", "New"))
    stage.happen("order-create", "2")
    stage.pass_time()
    stage.pass_time(DAY)
    assert sorted(mail["Subject"].split()[0] for mail in stage.sent()) == ["New", "Old"]
    stage.write()
    stage.happen("order-create", "3")
    stage.pass_time(2 * DAY)
    assert len(stage.sent()) == 2


def test_a_receiver_that_fails_for_a_while_gets_it_with_one_key(stage: Stage, receiver: Receiver) -> None:
    stage.write(tell='on = "order-create"\n' + hook(receiver))
    receiver.answers = [503, 500]
    event = stage.happen("order-create")
    stage.pass_time()
    assert len(receiver.got) == 1
    stage.pass_time(6)
    stage.pass_time(340)
    stage.pass_time(DAY)
    assert len(receiver.got) == 3
    assert len(set(receiver.keys())) == 1
    assert stage.instance("tell", event).state == "done"


def test_a_receiver_that_refuses_is_a_dead_letter_that_can_be_tried_again(stage: Stage, receiver: Receiver) -> None:
    stage.write(tell='on = "order-create"\n' + hook(receiver) + MAIL)
    receiver.answers = [400]
    event = stage.happen("order-create")
    stage.pass_time()
    stage.pass_time(30 * DAY)
    found = stage.instance("tell", event)
    assert (found.state, len(receiver.got)) == ("failed", 1)
    assert "400" in found.reason
    assert stage.replay(found.id)
    assert not stage.replay("nothing")
    stage.pass_time()
    assert stage.instance("tell", event).state == "done"
    assert len(set(receiver.keys())) == 1
    assert len(stage.sent()) == 1


def test_what_is_stopped_goes_no_further(stage: Stage) -> None:
    stage.write(later='on = "order-create"\n[[steps]]\nwait = "1d"\n' + MAIL)
    event = stage.happen("order-create")
    stage.pass_time()
    found = stage.instance("later", event)
    assert stage.stop(found.id)
    assert not stage.stop(found.id)
    stage.pass_time(2 * DAY)
    assert stage.sent() == []
    assert stage.story("later", event)[-1] == "stopped by hand"


def test_a_receiver_that_is_away_for_good_is_given_up(stage: Stage, receiver: Receiver) -> None:
    stage.write(tell='on = "order-create"\n' + hook(receiver))
    receiver.answers = [503] * 50
    event = stage.happen("order-create")
    for _ in range(20):
        stage.pass_time(1.2 * DAY)
    assert stage.instance("tell", event).state == "failed"
    assert len(receiver.got) == 10


def test_a_shop_that_is_away_puts_a_step_off(database: Database, tmp_path: Path) -> None:
    away = Magento2(Where("mywebshop", "http://127.0.0.1:9", "nl"), "token")
    stage = Stage(database, tmp_path, [Integration(away, Policy(allow_private_addresses=True, timeout=1.0))])
    stage.write(asks='on = "order-create"\n[[steps]]\ncheck = "$mywebshop.product.1.name"\n' + MAIL)
    event = stage.happen("order-create")
    stage.pass_time()
    assert stage.instance("asks", event).state == "waiting"
    assert stage.story("asks", event)[-1].startswith("tried again later: `mywebshop` ")
    for _ in range(7):
        stage.pass_time(40_000)
    assert stage.instance("asks", event).state == "failed"
    assert stage.sent() == []
    stage.close()


def test_a_mistake_in_a_text_fails_its_instance_and_no_other(stage: Stage) -> None:
    stage.write(
        odd='on = "order-create"\n[[steps]]\nmail = { template = "nowhere.tpl", subject = "x" }\n',
        good='on = "order-create"\n' + MAIL,
    )
    event = stage.happen("order-create")
    stage.pass_time()
    assert stage.instance("odd", event).state == "failed"
    assert "nowhere.tpl" in stage.instance("odd", event).reason
    assert len(stage.sent()) == 1


def test_what_keeps_an_order_waits_for_what_came_before(stage: Stage, receiver: Receiver) -> None:
    stage.write(told=f'on = "order-create"\n{hook(receiver)}'.replace('"HOOK_SECRET"', '"HOOK_SECRET", ordered = true'))
    receiver.answers = [503]
    events = [stage.happen("order-create", str(number)) for number in range(3)]
    stage.pass_time()
    first = instance_id("ours", "told", events[0].id)
    # The first one failed: the others wait, though their host would take them.
    assert receiver.keys() == [f"{first}-1"]
    assert [stage.instance("told", each).state for each in events] == ["waiting"] * 3
    stage.pass_time(2.0)
    assert len(receiver.keys()) == 1
    stage.pass_time(4.0)
    assert receiver.keys() == [f"{first}-1", *(f"{instance_id('ours', 'told', each.id)}-1" for each in events)]
    assert [stage.instance("told", each).state for each in events] == ["done"] * 3


def test_what_is_given_up_holds_nobody_up(stage: Stage, receiver: Receiver) -> None:
    stage.write(told=f'on = "order-create"\n{hook(receiver)}'.replace('"HOOK_SECRET"', '"HOOK_SECRET", ordered = true'))
    receiver.answers = [400]
    events = [stage.happen("order-create", str(number)) for number in range(3)]
    stage.pass_time()
    assert [stage.instance("told", each).state for each in events] == ["failed", "done", "done"]


def test_a_text_that_this_version_cannot_read_stops_no_other(stage: Stage) -> None:
    stage.write(welcome='on = "user-register"\n' + MAIL)
    with stage.database.write() as connection:
        versions.put(connection, "ours", "strange", 'on = "user-register"\nunheard = 1\n' + MAIL, BEGAN)
    event = stage.happen("user-register", name="Ann")
    stage.pass_time()
    assert len(stage.sent()) == 1
    assert stage.instance("welcome", event).state == "done"


def test_what_is_stopped_by_hand_holds_nobody_up(stage: Stage, receiver: Receiver) -> None:
    stage.write(told=f'on = "order-create"\n{hook(receiver)}'.replace('"HOOK_SECRET"', '"HOOK_SECRET", ordered = true'))
    receiver.answers = [503]
    events = [stage.happen("order-create", str(number)) for number in range(2)]
    stage.pass_time()
    assert stage.stop(instance_id("ours", "told", events[0].id))
    stage.pass_time(61.0)
    assert [stage.instance("told", each).state for each in events] == ["stopped", "done"]


def test_events_of_before_a_follow_up_start_it_when_told_to_and_once(stage: Stage) -> None:
    early = stage.happen("user-register", "1", name="Ann")
    stage.write(welcome='on = "user-register"\n' + MAIL)
    late = stage.happen("user-register", "2", name="Bob")
    other = stage.happen("order-create", "3")
    stage.pass_time()
    for wanted in (1, 0):
        with stage.database.write() as connection:
            past = [early, late, other]
            began = start_by_past(connection, "ours", past, stage.bridge.rules.current, stage.now, "welcome")
            assert start_by_past(connection, "ours", past, stage.bridge.rules.current, stage.now, "nothing") == []
        assert len(began) == wanted
        stage.pass_time()
    assert sorted(mail["Subject"] for mail in stage.sent()) == ["Hello Ann", "Hello Bob"]


def test_failed_ones_are_tried_again_by_follow_up_and_time(stage: Stage, receiver: Receiver) -> None:
    stage.write(told=f'on = "order-create"\n{hook(receiver)}', other=f'on = "order-paid"\n{hook(receiver)}')
    receiver.answers = [400] * 3
    events = [stage.happen("order-create", "1"), stage.happen("order-paid", "1")]
    stage.pass_time()
    stage.now += DAY
    events.append(stage.happen("order-create", "2"))
    stage.pass_time()
    with stage.database.write() as connection:
        assert steering.replay_all(connection, "ours", stage.now, "told", stage.now - 60.0) == 1
    stage.pass_time()
    states = [stage.instance(name, each).state for name, each in zip(("told", "other", "told"), events, strict=True)]
    assert states == ["failed", "failed", "done"]
    with stage.database.write() as connection:
        assert steering.replay_all(connection, "ours", stage.now) == 2
    stage.pass_time()
    assert stage.instance("other", events[1]).state == "done"
