"""A finding as the page shows it: the figures under test and those they are held against, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jscore import fonts
from jscore.errors import ReadError
from jscore.findings.places import Mark, marks
from jscore.language import tr
from jscore.language.words import word
from jscore.pdf.pages import open_document
from jscore.pdf.show import RED, window

if TYPE_CHECKING:
    import pypdfium2 as pdfium
    from PIL.Image import Image

    from jscore.report import Report

#: Colour of the frame around the figures of a role.
COLOURS = {"actual": RED, "expected": (31, 90, 160)}
#: Pages of one role that are pictured, and the least width of a picture and the margin around figures, in points.
PAGES, LEAST, MARGIN = 3, 430, 36
_GAP, _HEAD, _TEXT = 16, 34, 22


@dataclass(frozen=True)
class Picture:
    """A mark and the part of the page around it."""

    mark: Mark
    image: Image


@contextmanager
def opened(report: Report) -> Iterator[pdfium.PdfDocument]:
    """The PDF of ``report``; raises FileNotFoundError or ReadError, in one line, if it is not there."""
    if report.path is None or not Path(report.path).is_file():
        raise FileNotFoundError(f"{report.path}: the PDF is needed to show a page; put it back there")
    document = open_document(report.path, report.password)
    try:
        yield document
    finally:
        document.close()


def pictures(document: pdfium.PdfDocument, its_marks: Sequence[Mark], scale: float = 2) -> list[Picture]:
    """The pictures of one relation, from its marks: figures under test first, then by page.

    All figures of a role on one page are in one picture (a column that adds up is seen whole); of more than ``PAGES``
    pages the first are taken.
    """
    kept = [mark for role in COLOURS for mark in [m for m in its_marks if m.role == role][:PAGES]]
    return [
        Picture(mark, window(document, mark.page, mark.boxes, COLOURS[mark.role], MARGIN, LEAST, scale))
        for mark in kept
        if mark.page <= len(document)
    ]


def side_by_side(report: Report, check_no: int, scale: float = 2) -> Image:
    """One picture of check ``check_no``: left its figures under test, right those they are held against.

    Raises KeyError if there is no such check, ReadError if none of its figures has a place on a page.
    """
    if check_no not in set(report.checks["check_no"]):
        raise KeyError(f"no check {check_no}; the report has 1 to {len(report.checks)}")
    with opened(report) as document:
        drawn = pictures(document, marks(report.figures_of(check_no)).get(check_no, []), scale)
    if not drawn:
        raise ReadError(f"check {check_no} is about the report as a whole: it has no place on a page to show")
    columns = [_stacked([p for p in drawn if p.mark.role == role], scale) for role in COLOURS]
    return _beside([column for column in columns if column is not None], round(_GAP * scale / 2))


def _stacked(drawn: list[Picture], scale: float) -> Image | None:
    """Pictures one under the other, each under its role and page."""
    from PIL import Image, ImageDraw, ImageFont

    if not drawn:
        return None
    head = round(_HEAD * scale / 2)
    font = ImageFont.truetype(str(fonts.FILE), round(_TEXT * scale / 2))
    wide = max(picture.image.width for picture in drawn)
    whole = Image.new("RGB", (wide, sum(picture.image.height + head for picture in drawn)), "white")
    pen, top = ImageDraw.Draw(whole), 0
    for picture in drawn:
        caption = tr("{role}，第{page}页", role=word(picture.mark.role), page=picture.mark.page)
        pen.text((2, top + 2), caption, font=font, fill=COLOURS[picture.mark.role])
        whole.paste(picture.image, (0, top + head))
        top += picture.image.height + head
    return whole


def _beside(columns: list[Image], gap: int) -> Image:
    from PIL import Image

    wide = sum(column.width for column in columns) + gap * (len(columns) - 1)
    whole = Image.new("RGB", (wide, max(column.height for column in columns)), "white")
    left = 0
    for column in columns:
        whole.paste(column, (left, 0))
        left += column.width + gap
    return whole
