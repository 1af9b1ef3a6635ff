"""Pictures of pages with a printed cell marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jscore.pdf.pages import open_document
from jscore.pdf.rules import Box

if TYPE_CHECKING:
    from PIL.Image import Image


def crop(path: Path, page: int, box: Box, margin: float = 40, scale: float = 2, password: str | None = None) -> Image:
    """The part of ``page`` around ``box`` (points, origin bottom left, as shown), ``box`` framed in red.

    ``margin`` in points is left around the box, ``scale`` is pixels a point.
    """
    from PIL import ImageDraw

    document = open_document(path, password)
    try:
        picture = document[page - 1].render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()
    height = picture.height / scale
    left, top, right, bottom = (v * scale for v in (box[0], height - box[3], box[2], height - box[1]))
    ImageDraw.Draw(picture).rectangle((left, top, right, bottom), outline=(200, 30, 30), width=max(2, round(scale)))
    wide = margin * scale
    return picture.crop((
        max(0, int(left - wide)), max(0, int(top - wide)),
        min(picture.width, int(right + wide)), min(picture.height, int(bottom + wide)),
    ))  # fmt: skip
