"""Number and text formats that every Python engine shares, so that nobody wins by a better `money`."""

from __future__ import annotations


def money(value: float) -> str:
    """1234.5 → 1.234,50."""
    if -1000 < value < 1000:
        return f"{value:.2f}".replace(".", ",")
    return f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def truncate(text: str, length: int) -> str:
    """The text cut to so many characters, `...` among them."""
    return text if len(text) <= length else text[: length - 3] + "..."
