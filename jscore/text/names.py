"""Names that are the same in other words: of projects and departments, between years and between places of a report.

Two names are taken for one only where they differ in what never tells projects apart: punctuation, brackets, spaces,
a year before or after, words such as 项目 and 经费 that say no more than that money is spent.  （一） and （二）, 第一批
and 第二批, 市级 and 省级 tell them apart, and so does every other word: names that are merely alike are offered as
such, with a confidence below ``SURE``, and paired only on demand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

How = Literal["exact", "punctuation", "year", "wording", "similar"]


#: How any report numbers a table, in a pattern: its own number, or that of the ministry's form.
TABLE_LABEL = r"(?:公开|财决(?:公开|批复)?|批复)附?[\dA-Z-]{1,7}表"


def table_label(key: str) -> str:
    """How a report calls one of the nine tables: 公开01表."""
    return f"公开{key}表"


#: Confidence of a pair by what its names differ in; names that are only similar have less than ``SURE``.
CONFIDENCE: dict[How, float] = {"exact": 1.0, "punctuation": 0.99, "year": 0.95, "wording": 0.9}
#: Pairs of this confidence and more are taken for one and the same.
SURE = 0.9
#: Names less alike than this are not worth a look.
LEAST = 0.6

#: A year, but for one that belongs to the word after it (2020年以前, 2024届).
_YEAR = r"20\d\d(?!\d)(?!年?(?:[以之]?[前后]|[届级]|至今))(?:年度?)?"
#: A year, or a span of years, that stands before or after a name.
_LEADING_YEAR = re.compile(rf"^(?:{_YEAR}(?:[-至到]{_YEAR})?)+")
_TRAILING_YEAR = re.compile(rf"(?<!\d)(?:{_YEAR}(?:[-至到]{_YEAR})?)+$")
#: Words that say no more than that it is a budget's item.
_EMPTY_WORDS = re.compile(r"项目|专项|经费|资金|费用|支出|款项|工作|费|的")
#: What tells two projects apart that are otherwise alike.
_MARKS = re.compile(
    r"\d+(?:[.-]\d+)*|[一二三四五六七八九十百甲乙丙丁ⅠⅡⅢⅣⅤⅥ]+|(?<![A-Za-z])[A-Za-z](?![A-Za-z])"
    r"|国家|中央|[省市县区镇乡村]级?|本级|直属|[上下]半年|[新续改扩]建|[首末]|城镇|城乡|城市|农村|[东南西北前后内外]"
    r"|男|女|行政|事业|企业|个人|公办|民办"
)
_SAME_CHARACTERS = str.maketrans("帐", "账")


@dataclass(frozen=True)
class Pair:
    """Two names taken for one: their places in the two lists, what they differ in, and how sure that is (0 to 1)."""

    first: int
    second: int
    how: How
    confidence: float


@cache
def normal_name(text: str) -> str:
    """``text`` without punctuation, brackets and spaces, its characters half-width.

    Signs between figures stay, as one ``-`` (3-6岁 is not 36岁) or as the decimal point; thousands separators go.
    """
    text = "".join(unicodedata.normalize("NFKC", text).translate(_SAME_CHARACTERS).split()).upper()
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    kept = []
    for place, sign in enumerate(text):
        if not unicodedata.category(sign).startswith(("P", "S", "C")) or sign in "%+":
            kept.append(sign)
        elif 0 < place < len(text) - 1 and kept and kept[-1].isdigit() and _next_is_digit(text, place):
            kept.append("." if sign == "." and text[place - 1].isdigit() and text[place + 1].isdigit() else "-")
    return "".join(kept)


def _next_is_digit(text: str, place: int) -> bool:
    """Whether only signs stand between ``place`` and a figure."""
    rest = next((sign for sign in text[place:] if not unicodedata.category(sign).startswith(("P", "S"))), "")
    return rest.isdigit()


@cache
def without_year(text: str) -> str:
    """The normal form of ``text`` without a year before or after it; with it, where nothing else is left.

    优秀高技能人才项目奖励经费——2025 is 优秀高技能人才项目奖励经费.
    """
    name = normal_name(text)
    return _TRAILING_YEAR.sub("", _LEADING_YEAR.sub("", name)).strip("-") or name


@cache
def gist(text: str) -> str:
    """``without_year`` without words such as 项目 and 经费; with them, where fewer than four characters are left."""
    name = without_year(text)
    short = _EMPTY_WORDS.sub("", name)
    return short if len(short) >= 4 else name


@cache
def department_key(name: str) -> str:
    """The normal form of a department's name, the same with and without the province before its city.

    （本级） stays: the accounts of a department alone are not those of all its units.
    """
    text = normal_name(name)
    return re.sub(r"^[\u4e00-\u9fff]{2,3}?(?:省|自治区)(?=[\u4e00-\u9fff]{2,6}?(?:市|州|盟))", "", text)


#: The forms in which names are compared, from the strictest to the loosest.
FORMS: tuple[tuple[How, Callable[[str], str]], ...] = (
    ("exact", str),
    ("punctuation", normal_name),
    ("year", without_year),
    ("wording", gist),
)


def likeness(first: str, second: str) -> tuple[How, float]:
    """What two names differ in, and the confidence (0 to 1) that they mean the same.

    ``similar`` names have less than ``SURE``; 0 where a figure, an ordinal or a level tells them apart.
    """
    for how, form in FORMS:
        if form(first) == form(second):
            return how, CONFIDENCE[how]
    first, second = without_year(first), without_year(second)
    if _marks(first) != _marks(second):
        return "similar", 0.0
    return "similar", round(0.99 * SURE * SequenceMatcher(None, first, second, autojunk=False).ratio(), 3)


def pairs(first: Sequence[str], second: Sequence[str], least: float = SURE) -> list[Pair]:
    """The names of ``first`` and ``second`` that mean the same, each in one pair at most, by their place in ``first``.

    Names that a list has twice in some form are told apart by a stricter one or not at all: two projects of one
    report that differ only in their years are two, and so they are in the other report.  With ``least`` below ``SURE``
    similar names are paired too, the most alike first.
    """
    paired: dict[int, Pair] = {}
    taken: set[int] = set()
    for how, form in FORMS:
        if CONFIDENCE[how] < least:
            break
        firsts, seconds = _single(map(form, first)), _single(map(form, second))
        for name, i in firsts.items():
            j = seconds.get(name)
            if j is not None and i not in paired and j not in taken:
                paired[i] = Pair(i, j, how, CONFIDENCE[how])
                taken.add(j)
    if least < SURE:
        rest = [(i, j) for i in range(len(first)) if i not in paired for j in range(len(second)) if j not in taken]
        alike = sorted((-likeness(first[i], second[j])[1], i, j) for i, j in rest)
        for confidence, i, j in alike:
            if -confidence >= max(least, LEAST) and i not in paired and j not in taken and -confidence < SURE:
                paired[i] = Pair(i, j, "similar", -confidence)
                taken.add(j)
    return [paired[place] for place in sorted(paired)]


def nearest(name: str, others: Sequence[str]) -> tuple[str, float] | None:
    """The one of ``others`` most like ``name``, with the confidence that it means the same; None if none is alike."""
    best = max(((likeness(name, other)[1], other) for other in others), default=(0.0, ""))
    return (best[1], best[0]) if best[0] >= LEAST else None


def _single(names: Iterable[str]) -> dict[str, int]:
    """The place of each of ``names`` that is there once."""
    names = list(names)
    counts = Counter(names)
    return {name: place for place, name in enumerate(names) if counts[name] == 1}


def _marks(name: str) -> Counter[str]:
    return Counter(_MARKS.findall(name))
