"""The printed glyphs of a page, read with pdfium."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Point, is_in
from jscore.pdf.raw_glyphs import (
    QUARTER,
    SLIVER,
    KnownPage,
    NotRead,
    Raw,
    leans,
    part_of_figures,
)
from jscore.pdf.rules import Drawn
from jscore.pdf.visible import COVERED, LIGHT_TEXT, NOT_SEEN, TextObject
from jscore.text.signs import DIGITS, FIGURES, VEILED, among

#: Light text may lean only so much of a quarter turn; level text leans not at all.
LEVEL = 0.002
#: Codes that ought to leave no ink.
BLANKS = frozenset((0x20, 0xA0, 0xAD, 0x2002, 0x2003, 0x2009, 0x200B, 0x3000))
#: Letters smaller than this (points), and than this share of the page's other letters, are not seen; nor are digits that are
#: pressed to less than so much of their breadth or height.
UNSEEN, OF_OTHERS, PRESSED = 2.0, 0.25, 0.15
#: Glyphs of one text lie over each other by less of their width.
OVER = 0.3
#: One character of one font is as wide, by so much of its height, wherever it stands.
OTHER_SHAPE, TINY = 0.03, 1e-6


def pdfium_glyphs(known: KnownPage) -> Raw:
    """The glyphs of a page without its hidden texts: pdfium leaves out a glyph that stands on a like one, even on
    one that is covered.
    """
    raw, in_part, tiny = _glyphs_of(known)
    hidden = tiny | {
        address for address, text in known.texts.items() if address not in in_part and known.is_hidden(text)
    }
    objects = [item.obj for item in known.drawn if item.address in hidden] if hidden else []
    removed = [obj for obj in objects if c.FPDFPage_RemoveObject(known.page.raw, obj)]
    if removed:
        raw = replace(_glyphs_of(known)[0], not_read=raw.not_read)
        for obj in removed:
            c.FPDFPageObj_Destroy(obj)
    return raw


def _glyphs_of(known: KnownPage) -> tuple[Raw, frozenset[int], frozenset[int]]:
    """The glyphs of a page, and the addresses of the texts that hold figures of which but a part is in sight, and of
    those that are too small to be seen.
    """
    text, texts, seen = known.page.get_textpage(), known.texts, known.seen
    handle = text.raw
    count, at = c.FPDFText_CountChars(handle), quick_calls.address(handle)
    codes = quick_calls.codes(at, count)
    usual_codes = {code: chr(code) for code in set(codes) if _is_usual(code)}
    every = [usual_codes.get(code) or unusual(handle, i, code) for i, code in enumerate(codes)]
    _without_false_digits(every, text, known)
    angles, boxes = quick_calls.angles(at, count), quick_calls.boxes(at, count).astype(float)
    points = np.hstack([quick_calls.origins(at, count), boxes[:, [0, 3, 2, 1]]])
    keep, leaning = np.array([char != "" for char in every], dtype=bool), leans(angles)
    doubtful = bool(known.covers) or any(
        item.not_read or item.clip or item.light > LIGHT_TEXT for item in texts.values()
    )
    veiled: dict[int, int] = {}
    not_read = NotRead()
    tiny, of_tiny = (_tiny(boxes) | _pressed(at, every, boxes)) & keep, set[int]()
    unseen, erased = np.zeros((2, count), dtype=bool)
    if seen:
        figures = np.flatnonzero(among(every, FIGURES))
        unseen[figures], erased[figures] = seen.unseen(boxes[figures]), seen.erased(boxes[figures])
    looked_at = np.flatnonzero(keep if doubtful else keep & (leaning | tiny | unseen | erased)).tolist()
    for i, address in zip(looked_at, quick_calls.owners(at, looked_at), strict=True):
        left, top, right, bottom = boxes[i].tolist()
        middle = ((left + right) / 2, (bottom + top) / 2)
        if leaning[i]:
            reason: str | None = "watermark"
        elif tiny[i]:
            reason = "invisible"
            of_tiny.add(address)
        else:
            owner = texts.get(address)
            reason = _why_not(owner, middle, float(angles[i]), known) if owner else None
            reason = reason or (NOT_SEEN if unseen[i] else None)
        if reason:
            not_read.note(reason, every[i], middle, max(right - left, top - bottom))
            if reason in (COVERED, "clipped", NOT_SEEN) and every[i] in FIGURES:
                veiled[i] = address
            else:
                keep[i] = False
        elif erased[i]:
            every[i] = VEILED
    which = _as_drawn(np.flatnonzero(keep), points, at, known.drawn)
    turns = -np.rint(angles[which] / QUARTER).astype(int) % 4
    raw = Raw([every[i] for i in which.tolist()], points[which].reshape(-1, 2), turns, not_read.stretches)
    if not veiled:
        return raw, frozenset(), frozenset(of_tiny)
    place = {i: k for k, i in enumerate(which.tolist())}
    parts = part_of_figures(raw, {place[i]: address for i, address in veiled.items()})
    return *parts, frozenset(of_tiny)


def _without_false_digits(every: list[str], text: pdfium.PdfTextPage, known: KnownPage) -> None:
    """Put VEILED for the characters of a page that their font draws as others, or of which it draws one in several shapes."""
    fonts, texts = known.fonts, [item.address for item in known.drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
    of_text = dict(zip(texts, quick_calls.fonts(texts), strict=True))
    otherwise = {font: fonts.drawn_otherwise(font) for font in {*of_text.values()} if font}
    if not (fonts.doubled or any(otherwise.values())):
        return
    asked = [i for i, char in enumerate(every) if char in DIGITS or char in fonts.doubled]
    shapes: dict[tuple[int, str, int], dict[int, float]] = {}
    for i, owner in zip(asked, quick_calls.owners(quick_calls.address(text.raw), asked), strict=True):
        font = of_text.get(owner, 0)
        if every[i] in otherwise.get(font, ()):
            every[i] = VEILED
        elif every[i] in fonts.doubled:
            turn = round(c.FPDFText_GetCharAngle(text.raw, i) / QUARTER)
            ink, line = text.get_charbox(i), text.get_charbox(i, loose=True)
            shapes.setdefault((font, every[i], turn), {})[i] = (ink[2] - ink[0]) / max(line[3] - line[1], TINY)
    for alike in shapes.values():
        if max(alike.values()) - min(alike.values()) > OTHER_SHAPE:
            for i in alike:
                every[i] = VEILED


def _why_not(owner: TextObject, middle: Point, angle: float, known: KnownPage) -> str | None:
    """Why a glyph of a text object is not printed, or None if it is."""
    if owner.not_read:
        return owner.not_read
    if owner.light > LIGHT_TEXT and abs((angle / QUARTER + 0.5) % 1 - 0.5) > LEVEL:
        return "watermark"
    if known.is_covered(middle, owner.order):
        return COVERED
    return "clipped" if owner.clip and not is_in(middle, owner.clip) else None


def _tiny(boxes: np.ndarray) -> np.ndarray:
    """Which glyphs are so small, by themselves and beside the others of the page, that nobody sees them."""
    if not len(boxes):
        return np.zeros(0, dtype=bool)
    size = np.maximum(np.abs(boxes[:, 1] - boxes[:, 3]), np.abs(boxes[:, 2] - boxes[:, 0]))
    small: np.ndarray = (size > 0) & (size < UNSEEN) & (size < OF_OTHERS * np.median(size))
    return small


def _pressed(text_page: int, chars: list[str], boxes: np.ndarray) -> np.ndarray:
    """Which glyphs are of figures and pressed to a line, upright or level."""
    low, high = np.sort(np.abs(boxes[:, :2] - boxes[:, 2:]), axis=1).T
    narrow = [i for i in np.flatnonzero((low > 0) & (low < SLIVER * high)).tolist() if chars[i] in FIGURES]
    pressed = np.zeros(len(boxes), dtype=bool)
    if narrow:  # or of a font that tells its height wrong
        matrix = quick_calls.matrices(text_page, narrow)
        along, up = np.hypot(*matrix[:, :2].T), np.hypot(*matrix[:, 2:4].T)
        pressed[narrow] = np.minimum(along, up) < PRESSED * np.maximum(along, up)
    return pressed


def _as_drawn(which: np.ndarray, points: np.ndarray, text_page: int, drawn: list[Drawn]) -> np.ndarray:
    """Glyphs in the order in which they are drawn, where texts lie over each other: there pdfium mixes their letters."""
    x, base, right = points[which, 0], points[which, 1], points[which, 4]
    level = np.diff(base) == 0
    over = level & (right[:-1] - x[1:] > OVER * (right[1:] - x[1:])) & (np.diff(x) > 0)
    if not over.any():
        return which
    line = np.concatenate([[0], np.cumsum(~level)])
    mixed = np.flatnonzero(np.isin(line, line[1:][over]))
    order = {item.address: item.order for item in drawn}
    rank = np.array([order.get(text, -1) for text in quick_calls.owners(text_page, which[mixed].tolist())])
    which = which.copy()
    which[mixed] = which[mixed][np.lexsort((rank, line[mixed]))]
    return which


def _is_usual(code: int) -> bool:
    """Whether a code is that of a character with ink."""
    return code >= 32 and code not in BLANKS and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF


def unusual(handle: Any, i: int, code: int) -> str:
    """What is printed for the code of a blank, of a line break or of half a character; "" for nothing."""
    if code < 32 or code in BLANKS:
        return "" if c.FPDFText_IsGenerated(handle, i) else _blank(handle, i, code)
    return _beyond(handle, i, code)


def _blank(handle: Any, i: int, code: int) -> str:
    """What a glyph is whose code is a blank or a line break: a blank, nothing, or a dash if it has the ink of one."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    c.FPDFText_GetCharBox(handle, i, left, right, bottom, top)
    wide, high = right.value - left.value, top.value - bottom.value
    if wide > 0.1 and high > 0.1:
        loose = c.FS_RECTF()
        c.FPDFText_GetLooseCharBox(handle, i, loose)
        line = loose.top - loose.bottom
        if round(c.FPDFText_GetCharAngle(handle, i) / QUARTER) % 2:
            wide, high, line = high, wide, loose.right - loose.left
        if high <= 0.95 * line:  # for want of ink pdfium gives the height of the line
            return "-" if high < 0.35 * wide else VEILED
    return " " if chr(code).isspace() and code >= 32 else ""


def _beyond(handle: Any, i: int, code: int) -> str:
    """The character of two halves that pdfium gives apart, at the first of them; VEILED for what is none."""
    after = c.FPDFText_GetUnicode(handle, i + 1)
    if 0xD800 <= code < 0xDC00 and 0xDC00 <= after < 0xE000:
        return chr(0x10000 + ((code - 0xD800) << 10) + (after - 0xDC00))
    before = c.FPDFText_GetUnicode(handle, i - 1) if i else 0
    second_half = 0xDC00 <= code < 0xE000 and 0xD800 <= before < 0xDC00
    return "" if second_half else VEILED
