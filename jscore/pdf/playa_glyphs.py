"""The printed glyphs of a page, read with playa, which leaves out none and does not know what is seen of them."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from itertools import compress

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Point
from jscore.pdf.pdfium_glyphs import BLANKS, unusual
from jscore.pdf.raw_glyphs import QUARTER, SLIVER, TWICE, KnownPage, NotRead, Raw, leans, part_of_figures
from jscore.pdf.visible import COVERED, NOT_SEEN, TextObject
from jscore.text.signs import FIGURES, SIGNS_BEFORE, VEILED, among

#: A text narrower than this has no extent (points).
NO_EXTENT = 0.01
#: Texts whose sizes differ by no more than this share are of one size.
SAME_SIZE = 0.03
#: A glyph that no other stands so near to is one that the other reader of the page does not have (points).
APART_FROM_ALL = 1.0


def playa_glyphs(known: KnownPage, shown: Raw) -> Raw:
    """The printed glyphs of a page as playa reads them, with what pdfium alone has of those ``shown``."""
    return _with_others(_with_signs(known.page, _printed(known, shown)), shown)


def _printed(known: KnownPage, shown: Raw) -> Raw:
    """The printed glyphs that playa finds; of texts that lie over each other pdfium knows which are ``shown``."""
    import playa

    logging.getLogger("playa").setLevel(logging.CRITICAL)  # what it says of damaged pages is said in our own words
    chars: list[str] = []
    points: list[np.ndarray] = []
    turns: list[int] = []
    veiled: dict[int, int] = {}
    not_read = NotRead()
    with playa.open(known.path, space="default", password=known.password or "") as document:
        page = document.pages[known.number - 1]
        glyphs = [glyph.finalize() if hasattr(glyph, "finalize") else glyph for glyph in page.glyphs]
        is_shown = _among_shown([(glyph.text or "", glyph.origin, glyph.size) for glyph in glyphs], shown)
        for glyph, is_seen in zip(glyphs, is_shown, strict=True):
            a, b = glyph.matrix[0], glyph.matrix[1]
            if leans(np.arctan2(b, a)):
                continue
            along, origin = np.array(glyph.displacement), np.array(glyph.origin)
            up = np.array([-b, a]) / (np.hypot(a, b) or 1) * glyph.size
            reason = None if is_seen else _why_not_there(origin + along / 2 + 0.3 * up, glyph.size, known)
            erased = False
            if known.seen and not reason and not is_seen and (glyph.text or "")[:1] in FIGURES:
                low, high = origin - 0.2 * up, origin + along + 0.8 * up
                box = np.array([[low[0], high[1], high[0], low[1]]])
                reason = NOT_SEEN if known.seen.unseen(box)[0] else None
                erased = bool(known.seen.erased(box)[0])
            low_side, side = sorted((math.hypot(*along), glyph.size))
            if 0 < low_side < SLIVER * side and (glyph.text or "")[:1] in FIGURES:
                reason = "invisible"
            for char in (VEILED if erased and not reason else glyph.text) or VEILED:
                if reason:
                    middle = (float(origin[0]), float(origin[1]))
                    not_read.note(reason, char, middle, glyph.size)
                    if reason not in (COVERED, NOT_SEEN) or char not in FIGURES:
                        continue
                    veiled[len(chars)] = 0
                chars.append(char)
                points += [origin, origin - 0.2 * up, origin + along + 0.8 * up]
                turns.append(round(np.arctan2(b, a) / QUARTER) % 4)
    raw = Raw(chars, np.array(points, dtype=float).reshape(-1, 2), np.array(turns, dtype=int), not_read.stretches)
    return part_of_figures(raw, veiled)[0] if veiled else raw


def _why_not_there(middle: np.ndarray, size: float, known: KnownPage) -> str | None:
    """Why a glyph is not printed, given where it stands but not of which text it is: of all there, none is printed."""
    x, y = float(middle[0]), float(middle[1])

    def near(text: TextObject, aside: float) -> bool:
        return text.box[0] - aside <= x <= text.box[2] + aside and text.box[1] - size / 2 <= y <= text.box[3] + size / 2

    # pdfium's box of a text ends before a last glyph that its own font has not
    texts = known.texts.values()
    here = [text for text in texts if near(text, size / 2)] or [text for text in texts if near(text, 1.5 * size)]
    here = [text for text in here if abs(text.size - size) < SAME_SIZE * size] or here
    reasons = [text.not_read or (COVERED if known.is_covered((x, y), text.order) else None) for text in here]
    if here and all(reasons) or any(reasons) and not any(_may_be_lost(text, size) for text in here):
        return next(filter(None, reasons))  # pdfium has every glyph of the other texts that are seen
    return None if here else COVERED if known.is_covered((x, y), -1) else None


def _may_be_lost(text: TextObject, size: float) -> bool:
    """Whether pdfium may have left out a text: one without extent, or of one glyph."""
    x0, y0, x1, y1 = text.box
    return x1 - x0 < NO_EXTENT or max(x1 - x0, y1 - y0) < size


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


def _with_signs(page: pdfium.PdfPage, raw: Raw) -> Raw:
    """``raw``, read by playa, with VEILED for each sign before a digit that pdfium has and playa knows no glyph for; one
    that the font calls a blank is what its ink is.
    """
    text = page.get_textpage()
    at, count = quick_calls.address(text.raw), c.FPDFText_CountChars(text.raw)
    codes = quick_calls.codes(at, count)
    signs = {i: VEILED for i, code in enumerate(codes) if chr(code) in SIGNS_BEFORE}
    inked = ((i, unusual(text.raw, i, code)) for i, code in enumerate(codes) if code < 32 or code in BLANKS)
    signs |= {i: char for i, char in inked if not char.isspace() and char}
    if not signs or not raw.chars:
        return raw
    origin, low, high = raw.points[0::3], raw.points[1::3], raw.points[2::3]
    size = np.abs(high - low).max(axis=1)
    digit = np.array([char.isdigit() for char in raw.chars])
    sign = among(raw.chars, SIGNS_BEFORE)
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
