"""Providers of installed packages, kept apart: what one does wrong is said in a sentence and harms nothing else.

The sentence names the package and what to do about it. It says where an exception was raised, never its text,
which may hold a secret or a customer's data.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Provider,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Member, Schema
from dovetail.errors import DovetailError, OddAnswerError, ProviderError, SettingsError
from dovetail.providers.kinds import Kind
from dovetail.providers.schema_faults import schema_faults

T = TypeVar("T")

log = logging.getLogger(__name__)

MOST_TURNS = 1_000
"""So many batches of requests are sent for one conversation of a plug-in at most."""

_MEMBERS: Mapping[str, int | None] = {
    "identifier": None,
    "fingerprint": None,
    "schema": 0,
    "resolve": 1,
    "lifetime": 1,
    "authorize": 1,
    "suggest": 3,
    "check": 0,
}
"""What a provider has, and with how many arguments it is called (None: a property)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The installed package that a plug-in came with; `version` may be unknown ('')."""

    package: str
    version: str = ""

    def __str__(self) -> str:
        return f"the package {self.package} {self.version}".rstrip()

    @property
    def remedy(self) -> str:
        """What whoever runs Dovetail can do about a fault of it."""
        return (
            f"update it (pip install --upgrade {self.package}) or remove it (pip uninstall {self.package}), "
            "and tell its author"
        )


def guarded(kind: Kind, origin: Origin) -> Kind:
    """The same kind, whose providers do no harm: one that cannot be made is replaced by one that says why.

    Its `make` raises SettingsError for a required setting that is missing, so that plug-ins need not.
    """

    def make(identifier: str, settings: Mapping[str, object]) -> Provider:
        def unusable(what: str) -> Unusable:
            sentence = f"{origin}, which `{identifier}` comes from, {what}"
            log.warning("%s", sentence)
            return Unusable(identifier, kind.name, sentence, origin.remedy)

        missing = [item.name for item in kind.settings if item.required and item.name not in settings]
        if missing:
            raise SettingsError(f"`{identifier}` lacks {', '.join(missing)}")
        try:
            made = kind.make(identifier, settings)
        except (DovetailError, ValueError, TypeError):
            # The settings, and the operator can mend them: that is said where they are read.
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it stays in this integration
            return unusable(f"failed while it was set up ({place(error)})")
        if faults := protocol_faults(made):
            return unusable(f"was written for another version of Dovetail: {'; '.join(faults)}")
        try:
            fingerprint, schema = made.fingerprint, made.schema()
        except Exception as error:  # noqa: BLE001
            return unusable(f"failed while it described itself ({place(error)})")
        if not isinstance(cast("object", fingerprint), str):
            return unusable("has a fingerprint that is no text")
        if faults := schema_faults(schema):
            return unusable(f"has a schema that cannot be used: {faults[0]}")
        return Guarded(made, origin, identifier, fingerprint, schema)

    return replace(kind, make=make)


def protocol_faults(provider: object) -> list[str]:
    """How an object differs from a `Provider`: what it lacks, and what is called otherwise."""
    faults: list[str] = []
    for name, count in _MEMBERS.items():
        # Not on the object: a property may need what is not there yet.
        found = inspect.getattr_static(provider, name, None)
        if found is None:
            faults.append(f"it has no `{name}`")
        elif count is not None and not _takes(getattr(provider, name, None), count):
            faults.append(f"its `{name}` is not called with {count} arguments")
    return faults


def _takes(method: object, count: int) -> bool:
    if not callable(method):
        return False
    try:
        inspect.signature(method).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:
        # Something compiled, which does not tell.
        return True
    return True


class Guarded:
    """A `Provider` around a plug-in's: its exceptions, odd results and endless talks become `OddAnswerError`s."""

    __slots__ = ("_fingerprint", "_identifier", "_origin", "_provider", "_schema")

    def __init__(self, provider: Provider, origin: Origin, identifier: str, fingerprint: str, schema: Schema) -> None:
        self._provider = provider
        self._origin = origin
        self._identifier = identifier
        self._fingerprint = fingerprint
        self._schema = schema

    @property
    def identifier(self) -> str:
        """The name under which templates know it."""
        return self._identifier

    @property
    def fingerprint(self) -> str:
        """What its answers depend on, as it said when it was made."""
        return self._fingerprint

    def schema(self) -> Schema:
        """What stands below the identifier, as it said when it was made."""
        return self._schema

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Answer the asks.

        Raises:
            ProviderError: the plug-in's own, or an OddAnswerError that says what it did wrong.
        """
        answered = yield from self._lead("resolve", lambda: self._provider.resolve(asks))
        if not isinstance(cast("object", answered), Mapping):
            raise self._odd("resolve", f"gives a {type(answered).__name__} instead of a mapping of answers by ask")
        for ask, answer in cast("Mapping[object, object]", answered).items():
            if not isinstance(ask, Ask):
                raise self._odd("resolve", f"answers a {type(ask).__name__}, which is no Ask")
            if not isinstance(answer, Answer | ProviderError):
                what = f"answers {ask.collection} with a {type(answer).__name__} instead of an Answer"
                raise self._odd("resolve", what)
        return answered

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer may be kept."""
        found = self._call("lifetime", lambda: self._provider.lifetime(ask))
        if not isinstance(cast("object", found), Lifetime):
            raise self._odd("lifetime", f"gives a {type(found).__name__} instead of a Lifetime")
        return found

    def authorize(self, request: Request) -> Request:
        """The request with proof of who asks."""
        found = self._call("authorize", lambda: self._provider.authorize(request))
        if not isinstance(cast("object", found), Request):
            raise self._odd("authorize", f"gives a {type(found).__name__} instead of a Request")
        return found

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """Live continuations of a path."""
        found = yield from self._lead("suggest", lambda: self._provider.suggest(path, text, limit))
        return self._all("suggest", found, Suggestion)

    def check(self) -> Talk[Sequence[Finding]]:
        """Test the connection."""
        found = yield from self._lead("check", self._provider.check)
        return self._all("check", found, Finding)

    def _lead(self, name: str, begin: Callable[[], Talk[T]]) -> Talk[T]:
        talk = self._call(name, begin)
        if not inspect.isgenerator(cast("object", talk)):
            raise self._odd(name, f"gives a {type(talk).__name__} instead of a generator of requests")
        replies: Sequence[Response | ProviderError] | None = None
        for _ in range(MOST_TURNS):
            try:
                batch = next(talk) if replies is None else talk.send(replies)
            except StopIteration as done:
                result: T = done.value
                return result
            except DovetailError:
                raise
            except Exception as error:
                raise self._failed(name, error) from error
            if not isinstance(batch, list | tuple) or not all(isinstance(each, Request) for each in batch):
                raise self._odd(name, "yields something other than a list of Requests")
            replies = yield batch
        talk.close()
        raise self._odd(name, f"has asked {MOST_TURNS:,} times without coming to an end")

    def _call(self, name: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except DovetailError:
            raise
        except Exception as error:
            raise self._failed(name, error) from error

    def _all(self, name: str, found: object, wanted: type[T]) -> Sequence[T]:
        if isinstance(found, list | tuple) and all(isinstance(each, wanted) for each in found):
            return cast("Sequence[T]", found)
        raise self._odd(name, f"gives something other than a list of {wanted.__name__}s")

    def _failed(self, name: str, error: Exception) -> OddAnswerError:
        return self._odd(name, f"failed ({place(error)})")

    def _odd(self, name: str, what: str) -> OddAnswerError:
        message = f"`{self._identifier}`: `{name}` of {self._origin} {what}"
        log.error("%s", message)
        return OddAnswerError(message, identifier=self._identifier, help=self._origin.remedy)


class _AnyName(dict[str, Member]):
    """Members under every name, and none to list: a template must not show a blank where a plug-in is broken."""

    def get(self, name: str, default: object = None) -> Member:
        """A value by that name, which is asked for and answered with the reason."""
        return Member(kind="value", collection=name, summary="the plug-in that offers this cannot be used", type="any")


class Unusable:
    """A `Provider` in place of a plug-in that cannot be used: whoever asks it something is told why."""

    __slots__ = ("_help", "_identifier", "_kind", "_sentence")

    def __init__(self, identifier: str, kind: str, sentence: str, help: str) -> None:  # noqa: A002
        self._identifier = identifier
        self._kind = kind
        self._sentence = sentence
        self._help = help

    @property
    def identifier(self) -> str:
        """The name under which templates know it."""
        return self._identifier

    @property
    def fingerprint(self) -> str:
        """Nothing is ever kept of it."""
        return f"unusable {self._kind}"

    def schema(self) -> Schema:
        """Every name, so that reading one is an error and not a blank."""
        return Schema(kind=self._kind, summary=self._sentence, members=_AnyName())

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """The reason, for each ask."""
        yield from ()
        return {ask: self._error() for ask in asks}

    def lifetime(self, ask: Ask) -> Lifetime:
        """Nothing is kept."""
        return Lifetime(0.0, personal=True)

    def authorize(self, request: Request) -> Request:
        """Nothing is sent.

        Raises:
            ProviderError: always.
        """
        raise self._error()

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """Nothing can be said of what stands there.

        Raises:
            ProviderError: always.
        """
        yield from ()
        raise self._error()

    def check(self) -> Talk[Sequence[Finding]]:
        """The reason."""
        yield from ()
        return [Finding(False, self._sentence, self._help)]

    def _error(self) -> ProviderError:
        return ProviderError(f"`{self._identifier}`: {self._sentence}", identifier=self._identifier, help=self._help)


def unusable_kind(name: str, sentence: str, help: str) -> Kind:  # noqa: A002
    """A kind whose providers are `Unusable`: for a settings file that names a plug-in which cannot be loaded."""
    return Kind(
        name=name,
        title=f"{name} (cannot be used)",
        summary=sentence,
        settings=(),
        make=lambda identifier, _: Unusable(identifier, name, sentence, help),
    )


def place(error: BaseException) -> str:
    """The kind of an exception, and the line where it was raised: `KeyError, loyalty.py:31`."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f", {Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at is not None else ""
    return f"{type(error).__name__}{where}"
