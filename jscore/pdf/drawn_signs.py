"""Signs of figures that are drawn as lines and shapes, not set as text: a minus, brackets, a decimal point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Box
from jscore.pdf.glyphs import Glyphs, Listed
from jscore.pdf.rules import Drawn, is_dark, parts_of
from jscore.text.signs import FIGURES, SIGNS, VEILED, among

#: What is larger than a letter (points) is no sign.
LARGEST = 24.0
#: A minus is so long, no thicker than this, and so high above the baseline (of its figure's size).
LONG, FLAT, LEVEL = (0.2, 1.1), 0.22, (0.15, 0.55)
#: A point is smaller than this and stands so high; what is so high itself is a bracket or another sign, not the side of a box.
POINT, LOW, TALL = 0.3, (-0.2, 0.25), (0.5, 1.6)
#: A sign stands no further from its figure than this, or no further than NEXT for certain, and reaches over it by less.
NEAR, NEXT, INTO = 0.6, 0.35, 0.25
#: How far below the baseline and above it a figure with its brackets reaches (of its size).
BELOW, ABOVE = 0.4, 1.15
#: What is as thin as this (points) and ends so near to a rule is part of it.
STROKE, TOUCHING = 1.5, 0.8
#: Dashes of a row are no further apart than so much of their length.
IN_A_ROW = 2.0
TINY = 1e-6


def small_marks(drawn: Sequence[Drawn]) -> tuple[np.ndarray, np.ndarray]:
    """Of all that is drawn, is no text and is as small as a letter: the boxes (n, 4, page space), and which are dark."""
    items = [item for item in drawn if item.kind != c.FPDF_PAGEOBJ_TEXT]
    box = quick_calls.bounds([item.address for item in items]).astype(float)
    side = np.sort(np.abs(box[:, 2:] - box[:, :2]), axis=1).reshape(-1, 2)
    boxes, dark = list[Box](), list[bool]()
    several = (side[:, 0] > STROKE) & (side[:, 0] < LARGEST)
    for i in np.flatnonzero(several | (side[:, 1] < LARGEST)).tolist():
        parts = [items[i].box()] if side[i, 1] < LARGEST else []
        if several[i] and items[i].kind == c.FPDF_PAGEOBJ_PATH:
            parts = parts_of(items[i]) or parts  # a figure may stand between the two brackets of a path
        boxes += parts
        dark += [is_dark(items[i])] * len(parts) if parts else []
    return np.array(boxes, dtype=float).reshape(-1, 4), np.array(dark, dtype=bool)


def with_signs(
    glyphs: Glyphs,
    struck: Glyphs,
    marks: np.ndarray,
    dark: np.ndarray,
    horizontal: Sequence[Box],
    vertical: Sequence[Box],
) -> Glyphs:
    """``glyphs`` with a minus before each figure that one is drawn at, and VEILED where something else is drawn that may be
    of the figure: a bracket, a point, a sign that is not certain.  What is ``struck`` out has its line.
    """
    marks = np.hstack([np.minimum(marks[:, :2], marks[:, 2:]), np.maximum(marks[:, :2], marks[:, 2:])])
    short = [rule for rule in horizontal if rule[2] - rule[0] < LARGEST]
    if not (len(marks) or short):
        return glyphs
    marks = np.vstack([marks, np.array(short).reshape(-1, 4)])
    text = glyphs.beside(struck)
    dark = np.append(dark, np.zeros(len(short), dtype=bool))
    rules = np.array([*horizontal, *vertical]).reshape(-1, 4)
    figures = np.flatnonzero(among(glyphs.char, FIGURES | SIGNS))
    figures = figures[np.argsort(glyphs.base[figures], kind="stable")]
    base, x0, x1, size = (each[figures] for each in (glyphs.base, glyphs.x0, glyphs.x1, _sizes(glyphs)))
    reach = size.max(initial=0.0)
    middle = marks[:, [1, 3]].mean(axis=1)
    first, last = np.searchsorted(base, [middle - ABOVE * reach, middle + BELOW * reach])
    signs: dict[int, tuple[int, int, str]] = {}
    for m in np.flatnonzero(first < last).tolist():
        line = slice(first[m], last[m])
        up = middle[m] - base[line]
        level = (up > -BELOW * size[line]) & (up < ABOVE * size[line])
        gaps = np.array([x0[line] - marks[m, 2], marks[m, 0] - x1[line]]) / size[line]
        near = level & (gaps > -INTO) & (gaps < NEAR)
        sides = [side for side in (0, 1) if near[side].any()]
        if not sides:
            k = _far_from(marks[m], figures[line], text, glyphs, rules)
            if k is not None and not _of_a_rule(marks[m], marks, rules):
                signs.setdefault(k, (m, k, VEILED))
            continue
        at = {side: int(np.argmin(np.where(near[side], gaps[side], np.inf))) for side in sides}
        k = first[m] + at[sides[0]]
        apart = {side: float(gaps[side, nearest]) for side, nearest in at.items()}
        x_y = ((marks[m] - [0, base[k], 0, base[k]]) / size[k]).tolist()
        sign = Mark._make([*x_y, bool(dark[m])]).sign(apart.get(0, NEAR), apart.get(1, NEAR))
        if sign and not _strikes(marks[m], text) and not _of_a_rule(marks[m], marks, rules):
            signs.setdefault(int(figures[k]) + (0 not in at), (m, int(figures[k]), sign))
    return _with(glyphs, signs, marks) if signs else glyphs


def _sizes(glyphs: Glyphs) -> np.ndarray:
    """The size of each glyph, of a point that of the digits beside it: by itself it has none to go by."""
    sizes = np.maximum(glyphs.em, TINY)
    for k in np.flatnonzero([char in ".," for char in glyphs.char]).tolist():
        beside = slice(max(k - 1, 0), k + 2)
        sizes[k] = sizes[beside][glyphs.base[beside] == glyphs.base[k]].max()
    return sizes


def _far_from(mark: np.ndarray, figures: np.ndarray, text: Glyphs, glyphs: Glyphs, rules: np.ndarray) -> int | None:
    """The first glyph of the figure in whose cell a stroke is drawn as a minus at the left border, as accountants set it."""
    x0, x1, y = mark[0], mark[2], (mark[1] + mark[3]) / 2
    figures = figures[glyphs.x0[figures] > x1]
    if not len(figures) or mark[3] - mark[1] > STROKE:
        return None
    k = int(figures[np.argmin(glyphs.x0[figures])])
    size, right = glyphs.em[k], glyphs.x0[k]
    if not (LONG[0] < (x1 - x0) / size < LONG[1] and LEVEL[0] < (y - glyphs.base[k]) / size < LEVEL[1]):
        return None
    at = rules[(rules[:, 1] < y) & (y < rules[:, 3]), 0]
    here = text.x[(np.abs(text.base - glyphs.base[k]) < size) & ~text.space]
    border, before = (max(each[each < x0], default=-np.inf) for each in (at, here))
    between = ((at > x0) & (at < right)).any() or ((here > x0) & (here < right)).any()
    return k if before < border and not between else None


class Mark(NamedTuple):
    """Something small that is drawn, from the baseline of the figure beside it and in units of its size."""

    x0: float
    y0: float
    x1: float
    y1: float
    dark: bool

    def sign(self, before: float, behind: float) -> str:
        """What it is, so far ``before`` and ``behind`` glyphs of a figure; "" for nothing that belongs to it."""
        wide, high, middle = self.x1 - self.x0, self.y1 - self.y0, (self.y0 + self.y1) / 2
        if max(wide, high) < POINT:
            between = max(before, behind) < NEXT and LOW[0] < middle < LOW[1]
            return VEILED if between else ""
        if high < FLAT:
            if not (before < NEAR and LONG[0] < wide < LONG[1] and LEVEL[0] < middle < LEVEL[1]):
                return ""
            return "-" if self.dark and before < NEXT else VEILED
        return VEILED if TALL[0] < high < TALL[1] and min(before, behind) < NEXT else ""


def _strikes(mark: np.ndarray, glyphs: Glyphs) -> bool:
    """Whether a mark lies over text: it is no sign beside it."""
    over = (glyphs.x > mark[0]) & (glyphs.x < mark[2]) & ~glyphs.space
    return bool((over & (glyphs.base < mark[3]) & (glyphs.base + glyphs.em > mark[1])).any())


def _of_a_rule(mark: np.ndarray, marks: np.ndarray, lines: np.ndarray) -> bool:
    """Whether a stroke ends at a rule, or is one dash of a row."""
    x0, y0, x1, y1 = mark
    if min(x1 - x0, y1 - y0) > STROKE:
        return False
    inside = (lines[:, :2] > mark[:2] - TOUCHING).all(axis=1) & (lines[:, 2:] < mark[2:] + TOUCHING).all(axis=1)
    meets = (lines[:, :2] < mark[2:] + TOUCHING).all(axis=1) & (lines[:, 2:] > mark[:2] - TOUCHING).all(axis=1)
    if (meets & ~inside).any():
        return True
    alike = (np.abs(marks[:, [1, 3]] - mark[[1, 3]]) < TOUCHING / 2).all(axis=1)
    apart = np.maximum(marks[:, 0] - x1, x0 - marks[:, 2])
    return bool((alike & (apart > -TOUCHING) & (apart < IN_A_ROW * (x1 - x0))).any())


def _with(glyphs: Glyphs, signs: dict[int, tuple[int, int, str]], marks: np.ndarray) -> Glyphs:
    """``glyphs`` with ``signs`` at places among them: which of ``marks`` it is, of which glyph's figure, and what it is."""
    which, figure, chars = map(list, zip(*signs.values(), strict=True))
    x0, x1 = marks[which][:, [0, 2]].T
    added = (chars, x0, x1, glyphs.base[figure], glyphs.em[figure], False)
    values = zip(Listed._fields, added, strict=True)
    return Glyphs(*(np.insert(getattr(glyphs, name), [*signs], each) for name, each in values))
