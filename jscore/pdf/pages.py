"""What is printed on a page: glyphs and ruled lines, read with pdfium.

Belongs here: opening a PDF, pages turned upright.  Does not: reading glyphs and rules
(``glyphs``, ``rules``), tables (``grids``) or any meaning of the text.

Coordinates are points with the origin at the bottom left of the page as a viewer shows
it.  A page whose text is set sideways is turned upright for reading; ``Page.shown``
takes a box back to what the viewer shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from jscore.errors import ReadError
from jscore.pdf.glyphs import Glyphs, placed_glyphs, raw_glyphs
from jscore.pdf.rules import Box, raw_rules, straight


@dataclass(frozen=True)
class Line:
    """One line of text outside the tables; ``pieces`` is the x from, x to and text of each stretch of it."""

    text: str
    box: Box
    page: int
    pieces: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """One page, upright."""

    number: int
    width: float
    height: float
    glyphs: Glyphs
    horizontal: list[Box] = field(repr=False)
    vertical: list[Box] = field(repr=False)
    image_share: float = 0.0
    turns: int = 0

    def shown(self, box: Box) -> Box:
        """``box`` on the page as a viewer shows it."""
        return _turn_box(box, -self.turns, self.width, self.height)


def open_document(path: str | Path) -> pdfium.PdfDocument:
    """The PDF at ``path``, opened.

    Raises ReadError, with one line for the user, if it is missing or is no readable PDF.
    """
    path = Path(path)
    if not path.is_file():
        raise ReadError(f"{path}: no such file; name an existing PDF")
    try:
        document = pdfium.PdfDocument(path)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            reason = "encrypted; save a copy without a password and use that"
        else:
            reason = "not a readable PDF (damaged, cut short or another kind of file); download it again"
        raise ReadError(f"{path}: {reason}") from error
    if count == 0:
        raise ReadError(f"{path}: the PDF has no pages; download it again")
    return document


def read_page(document: pdfium.PdfDocument, number: int, path: Path) -> Page:
    """Page ``number`` (from 1): its glyphs and rules, turned so that most of its text is upright."""
    page = document[number - 1]
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    raw, turns = raw_glyphs(page, path, number)
    segments, image_area = raw_rules(page)
    origin = np.array([left, bottom])
    points, (width, height) = _turn(raw.points - origin, turns, *size)
    ends, _ = _turn(segments.reshape(-1, 2) - origin, turns, *size)
    horizontal, vertical = straight(ends.reshape(-1, 4))
    return Page(
        number=number,
        width=width,
        height=height,
        glyphs=placed_glyphs(raw, points),
        horizontal=horizontal,
        vertical=vertical,
        image_share=image_area / max(size[0] * size[1], 1.0),
        turns=(turns - page.get_rotation() // 90) % 4 if len(raw.chars) else 0,
    )


def on_canvas(page: pdfium.PdfPage, box: Box) -> Box:
    """``box`` of ``page`` as a viewer shows it, in the page's own coordinates: where annotations are placed."""
    left, bottom, *_ = page.get_bbox()
    x0, y0, x1, y1 = _turn_box(box, -(page.get_rotation() // 90), *page.get_size())
    return x0 + left, y0 + bottom, x1 + left, y1 + bottom


# --- turning ---------------------------------------------------------------------------


def _turn(points: np.ndarray, turns: int, width: float, height: float) -> tuple[np.ndarray, tuple[float, float]]:
    """Points (n, 2) on a page turned clockwise by ``turns`` quarters, and its new size."""
    x, y = points[:, 0], points[:, 1]
    match turns % 4:
        case 1:
            return np.column_stack([y, width - x]), (height, width)
        case 2:
            return np.column_stack([width - x, height - y]), (width, height)
        case 3:
            return np.column_stack([height - y, x]), (height, width)
    return points, (width, height)


def _turn_box(box: Box, turns: int, width: float, height: float) -> Box:
    corners = np.array([[box[0], box[1]], [box[2], box[3]]])
    turned, _ = _turn(corners, turns, width, height)
    (x0, y0), (x1, y1) = turned.min(axis=0), turned.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)
