"""Glyphs as lines of text: what one figure is and what two are, where words and figures part, what is a footnote's mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import numpy as np

from jscore.pdf.boxes import Box
from jscore.pdf.glyphs import Listed
from jscore.pdf.pages import Line, Page
from jscore.text.numbers import APART
from jscore.text.signs import DASHES, DIGITS, FIGURES, SIGNS, VEILED

#: Glyphs of one line have baselines no further apart than so much of their size.
SAME_LINE = 0.45
#: A footnote's mark has so many digits, is smaller than so much of a figure's size, and raised by so much of it.
MARK, SMALL, RAISED = 2, 0.82, 0.15
#: What stands beside a figure is in small print below so much of its size: fonts tell their heights so differently.
MUCH_SMALLER = 0.72
#: One that is raised may be as large as this: browsers set it in 5/6 of the size.
SMALLER = 0.87
#: Digits further apart than so much of their size are of two figures; a mark at a figure stands higher than so much of it.
GAP, UNEVEN = 0.45, 0.12
#: A gap between digits that is wider than another of the line by so much of their size parts two figures.
UNLIKE = 0.15
#: Digits are of one figure only if their lines are this near.
LEVEL = 0.03
#: Digits that lie over each other by so much of their size are of two figures, or one was written over.
OVER, TIGHT = 0.2, 0.25
#: Over so much of it if they were not drawn one after the other.
AGAIN = 0.1
#: Glyphs of one text begin within so much of their size from where the one before ends.
NEXT = 0.6
#: Like digits of one figure are as wide but for so much.
LIKE = 0.05
#: Lines nearer than so much of a digit's size lie over each other.
CLOSE = 0.7
#: The gaps between the glyphs of one text are even to so much of their size.
UNEVEN_GAP = 0.06
#: Some fonts give glyphs no size (points).
TINY = 1e-9
#: White on both sides of a text in its cell (points).
ROOM = 8.0
#: Digits, signs and a point: a figure that stands apart behind one is another.
_SIGNED = DIGITS | frozenset("-.")
#: A footnote's mark, be it in brackets.
_MARK = re.compile(rf"[\[(（［〔【]?(\d{{1,{MARK}}}|[*＊]+)[\])）］〕】]?")
#: A group of thousands has so many digits; one that a line cuts.
THOUSANDS = 3
_CUT_THOUSANDS = re.compile(r",(\d{1,2})$")
_SMALL_NUMBER = re.compile(r"[(（]?\d{1,3}[)）.、]?")
#: The end of one group of columns and the beginning of the next.
_AMOUNT_AND_CODE = re.compile(rf"([^{APART}{VEILED}]*\.\d\d){APART}(\d{{3}}(?:\d\d){{0,2}})")
_IN_FIGURES = FIGURES | SIGNS
#: What may lie under a digit: the other signs of figures, white, and the line of a blank to fill in.
_MAY_LIE_UNDER = FIGURES - DIGITS | frozenset(" \u3000_＿")

#: x from, x to, and the text of a stretch of a line.
Piece = tuple[float, float, str]


def cell_lines(glyphs: Listed, which: list[int], width: float) -> tuple[tuple[str, ...], tuple[Piece, ...]]:
    """Glyphs as lines of text, top to bottom, each left to right, and the pieces that wide gaps leave of them.

    Two figures in a cell are two texts: a blank stands between them, so that nobody takes them for one.
    ``width`` is the cell's: a figure goes on in the next line only where there was no room for it.
    """
    lines: list[str] = []
    pieces: list[Piece] = []
    above: list[int] = []
    for line in _level(glyphs, _without_small(glyphs, which), marks=True):
        parts = [_without_raised(glyphs, part) for part in _one_after_the_other(glyphs, line)]
        line = [i for part in parts for i in part]
        text = APART.join(_line_text(glyphs, part) for part in parts)
        if not text:
            continue
        ink = [i for i in line if not glyphs.space[i]]
        figure = "".join(lines).split(APART)[-1]
        another = above and _another_figure(glyphs, above, ink, figure, text, width)
        if another or above and _over_words(glyphs, above, ink, figure, text):
            lines[-1] += APART
        lines.append(text)
        pieces += _pieces(glyphs, ink, text)
        above = ink
    return tuple(lines), tuple(pieces)


def lines_outside(page: Page, boxes: Iterable[Box]) -> list[Line]:
    """The lines of text of a page that stand in none of the ``boxes`` of its tables, top to bottom."""
    glyphs = page.glyphs
    free = np.ones(len(glyphs), dtype=bool)
    for left, low, right, top in boxes:
        free &= ~((glyphs.x > left - 3) & (glyphs.x < right + 3) & (glyphs.y > low) & (glyphs.y < top))
    lines = _level(glyphs.listed, np.flatnonzero(free).tolist(), marks=False)
    return [_line(page, line, ink) for line in lines if (ink := [i for i in line if not glyphs.listed.space[i]])]


def _line(page: Page, line: list[int], ink: list[int]) -> Line:
    glyphs = page.glyphs.listed
    base, em = _median([glyphs.base[i] for i in ink]), _median([glyphs.em[i] for i in ink])
    box = (min(glyphs.x0[i] for i in ink), base - 0.2 * em, max(glyphs.x1[i] for i in ink), base + 0.9 * em)
    text = _line_text(glyphs, line)
    return Line(text, box, page.number, tuple(_pieces(glyphs, ink, text)), page.shown(box))


def _level(glyphs: Listed, which: list[int], marks: bool) -> Iterator[list[int]]:
    """Glyphs by the line that they stand on, top to bottom, each left to right; it may begin with small raised ``marks``."""
    base, em, x0 = glyphs.base, glyphs.em, glyphs.x0
    if len({base[i] for i in which}) == 1:
        yield sorted(which, key=x0.__getitem__)
        return
    which = sorted(which, key=lambda i: (-base[i], x0[i]))
    start = 0
    for k in range(1, len(which) + 1):
        first = which[start]
        size = em[first]
        if marks and k < len(which) and base[first] != base[which[k]]:  # a point or a bracket has no size to go by
            size = max(em[i] for i in which if base[i] in (base[first], base[which[k]]))
        if k == len(which) or base[first] - base[which[k]] > SAME_LINE * size:
            yield sorted(which[start:k], key=x0.__getitem__)
            start = k


def _one_after_the_other(glyphs: Listed, line: list[int]) -> list[list[int]]:
    """A line in which a figure is printed over words as several texts: else its digits would stand between their letters."""
    x0, x1, em, char = glyphs.x0, glyphs.x1, glyphs.em, glyphs.char
    if not any(
        x1[left] - x0[right] > (OVER if abs(right - left) > 1 else NEXT) * em[right]
        and (char[left] in DIGITS) != (char[right] in DIGITS)
        for left, right in pairwise(line)
    ):
        return [line]
    texts: list[list[int]] = []
    for i in sorted(line):
        if texts and abs(x0[i] - x1[texts[-1][-1]]) <= NEXT * em[i]:
            texts[-1].append(i)
        else:
            texts.append([i])
    return sorted(texts, key=lambda text: x0[text[0]])


def _without_small(glyphs: Listed, which: list[int]) -> list[int]:
    """The glyphs of a cell without a number in small print apart from its figure: a count, an ordinal, the number of a page."""
    sizes = [glyphs.em[i] for i in which if glyphs.char[i] in DIGITS]
    if not sizes or min(sizes) >= MUCH_SMALLER * max(sizes):
        return which
    small = {i for i in which if glyphs.em[i] < MUCH_SMALLER * max(sizes) and glyphs.char[i] not in "., "}
    wide = {i: glyphs.x1[i] - glyphs.x0[i] for i in which if glyphs.char[i] in DIGITS}
    if max(wide[i] for i in small & wide.keys()) > SMALLER * max(wide[i] for i in wide.keys() - small):
        return which  # a font with high boxes
    texts = ["".join(glyphs.char[i] for i in of) for is_small, of in groupby(which, key=small.__contains__) if is_small]
    usual = [i for i in which if i not in small]
    rest = "".join(_line_text(glyphs, line) for line in _level(glyphs, usual, marks=True))
    number = len(texts) == 1 and _SMALL_NUMBER.fullmatch(texts[0]) is not None
    if not (number and _of_figures(rest) and all(_is_apart(glyphs, i, usual) for i in small)):
        return which
    return usual


def _is_apart(glyphs: Listed, small: int, others: list[int]) -> bool:
    """Whether a glyph in small print stands on another line than ``others`` and not over them, or further from them than
    those of a figure.
    """

    def is_apart(i: int) -> bool:
        aside = max(glyphs.x0[small] - glyphs.x1[i], glyphs.x0[i] - glyphs.x1[small])
        raised = abs(glyphs.base[small] - glyphs.base[i])
        over = aside < 0 and raised < CLOSE * min(glyphs.em[small], glyphs.em[i])
        return aside > GAP * glyphs.em[i] or raised > UNEVEN * glyphs.em[i] and not over

    return all(map(is_apart, others))


def _without_raised(glyphs: Listed, line: list[int]) -> list[int]:
    """A line without the small raised marks at a figure: they lead to a footnote and are no digits of it."""
    on = [glyphs.base[i] for i in line]
    if max(on) - min(on) < RAISED * min(glyphs.em[i] for i in line):
        return line
    ink = np.array([not glyphs.space[i] for i in line])
    digits = ink & np.array([glyphs.char[i] in DIGITS for i in line])
    if ink.sum() < 2 or not digits.any():
        return line
    # fonts differ in how wide and how high their digits are: a mark may be small in either
    base, size = np.array(on), np.array([glyphs.em[i] for i in line])
    wide = np.array([glyphs.x1[i] - glyphs.x0[i] for i in line])
    usual = float(np.median(size[digits]))
    ground = float(np.median(base[digits & (size >= usual)]))
    small = (size < SMALLER * usual) | digits & (wide < SMALLER * np.median(wide[digits]))
    raised = small & ink & (base > ground + RAISED * usual)
    is_mark = dict(zip(line, raised.tolist(), strict=True))
    texts = [(mark, "".join(glyphs.char[i] for i in of)) for mark, of in groupby(line, key=is_mark.__getitem__)]
    marks = [text for mark, text in texts if mark]
    rest = "".join(text for mark, text in texts if not mark)
    if not (marks and all(map(_MARK.fullmatch, marks)) and _of_figures("".join(rest.split()))):
        return line
    for left, right in pairwise(line):
        if is_mark[left] != is_mark[right] and glyphs.x1[left] - glyphs.x0[right] > OVER * glyphs.em[right]:
            return line  # one lies over the other
    return [i for i in line if not is_mark[i]]


def _of_figures(text: str) -> bool:
    """Whether a text is made of nothing else than a figure is."""
    return _IN_FIGURES.issuperset(text) and not DIGITS.isdisjoint(text)


def _line_text(glyphs: Listed, line: list[int]) -> str:
    """The text of a line; a blank parts two digits that stand far apart, or on different lines, or differ in size.

    Between two that are drawn over each other, which nobody can read, stands VEILED, too; it stands on both sides of a
    digit that lies over a word.
    """
    chars = [glyphs.char[i] for i in line]
    if FIGURES.isdisjoint(chars):
        return "".join(chars).strip()
    x0, x1, base, em = glyphs.x0, glyphs.x1, glyphs.base, glyphs.em
    places = [
        k
        for k in range(1, len(line))
        if chars[k - 1] in FIGURES and chars[k] in FIGURES and not (glyphs.space[line[k - 1]] or glyphs.space[line[k]])
    ]
    pairs = [(line[k - 1], line[k]) for k in places]
    gaps = [(x0[right] - x1[left]) / max(em[left], em[right], TINY) for left, right in pairs]
    even = max(0.0, min(gaps, default=0.0))
    usual = _median(gaps) if gaps else 0.0
    unlike = _are_unlike(glyphs, line)
    # the boxes of slanted glyphs overlap, all of them
    tight = min(max(sorted(gaps)[len(gaps) // 2], -TIGHT), 0.0) if gaps else 0.0
    for k, (left, right), gap in zip(places, pairs, gaps, strict=True):
        size = max(em[left], em[right])
        if chars[k - 1] in DIGITS and chars[k] in DIGITS:
            of_two = gap > min(GAP, even + UNLIKE)
            in_turn = abs(right - left) == 1  # drawn one after the other
            uneven = abs(gap - usual) > UNEVEN_GAP
            as_one = in_turn and not unlike and not uneven
            of_two |= min(em[left], em[right]) < (SMALL if as_one else 1 - LIKE) * size
            of_two |= abs(base[right] - base[left]) > LEVEL * size
            of_two |= not in_turn and uneven
        else:  # a sign is as high, wide and near as its font has it
            of_two = gap > GAP and chars[k - 1] in _SIGNED and chars[k] in DIGITS
            of_two |= chars[k - 1] == "%" and chars[k] in DIGITS
        over = gap < tight - OVER or gap < -AGAIN and abs(right - left) > 1
        if over or of_two:
            chars[k] = APART + (VEILED if over else "") + chars[k]
    for k in _digits_in_words(glyphs, line):
        chars[k] = VEILED + chars[k] + VEILED
    return "".join(chars).strip()


def _digits_in_words(glyphs: Listed, line: list[int]) -> set[int]:
    """The places of a line where a digit lies over a sign of a word beside it that was not drawn before or after it."""
    places = set()
    for k in range(1, len(line)):
        left, right = line[k - 1], line[k]
        first, second = glyphs.char[left], glyphs.char[right]
        if (first in DIGITS) == (second in DIGITS) or not _MAY_LIE_UNDER.isdisjoint((first, second)):
            continue
        digit = k - 1 if first in DIGITS else k
        if right != left + 1 and glyphs.x0[right] - glyphs.x1[left] < -OVER * glyphs.em[line[digit]]:
            places.add(digit)
    return places


def _are_unlike(glyphs: Listed, line: list[int]) -> bool:
    """Whether a digit stands twice on a line, in two sizes."""
    widths: dict[str, float] = {}
    for i in line:
        if glyphs.char[i] in DIGITS:
            wide = glyphs.x1[i] - glyphs.x0[i]
            if abs(wide - widths.setdefault(glyphs.char[i], wide)) > LIKE * wide:
                return True
    return False


def _median(values: list[float]) -> float:
    """As numpy's, which takes long for a few."""
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _another_figure(glyphs: Listed, above: list[int], line: list[int], upper: str, lower: str, width: float) -> bool:
    """Whether a line of figures under another one is a figure of its own, not the rest that had no room above."""
    if not (_of_figures(upper.replace(APART, "")) and _of_figures(lower.replace(APART, ""))):
        return False
    size, apart = _median([glyphs.em[i] for i in line]), glyphs.base[above[0]] - glyphs.base[line[0]]
    if UNEVEN < apart / max(size, TINY) < CLOSE and size > SMALL * _median([glyphs.em[i] for i in above]):
        return True
    if upper.endswith((".", ",", "，", "-")) or lower.startswith((".", ",", "，")):
        return False
    cut, rest = _CUT_THOUSANDS.search(upper), len(lower) - len(lower.lstrip("0123456789"))
    if cut and len(cut[1]) + rest == THOUSANDS or upper[0] in "(（" and lower[-1] in ")）" and upper[-1] not in ")）":
        return False
    used = max(glyphs.x1[i] for i in above) - min(glyphs.x0[i] for i in above)
    digit = _median([glyphs.x1[i] - glyphs.x0[i] for i in above])
    return used + digit + ROOM < width


def _over_words(glyphs: Listed, above: list[int], line: list[int], upper: str, lower: str) -> bool:
    """Whether of two lines one is a figure and the other are words, and they lie over each other."""
    if _of_figures(upper) == _of_figures(lower):
        return False
    size = _median([glyphs.em[i] for i in line])
    aside = max(glyphs.x0[line[0]] - glyphs.x1[above[-1]], glyphs.x0[above[0]] - glyphs.x1[line[-1]])
    return aside < 0 and glyphs.base[above[0]] - glyphs.base[line[0]] < CLOSE * size


def _pieces(glyphs: Listed, line: list[int], whole: str) -> list[Piece]:
    """The stretches of a line that gaps part: wide ones anywhere, narrow ones between a figure, or a dash for none, and a word.

    ``whole`` is the text of the line, with its figures apart: so they are in its pieces.
    """
    x0, x1, em, char = glyphs.x0, glyphs.x1, glyphs.em, glyphs.char
    edges: list[int] = []
    for k in range(1, len(line)):
        left, right = line[k - 1], line[k]
        gap = x0[right] - x1[left]
        none = char[left] in DASHES and (not edges and k == 1 or edges[-1:] == [k - 1])
        parted = gap > 0.8 * em[right] or (char[left] in FIGURES) != (char[right] in FIGURES) or none
        if parted and gap > 0.1 * em[right]:
            edges.append(k)
    pieces = []
    for a, b in pairwise([0, *edges, len(line)]):
        text = "".join([char[i] for i in line[a:b]])
        if APART in whole and _of_figures(text):
            text = _line_text(glyphs, line[a:b])
        two = _AMOUNT_AND_CODE.fullmatch(text)
        cut = a + len(two[1]) if two else b
        pieces.append((x0[line[a]], x1[line[cut - 1]], two[1] if two else text))
        if two:
            pieces.append((x0[line[cut]], x1[line[b - 1]], two[2]))
    return pieces
