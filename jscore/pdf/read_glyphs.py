"""The printed glyphs of a page: as pdfium reads them, and as playa does where pdfium would lose some."""

from __future__ import annotations

import numpy as np
import pypdfium2.raw as c

from jscore.errors import ReadError
from jscore.pdf import quick_calls
from jscore.pdf.pdfium_glyphs import pdfium_glyphs
from jscore.pdf.playa_glyphs import NO_EXTENT, playa_glyphs
from jscore.pdf.raw_glyphs import KnownPage, Raw, page_damaged
from jscore.pdf.rules import Drawn

#: Boxes of like glyphs differ by less (points).
SAME = 0.05


def read_glyphs(known: KnownPage) -> Raw:
    """The printed glyphs of a page; what is ``known`` of it tells which are not."""
    loses_text = _loses_text(known.drawn)  # before hidden texts are taken from the page
    shown = pdfium_glyphs(known)
    if not loses_text:
        return shown
    try:
        return playa_glyphs(known, shown)
    except Exception as error:  # what a parser written in Python trips over is up to the file
        raise ReadError(page_damaged(known.path, known.number)) from error


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
