"""Colours as CSS writes them, and how much two of them stand out from each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMED: Mapping[str, str] = {
    "black": "000000", "white": "ffffff", "red": "ff0000", "green": "008000", "blue": "0000ff", "yellow": "ffff00",
    "gray": "808080", "grey": "808080", "silver": "c0c0c0", "maroon": "800000", "olive": "808000", "lime": "00ff00",
    "aqua": "00ffff", "cyan": "00ffff", "teal": "008080", "navy": "000080", "fuchsia": "ff00ff", "magenta": "ff00ff",
    "purple": "800080", "orange": "ffa500", "pink": "ffc0cb", "brown": "a52a2a", "gold": "ffd700", "beige": "f5f5dc",
    "ivory": "fffff0", "coral": "ff7f50", "crimson": "dc143c", "tomato": "ff6347", "salmon": "fa8072",
    "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "lightgray": "d3d3d3", "lightgrey": "d3d3d3", "whitesmoke": "f5f5f5",
    "gainsboro": "dcdcdc", "darkblue": "00008b", "darkgreen": "006400", "darkred": "8b0000", "steelblue": "4682b4",
    "royalblue": "4169e1", "skyblue": "87ceeb", "indigo": "4b0082", "violet": "ee82ee", "khaki": "f0e68c",
}  # fmt: skip

Shade = tuple[float, float, float, float]
"""Red, green, blue and opacity, each from 0 to 1."""

WRITTEN = re.compile(
    r"#(?P<hex>[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9a-zA-Z])|rgba?\((?P<parts>[^()]*)\)|\b(?P<name>"
    + "|".join(sorted(NAMED, key=len, reverse=True))
    + r")\b(?!-)",
    re.IGNORECASE,
)


def shade(text: str) -> Shade | None:
    """The colour that a value writes, the first of them; None when it writes none."""
    found = WRITTEN.search(text)
    return None if found is None else shade_of(found)


def shade_of(found: re.Match[str]) -> Shade | None:
    """The colour of a match of `WRITTEN`."""
    if found["parts"] is not None:
        return _of_parts(found["parts"])
    digits = found["hex"] or NAMED[found["name"].lower()]
    if len(digits) in (3, 4):
        digits = "".join(each * 2 for each in digits)
    numbers = [int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)]
    return (numbers[0], numbers[1], numbers[2], numbers[3] if len(numbers) == 4 else 1.0)


def _of_parts(written: str) -> Shade | None:
    parts = [part for part in re.split(r"[\s,/]+", written.strip()) if part]
    if len(parts) not in (3, 4):
        return None
    numbers = list[float]()
    for at, part in enumerate(parts):
        try:
            number = float(part.rstrip("%"))
        except ValueError:
            return None
        whole = 100.0 if part.endswith("%") else 1.0 if at == 3 else 255.0
        numbers.append(min(max(number / whole, 0.0), 1.0))
    return (numbers[0], numbers[1], numbers[2], numbers[3] if len(numbers) == 4 else 1.0)


def contrast(one: Shade, other: Shade) -> float:
    """How much two colours stand out from each other, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(given: Shade) -> float:
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in given[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
