"""A page as a viewer draws it: which of its figures leave ink, and letters that it shows and that are no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Box, area
from jscore.pdf.rules import THIN, Drawn, is_brush, is_curved, painted, rings_of
from jscore.pdf.visible import COLOURED, CONTRAST, NO_INK, SCAN, TextObject

#: Resolution at which a page is looked at (dots an inch).
DPI = 144
#: Ink is so much darker than what is round it (of 255).
DARKER = 25
#: Letters are so high (points), and stand no further apart in a text.
LOW, HIGH, APART = 4.0, 24.0, 8.0
#: A glyph of whose ink more than so much is gone can be another one.
ERASED = 0.15
#: A path of so few points is a line or a rectangle.
PLAIN = 5


@dataclass(frozen=True)
class Look:
    """What drawing a page told: where its text changes the picture, and the boxes (page space) of letters that are no text."""

    changed: np.ndarray
    corner: tuple[float, float]
    letters: tuple[Box, ...]
    #: Where letters in the colour of what is behind them lie over it.
    gone: np.ndarray

    def unseen(self, boxes: np.ndarray) -> np.ndarray:
        """Which of the glyphs in ``boxes`` (left, top, right, bottom) leave no ink."""
        ink, _, there = self._ink(boxes)
        none: np.ndarray = (ink == 0) & there
        return none

    def erased(self, boxes: np.ndarray) -> np.ndarray:
        """Of which of the glyphs in ``boxes`` so much ink is gone that nobody reads them for certain."""
        ink, gone, _ = self._ink(boxes)
        some: np.ndarray = (ink > 0) & (gone > ERASED * (ink + gone))
        return some

    def _ink(self, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """In how many places each of ``boxes`` has ink and has lost it, and which boxes are on the picture."""
        left, top = self.corner
        high, wide = self.changed.shape
        edges = (
            np.column_stack([boxes[:, 0] - left, top - boxes[:, 1], boxes[:, 2] - left, top - boxes[:, 3]]) * DPI / 72
        )
        x0, x1 = (np.sort(edges[:, [0, 2]], axis=1).T + [[0.0], [1.0]]).astype(int).clip(0, wide)
        y0, y1 = (np.sort(edges[:, [1, 3]], axis=1).T + [[0.0], [1.0]]).astype(int).clip(0, high)
        ink, gone = (sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] for sums in self._sums)
        return ink, gone, (x1 > x0) & (y1 > y0)

    @cached_property
    def _sums(self) -> tuple[np.ndarray, np.ndarray]:
        """How many places changed, and are gone, left of and above each."""
        import cv2  # late: few pages are looked at

        changed, gone = (cv2.integral(each.view(np.uint8)) for each in (self.changed, self.gone))
        return changed, gone


def look(
    page: pdfium.PdfPage, drawn: Sequence[Drawn], marked: bool, patterns: bool, hidden: Mapping[int, TextObject]
) -> Look | None:
    """What drawing the page tells where its objects alone may not: something that is neither a line, a plain rectangle nor
    dark text, notes (``marked``) that are drawn over it, ``patterns``, which pdfium does not tell from colours, or texts
    that are ``hidden`` and hide others.  A scanned page is not looked at: its text is in the picture.
    """
    odd = _odd_shapes(drawn, patterns)
    marked = marked or patterns
    erasing = _erasing(drawn, hidden)
    texts = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
    mixed = any(quick_calls.see_through([item.address for item in texts]))  # with what they are drawn on
    if not (odd or marked or erasing or mixed) or any(
        area(item.box()) > SCAN * page.get_width() * page.get_height()
        for item in odd
        if item.kind == c.FPDF_PAGEOBJ_IMAGE
    ):
        return None
    whole = picture(page)
    with left_out(texts):
        without = picture(page)
        with left_out(odd):
            plain = picture(page, notes=False)
    changed = _differs(whole, without)
    gone = np.zeros_like(changed)
    if erasing:
        with left_out(erasing):
            gone = _differs(whole, picture(page))
    left, _, _, top = page.get_bbox()
    letters = [
        (left + x0 * 72 / DPI, top - y1 * 72 / DPI, left + x1 * 72 / DPI, top - y0 * 72 / DPI)
        for x0, y0, x1, y1 in _letters(without, plain)
    ]
    return Look(changed, (left, top), tuple(letters), gone)


def _differs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    differs: np.ndarray = _largest(np.maximum(one, other) - np.minimum(one, other)) >= CONTRAST
    return differs


def _largest(colours: np.ndarray) -> np.ndarray:
    """The largest of the three colours of each place: ``max`` along so short an axis takes twenty times as long."""
    largest: np.ndarray = np.maximum(np.maximum(colours[:, :, 0], colours[:, :, 1]), colours[:, :, 2])
    return largest


def _erasing(drawn: Sequence[Drawn], texts: Mapping[int, TextObject]) -> list[Drawn]:
    """The texts in the colour of what is behind them that are drawn over others."""
    pale = [item for item in drawn if item.address in texts and texts[item.address].not_read == "invisible"]
    modes = quick_calls.render_modes([item.address for item in pale])
    seen = [text for text in texts.values() if text.not_read is None]
    boxes, order = np.array([text.box for text in seen]).reshape(-1, 4), np.array([text.order for text in seen])
    erasing = []
    for item in (item for item, mode in zip(pale, modes, strict=True) if mode not in NO_INK):
        x0, y0, x1, y1 = texts[item.address].box
        over = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
        if (over & (order < item.order)).any():
            erasing.append(item)
    return erasing


@contextmanager
def left_out(items: Iterable[Drawn]) -> Iterator[None]:
    """While this lasts, ``items`` are not drawn."""
    objects = [item.obj for item in items]
    for obj in objects:
        c.FPDFPageObj_SetIsActive(obj, False)
    try:
        yield
    finally:
        for obj in objects:
            c.FPDFPageObj_SetIsActive(obj, True)


def picture(page: pdfium.PdfPage, notes: bool = True) -> np.ndarray:
    """The page as its own coordinates have it, not turned: (height, width, 3)."""
    bitmap = page.render(scale=DPI / 72, rotation=-page.get_rotation() % 360, may_draw_forms=False, draw_annots=notes)
    return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])


def _odd_shapes(drawn: Sequence[Drawn], patterns: bool) -> list[Drawn]:
    """Pictures, shadings, and paths that are neither lines nor rectangles of one colour."""
    odd = [item for item in drawn if item.kind in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING)]
    paths = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_PATH]
    addresses = [item.address for item in paths]
    box = quick_calls.bounds(addresses).astype(float)
    side = np.sort(np.abs(box[:, 2:] - box[:, :2]), axis=1) if len(paths) else np.zeros((0, 2))
    points = np.array(quick_calls.segments(addresses), dtype=int)
    large = np.flatnonzero((side[:, 1] >= LOW) & ((points > PLAIN) | (side[:, 0] > THIN))).tolist()
    return odd + [paths[i] for i in large if patterns or _is_odd(paths[i], int(points[i]), float(side[i, 1]))]


def _is_odd(item: Drawn, points: int, longest: float) -> bool:
    fill, stroke = painted(item.obj)
    if not fill:
        return stroke and (is_brush(item.obj) or points > PLAIN and longest < HIGH)
    if quick_calls.see_through([item.address])[0]:
        return True
    return points > PLAIN and (is_curved(item.obj) or any(map(_is_area, rings_of(item))))


def _is_area(ring: Sequence[tuple[float, float]]) -> bool:
    xs, ys = zip(*ring, strict=True)
    return min(max(xs) - min(xs), max(ys) - min(ys)) > THIN


def _letters(shown: np.ndarray, plain: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Where (pixels) a picture has letters, but coloured ones, that ``plain``, its lines and rectangles alone, has not."""
    import cv2  # late: few pages are looked at

    def ink(colours: np.ndarray) -> np.ndarray:
        darkest = 255 - _largest(255 - colours)
        dark = cv2.adaptiveThreshold(
            darkest, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, DPI // 4 * 2 + 1, DARKER
        )
        coloured = _largest(colours) - darkest >= COLOURED
        return np.where(coloured, 0, dark).astype(np.uint8)

    lines = cv2.dilate(ink(plain), np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(
        np.where(lines > 0, 0, ink(shown)).astype(np.uint8), connectivity=8
    )
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] * 72 / DPI
    letters = stats[(size[:, 1] > LOW) & (size.max(axis=1) < HIGH)]
    texts = np.zeros(shown.shape[:2], np.uint8)
    for x, y, wide, high, _ in letters.tolist():
        texts[y : y + high, x : x + wide] = 255
    joined = cv2.dilate(texts, np.ones((1, round(APART * DPI / 72)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    half = round(APART * DPI / 144)
    return [(x + half, y, x + wide - half, y + high) for x, y, wide, high, _ in stats[1:].tolist()]
