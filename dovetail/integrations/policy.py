"""The settings that every integration has, read by the rules that are declared beside their defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from dovetail.errors import did_you_mean
from dovetail.integrations.durations import EXAMPLES, in_words, seconds_of
from dovetail.integrations.secrets import MASK, SecretPlace, place_of
from dovetail.providers.kinds import Policy, rules
from dovetail.providers.rules import Rule

KEY_VARIABLE = "DOVETAIL_CACHE_KEY"
"""The environment variable of the key that encrypts answers about persons, unless a setting names another place."""

Fault = Callable[[tuple[str, ...], str, str], None]
"""Takes the path of a setting below its integration, a sentence and a remedy."""


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The policy in one `[integrations.NAME]` table; faults are told, and the default stands in."""

    table: Mapping[str, object]
    folder: Path
    fault: Fault

    def read(self) -> Policy:
        """The policy."""
        given: dict[str, object] = {}
        for name, rule in rules().items():
            if name in self.table and (value := self._setting(name, rule, self.table[name])) is not None:
                given[name] = value
        if given.get("personal_cache") == "encrypted":
            given.setdefault("personal_key", _Key(SecretPlace("env", KEY_VARIABLE)))
        # The rules are the types: what they let through is what the fields take.
        return replace(Policy(), **given)  # type: ignore[arg-type]

    def _setting(self, name: str, rule: Rule, value: object) -> object:
        if rule.by_kind and isinstance(value, dict):
            return dict(self._pairs(name, rule, cast("dict[str, object]", value)))
        if rule.only_by_kind:
            self.fault(
                (name,), f"`{name}` says for each kind of data {rule.summary}", f"For example: {_shown(name, rule)}"
            )
            return None
        return self._value((name,), f"`{name}`", rule, value)

    def _pairs(self, name: str, rule: Rule, given: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        for kind, value in given.items():
            read = self._value((name, kind), f"the `{name}` of `{kind}`", rule, value)
            if read is not None:
                yield kind, read

    def _value(self, path: tuple[str, ...], what: str, rule: Rule, value: object) -> object:
        match rule.type:
            case "span":
                return self._span(path, what, rule, value)
            case "number" | "whole":
                return self._number(path, what, rule, value)
            case "choice":
                if value in rule.choices:
                    return value
                words = [f'"{each}"' for each in rule.choices]
                self.fault(
                    path,
                    f"{what} is {', '.join(words[:-1])} or {words[-1]}",
                    _capital(did_you_mean(str(value), rule.choices)),
                )
            case "boolean":
                if isinstance(value, bool):
                    return value
                self.fault(path, f"{what} is true or false", "")
            case "secret":
                place = place_of(value, self.folder)
                if place is not None:
                    return _Key(place)
                self.fault(
                    path,
                    f"{what} says where the key is: env, keyring or file, with a name in quotes",
                    f"Write {_shown(path[0], rule)}; a key that stood here in plain text is no secret any more",
                )
        return None

    def _span(self, path: tuple[str, ...], what: str, rule: Rule, value: object) -> float | None:
        seconds = seconds_of(value)
        if seconds is None:
            self.fault(path, f"{what} is a span of time", f"For example: {EXAMPLES}")
        elif seconds < rule.least:
            self.fault(path, f"{what} is longer than nothing", f"For example: {_shown(path[0], rule)}")
            return None
        return seconds

    def _number(self, path: tuple[str, ...], what: str, rule: Rule, value: object) -> float | None:
        allowed = int if rule.type == "whole" else (int, float)
        if isinstance(value, allowed) and not isinstance(value, bool):
            number = cast("float", value)
            if rule.least <= number <= (rule.most if rule.most is not None else number):
                return number
        words = "a whole number" if rule.type == "whole" else "a number"
        bounds = f"from {rule.least:g} to {rule.most:,}" if rule.most is not None else f"of {rule.least:g} or more"
        self.fault(path, f"{what} is {words} {bounds}: {rule.summary}", f"For example: {_shown(path[0], rule)}")
        return None


def in_settings(policy: Policy) -> Mapping[str, str]:
    """A policy in the words of a settings file: `ttl.product` → `10m`; settings without a value are left out."""
    shown: dict[str, str] = {}
    for name, rule in rules().items():
        value: object = getattr(policy, name)
        if isinstance(value, Mapping):
            for kind, part in cast("Mapping[str, object]", value).items():
                shown[f"{name}.{kind}"] = _in_words(rule, part)
        elif value is not None:
            shown[name] = _in_words(rule, value)
    return shown


def _in_words(rule: Rule, value: object) -> str:
    if rule.type == "span" and isinstance(value, int | float):
        return in_words(value)
    return str(value).lower() if rule.type == "boolean" else str(value)


@dataclass(frozen=True, slots=True)
class _Key:
    """Fetches the key of the cache from its place."""

    place: SecretPlace

    def __call__(self) -> str:
        """The key.

        Raises:
            SettingsError: it is not there.
        """
        return self.place.fetch().reveal()

    def __str__(self) -> str:
        state = "is there" if self.place.is_there() else "MISSING"
        return f"{MASK} from the {self.place.describe()} ({state})"


def _shown(name: str, rule: Rule) -> str:
    return f"{name} = {rule.example}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
