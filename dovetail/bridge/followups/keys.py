"""The keys of a follow-up's text, declared once: what is read, completed and told in editors and docs/follow-ups.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Names = Literal["", "event", "own-event", "integration", "step", "template"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it is, and a value as TOML writes it. `keys`: those of its table, or of the tables of its list.

    `names`: what its value names: an event, an integration, a step or a template of the folder.
    """

    name: str
    summary: str
    example: str
    keys: tuple[Key, ...] = ()
    names: Names = ""

    @property
    def shown(self) -> str:
        """As it is written."""
        return f"{self.name} = {self.example}"

    def known(self) -> tuple[str, ...]:
        """The names of the keys below it."""
        return tuple(each.name for each in self.keys)


TOP = (
    Key("on", "the event that starts it, or a list of events", '"order-create"', names="event"),
    Key("source", "only events of one integration", '"mywebshop"', names="integration"),
    Key("when", "a condition, asked at the beginning", '"$trigger.grand_total > 100"'),
    Key(
        "cap",
        "at most so often for one person",
        '{ times = 1, per = "7d" }',
        (Key("times", "how often", "1"), Key("per", "within what time", '"7d"')),
    ),
    Key(
        "quiet",
        "hours without mails; they go out at the end",
        '{ from = "22:00", until = "08:00", zone = "Europe/Amsterdam" }',
        (
            Key("from", "when they begin", '"22:00"'),
            Key("until", "when they end", '"08:00"'),
            Key("zone", "by the clocks of which time zone", '"Europe/Amsterdam"'),
        ),
    ),
)

STEPS = Key("steps", "the steps, one after the other: each begins with a line `[[steps]]`", "")

ACTS = (
    Key("wait", "so long", '"90m"'),
    Key(
        "until",
        "the next time that it is nine there; the zone may be a template",
        '{ time = "09:00", zone = "Europe/Amsterdam" }',
        (
            Key("time", "hour and minute", '"09:00"'),
            Key("zone", "a time zone, or a template that gives it; usually UTC", '"{$profile.zone}"'),
        ),
    ),
    Key("until_moment", "a date, a moment, or Unix seconds", '"{$trigger.delivery_date}"'),
    Key(
        "wait_for",
        "an event of the same person; `otherwise` when it does not come",
        '{ event = "order-create", within = "3d" }',
        (
            Key("event", "the event that is waited for", '"order-create"', names="event"),
            Key("within", "how long at most", '"3d"'),
        ),
    ),
    Key(
        "check",
        "a condition; `otherwise` (usual: `end`) when it does not hold",
        "\"$mywebshop.cart[$trigger.id].status == 'open'\"",
    ),
    Key(
        "split",
        "one of several ways by chance",
        '[{ weight = 9, to = "a" }, { weight = 1, to = "b" }]',
        (
            Key("weight", "how often, compared with the other ways; usually 1", "1"),
            Key("to", "the step that this way leads to", '"end"', names="step"),
        ),
    ),
    Key(
        "mail",
        "a mail of a template",
        '{ template = "mail.tpl", subject = "…" }',
        (
            Key("template", "the template of the mail, in the folder of the templates", '"mail.tpl"', names="template"),
            Key("subject", "its subject", '"{$trigger.customer.name}, your cart is still here"'),
            Key("to", "whom it is for; usually `{$trigger.email}`", '"{$trigger.email}"'),
            Key("from", "whom it is from; usually what `--from` says", '"Shop <shop@example.com>"'),
            Key("reply_to", "where answers go", '"service@example.com"'),
            Key("unsubscribe", "an https address where one click unsubscribes", '"https://shop.example/unsubscribe"'),
        ),
    ),
    Key(
        "webhook",
        "a request, signed as [Standard Webhooks](https://www.standardwebhooks.com) says",
        '{ url = "https://…", secrets = ["OUR_WEBHOOK_SECRET"] }',
        (
            Key("url", "where it goes", '"https://…"'),
            Key(
                "secrets",
                "the keys that sign it, the newest first, by the names of environment variables (in a service: of the "
                "account's secrets)",
                '["OUR_SECRET"]',
            ),
            Key("ordered", "true: it waits for those of earlier events to the same host", "true"),
        ),
    ),
    Key(
        "publish",
        "the event, as a CloudEvent, to NATS JetStream, Kafka or RabbitMQ",
        '{ broker = "EVENTS_BROKER", subject = "shop.orders.{$trigger.type}" }',
        (
            Key(
                "broker",
                "the environment variable with its address: `nats://…`, `kafka://…`, `amqp://…`",
                '"EVENTS_BROKER"',
            ),
            Key("subject", "its subject, topic or routing key: a template", '"shop.orders.{$trigger.type}"'),
        ),
    ),
    Key(
        "profile",
        "makes, changes or removes the profile of an address",
        '{ set = { reminded = "yes" } }',
        (
            Key("email", "whose; usually `{$trigger.email}`", '"{$trigger.email}"'),
            Key("set", "fields, each a template", '{ reminded = "yes" }'),
            Key("remove", "true: it goes", "true"),
        ),
    ),
    Key(
        "raise",
        "an event of your own, that others may be `on`",
        '{ event = "cart-reminded", data = { id = "{$trigger.id}" } }',
        (
            Key("event", "its name", '"cart-reminded"', names="own-event"),
            Key("data", "its data, each a template", '{ id = "{$trigger.id}" }'),
        ),
    ),
    Key(
        "call",
        "a function of a package (entry point `dovetail.actions`): it is given the arguments and the key",
        '{ action = "our_crm", with = { id = "{$trigger.id}" } }',
        (
            Key("action", "the name of the entry point", '"our_crm"'),
            Key("with", "its arguments, each a template", '{ id = "{$trigger.id}" }'),
        ),
    ),
)
"""What a step does: one of these."""

WAYS = (
    Key("name", "names the step; a number when it is not said", '"mail"'),
    Key("then", "the step to go on with; usually the one below", '"end"', names="step"),
    Key("otherwise", "the step to go on with when it does not hold, or nothing comes", '"end"', names="step"),
)
"""What every step may have."""

ACT = {each.name: each for each in ACTS}
IN_STEP = (*ACTS, *WAYS)
AT_TOP = (*TOP, STEPS)
