"""One row of a recipients file: someone who gets a mail, or a row that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from dovetail.mailing.encoding import Encoding

_NAMING = ("id", "profile_id", "customer_id", "email")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row: its number and the variables of its mail."""

    row: int
    variables: Mapping[str, object]

    @property
    def profile(self) -> Mapping[str, object]:
        """The row's columns."""
        return cast("Mapping[str, object]", self.variables["profile"])

    @property
    def name(self) -> str:
        """The recipient's own id or address; `row-N` where there is neither."""
        profile = self.profile
        if found := _text(profile.get("id")):  # mostly: spares the look at all other columns
            return found
        lowered = {name.lower(): value for name, value in profile.items()}
        for name in _NAMING:
            if found := _text(lowered.get(name)):
                return found
        return f"row-{self.row}"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read, and why. The reason never quotes the row: rows are about people."""

    row: int
    reason: str

    @property
    def name(self) -> str:
        """`row-N`."""
        return f"row-{self.row}"


Row: TypeAlias = Recipient | BrokenRow


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def is_text(value: str) -> bool:
    """Whether a value came from proper text: what did not holds lone surrogates."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def not_text(column: str, encoding: Encoding) -> str:
    """The reason of a row of which a value is not `is_text`."""
    return f"column `{column}`: it is not {encoding.name} text; save the file as UTF-8"
