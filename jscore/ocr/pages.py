"""A page that is a picture, as a page like any other: its glyphs by OCR, its rules seen in the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pypdfium2 as pdfium

from jscore.ocr.pictures import (
    LINE_SCALE,
    PixelBox,
    crop,
    dark_parts,
    letter_height,
    lines_in,
    margin,
    picture,
    text_lines,
    without_rules,
)  # fmt: skip
from jscore.ocr.recognition import Reading, recognise
from jscore.pdf.camelot_functions import taken
from jscore.pdf.content import Recognised
from jscore.pdf.glyphs import Glyphs
from jscore.pdf.grids import ruled_grids
from jscore.pdf.pages import Page
from jscore.pdf.rules import Box

#: What is read less surely than this is no text but a stain, a seal or a signature.
STAIN = 0.35
#: A rule between two others may be as short as so many letters' heights, if it ends this near to them (pixels).
SHORT, NEAR = 1.1, 6
#: So much of a cell beside its rules is taken for theirs (pixels).
RULE = 4


def read_picture(page: pdfium.PdfPage, number: int) -> tuple[Page, list[Recognised]]:
    """Page ``number``, which is a picture: upright, with glyphs and rules, and the texts that were read."""
    shown = picture(page)
    height, width = shown.grey.shape
    points = _Points(72 / shown.dpi, height)
    dark = dark_parts(shown.grey)
    ink = without_rules(dark)
    em = letter_height(ink)
    horizontal, vertical = ([points.box(rule) for rule in rules] for rules in _rules(dark, em))
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
    readings = recognise([crop(shown.grey, box) for box in boxes])
    pairs = [
        (box, reading) for box, reading in zip(boxes, readings, strict=True)
        if reading.chars and np.mean(reading.sure) > STAIN
    ]  # fmt: skip
    texts = [Recognised(points.box(box), reading.text, reading.confidence, reading.second) for box, reading in pairs]
    return replace(blots, glyphs=_glyphs(pairs, em, points), turns=shown.turns), texts


def _inner(cell: PixelBox) -> PixelBox:
    """A cell without what is left of its rules where they are not quite straight."""
    x0, y0, x1, y1 = cell
    return x0 + RULE, y0 + RULE - 1, x1 - RULE, y1 - RULE + 1


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


def _rules(dark: np.ndarray, em: float) -> tuple[list[Box], list[Box]]:
    """The rules seen in a picture: long ones, and ones between two of them that are no longer than a line of text is high."""
    height, width = dark.shape
    across, down = _seen(dark, "horizontal", LINE_SCALE), _seen(dark, "vertical", LINE_SCALE)
    short = round(height / (SHORT * em))
    bridges = [rule for rule in _seen(dark, "vertical", short) if _ends_on(rule, across)]
    return across, down + bridges


def _seen(dark: np.ndarray, way: str, line_scale: int) -> list[Box]:
    _, lines = taken("find_lines")(dark, direction=way, line_scale=line_scale)
    return [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in lines]


def _ends_on(rule: Box, across: list[Box]) -> bool:
    """Whether a vertical rule begins and ends at horizontal ones."""
    x = (rule[0] + rule[2]) / 2
    heights = [(y0 + y1) / 2 for x0, y0, x1, y1 in across if x0 - NEAR < x < x1 + NEAR]
    return all(any(abs(y - end) < NEAR for y in heights) for end in (rule[1], rule[3]))


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
