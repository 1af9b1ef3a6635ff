"""Relations in the language that is spoken.

The frames ``checks`` and ``check_figures`` are data, and in Chinese.  In English a relation is called by its English title, and
what does not hold is told from its parts: the figures, as what they are printed, and what they must be.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from jscore.language import N_, current, english
from jscore.relations import forms
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import shown
from jscore.relations.explained import BETWEEN, MAY_EXPLAIN, REASONS
from jscore.relations.source import MEASURES

_TITLES = {check.check_id: check.title_en for check in CATALOGUE}
#: Figures that are named one by one, and characters of what they are and of what is printed.
_NAMED, _LONGEST = 2, 60
#: Characters of a printed figure; what is longer is a sentence, and its name says which.
_FIGURE = 24

Line = Mapping[Any, Any]


def spoken(checks: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """``checks`` (rows of the frame) with ``title`` and ``message`` in the language that is spoken.

    ``figures`` are the rows of frame ``check_figures`` that belong to them.
    """
    if current() == "zh" or checks.empty:
        return checks
    of_check: dict[int, list[Line]] = defaultdict(list)
    failed = checks.loc[checks["status"] == "fail", "check_no"]
    for line in figures[figures["check_no"].isin(failed)].to_dict("records"):
        of_check[line["check_no"]].append(line)
    messages = [_message(check, of_check[check["check_no"]]) for check in checks.to_dict("records")]
    return checks.assign(title=titles(checks), message=pd.Series(messages, checks.index, dtype="str"))


def titles(checks: pd.DataFrame) -> pd.Series[str]:
    """What the relations of ``checks`` are called, in the language that is spoken."""
    if current() == "zh":
        return checks["title"]
    return checks["check_id"].map(_TITLES).fillna(checks["title"]).astype("str")


def _message(check: Line, figures: Sequence[Line]) -> str:
    if check["status"] == "skipped":
        return "not tested: the report lacks a figure that it needs, or one could not be read"
    if check["status"] == "pass":
        return ""
    relation = f"{_TITLES.get(check['check_id'], check['title'])}: not so"
    explained = _explained(str(check["message"]))
    named = {key: [line for line in figures if line["role"] == key] for key in ("actual", "expected")}
    tested, against = named["actual"], named["expected"]
    if explained:  # what explains it stands with it, and is told with the explanation
        against = [line for line in against if line["frame"] not in ("narrative", "project_funding")]
    if pd.isna(check["actual"]) or pd.isna(check["expected"]):
        listed = [_listed(lines) for lines in (tested, against) if lines]
        where = " against ".join(listed) or ("" if pd.isna(check["subject"]) else label_in_words(str(check["subject"])))
        return f"{relation}, {where}{explained}" if where else f"{relation}{explained}"
    actual, expected = _amounts(check)
    # A sum that is under test is no printed figure: it is called what the relation is about.
    printed = next((line["label"] for line in tested if line["value"] == check["actual"]), "")
    subject = f"{label_in_words(printed)} is" if printed else f"{label_in_words(str(check['subject']))}:"
    message = f"{subject} {actual}, {_beside(check, against, expected)}{explained}"
    return message[:1].upper() + message[1:]


def _beside(check: Line, against: Sequence[Line], expected: str) -> str:
    """What the figure under test should be, and the figures that say so."""
    if check["limit"]:
        return f"above {expected}" + (f", {_listed(against)}" if against else "")
    if not against:
        return f"not {expected}"
    if len(against) == 1 and against[0]["value"] == check["expected"]:
        return f"but {label_in_words(str(against[0]['label']))} is {expected}"
    return f"but {expected} by {_listed(against)}"


def _explained(message: str) -> str:
    """The explanations of a message in English, as they stand behind it; "" without one."""
    _, mark, explanations = message.partition(MAY_EXPLAIN)
    told = list(filter(None, map(_reason, _apart(explanations) if mark else [])))
    return f"; it may be that {'; '.join(told)}" if told else ""


def _apart(explanations: str) -> list[str]:
    """The explanations one by one; what is quoted may hold the mark that stands between them."""
    parts: list[str] = []
    for part in explanations.split(BETWEEN):
        if parts and parts[-1].count("“") > parts[-1].count("”"):
            parts[-1] += BETWEEN + part
        else:
            parts.append(part)
    return parts


def _reason(text: str) -> str:
    """An explanation in English, from the text that it is told by; "" for one that is told by none."""
    for told, pattern in _patterns():
        if match := pattern.fullmatch(text):
            words = {
                name: value if name == "words" else label_in_words(value) for name, value in match.groupdict().items()
            }
            return " ".join(told.format(**words).split())
    return ""


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The English of each explanation, and what its Chinese looks like."""
    return [
        (english()[text], re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", re.escape(text)), re.S)) for text in REASONS
    ]


#: The package's own words in what a figure is called; all else is the report's.
_TERMS = (
    *forms.WORDS.values(), *MEASURES.values(), N_("情况说明"), N_("部门整体自评表"), N_("自评表"), N_("指标值"), N_("项目自评综述"),
    N_("目录"), N_("名词解释"), N_("文件中的"), N_("决算数"), N_("完成值"), N_("完成情况"), N_("部门名称"), N_("上年结转资金"),
    N_("产出指标完成"), N_("效益指标完成"), N_("全文"),
)  # fmt: skip
#: One of what the catalogue names several of, and what stands between words.
_BETWEEN = {"任务": "task", "指标": "indicator", "与": "and", "、": ",", "的": ":", "＝": "=", "＋": "+", "，": ";"}


@cache
def _words() -> dict[str, str]:
    return {term: english()[term] for term in _TERMS} | _BETWEEN


@cache
def _word() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_words(), key=len, reverse=True))))


#: What a label quotes of the report; a quotation may hold another.
_QUOTED = re.compile(r"“(?:[^“”]|“[^“”]*”)*”?")


def label_in_words(label: str) -> str:
    """What a figure is called, in English; what is quoted, and terms of the report, as printed."""
    parts: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(label):
        parts += [_own_words(label[at : quoted.start()]), _short(quoted.group(), "…”")]
        at = quoted.end()
    return re.sub(r" ([,;:])", r"\1", " ".join(filter(None, (*parts, _own_words(label[at:])))))


def spoken_label(label: str) -> str:
    """What a figure is called, in the language that is spoken."""
    return label if current() == "zh" else label_in_words(label)


def _own_words(text: str) -> str:
    """A part of a label outside quotations: the package's words in English; a column of a table behind its printed name."""
    if text.startswith("公开"):
        return (
            _word()
            .sub(lambda word: _words()[word.group()] if word.group().endswith("算数") else word.group(), text)
            .strip()
        )
    return re.sub(r"\s+", " ", _word().sub(lambda word: f" {_words()[word.group()]} ", text)).strip()


def _amounts(check: Line) -> tuple[str, str]:
    """The figure under test and what it must be, no more exact than tells them apart."""
    values, unit = (check["actual"], check["expected"]), check["unit"]
    actual, expected = (f"{value:.2%}" if unit == "fraction" else shown(value, unit) for value in values)
    if actual == expected:
        actual, expected = (shown(value, unit) for value in values)
    return actual.replace("万元", " 万元"), expected.replace("万元", " 万元")


def _listed(lines: Sequence[Line]) -> str:
    """What the figures are and what is printed there; of many the first, and how many more."""
    named = list(dict.fromkeys(map(_in_words, lines)))
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _in_words(line: Line) -> str:
    label = label_in_words("" if pd.isna(line["label"]) else str(line["label"]))
    printed = _short("" if pd.isna(line["printed"]) else str(line["printed"]))
    if not label:
        return printed
    return f"{label} ({printed})" if printed and len(printed) <= _FIGURE and printed not in label else label


def _short(text: str, end: str = "…") -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - len(end)] + end
