"""The product pictures of the sample shop, drawn when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from dovetail.demo.canvas import Canvas, Mask, box, curve, ellipse, stroke, turned

SIZE = 480
FLOOR = 330
"""Where the wall ends and the table begins."""

OAK, OAK_DARK, OAK_LIGHT = "#c9975f", "#a97842", "#dcb183"
WALNUT, WALNUT_DARK = "#7a5238", "#5c3b27"
INK = "#2d2a26"


@cache
def picture(name: str) -> bytes:
    """The PNG of a drawing.

    Raises:
        KeyError: there is no drawing of that name.
    """
    (wall, table), draw = DRAWINGS[name]
    canvas = Canvas(SIZE)
    canvas.fall(_mixed(wall, "#ffffff", 0.35), wall, 0, FLOOR)
    canvas.fall(table, _mixed(table, "#ffffff", 0.18), FLOOR, SIZE)
    draw(canvas)
    return canvas.png()


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _shadow(canvas: Canvas, x: float, y: float, across: float, down: float = 20) -> None:
    for step in range(9):
        grow = 1.12 - step * 0.07
        canvas.fill(ellipse(x + 12, y, across * grow, down * grow), ink=INK, opacity=0.032)


def _round(canvas: Canvas, body: Mask, x: float, width: float, strength: float = 1.0) -> None:
    """Light from the left on a turned body of half `width` around `x`."""
    for step in range(10):
        edge = x + width * (0.15 + 0.085 * step)
        canvas.fill(box(edge, 0, x + width + 4, SIZE), ink="#1c1408", opacity=0.026 * strength, within=body)
    for step in range(6):
        left = x - width * (0.78 - step * 0.035)
        canvas.fill(
            box(left, 0, left + width * (0.42 - step * 0.07), SIZE), ink="#ffffff", opacity=0.05 * strength, within=body
        )


def _board(canvas: Canvas) -> None:
    _shadow(canvas, 240, 402, 120, 14)
    body = canvas.fill(box(148, 118, 332, 402, 34), box(214, 52, 266, 150, 26), ink=OAK)
    for at, bend in ((172, 8), (196, -6), (222, 5), (250, -8), (281, 7), (308, -4)):
        canvas.fill(
            *stroke([(at, 40), (at + bend, 180), (at - bend, 290), (at + 2, 410)], 2.2),
            ink=OAK_DARK,
            opacity=0.5,
            within=body,
        )
    canvas.fill(*stroke([(236, 210), (250, 236), (240, 266)], 7), ink=OAK_DARK, opacity=0.35, within=body)
    canvas.fill(box(148, 40, 160, 410), ink=OAK_LIGHT, opacity=0.7, within=body)
    canvas.fill(box(322, 40, 340, 410), ink=OAK_DARK, opacity=0.5, within=body)
    canvas.fill(ellipse(240, 84, 11, 11), ink="#8a6138")
    canvas.fill(*stroke([(240, 82), (226, 46), (240, 26), (254, 46), (240, 82)], 5), ink="#6d4526")


def _mug(canvas: Canvas) -> None:
    _shadow(canvas, 230, 384, 104)
    canvas.fill(*stroke([(310, 228), (372, 226), (382, 284), (352, 326), (304, 332)], 22), ink="#b98d6b")
    canvas.fill(*stroke([(310, 224), (368, 222), (378, 276)], 7), ink="#e3c2a3", opacity=0.6)
    body = canvas.fill(turned(226, [(96, 186), (97, 240), (95, 300), (88, 352), (76, 384)]), ink="#e6d3bd")
    canvas.fill(box(100, 300, 340, 400), ink="#b98d6b", within=body)
    canvas.fill(*stroke([(120, 300), (180, 306), (226, 296), (280, 305), (330, 299)], 9), ink="#cda484", within=body)
    for x, y in ((168, 232), (262, 214), (214, 262), (284, 266), (150, 276), (240, 244), (196, 216)):
        canvas.fill(ellipse(x, y, 2.4, 2), ink="#8d6a4d", opacity=0.55)
    _round(canvas, body, 226, 97)
    canvas.fill(ellipse(226, 186, 96, 21), ink="#f2e5d5")
    canvas.fill(ellipse(226, 189, 86, 16), ink="#4d3324")
    canvas.fill(ellipse(212, 192, 56, 8), ink="#6b4a35", opacity=0.6)
    for x in (198, 236):
        canvas.fill(*stroke([(x, 154), (x - 10, 128), (x + 8, 102), (x - 2, 74)], 6), ink="#ffffff", opacity=0.42)


def _carafe(canvas: Canvas) -> None:
    _shadow(canvas, 240, 396, 100)
    profile = [(34, 120), (33, 160), (44, 206), (84, 268), (97, 326), (90, 372), (70, 396)]
    body = canvas.fill(turned(240, profile), ink="#eaf4f4", opacity=0.6)
    water = turned(240, [(84, 268), (97, 326), (90, 372), (70, 394)])
    canvas.fill(water, ink="#8fbfc4", opacity=0.55)
    canvas.fill(ellipse(240, 268, 84, 15), ink="#c4e0e2", opacity=0.9)
    canvas.fill(box(300, 100, 350, 400), ink="#3d6f75", opacity=0.16, within=body)
    canvas.fill(*stroke([(176, 300), (172, 330), (184, 368)], 11), ink="#ffffff", opacity=0.6)
    canvas.fill(*stroke([(218, 140), (217, 180), (200, 222)], 8), ink="#ffffff", opacity=0.6)
    for x, y, r in ((262, 318, 4), (280, 344, 3), (230, 350, 3.4), (250, 296, 2.6), (296, 306, 3)):
        canvas.fill(ellipse(x, y, r, r), ink="#ffffff", opacity=0.75)
    canvas.fill(ellipse(240, 120, 38, 8), ink="#f6fbfb", opacity=0.95)
    cork = canvas.fill(box(211, 66, 269, 122, 10), ink=OAK)
    _round(canvas, cork, 240, 29)
    canvas.fill(ellipse(240, 70, 29, 7), ink=OAK_LIGHT)


def _towel(canvas: Canvas) -> None:
    _shadow(canvas, 240, 400, 132, 18)
    for top, ink, stripe in ((322, "#d9cdb9", "#7d8f7a"), (258, "#f1ebdf", "#a4574a")):
        body = canvas.fill(box(112, top, 368, top + 76, 26), ink=ink)
        canvas.fill(box(112, top + 52, 380, top + 90), ink="#5d5343", opacity=0.1, within=body)
        canvas.fill(
            *stroke([(118, top + 40), (240, top + 44), (366, top + 39)], 3), ink="#5d5343", opacity=0.28, within=body
        )
        for x in (158, 174, 190):
            canvas.fill(box(x, top - 4, x + 6, top + 90), ink=stripe, opacity=0.85, within=body)
        canvas.fill(box(112, top, 380, top + 10), ink="#ffffff", opacity=0.35, within=body)
    ribbon = canvas.fill(box(272, 252, 298, 402, 6), ink="#b9a98f")
    canvas.fill(box(290, 250, 300, 410), ink="#5d5343", opacity=0.25, within=ribbon)
    for loop in ([(285, 254), (244, 222), (240, 250), (285, 254)], [(285, 254), (328, 220), (330, 250), (285, 254)]):
        canvas.fill(*stroke(loop, 8), ink="#b9a98f")
    canvas.fill(ellipse(285, 253, 9, 8), ink="#a2927a")
    sprig = [(285, 244), (292, 206), (288, 168)]
    canvas.fill(*stroke(sprig, 4), ink="#66795f")
    for x, y, way in ((292, 214, 1), (290, 200, -1), (292, 186, 1), (289, 174, -1)):
        canvas.fill(curve([(x, y), (x + way * 22, y - 14), (x + way * 8, y + 2)], closed=True), ink="#7f9577")


def _kettle(canvas: Canvas) -> None:
    _shadow(canvas, 238, 394, 132)
    teal, dark = "#3f6b6b", "#2e5252"
    canvas.fill(
        curve([(332, 268), (378, 230), (392, 176), (414, 178), (408, 240), (352, 338), (322, 330)], closed=True),
        ink=dark,
    )
    canvas.fill(*stroke([(142, 232), (130, 120), (238, 78), (344, 120), (334, 232)], 9), ink="#b9b4aa")
    canvas.fill(*stroke([(176, 97), (238, 78), (300, 96)], 24), ink=OAK)
    canvas.fill(*stroke([(178, 92), (238, 73), (296, 90)], 6), ink=OAK_LIGHT)
    body = canvas.fill(turned(238, [(58, 210), (98, 232), (122, 290), (124, 350), (112, 392)]), ink=teal)
    _round(canvas, body, 238, 124)
    canvas.fill(box(100, 380, 380, 400), ink=INK, opacity=0.35, within=body)
    canvas.fill(ellipse(238, 212, 62, 16), ink=dark)
    lid = canvas.fill(turned(238, [(12, 182), (40, 190), (60, 210), (58, 214)]), ink="#4a7a79")
    _round(canvas, lid, 238, 60)
    canvas.fill(ellipse(238, 176, 15, 13), ink=OAK)
    canvas.fill(ellipse(234, 172, 6, 4), ink=OAK_LIGHT)


def _skillet(canvas: Canvas) -> None:
    canvas.fill(*stroke([(300, 214), (404, 92)], 40), ink="#34332f")
    canvas.fill(*stroke([(318, 190), (400, 94)], 8), ink="#5a5751", opacity=0.8)
    canvas.fill(ellipse(404, 92, 9, 9), ink="#efe6da")
    for step in range(9):
        canvas.fill(ellipse(212, 302, 156 - step * 7, 136 - step * 7), ink=INK, opacity=0.03)
    canvas.fill(ellipse(200, 280, 142, 132), ink="#2c2b28")
    canvas.fill(ellipse(200, 278, 134, 124), ink="#4a4843")
    canvas.fill(ellipse(200, 282, 124, 114), ink="#383733")
    canvas.fill(curve([(66, 262), (52, 276), (66, 292)], closed=True), ink="#2c2b28")
    canvas.fill(
        curve(
            [(152, 240), (206, 216), (262, 244), (280, 300), (240, 346), (186, 332), (140, 344), (120, 290)],
            closed=True,
        ),
        ink="#fbf7ee",
    )
    canvas.fill(
        curve(
            [(158, 250), (206, 228), (254, 252), (266, 296), (236, 332), (186, 320), (146, 328), (134, 290)],
            closed=True,
        ),
        ink="#ffffff",
    )
    canvas.fill(ellipse(204, 280, 37, 35), ink="#e9a23b")
    canvas.fill(ellipse(194, 268, 13, 10), ink="#f6cd7f", opacity=0.9)
    for x, y in ((246, 262), (158, 300), (238, 316), (190, 334), (226, 244)):
        canvas.fill(ellipse(x, y, 2.6, 2.2), ink=INK, opacity=0.7)


def _candles(canvas: Canvas) -> None:
    for x, top, stand in ((186, 138, 400), (296, 92, 388)):
        for step in range(8):
            canvas.fill(ellipse(x, top - 18, 74 - step * 8, 78 - step * 8), ink="#ffe9a8", opacity=0.05)
        _shadow(canvas, x, stand, 50, 11)
        body = canvas.fill(turned(x, [(17, top + 6), (19, top + 40), (21, stand - 26)]), ink="#e4b04a")
        _round(canvas, body, x, 21)
        canvas.fill(
            curve([(x - 16, top + 8), (x - 13, top + 46), (x - 8, top + 20), (x + 2, top + 8)], closed=True),
            ink="#f2cd7c",
        )
        canvas.fill(ellipse(x, top + 7, 17, 5), ink="#f6dc9d")
        canvas.fill(*stroke([(x, top + 6), (x + 1, top - 10)], 3), ink=INK)
        canvas.fill(
            curve([(x, top - 54), (x + 12, top - 18), (x, top - 3), (x - 12, top - 18)], closed=True), ink="#f3a23a"
        )
        canvas.fill(
            curve([(x, top - 36), (x + 6, top - 15), (x, top - 5), (x - 6, top - 15)], closed=True), ink="#fff0b8"
        )
        holder = canvas.fill(
            turned(x, [(26, stand - 44), (24, stand - 28), (34, stand - 14), (54, stand)]), ink="#8b7a5d"
        )
        _round(canvas, holder, x, 50)
        canvas.fill(ellipse(x, stand, 54, 8), ink="#6f6048")
        canvas.fill(ellipse(x, stand - 44, 26, 6), ink="#a5946f")


def _planter(canvas: Canvas) -> None:
    _shadow(canvas, 240, 402, 100)
    leaves = (
        ((240, 268), (150, 216), (112, 132), (182, 168)), ((240, 268), (330, 222), (376, 140), (300, 172)),
        ((240, 268), (196, 176), (196, 72), (246, 158)), ((240, 268), (292, 186), (322, 86), (256, 150)),
        ((240, 268), (132, 262), (72, 214), (158, 222)), ((240, 268), (350, 266), (410, 222), (324, 226)),
    )  # fmt: skip
    for number, leaf in enumerate(leaves):
        canvas.fill(
            curve(leaf, closed=True), ink=("#5d7f5c", "#6d8f69", "#4d6f50", "#7a9b73", "#557757", "#668763")[number]
        )
        canvas.fill(*stroke([leaf[0], leaf[2]], 2), ink="#a9c29f", opacity=0.55)
    body = canvas.fill(turned(240, [(96, 262), (94, 310), (84, 370), (74, 402)]), ink="#c77d5d")
    for step in range(-5, 6):
        x = 240 + step * 17.4
        canvas.fill(
            [(x, 262), (x + 5, 262), (240 + (x - 236) * 0.78 + 1, 404), (240 + (x - 240) * 0.78, 404)],
            ink="#8c4e35",
            opacity=0.4,
            within=body,
        )
    _round(canvas, body, 240, 96)
    rim = canvas.fill(box(138, 248, 342, 280, 9), ink="#d38d6d")
    _round(canvas, rim, 240, 102)


def _dripper(canvas: Canvas) -> None:
    _shadow(canvas, 240, 398, 96)
    server = canvas.fill(
        turned(240, [(40, 250), (44, 268), (82, 318), (92, 362), (80, 396)]), ink="#eef3f1", opacity=0.65
    )
    canvas.fill(turned(240, [(74, 330), (90, 362), (78, 392)]), ink="#4b2e1f", opacity=0.92)
    canvas.fill(ellipse(240, 332, 76, 11), ink="#6d4630")
    canvas.fill(box(300, 240, 350, 400), ink=INK, opacity=0.1, within=server)
    canvas.fill(*stroke([(176, 338), (172, 362), (182, 382)], 8), ink="#ffffff", opacity=0.55)
    paper = canvas.fill([(144, 108), (336, 108), (262, 236), (218, 236)], ink="#f4ecdf")
    canvas.fill([(240, 108), (336, 108), (262, 236), (240, 236)], ink="#bda98c", opacity=0.3, within=paper)
    canvas.fill(ellipse(240, 110, 96, 14), ink="#fffaf1")
    canvas.fill(ellipse(240, 112, 82, 9), ink="#5a3a28")
    canvas.fill([(156, 128), (324, 128), (258, 244), (222, 244)], ink="#dfeceb", opacity=0.5)
    canvas.fill(*stroke([(174, 134), (222, 224)], 7), ink="#ffffff", opacity=0.7)
    collar = canvas.fill(box(188, 232, 292, 268, 12), ink=OAK)
    _round(canvas, collar, 240, 52)
    canvas.fill(*stroke([(212, 240), (206, 250), (212, 260)], 3), ink="#6d4526")
    canvas.fill(ellipse(240, 250, 6, 6), ink="#6d4526")
    canvas.fill(*stroke([(240, 276), (240, 322)], 4), ink="#5a3a28", opacity=0.8)
    for x in (222, 256):
        canvas.fill(*stroke([(x, 90), (x - 8, 66), (x + 8, 44), (x, 22)], 6), ink="#ffffff", opacity=0.45)


def _mill(canvas: Canvas) -> None:
    _shadow(canvas, 232, 402, 72, 15)
    lower = [(38, 214), (46, 240), (34, 286), (38, 326), (58, 364), (62, 388), (56, 402)]
    body = canvas.fill(turned(226, lower), ink=WALNUT)
    top = canvas.fill(turned(226, [(10, 92), (34, 104), (42, 136), (30, 170), (38, 206)]), ink=WALNUT)
    for at, bend in ((186, 5), (206, -6), (228, 5), (248, -4), (266, 4)):
        line = stroke([(at, 90), (at + bend, 230), (at - bend, 320), (at, 404)], 2.4)
        for part in (body, top):
            canvas.fill(*line, ink=WALNUT_DARK, opacity=0.55, within=part)
    _round(canvas, body, 226, 58)
    _round(canvas, top, 226, 44)
    ring = canvas.fill(box(186, 204, 266, 218, 5), ink="#cbb489")
    _round(canvas, ring, 226, 40)
    canvas.fill(ellipse(226, 84, 15, 14), ink="#cbb489")
    canvas.fill(ellipse(221, 79, 5, 4), ink="#f2e6c8")
    for x, y in ((330, 398), (348, 392), (340, 408), (364, 404), (318, 410), (378, 394)):
        canvas.fill(ellipse(x + 2, y + 3, 6, 3), ink=INK, opacity=0.16)
        canvas.fill(ellipse(x, y, 5.4, 5), ink="#3b2c23")
        canvas.fill(ellipse(x - 1.6, y - 1.8, 1.6, 1.3), ink="#8b7566")


def _lamp(canvas: Canvas) -> None:
    _shadow(canvas, 250, 408, 84, 13)
    glow = [(126, 184), (236, 156), (330, 408), (60, 408)]
    for step in range(6):
        shrink = step * 13
        canvas.fill(
            [(126 + shrink / 3, 184), (236 - shrink / 3, 160), (330 - shrink, 408), (60 + shrink, 408)],
            ink="#fff0b5",
            opacity=0.075,
        )
    canvas.fill(glow, ink="#fff6d6", opacity=0.12)
    canvas.fill(*stroke([(256, 398), (282, 240)], 9), ink="#3a3835")
    canvas.fill(*stroke([(282, 240), (196, 122)], 9), ink="#3a3835")
    canvas.fill(ellipse(282, 240, 12, 12), ink=OAK)
    canvas.fill(ellipse(279, 237, 4, 4), ink=OAK_LIGHT)
    bulb = canvas.fill(ellipse(181, 172, 50, 20), ink="#fff3c4")
    canvas.fill(ellipse(181, 172, 30, 12), ink="#ffffff", within=bulb)
    shade = canvas.fill(
        curve(
            [(196, 92), (214, 112), (238, 158), (232, 168), (130, 192), (122, 186), (134, 132), (168, 98)], closed=True
        ),
        ink="#b6573f",
    )
    canvas.fill(box(196, 80, 250, 200), ink="#5d2113", opacity=0.22, within=shade)
    canvas.fill(*stroke([(150, 130), (138, 168)], 12), ink="#e39a80", opacity=0.6, within=shade)
    canvas.fill(*stroke([(196, 98), (186, 84)], 12), ink="#3a3835")
    foot = canvas.fill(box(184, 388, 328, 410, 11), ink=OAK)
    canvas.fill(box(184, 400, 340, 412), ink=OAK_DARK, opacity=0.6, within=foot)
    canvas.fill(*stroke([(326, 402), (368, 408), (392, 396), (440, 404), (482, 400)], 5), ink="#d8cdb8")


def _throw(canvas: Canvas) -> None:
    _shadow(canvas, 240, 404, 138, 18)
    for number, (top, ink) in enumerate(((322, "#7c8794"), (250, "#8b96a3"), (178, "#9aa5b1"))):
        body = canvas.fill(box(104, top, 376, top + 84, 36), ink=ink)
        for x in range(92, 392, 22):
            tip = top + 10 + (number % 2) * 4
            canvas.fill(
                *stroke([(x, tip + 70), (x + 11, tip), (x + 22, tip + 70)], 2.4, smooth=False),
                ink="#e7ebef",
                opacity=0.5,
                within=body,
            )
        canvas.fill(box(100, top + 58, 380, top + 90), ink="#27303a", opacity=0.16, within=body)
        canvas.fill(box(100, top, 380, top + 12), ink="#ffffff", opacity=0.3, within=body)
    for x in range(120, 366, 12):
        canvas.fill(*stroke([(x, 398), (x - 2, 424)], 3.4), ink="#8b96a3")
    label = canvas.fill(box(300, 344, 346, 372, 4), ink="#efe4d2")
    canvas.fill(box(308, 354, 338, 357), ink="#8a6138", within=label)
    canvas.fill(box(308, 361, 328, 363), ink="#8a6138", opacity=0.6, within=label)


_SAGE, _SAND, _CLAY, _MIST = (
    ("#cfd8c8", "#b8c4b0"),
    ("#ecdfc9", "#d9c6a8"),
    ("#ecd2c4", "#dcb8a6"),
    ("#d3dee1", "#bccbd0"),
)

DRAWINGS: Mapping[str, tuple[tuple[str, str], Callable[[Canvas], None]]] = {
    "board": (_SAGE, _board),
    "mug": (_MIST, _mug),
    "carafe": (_SAND, _carafe),
    "towel": (_MIST, _towel),
    "kettle": (_SAND, _kettle),
    "skillet": (_CLAY, _skillet),
    "candles": (_SAGE, _candles),
    "planter": (_MIST, _planter),
    "dripper": (_CLAY, _dripper),
    "mill": (_SAND, _mill),
    "lamp": (_SAGE, _lamp),
    "throw": (_CLAY, _throw),
}
"""Each drawing's wall and table, and who draws it."""
