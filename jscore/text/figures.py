"""What a printed text is: a figure and nothing else, an amount, or something that a figure is in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from jscore.text import numbers
from jscore.text.normal import nfkc
from jscore.text.signs import VEILED

#: A number with its sign, or in brackets; of digits that are out of sight VEILED is left.
_NUMBER = rf"[(+△▲-]{{0,2}}¥?[\d{VEILED}][\d,{VEILED}]*(?:\.[\d{VEILED}]*)?"
_FIGURE = re.compile(rf"{_NUMBER}\)?(?:%|‰|{numbers.MONEY})?\)?")
#: A figure in a cell may be a count with its unit, or what stands for one that had no room.
_PRINTED = re.compile(rf"[#{VEILED}]{{2,}}|{_NUMBER}\)?(?:%|‰|[\u4e00-\u9fff]{{0,3}})")
_DATE = re.compile(r"(19|20)\d\d(年度?)?|\d{1,2}(年|月|日|级|类|款|项)")
_AMOUNT = re.compile(r"\d[.,]\d|[%‰元]\)?$")


@lru_cache(maxsize=1 << 14)
def is_figure(text: str) -> bool:
    """Whether ``text`` is one figure and nothing else, be it with its unit of money or a sign of percent."""
    text = nfkc(text)
    return _FIGURE.fullmatch(text) is not None and any(map(str.isdigit, text))


def is_amount(text: str) -> bool:
    """Whether ``text`` is a figure that no line, code, year or count is printed as: with separators, percent or unit of money."""
    return is_figure(text) and _AMOUNT.search(nfkc(text)) is not None


def has_words(text: Iterable[str]) -> bool:
    """Whether any of some characters is of a word."""
    return any("\u4e00" <= char <= "\u9fff" for char in text)


@lru_cache(maxsize=1 << 14)
def prints_figure(text: str) -> bool:
    """Whether the text of a cell is a figure, or digits mostly, and no date."""
    text = nfkc(text)
    digits = sum(map(str.isdigit, text))
    return not _DATE.fullmatch(text) and (_PRINTED.fullmatch(text) is not None or 2 * digits > len(text))
