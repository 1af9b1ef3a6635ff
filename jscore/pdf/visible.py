"""Which of a page's text is printed: not what is invisible, covered, in a layer that is off, a watermark or part of a seal."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Box, area, middle_is_in
from jscore.pdf.rules import DOT, Drawn, colour_of, erases, is_brush, is_curved, is_rule, painted, pictures

#: Render modes of text that leave no ink: 3 invisible, 7 for clipping only.
NO_INK = (3, 7)
#: Render modes that fill the glyphs.
FILLED = frozenset((0, 2))
#: Text is seen if one of its colours differs from what is behind it by so much (of 255).
CONTRAST = 12
#: So light (of 255, on white) is a watermark, if what it says or its size or its angle is a watermark's.
LIGHT = 160
#: Text as light as this may be a watermark where it leans; one darker than DARK is looked at no more.
LIGHT_TEXT, DARK = 150, 64
#: A watermark is printed so many times, or is so many times as large as other text, or lies over so many texts.
TILED, LARGE, OVERLAID = 3, 1.8, 2
#: A picture over so much of its page is a scan of it, and text of which so much is invisible is its text layer.
SCAN, MOSTLY = 0.3, 0.9
#: A colour whose channels differ by so much (of 255) is no grey.
COLOURED = 80
#: A picture's alpha below this (of 255) lets what is under it show.
SEE_THROUGH = 200

#: A note or form field that has a text and no drawing of it: viewers may show it or not.
UNDRAWN = "a note without a drawing of it"
#: What something opaque lies over; a figure that leaves no ink where it is drawn.
COVERED, NOT_SEEN = "covered", "not seen"
#: A text layer that is not what its picture shows.
OTHERWISE = "a text layer that says what the picture does not show"
#: Why a text is not read; those of HIDDEN were meant to be figures once, the others never.
HIDDEN = ("invisible", COVERED, "layer off", "clipped", "struck out", NOT_SEEN, UNDRAWN, OTHERWISE)
Reason = str
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class TextObject:
    """A text as the page draws it: when, where (page space), in which colour, how large, and why it is not read."""

    order: int
    box: Box
    light: float
    size: float
    not_read: Reason | None
    clip: Box | None


@dataclass(frozen=True)
class Cover:
    """Something opaque that lies over all that was drawn before it."""

    order: int
    box: Box
    colour: Colour


def text_objects(page: pdfium.PdfPage, drawn: Sequence[Drawn]) -> tuple[dict[int, TextObject], list[Cover]]:
    """The text objects of a page that may not be seen, by their address in pdfium, and what covers others.

    Where every text of a page is dark, drawn as
    text is and nothing lies over or under it, there is none.  The text under a scanned page is what it says.
    """
    items = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_TEXT]
    first = min((item.order for item in items), default=len(drawn))
    scans = [box for box in pictures(drawn) if area(box) > SCAN * page.get_width() * page.get_height()]
    others = [item for item in drawn if item.kind != c.FPDF_PAGEOBJ_TEXT]
    covers = [cover for item in others if (cover := _cover(item, page, first)) and cover.box not in scans]
    seals = [seal for item in others if (seal := _seal(item))]
    if not (covers or seals or any(item.off for item in items)) and _all_plain(items):
        return {}, []
    texts = {item.address: _text(item, covers, seals) for item in items}
    if scans and sum(text.not_read == "invisible" for text in texts.values()) > MOSTLY * len(texts):
        return _of_scan(items, texts, covers, max(item.order for item in others if item.box() in scans))
    return _watermarks(texts), [cover for cover in covers if cover.order > first]


def _of_scan(
    items: Sequence[Drawn], texts: Mapping[int, TextObject], covers: Sequence[Cover], picture: int
) -> tuple[dict[int, TextObject], list[Cover]]:
    """The texts of a scanned page whose ``picture`` something was laid over: of its text layer what is still to be seen."""
    over = [cover for cover in covers if cover.order > picture]
    if not over:
        return {}, []
    modes = quick_calls.render_modes([item.address for item in items])
    layer = {item.address for item, mode in zip(items, modes, strict=True) if mode in NO_INK}
    shown = {
        key: replace(text, order=min(text.order, picture), not_read=None) if key in layer else text
        for key, text in texts.items()
    }
    return shown, over


def _all_plain(items: Sequence[Drawn]) -> bool:
    """Whether all texts are filled with a dark, opaque colour and nothing of them is cut off."""
    objs = [item.address for item in items]
    if not FILLED.issuperset(quick_calls.render_modes(objs)):
        return False
    colour = quick_calls.fills(objs)
    if not ((colour[:, 3] == 255) & (colour[:, :3].sum(axis=1) < 3 * DARK)).all():
        return False
    return all(_clip(item) is None for item, may_be in zip(items, quick_calls.clipped(objs), strict=True) if may_be)


def _text(item: Drawn, covers: list[Cover], seals: list[tuple[Box, Colour]]) -> TextObject:
    obj, box = item.obj, item.box()
    mode = c.FPDFTextObj_GetTextRenderMode(obj)
    red, green, blue, alpha = colour_of(obj, stroke=mode == 1)
    size = ctypes.c_float()
    c.FPDFTextObj_GetFontSize(obj, size)
    raw = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(obj, raw)
    scale = float(np.hypot(raw.c, raw.d)) or 1.0
    behind = next(
        (cover.colour for cover in reversed(covers) if cover.order < item.order and middle_is_in(box, cover.box)),
        (255,) * 3,
    )
    shown = [
        value * alpha / 255 + back * (1 - alpha / 255) for value, back in zip((red, green, blue), behind, strict=True)
    ]
    reason: Reason | None = None
    if item.off:
        reason = "layer off"
    elif mode in NO_INK or all(abs(a - b) < CONTRAST for a, b in zip(shown, behind, strict=True)):
        reason = "invisible"
    elif any(middle_is_in(box, seal) and _alike((red, green, blue), colour) for seal, colour in seals):
        reason = "seal"
    light = 255 - sum(abs(a - b) for a, b in zip(shown, behind, strict=True)) / 3  # white on black is as dark
    return TextObject(item.order, box, light, size.value * scale, reason, _clip(item))


def _watermarks(texts: dict[int, TextObject]) -> dict[int, TextObject]:
    """``texts`` with watermarks marked: light text, printed again and again, or text much larger than all other that is
    light or lies over other texts.
    """
    printed = {key: text for key, text in texts.items() if text.not_read is None}
    dark = [text.size for text in printed.values() if text.light < LIGHT]
    if not dark:
        return texts
    usual = float(np.median(dark))
    again = Counter(_shape(text) for text in printed.values() if text.light >= LIGHT)
    others = [text for text in printed.values() if text.size <= LARGE * usual and text.light < LIGHT]
    small = np.array([(*text.box, text.size) for text in others])
    for key, text in printed.items():
        large = text.size > LARGE * usual
        if text.light >= LIGHT and (large or again[_shape(text)] >= TILED) or large and _lies_over(text, small):
            texts[key] = replace(text, not_read="watermark")
    return texts


def _lies_over(text: TextObject, others: np.ndarray) -> bool:
    """Whether a text is printed over several of ``others`` (box and size); pdfium knows no height of some fonts."""
    x0, y0, x1, y1, size = others.T
    over = np.minimum(x1, text.box[2]) - np.maximum(x0, text.box[0]) > 0.5 * size
    middle = np.maximum((y0 + y1) / 2, y0 + 0.3 * size)
    top = max(text.box[3], text.box[1] + 0.8 * text.size)
    return int((over & (middle > text.box[1]) & (middle < top)).sum()) >= OVERLAID


def _shape(text: TextObject) -> tuple[int, int, int]:
    """Copies of one text are as wide, as high and as large."""
    x0, y0, x1, y1 = text.box
    return round(x1 - x0), round(y1 - y0), round(text.size)


def _cover(item: Drawn, page: pdfium.PdfPage, first_text: int) -> Cover | None:
    """An opaque rectangle or stroke, or a picture behind the first text, large enough to hide a character."""
    obj = item.obj
    brush = False
    if item.kind == c.FPDF_PAGEOBJ_PATH:
        fill, stroke = painted(obj)
        brush = stroke and not fill and is_brush(obj)
        red, green, blue, alpha = colour_of(obj, stroke=brush)
        sides = c.FPDFPath_CountSegments(obj)
        paints = brush and sides == 2 or fill and 4 <= sides <= 5
        if alpha < 255 or c.FPDFPageObj_HasTransparency(obj) or not paints:
            return None
    elif item.kind == c.FPDF_PAGEOBJ_IMAGE and item.order > first_text and _is_opaque(page, obj):
        red = green = blue = 128
    else:
        return None
    box = _without_ends(item.box()) if brush else item.box()
    of_lines = max(box[2] - box[0], box[3] - box[1]) < DOT or not brush and is_rule(box, obj)
    colour = red, green, blue
    return Cover(item.order, box, colour) if erases(box, colour) or not of_lines else None


def _without_ends(box: Box) -> Box:
    """The box of a straight stroke as pdfium gives it without half its thickness at both ends, where it paints nothing."""
    x0, y0, x1, y1 = box
    half = min(x1 - x0, y1 - y0) / 2
    return (x0 + half, y0, x1 - half, y1) if x1 - x0 > y1 - y0 else (x0, y0 + half, x1, y1 - half)


def _is_opaque(page: pdfium.PdfPage, image: Any) -> bool:
    """Whether nothing shows through a picture, neither by its transparency nor by a mask."""
    if c.FPDFPageObj_HasTransparency(image):
        return False
    bitmap = c.FPDFImageObj_GetRenderedBitmap(page.pdf.raw, page.raw, image)
    if not bitmap:
        return False
    try:
        if c.FPDFBitmap_GetFormat(bitmap) != c.FPDFBitmap_BGRA:
            return True
        rows, stride = c.FPDFBitmap_GetHeight(bitmap), c.FPDFBitmap_GetStride(bitmap)
        buffer = ctypes.cast(c.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (rows * stride)))
        alpha = np.frombuffer(buffer.contents, dtype=np.uint8).reshape(rows, stride)[
            :, 3 : 4 * c.FPDFBitmap_GetWidth(bitmap) : 4
        ]
        return bool((alpha > SEE_THROUGH).mean() > 0.9)
    finally:
        c.FPDFBitmap_Destroy(bitmap)


def _seal(item: Drawn) -> tuple[Box, Colour] | None:
    """The box and colour of a coloured curve: a seal's ring."""
    if item.kind != c.FPDF_PAGEOBJ_PATH:
        return None
    obj = item.obj
    red, green, blue, _ = colour_of(obj, stroke=painted(obj)[1])
    if max(red, green, blue) - min(red, green, blue) < COLOURED:
        return None
    return (item.box(), (red, green, blue)) if is_curved(obj) else None


def _alike(colour: Colour, other: Colour) -> bool:
    return all(abs(a - b) < COLOURED // 2 for a, b in zip(colour, other, strict=True))


def _clip(item: Drawn) -> Box | None:
    """What of the page a text may be seen in, where its clip path cuts off part of it."""
    path, matrix = c.FPDFPageObj_GetClipPath(item.obj), item.matrix
    count = c.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return None
    x, y = ctypes.c_float(), ctypes.c_float()
    left, bottom, right, top = -np.inf, -np.inf, np.inf, np.inf
    for i in range(count):
        points = []
        for k in range(c.FPDFClipPath_CountPathSegments(path, i)):
            c.FPDFPathSegment_GetPoint(c.FPDFClipPath_GetPathSegment(path, i, k), x, y)
            points.append((x.value, y.value) if matrix is None else matrix.on_point(x.value, y.value))
        if points:
            xs, ys = [px for px, _ in points], [py for _, py in points]
            left, bottom = max(left, min(xs)), max(bottom, min(ys))
            right, top = min(right, max(xs)), min(top, max(ys))
    box = item.box()
    whole = left <= box[0] and bottom <= box[1] and right >= box[2] and top >= box[3]
    return None if whole else (left, bottom, right, top)
