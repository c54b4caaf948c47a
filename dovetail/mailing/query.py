"""Recipients that a database is asked for: where it is, the question, and where the password stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dovetail.errors import UsageError
from dovetail.integrations.secrets import SecretPlace, place_in


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a database. `url`: SQLAlchemy's form, without a password, which `password` says where to find."""

    url: str
    text: str
    password: SecretPlace | None = None

    def digest(self) -> str:
        """The mark by which the same question is known again: the SHA-256 of database and text."""
        return hashlib.sha256(f"{self.url}\0{self.text}".encode("utf-8", "surrogatepass")).hexdigest()


def is_url(recipients: str) -> bool:
    """Whether recipients come from a database: `postgresql://…`, not a file."""
    return "://" in recipients


def password_place(given: str) -> SecretPlace:
    """The place that `env:NAME`, `keyring:NAME` or `file:PATH` names.

    Raises:
        UsageError: it names none. It is not shown: it may be the password.
    """
    place = place_in(given)
    if place is None:
        raise UsageError(
            "--password-from says where the password is, never the password itself: env:NAME of a variable, "
            "keyring:NAME of an entry, or file:PATH"
        )
    return place
