"""Integrations in a database: checked as those of `dovetail.toml` are, their credentials sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dovetail.engine.ports import Finding
from dovetail.errors import SettingsError
from dovetail.integrations.late import LateProvider
from dovetail.integrations.secrets import Secret
from dovetail.integrations.settings import IntegrationSettings, check_table
from dovetail.integrations.store import account_secrets
from dovetail.integrations.store.accounts import Actor, new_id, record
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.tables import hook, integration
from dovetail.providers.kinds import Integration, Kind, rules

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_PRIVATE = "allow_private_addresses"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one setting: `field` is its path with dots, '' for the whole."""

    field: str
    message: str


class UnfitSettings(SettingsError):
    """Settings that cannot be taken; `faults` says which and why, never with a value."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{each.field}: {each.message}" if each.field else each.message for each in faults))


class Changed(SettingsError):
    """Somebody else changed it meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An integration of an account. `secrets` names the credentials that are there. Times in Unix seconds."""

    id: str
    account: str
    identifier: str
    kind: str
    settings: Mapping[str, object]
    secrets: Sequence[str]
    enabled: bool
    revision: int
    created_at: float
    changed_at: float
    checked_at: float | None
    findings: Sequence[Finding] | None


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A credential that is opened when an integration is first asked something."""

    seal: Seal
    place: str
    text: str

    def fetch(self) -> Secret:
        """The credential.

        Raises:
            SettingsError: the key it was sealed with is not there.
        """
        return self.seal.open(self.place, self.text)


class Shelf:
    """The integrations of accounts. `kinds` are those that may be used; `private`: shops may be in the own network."""

    def __init__(self, seal: Seal, kinds: Mapping[str, Kind], *, private: bool = False) -> None:
        self._seal = seal
        self._kinds = kinds
        self._private = private

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds that may be used here."""
        return self._kinds

    def check(
        self, identifier: str, kind: str, settings: Mapping[str, object], secrets: Sequence[str]
    ) -> IntegrationSettings:
        """Settings as they would be used; `secrets` are the names of credentials that are given.

        Raises:
            UnfitSettings: with every fault.
        """
        faults = list[Fault]()

        def fault(path: Sequence[str], sentence: str, remedy: str = "") -> None:
            message = f"{sentence}." + (f" {remedy.rstrip('.')}." if remedy else "")
            faults.append(Fault(".".join(path), message))

        known = self._kinds.get(kind)
        hidden = {item.name for item in known.settings if item.secret} if known is not None else set[str]()
        hidden |= {name for name, rule in rules().items() if rule.type == "secret"}
        for name in settings:
            if name in hidden or name == "kind":
                fault((name,), f"`{name}` is not a setting here", "Credentials are given apart from settings")
        if settings.get(_PRIVATE) and not self._private:
            fault((_PRIVATE,), "this service asks no addresses in private networks", "Ask whoever runs it")
        for name in secrets:
            if known is not None and name not in {item.name for item in known.settings if item.secret}:
                fault((name,), f"`{name}` is no credential of {known.name}")
        table = {name: value for name, value in settings.items() if name not in hidden and name != "kind"}
        # The places stand for credentials that are there; nothing is fetched from them.
        places = {name: {"env": "SEALED"} for name in secrets}
        found = check_table(identifier, {**table, **places, "kind": kind}, None, self._kinds, fault)
        if faults or found is None:
            raise UnfitSettings(faults)
        try:
            LateProvider(identifier, found.kind, found.plain, found.secrets)
        except SettingsError as error:
            raise UnfitSettings([Fault("", str(error))]) from None
        return found

    def create(
        self, connection: Connection, actor: Actor, identifier: str, kind: str, settings: Mapping[str, object],
        secrets: Mapping[str, str], now: float, *, enabled: bool = True,
    ) -> Stored:  # fmt: skip
        """A new integration.

        Raises:
            UnfitSettings: its settings do not fit, or its identifier is taken.
        """
        self.check(identifier, kind, settings, list(secrets))
        id_ = new_id("int")
        try:
            connection.execute(
                insert(integration).values(
                    id=id_, account=actor.account, identifier=identifier, kind=kind, settings=dict(settings),
                    secrets=self._sealed(id_, secrets), enabled=enabled, revision=1, created_at=now, changed_at=now,
                )
            )  # fmt: skip
        except IntegrityError:
            taken = f"there is an integration `{identifier}` already. Choose another identifier."
            raise UnfitSettings([Fault("identifier", taken)]) from None
        record(
            connection,
            actor,
            "integration.create",
            identifier,
            now,
            kind=kind,
            settings=sorted(settings),
            credentials=sorted(secrets),
        )
        made = self.get(connection, actor.account, identifier)
        assert made is not None
        return made

    def change(
        self, connection: Connection, actor: Actor, identifier: str, revision: int, now: float, *,
        settings: Mapping[str, object] | None = None, secrets: Mapping[str, str | None] | None = None,
        enabled: bool | None = None,
    ) -> Stored | None:  # fmt: skip
        """Other settings, other credentials (None takes one away), on or off; None when there is no such integration.

        Raises:
            UnfitSettings: the settings do not fit.
            Changed: `revision` is not the present one.
        """
        row = self._row(connection, actor.account, identifier)
        if row is None:
            return None
        if row.revision != revision:
            raise Changed("somebody changed this integration meanwhile. Look at it again, then change it")
        given = secrets or {}
        kept = {name: text for name, text in row.secrets.items() if name not in given}
        new = {name: text for name, text in given.items() if text is not None}
        wanted = row.settings if settings is None else dict(settings)
        if settings is not None or secrets is not None:
            self.check(identifier, row.kind, wanted, [*kept, *new])
        # The revision once more, in the statement itself: two that read the same one cannot both write.
        done = connection.execute(
            update(integration)
            .where(integration.c.id == row.id, integration.c.revision == revision)
            .values(
                settings=wanted, secrets={**kept, **self._sealed(row.id, new)},
                enabled=row.enabled if enabled is None else enabled, revision=revision + 1, changed_at=now,
            )
        )  # fmt: skip
        if done.rowcount != 1:
            raise Changed("somebody changed this integration meanwhile. Look at it again, then change it")
        differing = sorted(name for name in {*wanted, *row.settings} if wanted.get(name) != row.settings.get(name))
        record(
            connection,
            actor,
            "integration.change",
            identifier,
            now,
            settings=differing,
            credentials=sorted(given),
            **({} if enabled is None else {"enabled": enabled}),
        )
        return self.get(connection, actor.account, identifier)

    def remove(self, connection: Connection, actor: Actor, identifier: str, now: float) -> bool:
        """Take an integration away, with its credentials; False when there is none."""
        gone = connection.execute(
            delete(integration).where(integration.c.account == actor.account, integration.c.identifier == identifier)
        )
        if gone.rowcount:
            record(connection, actor, "integration.remove", identifier, now)
        return bool(gone.rowcount)

    def note_check(
        self, connection: Connection, owner: str, identifier: str, findings: Sequence[Finding], now: float
    ) -> None:
        """Keep what a connection test found."""
        kept = [{"ok": item.ok, "what": item.what, "help": item.help} for item in findings]
        connection.execute(
            update(integration)
            .where(integration.c.account == owner, integration.c.identifier == identifier)
            .values(checked_at=now, findings=kept)
        )

    def get(self, connection: Connection, owner: str, identifier: str) -> Stored | None:
        """One integration of an account."""
        row = self._row(connection, owner, identifier)
        return None if row is None else _stored(row)

    def list(self, connection: Connection, owner: str, after: str = "", limit: int = 100) -> Sequence[Stored]:
        """Integrations of an account by identifier, those behind `after`."""
        rows = connection.execute(
            select(integration)
            .where(integration.c.account == owner, integration.c.identifier > after)
            .order_by(integration.c.identifier)
            .limit(limit)
        )
        return [_stored(row) for row in rows]

    def connected(
        self, connection: Connection, owner: str, identifiers: frozenset[str] | None = None
    ) -> Sequence[Integration]:
        """The account's integrations that are switched on, ready for an environment; `identifiers`: only these."""
        rows = connection.execute(
            select(integration)
            .where(integration.c.account == owner, integration.c.enabled)
            .order_by(integration.c.identifier)
        )
        made = list[Integration]()
        for row in rows:
            if identifiers is None or row.identifier in identifiers:
                made.append(self._connect(row))
        return made

    def connect(self, connection: Connection, owner: str, identifier: str) -> Integration | None:
        """One integration ready to be asked, whether it is on or off."""
        row = self._row(connection, owner, identifier)
        return None if row is None else self._connect(row)

    def reseal(self, connection: Connection) -> int:
        """Seal all credentials with the newest key; how many there are.

        Raises:
            SettingsError: one was sealed with a key that is not given; nothing is changed then.
        """
        count = 0
        for row in connection.execute(select(integration.c.id, integration.c.secrets)).all():
            renewed = {name: self._seal.renew(text) for name, text in row.secrets.items()}
            count += len(renewed)
            connection.execute(update(integration).where(integration.c.id == row.id).values(secrets=renewed))
        for row in connection.execute(select(hook.c.id, hook.c.secret)).all():
            count += 1
            connection.execute(update(hook).where(hook.c.id == row.id).values(secret=self._seal.renew(row.secret)))
        return count + account_secrets.reseal(connection, self._seal)

    def _row(self, connection: Connection, owner: str, identifier: str) -> Row[tuple[object, ...]] | None:
        return connection.execute(
            select(integration).where(integration.c.account == owner, integration.c.identifier == identifier)
        ).first()

    def _sealed(self, id_: str, secrets: Mapping[str, str]) -> dict[str, str]:
        return {name: self._seal.seal(f"{id_}/{name}", text.strip()) for name, text in secrets.items()}

    def _connect(self, row: Row[tuple[object, ...]]) -> Integration:
        values = row._mapping
        checked = self.check(values["identifier"], values["kind"], values["settings"], list(values["secrets"]))
        sealed = {
            name: SealedSecret(self._seal, f"{values['id']}/{name}", text) for name, text in values["secrets"].items()
        }
        return Integration(LateProvider(values["identifier"], checked.kind, checked.plain, sealed), checked.policy)


def _stored(row: Row[tuple[object, ...]]) -> Stored:
    values = row._mapping
    findings = values["findings"]
    return Stored(
        id=values["id"],
        account=values["account"],
        identifier=values["identifier"],
        kind=values["kind"],
        settings=values["settings"],
        secrets=sorted(values["secrets"]),
        enabled=values["enabled"],
        revision=values["revision"],
        created_at=values["created_at"],
        changed_at=values["changed_at"],
        checked_at=values["checked_at"],
        findings=None if findings is None else [Finding(**item) for item in findings],
    )
