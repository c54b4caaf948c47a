"""Checks of what a provider answers: everything it declares, in the right shape, in few requests, and kept rightly."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from dovetail.engine.ports import Answer, Ask, Key, Lifetime, Query, Record, Ref
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import ProviderError
from dovetail.providers import codec
from dovetail.testing import shapes
from dovetail.testing.holding import Complaint
from dovetail.testing.subject import Subject, described

_FOLLOWED = 3
"""So many references of each field are followed."""


def members(subject: Subject) -> Iterator[str]:
    """Every member of the schema can be asked, and what is known to exist is found."""
    for name, member in subject.schema().members.items():
        try:
            asks = subject.asks(name, member)
            answers = subject.answers(asks)
        except Complaint as complaint:
            yield str(complaint)
            continue
        for ask in asks:
            answer = answers.get(ask)
            if answer is None or not answer.found:
                yield f"{ask.path()} exists and is not found"
            elif answer.value is None:
                yield f"{ask.path()} is found and has no value"


def shape(subject: Subject) -> Iterator[str]:
    """Answers have the types that the schema promises, down to what references lead to."""
    schema = subject.schema()
    followed: dict[Ask, Field] = {}
    for name, member in schema.members.items():
        for ask, answer in _found(subject, name, member).items():
            yield from shapes.of_member(ask.path(), answer.value, member, schema)
            if isinstance(ask.key, Query) and ask.key.limit is not None and isinstance(answer.value, list):
                came = len(cast("list[object]", answer.value))
                if came > ask.key.limit:
                    yield f"{ask.path()} has {came} records"
            if not answer.fetched_at > 0:
                yield f"{ask.path()} does not say when it was fetched: Answer(…, fetched_at=reply.at)"
            followed.update(_some(subject, shapes.references(answer.value, schema, member.record)))
    if not followed:
        return
    answers = subject.answers(list(followed))
    for ask, field in followed.items():
        led = answers.get(ask)
        if led is not None and led.found:
            yield from shapes.of_field(ask.path(), led.value, field, schema)


def _found(subject: Subject, name: str, member: Member) -> dict[Ask, Answer]:
    """The answers to the known asks of a member. Without any, the check of members complains."""
    if member.kind == "keyed" and name not in subject.known:
        return {}
    asks = subject.asks(name, member)
    answers = subject.answers(asks)
    return {ask: answers[ask] for ask in asks if ask in answers and answers[ask].found}


def _some(subject: Subject, found: Iterator[tuple[Ref, Field]]) -> dict[Ask, Field]:
    taken: dict[Ask, Field] = {}
    counts: dict[int, int] = {}
    for reference, field in found:
        counts[id(field)] = counts.get(id(field), 0) + 1
        if counts[id(field)] <= _FOLLOWED:
            taken[Ask(subject.identifier, reference.collection, reference.key)] = field
    return taken


def unknown(subject: Subject) -> Iterator[str]:
    """A key that does not exist is not found: no error, no empty record; others in the same round are answered."""
    for name, member in subject.schema().members.items():
        if member.kind != "keyed":
            continue
        missing = Ask(subject.identifier, member.collection, subject.unknown.get(name, _no_such_key(subject, name)))
        known = subject.asks(name, member)[:1] if name in subject.known else []
        for asks in ([missing], [missing, *known]):
            result = subject.resolve(asks).result
            answer = result if isinstance(result, ProviderError) else result.get(missing)
            if isinstance(answer, ProviderError):
                yield (
                    f"{missing.path()} does not exist and is answered with {described(answer)}: leave it out, or "
                    "answer Answer(None, found=False)"
                )
                break
            if answer is not None and (answer.found or answer.value is not None):
                yield f"{missing.path()} does not exist and is found"
                break
            for ask in known if len(asks) > 1 else ():
                if not isinstance(result, Mapping) or not isinstance(result.get(ask), Answer):
                    yield f"{ask.path()} is not answered when a key is asked beside it that does not exist"


def _no_such_key(subject: Subject, name: str) -> Key:
    known = subject.known.get(name, ())
    return 999_999_999 if known and all(isinstance(key, int) for key in known) else "no-such-key"


def batching(subject: Subject) -> Iterator[str]:
    """Many asks cost no more requests than declared, and no more turns than one does."""
    for name, member in subject.schema().members.items():
        if member.kind != "keyed" or name not in subject.known:
            continue
        asks = subject.asks(name, member)
        if len(asks) < 2:
            yield f"the test knows one key of `{name}` only: with two, it is seen whether they share a request"
            continue
        together = subject.resolve(asks)
        alone = [subject.resolve([ask]) for ask in asks]
        most = subject.most_requests.get(name, max(len(held.requests) for held in alone))
        if len(together.requests) > most:
            yield (
                f"{len(asks)} asks of `{name}` take {len(together.requests)} requests where {most} will do. If the "
                f'API has no way to ask for several, say what they may cost: most_requests = {{"{name}": '
                f"{len(together.requests)}}}"
            )
        turns = max(len(held.batches) for held in alone)
        if len(together.batches) > turns:
            yield (
                f"{len(asks)} asks of `{name}` take {len(together.batches)} turns, and one takes {turns}: yield all "
                "requests in one list, so that they go out at the same time"
            )


def keeping(subject: Subject) -> Iterator[str]:
    """Answers can be kept as JSON and come back the same; lifetimes are numbers of seconds."""
    provider = subject.provider()
    for ask, answer in subject.answers(list(subject.all_asks())).items():
        try:
            text = codec.dump(answer)
            text.encode()
            back = codec.load(text)
        except (TypeError, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, TypeError) else type(error).__name__
            yield f"{ask.path()} cannot be kept as JSON: {reason}"
            continue
        if replace(back, stale=answer.stale) != answer:
            yield f"{ask.path()} is another value after it was kept as JSON: are all keys texts, all numbers finite?"
        life = provider.lifetime(ask)
        if not isinstance(cast("object", life), Lifetime):
            yield f"the lifetime of {ask.path()} is a {type(life).__name__}"
        elif not 0 <= life.seconds < math.inf:
            yield f"the lifetime of {ask.path()} is {life.seconds} seconds"


_PERSONAL = re.compile(
    r"e_?mail(_?address)?|(tele|mobile_?)?phone(_?number)?|(first|last|sur|family|given)_?name|birth_?(day|date)|"
    r"date_of_birth|dob|street|iban|passport",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}\Z", re.IGNORECASE)


def personal(subject: Subject) -> Iterator[str]:
    """What is about a person is marked so, in the schema and in its lifetime."""
    schema = subject.schema()
    provider = subject.provider()
    for record in schema.records.values():
        if record.personal:
            continue
        for name in record.fields:
            if _PERSONAL.fullmatch(name) and f"{record.name}.{name}" not in subject.not_personal:
                yield _unmarked(record, name, "looks like it is about a person")
    for name, member in schema.members.items():
        declared = schema.records.get(member.record)
        for ask, answer in _found(subject, name, member).items():
            if declared is None:
                continue
            if declared.personal and not provider.lifetime(ask).personal:
                yield f"{ask.path()} is personal in the schema, and its lifetime is not: Lifetime(…, personal=True)"
            if not declared.personal:
                for field in _with_addresses(answer.value):
                    if f"{declared.name}.{field}" not in subject.not_personal:
                        yield _unmarked(declared, field, "holds an e-mail address")
            yield from _references(subject, schema, ask, answer, member)


def _references(subject: Subject, schema: Schema, ask: Ask, answer: Answer, member: Member) -> Iterator[str]:
    provider = subject.provider()
    for reference, field in shapes.references(answer.value, schema, member.record):
        target = schema.records.get(field.record)
        asked = Ask(subject.identifier, reference.collection, reference.key)
        if target is not None and target.personal and not provider.lifetime(asked).personal:
            yield f"{asked.path()}, which {ask.path()} leads to, is personal in the schema, and its lifetime is not"


def _unmarked(record: RecordType, field: str, why: str) -> str:
    return (
        f"the field `{record.name}.{field}` {why}: RecordType(…, personal=True), or, if it is not, "
        f'not_personal = ("{record.name}.{field}",)'
    )


def _with_addresses(value: object) -> list[str]:
    records = cast("list[object]", value) if isinstance(value, list) else [value]
    return [
        name
        for record in records
        if isinstance(record, Record)
        for name, item in record.fields.items()
        if isinstance(item, str) and _ADDRESS.match(item)
    ]
