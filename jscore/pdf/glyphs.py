"""The visible glyphs of a page, upright: none is a copy of another."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from jscore.pdf.raw_glyphs import TWICE, Raw, figures_of
from jscore.text.normal import usual
from jscore.text.signs import DIGITS, FIGURES, SIGNS, among

#: A glyph is on the page if its middle is, or is this near (points).
BESIDE = 6.0
#: Glyphs whose sides are further apart than this share of their size are of two texts.
APART = 0.6
#: Of a text that is drawn again, so many glyphs are copies: of another text written over it, some may seem so.
COPIES = 0.75
#: Many fonts set a 1 narrower than the other digits.
WIDE_DIGITS = DIGITS - {"1"}


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

    @property
    def figures(self) -> np.ndarray:
        """For each glyph which figure it is of, one that is of none by itself."""
        return figures_of(self.char, self.x0, self.x1, self.base, self.em)


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


def texts_of(glyphs: Glyphs) -> str:
    """What ``glyphs`` say, with a blank where the next stands apart."""
    gap = np.abs(glyphs.x0[1:] - glyphs.x1[:-1]) > APART * glyphs.em[1:]
    apart = [False, *(gap | (np.abs(np.diff(glyphs.base)) > APART * glyphs.em[1:]))]
    return "".join(" " * bool(before) + char for before, char in zip(apart, glyphs.char, strict=False))


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
    digit = among(char, FIGURES) & (wide < 0.7 * em) | among(char, SIGNS)
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
