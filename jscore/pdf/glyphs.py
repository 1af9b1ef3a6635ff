"""The visible glyphs of a page, upright: none is a copy of another, none is struck out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from jscore.pdf.boxes import Box
from jscore.pdf.raw_glyphs import TWICE, Raw, figures_of
from jscore.pdf.rules import LONGEST
from jscore.text.normal import usual
from jscore.text.signs import DIGITS, FIGURES, SIGNS, VEILED, among

#: A glyph is on the page if its middle is, or is this near (points).
BESIDE = 6.0
#: Glyphs whose sides are further apart than this share of their size are of two texts.
APART = 0.6
#: Of a text that is drawn again, so many glyphs are copies: of another text written over it, some may seem so.
COPIES = 0.75
#: Many fonts set a 1 narrower than the other digits.
WIDE_DIGITS = DIGITS - {"1"}
#: A figure of two digits or more.
_FIGURE = re.compile(r"-?([1-9]\d{0,2}(,\d{3})+|0(?=\.)|[1-9]\d+|[1-9](?=\.))(\.\d+)?%?")
#: A line strikes a glyph out that it goes through by so much of its width.
TOUCHED = 0.25
#: Where the rules beside a line end so near (points), it is a table's border.
BORDER = 2.0
#: Digits whose bases differ by less than this share of their size are of one row, words by less than the other of this row or the next.
SAME_ROW, NEXT_ROW = 0.4, 1.2
#: What it leaves of a figure is its rest, and not another figure, if the struck glyphs are so many times as many.
FEW = 3


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


def struck_out(
    glyphs: Glyphs,
    horizontal: list[Box],
    vertical: list[Box],
    slanting: Sequence[Box] = (),
    notes: Sequence[Box] = (),
) -> tuple[np.ndarray, list[Box]]:
    """Which glyphs have a line drawn through them, and those of the ``horizontal`` lines that do so, which are no rules.

    A line strikes out if it is no longer than the text, or in one cell; figures also if it is from border to border there, or
    little beyond, and goes on as no other line.  One that is little longer than the text strikes it out as well, if one of
    its ends is at no rule: those of rules are.  One through several texts strikes out the figures among them, unless most rows
    have one and most lines go through texts: rules beside their places.  A slanting one strikes figures alone; those of
    ``notes`` are no rules.
    """
    struck = np.zeros(len(glyphs), dtype=bool)
    if not len(glyphs):
        return struck, []
    striking: list[Box] = []
    through_rows: list[tuple[Box, np.ndarray, bool]] = []
    clear: list[Box] = []
    low, high = glyphs.base + 0.12 * glyphs.em, glyphs.base + 0.6 * glyphs.em
    wide = glyphs.x1 - glyphs.x0
    of_notes = set(notes)
    for line in (*horizontal, *notes):
        x0, y0, x1, y1 = line
        y = (y0 + y1) / 2
        under = (glyphs.x1 > x0 + TOUCHED * wide) & (glyphs.x0 < x1 - TOUCHED * wide) & ~glyphs.space
        met = np.flatnonzero((low < y) & (y < high) & under)
        if not len(met):
            clear.append(line)
            continue
        size = float(glyphs.em[met].max())
        beyond = x1 - x0 - (glyphs.x1[met].max() - glyphs.x0[met].min())
        walls = _walls(y, vertical)
        free = not all(any(abs(x - end) <= 1 for x in walls) for end in (x0, x1))
        short = beyond < (2.0 if free else 0.6) * glyphs.em[met[0]]
        figures = among(glyphs.char[met], FIGURES | SIGNS).all()
        across = figures and _crosses_one_cell(line, 2.0 * size, horizontal, vertical)
        texts = _texts_of(glyphs, met, walls)
        if short or across or _beyond_its_cell(x0, x1, walls) < -1:
            striking += [line] if free or across else []
            struck |= under & _on_a_level(glyphs, met)
        elif line in of_notes:
            struck |= _of_figures(glyphs, texts)
        elif len(texts) > 1 and _meets_all_digits(glyphs, under, met):
            through_rows.append((line, _of_figures(glyphs, texts), _misses_words(glyphs, under, met)))
    for line, crossed in _strikes_of_rows(glyphs, through_rows, clear) if through_rows else ():
        striking.append(line)
        struck |= crossed
    for line in slanting:
        struck |= _struck_slantwise(glyphs, line)
    if struck.any():
        of = glyphs.figures
        # the few glyphs of a figure that a line which strikes the others out ends before
        struck |= (FEW * np.bincount(of, weights=~struck) <= np.bincount(of, weights=struck))[of]
    return struck, striking


def _strikes_of_rows(
    glyphs: Glyphs, through_rows: Sequence[tuple[Box, np.ndarray, bool]], clear: Sequence[Box]
) -> list[tuple[Box, np.ndarray]]:
    """The lines through several texts of a row that strike its figures out, each with their glyphs, given whether they miss its
    words and the lines that are ``clear`` of texts.

    One that misses the words and is as long as a rule is the rule below the row, which its figures touch.
    """
    found = [
        (line, crossed)
        for line, crossed, misses_words in through_rows
        if not (misses_words and any(_ends_as(line, rule) for rule in clear))
    ]
    rows = np.logical_or.reduce([np.zeros(len(glyphs), dtype=bool), *(crossed for _, crossed in found)])
    beside_their_places = _levels(glyphs, rows) >= max(len({round(y) for _, y, *_ in clear}), _levels(glyphs) / 2)
    return [] if beside_their_places else found


def _on_a_level(glyphs: Glyphs, met: np.ndarray) -> np.ndarray:
    """Which glyphs stand on the level of some: a point is too low for a line to meet it, the mark of a footnote too high."""
    size = float(glyphs.em[met].max())
    above = glyphs.base[:, None] - glyphs.base[met][None, :]
    level: np.ndarray = ((above > -0.05 * size) & (above < 0.7 * size)).any(axis=1)
    return level


def _meets_all_digits(glyphs: Glyphs, under: np.ndarray, met: np.ndarray) -> bool:
    """Whether a line goes through all digits of a row; a border that one figure touches is below the others."""
    digits = np.flatnonzero(under & (_away(glyphs, met) < SAME_ROW) & among(glyphs.char, DIGITS))
    return len(digits) > 0 and bool(np.isin(digits, met).all())


def _misses_words(glyphs: Glyphs, under: np.ndarray, met: np.ndarray) -> bool:
    """Whether a line that goes through figures goes through none of the words beside them."""
    words = np.flatnonzero(under & (_away(glyphs, met) < NEXT_ROW) & ~among(glyphs.char, FIGURES | SIGNS))
    return len(words) > 0 and not np.isin(words, met).any()


def _away(glyphs: Glyphs, met: np.ndarray) -> np.ndarray:
    """How far above or below the base of some glyphs each stands, in shares of its size."""
    away: np.ndarray = np.abs(glyphs.base - np.median(glyphs.base[met])) / glyphs.em
    return away


def _ends_as(line: Box, rule: Box) -> bool:
    return abs(line[0] - rule[0]) <= 1 and abs(line[2] - rule[2]) <= 1


def _texts_of(glyphs: Glyphs, met: np.ndarray, walls: Sequence[float]) -> list[np.ndarray]:
    """The texts that glyphs on one level are of, given the rules between them."""
    from_left = met[np.argsort(glyphs.x0[met])]
    apart = glyphs.x0[from_left][1:] - glyphs.x1[from_left][:-1] > APART * glyphs.em[from_left][1:]
    apart |= np.diff(np.searchsorted(np.sort(walls), glyphs.x[from_left])) > 0
    return np.split(from_left, np.flatnonzero(apart) + 1)


def _of_figures(glyphs: Glyphs, texts: Sequence[np.ndarray]) -> np.ndarray:
    """Which glyphs are of those of ``texts`` that are figures; a line through a row crosses names by chance, of two lines one."""
    of = np.zeros(len(glyphs), dtype=bool)
    for text in texts:
        if among(glyphs.char[text], FIGURES | SIGNS).all():
            left, right = glyphs.x0[text].min(), glyphs.x1[text].max()
            of |= _on_a_level(glyphs, text) & (left < glyphs.x) & (glyphs.x < right)
    return of


def _levels(glyphs: Glyphs, some: np.ndarray | None = None) -> int:
    """On how many levels figures stand, or ``some`` of them."""
    digits = among(glyphs.char, DIGITS)
    return len(np.unique(glyphs.base[digits if some is None else digits & some].round()))


def _walls(y: float, vertical: list[Box], beyond: float = 0.0) -> list[float]:
    """Where rules stand that reach so far above and below a height."""
    return [(v[0] + v[2]) / 2 for v in vertical if v[1] + beyond < y < v[3] - beyond]


def _beyond_its_cell(x0: float, x1: float, walls: Sequence[float]) -> float:
    """How far a level line ends beyond the rules to the left and right of its middle; negative: within them."""
    middle = (x0 + x1) / 2
    left = max((x for x in walls if x < middle), default=np.inf)
    right = min((x for x in walls if x >= middle), default=-np.inf)
    return max(left - x0, x1 - right)


def _crosses_one_cell(line: Box, beyond: float, horizontal: list[Box], vertical: list[Box]) -> bool:
    """Whether a level line goes through one cell and ends no further ``beyond`` it, and no other goes on from it, as a rule's do."""
    x0, y0, x1, y1 = line
    walls = _walls((y0 + y1) / 2, vertical, BORDER)
    if x1 - x0 >= LONGEST or _beyond_its_cell(x0, x1, walls) >= beyond:
        return False
    return not any(
        abs(other[1] + other[3] - y0 - y1) <= 2 and min(abs(other[2] - x0), abs(other[0] - x1)) <= 2
        for other in horizontal
    )


def _struck_slantwise(glyphs: Glyphs, line: Box) -> np.ndarray:
    """Which digits a slanting line goes through, if it is little longer than they are and no higher."""
    x0, y0, x1, y1 = line
    up = y0 + (glyphs.x - x0) * (y1 - y0) / (x1 - x0) - glyphs.base
    met: np.ndarray = (x0 < glyphs.x) & (glyphs.x < x1) & (-0.05 * glyphs.em < up) & (up < 0.75 * glyphs.em)
    met &= among(glyphs.char, FIGURES)
    if met.sum() < 2:
        return np.zeros_like(met)
    size = float(glyphs.em[met].max())
    beyond = x1 - x0 - (glyphs.x1[met].max() - glyphs.x0[met].min())
    return met & (beyond < 2.0 * size and abs(y1 - y0) < 1.5 * size)


def without(glyphs: Glyphs, struck: np.ndarray) -> Glyphs:
    """``glyphs`` but for those ``struck`` out; those of a figure of which others are left are VEILED."""
    if not struck.any():
        return glyphs
    of = glyphs.figures
    ends = np.flatnonzero((struck[1:] != struck[:-1]) & (of[1:] == of[:-1]))
    new = np.zeros(len(of), dtype=int)
    new[[k + 1 for k in ends.tolist() if _are_two(glyphs, of, k)]] = 1
    of = of + np.cumsum(new)
    left = np.bincount(of, weights=~struck)[of] > 0
    char = np.where(struck & left, VEILED, glyphs.char)
    return replace(glyphs, char=char).selected(~struck | left)


def _are_two(glyphs: Glyphs, of: np.ndarray, k: int) -> bool:
    """Whether behind glyph ``k``, where a line ends, the old figure and the new one meet: each is whole, both are no single one."""
    figure = np.flatnonzero(of == of[k])
    parts = ("".join(glyphs.char[figure[figure <= k]]), "".join(glyphs.char[figure[figure > k]]))
    return all(map(_FIGURE.fullmatch, parts)) and not _FIGURE.fullmatch("".join(parts))


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
