"""The glyphs of a page and their positions.

Belongs here: reading glyphs with pdfium, and with playa where pdfium would lose some.
Does not: rules, tables or any meaning of the text.
"""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.errors import ReadError
from jscore.pdf.rules import page_objects

#: A quarter turn, and the share of it by which text may lean; what leans more is a watermark.
QUARTER, SLANT = np.pi / 2, 0.05
#: A glyph is on the page if its middle is, or is this near (points).
BESIDE = 6.0


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
class Raw:
    chars: list[str]
    points: np.ndarray  # (3n, 2): origin, lower left and upper right of every glyph


def raw_glyphs(page: pdfium.PdfPage, path: Path, number: int, password: str | None = None) -> tuple[Raw, int]:
    """Glyphs of page ``number`` in page space, and the clockwise quarter turns of it that set most upright."""
    if not _loses_text(page):
        return _pdfium_glyphs(page)
    try:
        return _playa_glyphs(path, number, password)
    except Exception as error:  # what a parser written in Python trips over is up to the file
        raise ReadError(f"{path}: page {number} is damaged; download it again, or save it anew") from error


def _loses_text(page: pdfium.PdfPage) -> bool:
    """Whether pdfium leaves out text: what it draws with a font that is neither in the file nor on the
    machine has no extent for it, and a text of one such glyph (a number in a cell) is then dropped.
    """
    box = [ctypes.c_float() for _ in range(4)]
    for obj, _ in page_objects(page.raw, page=True):
        if c.FPDFPageObj_GetType(obj) == c.FPDF_PAGEOBJ_TEXT:
            c.FPDFPageObj_GetBounds(obj, *box)
            if box[2].value - box[0].value < 0.01 and not c.FPDFFont_GetIsEmbedded(c.FPDFTextObj_GetFont(obj)):
                return True
    return False


def _playa_glyphs(path: Path, number: int, password: str | None) -> tuple[Raw, int]:
    import playa

    chars: list[str] = []
    points: list[np.ndarray] = []
    angles: list[int] = []
    with playa.open(path, space="default", password=password or "") as document:
        for glyph in document.pages[number - 1].glyphs:
            a, b = glyph.matrix[0], glyph.matrix[1]
            if _leans(np.arctan2(b, a)):
                continue
            along, origin = np.array(glyph.displacement), np.array(glyph.origin)
            up = np.array([-b, a]) / (np.hypot(a, b) or 1) * glyph.size
            for char in glyph.text or "\ufffd":
                chars.append(char)
                points += [origin, origin - 0.2 * up, origin + along + 0.8 * up]
            angles.append(round(np.arctan2(b, a) / QUARTER) % 4)
    return Raw(chars, np.array(points, dtype=float).reshape(-1, 2)), _most(angles)


def _pdfium_glyphs(page: pdfium.PdfPage) -> tuple[Raw, int]:
    text = page.get_textpage()
    handle = text.raw
    count = c.FPDFText_CountChars(handle)
    x, y, rect = ctypes.c_double(), ctypes.c_double(), c.FS_RECTF()
    get_angle = c.FPDFText_GetCharAngle
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
        if _leans(get_angle(handle, i)):
            continue
        get_origin(handle, i, x, y)
        get_box(handle, i, rect)
        chars.append(char)
        numbers += (x.value, y.value, rect.left, rect.bottom, rect.right, rect.top)
    angles = [-round(c.FPDFText_GetCharAngle(handle, i) / QUARTER) % 4 for i in range(0, count, max(count // 60, 1))]
    return Raw(chars, np.array(numbers, dtype=float).reshape(-1, 2)), _most(angles)


def _leans(angle: float) -> bool:
    return bool(abs((angle / QUARTER + 0.5) % 1 - 0.5) > SLANT)


def _most(angles: list[int]) -> int:
    return max(set(angles), key=angles.count) if angles else 0


def placed_glyphs(raw: Raw, points: np.ndarray, size: tuple[float, float]) -> Glyphs:
    """The glyphs of ``raw`` at ``points``, upright, on a page of ``size``; what stands beside the page is not printed."""
    origin, low, high = points[0::3], points[1::3], points[2::3]
    char = np.array([_plain(ch) for ch in raw.chars], dtype=object)
    x0, x1 = np.minimum(low[:, 0], high[:, 0]), np.maximum(low[:, 0], high[:, 0])
    width = x1 - x0
    wide = np.array([unicodedata.east_asian_width(ch) in "WF" for ch in raw.chars], dtype=bool)
    em = np.where(wide, width, 2 * width)
    tall = np.abs(high[:, 1] - low[:, 1])
    em = np.clip(em, 0.5 * tall, 1.1 * tall) if len(em) else em
    space = np.array([ch.isspace() for ch in raw.chars], dtype=bool)
    middle = (low + high) / 2
    keep = ((middle > -BESIDE) & (middle < np.array(size) + BESIDE)).all(axis=1)
    keep &= ~_printed_twice(char, x0, origin[:, 1] if len(em) else em, em)
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
