"""What goes in and out, as types: requests are checked by them, and the OpenAPI document is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from dovetail.bridge.store.log import Logged
from dovetail.integrations.store.accounts import Entry
from dovetail.integrations.store.hooks import Scheme
from dovetail.integrations.store.keys import Key, Scope
from dovetail.integrations.store.mailings import StoredMailing
from dovetail.integrations.store.stored import Stored
from dovetail.integrations.store.templates import StoredTemplate

Identifier = Annotated[
    str, Meta(min_length=1, max_length=64, description="The name by which templates know it", examples=["mywebshop"])
]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\u0000-\\u001f\\u007f]+$")]
Credential = Annotated[str, Meta(min_length=1, max_length=10_000)]
Text = Annotated[str, Meta(max_length=1_000_000)]


class Given(Struct, forbid_unknown_fields=True):
    """What comes in; a field that nobody knows is a mistake, and told."""


class FieldFault(Struct):
    """What is wrong with one field, or one place of a template."""

    field: str = ""
    message: str = ""
    code: str = ""
    help: str = ""
    line: int = 0
    column: int = 0


class ProblemShape(Struct):
    """An answer that says no (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldFault] = []


class NewIntegration(Given):
    """An integration to be made. `secrets` are its credentials, by the names of the kind's settings."""

    identifier: Identifier
    kind: Name
    settings: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    secrets: dict[str, Credential] = msgspec.field(default_factory=dict[str, str])
    enabled: bool = True


class IntegrationChange(Given):
    """What changes of an integration; of `secrets` null takes one away, and those not named stay."""

    settings: dict[str, Any] | UnsetType = UNSET
    secrets: dict[str, Credential | None] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class FindingShape(Struct):
    """One result of a connection test."""

    ok: bool
    what: str
    help: str


class IntegrationShape(Struct):
    """An integration. `secrets` names the credentials that are there; what they are is never told."""

    identifier: str
    kind: str
    settings: dict[str, Any]
    secrets: list[str]
    enabled: bool
    revision: int
    created_at: datetime
    changed_at: datetime
    checked_at: datetime | None
    findings: list[FindingShape] | None


class SettingShape(Struct):
    """One setting of a kind: enough to make a form."""

    name: str
    summary: str
    type: str
    required: bool
    secret: bool
    default: str | float | bool | None
    example: str


class KindShape(Struct):
    """A kind of integration."""

    name: str
    title: str
    summary: str
    settings: list[SettingShape]


class NewKey(Given):
    """A key to be made. `identifiers`: the integrations it is for; all when left out. `rate`: requests a second."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=10)]
    identifiers: Annotated[list[Identifier], Meta(max_length=200)] | None = None
    expires_at: datetime | None = None
    rate: Annotated[float, Meta(ge=0.001, le=10_000)] = 20.0


class KeyShape(Struct):
    """A key, without its text."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    identifiers: list[str] | None
    rate: float
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class MadeKey(Struct):
    """A new key. `text` is shown this once; null when the request was repeated."""

    key: KeyShape
    text: str | None


class TemplateShape(Struct):
    """A template."""

    name: str
    text: str
    revision: int
    changed_at: datetime


class TemplateText(Given):
    """A template's text."""

    text: Text


class TemplateLine(Struct):
    """A template in a list."""

    name: str
    revision: int
    changed_at: datetime


class EntryShape(Struct):
    """One line of the trail of changes; names of what changed, never values."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


class Page(Struct):
    """Where a list goes on: the value for `after` (or `before`) of the next page, null at its end."""

    next: str | None


class IntegrationPage(Page):
    """Integrations by identifier."""

    items: list[IntegrationShape]


class KeyList(Struct):
    """Keys, the newest first."""

    items: list[KeyShape]


class KindList(Struct):
    """The kinds that can be used here."""

    items: list[KindShape]


class TemplatePage(Page):
    """Templates by name."""

    items: list[TemplateLine]


class EntryPage(Page):
    """The trail, the latest first."""

    items: list[EntryShape]


class SuggestionShape(Struct):
    """A continuation of a path: what is written, and what people call it."""

    insert: str
    label: str
    detail: str


class SuggestionList(Struct):
    """Continuations, the best first."""

    items: list[SuggestionShape]


class RenderRequest(Given):
    """A render: of `template`, a name, or of `source`, a text; with variables."""

    template: Annotated[str, Meta(max_length=300)] | None = None
    source: Text | None = None
    variables: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    format: Literal["html", "text"] = "html"


class RenderShape(Struct):
    """A mail, and how it came about."""

    text: str
    report: dict[str, Any]


class NewHook(Given):
    """A hook to be made.

    `secret`: what its requests are signed with; several, for a rotation, with spaces between. For `adobe-io-events` the
    client id of your project at Adobe, for `copernica` the number of your account.
    """

    scheme: Scheme = "standard-webhooks"
    secret: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None


class HookShape(Struct):
    """A hook. `url` is below the service's address; `secret` is told this once."""

    id: str
    url: str
    scheme: Scheme
    secret: str


class TakenEvent(Struct):
    """An event that was told. `new`: false when the same was told before; then nothing was done."""

    id: str
    new: bool


class EventShape(Struct):
    """Something that happened. `person`: whom it is about, `cause`: the id of the event that led to it; or ''."""

    number: int
    id: str
    source: str
    type: str
    subject: str
    person: str
    time: datetime
    data: dict[str, Any]
    cause: str


class EventPage(Page):
    """Events, the latest first."""

    items: list[EventShape]


class Recipients(Given):
    """Who gets a mail: a table with a header (csv), a list of objects (json), or an object a line (jsonl)."""

    text: Annotated[str, Meta(min_length=1, max_length=2_000_000)]
    format: Literal["csv", "json", "jsonl"] = "csv"


class NewMailing(Given):
    """A mailing to be started: a stored template and its recipients. `text`: nothing is escaped for HTML."""

    template: Annotated[str, Meta(min_length=1, max_length=300)]
    recipients: Recipients
    text: bool = False


class MailingShape(Struct):
    """A mailing, and how far it is."""

    id: str
    template: str
    state: Literal["running", "done", "failed", "cancelled"]
    total: int
    written: int
    failed: int
    reason: str
    created_at: datetime


class MailingList(Struct):
    """Mailings, the latest first."""

    items: list[MailingShape]


class Health(Struct):
    """Whether the service is well."""

    status: Literal["ok", "failing"]
    version: str


def moment(seconds: float) -> datetime:
    """Unix seconds as RFC 3339 shows them."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe(seconds: float | None) -> datetime | None:
    """As `moment`, where there may be none."""
    return None if seconds is None else moment(seconds)


def shown(stored: Stored) -> IntegrationShape:
    """An integration as it goes out."""
    findings = (
        None if stored.findings is None else [FindingShape(each.ok, each.what, each.help) for each in stored.findings]
    )
    return IntegrationShape(
        stored.identifier, stored.kind, dict(stored.settings), list(stored.secrets), stored.enabled, stored.revision,
        moment(stored.created_at), moment(stored.changed_at), maybe(stored.checked_at), findings,
    )  # fmt: skip


def key_shown(key: Key) -> KeyShape:
    """A key as it goes out."""
    limited = None if key.identifiers is None else sorted(key.identifiers)
    return KeyShape(
        key.id, key.name, f"dvt_{key.prefix}", sorted(key.scopes), limited, key.rate, moment(key.created_at),
        maybe(key.expires_at), maybe(key.revoked_at), maybe(key.used_at),
    )  # fmt: skip


def mailing_shown(stored: StoredMailing) -> MailingShape:
    """A mailing as it goes out."""
    return MailingShape(
        stored.id, stored.template, stored.state, stored.total, stored.written, stored.failed, stored.reason,
        moment(stored.created_at),
    )  # fmt: skip


def template_shown(stored: StoredTemplate) -> TemplateShape:
    """A template as it goes out."""
    return TemplateShape(stored.name, stored.text, stored.revision, moment(stored.changed_at))


def entry_shown(entry: Entry) -> EntryShape:
    """A line of the trail as it goes out."""
    return EntryShape(entry.number, moment(entry.at), entry.actor, entry.action, entry.subject, dict(entry.details))


def event_shown(logged: Logged) -> EventShape:
    """An event as it goes out."""
    of = logged.event
    return EventShape(
        logged.number, of.id, of.source, of.type, of.subject, of.person, moment(of.time), dict(of.data), of.cause
    )


def plain(value: Mapping[str, object] | Sequence[object]) -> Any:
    """Dataclasses and mappings as plain JSON values."""
    return msgspec.to_builtins(value)
