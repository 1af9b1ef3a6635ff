"""What is printed on a page: glyphs and ruled lines, read with pdfium.

Belongs here: opening a PDF, the position of every glyph and rule, pages turned
upright, lines of text.  Does not: tables (``grids``) or any meaning of the text.

Coordinates are points with the origin at the bottom left of the page as a viewer shows
it.  A page whose text is set sideways is turned upright for reading; ``Page.shown``
takes a box back to what the viewer shows.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

Box = tuple[float, float, float, float]

#: A filled rectangle this thin is a rule (points); Word and ONLYOFFICE draw borders so.
THIN = 3.0
#: A rule leans at most this much (points).
LEAN = 0.5
#: Depth to which form XObjects are followed.
MAX_DEPTH = 8


class ReadError(Exception):
    """A report that cannot be read; the message is one line and names the file and the way out."""


@dataclass(frozen=True)
class Glyphs:
    """The visible glyphs of a page in drawing order, one array a property (points)."""

    char: np.ndarray
    x0: np.ndarray
    x1: np.ndarray
    base: np.ndarray
    em: np.ndarray
    space: np.ndarray

    def __len__(self) -> int:
        return len(self.char)

    @property
    def x(self) -> np.ndarray:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> np.ndarray:
        """Middle of the glyph: from the baseline, since a font's ascent can be anything."""
        return self.base + 0.35 * self.em


@dataclass(frozen=True)
class Line:
    """One line of text outside the tables."""

    text: str
    box: Box
    page: int
    starts: tuple[float, ...] = ()


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


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """Page ``number`` (from 1): its glyphs and rules, turned so that most of its text is upright."""
    page = document[number - 1]
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    raw, angle = _raw_glyphs(page)
    segments, image_area = _raw_rules(page)
    rotation = page.get_rotation() // 90
    turns = (rotation + angle) % 4
    origin = np.array([left, bottom])
    points, (width, height) = _turn(raw.points - origin, turns, *size)
    ends, _ = _turn(segments.reshape(-1, 2) - origin, turns, *size)
    horizontal, vertical = _straight(ends.reshape(-1, 4))
    return Page(
        number=number,
        width=width,
        height=height,
        glyphs=_glyphs(raw, points),
        horizontal=horizontal,
        vertical=vertical,
        image_share=image_area / max(size[0] * size[1], 1.0),
        turns=angle % 4,
    )


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


# --- glyphs ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Raw:
    chars: list[str]
    points: np.ndarray  # (3n, 2): origin, lower left and upper right of every glyph


def _raw_glyphs(page: pdfium.PdfPage) -> tuple[_Raw, int]:
    """Glyphs in page space, and the quarter turns that set most of them upright."""
    text = page.get_textpage()
    handle = text.raw
    count = c.FPDFText_CountChars(handle)
    x, y, rect = ctypes.c_double(), ctypes.c_double(), c.FS_RECTF()
    get_char, get_origin, get_box = c.FPDFText_GetUnicode, c.FPDFText_GetCharOrigin, c.FPDFText_GetLooseCharBox
    chars: list[str] = []
    numbers: list[float] = []
    for i in range(count):
        code = get_char(handle, i)
        if code < 32 or 0xD800 <= code < 0xE000:
            # pdfium's own line breaks, and glyphs without a Unicode value
            if code in (10, 13, 9) or c.FPDFText_IsGenerated(handle, i):
                continue
            code = 0xFFFD
        char = chr(code)
        if char.isspace() and c.FPDFText_IsGenerated(handle, i):
            continue
        get_origin(handle, i, x, y)
        get_box(handle, i, rect)
        chars.append(char)
        numbers += (x.value, y.value, rect.left, rect.bottom, rect.right, rect.top)
    angles = [round(c.FPDFText_GetCharAngle(handle, i) / 1.5707963) % 4 for i in range(0, count, max(count // 60, 1))]
    angle = max(set(angles), key=angles.count) if angles else 0
    rotation = page.get_rotation() // 90
    return _Raw(chars, np.array(numbers, dtype=float).reshape(-1, 2)), (-angle - rotation) % 4 if angles else 0


def _glyphs(raw: _Raw, points: np.ndarray) -> Glyphs:
    origin, low, high = points[0::3], points[1::3], points[2::3]
    char = np.array([_plain(ch) for ch in raw.chars], dtype=object)
    x0, x1 = np.minimum(low[:, 0], high[:, 0]), np.maximum(low[:, 0], high[:, 0])
    width = x1 - x0
    wide = np.array([unicodedata.east_asian_width(ch) in "WF" for ch in raw.chars], dtype=bool)
    em = np.where(wide, width, 2 * width)
    tall = np.abs(high[:, 1] - low[:, 1])
    em = np.clip(em, 0.5 * tall, 1.1 * tall) if len(em) else em
    space = np.array([ch.isspace() for ch in raw.chars], dtype=bool)
    keep = ~_printed_twice(char, x0, origin[:, 1] if len(em) else em, em)
    return Glyphs(char[keep], x0[keep], x1[keep], origin[:, 1][keep], em[keep], space[keep])


def _printed_twice(char: np.ndarray, x: np.ndarray, base: np.ndarray, em: np.ndarray) -> np.ndarray:
    """Glyphs drawn again a hair beside themselves, as word processors fake bold type.

    Two like characters in a row at one and the same spot are one glyph that stands for both (——).
    """
    twice = np.zeros(len(char), dtype=bool)
    if len(char) < 2:
        return twice
    code = np.array([ord(ch[0]) for ch in char])
    order = np.lexsort((x, np.round(base), code))
    same = (np.diff(code[order]) == 0) & (np.abs(np.diff(base[order])) < 0.1 * em[order][1:])
    apart = np.abs(np.diff(x[order]))
    one_glyph = (np.diff(order) == 1) & (apart == 0)
    twice[order[1:][same & (apart < 0.15 * em[order][1:]) & ~one_glyph]] = True
    return twice


def _plain(char: str) -> str:
    """Radicals and compatibility ideographs, which some fonts report, as ordinary characters."""
    code = ord(char)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", char)
    return char


# --- rules -----------------------------------------------------------------------------


def _raw_rules(page: pdfium.PdfPage) -> tuple[np.ndarray, float]:
    """Straight segments (n, 4) that the page draws, in page space, and the area of its images."""
    segments: list[tuple[float, float, float, float]] = []
    image_area = 0.0
    for obj, matrix in _objects(page.raw, page=True):
        kind = c.FPDFPageObj_GetType(obj)
        if kind == c.FPDF_PAGEOBJ_PATH:
            segments += _path_segments(obj, matrix)
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            image_area += _area(obj)
    return np.array(segments, dtype=float).reshape(-1, 4), image_area


def _objects(holder: object, page: bool, matrix: pdfium.PdfMatrix | None = None, depth: int = 0) -> Iterator:
    """Page objects with the matrix of the form XObject they stand in."""
    count = c.FPDFPage_CountObjects(holder) if page else c.FPDFFormObj_CountObjects(holder)
    for i in range(count):
        obj = c.FPDFPage_GetObject(holder, i) if page else c.FPDFFormObj_GetObject(holder, i)
        if c.FPDFPageObj_GetType(obj) == c.FPDF_PAGEOBJ_FORM:
            if depth < MAX_DEPTH:
                yield from _objects(obj, False, _times(_matrix(obj), matrix), depth + 1)
        else:
            yield obj, matrix


def _matrix(obj: object) -> pdfium.PdfMatrix:
    raw = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(obj, raw)
    return pdfium.PdfMatrix.from_raw(raw)


def _times(inner: pdfium.PdfMatrix, outer: pdfium.PdfMatrix | None) -> pdfium.PdfMatrix:
    return inner.multiply(outer) if outer is not None else inner


def _area(obj: object) -> float:
    box = [ctypes.c_float() for _ in range(4)]
    c.FPDFPageObj_GetBounds(obj, *box)
    return max(0.0, box[2].value - box[0].value) * max(0.0, box[3].value - box[1].value)


def _path_segments(obj: object, outer: pdfium.PdfMatrix | None) -> list[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(obj, fill, stroke)
    if not (fill.value or stroke.value):
        return []
    matrix = _times(_matrix(obj), outer)
    segments: list[tuple[float, float, float, float]] = []
    for ring in _rings(obj, matrix):
        edges = [(*ring[i], *ring[i + 1]) for i in range(len(ring) - 1)]
        if stroke.value:
            segments += edges
            continue
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if min(x1 - x0, y1 - y0) <= THIN < max(x1 - x0, y1 - y0):
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            segments.append((x0, middle_y, x1, middle_y) if x1 - x0 >= y1 - y0 else (middle_x, y0, middle_x, y1))
    return segments


def _rings(obj: object, matrix: pdfium.PdfMatrix) -> Iterator[list[tuple[float, float]]]:
    """The sub-paths of a path, as points; curves are left out."""
    x, y = ctypes.c_float(), ctypes.c_float()
    ring: list[tuple[float, float]] = []
    for i in range(c.FPDFPath_CountSegments(obj)):
        segment = c.FPDFPath_GetPathSegment(obj, i)
        kind = c.FPDFPathSegment_GetType(segment)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind == c.FPDF_SEGMENT_LINETO and ring:
            ring.append(point)
        else:
            if len(ring) > 1:
                yield ring
            ring = [point]
        if c.FPDFPathSegment_GetClose(segment) and len(ring) > 1:
            ring.append(ring[0])
    if len(ring) > 1:
        yield ring


def _straight(segments: np.ndarray) -> tuple[list[Box], list[Box]]:
    """The horizontal and the vertical ones among the segments, each from low to high."""
    low, high = np.minimum(segments[:, :2], segments[:, 2:]), np.maximum(segments[:, :2], segments[:, 2:])
    size = high - low
    boxes = np.hstack([low, high])
    flat = (size[:, 1] <= LEAN) & (size[:, 0] > LEAN)
    upright = (size[:, 0] <= LEAN) & (size[:, 1] > LEAN)
    return [tuple(b) for b in boxes[flat].tolist()], [tuple(b) for b in boxes[upright].tolist()]
