"""What is printed on a page: glyphs, rules and pictures, read with pdfium.

Coordinates are points with the origin at the bottom left of the page as a viewer shows
it.  A page whose text is set sideways is turned upright for reading; ``Page.shown``
takes a box back to what the viewer shows.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.errors import ReadError
from jscore.language import N_, tr
from jscore.pdf.as_drawn import look
from jscore.pdf.boxes import Box, Point
from jscore.pdf.digit_shapes import Fonts
from jscore.pdf.drawn_signs import small_marks, with_signs
from jscore.pdf.form_fields import UNSEEN
from jscore.pdf.glyphs import Glyphs, beside_the_page, placed_glyphs, texts_of
from jscore.pdf.raw_glyphs import KnownPage, Raw, page_damaged
from jscore.pdf.read_glyphs import read_glyphs
from jscore.pdf.rules import (
    THICK,
    drawn_by_hand,
    drawn_objects,
    lean_of,
    line_along,
    pictures,
    raw_rules,
    slanting,
    straight,
)
from jscore.pdf.strikes import struck_out, without
from jscore.pdf.visible import UNDRAWN, text_objects

#: Environment variable with the password of encrypted files.
PASSWORD = "JSCORE_PASSWORD"
#: Bytes at the beginning in which a PDF has its %PDF-.
HEAD = 1024
#: Bytes behind a PDF's end in which pdfium finds that end; behind more it takes the objects that it finds for the PDF's.
TAIL = 4000
_UPDATE_ANYWHERE = re.compile(rb"\d+ \d+ obj\b")
_UPDATE = re.compile(rb"[\s\0]*(?:%[^\r\n]*[\r\n][\s\0]*)*" + _UPDATE_ANYWHERE.pattern)
#: So many glyphs of another direction are a text of their own; fewer are not read.
FEWEST = 12
#: Why text is not read that is drawn where the page ends.
BESIDE = "beside the page"
ASKEW = "set in another direction than the page's text"
#: Annotations that are part of what a page says: free text, stamps, form fields.
ON_THE_PAGE = (c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_WIDGET)
#: Annotations that leave no ink of their own, and those that say something about what is printed under them.
NO_INK = (c.FPDF_ANNOT_LINK, c.FPDF_ANNOT_POPUP)
STRIKES = (c.FPDF_ANNOT_STRIKEOUT, c.FPDF_ANNOT_LINE, c.FPDF_ANNOT_INK, c.FPDF_ANNOT_POLYLINE)
#: What a file is that was renamed, by how it begins.
KINDS = {
    b"PK": N_("Word、Excel或zip文件"),
    b"\xd0\xcf\x11\xe0": N_("旧版Word或Excel文件"),
    b"<": N_("网页"),
    b"\x89PNG": N_("图片"),
    b"\xff\xd8": N_("图片"),
}
#: What was learnt of the fonts of open documents.
_FONTS: WeakKeyDictionary[pdfium.PdfDocument, Fonts] = WeakKeyDictionary()


@dataclass(frozen=True)
class Line:
    """One line of text outside the tables; ``pieces`` is the x from, x to and text of each stretch of it."""

    text: str
    box: Box
    page: int
    pieces: tuple[tuple[float, float, str], ...] = ()
    #: Where a viewer shows it, if that is not ``box``.
    shown: Box | None = None


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
    #: The pictures without text on them, and the share of the page that they cover; where it is not turned, as shown.
    wordless: tuple[Box, ...] = ()
    wordless_share: float = 0.0
    #: The share of the page that pictures with text on them cover.
    worded_share: float = 0.0
    #: Whether all its text stands in form fields and notes.
    notes_alone: bool = False
    #: Where letters are drawn that are no text, as the page shows it.
    letters: tuple[Box, ...] = field(repr=False, default=())
    #: Text that the page does not show: (reason, text).
    not_read: list[tuple[str, str]] = field(repr=False, default_factory=list)
    #: More of the same page: text set in another direction, turned upright; the right one of two pages on one sheet.
    others: tuple[Page, ...] = field(repr=False, default=())
    #: How far to the right and up on the upright page all this is printed.
    moved: tuple[float, float] = (0.0, 0.0)
    #: By how much it was levelled about its middle (radians, clockwise), where a picture was read.
    lean: float = 0.0

    def shown(self, box: Box) -> Box:
        """``box`` on the page as a viewer shows it."""
        (x0, y0, x1, y1), (right, up) = box, self.moved
        return _turn_box((x0 + right, y0 + up, x1 + right, y1 + up), -self.turns, self.width, self.height)

    def upright(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points that a viewer shows, on the page that was turned and levelled."""
        size = (self.width, self.height)[:: -1 if self.turns % 2 else 1]
        turned = _turn(np.column_stack([x, y]), self.turns, *size)
        level_x, level_y = _levelled(turned, self.lean, (self.width / 2, self.height / 2)).T
        return level_x, level_y


def open_document(path: str | Path, password: str | None = None) -> pdfium.PdfDocument:
    """The PDF at ``path``, opened, with ``password`` or $JSCORE_PASSWORD if it is encrypted.

    Only its pages are read: forms, scripts, links and attachments are left alone.  Raises
    ReadError, with one line for the user, if it is missing or is no readable PDF.
    """
    path = Path(path)
    _expect_pdf(path)
    given = password_for(password)
    # of a file without pages pdfium leaves the error of the file before it: a file without a name is that one
    c.FPDF_LoadDocument(b"", None)
    try:
        document = pdfium.PdfDocument(path, password=given)
        count = len(document)
    except pdfium.PdfiumError as error:
        raise ReadError(f"{path}: {_refusal(error.err_code, given)}") from error
    if count <= 0:
        document.close()
        raise ReadError(f"{path}: {_refusal(c.FPDF_ERR_FILE, given)}")
    return document


def _refusal(code: int | None, given: str | None) -> str:
    """Why pdfium does not open a file, by its code, and the way out."""
    if code == c.FPDF_ERR_FILE:
        return tr("这份PDF没有页面，请重新下载")
    if code == c.FPDF_ERR_SECURITY:
        return tr("加密方式无法识别，请另存一份不加密的副本")
    if code != c.FPDF_ERR_PASSWORD:
        return tr("不是可读的PDF（已损坏或不完整），请重新下载")
    known = tr("给出的密码打不开") if given else tr("没有给出密码")
    way_out = tr("请用 --password、${name} 或 read(pdf, password=...)，或另存一份不加密的副本", name=PASSWORD)
    return tr("已加密，{known}；{way_out}", known=known, way_out=way_out)


def password_for(password: str | None) -> str | None:
    """The password to try: the one given, or $JSCORE_PASSWORD."""
    return password or os.environ.get(PASSWORD) or None


def _expect_pdf(path: Path) -> None:
    """Raise ReadError if the file at ``path`` is missing, or does not begin and end as a PDF does."""
    try:
        with path.open("rb") as file:
            whole = file.read()
    except FileNotFoundError:
        raise ReadError(tr("{path}: 没有这个文件，请给出现有的PDF", path=path)) from None
    except OSError as error:
        raise ReadError(tr("{path}: 打不开（{why}），请给出可以读取的PDF", path=path, why=error.strerror)) from None
    head = whole[:HEAD]
    if not head:
        raise ReadError(tr("{path}: 不是可读的PDF（空文件），请重新下载", path=path))
    if b"%PDF-" not in head:
        kind = tr(next((kind for begin, kind in KINDS.items() if head.startswith(begin)), N_("其他类型的文件")))
        raise ReadError(tr("{path}: 不是可读的PDF（{kind}），请给出报告的PDF", path=path, kind=kind))
    end = whole.rfind(b"%%EOF")
    behind = whole[end + len(b"%%EOF") :]
    if end < 0 or (_UPDATE.match if len(behind) < TAIL else _UPDATE_ANYWHERE.search)(behind):
        # pdfium would repair it and give what is left of it, without a word about the rest
        raise ReadError(
            tr("{path}: 不是可读的PDF（不完整，缺少结尾标记%%EOF），请重新下载，或用能完整显示的阅读器另存", path=path)
        )


def note_doubled(document: pdfium.PdfDocument, doubled: frozenset[str]) -> None:
    """Have it that fonts of a document give the characters ``doubled`` for several codes."""
    _FONTS.setdefault(document, Fonts()).doubled = doubled


def read_page(
    document: pdfium.PdfDocument,
    number: int,
    path: Path,
    password: str | None = None,
    *,
    layers: bool = False,
    patterns: bool = False,
    fields: Sequence[tuple[Box, str]] = (),
) -> Page:
    """Page ``number`` (from 1): its glyphs and rules, turned so that most of its text is upright; ``layers`` says that what
    is off is marked so, ``patterns`` that the file has some, and ``fields`` what was entered
    into those of the page, and where.
    """
    try:
        page = document[number - 1]
        notes = _notes(page)
        alone = bool(notes.written) and not any(word.strip() for word in page.get_textpage().get_text_range())
        if notes.written:
            c.FPDFPage_Flatten(page.raw, c.FLAT_NORMALDISPLAY)  # in memory: what they show becomes part of the page
            page.close()
            page = document[number - 1]
    except pdfium.PdfiumError as error:
        raise ReadError(page_damaged(path, number)) from error
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    drawn = drawn_objects(page, layers)
    texts, covers = text_objects(page, drawn)
    seen = look(page, drawn, notes.marks, patterns, texts)
    fonts = _FONTS.setdefault(document, Fonts())
    raw = read_glyphs(KnownPage(page, path, number, password, drawn, texts, covers, seen, fonts))
    origin = np.array([left, bottom])
    segments, by_hand, by_notes = (
        ends.reshape(-1, 2) - origin for ends in (raw_rules(drawn), drawn_by_hand(drawn), notes.strikes)
    )
    marks, dark = small_marks(drawn)
    if seen and seen.letters:
        marks, dark = np.vstack([marks, seen.letters]), np.append(dark, np.zeros(len(seen.letters), dtype=bool))
    marks = marks.reshape(-1, 2) - origin
    shown = pictures(drawn)
    area, wordless = _share(shown, size), [box for box in shown if _is_wordless(box, raw)]
    counts = Counter(raw.turns.tolist())
    ways = [way for way, count in counts.most_common() if count >= FEWEST or way == counts.most_common(1)[0][0]] or [0]
    rotation, on_sheet = page.get_rotation() // 90, replace(raw, points=raw.points - origin)
    sheet = _Sheet(number, size, rotation, area, on_sheet, segments, by_hand, by_notes, marks, dark)
    views = [_view(sheet, way) for way in ways]
    rest = [char for char, way in zip(raw.chars, raw.turns.tolist(), strict=True) if way not in ways]
    not_read = [
        *raw.not_read, *([(ASKEW, "".join(rest))] if "".join(rest).strip() else []),
        *(text for view in views for text in view.not_read), *((UNDRAWN, text) for text in notes.written if text),
        *((UNDRAWN, text) for box, text in fields if _bare(text) not in _bare(page.get_textpage().get_text_bounded(*box))),
    ]  # fmt: skip
    here, drawn_letters = (
        tuple((x0 - left, y0 - bottom, x1 - left, y1 - bottom) for x0, y0, x1, y1 in boxes)
        for boxes in (wordless, seen.letters if seen else ())
    )
    letters = tuple(_turn_box(box, rotation, *size) for box in drawn_letters)
    return replace(
        views[0], not_read=not_read, others=tuple(views[1:]), wordless=here, wordless_share=_share(wordless, size),
        worded_share=area - _share(wordless, size), notes_alone=alone, letters=letters,
    )  # fmt: skip


def _share(boxes: list[Box], size: tuple[float, float]) -> float:
    """The share of a page that boxes cover."""
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes) / max(size[0] * size[1], 1.0)


def _is_wordless(picture: Box, raw: Raw) -> bool:
    """Whether hardly any text stands on a picture: what it shows may be text itself."""
    x, y = raw.points[0::3].T
    x0, y0, x1, y1 = picture
    return int(((x > x0) & (x < x1) & (y > y0) & (y < y1)).sum()) < FEWEST


@dataclass(frozen=True)
class _Sheet:
    """What is printed on a page, before it is turned upright."""

    number: int
    size: tuple[float, float]
    #: The clockwise quarter turns by which a viewer shows it.
    rotation: int
    image_share: float
    raw: Raw
    #: The corners (n, 2) of rules, of lines drawn by hand, of those of notes, and of small marks; which of these are dark.
    segments: np.ndarray
    by_hand: np.ndarray
    by_notes: np.ndarray
    marks: np.ndarray
    dark: np.ndarray


def _view(sheet: _Sheet, way: int) -> Page:
    """The page turned by ``way`` quarters, with the glyphs that are upright then, and level if its rules lean."""
    mine = sheet.raw.turns == way
    part = sheet.raw if mine.all() else _of_way(sheet.raw, mine)
    printed = (part.points, sheet.segments, sheet.by_hand, sheet.by_notes, sheet.marks)
    points, ends, by_hand, by_notes, small = (_turn(each, way, *sheet.size) for each in printed)
    width, height = sheet.size[:: -1 if way % 2 else 1]
    lean = lean_of(ends.reshape(-1, 4))
    if lean:
        points, ends, by_hand, by_notes, small = (
            _levelled(xy, lean, (width / 2, height / 2)) for xy in (points, ends, by_hand, by_notes, small)
        )
    horizontal, vertical = straight(ends.reshape(-1, 4))
    glyphs = placed_glyphs(part, points, (width, height))
    crossed, in_rows, striking = struck_out(
        glyphs,
        [*horizontal, *straight(by_hand.reshape(-1, 4))[0]],
        vertical,
        slanting(np.vstack([ends, by_hand, by_notes]).reshape(-1, 4)),
        straight(by_notes.reshape(-1, 4))[0],
    )
    horizontal = [line for line in horizontal if line not in striking]
    glyphs, struck = without(glyphs, crossed, in_rows), glyphs.selected(crossed)
    hidden = [
        ("struck out", texts_of(struck)),
        (BESIDE, beside_the_page(part, points, (width, height))),
    ]
    turns = (way - sheet.rotation) % 4 if len(sheet.raw.chars) else 0
    glyphs = with_signs(glyphs, struck, small.reshape(-1, 4), sheet.dark, horizontal, vertical)
    return Page(
        sheet.number, width, height, glyphs, horizontal, vertical, sheet.image_share, turns,
        not_read=[(why, text) for why, text in hidden if text],
    )  # fmt: skip


def _of_way(raw: Raw, mine: np.ndarray) -> Raw:
    chars = [char for char, keep in zip(raw.chars, mine.tolist(), strict=True) if keep]
    return Raw(chars, raw.points[np.repeat(mine, 3)], raw.turns[mine], [])


def _bare(text: str) -> str:
    """A text without blanks and without what parts thousands."""
    return re.sub(r"[\s,]", "", text)


@dataclass
class Notes:
    """The annotations that a page shows."""

    #: For each form field, and each note that is written on the page itself: what it says and draws nothing of, or "".
    written: list[str] = field(default_factory=list)
    #: Whether there are others, which mark what is printed, or cover it.
    marks: bool = False
    #: The lines (n, 4) that they draw through it.
    strikes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))


def _notes(page: pdfium.PdfPage) -> Notes:
    """The annotations that a page shows; those that it does not show are taken from it, in memory."""
    notes = Notes()
    for i in reversed(range(c.FPDFPage_GetAnnotCount(page.raw))):
        annotation = c.FPDFPage_GetAnnot(page.raw, i)
        kind = c.FPDFAnnot_GetSubtype(annotation)
        unseen = c.FPDFAnnot_GetFlags(annotation) & UNSEEN
        if unseen:
            pass
        elif kind in ON_THE_PAGE:
            drawn = c.FPDFAnnot_HasKey(annotation, b"AP")
            notes.written.append("" if drawn else _text_of(annotation, b"Contents"))
        elif kind not in NO_INK:
            notes.marks = True
            if kind in STRIKES:
                notes.strikes = np.vstack([notes.strikes, _strikes(annotation)])
        c.FPDFPage_CloseAnnot(annotation)
        if unseen:
            c.FPDFPage_RemoveAnnot(page.raw, i)
    return notes


def _strikes(annotation: Any) -> np.ndarray:
    """The lines (n, 4) of an annotation that is one, or that strikes texts out."""
    start, end, quad = c.FS_POINTF(), c.FS_POINTF(), c.FS_QUADPOINTSF()
    if c.FPDFAnnot_GetLine(annotation, start, end):
        return np.array([[start.x, start.y, end.x, end.y]])
    width = ctypes.c_float()
    if c.FPDFAnnot_GetBorder(annotation, ctypes.c_float(), ctypes.c_float(), width) and width.value > THICK:
        return np.zeros((0, 4))  # it marks what it lies on
    lines = [line for points in _drawn_by_hand(annotation) for line in line_along(points)]
    for i in range(c.FPDFAnnot_CountAttachmentPoints(annotation)):
        c.FPDFAnnot_GetAttachmentPoints(annotation, i, quad)
        y = (quad.y1 + quad.y2 + quad.y3 + quad.y4) / 4
        lines.append((min(quad.x1, quad.x3), y, max(quad.x2, quad.x4), y))
    return np.array(lines, dtype=float).reshape(-1, 4)


def _drawn_by_hand(annotation: Any) -> Iterator[list[Point]]:
    """The points of the lines of an annotation that somebody drew."""
    calls = [partial(c.FPDFAnnot_GetVertices, annotation)]
    calls += [
        partial(c.FPDFAnnot_GetInkListPath, annotation, i) for i in range(c.FPDFAnnot_GetInkListCount(annotation))
    ]
    for call in calls:
        points = (c.FS_POINTF * call(None, 0))()
        call(points, len(points))
        if len(points):
            yield [(point.x, point.y) for point in points]


def _text_of(annotation: Any, key: bytes) -> str:
    length = c.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = (c.FPDF_WCHAR * (length // 2))()
    c.FPDFAnnot_GetStringValue(annotation, key, buffer, length)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _levelled(points: np.ndarray, lean: float, centre: tuple[float, float]) -> np.ndarray:
    """Points turned about the middle of the page by ``lean`` (radians), clockwise where it is positive."""
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    return (points - centre) @ turn + centre


def on_canvas(page: pdfium.PdfPage, box: Box) -> Box:
    """``box`` of ``page`` as a viewer shows it, in the page's own coordinates: where annotations are placed."""
    left, bottom, *_ = page.get_bbox()
    x0, y0, x1, y1 = _turn_box(box, -(page.get_rotation() // 90), *page.get_size())
    return x0 + left, y0 + bottom, x1 + left, y1 + bottom


# --- turning ---------------------------------------------------------------------------


def _turn(points: np.ndarray, turns: int, width: float, height: float) -> np.ndarray:
    """Points (n, 2) on a page turned clockwise by ``turns`` quarters."""
    x, y = points[:, 0], points[:, 1]
    match turns % 4:
        case 1:
            return np.column_stack([y, width - x])
        case 2:
            return np.column_stack([width - x, height - y])
        case 3:
            return np.column_stack([height - y, x])
    return points


def _turn_box(box: Box, turns: int, width: float, height: float) -> Box:
    if turns % 4 == 0:
        return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    corners = np.array([[box[0], box[1]], [box[2], box[3]]])
    turned = _turn(corners, turns, width, height)
    (x0, y0), (x1, y1) = turned.min(axis=0), turned.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)
