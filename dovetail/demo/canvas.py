"""A small drawing board: filled outlines with smooth edges, written as PNG with nothing but zlib.

Coordinates are pixels, y downwards. An outline is a list of points; where outlines overlap, both are inside.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

Point = tuple[float, float]
Outline = Sequence[Point]
Colour = tuple[int, int, int]
Run = tuple[int, int, float]
Mask = Mapping[int, Sequence[Run]]
"""For each row the runs (from, to, how much of the pixels is covered: 0…1)."""

_SLICES = 4
"""Sample lines in a row of pixels; along a row the covered part is exact."""

_LEVELS = 64


def colour(code: str) -> Colour:
    """A colour from `#rrggbb`."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


class Canvas:
    """A square picture."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._planes = [bytearray(size * size) for _ in range(3)]

    def fall(self, top: str, bottom: str, start: int = 0, end: int | None = None) -> None:
        """Fill rows with a gradient from one colour to another."""
        end = self.size if end is None else end
        first, last = colour(top), colour(bottom)
        for y in range(start, end):
            share = (y - start) / max(1, end - start - 1)
            for plane, a, b in zip(self._planes, first, last, strict=True):
                plane[y * self.size : (y + 1) * self.size] = bytes([round(a + (b - a) * share)]) * self.size

    def fill(self, *outlines: Outline, ink: str, opacity: float = 1.0, within: Mask | None = None) -> Mask:
        """Paint outlines, if wanted only where a mask is; returns their own mask."""
        own = self.mask(*outlines)
        tone = colour(ink)
        for y, runs in own.items():
            shown = runs if within is None else _common(runs, within.get(y, ()))
            for start, end, covered in shown:
                level = round(min(1.0, covered) * opacity * _LEVELS)
                if level:
                    self._paint(y, start, end, tone, level)
        return own

    def mask(self, *outlines: Outline) -> Mask:
        """Where outlines are, without painting them."""
        rows: dict[int, dict[int, float]] = {}
        for line, start, end in self._spans(outlines):
            _add(rows.setdefault(line // _SLICES, {}), max(0.0, start), min(float(self.size), end))
        return {y: list(_runs(changes, self.size)) for y, changes in rows.items()}

    def png(self) -> bytes:
        """The picture as a PNG file."""
        size = self.size
        raw = bytearray()
        for y in range(size):
            row = bytearray(3 * size)
            for at, plane in enumerate(self._planes):
                row[at::3] = plane[y * size : (y + 1) * size]
            raw.append(1)  # filter "Sub": what differs from the pixel to the left
            shifted = bytes(3) + row[:-3]
            raw += bytes([(a - b) & 255 for a, b in zip(row, shifted, strict=True)])
        header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(raw), 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )

    def _paint(self, y: int, start: int, end: int, tone: Colour, level: int) -> None:
        at = y * self.size
        for plane, value in zip(self._planes, tone, strict=True):
            plane[at + start : at + end] = plane[at + start : at + end].translate(_blend(value, level))

    def _spans(self, outlines: Sequence[Outline]) -> Iterator[tuple[int, float, float]]:
        crossings: dict[int, list[tuple[float, int]]] = {}
        most = self.size * _SLICES
        for outline in outlines:
            for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
                if y0 == y1:
                    continue
                way = 1 if y1 > y0 else -1
                low, high = sorted((y0, y1))
                slope = (x1 - x0) / (y1 - y0)
                first = max(0, math.ceil(low * _SLICES - 0.5))
                last = min(most, math.ceil(high * _SLICES - 0.5))
                for line in range(first, last):
                    crossings.setdefault(line, []).append((x0 + ((line + 0.5) / _SLICES - y0) * slope, way))
        for line, found in crossings.items():
            depth = 0
            begun = 0.0
            for x, way in sorted(found):
                if depth == 0:
                    begun = x
                depth += way
                if depth == 0 and x > begun:
                    yield line, begun, x


def _add(changes: dict[int, float], start: float, end: float) -> None:
    """Note what a span covers, as changes of the covered share from pixel to pixel."""
    if end <= start:
        return
    share = 1.0 / _SLICES
    first, last = int(start), int(end)
    if first == last:
        steps = ((first, share * (end - start)), (first + 1, -share * (end - start)))
        for x, change in steps:
            changes[x] = changes.get(x, 0.0) + change
        return
    head, tail = share * (first + 1 - start), share * (end - last)
    for x, change in ((first, head), (first + 1, share - head), (last, tail - share), (last + 1, -tail)):
        changes[x] = changes.get(x, 0.0) + change


def _runs(changes: Mapping[int, float], size: int) -> Iterator[Run]:
    covered = 0.0
    places = sorted(changes)
    for x, following in zip(places, [*places[1:], size], strict=True):
        covered += changes[x]
        if covered > 1e-6 and x < min(following, size):
            yield x, min(following, size), covered


def _common(left: Sequence[Run], right: Sequence[Run]) -> Iterator[Run]:
    for a, b, share in left:
        for c, d, other in right:
            start, end = max(a, c), min(b, d)
            if start < end:
                yield start, end, share * other


@lru_cache(maxsize=4096)
def _blend(value: int, level: int) -> bytes:
    return bytes((old * (_LEVELS - level) + value * level + _LEVELS // 2) // _LEVELS for old in range(256))


def ellipse(x: float, y: float, across: float, down: float) -> Outline:
    """An ellipse by its centre and radii."""
    steps = 72
    return [
        (x + across * math.cos(2 * math.pi * i / steps), y + down * math.sin(2 * math.pi * i / steps))
        for i in range(steps)
    ]


def box(left: float, top: float, right: float, bottom: float, round_by: float = 0.0) -> Outline:
    """A rectangle with round corners."""
    r = min(round_by, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    corners = (
        (right - r, top + r, -90),
        (right - r, bottom - r, 0),
        (left + r, bottom - r, 90),
        (left + r, top + r, 180),
    )
    return [
        (x + r * math.cos(math.radians(start + turn)), y + r * math.sin(math.radians(start + turn)))
        for x, y, start in corners
        for turn in range(0, 91, 9)
    ]


def curve(points: Sequence[Point], closed: bool = False) -> list[Point]:
    """A smooth line through points (Catmull-Rom)."""
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [points[0], *points, points[-1]]
    steps = 12
    found: list[Point] = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        for i in range(steps):
            t = i / steps
            found.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not closed:
        found.append(points[-1])
    return found


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def turned(x: float, profile: Sequence[Point], smooth: bool = True) -> Outline:
    """A vessel as a lathe makes it: around the axis `x`, from (half width, y) pairs from top to bottom."""
    side = curve(profile) if smooth else list(profile)
    return [*((x + half, y) for half, y in side), *((x - half, y) for half, y in reversed(side))]


def stroke(points: Sequence[Point], width: float, smooth: bool = True) -> Sequence[Outline]:
    """A line of some width with round ends and joints, as outlines to fill together."""
    path = curve(points) if smooth and len(points) > 2 else list(points)
    half = width / 2
    parts: list[Outline] = []
    for (x0, y0), (x1, y1) in pairwise(path):
        length = math.hypot(x1 - x0, y1 - y0)
        if length == 0:
            continue
        dx, dy = (y1 - y0) / length * half, (x0 - x1) / length * half
        parts.append([(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)])
    # All outlines have to turn the same way: where two turn against each other, there would be a hole.
    return [_clockwise(part) for part in (*parts, *(ellipse(x, y, half, half) for x, y in path))]


def _clockwise(outline: Outline) -> Outline:
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True))
    return outline if area >= 0 else list(reversed(outline))
