"""How far the other side's clock is from ours, by the `Date` of its replies.

Signatures carry a time, and Magento refuses one from ten minutes in the future (facts/magento.md §3, "Traps").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

TOLERATED = 30.0
"""Seconds: below this a difference is the way of the reply, and harms nobody."""


def skew(headers: Mapping[str, str], sent: float, came: float) -> float | None:
    """Seconds to add to our clock to have theirs; None where a reply does not say.

    `sent` and `came` are Unix seconds. A reply that a cache kept (`Age`) tells the time of another day.
    """
    if headers.get("age", "0").strip() != "0":
        return None
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # `Date` has whole seconds, cut off; it was written somewhere between sending and coming.
    difference = moment.timestamp() + 0.5 - (sent + came) / 2
    return difference if abs(difference) > TOLERATED else 0.0
