"""A page that is a picture, as a page like any other: its glyphs by OCR, its rules seen in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from jscore.ocr import SURE
from jscore.ocr.pictures import (
    Drawing,
    PixelBox,
    crop,
    dark_parts,
    dust,
    letter_height,
    lines_in,
    long_strokes,
    margin,
    picture,
    text_lines,
    without,
)  # fmt: skip
from jscore.ocr.recognition import Reading, agreed, recognise
from jscore.ocr.rules_seen import rules_seen
from jscore.pdf.boxes import Box
from jscore.pdf.content import Recognised
from jscore.pdf.glyphs import Glyphs
from jscore.pdf.grids import ruled_grids
from jscore.pdf.pages import Page

#: What is read less surely than this is no text but a stain, a seal or a signature.
STAIN = 0.35
#: A sheet so much wider than high may be two pages side by side, if a white strip so wide (letters' heights) parts it
#: within this share of its width from the middle and each side has ink in this share of its columns.
SPREAD, GUTTER, OFF_MIDDLE, HALF = 1.2, 2.5, 0.06, 0.15
#: So much of a column's height may be dust.
SPECKS = 0.003
#: On a page with more specks than this, and than so many a square inch, one may have made any digit another, however
#: surely that is read.
FEW, DUSTY = 6, 0.1
#: So much of a cell beside its rules is taken for theirs (pixels).
RULE = 1


def read_picture(drawn: Drawing, number: int) -> tuple[Page, list[Recognised]]:
    """Page ``number``, which is a picture: upright, with glyphs and rules, and the texts that were read."""
    shown = picture(drawn)
    height, width = shown.grey.shape
    points = _Points(72 / shown.dpi, height)
    dark = dark_parts(shown.grey)
    em = letter_height(without(dark, long_strokes(dark)))
    rules = rules_seen(dark, em)
    ink = without(dark, rules.ink)
    grey, specks = shown.grey.copy(), dust(ink, em)
    ink[specks > 0] = 0
    grey[cv2.dilate(specks, np.ones((5, 5), np.uint8)) > 0] = np.percentile(grey, 90)
    horizontal, vertical = ([points.box(rule) for rule in way] for way in (rules.across, rules.down))
    blots = Page(number, width * points.scale, height * points.scale, _blots(ink, points), horizontal, vertical)
    grids = ruled_grids(blots, horizontal, vertical, "ocr")
    outside = ink.copy()
    boxes: list[PixelBox] = []
    for grid in grids:
        x0, y0, x1, y1 = points.pixels(grid.box)
        outside[max(y0 - 3, 0) : y1 + 3, max(x0 - 3, 0) : x1 + 3] = 0
        boxes += [
            line for cell in grid.cells if cell.lines for line in lines_in(ink, _inner(points.pixels(cell.box)), em)
        ]
    boxes += text_lines(outside, em)
    readings = _read([crop(grey, box) for box in boxes])
    dusty = _dusty(specks, shown.dpi)
    readings = [
        reading.unsure() if dusty and any(map(str.isdigit, reading.text)) or _part(shown.sealed, box).any() else reading
        for box, reading in zip(boxes, readings, strict=True)
    ]
    pairs = [
        (box, reading) for box, reading in zip(boxes, readings, strict=True)
        if reading.chars and np.mean(reading.sure) > STAIN
    ]  # fmt: skip
    texts = [Recognised(points.box(box), reading.text, reading.confidence, reading.second) for box, reading in pairs]
    page = replace(blots, glyphs=_glyphs(pairs, em, points), turns=shown.turns, lean=-np.radians(shown.lean))
    return _parted(page, _gutter(ink, rules.across, em), points.scale), texts


def _part(image: np.ndarray, box: PixelBox) -> np.ndarray:
    x0, y0, x1, y1 = box
    return image[max(y0, 0) : y1, max(x0, 0) : x1]


def _dusty(specks: np.ndarray, dpi: float) -> bool:
    """Whether there is so much dust between the texts that there will be some on them."""
    count, _ = cv2.connectedComponents(specks)
    return count - 1 > max(FEW, DUSTY * specks.size / dpi**2)


def _read(lines: list[np.ndarray]) -> list[Reading]:
    """What ``lines`` say; what is read unsurely is looked at again in other lights, and what most agree on is taken."""
    readings = recognise(lines)
    unsure = [k for k, reading in enumerate(readings) if reading.confidence < SURE]
    looks = iter(recognise([light(lines[k]) for k in unsure for light in LIGHTS]))
    for k in unsure:
        readings[k] = agreed([readings[k], *(next(looks) for _ in LIGHTS)])
    return readings


def _sharp(line: np.ndarray) -> np.ndarray:
    return cv2.addWeighted(line, 1.8, cv2.GaussianBlur(line, (0, 0), 1.5), -0.8, 0)


def _soft(line: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(line, (0, 0), 0.8)


def _black_on_white(line: np.ndarray) -> np.ndarray:
    black, white = np.percentile(line, [2, 85])
    return np.clip((line - black) * (255 / max(white - black, 1.0)), 0, 255).astype(np.uint8)


#: How a line that is read unsurely is drawn when it is looked at again.
LIGHTS = (_sharp, _soft, _black_on_white)


def _parted(page: Page, gutter: int | None, scale: float) -> Page:
    """``page``, or, where a ``gutter`` (pixels) parts it, its left half, and the right one as if it stood below."""
    if gutter is None:
        return page
    edge = gutter * scale
    left, right = (
        replace(
            page,
            glyphs=page.glyphs.selected((page.glyphs.x >= edge) == of_right),
            horizontal=[rule for rule in page.horizontal if (rule[0] + rule[2] >= 2 * edge) == of_right],
            vertical=[rule for rule in page.vertical if (rule[0] >= edge) == of_right],
        )
        for of_right in (False, True)
    )
    return replace(left, others=(_lower(right, edge),))


def _lower(page: Page, left: float) -> Page:
    """The right half of a page, from ``left`` on, placed under its left half."""
    glyphs, down = page.glyphs, page.height

    def placed(rule: Box) -> Box:
        return rule[0] - left, rule[1] - down, rule[2] - left, rule[3] - down

    return replace(
        page,
        glyphs=replace(glyphs, x0=glyphs.x0 - left, x1=glyphs.x1 - left, base=glyphs.base - down),
        horizontal=list(map(placed, page.horizontal)),
        vertical=list(map(placed, page.vertical)),
        moved=(left, down),
    )


def _gutter(ink: np.ndarray, across: Sequence[Box], em: float) -> int | None:
    """Where a sheet with two pages side by side parts them, or None for a single page (pixels)."""
    height, width = ink.shape
    if width < SPREAD * height:
        return None
    columns = (ink > 0).sum(axis=0) > SPECKS * height
    for rule in across:
        columns[max(round(rule[0]), 0) : round(rule[2])] = True
    inked = np.flatnonzero(columns)
    if not len(inked):
        return None
    wide, at = max((int(after - before), int(after + before) // 2) for before, after in pairwise(inked))
    each = min(int((inked < at).sum()), int((inked > at).sum()))
    return at if wide > GUTTER * em and abs(at - width / 2) < OFF_MIDDLE * width and each > HALF * width else None


def _inner(cell: PixelBox) -> PixelBox:
    """A cell without what is left of its rules where they are not quite straight."""
    x0, y0, x1, y1 = cell
    return x0 + RULE, y0 + RULE, x1 - RULE, y1 - RULE


@dataclass(frozen=True)
class _Points:
    """From pixels (origin top left) to points (origin bottom left) and back."""

    scale: float
    height: int

    def box(self, box: Box | PixelBox) -> Box:
        x0, y0, x1, y1 = box
        return x0 * self.scale, (self.height - y1) * self.scale, x1 * self.scale, (self.height - y0) * self.scale

    def pixels(self, box: Box) -> PixelBox:
        x0, y0, x1, y1 = (value / self.scale for value in box)
        return round(x0), round(self.height - y1), round(x1), round(self.height - y0)


def _blots(ink: np.ndarray, points: _Points) -> Glyphs:
    """A stand-in glyph for every blot of ink, so that the cells which have any are known before they are read."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = [points.box((x, y, x + wide, y + tall)) for x, y, wide, tall, _ in stats[1:].tolist()]
    x0, y0, x1, y1 = np.array(boxes).reshape(-1, 4).T
    em = np.maximum(y1 - y0, 1.0)
    return Glyphs(
        np.array(["x"] * len(em), dtype=object), x0, x1, (y0 + y1) / 2 - 0.35 * em, em, np.zeros(len(em), bool)
    )


def _glyphs(pairs: list[tuple[PixelBox, Reading]], em: float, points: _Points) -> Glyphs:
    """The characters of all readings as glyphs: the line gives their height, the model's steps their places."""
    char: list[str] = []
    places: list[tuple[float, float, float, float]] = []
    for box, reading in pairs:
        x0, y0, x1, y1 = points.box(box)
        pad = margin(box) * points.scale
        size = max(y1 - y0, 0.8 * em * points.scale)
        base = (y0 + y1) / 2 - 0.35 * size
        middles = x0 - pad + np.array(reading.at) * (x1 - x0 + 2 * pad)
        # the model's steps tell a character's place roughly: what one reading holds stands without gaps
        between = (middles[1:] + middles[:-1]) / 2
        lefts, rights = [min(x0, middles[0]), *between], [*between, max(x1, middles[-1])]
        char += reading.chars
        places += [(left, right, base, size) for left, right in zip(lefts, rights, strict=True)]
    left, right, bases, sizes = np.array(places, dtype=float).reshape(-1, 4).T
    space = np.array([text.isspace() for text in char], dtype=bool)
    return Glyphs(np.array(char, dtype=object), left, right, bases, sizes, space)
