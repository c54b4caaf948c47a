"""A follow-up's text: what is wrong with it, where, and what to do."""

from __future__ import annotations

import pytest

from dovetail.bridge.followups.followup import Cap, Check, Mail, Wait
from dovetail.bridge.followups.reading import checked, read_followup
from dovetail.errors import SettingsError
from dovetail.integrations.environment import Environment


def check(text: str) -> None:
    with Environment(cache_folder=None) as environment:
        environment.from_string(text)


def read(text: str, name: str = "remind") -> object:
    return read_followup(name, f"followups/{name}.toml", text, check)


GOOD = """
on = ["cart-abandoned"]
when = "$trigger.items|count > 0"
cap = { times = 1, per = "7d" }
quiet = { from = "22:00", until = 08:00:00, zone = "Europe/Amsterdam" }

[[steps]]
wait = "90m"

[[steps]]
check = "$mywebshop.cart[$trigger.id].status == 'open'"

[[steps]]
name = "mail"
mail = { template = "cart.tpl", subject = "Your cart, {$trigger.customer.name}" }
"""


def test_a_good_one() -> None:
    made = read_followup("remind", "remind.toml", GOOD, check)
    assert made.triggers == ("cart-abandoned",)
    assert made.cap == Cap(1, 7 * 86_400.0)
    assert [type(step.act) for step in made.steps] == [Wait, Check, Mail]
    assert [step.name for step in made.steps] == ["1", "2", "mail"]
    assert [made.after(step) for step in made.steps] == ["2", "mail", "end"]
    assert made.steps[2].act == Mail("cart.tpl", "Your cart, {$trigger.customer.name}", "{$trigger.email}")


STEP = '\n[[steps]]\nwait = "1h"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", 'remind.toml:1:1: `on` says which event starts it. For example: on = "order-create"'),
        (
            'on = "order-created"' + STEP,
            "remind.toml:1:1: there is no event `order-created`. did you mean `order-create`?",
        ),
        ('on = "order-create"', "a follow-up has steps"),
        (
            'on = "order-create"\nwen = "1"' + STEP,
            "remind.toml:2:1: `wen` is not known in a follow-up. did you mean `when`?",
        ),
        ('on = "order-create"\nwhen = "$a =="' + STEP, "remind.toml:2:1: `{if $a ==}1{/if}` cannot be read"),
        ('on = "order-create"\ncap = { times = 0, per = "x" }' + STEP, "`cap` needs how often"),
        ('on = "order-create"\nquiet = { from = "1", until = "2" }' + STEP, "`quiet` needs two times and a time zone"),
        ('on = "order-create"\n[[steps]]\nwait = "soon"', 'remind.toml:3:1: `wait` is a span of time. Such as "90s"'),
        (
            'on = "order-create"\n[[steps]]\nwait = "1h"\n[[steps]]\nmial = {}',
            "remind.toml:5:1: `mial` is not known in a step. did you mean `mail`?",
        ),
        ('on = "order-create"\n[[steps]]\nwait = "1h"\ncheck = "1"', "a step does one thing; this one does 2"),
        ('on = "order-create"\n[[steps]]\nwait = "1h"\nthen = "nowhere"', "there is no step `nowhere`"),
        ('on = "order-create"\n[[steps]]\nmail = { template = "a.tpl" }', "`mail` needs a template and a subject"),
        (
            'on = "order-create"\n[[steps]]\nmail = { template = "a", subject = "{$a" }',
            "remind.toml:3:26: `{$a` cannot be read",
        ),
        ('on = "order-create"\n[[steps]]\nwebhook = { url = "ftp://x", secrets = "A" }', "`webhook` needs an address"),
        (
            'on = "order-create"\n[[steps]]\nwait = "1h"\n[[steps]]\npublish = { broker = "nats://ann:secret@host", subject = "a" }',
            "remind.toml:5:1: `publish` needs the name under which the broker's address is kept, and a subject. publish =",
        ),
        ('on = "order-create"\n[[steps]]\npublish = { broker = "A" }', "`publish` needs the name"),
        ('on = "order-create"\n[[steps]]\npublish = { broker = "A", subject = "{$a" }', "`{$a` cannot be read"),
        (
            'on = "order-create"\n[[steps]]\npublish = { broker = "A", subjet = "a" }',
            "`subjet` is not known here. did you mean `subject`?",
        ),
        (
            'on = "order-create"\n[[steps]]\nraise = { event = "order-paid" }',
            "`order-paid` is raised by Dovetail itself",
        ),
        ('on = "order-create"\n[[steps]]\nsplit = [{ to = "a" }]', "`split` needs two ways or more"),
        ('on = "order-create"\n[[steps]]\nuntil = { time = "25:00" }', "`until` needs a time and a time zone"),
        ('on = "order-create"\n[[steps]]\nwait_for = { event = "order-paid" }', "`wait_for` needs an event and a time"),
        ("on = ", "remind.toml:1:"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert fault in str(caught.value)
    assert "secret@" not in str(caught.value)
    assert all(line.startswith("followups/remind.toml:") for line in str(caught.value).splitlines())


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read('on = 1\nwhen = 2\n[[steps]]\nwait = "x"\n[[steps]]\nmail = {}', "Bad Name")
    assert len(str(caught.value).splitlines()) >= 5


TABLES = """
on = "order-create"

[[steps]]
check = '''
[[steps]]
'''

[[steps]]
name = "write"
[steps.mail]
template = "mail.tpl"
subject = "{$a"
to = 1

[[steps]]
wait = "soon"
then = "write"

[[steps]]
wait = "1h"
then = "3"
otherwise = "rite"
"""


def test_a_fault_stands_at_its_key_however_deep() -> None:
    made, faults = checked("remind", "remind.toml", TABLES, check)
    assert made is not None
    assert [(each.place.line, each.place.column, each.sentence.split(" ")[0]) for each in faults] == [
        (14, 1, "`to`"),
        (13, 1, "`{$a`"),
        (17, 1, "`wait`"),
        # The third step is there, though it cannot be read; the one that has a name has no number.
        (23, 1, "there"),
    ]
    assert [step.name for step in made.steps] == ["1", "write", "4"]
