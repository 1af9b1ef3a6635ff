"""Numbers of pages that are printed over a cell of a table's last row: short, and not set as the figures around are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jscore.pdf.glyphs import Glyphs
from jscore.text.figures import has_words
from jscore.text.signs import DIGITS, FIGURES, among

#: The number of a page, and how much of its size it stands above or below the line of a row.
_PAGE = re.compile(r"[-–—－·(（]?[1-9]\d{0,2}[-–—－·)）]?")
NOT_LEVEL = 0.3
#: What the heading of a column of ordinals has: 行次, 序号.
_ORDINALS = frozenset("次序")
#: Like digits differ by more than so much of their width in another font or size, and the places of figures in their cells by
#: less than STEADY (points).
OTHER_DIGITS, STEADY = 0.01, 1.0


@dataclass(frozen=True)
class _Set:
    """How a text is set in its cell: its characters and how wide each is, and how far from the left and the right border of
    its column and from the middle it stands.
    """

    chars: list[str]
    widths: list[float]
    column: int
    left: float
    place: tuple[float, float, float]

    @classmethod
    def of(cls, near: Glyphs, which: np.ndarray, xs: np.ndarray) -> _Set:
        x0, x1 = near.x0[which], near.x1[which]
        column = int(np.searchsorted(xs, near.x[which[-1]]).clip(1, len(xs) - 1))
        before, behind = float(x0[0] - xs[column - 1]), float(xs[column] - x1[-1])
        place = before, behind, (behind - before) / 2
        return cls(near.char[which].tolist(), (x1 - x0).tolist(), column, float(x0[0]), place)

    @property
    def text(self) -> str:
        return "".join(self.chars)

    @property
    def is_figure(self) -> bool:
        return FIGURES.issuperset(self.chars) and not DIGITS.isdisjoint(self.chars)

    @property
    def digits(self) -> list[tuple[str, float]]:
        return [(char, wide) for char, wide in zip(self.chars, self.widths, strict=True) if char in DIGITS]


def numbers_of_pages(near: Glyphs, printed: Mapping[int, np.ndarray], last: set[int], xs: np.ndarray) -> list[int]:
    """The digits of short numbers alone in a cell of the ``last`` row that are not set as its other figures are: the number of
    the page may be printed over a blank cell.  ``printed`` has the glyphs of each cell, -1 those beside the table.
    """
    level = [
        number
        for number in sorted(last & printed.keys())
        if np.ptp(near.base[printed[number]]) < NOT_LEVEL * near.em[printed[number]].max()
    ]
    digits: list[int] = []
    for number in level:
        each, others = printed[number], [printed[other] for other in level if other != number]
        if not others or not _PAGE.fullmatch("".join(near.char[each])):
            continue
        apart = min(abs(near.base[each[0]] - near.base[other[0]]) for other in others)
        if apart > NOT_LEVEL * near.em[each].max() or _is_odd(number, near, printed, last, xs):
            digits += each[among(near.char[each], DIGITS)].tolist()
    return digits


def _is_odd(number: int, near: Glyphs, printed: Mapping[int, np.ndarray], last: set[int], xs: np.ndarray) -> bool:
    """Whether the whole ``number`` in a cell behind the words of its row, the ``last``, is set otherwise than the figures of the
    row and of its column are.
    """
    own = _Set.of(near, printed[number], xs)
    texts = {key: _Set.of(near, which, xs) for key, which in printed.items() if key != number and key >= 0}
    words = max((text.left for key, text in texts.items() if key in last and has_words(text.text)), default=0.0)
    figures = {key: text for key, text in texts.items() if text.left > words and text.is_figure}
    beside = [text for key, text in figures.items() if key in last]
    column = [text for text in figures.values() if text.column == own.column]
    ordinal = any(not _ORDINALS.isdisjoint(text.chars) for text in texts.values() if text.column == own.column)
    if own.left < words or not beside or ordinal:
        return False
    around = [*beside, *column]
    if _in_other_digits(own, around) or column and all("." in text.chars[:-1] for text in around):
        return True
    if len(column) < 2 and any(_PAGE.fullmatch(text.text) for text in around):
        return False
    return _at_another_place(own, column if len(column) > 1 else [*figures.values()])


def _in_other_digits(number: _Set, figures: Sequence[_Set]) -> bool:
    """Whether a number is set in another font or size than ``figures``, which are all in one, as no scan is."""
    usual: dict[str, list[float]] = defaultdict(list)
    for figure in figures:
        for digit, wide in figure.digits:
            usual[digit].append(wide)
    exact = all(max(widths) - min(widths) < OTHER_DIGITS * min(widths) for widths in usual.values())
    other = [
        min(abs(each - wide) for each in usual[digit]) > OTHER_DIGITS * wide
        for digit, wide in number.digits
        if digit in usual
    ]
    return exact and bool(other) and all(other)


def _at_another_place(number: _Set, figures: Sequence[_Set]) -> bool:
    """Whether a number stands at no place of its cell at which all ``figures`` stand in theirs."""
    places = np.array([figure.place for figure in figures])
    steady = np.ptp(places, axis=0) < STEADY
    return bool(len(places) > 1 and steady.any() and (np.abs(places[0] - number.place)[steady] > 2 * STEADY).all())
