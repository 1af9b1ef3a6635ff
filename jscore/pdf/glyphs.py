"""The glyphs of a page and their positions, read with pdfium, or with playa where pdfium would lose some."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.errors import ReadError
from jscore.language import tr
from jscore.pdf import quick_calls
from jscore.pdf.as_drawn import Look
from jscore.pdf.digit_shapes import DIGITS, Fonts
from jscore.pdf.rules import Box, Drawn
from jscore.pdf.visible import LIGHT_TEXT, NOT_SEEN, Cover, TextObject
from jscore.text.normal import usual

#: A quarter turn, and the share of it by which text may lean; what leans more is a watermark.
QUARTER, SLANT = np.pi / 2, 0.05
#: Light text may lean only so much; level text leans not at all.
LEVEL = 0.002
#: A glyph is on the page if its middle is, or is this near (points).
BESIDE = 6.0
#: Codes that ought to leave no ink.
BLANKS = frozenset((0x20, 0xA0, 0xAD, 0x2002, 0x2003, 0x2009, 0x200B, 0x3000))
#: Glyphs whose middles, or sides, are further apart than this share of their size are of two texts.
FAR, APART = 1.5, 0.6
#: Letters smaller than this (points), and than this share of the page's other letters, are not seen; nor are digits that are
#: pressed to less than so much of their breadth or height, which are then narrower or lower than so much of the other side.
UNSEEN, OF_OTHERS, PRESSED, SLIVER = 2.0, 0.25, 0.15, 0.09
#: Glyphs of one text lie over each other by less of their width.
OVER = 0.3
#: One character of one font is as wide, by so much of its height, wherever it stands.
OTHER_SHAPE, TINY = 0.03, 1e-6
#: A copy of a glyph stands within this share of its size.
TWICE = 0.15
#: Boxes of like glyphs differ by less (points).
SAME = 0.05
#: Of a text that is drawn again, so many glyphs are copies: of another text written over it, some may seem so.
COPIES = 0.75
#: What figures are made of; those of a figure that are out of sight leave VEILED, so that the rest is not taken for all.
FIGURES = frozenset("0123456789.,%-")
#: What else figures have, be it as wide as two of their digits.
SIGNS = frozenset("()（）－−△▲０１２３４５６７８９．，％")
#: What says that there is no figure, or is the sign of one.
DASHES = frozenset("-−–—－")
#: What a figure may begin with.
SIGNS_BEFORE = DASHES | frozenset("△▲(（¥￥")
WIDE_DIGITS = frozenset("023456789")
VEILED = "\ufffd"
COVERED = "covered"
#: A line strikes a glyph out that it goes through by so much of its width.
TOUCHED = 0.25
#: What it leaves of a figure is its rest, and not another figure, if the struck glyphs are so many times as many, and
#: no further from it (of their size).
FEW, CLOSE = 3, 0.2
#: Texts whose sizes differ by no more than this share are of one size.
SAME_SIZE = 0.03
#: A text narrower than this has no extent (points).
NO_EXTENT = 0.01
#: A glyph that no other stands so near to is one that the other reader of the page does not have (points).
APART_FROM_ALL = 1.0

Point = tuple[float, float]


class Listed(NamedTuple):
    """``Glyphs`` as lists: the few of a cell are gone through faster so."""

    char: list[str]
    x0: list[float]
    x1: list[float]
    base: list[float]
    em: list[float]
    space: list[bool]


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

    def beside(self, other: Glyphs) -> Glyphs:
        """These and those of ``other``."""
        return Glyphs(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in Listed._fields))

    def selected(self, keep: np.ndarray) -> Glyphs:
        """Those that ``keep`` says."""
        return Glyphs(*(getattr(self, name)[keep] for name in Listed._fields))

    @cached_property
    def listed(self) -> Listed:
        return Listed(*(getattr(self, name).tolist() for name in Listed._fields))

    @property
    def x(self) -> np.ndarray:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> np.ndarray:
        """Middle of the glyph: from the baseline, since a font's ascent can be anything."""
        return self.base + 0.35 * self.em


@dataclass(frozen=True)
class Raw:
    """Glyphs in page space; ``points`` (3n, 2) are origin, lower left and upper right of every one."""

    chars: list[str]
    points: np.ndarray
    #: The clockwise quarter turns that set each glyph upright.
    turns: np.ndarray
    #: What is not read, and why: (reason, text) of each stretch.
    not_read: list[tuple[str, str]]


def page_damaged(path: Path, number: int) -> str:
    """What is said of a file one page of which cannot be read."""
    return tr("{path}: 第{number}页已损坏，请重新下载或另存", path=path, number=number)


def raw_glyphs(
    page: pdfium.PdfPage,
    drawn: list[Drawn],
    texts: dict[int, TextObject],
    covers: list[Cover],
    seen: Look | None,
    fonts: Fonts,
    path: Path,
    number: int,
    password: str | None = None,
) -> Raw:
    """The printed glyphs of page ``number``; ``texts``, ``covers`` and what was ``seen`` tell which are not."""
    loses_text = _loses_text(drawn)  # before hidden texts are taken from the page
    shown = _pdfium_glyphs(page, drawn, texts, covers, seen, fonts)
    if not loses_text:
        return shown
    try:
        read = _playa_glyphs(path, number, password, list(texts.values()), covers, seen, shown)
        return _with_others(_with_signs(page, read), shown)
    except Exception as error:  # what a parser written in Python trips over is up to the file
        raise ReadError(page_damaged(path, number)) from error


def _loses_text(drawn: list[Drawn]) -> bool:
    """Whether pdfium leaves out text: what it draws with a font that is neither in the file nor on the
    machine has no extent for it, and a text of one such glyph (a number in a cell) is then dropped.  So is one that
    stands on a like one: a copy, drawn for bold, or the first digit of a figure printed over the last of another.
    """
    texts = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
    box = quick_calls.bounds([item.address for item in texts]).astype(float)
    narrow = np.flatnonzero(box[:, 2] - box[:, 0] < NO_EXTENT)
    return any(not c.FPDFFont_GetIsEmbedded(c.FPDFTextObj_GetFont(texts[i].obj)) for i in narrow) or _drops_one(box)


def _drops_one(box: np.ndarray) -> bool:
    """Whether a text stands on the one drawn just before it, and is as large: so does a like one, which pdfium drops."""
    step = np.abs(np.diff(box, axis=0))
    high, wide = box[1:, 3] - box[1:, 1], box[1:, 2] - box[1:, 0]
    like = np.abs(wide - (box[:-1, 2] - box[:-1, 0])) < SAME
    return bool((like & (step[:, 1] < SAME) & (step[:, 3] < SAME) & (step[:, 0] < wide) & (wide < high)).any())


def _playa_glyphs(
    path: Path,
    number: int,
    password: str | None,
    texts: list[TextObject],
    covers: list[Cover],
    seen: Look | None,
    shown: Raw,
) -> Raw:
    """The printed glyphs as playa reads them; of texts that lie over each other pdfium knows which are ``shown``."""
    import logging

    import playa

    logging.getLogger("playa").setLevel(logging.CRITICAL)  # what it says of damaged pages is said in our own words
    chars: list[str] = []
    points: list[np.ndarray] = []
    turns: list[int] = []
    not_read: list[tuple[str, str]] = []
    veiled: dict[int, int] = {}
    last: Point = (0.0, 0.0)
    with playa.open(path, space="default", password=password or "") as document:
        glyphs = [
            glyph.finalize() if hasattr(glyph, "finalize") else glyph for glyph in document.pages[number - 1].glyphs
        ]
        is_shown = _among_shown([(glyph.text or "", glyph.origin, glyph.size) for glyph in glyphs], shown)
        for glyph, is_seen in zip(glyphs, is_shown, strict=True):
            a, b = glyph.matrix[0], glyph.matrix[1]
            if _leans(np.arctan2(b, a)):
                continue
            along, origin = np.array(glyph.displacement), np.array(glyph.origin)
            up = np.array([-b, a]) / (np.hypot(a, b) or 1) * glyph.size
            reason = None if is_seen else _why_not_there(origin + along / 2 + 0.3 * up, glyph.size, texts, covers)
            erased = False
            if seen and not reason and not is_seen and (glyph.text or "")[:1] in FIGURES:
                low, high = origin - 0.2 * up, origin + along + 0.8 * up
                box = np.array([[low[0], high[1], high[0], low[1]]])
                reason = NOT_SEEN if seen.unseen(box)[0] else None
                erased = bool(seen.erased(box)[0])
            low_side, side = sorted((math.hypot(*along), glyph.size))
            if 0 < low_side < SLIVER * side and (glyph.text or "")[:1] in FIGURES:
                reason = "invisible"
            for char in (VEILED if erased and not reason else glyph.text) or VEILED:
                if reason:
                    middle = (float(origin[0]), float(origin[1]))
                    _note(not_read, reason, char, _far(middle, last, glyph.size))
                    last = middle
                    if reason not in (COVERED, NOT_SEEN) or char not in FIGURES:
                        continue
                    veiled[len(chars)] = 0
                chars.append(char)
                points += [origin, origin - 0.2 * up, origin + along + 0.8 * up]
                turns.append(round(np.arctan2(b, a) / QUARTER) % 4)
    raw = Raw(chars, np.array(points, dtype=float).reshape(-1, 2), np.array(turns, dtype=int), not_read)
    return _part_of_figures(raw, veiled)[0] if veiled else raw


def _with_signs(page: pdfium.PdfPage, raw: Raw) -> Raw:
    """``raw``, read by playa, with VEILED for each sign before a digit that pdfium has and playa knows no glyph for; one
    that the font calls a blank is what its ink is.
    """
    text = page.get_textpage()
    at, count = quick_calls.address(text.raw), c.FPDFText_CountChars(text.raw)
    codes = quick_calls.codes(at, count)
    signs = {i: VEILED for i, code in enumerate(codes) if chr(code) in SIGNS_BEFORE}
    inked = ((i, _unusual(text.raw, i, code)) for i, code in enumerate(codes) if code < 32 or code in BLANKS)
    signs |= {i: char for i, char in inked if not char.isspace() and char}
    if not signs or not raw.chars:
        return raw
    origin, low, high = raw.points[0::3], raw.points[1::3], raw.points[2::3]
    size = np.abs(high - low).max(axis=1)
    digit = np.array([char.isdigit() for char in raw.chars])
    sign = np.array([char in SIGNS_BEFORE for char in raw.chars])
    lost: list[int] = []
    chars = list(raw.chars)
    points: list[np.ndarray] = []
    for char, place in zip(signs.values(), quick_calls.origins(at, count)[[*signs]], strict=True):
        apart = np.abs(origin - place)
        near = (apart.max(axis=1) < 1.5 * size) & (apart.min(axis=1) < TWICE * size)
        if (near & digit).any() and not (near & sign).any():
            k = int(np.argmin(np.where(near & digit, apart.max(axis=1), np.inf)))
            lost.append(k)
            chars.append(char)
            points += [place, place + low[k] - origin[k], place + high[k] - origin[k]]
    if not lost:
        return raw
    return Raw(
        chars,
        np.vstack([raw.points, *points]),
        np.append(raw.turns, raw.turns[lost]),
        raw.not_read,
    )


def _among_shown(glyphs: Sequence[tuple[str, Point, float]], shown: Raw) -> list[bool]:
    """Which of ``glyphs`` (character, origin and size, as they are drawn) are ``shown``: of two at one spot the one whose
    neighbours are.
    """
    places: dict[str, list[int]] = {}
    for k, char in enumerate(shown.chars):
        places.setdefault(char, []).append(k)
    origins = shown.points[0::3]
    claims: dict[int, list[int]] = {}
    for i, (char, origin, size) in enumerate(glyphs):
        alike = places.get(char, [])
        near = np.abs(origins[alike] - origin).max(axis=1) < TWICE * size
        for k in compress(alike, near.tolist()):
            claims.setdefault(k, []).append(i)
    alone = {i for claim in claims.values() if len(claim) == 1 for i in claim}
    seen = {max(claim, key=lambda i: (i - 1 in alone) + (i + 1 in alone)) for claim in claims.values()}
    return [i in seen for i in range(len(glyphs))]


def _with_others(raw: Raw, shown: Raw) -> Raw:
    """``raw``, read by playa, with what pdfium alone has: form fields and notes, which became part of the page there."""
    mine, theirs = raw.points[0::3], shown.points[0::3]
    alone = [
        k
        for k, place in enumerate(theirs)
        if not shown.chars[k].isspace() and not (np.abs(mine - place).max(axis=1) < APART_FROM_ALL).any()
    ]
    alone = [k for k in alone if _on_line(shown, shown, k) > _on_line(raw, shown, k)]
    if not alone:
        return raw
    points = shown.points.reshape(-1, 3, 2)[alone].reshape(-1, 2)
    chars = [*raw.chars, *(shown.chars[k] for k in alone)]
    return Raw(chars, np.vstack([raw.points, points]), np.append(raw.turns, shown.turns[alone]), raw.not_read)


def _on_line(raw: Raw, shown: Raw, k: int) -> int:
    """How often the character of ``shown`` at ``k`` stands on its line in ``raw``: the two readers of a page differ in how wide
    a blank is, and so in where on the line.
    """
    across = 1 - int(shown.turns[k]) % 2
    apart = np.abs(raw.points[0::3, across] - shown.points[3 * k, across])
    return sum(raw.chars[i] == shown.chars[k] for i in np.flatnonzero(apart < APART_FROM_ALL).tolist())


def _why_not_there(middle: np.ndarray, size: float, texts: list[TextObject], covers: list[Cover]) -> str | None:
    """Why a glyph is not printed, given where it stands but not of which text it is: of all there, none is printed."""
    x, y = float(middle[0]), float(middle[1])

    def near(text: TextObject, aside: float) -> bool:
        return text.box[0] - aside <= x <= text.box[2] + aside and text.box[1] - size / 2 <= y <= text.box[3] + size / 2

    # pdfium's box of a text ends before a last glyph that its own font has not
    here = [text for text in texts if near(text, size / 2)] or [text for text in texts if near(text, 1.5 * size)]
    here = [text for text in here if abs(text.size - size) < SAME_SIZE * size] or here
    reasons = [text.not_read or (COVERED if _is_covered((x, y), text.order, covers) else None) for text in here]
    if here and all(reasons) or any(reasons) and not any(_may_be_lost(text, size) for text in here):
        return next(filter(None, reasons))  # pdfium has every glyph of the other texts that are seen
    return None if here else COVERED if _is_covered((x, y), -1, covers) else None


def _may_be_lost(text: TextObject, size: float) -> bool:
    """Whether pdfium may have left out a text: one without extent, or of one glyph."""
    x0, y0, x1, y1 = text.box
    return x1 - x0 < NO_EXTENT or max(x1 - x0, y1 - y0) < size


def _is_covered(point: Point, order: int, covers: list[Cover]) -> bool:
    return any(cover.order > order and _in(point, cover.box) for cover in covers)


def _pdfium_glyphs(
    page: pdfium.PdfPage,
    drawn: list[Drawn],
    texts: dict[int, TextObject],
    covers: list[Cover],
    seen: Look | None,
    fonts: Fonts,
) -> Raw:
    """The glyphs of a page without its hidden texts: pdfium leaves out a glyph that stands on a like one, even on
    one that is covered.
    """
    raw, in_part, tiny = _glyphs_of(page, drawn, texts, covers, seen, fonts)
    if not (texts or tiny):
        return raw
    hidden = [
        item.obj
        for item in drawn
        if item.address in tiny
        or item.address in texts
        and item.address not in in_part
        and _is_hidden(texts[item.address], covers)
    ]
    removed = [obj for obj in hidden if c.FPDFPage_RemoveObject(page.raw, obj)]
    if removed:
        raw = replace(_glyphs_of(page, drawn, texts, covers, seen, fonts)[0], not_read=raw.not_read)
        for obj in removed:
            c.FPDFPageObj_Destroy(obj)
    return raw


def _is_hidden(text: TextObject, covers: list[Cover]) -> bool:
    """Whether nothing of a text is to be read."""
    x0, y0, x1, y1 = text.box
    corners = [(x0, y0), (x1, y1)]
    return text.not_read is not None or any(
        cover.order > text.order and all(_in(corner, cover.box) for corner in corners) for cover in covers
    )


def _glyphs_of(
    page: pdfium.PdfPage,
    drawn: list[Drawn],
    texts: dict[int, TextObject],
    covers: list[Cover],
    seen: Look | None,
    fonts: Fonts,
) -> tuple[Raw, frozenset[int], frozenset[int]]:
    """The glyphs of a page, and the addresses of the texts that hold figures of which but a part is in sight, and of
    those that are too small to be seen.
    """
    text = page.get_textpage()
    handle = text.raw
    count, at = c.FPDFText_CountChars(handle), quick_calls.address(handle)
    codes = quick_calls.codes(at, count)
    usual_codes = {code: chr(code) for code in set(codes) if _is_usual(code)}
    every = [usual_codes.get(code) or _unusual(handle, i, code) for i, code in enumerate(codes)]
    _without_false_digits(every, text, drawn, fonts)
    angles, boxes = quick_calls.angles(at, count), quick_calls.boxes(at, count).astype(float)
    points = np.hstack([quick_calls.origins(at, count), boxes[:, [0, 3, 2, 1]]])
    keep, leaning = np.array([char != "" for char in every], dtype=bool), _leans(angles)
    doubtful = bool(covers) or any(item.not_read or item.clip or item.light > LIGHT_TEXT for item in texts.values())
    not_read: list[tuple[str, str]] = []
    veiled: dict[int, int] = {}
    last: Point = (0.0, 0.0)
    tiny, of_tiny = (_tiny(boxes) | _pressed(at, every, boxes)) & keep, set[int]()
    unseen, erased = np.zeros((2, count), dtype=bool)
    if seen:
        figures = np.flatnonzero([char in FIGURES for char in every])
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
            reason = _why_not(owner, middle, float(angles[i]), covers) if owner else None
            reason = reason or (NOT_SEEN if unseen[i] else None)
        if reason:
            _note(not_read, reason, every[i], _far(middle, last, max(right - left, top - bottom)))
            last = middle
            if reason in (COVERED, "clipped", NOT_SEEN) and every[i] in FIGURES:
                veiled[i] = address
            else:
                keep[i] = False
        elif erased[i]:
            every[i] = VEILED
    which = _as_drawn(np.flatnonzero(keep), points, at, drawn)
    turns = -np.rint(angles[which] / QUARTER).astype(int) % 4
    raw = Raw([every[i] for i in which.tolist()], points[which].reshape(-1, 2), turns, not_read)
    if not veiled:
        return raw, frozenset(), frozenset(of_tiny)
    place = {i: k for k, i in enumerate(which.tolist())}
    parts = _part_of_figures(raw, {place[i]: address for i, address in veiled.items()})
    return *parts, frozenset(of_tiny)


def _without_false_digits(every: list[str], text: pdfium.PdfTextPage, drawn: list[Drawn], fonts: Fonts) -> None:
    """Put VEILED for the characters of a page that their font draws as others, or of which it draws one in several shapes."""
    texts = [item.address for item in drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
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


def _unusual(handle: Any, i: int, code: int) -> str:
    """What is printed for the code of a blank, of a line break or of half a character; "" for nothing."""
    if code < 32 or code in BLANKS:
        return "" if c.FPDFText_IsGenerated(handle, i) else _blank(handle, i, code)
    return _beyond(handle, i, code)


def _part_of_figures(raw: Raw, veiled: dict[int, int]) -> tuple[Raw, frozenset[int]]:
    """``raw`` with the glyphs ``veiled``, which are out of sight, as VEILED where others of their figure are seen, else
    without them; and the texts of the former, given those of all.
    """
    hidden = np.zeros(len(raw.chars), dtype=bool)
    hidden[[*veiled]] = True
    figure = np.array([char in FIGURES for char in raw.chars], dtype=bool)
    base, low, high = raw.points[0::3], raw.points[1::3], raw.points[2::3]
    tall = np.abs(high - low).max(axis=1)
    nearer = np.minimum(np.abs(low[1:] - high[:-1]).min(axis=1), np.abs(low[:-1] - high[1:]).min(axis=1))
    together = figure[1:] & figure[:-1] & (nearer < 0.3 * tall[1:]) & (np.abs(base[1:] - base[:-1]).min(axis=1) < 0.1)
    of = np.concatenate([[0], np.cumsum(~together)])
    seen = np.bincount(of, weights=figure & ~hidden) > 0
    keep = ~hidden | seen[of]
    chars = [VEILED if hidden[i] else char for i, char in enumerate(raw.chars) if keep[i]]
    in_part = frozenset(of_text for i, of_text in veiled.items() if keep[i])
    return Raw(chars, raw.points[np.repeat(keep, 3)], raw.turns[keep], raw.not_read), in_part


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
            return "-" if high < 0.35 * wide else "\ufffd"
    return " " if chr(code).isspace() and code >= 32 else ""


def _beyond(handle: Any, i: int, code: int) -> str:
    """The character of two halves that pdfium gives apart, at the first of them; U+FFFD for what is none."""
    after = c.FPDFText_GetUnicode(handle, i + 1)
    if 0xD800 <= code < 0xDC00 and 0xDC00 <= after < 0xE000:
        return chr(0x10000 + ((code - 0xD800) << 10) + (after - 0xDC00))
    before = c.FPDFText_GetUnicode(handle, i - 1) if i else 0
    second_half = 0xDC00 <= code < 0xE000 and 0xD800 <= before < 0xDC00
    return "" if second_half else "\ufffd"


def _why_not(owner: TextObject, middle: tuple[float, float], angle: float, covers: list[Cover]) -> str | None:
    """Why a glyph of a text object is not printed, or None if it is."""
    if owner.not_read:
        return owner.not_read
    if owner.light > LIGHT_TEXT and abs((angle / QUARTER + 0.5) % 1 - 0.5) > LEVEL:
        return "watermark"
    if _is_covered(middle, owner.order, covers):
        return COVERED
    return "clipped" if owner.clip and not _in(middle, owner.clip) else None


def _far(middle: Point, last: Point, size: float) -> bool:
    """Whether a glyph stands too far from the one before to be of its text."""
    return math.dist(middle, last) > FAR * size


def _in(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _note(not_read: list[tuple[str, str]], reason: str, char: str, apart: bool = False) -> None:
    """Note a glyph that is not read beside the one before, with a blank between them if they stand ``apart``."""
    if not_read and not_read[-1][0] == reason:
        not_read[-1] = (reason, not_read[-1][1] + (" " if apart else "") + char)
    else:
        not_read.append((reason, char))


def _leans(angle: Any) -> Any:
    """Whether glyphs at an angle, or at each of an array of them, are a watermark's."""
    return abs((angle / QUARTER + 0.5) % 1 - 0.5) > SLANT


def placed_glyphs(raw: Raw, points: np.ndarray, size: tuple[float, float]) -> Glyphs:
    """The glyphs of ``raw`` at ``points``, upright, on a page of ``size``; what stands beside the page is not printed."""
    origin, low, high = points[0::3], points[1::3], points[2::3]
    place = {ch: at for at, ch in enumerate(dict.fromkeys(raw.chars))}
    which = np.array([place[ch] for ch in raw.chars], dtype=int)
    char = _of_each([usual(ch) for ch in place], which, object)
    wide = _of_each([unicodedata.east_asian_width(ch) in "WF" for ch in place], which, bool)
    space = _of_each([ch.isspace() for ch in place], which, bool)
    digit = _of_each([usual(ch) in WIDE_DIGITS for ch in place], which, bool)
    x0, x1 = np.minimum(low[:, 0], high[:, 0]), np.maximum(low[:, 0], high[:, 0])
    width = x1 - x0
    em = np.where(wide, width, 2 * width)
    tall = np.abs(high[:, 1] - low[:, 1])
    em = np.clip(em, 0.5 * tall, 1.1 * tall) if len(em) else em
    em = _as_other_digits(char, digit, em, tall)
    keep = _on_the_page(points, size)
    keep &= ~_printed_twice(char, x0, x1 - x0, origin[:, 1] if len(em) else em, em)
    return Glyphs(char, x0, x1, origin[:, 1], em, space).selected(keep)


def _of_each(values: list[Any], which: np.ndarray, kind: type) -> np.ndarray:
    """What is said of different characters once, for each glyph."""
    return np.array(values, dtype=kind)[which]


def _on_the_page(points: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    middle = (points[1::3] + points[2::3]) / 2
    on: np.ndarray = ((middle > -BESIDE) & (middle < np.array(size) + BESIDE)).all(axis=1)
    return on


def beside_the_page(raw: Raw, points: np.ndarray, size: tuple[float, float]) -> str:
    """What of ``raw`` at ``points`` stands beside a page of ``size``, where nobody sees it."""
    off = dict.fromkeys(np.flatnonzero(~_on_the_page(points, size)).tolist())
    return "".join((" " if i - 1 not in off else "") + raw.chars[i] for i in off).strip()


def _as_other_digits(char: np.ndarray, digit: np.ndarray, em: np.ndarray, tall: np.ndarray) -> np.ndarray:
    """``em`` with that of a 1, which many fonts set narrower, as large as that of the other digits (``digit``) of its height."""
    narrow, height = char == "1", np.round(tall, 1)
    em = em.copy()
    for size in np.unique(height[narrow]):
        others = em[digit & (height == size)]
        if len(others):
            like = narrow & (height == size)
            em[like] = np.maximum(em[like], np.median(others))
    return em


def struck_out(glyphs: Glyphs, horizontal: list[Box], vertical: list[Box]) -> np.ndarray:
    """Which glyphs have a line drawn through them: one no longer than the text it strikes, or one within a cell.

    One that is little longer strikes it out as well, if one of its ends is at no rule: those of rules are.
    """
    struck = np.zeros(len(glyphs), dtype=bool)
    if not len(glyphs):
        return struck
    low, high = glyphs.base + 0.12 * glyphs.em, glyphs.base + 0.6 * glyphs.em
    for x0, y0, x1, y1 in horizontal:
        y = (y0 + y1) / 2
        wide = glyphs.x1 - glyphs.x0
        under = (glyphs.x1 > x0 + TOUCHED * wide) & (glyphs.x0 < x1 - TOUCHED * wide) & ~glyphs.space
        met = np.flatnonzero((low < y) & (y < high) & under)
        if not len(met):
            continue
        size = float(glyphs.em[met].max())
        beyond = x1 - x0 - (glyphs.x1[met].max() - glyphs.x0[met].min())
        short = beyond < (2.0 if _ends_free((x0, y, x1, y), vertical) else 0.6) * glyphs.em[met[0]]
        if short or _within_a_cell((x0, y, x1, y), vertical):
            # a point is too low to be met, the mark of a footnote too high
            above = glyphs.base[:, None] - glyphs.base[met][None, :]
            struck |= under & ((above > -0.05 * size) & (above < 0.7 * size)).any(axis=1)
    return struck | _rest_of_struck(glyphs, struck) if struck.any() else struck


def _rest_of_struck(glyphs: Glyphs, struck: np.ndarray) -> np.ndarray:
    """The few glyphs of a figure that a line which strikes the others out ends before."""
    figure = np.array([char in FIGURES for char in glyphs.char], dtype=bool)
    near = np.abs(glyphs.x0[1:] - glyphs.x1[:-1]) < CLOSE * glyphs.em[1:]
    level = np.abs(np.diff(glyphs.base)) < 0.1 * glyphs.em[1:]
    of = np.concatenate([[0], np.cumsum(~(figure[1:] & figure[:-1] & near & level))])
    rest = np.bincount(of, weights=~struck)
    few: np.ndarray = (FEW * rest <= np.bincount(of, weights=struck))[of]
    return few


def texts_of(glyphs: Glyphs) -> str:
    """What ``glyphs`` say, with a blank where the next stands apart."""
    gap = np.abs(glyphs.x0[1:] - glyphs.x1[:-1]) > APART * glyphs.em[1:]
    apart = [False, *(gap | (np.abs(np.diff(glyphs.base)) > APART * glyphs.em[1:]))]
    return "".join(" " * bool(before) + char for before, char in zip(apart, glyphs.char, strict=False))


def _ends_free(line: Box, vertical: list[Box]) -> bool:
    """Whether an end of a level line is at none of the rules."""
    x0, y, x1, _ = line
    at = [(v[0] + v[2]) / 2 for v in vertical if v[1] < y < v[3]]
    return not all(any(abs(x - end) <= 1 for x in at) for end in (x0, x1))


def _within_a_cell(line: Box, vertical: list[Box]) -> bool:
    """Whether a level line ends short of the rules to its left and right, and crosses none."""
    x0, y, x1, _ = line
    at = [(v[0] + v[2]) / 2 for v in vertical if v[1] < y < v[3]]
    return any(x < x0 for x in at) and any(x > x1 for x in at) and not any(x0 - 1 <= x <= x1 + 1 for x in at)


def _printed_twice(char: np.ndarray, x: np.ndarray, wide: np.ndarray, base: np.ndarray, em: np.ndarray) -> np.ndarray:
    """Glyphs drawn again a hair beside themselves, as word processors fake bold type.

    Two like characters in a row at one and the same spot are one glyph that stands for both (——), but for digits as
    wide as one.
    """
    twice, at_once = np.zeros(len(char), dtype=bool), np.zeros(len(char), dtype=bool)
    if len(char) < 2:
        return twice
    code = np.array([ord(ch[0]) for ch in char])
    near = TWICE * em
    digit = np.fromiter((ch in FIGURES for ch in char), dtype=bool, count=len(char)) & (wide < 0.7 * em)
    digit |= np.fromiter((ch in SIGNS for ch in char), dtype=bool, count=len(char))
    size = max(2 * float(near.max()), 1e-6)
    for shift_x in (0.0, 0.5):
        for shift_y in (0.0, 0.5):
            column, row = (np.floor(at / size + by).astype(int) for at, by in ((x, shift_x), (base, shift_y)))
            spot = (code << 40) + (column << 20) + row  # sorted faster than the three are
            order = np.argsort(spot, kind="stable")
            for step in (1, 2):
                first, again = order[:-step], order[step:]
                same = spot[first] == spot[again]
                if not same.any():
                    continue
                apart = np.abs(x[again] - x[first])
                close = (apart < near[again]) & (np.abs(base[again] - base[first]) < near[again])
                one_glyph = (again - first == 1) & (apart == 0) & (base[again] == base[first]) & ~digit[first]
                twice[again[same & close & ~one_glyph]] = True
                at_once[again[same & close & (again - first == 1)]] = True
    for k in np.flatnonzero(at_once & digit).tolist():
        at_once[k] = not _in_single_text(k, twice, x, base, em)
    return twice & (at_once | _of_copies(twice, x, base, em))


def _in_single_text(k: int, twice: np.ndarray, x: np.ndarray, base: np.ndarray, em: np.ndarray) -> bool:
    """Whether a glyph that was drawn once stands before the one that ``k`` repeats, or behind ``k``."""

    def follows(i: int, j: int) -> bool:
        on_line = i >= 0 and j < len(x) and abs(base[j] - base[i]) < TWICE * em[j]
        return on_line and 0 < x[j] - x[i] < em[j]

    before = follows(k - 2, k - 1) and not twice[k - 2]
    return bool(before or follows(k, k + 1) and not twice[k + 2 : k + 3].any())


def _of_copies(twice: np.ndarray, x: np.ndarray, base: np.ndarray, em: np.ndarray) -> np.ndarray:
    """Which glyphs stand in a text, drawn one glyph after the other, most of which is ``twice``."""
    on = np.diff(x) / np.maximum(np.maximum(em[1:], em[:-1]), 1e-6)
    broken = (on < 0) | (on > 1.5) | (np.abs(np.diff(base)) > TWICE * em[1:])
    of = np.concatenate([[0], np.cumsum(broken)])
    share: np.ndarray = np.bincount(of, weights=twice) / np.bincount(of)
    return share[of] >= COPIES
