"""Which cell of a table each glyph of a page stands in, also where a text runs over the border of its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from jscore.pdf.glyphs import Glyphs
from jscore.pdf.lines import (
    CLOSE,
    LEVEL,
    MARK,
    OVER,
    RAISED,
    SMALL,
    SMALLER,
    UNEVEN,
    UNEVEN_GAP,
    UNLIKE,
    Piece,
    cell_lines,
)
from jscore.pdf.page_numbers import numbers_of_pages
from jscore.text.figures import has_words, is_amount
from jscore.text.numbers import APART, PARTED
from jscore.text.signs import DASHES, DIGITS, FIGURES, SIGNS_BEFORE, VEILED, among

#: A glyph lies across a border if it reaches beyond it by so much on both sides (points).
ACROSS = 0.5
#: A footnote's mark stands no further from its figure than so much of that one's size, and is raised by no more.
NEAR, HIGHEST = 0.45, 0.7
#: A text this close beside a table may be one of its cells' (points): looked at as a whole, however long.
BESIDE = 12.0
_POINTS = frozenset(".,")
#: A figure with its two decimals, or a percentage.
_AMOUNT = rf"-?(?:{PARTED}|\d+)\.\d\d"
_WHOLE = re.compile(_AMOUNT + "%?")
#: Two of them that nothing parts.
_TWO = re.compile(rf"(?<![\d.,])({_AMOUNT})({_AMOUNT})(?![\d.,])")
#: A figure with thousands apart, and the first part of one that cannot end there.
_GROUPED = re.compile(rf"-?{PARTED}(\.\d+)?")
_BEGUN = re.compile(r"-?\d{1,3}(,\d{3})*,\d{0,2}")
#: A figure, and nothing else.
_SINGLE = re.compile(rf"-?({PARTED}|\d+)(\.\d+)?")
#: A figure with its thousands apart or with decimals.
_OF_TWO = re.compile(rf"-?({PARTED}|(?=\d+\.)\d{{1,3}})(\.(?P<decimals>\d+))?")
#: The decimals of a figure.
_DECIMALS = re.compile(r"(?<![\d.,])[\d,]*\d\.(\d+)(?![\d.,])")
#: A function code whose parts stand in columns of their own.
_CODE_IN_PARTS = re.compile(r"(\d{3}\|)?\d\d(\|\d\d)?|\d{3}\|\d\d")
#: How near to its digits the sign of a figure is (of their size).
ADHERES = 0.2
#: What says that there is no figure stands at the same place in every row of its column (points).
SAME_PLACE = 0.5
#: More digits of a figure than so many do not run over the border of its cell.
OVERHANG = 2
#: A border so near the middle of a figure, in shares of its width, parts it into halves.
HALFWAY = 0.1
#: Punctuation that may hang over the right border of its cell.
HANGING = frozenset("，。、；：！？）》】」』”’…,.;:!?)%％")


def cell_texts(
    glyphs: Glyphs, owner: np.ndarray, xs: np.ndarray, ys: np.ndarray, widths: list[float]
) -> dict[int, tuple[tuple[str, ...], tuple[Piece, ...]]]:
    """The lines and pieces of text of every cell that has any, by each glyph's own position.

    ``owner`` says which cell each square between ``xs`` (rising) and ``ys`` (falling) belongs to.
    """
    level = np.flatnonzero((glyphs.base > ys[-1] - 6) & (glyphs.base < ys[0] + 6))
    run = _runs(glyphs.selected(level))
    reaching = np.isin(run, run[(glyphs.x[level] > xs[0] - BESIDE) & (glyphs.x[level] < xs[-1] + BESIDE)])
    if not reaching.any():
        return {}
    which, run = level[reaching], np.unique(run[reaching], return_inverse=True)[1]
    near = glyphs.selected(which)
    cell, row, col = _places(near, run, owner, xs, ys)
    _with_what_they_close(cell, near.char, run)
    char = near.char.copy()
    sign = np.flatnonzero(_signs(near))
    sign = sign[~_dashes(near, sign, cell, col)]
    parted: set[int] = set()
    decimals = _decimals(near.char, run, cell)
    for begins in _figures_across(near, run, cell, xs, decimals, parted):
        char[begins] = APART + char[begins]
    near = replace(near, char=char)
    for mark, figure in list(_marks_at_figures(near, cell)):
        cell[mark] = cell[figure]
    for part in _overflowing(near, run, cell, row, owner, xs):
        ends = {
            *_text_ends(near.selected(part), xs, decimals).tolist(),
            *np.flatnonzero(np.isin(part, [*parted])).tolist(),
        }
        _to_most(cell, np.split(part, sorted(ends)))
    cell[sign] = cell[sign + 1]
    printed = dict(_groups(np.where(near.space, -1, cell)))
    char[_marks_alone(near, cell, row) + numbers_of_pages(near, printed, {*owner[-1].tolist()}, xs)] += VEILED
    char[_over_each_other(near, among(glyphs.char[which], DIGITS), cell, row)] += VEILED
    every = glyphs.char.copy()
    every[which] = char
    listed = glyphs.listed._replace(char=every.tolist())
    return {i: cell_lines(listed, which[at].tolist(), widths[i]) for i, at in _groups(cell) if i >= 0}


def _places(
    near: Glyphs, run: np.ndarray, owner: np.ndarray, xs: np.ndarray, ys: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cell of each glyph, -1 beside the table, its row, which is that of its ``run``, and its column."""
    middle = (np.bincount(run, weights=near.y) / np.bincount(run))[run]
    col = np.searchsorted(xs, near.x, side="right") - 1
    row = np.searchsorted(-ys, -middle, side="right") - 1
    inside = (col >= 0) & (col < owner.shape[1]) & (row >= 0) & (row < owner.shape[0])
    cell = np.full(len(near), -1)
    cell[inside] = owner[row[inside], col[inside]]
    return cell, row, col


def _with_what_they_close(cell: np.ndarray, char: np.ndarray, run: np.ndarray) -> None:
    """Bring closing marks into the cell of what they close, also where they hang over the border; a point before a digit is none."""
    hanging = (run[1:] == run[:-1]) & among(char[1:], HANGING)
    hanging[:-1] &= ~((run[2:] == run[1:-1]) & among(char[1:-1], _POINTS) & among(char[2:], DIGITS))
    for k in np.flatnonzero(hanging) + 1:
        cell[k] = cell[k - 1]


def _signs(near: Glyphs) -> np.ndarray:
    """Which glyphs, the last left out, are the sign or the bracket that a figure begins with: also over a rule they are its."""
    gap = near.x0[1:] - near.x1[:-1]
    level = np.abs(np.diff(near.base)) < UNEVEN * near.em[1:]
    sign = among(near.char[:-1], SIGNS_BEFORE) & among(near.char[1:], DIGITS)
    at: np.ndarray = sign & level & (np.abs(gap) < ADHERES * near.em[1:])
    return at


def _dashes(near: Glyphs, sign: np.ndarray, cell: np.ndarray, col: np.ndarray) -> np.ndarray:
    """Which of the glyphs at ``sign`` say "none" in a cell before the figure's: where others that stand alone in their column do."""
    alone = np.flatnonzero(among(near.char, DASHES) & (np.bincount(cell + 1, minlength=cell.max() + 2)[cell + 1] == 1))
    same = (np.abs(near.x0[sign][:, None] - near.x0[alone][None, :]) < SAME_PLACE) & (
        col[sign][:, None] == col[alone][None, :]
    )
    at: np.ndarray = (cell[sign] != cell[sign + 1]) & same.any(axis=1)
    return at


def _decimals(char: np.ndarray, run: np.ndarray, cell: np.ndarray) -> set[int]:
    """How many decimals the figures print, those left out that may run over a border."""
    ends = run[1:] != run[:-1]
    across = np.unique(run[1:][~ends & (cell[1:] != cell[:-1])])
    plain = np.where(np.isin(run, across), " ", char).tolist()
    text = "".join(one + " " if end else one for one, end in zip(plain, [*ends.tolist(), True], strict=True))
    return {len(found) for found in _DECIMALS.findall(text)}


def _figures_across(
    near: Glyphs, run: np.ndarray, cell: np.ndarray, xs: np.ndarray, decimals: set[int], parted: set[int]
) -> Iterator[int]:
    """Bring figures that run over a border into the cell that most of each stands in; ``cell`` is changed, and the glyphs
    at which the second of two that touch begins for certain go into ``parted``.

    Where what is brought together can be one figure or the figures of two cells that touch, the glyphs are given at
    which the second would begin.
    """
    figure = among(near.char, FIGURES | {VEILED})
    gap, size = near.x0[1:] - near.x1[:-1], np.maximum(near.em[1:], near.em[:-1])
    level = np.abs(np.diff(near.base)) < LEVEL * size
    touching = (run[1:] == run[:-1]) & figure[1:] & figure[:-1] & level & (gap < UNLIKE * size)
    of = np.concatenate([[0], np.cumsum(~touching)])
    for number in np.unique(of[1:][touching & (cell[1:] != cell[:-1])]):
        part = np.flatnonzero(of == number)
        ends = _text_ends(near.selected(part), xs, decimals)
        if len(ends):  # their gap tells the figures of two cells apart
            texts = np.split(part, ends)
            plain = (text for text in texts if DIGITS.issuperset(near.char[text]))
            yield from (begins for text in plain for begins in _far_across(text, cell))
            _to_most(cell, texts)
            continue
        cuts = np.flatnonzero(np.diff(cell[part])) + 1
        each = ["".join(near.char[piece]) for piece in np.split(part, cuts)]
        if decimals <= {2} and all(map(_WHOLE.fullmatch, each)):
            continue
        if _CODE_IN_PARTS.fullmatch("|".join(each)) and _stands_before_name(near, part):
            continue
        begins = part[0] == 0 or run[part[0] - 1] != run[part[0]]
        single = begins and len(each) == 2 and _SINGLE.fullmatch("".join(each))
        if single and has_words(near.char[cell == cell[part[0]]]):
            cell[part] = cell[part[-1]]
            continue
        if at := _only_way_to_part("".join(each), decimals):
            _to_most(cell, [part[:at], part[at:]])
            parted.add(int(part[at]))
            continue
        one = len(each) == 2 and _BEGUN.fullmatch(each[0]) and _GROUPED.fullmatch("".join(each))
        unclear = not one and not _WHOLE.fullmatch("".join(each))
        if (unclear or _halfway(near, part, xs)) and (cell[part] >= 0).all():
            yield from part[cuts].tolist()
        cell[part] = np.bincount(cell[part][cell[part] >= 0]).argmax()


def _halfway(near: Glyphs, part: np.ndarray, xs: np.ndarray) -> bool:
    """Whether a border goes through the middle of a figure, which may be of either cell."""
    left, right = near.x0[part].min(), near.x1[part].max()
    return bool((np.abs(xs - (left + right) / 2) < HALFWAY * (right - left)).any())


def _stands_before_name(near: Glyphs, part: np.ndarray) -> bool:
    """Whether words follow a number on its level, or none stand before it, as is so of a code."""
    level = np.flatnonzero((np.abs(near.base - near.base[part[0]]) < LEVEL * near.em[part[0]]) & ~near.space)
    behind = level[near.x0[level] > near.x[part[-1]]]
    before = level[near.x1[level] < near.x[part[0]]]
    following = near.char[behind[np.argmin(near.x0[behind])]] if len(behind) else ""
    return has_words(following) or not has_words(near.char[before])


def _far_across(text: np.ndarray, cell: np.ndarray) -> list[int]:
    """Where digits of a text, nothing else in it, begin in another cell that are too many there to have run over its border."""
    pieces = np.split(text, np.flatnonzero(np.diff(cell[text])) + 1)
    return [int(piece[0]) for piece in pieces[1:] if len(piece) > OVERHANG]


def _only_way_to_part(both: str, decimals: set[int]) -> int | None:
    """Where the second of two figures with as many decimals begins that touch, if it can begin nowhere else.

    ``decimals`` are as many as the figures around print: two that have others each may be parted in other ways, too.
    """
    ways = [
        at
        for at in range(1, len(both))
        if (left := _OF_TWO.fullmatch(both[:at]))
        and (right := _OF_TWO.fullmatch(both[at:]))
        and (places := len(left["decimals"] or "")) == len(right["decimals"] or "")
        and (not places or not decimals or places in decimals)
    ]
    return ways[0] if len(ways) == 1 and not _OF_TWO.fullmatch(both) else None


def _to_most(cell: np.ndarray, texts: list[np.ndarray]) -> None:
    """Bring each text into the cell that most of it stands in."""
    for text in texts:
        cell[text] = np.bincount(cell[text] + 1).argmax() - 1


def _over_each_other(near: Glyphs, digit: np.ndarray, cell: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Those of the ``digit`` glyphs over which one of the figure of another cell lies."""
    digits = np.flatnonzero(digit & (cell >= 0))
    from_left = digits[np.lexsort((near.x0[digits], row[digits]))]
    left, right = from_left[:-1], from_left[1:]
    over = near.x0[right] - near.x1[left] < -OVER * near.em[right]
    over &= (near.x0[right] >= near.x0[left]) & (cell[left] != cell[right])
    over &= np.abs(near.base[right] - near.base[left]) < CLOSE * near.em[right]
    return np.concatenate([left[over], right[over]])


def _marks_at_figures(near: Glyphs, cell: np.ndarray) -> Iterator[tuple[int, int]]:
    """Raised digits, each with the last glyph of the figure in another cell that it is set at.

    Small ones are marks of footnotes; others may be, if they stand alone in their cell.
    """
    digit, wide, usual, few = _digits(near, cell)
    digits = np.flatnonzero(digit)
    ends, reach = near.x1[digits], NEAR * near.em[digits]
    for k in np.flatnonzero(digit & ((wide < SMALL * usual) | few)):
        apart = np.abs(near.x0[k] - ends)
        beside = np.flatnonzero(apart < reach)
        beside = beside[cell[digits[beside]] != cell[k]]
        at = digits[beside]
        fits = _is_raised(near.base[k] - near.base[at], near.em[at])
        fits &= (wide[k] < SMALL * np.maximum(wide[at], usual)) | few[k]
        if fits.any():
            yield int(k), int(at[fits][np.argmin(apart[beside][fits])])


def _marks_alone(near: Glyphs, cell: np.ndarray, row: np.ndarray) -> list[int]:
    """Small digits alone in their cell, raised above the figures of their row or in small print beside them: marks and
    ordinals whose figure is out of sight.
    """
    digit, wide, usual, few = _digits(near, cell)
    full = digit & (wide >= SMALLER * usual)
    alone = []
    for k in np.flatnonzero(digit & ~full & few & (cell >= 0)):
        beside = full & (row == row[k])
        raised = _is_raised(near.base[k] - near.base[beside], near.em[beside])
        if beside.any() and (raised | (near.em[k] < SMALL * near.em[beside])).all():
            alone.append(int(k))
    return alone


def _digits(near: Glyphs, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Which glyphs are digits, how wide each is and digits usually are, and which have no more beside them than a mark has."""
    digit, wide = among(near.char, DIGITS), near.x1 - near.x0
    inked = np.bincount(cell[~near.space] + 1, minlength=cell.max() + 2)
    return digit, wide, float(np.median(wide[digit])) if digit.any() else 0.0, inked[cell + 1] <= MARK


def _is_raised(by: np.ndarray, size: np.ndarray) -> np.ndarray:
    return (by > RAISED * size) & (by < HIGHEST * size)


def _overflowing(
    near: Glyphs, run: np.ndarray, cell: np.ndarray, row: np.ndarray, owner: np.ndarray, xs: np.ndarray
) -> list[np.ndarray]:
    """Runs of glyphs that lie across the border of their cell, as a spreadsheet prints text too long for it.

    Words do also where the border falls between two that touch.
    """
    left = np.searchsorted(xs, near.x0 + ACROSS, side="right") - 1
    right = np.searchsorted(xs, near.x1 - ACROSS, side="right") - 1
    inside = (left >= 0) & (right < owner.shape[1]) & (row >= 0) & (row < owner.shape[0]) & (left < right)
    across = np.flatnonzero(inside)
    across = across[owner[row[across], left[across]] != owner[row[across], right[across]]]
    words = ~among(near.char, FIGURES) & (cell >= 0)
    touching = words[1:] & words[:-1] & (np.abs(near.x0[1:] - near.x1[:-1]) < UNEVEN_GAP * near.em[1:])
    on = np.flatnonzero(touching & (run[1:] == run[:-1]) & (cell[1:] != cell[:-1]))
    return [np.flatnonzero(run == number) for number in np.unique(run[np.concatenate([across, on])])]


def _text_ends(run: Glyphs, xs: np.ndarray, decimals: set[int]) -> np.ndarray:
    """Where the texts of two cells that touch meet: at a border, and not as near, or not as level, as the glyphs of one text."""
    gap = run.x0[1:] - run.x1[:-1]
    if not len(gap):
        return np.zeros(0, dtype=int)
    em = np.maximum(run.em[1:], run.em[:-1])
    middle = (run.x0[1:] + run.x1[:-1]) / 2
    border = np.abs(middle[:, None] - xs[None, :]).min(axis=1)
    uneven = np.abs(gap - np.median(gap)) > UNEVEN_GAP * em
    digit, point = among(run.char, DIGITS), among(run.char, _POINTS)
    in_figure = digit[:-1] & point[1:] | point[:-1] & digit[1:]  # points are set closer, or wider, than digits
    aslant = np.abs(np.diff(run.base)) > LEVEL * em
    begins = (uneven & ~_evenly(run, digit, em) | aslant) & ~in_figure
    text = "".join(run.char)
    if decimals <= {2} and len(text) == len(run) and not aslant.any():
        begins[[two.end(1) - 1 for two in _TWO.finditer(text)]] = True
    return np.flatnonzero(begins & (border < em) | _figure_begins(run, xs)) + 1


def _evenly(run: Glyphs, digit: np.ndarray, em: np.ndarray) -> np.ndarray:
    """Which digits follow the one before as most do, from left side to left side or middle to middle: a 1 may be narrower."""
    pairs = digit[:-1] & digit[1:]
    evenly = np.zeros(len(pairs), dtype=bool)
    for step in map(np.diff, (run.x0, run.x)):
        usual = np.median(step[pairs]) if pairs.any() else 0.0
        evenly |= pairs & (np.abs(step - usual) < UNEVEN_GAP * em)
    return evenly


def _figure_begins(run: Glyphs, xs: np.ndarray) -> np.ndarray:
    """Where the figures at the end of a run begin, if that is right of a border that its words reach: the next cell's.

    Words that run far over the border may have an amount behind them, but no other figure.
    """
    figures = among(run.char, FIGURES)
    first = len(run) - int(np.argmin(figures[::-1])) if not figures.all() else 0
    begins = np.zeros(len(run) - 1, dtype=bool)
    if 0 < first < len(run):
        reached = run.x0[0] + run.em[0] if is_amount("".join(run.char[first:])) else run.x1[first - 1] - run.em[first]
        border = (xs < run.x0[first] + ACROSS) & (xs > reached)
        begins[first - 1] = bool(border.any())
    return begins


def _groups(keys: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Positions of every value of ``keys``."""
    order = np.argsort(keys, kind="stable")
    values, starts = np.unique(keys[order], return_index=True)
    return list(zip(values.tolist(), np.split(order, starts[1:]), strict=True))


def _runs(glyphs: Glyphs) -> np.ndarray:
    """A number for every unbroken run of glyphs: drawn one after the other on one baseline."""
    size = np.maximum(glyphs.em[1:], glyphs.em[:-1])
    gap = glyphs.x0[1:] - glyphs.x1[:-1]
    broken = (np.abs(np.diff(glyphs.base)) > 0.3 * size) | (gap > 0.6 * size) | (gap < -0.6 * size)
    for k in np.flatnonzero(~broken & (np.abs(gap) > 0.1 * size)):
        # a figure set against the end of a word is another text
        broken[k] = glyphs.char[k] not in FIGURES and glyphs.char[k + 1] in DIGITS
    return np.concatenate([[0], np.cumsum(broken)])[: len(glyphs)]
