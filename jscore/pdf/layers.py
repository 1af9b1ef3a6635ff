"""Text over, or under, a picture of the same page: whether it may be what the picture shows."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf.as_drawn import left_out
from jscore.pdf.pages import Page
from jscore.pdf.rules import drawn_objects

#: Resolution at which a page is looked at (dots an inch); ink is so much darker than what is round it (of 255).
DPI, DARKER = 100, 25
#: So many blots of the size of letters (points high) are a text, so many rules each way, this long (inches), a table.
LETTERS, LOW, HIGH, RULES, LONG = 30, 4.0, 24.0, 3, 0.3
#: So much of a text is out of sight, or stands on ink of the picture.
MOST = 0.5
#: Pictures over so much of a page are the whole of it.
WHOLE = 0.8


def shows_text(page: pdfium.PdfPage, upright: Page) -> bool:
    """Whether a page's pictures may show its text: there are letters in them, and the text is mostly out of sight, or
    stands on their ink, or is typed into a table that they show.  ``upright`` is the page as it was read.
    """
    drawn = drawn_objects(page)
    texts = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
    with left_out([*texts, *(item for item in drawn if item.kind == c.FPDF_PAGEOBJ_PATH)]):
        ink = _ink(_drawn(page))
    level, standing = (_blots(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)) for kernel in _LONG)
    if not len(upright.glyphs) or _letters(ink) < LETTERS:
        return False
    shown = _drawn(page)
    with left_out(texts):
        seen = _near_glyphs(upright, cv2.absdiff(shown, _drawn(page)) > DARKER)
    inked = _near_glyphs(upright, ink > 0)
    return bool(
        (~seen).mean() > MOST
        or (seen & inked).sum() > MOST * seen.sum()
        or upright.image_share > WHOLE and min(len(level), len(standing)) >= RULES
    )  # fmt: skip


_LONG = (np.ones((1, round(LONG * DPI)), np.uint8), np.ones((round(LONG * DPI), 1), np.uint8))


def _drawn(page: pdfium.PdfPage) -> np.ndarray:
    grey: np.ndarray = page.render(scale=DPI / 72, grayscale=True).to_numpy()
    return np.ascontiguousarray(grey.reshape(grey.shape[:2]))


def _ink(grey: np.ndarray) -> np.ndarray:
    size = DPI // 4 * 2 + 1
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, DARKER)


def _blots(ink: np.ndarray) -> np.ndarray:
    """Width and height (pixels) of every blot of ``ink``."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes: np.ndarray = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return sizes


def _letters(ink: np.ndarray) -> int:
    """How many blots of the size of letters there are beside the long strokes."""
    strokes = np.maximum(*(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel) for kernel in _LONG))
    sizes = _blots(np.where(cv2.dilate(strokes, np.ones((3, 3), np.uint8)) > 0, 0, ink).astype(np.uint8)) * 72 / DPI
    return int(((sizes[:, 1] > LOW) & (sizes.max(axis=1) < HIGH)).sum())


def _near_glyphs(upright: Page, where: np.ndarray) -> np.ndarray:
    """For every glyph of a page, blanks left out, whether any of it is in ``where`` (a picture of the page)."""
    answers = []
    for view in (upright, *upright.others):
        glyphs = view.glyphs.selected(~view.glyphs.space)
        edges = glyphs.x0, glyphs.base, glyphs.x1, glyphs.base + 0.7 * glyphs.em
        for box in zip(*edges, strict=True):
            x0, y0, x1, y1 = (round(edge * DPI / 72) for edge in view.shown(box))
            part = where[max(len(where) - y1, 0) : max(len(where) - y0, 0), max(x0, 0) : x1]
            answers.append(bool(part.any()))
    return np.array(answers, dtype=bool)
