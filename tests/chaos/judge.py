"""Whether a mail is right, reported, or a fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from dovetail import DovetailError
from tests.chaos.cases import Case
from tests.chaos.truth import Block, Truth

IDENTIFIER = "mywebshop"

TEMPLATE = f"""\
{{$me = ${IDENTIFIER}.customer[$profile.customer_id]}}
customer={{$me.email}}|{{$me.firstname}}|{{$me.lastname}}
{{foreach ${IDENTIFIER}.orders|filter:'customer_id':'==':$profile.customer_id|orderby:'created_at':'desc'|limit:1 as $order}}
order={{$order.increment_id}}
total={{$order.grand_total}}
{{foreach $order.items as $item}}
item={{$item.sku}}|{{$item.name}}|{{$item.qty_ordered}}
{{/foreach}}
{{/foreach}}
{{foreach $shown as $number}}
product={{${IDENTIFIER}.product.$number.title}}|{{${IDENTIFIER}.product.$number.price}}
{{/foreach}}
to={{$profile.email}}
"""
"""`$shown`: the ids of the products that all mails show."""

Verdict = Literal["right", "aged", "without order", "reported"]
"""`aged`: right, and it shows something that was no longer so when it was asked for, as the policy allows."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A result of a mailing. `asked` and `made`: when its recipient was taken, and when the result came;
    `shared_from`: when the mailing took what all its mails share."""

    customer: int
    result: bytes | DovetailError
    shared_from: float
    asked: float
    made: float


@dataclass(slots=True)
class Findings:
    """What was judged, and what is wrong."""

    verdicts: Counter[Verdict] = field(default_factory=Counter["Verdict"])
    reasons: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])

    def __iadd__(self, other: Findings) -> Findings:
        self.verdicts += other.verdicts
        self.reasons += other.reasons
        self.faults += other.faults
        return self


def judged(mail: Mail, case: Case, truth: Truth) -> Verdict | str:
    """The verdict, or what is wrong with the mail: anything that is no `Verdict`."""
    if isinstance(mail.result, DovetailError):
        return "reported" if IDENTIFIER in str(mail.result) else f"an error without its source: {mail.result}"
    lines: Block = tuple(unescape(line) for line in mail.result.decode().split("\n") if line.strip())
    least = 1 + len(truth.products) + 1
    if len(lines) < least:
        return f"a hole: {lines}"
    if lines[-1] != f"to={truth.emails[mail.customer]}":
        return f"to somebody else: {lines[-1]}"
    shared_since = mail.asked if case.rechecked else mail.shared_from
    parts = [
        ("customer", truth.customers[mail.customer], lines[:1], mail.asked),
        ("order", truth.orders[mail.customer], lines[1 : 1 - least], mail.asked),
        *(
            ("product", truth.products[number], lines[at : at + 1], shared_since)
            for number, at in zip(truth.products, range(1 - least + len(lines), len(lines) - 1), strict=True)
        ),
    ]
    verdict: Verdict = "right"
    for kind, history, shown, since in parts:
        if shown in history.between(since, mail.made):
            continue
        if shown in history.between(since - case.oldest[kind], mail.made):
            verdict = "aged" if verdict == "right" else verdict
        elif kind == "order" and shown == () and case.orders_may_be_missing:
            verdict = "without order"
        elif shown in history.between(float("-inf"), mail.made):
            return f"a {kind} older than {case.oldest[kind]:.0f} seconds: {shown}"
        else:
            return f"a wrong {kind}: {shown} instead of {sorted(history.now)}"
    return verdict
