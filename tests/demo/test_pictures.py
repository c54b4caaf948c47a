"""Pictures are real PNG files of what was drawn."""

from __future__ import annotations

import struct
import zlib

import pytest

from dovetail.demo.canvas import Canvas, box, ellipse, stroke
from dovetail.demo.catalogue import PRODUCTS
from dovetail.demo.pictures import DRAWINGS, picture

Pixel = tuple[int, int, int]


def _decode(png: bytes) -> list[list[Pixel]]:
    """The pixels of an RGB PNG whose rows are filtered with "Sub"; checks every chunk's checksum."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width, height = 8, b"", 0, 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + body),)
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            data += body
        at += 12 + length
    raw = zlib.decompress(data)
    rows: list[list[Pixel]] = []
    for y in range(height):
        line = raw[y * (3 * width + 1) : (y + 1) * (3 * width + 1)]
        assert line[0] == 1
        row: list[Pixel] = []
        left: Pixel = (0, 0, 0)
        for x in range(width):
            r, g, b = line[1 + 3 * x : 4 + 3 * x]
            left = ((left[0] + r) & 255, (left[1] + g) & 255, (left[2] + b) & 255)
            row.append(left)
        rows.append(row)
    return rows


def test_a_filled_box_colours_its_pixels_and_no_others() -> None:
    canvas = Canvas(8)
    canvas.fill(box(2, 3, 5, 6), ink="#ff8000")
    inside = {(x, y) for x in range(2, 5) for y in range(3, 6)}
    for y, row in enumerate(_decode(canvas.png())):
        for x, pixel in enumerate(row):
            assert pixel == ((255, 128, 0) if (x, y) in inside else (0, 0, 0))


def test_a_pixel_that_is_half_covered_is_mixed() -> None:
    canvas = Canvas(4)
    canvas.fill(box(0.5, 0, 2, 2.5), ink="#ffffff")
    rows = _decode(canvas.png())
    assert [rows[0][x][0] for x in range(3)] == [128, 255, 0]
    assert rows[2][1][0] == 128


def test_drawing_beyond_the_edge_is_cut_off() -> None:
    canvas = Canvas(4)
    canvas.fill(ellipse(2, 2, 50, 50), ink="#0000ff")
    assert all(pixel == (0, 0, 255) for row in _decode(canvas.png()) for pixel in row)


def test_a_mask_limits_what_is_painted() -> None:
    canvas = Canvas(6)
    mask = canvas.mask(box(0, 0, 3, 6))
    canvas.fill(box(0, 0, 6, 6), ink="#ffffff", within=mask)
    assert [pixel[0] for pixel in _decode(canvas.png())[2]] == [255, 255, 255, 0, 0, 0]


def test_a_line_has_no_holes_where_its_parts_overlap() -> None:
    canvas = Canvas(40)
    canvas.fill(*stroke([(5, 20), (20, 10), (35, 20), (20, 30), (5, 20)], 6), ink="#ffffff")
    rows = _decode(canvas.png())
    assert all(rows[y][x] == (255, 255, 255) for x, y in ((5, 20), (20, 10), (35, 20), (20, 30)))
    assert rows[20][20] == (0, 0, 0)


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_each_picture_is_a_small_file_with_something_on_it(name: str) -> None:
    png = picture(name)
    rows = _decode(png)
    assert (len(rows), len(rows[0])) == (480, 480)
    assert len({pixel for row in rows for pixel in row}) > 100
    assert len(png) < 60_000


def test_every_product_has_a_picture_of_its_own() -> None:
    assert sorted(product.picture for product in PRODUCTS) == sorted(DRAWINGS)
