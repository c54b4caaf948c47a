"""What a kind of integration is: its settings as data, and how a provider is made of them.

Third parties register a `Kind` under the entry point group `dovetail.providers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from dovetail.engine.ports import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of an integration, enough to build a form, a prompt or a check from."""

    name: str
    summary: str
    type: Literal["text", "url", "number", "boolean"] = "text"
    required: bool = False
    secret: bool = False
    default: str | float | bool | None = None
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of integration. `make(identifier, settings)` gets checked, plain values, secrets resolved."""

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]
    make: Callable[[str, Mapping[str, object]], Provider]


@dataclass(frozen=True, slots=True)
class Policy:
    """How an integration's answers are kept and what happens when it cannot be asked.

    `ttl` maps a collection (or `stock`, `price`) to seconds and overrides the provider's own lifetimes.
    `on_failure`: `fail` (that render fails and says why), `stale` (an expired answer up to `max_stale`
    seconds old will do), `empty` (null, with a note in the report).
    """

    on_failure: Literal["fail", "stale", "empty"] = "fail"
    ttl: Mapping[str, float] | None = None
    max_stale: float = 7 * 86400.0
    timeout: float = 20.0
    concurrency: int = 4
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Integration:
    """A configured provider with its policy."""

    provider: Provider
    policy: Policy = Policy()
