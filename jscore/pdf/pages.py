"""What is printed on a page: glyphs and ruled lines, read with pdfium.

Belongs here: opening a PDF, pages turned upright.  Does not: reading glyphs and rules
(``glyphs``, ``rules``), tables (``grids``) or any meaning of the text.

Coordinates are points with the origin at the bottom left of the page as a viewer shows
it.  A page whose text is set sideways is turned upright for reading; ``Page.shown``
takes a box back to what the viewer shows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.errors import ReadError
from jscore.pdf.glyphs import Glyphs, placed_glyphs, raw_glyphs
from jscore.pdf.rules import Box, raw_rules, straight

#: Environment variable with the password of encrypted files.
PASSWORD = "JSCORE_PASSWORD"
#: Bytes at the beginning in which a PDF has its %PDF-, and at the end in which it has its %%EOF; readers allow as much.
HEAD, TAIL = 1024, 4096
#: What a file is that was renamed, by how it begins.
KINDS = {
    b"PK": "a Word, Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"<": "a web page",
    b"\x89PNG": "a picture",
    b"\xff\xd8": "a picture",
}


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


def open_document(path: str | Path, password: str | None = None) -> pdfium.PdfDocument:
    """The PDF at ``path``, opened, with ``password`` or $JSCORE_PASSWORD if it is encrypted.

    Only its pages are read: forms, scripts, links and attachments are left alone.  Raises
    ReadError, with one line for the user, if it is missing or is no readable PDF.
    """
    path = Path(path)
    _expect_pdf(path)
    given = password_for(password)
    try:
        document = pdfium.PdfDocument(path, password=given)
        count = len(document)
    except pdfium.PdfiumError as error:
        raise ReadError(f"{path}: {_refusal(error.err_code, given)}") from error
    if count <= 0:
        document.close()
        raise ReadError(f"{path}: {_refusal(c.FPDF_ERR_SUCCESS, given)}")
    return document


def _refusal(code: int | None, given: str | None) -> str:
    """Why pdfium does not open a file, by its code, and the way out."""
    if code == c.FPDF_ERR_SUCCESS:
        return "the PDF has no pages; download it again"
    if code == c.FPDF_ERR_SECURITY:
        return "encrypted in a way that is not known; save a copy without encryption and use that"
    if code != c.FPDF_ERR_PASSWORD:
        return "not a readable PDF (damaged or cut short); download it again"
    known = "the password given does not open it" if given else "no password was given"
    return (
        f"encrypted, and {known}; use --password, ${PASSWORD} or read(pdf, password=...), "
        "or save a copy without a password"
    )


def password_for(password: str | None) -> str | None:
    """The password to try: the one given, or $JSCORE_PASSWORD."""
    return password or os.environ.get(PASSWORD) or None


def _expect_pdf(path: Path) -> None:
    """Raise ReadError if the file at ``path`` is missing, or does not begin and end as a PDF does."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
            tail = file.read()
    except FileNotFoundError:
        raise ReadError(f"{path}: no such file; name an existing PDF") from None
    except OSError as error:
        raise ReadError(f"{path}: cannot be opened ({error.strerror}); name a PDF that you may read") from None
    if not head:
        raise ReadError(f"{path}: not a readable PDF (an empty file); download it again")
    if b"%PDF-" not in head:
        kind = next((kind for begin, kind in KINDS.items() if head.startswith(begin)), "another kind of file")
        raise ReadError(f"{path}: not a readable PDF ({kind}); name the report's PDF")
    if b"%%EOF" not in tail:
        # pdfium would repair it and give what is left of it, without a word about the rest
        raise ReadError(
            f"{path}: not a readable PDF (cut short: its end mark %%EOF is missing); "
            "download it again, or save it anew from a viewer that shows all of it"
        )


def read_page(document: pdfium.PdfDocument, number: int, path: Path, password: str | None = None) -> Page:
    """Page ``number`` (from 1): its glyphs and rules, turned so that most of its text is upright."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError as error:
        raise ReadError(f"{path}: page {number} is damaged; download it again, or save it anew") from error
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    raw, turns = raw_glyphs(page, path, number, password)
    segments, image_area = raw_rules(page)
    origin = np.array([left, bottom])
    points, (width, height) = _turn(raw.points - origin, turns, *size)
    ends, _ = _turn(segments.reshape(-1, 2) - origin, turns, *size)
    horizontal, vertical = straight(ends.reshape(-1, 4))
    return Page(
        number=number,
        width=width,
        height=height,
        glyphs=placed_glyphs(raw, points, (width, height)),
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
    if turns % 4 == 0:
        return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    corners = np.array([[box[0], box[1]], [box[2], box[3]]])
    turned, _ = _turn(corners, turns, width, height)
    (x0, y0), (x1, y1) = turned.min(axis=0), turned.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)
