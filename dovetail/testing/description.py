"""Checks of what a provider says of itself: its kind and settings, its schema, its fingerprint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urlsplit, urlunsplit

from dovetail.engine.schema import RecordType, Schema
from dovetail.errors import DovetailError, SettingsError
from dovetail.providers.kinds import Setting, rules
from dovetail.providers.plugins import place, protocol_faults
from dovetail.providers.schema_faults import schema_faults
from dovetail.testing.subject import SHORTEST_SECRET, Subject

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_MASK = "•••"


def kind(subject: Subject) -> Iterator[str]:
    """The kind has a name, a title and a summary, and so have its settings; wrong ones are refused in words."""
    found = subject.kind
    if not _NAME.match(found.name):
        yield f"the kind is called `{found.name}`: use small letters, digits and _"
    if not found.title or not found.summary:
        yield "the kind lacks a title or a summary: `dovetail integrations add` shows them"
    for setting in found.settings:
        if not _NAME.match(setting.name):
            yield f"a setting is called `{setting.name}`: use small letters, digits and _"
        if setting.name == "kind" or setting.name in rules():
            yield f"`{setting.name}` is a setting that every integration has already: call yours otherwise"
        if not setting.summary:
            yield f"the setting `{setting.name}` has no summary: the question for it is made of that"
        if setting.secret and setting.default is not None:
            yield f"the secret `{setting.name}` has a default: whoever reads the code knows it"
    for name in subject.settings:
        if name not in {item.name for item in found.settings}:
            yield f"the test gives a setting `{name}` that the kind does not have"
    for value in subject.secrets():
        if len(value) < SHORTEST_SECRET:
            yield f"a made-up secret has {len(value)} letters: it needs {SHORTEST_SECRET}, or it is found by chance"
    yield from protocol_faults(subject.provider())
    yield from _refusals(subject)


def _refusals(subject: Subject) -> Iterator[str]:
    # Described without its secrets first: these are masked then.
    masked = {item.name: _MASK for item in subject.kind.settings if item.secret and item.name in subject.settings}
    try:
        subject.provider(**masked).schema()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the complaint
        yield f"with {_MASK} instead of its secrets the provider is not made ({place(error)}): check them later"
    for setting in subject.kind.settings:
        for value in _odd_values(setting):
            try:
                subject.provider(**{setting.name: value})
            except (SettingsError, ValueError, TypeError) as error:
                if any(secret in str(error) for secret in subject.secrets()):
                    yield f"the refusal of a wrong `{setting.name}` holds a secret"
            except Exception as error:  # noqa: BLE001
                yield f"a wrong `{setting.name}` ends in {place(error)}: raise SettingsError with a sentence"


def _odd_values(setting: Setting) -> list[object]:
    """Values of the right type that may be wrong; one that is required is always there."""
    odd = cast(
        "Mapping[str, list[object]]",
        {
            "text": ["", "?/#", "ü"],
            "url": ["https://", "ftp://x", "https://[", "nowhere"],
            "number": [-1, 0, 1e300],
            "boolean": [],
        },
    ).get(setting.type, [])
    return odd if setting.required else [*odd, None]


def schema(subject: Subject) -> Iterator[str]:
    """The schema can be used, and everything in it says what it is."""
    found = subject.schema()
    faults = schema_faults(found)
    yield from faults
    if faults:
        return
    if found.kind != subject.kind.name:
        yield f"the schema is of the kind `{found.kind}`, and the Kind is called `{subject.kind.name}`"
    if not found.summary:
        yield "the schema has no summary"
    if not found.members:
        yield "the schema has no members: nothing stands below the identifier"
    yield from _undocumented(found)


def _undocumented(found: Schema) -> Iterator[str]:
    for name, member in found.members.items():
        if not member.summary:
            yield f"the member `{name}` has no summary: the editor shows it"
        if member.kind == "keyed" and not member.key:
            yield f'the member `{name}` does not say what its key is: key="id"'
    for name, record in found.records.items():
        if not record.summary:
            yield f"the record `{name}` has no summary"
        if not record.fields:
            yield f"the record `{name}` has no fields: the editor completes them"
        yield from _undocumented_fields(record)
    used = {member.record for member in found.members.values()}
    used |= {field.record for record in found.records.values() for field in record.fields.values()}
    for name in found.records:
        if name not in used:
            yield f"the record `{name}` is described, and nothing consists of it"


def _undocumented_fields(record: RecordType) -> Iterator[str]:
    for name, field in record.fields.items():
        if not field.summary:
            yield f"the field `{record.name}.{name}` has no summary"


def fingerprint(subject: Subject) -> Iterator[str]:
    """It changes with each setting that changes answers, with nothing else, and holds no secret."""
    usual = subject.provider().fingerprint
    if not isinstance(usual, str) or not usual:
        yield "the fingerprint is a text that is not empty"
        return
    if subject.provider().fingerprint != usual:
        yield "two providers of the same settings have different fingerprints: their answers would never be found again"
    for setting in subject.kind.settings:
        if setting.secret:
            yield from _secret(subject, setting, usual)
            continue
        changed = subject.other_settings.get(setting.name, _other(setting, subject.settings.get(setting.name)))
        if changed is None or setting.name in subject.same_answers:
            continue
        try:
            now = subject.provider(**{setting.name: changed}).fingerprint
        except (DovetailError, ValueError, TypeError):
            yield (
                f"the value {changed!r} of `{setting.name}` is refused, so that its influence on the fingerprint is "
                f'unknown: name another that is not, other_settings = {{"{setting.name}": …}}'
            )
            continue
        if now == usual:
            yield (
                f"another `{setting.name}` leaves the fingerprint as it is, so that the cache would give out answers "
                f'of the old one. If it changes no answer, say so: same_answers = ("{setting.name}",)'
            )


def _secret(subject: Subject, setting: Setting, usual: str) -> Iterator[str]:
    value = str(subject.settings.get(setting.name, ""))
    if value and value in usual:
        yield f"the fingerprint holds the secret `{setting.name}`"
    elif value and subject.provider(**{setting.name: f"{value}x"}).fingerprint != usual:
        yield f"the fingerprint depends on the secret `{setting.name}`: a new key would empty the cache"


def _other(setting: Setting, value: object) -> object:
    """Another value of a setting; None when there is nothing to change."""
    given = setting.default if value is None else value
    if setting.type == "url" and given:
        parts = urlsplit(str(given))
        return urlunsplit(parts._replace(netloc=f"other.{parts.netloc}"))
    if setting.type == "boolean":
        return not given
    if setting.type == "number":
        return given + 1 if isinstance(given, int | float) else 1
    return f"{given or setting.example}x"
