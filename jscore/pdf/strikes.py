"""Lines through texts: which glyphs are struck out, and which of the lines are no rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jscore.pdf.boxes import Box
from jscore.pdf.glyphs import APART, Glyphs
from jscore.pdf.rules import LONGEST
from jscore.text import numbers
from jscore.text.signs import DIGITS, FIGURES, SIGNS, VEILED, among

#: A figure of two digits or more.
_FIGURE = re.compile(r"-?([1-9]\d{0,2}(,\d{3})+|0(?=\.)|[1-9]\d+|[1-9](?=\.))(\.\d+)?%?")
#: A line strikes a glyph of a figure out that it goes through by so much of its width; one of a word beside it, by the other.
TOUCHED, TOUCHED_OF_WORD = 0.25, 0.5
#: Where the rules beside a line end so near (points), it is a table's border.
BORDER = 2.0
#: Digits whose bases differ by less than this share of their size are of one row, words by less than the other of this row or the next.
SAME_ROW, NEXT_ROW = 0.4, 1.2
#: The next line of a text is so far below its own, in shares of its size.
NEXT_LINE = (0.8, 1.4)
#: The lines of one text differ in size by less than this share of it.
SAME_SIZE = 0.1
#: What it leaves of a figure is its rest, and not another figure, if the struck glyphs are so many times as many.
FEW = 3


def struck_out(
    glyphs: Glyphs,
    horizontal: list[Box],
    vertical: list[Box],
    slanting: Sequence[Box] = (),
    notes: Sequence[Box] = (),
) -> tuple[np.ndarray, np.ndarray, list[Box]]:
    """Which glyphs have a line drawn through them, which of them one through several texts of a row, and those of the
    ``horizontal`` lines that do so, which are no rules.

    A line strikes out if it is no longer than the text, or in one cell; figures also if it is from border to border there, or
    little beyond, and goes on as no other line.  One that is little longer than the text strikes it out as well, if one of
    its ends is at no rule: those of rules are.  One through several texts strikes out the figures among them, unless most rows
    have one and most lines go through texts: rules beside their places.  A slanting one strikes figures alone; those of
    ``notes`` are no rules.
    """
    struck = np.zeros(len(glyphs), dtype=bool)
    in_rows = struck.copy()
    if not len(glyphs):
        return struck, in_rows, []
    striking: list[Box] = []
    through_rows: list[tuple[Box, np.ndarray, bool]] = []
    clear: list[Box] = []
    low, high = glyphs.base + 0.12 * glyphs.em, glyphs.base + 0.6 * glyphs.em
    touched = np.where(among(glyphs.char, FIGURES | SIGNS), TOUCHED, TOUCHED_OF_WORD) * (glyphs.x1 - glyphs.x0)
    of_notes = set(notes)
    is_alone = len(horizontal) == 1 and not vertical  # over a scan, whose rules are in its picture
    for line in (*horizontal, *notes):
        x0, y0, x1, y1 = line
        y = (y0 + y1) / 2
        under = (glyphs.x1 > x0 + touched) & (glyphs.x0 < x1 - touched) & ~glyphs.space
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
        texts = _texts_among(glyphs, met, walls)
        if short or across or _beyond_its_cell(x0, x1, walls) < -1:
            striking += [line] if free or across else []
            struck |= under & _on_a_level(glyphs, met)
        elif line in of_notes:
            struck |= _of_figures(glyphs, texts)
        elif len(texts) > 1 and (_meets_all_digits(glyphs, under, met) or is_alone):
            through_rows.append((line, _of_figures(glyphs, texts), _misses_words(glyphs, under, met)))
    for line, crossed in _strikes_of_rows(glyphs, through_rows, clear):
        striking.append(line)
        in_rows |= crossed
    struck |= in_rows
    for line in slanting:
        struck |= _struck_slantwise(glyphs, line)
    if struck.any():
        of = glyphs.figures
        # the few glyphs of a figure that a line which strikes the others out ends before
        struck |= (FEW * np.bincount(of, weights=~struck) <= np.bincount(of, weights=struck))[of]
        struck |= _other_lines(glyphs, struck, [line for line in horizontal if line not in striking])
    return struck, in_rows, striking


def _other_lines(glyphs: Glyphs, struck: np.ndarray, rules: Sequence[Box]) -> np.ndarray:
    """Which glyphs are the rest of a figure in two lines, between which there is no rule, if one of them is struck out."""
    found = np.zeros_like(struck)
    of = glyphs.figures
    figure = among(glyphs.char, FIGURES)
    for number in np.unique(of[struck & figure]):
        whole = np.flatnonzero(of == number)
        if not struck[whole].all():
            continue
        left, right = glyphs.x0[whole].min(), glyphs.x1[whole].max()
        over = figure & ~struck & (left < glyphs.x1) & (glyphs.x0 < right)
        over &= np.abs(glyphs.em - glyphs.em[whole[0]]) < SAME_SIZE * glyphs.em
        below = (glyphs.base[whole[0]] - glyphs.base) / glyphs.em
        for of_rest in np.unique(of[over & (NEXT_LINE[0] < np.abs(below)) & (np.abs(below) < NEXT_LINE[1])]):
            rest = np.flatnonzero(of == of_rest)
            low, high = sorted((glyphs.base[whole[0]], glyphs.base[rest[0]]))
            if any(low < rule[1] < high and rule[0] < right and left < rule[2] for rule in rules):
                continue
            lines = ["".join(glyphs.char[part]) for part in (whole, rest)]
            first, second = lines if below[rest[0]] > 0 else lines[::-1]
            found[rest] |= numbers.is_rest(first, second.rstrip("%"))
    return found


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
    if not found:
        return []
    rows = np.logical_or.reduce([crossed for _, crossed in found])
    beside_their_places = _levels(glyphs, rows) >= max(len({round(y) for _, y, *_ in clear}), _levels(glyphs) / 2)
    return [] if beside_their_places else found


def _on_a_level(glyphs: Glyphs, met: np.ndarray) -> np.ndarray:
    """Which glyphs stand on the level of some: a point is too low for a line to meet it, the mark of a footnote too high."""
    size = float(np.median(glyphs.em[met]))  # a percent sign is wide
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


def _texts_among(glyphs: Glyphs, met: np.ndarray, walls: Sequence[float]) -> list[np.ndarray]:
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


def without(glyphs: Glyphs, struck: np.ndarray, in_rows: np.ndarray) -> Glyphs:
    """``glyphs`` but for those ``struck`` out; those of a figure of which others are left are VEILED, as is the first glyph
    of each that is struck ``in_rows``: of its row no more than a name would be left, which is no rest of another one.
    """
    if not struck.any():
        return glyphs
    of = glyphs.figures
    ends = np.flatnonzero((struck[1:] != struck[:-1]) & (of[1:] == of[:-1]))
    new = np.zeros(len(of), dtype=int)
    new[[k + 1 for k in ends.tolist() if _are_two(glyphs, of, k)]] = 1
    of = of + np.cumsum(new)
    left = np.bincount(of, weights=~struck)[of] > 0
    left |= in_rows & np.concatenate([[True], of[1:] != of[:-1]])
    char = np.where(struck & left, VEILED, glyphs.char)
    return replace(glyphs, char=char).selected(~struck | left)


def _are_two(glyphs: Glyphs, of: np.ndarray, k: int) -> bool:
    """Whether behind glyph ``k``, where a line ends, the old figure and the new one meet: each is whole, both are no single one."""
    figure = np.flatnonzero(of == of[k])
    parts = ("".join(glyphs.char[figure[figure <= k]]), "".join(glyphs.char[figure[figure > k]]))
    return all(map(_FIGURE.fullmatch, parts)) and not _FIGURE.fullmatch("".join(parts))
