"""The conformance kit: a class that a provider's author derives from, and pytest runs."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from dovetail.engine.ports import Key, Query
from dovetail.providers.kinds import Integration, Kind, Policy
from dovetail.testing.checks import complaints
from dovetail.testing.holding import World
from dovetail.testing.subject import Subject
from dovetail.testing.tape import Tape
from dovetail.testing.worlds import Real, recorder

RECORD = "DOVETAIL_RECORD"
"""The environment variable that names the dovetail.toml from which a recording is made."""

_SHOWN = 20
"""So many complaints are shown: one fault often has many."""


class ProviderKit:
    """Fourteen tests of a provider. Derive a class named `Test…`, and say what it is about::

    class TestLoyalty(ProviderKit):
        kind = KIND
        settings = {"url": "https://loyalty.example", "key": "made-up"}
        exchanges = "recorded.json"
        known = {"member": ["1001", "1002"]}
    """

    kind: Kind

    settings: Mapping[str, object]
    """Settings as `Kind.make` gets them. With `exchanges`, all values are made up; secrets are always."""

    exchanges: str = ""
    """The recording, beside the test's file. '': requests are sent to the settings' address, a test server's."""

    identifier: str = "example"
    """The name of the integration, here and in the dovetail.toml from which a recording is made."""

    known: Mapping[str, Sequence[Key | Query]] = {}
    """For each keyed member two or more keys that exist; for lists other queries than the first three records."""

    unknown: Mapping[str, Key] = {}
    """For keyed members a key that does not exist, where "no-such-key" (999999999 beside numbers) may not do."""

    most_requests: Mapping[str, int] = {}
    """How many requests all known keys of a member may cost together, where it is more than one of them costs."""

    hosts: Sequence[str] = ()
    """Where requests may go besides the addresses in the settings: `login.loyalty.example`."""

    other_settings: Mapping[str, object] = {}
    """Other values that settings may have, where those that the kit makes up are refused."""

    same_answers: Sequence[str] = ()
    """Settings that change no answer, so that the fingerprint need not know them."""

    not_personal: Sequence[str] = ()
    """Fields that look personal and are not: `shop.email`."""

    _worlds: ClassVar[dict[tuple[type, str], World]] = {}

    def subject(self) -> Subject:
        """What the checks look at."""
        return Subject(
            kind=self.kind,
            settings=self.settings,
            world=self._world(),
            identifier=self.identifier,
            known=self.known,
            unknown=self.unknown,
            most_requests=self.most_requests,
            hosts=self.hosts,
            other_settings=self.other_settings,
            same_answers=self.same_answers,
            not_personal=self.not_personal,
        )

    def _world(self) -> World:
        settings_file = os.environ.get(RECORD, "")
        key = (type(self), repr((self.settings, settings_file)))
        if key not in self._worlds:
            self._worlds[key] = self._new_world(settings_file)
        return self._worlds[key]

    def _new_world(self, settings_file: str) -> World:
        if not self.exchanges:
            provider = self.kind.make(self.identifier, self.settings)
            # A test server is in this machine.
            return Real(Integration(provider, Policy(allow_private_addresses=True)))
        tape = Path(inspect.getfile(type(self))).parent / self.exchanges
        if settings_file:
            return recorder(tape, Path(settings_file), self.kind, self.identifier, self.settings)
        return Tape.read(tape)

    def _hold(self, name: str) -> None:
        __tracebackhide__ = True
        found = complaints(self.subject(), name)
        if found:
            left = [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
            raise AssertionError("\n".join([*found[:_SHOWN], *left]))

    def test_kind_and_settings_are_described_and_wrong_ones_refused(self) -> None:
        """The kind has a name, a title and a summary, and so have its settings; wrong ones are refused in words."""
        self._hold("kind")

    def test_schema_is_sound_and_documented(self) -> None:
        """The schema can be used, and everything in it says what it is."""
        self._hold("schema")

    def test_fingerprint_changes_with_settings_and_nothing_else(self) -> None:
        """It changes with each setting that changes answers, with nothing else, and holds no secret."""
        self._hold("fingerprint")

    def test_protocol_is_kept(self) -> None:
        """Conversations are generators that depend on nothing but asks and replies."""
        self._hold("protocol")

    def test_requests_go_where_they_may_without_secrets(self) -> None:
        """Requests go to the settings' addresses only, are spelled as addresses are, and carry no secret in them."""
        self._hold("requests")

    def test_every_member_is_answered(self) -> None:
        """Every member of the schema can be asked, and what is known to exist is found."""
        self._hold("members")

    def test_answers_have_the_shape_of_the_schema(self) -> None:
        """Answers have the types that the schema promises, down to what references lead to."""
        self._hold("shape")

    def test_unknown_keys_are_not_found(self) -> None:
        """A key that does not exist is not found: no error, no empty record."""
        self._hold("unknown")

    def test_asks_share_requests(self) -> None:
        """Many asks cost no more requests than declared, and no more turns than one does."""
        self._hold("batching")

    def test_answers_can_be_kept(self) -> None:
        """Answers can be kept as JSON and come back the same."""
        self._hold("keeping")

    def test_personal_data_are_marked(self) -> None:
        """What is about a person is marked so, in the schema and in its lifetime."""
        self._hold("personal")

    def test_failures_become_errors_and_never_holes(self) -> None:
        """Timeouts, error statuses, HTML, cut and empty bodies become the right errors, never exceptions or holes."""
        self._hold("failures")

    def test_suggestions(self) -> None:
        """Live continuations: at most as many as wanted, each with something to insert; nowhere an exception."""
        self._hold("suggestions")

    def test_connection_test(self) -> None:
        """The connection test is fine when all is well, and says what to do when it is not."""
        self._hold("connection")
