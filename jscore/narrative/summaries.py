"""The paragraphs that sum up a project's self-evaluation: “…”项目自评综述."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative import wording
from jscore.narrative.paragraphs import Paragraph
from jscore.narrative.wording import Figure

#: From these words on a paragraph tells of problems and intentions, not of accounts.
PROSE = re.compile(
    r"发现的?主要问题|发现主要存在|发现的问题|存在(?:的|着|以下)*(?:主要)?(?:问题|不足)(?!\d)|主要问题(?!\d)"
    r"|下一?步|改进(?:措施|建议|方向)|整改措施"
)
_SUMMARY = re.compile(r"(?P<name>.{2,200}?)(?:项目)?(?:支出)?(?:绩效)?自评(?:情况)?综述")
_OUTCOME = re.compile(r"(?:项目)?(?:绩效)?目标(?:实际)?完成情况")
_SCORE = re.compile(r"得分(?:为|是|：)?$|自评(?:为|得)$")
_BUDGET = re.compile(r"(?:全年|年初|年度|调整后?|项目)?预算(?:数|金额|资金)?(?:为|是|：|共)?$")
_EXECUTED = re.compile(r"(?:执行|支出|决算|使用)(?:数|金额|资金)?(?:为|是|：)?$")
_EXECUTION_RATE = re.compile(r"完成(?:年初|全年|调整)?预算(?:数)?的?(?:为)?$|(?:执行|完成)率(?:为|是|达到?|：)?$")
_INDICATORS = re.compile(r"(?P<which>(?:产出|效益|满意度|成本)(?:类)?指标)[^，。；]{0,6}完成(?:率)?(?:为|达)?$")
_QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ('"', '"'), ("《", "》"), ("【", "】"))


def project_name(paragraph: Paragraph) -> str:
    """The name of the project that a paragraph sums up, as printed but for the quotes around; "" if it sums up none."""
    summary = _SUMMARY.match(paragraph.text, len(paragraph.number))
    if not summary:
        return ""
    name = "".join(paragraph.as_printed(summary.start("name"), summary.end("name")).split())
    for left, right in _QUOTES:
        if name.startswith(left) and name.endswith(right) and len(name) > 2:
            return name[1:-1]
        if left != right and name.startswith(left) and name.count(left) > name.count(right):
            return name[1:]
    return name


def summary_end(paragraph: Paragraph) -> int:
    """Where a project's summary turns from money to what was achieved."""
    ends = [match.start() for match in (_OUTCOME.search(paragraph.text), PROSE.search(paragraph.text)) if match]
    return min(ends, default=len(paragraph.text))


def project_figures(paragraph: Paragraph) -> Iterator[tuple[str, str, Figure, float]]:
    """(what, measure, figure, value) of the figures of a project's summary, the first of each kind.

    What is 自评得分 (points), 全年预算数 and 执行数 (万元), 完成预算, 产出指标完成 and such (fractions).
    """
    summary = _SUMMARY.match(paragraph.text, len(paragraph.number))
    start = summary.end() if summary else 0
    of_money = summary_end(paragraph)
    prose = PROSE.search(paragraph.text, start)
    seen: set[str] = set()
    for figure in wording.figures(paragraph.text, start, prose.start() if prose else None):
        clause = re.split(r"[，；。]", paragraph.text[start : figure.start])[-1]
        what, measure, value = _what(figure, clause, figure.start < of_money)
        if what and what not in seen:
            seen.add(what)
            yield what, measure, figure, value


def _what(figure: Figure, clause: str, of_money: bool) -> tuple[str, str, float]:
    if figure.kind == "percent":
        value = wording.fraction(figure)
        if indicators := _INDICATORS.search(clause):
            return f"{indicators['which']}完成", "share", value
        if of_money and _EXECUTION_RATE.search(clause):
            return "完成预算", "budget_completion", value
    elif figure.kind == "points" and of_money and _SCORE.search(clause):
        return "自评得分", "score", float(figure.value)
    elif figure.kind == "money" and of_money:
        value = wording.money(figure)
        for pattern, what in ((_BUDGET, "全年预算数"), (_EXECUTED, "执行数")):
            if pattern.search(clause):
                return what, "amount", value
    return "", "", 0.0
