"""A text layer beside what its page's picture was read as: used where both agree; where they differ the picture counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from jscore.ocr import SURE
from jscore.pdf.boxes import Box
from jscore.pdf.content import Compared, Recognised
from jscore.pdf.pages import Page
from jscore.text.normal import nfkc

#: A glyph of a layer belongs to a text of the picture if its middle is this near to it (share of the text's height).
BESIDE = 0.25
#: Glyphs of one stretch stand so near to each other, along the line and across it (points).
RUN = (24.0, 3.0)
_LONE_DIGIT = re.compile(r"\D*[1-9]\D*")
#: Marks that look the same in print.
_ALIKE = str.maketrans("—–·“”‘’", "--.\"\"''")


def compared(read: Page, texts: Sequence[Recognised], layer: Page) -> Compared:
    """``texts``, read of the picture that ``read`` is, without those that ``layer`` says, too.

    A text that both say is text.  One that was read unsurely, or is a single digit, stays read by OCR even so: what read
    the layer may have stumbled over the same speck.  Where they differ, what the layer says is the second reading.
    """
    chars, x, y = _upright(read, layer)
    at_home = np.zeros(len(chars), dtype=bool)
    left: list[Recognised] = []
    for text in texts:
        x0, y0, x1, y1 = text.box
        near = BESIDE * (y1 - y0)
        here = np.flatnonzero((x > x0 - near) & (x < x1 + near) & (y > y0 - near) & (y < y1 + near))
        says = "".join(chars[here[np.argsort(x[here], kind="stable")]])
        if _same(says, text.text):
            at_home[here] = True
            if text.confidence >= SURE and not _LONE_DIGIT.fullmatch(text.text):
                continue
        left.append(replace(text, second=says or text.second) if not _same(says, text.text) else text)
    return Compared(left, len(texts) - len(left), list(_runs(chars, x, y, at_home)))


def _upright(read: Page, layer: Page) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The characters of a layer and where their middles are on the page that was read of the picture."""
    chars: list[str] = []
    places: list[Box] = []
    for view in (layer, *layer.others):
        glyphs = view.glyphs.selected(~view.glyphs.space)
        chars += glyphs.char.tolist()
        places += [view.shown((x, y, x, y)) for x, y in zip(glyphs.x, glyphs.y, strict=True)]
    x, y, _, _ = np.array(places, dtype=float).reshape(-1, 4).T
    return np.array(chars, dtype=object), *read.upright(x, y)


def _same(text: str, other: str) -> bool:
    """Whether two texts look the same in print."""
    return bool(text) and _plain(text) == _plain(other)


def _plain(text: str) -> str:
    return nfkc(text).translate(_ALIKE)


def _runs(chars: np.ndarray, x: np.ndarray, y: np.ndarray, at_home: np.ndarray) -> Iterator[str]:
    """What of a layer the picture does not say, a text for each stretch of a line."""
    run, last = "", (0.0, 0.0)
    for char, along, level, known in zip(chars, x, y, at_home, strict=True):
        if run and (known or abs(level - last[1]) > RUN[1] or not 0 <= along - last[0] < RUN[0]):
            yield run
            run = ""
        if not known:
            run, last = run + char, (along, level)
    if run:
        yield run
