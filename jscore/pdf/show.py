"""Pictures of pages with printed cells marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from jscore.pdf.boxes import Box, around
from jscore.pdf.pages import open_document

if TYPE_CHECKING:
    from PIL.Image import Image

RED = (200, 30, 30)
#: The frame of what was read by OCR.
BLUE = (30, 90, 200)
#: The share of what is shown beyond the margin that lies to the left.
_LEFT = 0.75


def crop(
    path: Path,
    page: int,
    box: Box,
    margin: float = 40,
    scale: float = 2,
    password: str | None = None,
    colour: tuple[int, int, int] = RED,
) -> Image:
    """The part of ``page`` around ``box`` (points, origin bottom left, as shown), ``box`` framed in ``colour``.

    ``margin`` in points is left around the box, ``scale`` is pixels a point.
    """
    document = open_document(path, password)
    try:
        return window(document, page, [box], colour, margin=margin, scale=scale)
    finally:
        document.close()


def window(
    document: pdfium.PdfDocument,
    page: int,
    boxes: Sequence[Box],
    colour: tuple[int, int, int] = RED,
    margin: float = 40,
    least: float = 0,
    scale: float = 2,
) -> Image:
    """The part of ``page`` around all ``boxes``, each framed in ``colour``; at least ``least`` points wide, if the page is.

    What is shown beyond the margin is rather on the left, where a table says what its rows are.
    """
    from PIL import ImageDraw

    shown = document[page - 1]
    wide, high = shown.get_size()
    x0, y0, x1, y1 = around(boxes)
    more = max(0.0, least - (x1 - x0) - 2 * margin)
    left, right = x0 - margin - more * _LEFT, x1 + margin + more * (1 - _LEFT)
    left, right = left - max(0.0, right - wide), right - min(0.0, left)  # what one edge cuts off, the other gets
    left, right, bottom, top = max(0.0, left), min(wide, right), max(0.0, y0 - margin), min(high, y1 + margin)
    cut = (left, bottom, wide - right, high - top)
    picture = shown.render(scale=scale, crop=cut).to_pil().convert("RGB")
    pen = ImageDraw.Draw(picture)
    for box in boxes:
        frame = (box[0] - left, top - box[3], box[2] - left, top - box[1])
        pen.rectangle([scale * edge for edge in frame], outline=colour, width=max(2, round(1.5 * scale)))
    return picture
