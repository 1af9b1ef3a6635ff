"""Which of several reports of one department and year counts: the one that its file's name says was published last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from jscore.language import tr
from jscore.text.names import department_key

if TYPE_CHECKING:
    from jscore.schema import Info

#: Words in a file's name by which it takes the place of another, with the number of the correction where one stands by.
#: 城市更新 and 补充医疗保险 are what a department is there for.
_CORRECTED = re.compile(
    r"第(?P<times>[2-9二三四五六七八九]|[1-9]\d)(?:版|次(?P<again>更正|更新|修订|修正|修改|订正)?)|最终版|最新|新版"
    r"|(?:更正|(?<!城市)(?<!城乡)更新|修订|修正|修改|订正|勘误|重新公开|重新公布|重发|补充(?!医疗|养老|保险)|调整后)"
    r"[版稿件后]?[-_ .(]{0,2}(?P<number>\d{1,2}(?!\d)\)?)?"
    r"|(?<![a-z])(?:corrected|correction|revised|revision|errat(?:a|um)|amended|updated)(?![a-z])"
    r"[-_ .(]{0,2}(?P<english>\d{1,2}(?!\d)\)?)?"
    r"|(?<![a-z])(?P<mark>version|ver|rev|v)[-_. ]?(?P<version>\d{1,3}(?:\.\d{1,3})*)(?![\d.]*[a-z\d])"
    r"|\((?P<copy>\d{1,2})\)"
)
#: Words by which another report takes its place.
_REPLACED = re.compile(
    r"(?:更正|更新|修订|修正|修改|订正|调整)前|作废|旧版|原版|原稿|初稿|草稿"
    r"|(?<![a-z])(?:old|original|superseded|withdrawn|draft|uncorrected|unrevised)(?![a-z])"
)
#: When it was published, where a name says so: 20250915, 2025-09-15, 2025年9月15日.
_DATE = re.compile(
    r"(?<!\d)(20\d\d)(?:([-_.年])?(0[1-9]|1[0-2])(?(2)[-_.月])(0[1-9]|[12]\d|3[01])|年(\d{1,2})月(\d{1,2})日?)(?!\d)"
)
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)}


@dataclass(frozen=True)
class Edition:
    """What a file's name says of it: its rank among others of its department and year, and the word that says so."""

    rank: tuple[tuple[int, ...], str]
    word: str


@dataclass(frozen=True)
class Standing:
    """A report beside the ``others`` of its department and year: it counts, or (``why`` in words) does not."""

    info: Info
    key: str
    others: tuple[str, ...] = ()
    why: str = ""

    @property
    def report_id(self) -> str:
        return str(self.info["report_id"])

    @property
    def note(self) -> str:
        """A line for who lists reports: that there are others of its department and year, and which of them counts."""
        if not self.others:
            return ""
        others = ", ".join(self.others)
        return tr("与 {others} 同部门、同年度；{why}", others=others, why=self.why or tr("采用这一份"))


def edition(report_id: str) -> Edition:
    """What a report's name says of when it was published: ``hr-2024-v2`` and ``hr-2024更正`` after ``hrss-2024``.

    The rank is made of the number of the correction (0 for one that was corrected, 1 without a word, 2 for a first
    correction) and of a date in the name.
    """
    name = unicodedata.normalize("NFKC", report_id).lower()
    dated = _DATE.search(name)
    date = "".join(part.zfill(2) for part in dated.groups() if part and part.isdigit()) if dated else ""
    if replaced := _REPLACED.search(name):
        return Edition(((0,), date), replaced.group())
    ranks = [(_rank(match), match.group().strip(" -_.")) for match in _CORRECTED.finditer(name)]
    rank, word = max(ranks, default=((1,), ""))
    return Edition((rank, date), word if rank > (1,) else dated.group() if dated else "")


def _rank(match: re.Match[str]) -> tuple[int, ...]:
    """The number of the publication that a match stands for: 2 for a first correction."""
    if match["version"]:
        first, *more = map(int, match["version"].split("."))
        return (first + 1 if match["mark"] == "rev" else max(first, 1), *more)
    if match["times"]:
        return (int(_NUMERALS.get(match["times"], match["times"])) + bool(match["again"]),)
    number = match["number"] or match["english"] or match["copy"] or "1"
    return (int(number.strip(")")) + 1,)


def standings(infos: Iterable[Info]) -> list[Standing]:
    """Each report (the content of its report.json) beside the others, by department, year and edition.

    Of several of one department and year the one that its name says was published last counts; where names do not tell,
    the last by name, figures compared as numbers (``-10`` after ``-9``).  One without department or year never counts.
    """
    keyed = [(department_key(info.get("department") or ""), info.get("year") or 0, info) for info in infos]
    keyed.sort(key=lambda each: (*each[:2], edition(each[2]["report_id"]).rank, _natural(each[2]["report_id"])))
    placed: list[Standing] = []
    for (key, year), group in groupby(keyed, key=itemgetter(0, 1)):
        reports = [info for *_, info in group]
        if not key or not year:
            placed += [Standing(info, key, why=tr("没有年度") if key else tr("没有部门名称")) for info in reports]
            continue
        names = [str(info["report_id"]) for info in reports]
        for info in reports:
            others = tuple(name for name in names if name != info["report_id"])
            placed.append(Standing(info, key, others, "" if info is reports[-1] else _why_not(info, reports[-1])))
    return placed


def _why_not(info: Info, last: Info) -> str:
    """Why ``last`` counts and the report ``info`` of the same department and year does not."""
    counts = last["report_id"]
    if info.get("sha256") and info.get("sha256") == last.get("sha256"):
        return tr("采用 {counts}，是同一个 PDF", counts=counts)
    this, that = edition(info["report_id"]), edition(last["report_id"])
    if this.rank == that.rank:
        return tr("采用 {counts}（名称排在最后）；名称看不出哪一份更正哪一份，请移走作废的一份", counts=counts)
    if that.word:
        return tr("采用 {counts}，按名称（{word}）是较晚的一份", counts=counts, word=that.word)
    return tr("采用 {counts}，按名称（{word}）这是较早的一份", counts=counts, word=this.word)


def _natural(text: str) -> list[tuple[int, str]]:
    """``text`` to sort by, its figures as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]
