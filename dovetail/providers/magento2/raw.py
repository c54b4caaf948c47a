"""Reading what the API sent, where nulls are left out, empty objects are lists and ids may be texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from dovetail.providers.magento2.replies import Raw


def custom_attributes(raw: Raw) -> dict[str, object]:
    """The list of codes and values as a mapping (under a projection PHP sends an object with numbers as keys)."""
    listed = raw.get("custom_attributes")
    entries = maps(list(cast("Raw", listed).values()) if isinstance(listed, Mapping) else listed)
    return {str(entry.get("attribute_code")): entry.get("value") for entry in entries}


def extension(raw: Raw) -> Raw:
    """The extension attributes; PHP sends an empty one as a list."""
    return mapping(raw.get("extension_attributes"))


def full_name(raw: Raw, prefix: str) -> str:
    """First, middle and last name, joined."""
    parts = (text(raw, f"{prefix}{name}").strip() for name in ("firstname", "middlename", "lastname"))
    return " ".join(part for part in parts if part)


def text(raw: Raw, name: str) -> str:
    """A field as text, '' when it is missing."""
    value = raw.get(name)
    return "" if value is None else str(value)


def number(raw: Raw, name: str) -> int:
    """A field as an integer, 0 when it is missing or no number."""
    value = raw.get(name)
    try:
        return int(value) if isinstance(value, int | float | str) else 0
    except ValueError:
        return 0


def mapping(value: object) -> Raw:
    """A nested object, empty when there is none."""
    return cast("Raw", value) if isinstance(value, Mapping) else {}


def maps(value: object) -> list[Raw]:
    """The objects of a list, empty when there is none."""
    if not isinstance(value, list):
        return []
    return [cast("Raw", each) for each in cast("Sequence[object]", value) if isinstance(each, Mapping)]


def amount(value: object) -> float:
    """A decimal, which custom attributes give as text; 0 when it is none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def day(value: object) -> date | None:
    """The day of a date or moment."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
