"""Printed figures as numbers: amounts in any money unit, rates, points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from jscore.text.normal import nfkc

#: 万元 in one of each unit, as a power of ten.
UNITS: dict[str, int] = {"元": -4, "百元": -2, "千元": -1, "万元": 0, "百万元": 2, "亿元": 4}
#: The units of money above 元, and all of them, in a pattern.
ABOVE_YUAN = "|".join(unit for unit in UNITS if unit != "元")
MONEY = f"{ABOVE_YUAN}|元"
#: What may stand before the unit of a heading: 决算数（单位：万元）.
UNIT_OF = "(?:金额|计量)?单位:?"

#: What the noise of binary fractions may make of a figure: two that differ by no more are the same.
NOISE = 1e-9

#: Printed for "nothing": not a number, not unreadable either.
BLANKS = frozenset({"", "-", "--", "---", "/", "\\", "…", "……", "...", "......", "无", "N/A", "*"})
#: Printed for a minus; △ and ▲ in front of a figure are the accountants' minus.
_DASHES = str.maketrans(dict.fromkeys("−–—‐‑‒―─﹣－⁻ー\u00ad", "-"))
_MINUS = str.maketrans(dict.fromkeys("△▲", "-"))

#: The whole of a figure whose thousands are parted, in a pattern.
PARTED = r"\d{1,3}(?:,\d{3})+"
#: No number begins as 05 does: its digits are of two texts, or of a code.
_NUMBER = re.compile(rf"[+-]?(?!0[\d,])({PARTED}|\d+)?(\.\d+)?")
_WITH_UNIT = re.compile(rf"(?:[.](?P<decimals>\d+)|\d)[)]?[(]?(?P<unit>{MONEY}|亿|万|个?百分点|%|分)?[)]?$")
_MARK = re.compile(r"\(?\d{1,2}[.)]?")
#: What stands between two texts of a cell that are not one.
APART = "\u2003"
_TWO_NUMBERS = re.compile(r"\d[.．]?\s+\d")
_SPACED_THOUSANDS = re.compile(r"\A[^\d]*\d{1,3}([ \u00a0\u2009]\d{3})+\.\d+[^\d]*")
#: What stands before a unit; of a colon that a scan has thinned out a dot is read.
_UNIT_LABEL = r"(?:单位|人民币)[:：·.;]?(?:人民币)?\(?"
#: What states a unit over a table, in a pattern.
STATED_UNIT = f"{_UNIT_LABEL}(?:{MONEY})"
#: 元 is also how places begin (元氏县, 元宝山区): it is a unit where the word ends, or another heading follows.
_STATED_UNIT = re.compile(
    rf"{_UNIT_LABEL}({ABOVE_YUAN}"
    r"|元(?=整|[^\u4e00-\u9fff]|$|(?:编制|填报|公开|主管|预算|计量)?(?:单位|部门)|公开|编制|填报|财决))"
)
_SPACED_UNIT = re.compile(rf"{_UNIT_LABEL}元\s(?!\s*\S\s)")
_BRACKETED_UNIT = re.compile(rf"[(](?:{UNIT_OF})?({MONEY})[)]")


@lru_cache(maxsize=1 << 14)
def decimal(text: str) -> Decimal | None:
    """The number that ``text`` is and nothing else: separators, signs and bracketed negatives; else None.

    A footnote's mark (①, ¹) at either end is not part of a number, and normalising would make it a digit; digits
    that a blank parts are two numbers.
    """
    text = _without_footnotes(text)
    if any(unicodedata.category(char) == "No" for char in text) or APART in text.strip() or _are_two(text):
        return None
    text = nfkc(text).replace("，", ",").translate(_DASHES).translate(_MINUS).lstrip("¥￥")
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1] if negative else text
    if not text.strip("+-") or not _NUMBER.fullmatch(text) or not any(ch.isdigit() for ch in text):
        return None
    value = Decimal(text.replace(",", ""))
    return -abs(value) if negative else value


def _without_footnotes(text: str) -> str:
    """``text`` without the marks of footnotes, in one sign each, before and behind it."""
    if text.isascii():
        return text
    return text.strip().strip(
        "".join(
            char
            for char in text
            if _MARK.fullmatch(unicodedata.normalize("NFKC", char)) and unicodedata.category(char) == "No"
        )
    )


def _are_two(text: str) -> bool:
    """Whether a blank parts two numbers: any but one between the thousands of an amount with decimals (1 234.50)."""
    return _TWO_NUMBERS.search(text) is not None and not _SPACED_THOUSANDS.fullmatch(text)


@lru_cache(maxsize=1 << 14)
def is_blank(text: str) -> bool:
    """Whether a cell states nothing: empty, or a dash."""
    return nfkc(text).translate(_DASHES) in BLANKS


def is_rest(first: str, second: str) -> bool:
    """Whether ``second`` can be the rest of a figure that a page cuts after ``first``, or one of them is blank.

    A first part is no figure by itself: it ends in a separator, an unfinished group of
    thousands or one decimal, or lacks the decimals that the rest has.
    """
    first, second = nfkc(first), nfkc(second)
    if not first or not second:
        return True
    unfinished = re.search(r"([.,]\d?|,\d\d)$", first) or second[0] in ".," or ("." in second and "." not in first)
    return bool(unfinished) and decimal(first + second) is not None


def amount(text: str, unit: str = "万元") -> float | None:
    """``text``, printed in ``unit``, in 万元; None where it is no number, or the unit is not known ("")."""
    value = decimal(text)
    return None if value is None or not unit or value.adjusted() > 15 else float(value.scaleb(UNITS[unit]))


def points(text: str) -> float | None:
    """Points (分值, 得分), which some forms print with 分."""
    value = decimal(before_sign(text, "分"))
    return None if value is None else float(value)


#: A rate without a percent sign up to this is a fraction already (the departments' own forms print 1 for 100%).
HIGHEST_FRACTION = 2


def rate(text: str) -> float | None:
    """A rate as a fraction: ``84.0%`` is 0.84, and so is 84 without a sign, for it is no fraction."""
    bare = before_sign(text, "%")
    value = decimal(bare)
    if value is None:
        return None
    return float(value / 100) if bare != text.strip() or abs(value) > HIGHEST_FRACTION else float(value)


def before_sign(text: str, sign: str) -> str:
    """``text`` without the sign (one character, also full-width) at its end; what parts two figures stays."""
    text = text.strip()
    return text[:-1] if nfkc(text[-1:]) == sign else text


def half_of(decimals: int, unit: str = "万元") -> Decimal:
    """Half the last digit of a figure with that many decimals: money in 万元, a percentage as a fraction, else in ``unit``."""
    scale = -2 if unit in ("%", "百分点", "个百分点") else UNITS.get(unit if unit.endswith("元") else unit + "元", 0)
    return Decimal(5).scaleb(scale - decimals - 1)


@lru_cache(maxsize=1 << 14)
def half_digit(printed: str, unit: str = "") -> float:
    """Half the last digit of a figure as printed, money in 万元, a percentage as a fraction, points in points.

    The unit is the printed one, else ``unit``; without either the figure is a count, which is exact: 0.
    1.2亿元 → 500, 12.34％ → 0.00005, (1,234.50) in 万元 → 0.005, 7辆 → 0.
    """
    text = nfkc(printed)
    match = _WITH_UNIT.search(text)
    before = "%" if text.startswith("百分之") else "元" if text.startswith("¥") else ""
    if not match or not (unit := before or match["unit"] or unit):
        return 0.0
    return float(half_of(len(match["decimals"] or ""), unit))


def half_of_column(values: Iterable[Any], least: int = 2) -> Decimal:
    """Half the last digit that a column of numbers is printed with: its longest number's, the ``least``-th decimal's at least."""
    known = (Decimal(str(value)) for value in values if isinstance(value, float | int | Decimal) and isfinite(value))
    return half_of(max([least, *(-int(value.normalize().as_tuple().exponent) for value in known)]))


def decimals(text: str) -> int | None:
    """How many decimals the figure that ``text`` is has; None for a figure without a point, and for what is none."""
    value = decimal(text)
    return -int(value.as_tuple().exponent) if value is not None and "." in nfkc(text) else None


def stated_unit(text: str) -> str | None:
    """The money unit that ``text`` states (单位：万元), or None."""
    match = _STATED_UNIT.search(nfkc(text).replace("金额", ""))
    if match:
        return match.group(1)
    return "元" if _SPACED_UNIT.search(unicodedata.normalize("NFKC", text)) else None


def bracketed_unit(text: str) -> str | None:
    """The money unit in brackets in a label (项目预算金额（万元）), or None."""
    match = _BRACKETED_UNIT.search(nfkc(text))
    return match.group(1) if match else None
