"""The printed figures of the self-evaluation forms and of the paragraphs that sum them up, as checks need them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from jscore.language import N_
from jscore.narrative.paragraphs import Paragraph
from jscore.narrative.summaries import project_name
from jscore.pdf.pages import Line
from jscore.relations.model import Figure
from jscore.schema import records_of
from jscore.scoring import marks
from jscore.scoring.computed import rate_places
from jscore.text import names
from jscore.text.numbers import UNITS, half_of, half_of_column

Record = Mapping[Any, Any]

AMOUNTS = ("budget", "executed")
POINTS = ("indicator_subtotal", "execution_score", "deduction", "total_score")
#: Figures of a form by their column, in the words of the forms.
WORDS = {
    "opening_budget": N_("年初预算数"), "budget": N_("预算数"), "executed": N_("执行数"), "execution_rate": N_("执行率"), "indicator_subtotal": N_("指标自评得分小计"),
    "execution_score": N_("预算执行率得分"), "deduction": N_("减分项"), "total_score": N_("自评总得分"), "completion": N_("完成程度"),
    "weight": N_("分值"), "score": N_("得分"), "execution_weight": N_("预算执行率分值"), "allocated": N_("下达金额"), "revenue_budget": N_("年初预算收入"),
    "expenditure_budget": N_("年初预算支出"),
}  # fmt: skip
_PRINTED = {"target": N_("指标值"), "actual": N_("完成值")}
#: A paragraph and a form are of one project where their names are at least so much alike, or less alike and of one budget.
ALIKE, SAME_BUDGET = 0.75, names.LEAST
#: Budgets that a paragraph states.
_BUDGETS = re.compile(r"预算(?:数|金额|资金|安排)?(?:为|是|：|共)?([\d,.]+(?:亿|万)?元)")


@dataclass(frozen=True)
class Scored:
    """A line that earns points: an indicator or one of the department's tasks.

    ``figures`` are by column, None for what is blank; ``rate`` is how much of the target was attained (1 and more: all),
    None where target or actual are no numbers.
    """

    label: str
    line: Record
    row: Any
    figures: Mapping[str, Figure | None]
    rate: Decimal | None = None
    operator: str = ""

    @property
    def missed(self) -> bool:
        """Whether the actual is short of the target by more than the rounding of completion to whole per cent hides."""
        return self.rate is not None and marks.rounded(min(self.rate, marks.ONE), 2) < 1

    def number(self, column: Literal["target", "actual"], unit: str) -> Figure | None:
        """The number that target or actual is, of ``unit``: money in 万元, a percentage as a fraction; None if it is none."""
        value = marks.number(self.line[column] or "", self.line["unit"] or "")
        if value is None:
            return None
        figure = float(value.scaleb(-2 if unit == "%" else UNITS[unit]))
        half = float(half_of(-int(value.as_tuple().exponent), unit))
        return Figure(f"{self.label}{_PRINTED[column]}", figure, half, "indicators", self.row, column)


@dataclass(frozen=True)
class Project:
    """A project's form."""

    number: int
    name: str
    label: str
    line: Record
    row: Any
    figures: Mapping[str, Figure | None]
    indicators: tuple[Scored, ...]

    def named(self, column: str = "project") -> Figure:
        """The form as words, for what is not a comparison of two numbers: its name, at its printed row."""
        return Figure(self.label, None, frame="projects", row=self.row, column=column)


@dataclass(frozen=True)
class Told:
    """A project's paragraph in the narrative: its name as printed, where, and its figures by what they state."""

    name: str
    line: Line
    figures: Mapping[str, Figure]

    @property
    def label(self) -> str:
        return f"情况说明“{short(self.name)}”项目自评综述"

    def titled(self, what: str) -> Figure:
        """The figure of ``what`` under a label that names the paragraph shortly."""
        return replace(self.figures[what], label=f"{self.label}{what}")

    def named(self) -> Figure:
        return Figure(self.label, None, page=self.line.page, box=self.line.box, text=self.line.text)


def short(name: str, most: int = 24) -> str:
    """A name cut for a message."""
    return name if len(name) <= most else name[: most - 1] + "…"


class Evaluations:
    """The self-evaluations of a report; everything is made when first asked for."""

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        paragraphs: Sequence[Paragraph],
        fact: Callable[[Hashable], Figure],
    ) -> None:
        self.frames, self.paragraphs, self.fact = frames, paragraphs, fact
        self._records: dict[str, list[tuple[Any, Record]]] = {}

    def records(self, frame: str) -> list[tuple[Any, Record]]:
        """Index label and line of every row of a frame, missing values None."""
        if frame not in self._records:
            self._records[frame] = records(self.frames[frame])
        return self._records[frame]

    @cached_property
    def projects(self) -> list[Project]:
        """The projects' forms in the report's order."""
        frame = self.frames["projects"]
        halves = {"execution_weight": 0.0, **{name: _half(frame[name]) for name in POINTS}}
        halves |= dict.fromkeys(AMOUNTS, _half([*frame["budget"], *frame["executed"]]))
        halves["execution_rate"] = _half(frame["execution_rate"], rate_places(frame["execution_rate"]))
        of_project: dict[Any, list[Scored]] = defaultdict(list)
        for indicator in self.indicators:
            if indicator.line["scope"] == "项目":
                of_project[indicator.line["project_no"]].append(indicator)
        forms = []
        for row, line in self.records("projects"):
            name = line["project"] or ""
            label = f"自评表{line['project_no']}“{short(name)}”"
            figures = printed("projects", row, line, label, halves)
            indicators = tuple(of_project[line["project_no"]])
            forms.append(Project(line["project_no"], name, label, line, row, figures, indicators))
        return forms

    @cached_property
    def indicators(self) -> list[Scored]:
        """All indicators, the department's (scope 部门) too."""
        frame = self.frames["indicators"]
        halves = {"completion": _half(frame["completion"]), "weight": 0.0}  # a weight is given, not rounded
        halves["score"] = _half(frame["score"])
        return [self._indicator(row, line, halves) for row, line in self.records("indicators")]

    def _indicator(self, row: Any, line: Record, halves: Mapping[str, float]) -> Scored:
        form = "部门整体自评表" if line["scope"] == "部门" else f"自评表{line['project_no']}"
        label = f"{form}指标{line['indicator_no']}“{short(line['level3'] or '')}”"
        unit = line["unit"] or ""
        goal, done, _ = marks.in_one_unit(line["target"] or "", line["actual"] or "", unit)
        operator = marks.comparison(line["operator"] or "", line["target"] or "")
        known = goal is not None and done is not None and operator
        rate = marks.attained(operator, goal, done) if known and goal is not None and done is not None else None
        return Scored(label, line, row, printed("indicators", row, line, label, halves), rate, operator)

    @property
    def of_department(self) -> list[Scored]:
        """The indicators of the department's own form."""
        return [indicator for indicator in self.indicators if indicator.line["scope"] == "部门"]

    @cached_property
    def tasks(self) -> list[Scored]:
        """The tasks of the department's own form."""
        frame = self.frames["tasks"]
        halves = dict.fromkeys(("allocated", "executed"), _half([*frame["allocated"], *frame["executed"]]))
        halves["execution_rate"] = _half(frame["execution_rate"], rate_places(frame["execution_rate"]))
        halves |= {"weight": 0.0, "score": _half(frame["score"])}
        tasks = []
        for row, line in self.records("tasks"):
            label = f"部门整体自评表任务“{short(line['task'])}”"
            tasks.append(Scored(label, line, row, printed("tasks", row, line, label, halves)))
        return tasks

    @cached_property
    def department(self) -> dict[str, Figure | None]:
        """The figures of the department's own form; none where there is no form, or more than one."""
        frame = self.frames["overall"]
        rounded = ("revenue_budget", "expenditure_budget", "total_score", "execution_score", "budget", "executed")
        if len(frame) != 1:
            return dict.fromkeys((*rounded, "execution_weight", "execution_rate"))
        halves = {**dict.fromkeys(rounded, 0.005), "execution_weight": 0.0}
        halves["execution_rate"] = _half(frame["execution_rate"], rate_places(frame["execution_rate"]))
        row, line = self.records("overall")[0]
        return printed("overall", row, line, "部门整体自评表", halves)

    # --- the paragraphs of the narrative ---------------------------------------------------

    @cached_property
    def told(self) -> list[Told]:
        """The paragraphs that sum up a project, in order, with the figures that they state."""
        facts: dict[str, list[tuple[int, str, Any]]] = defaultdict(list)
        for row, line in self.records("narrative"):
            name, _, what = line["subject"].rpartition(" ")
            if name:
                facts[name].append((line["page"], what, row))
        told = []
        for paragraph in self.paragraphs:
            if name := project_name(paragraph):
                pages = {line.page for line in paragraph.lines}
                figures: dict[str, Figure] = {}
                for fact in [fact for fact in facts.get(name, ()) if fact[0] in pages]:
                    if fact[1] in figures:
                        break  # the figures of another paragraph of the same name
                    figures[fact[1]] = self.fact(fact[2])
                    facts[name].remove(fact)
                if len(set(_BUDGETS.findall(paragraph.text))) > 1:
                    figures.pop("全年预算数", None)  # an opening and an adjusted one: which is the form's is open
                told.append(Told(name, paragraph.lines[0], figures))
        return _as_fine(told)

    @cached_property
    def pairs(self) -> list[tuple[Told, Project, names.How]]:
        """Each paragraph with the form of the same project, and what their names differ in."""
        told, forms = self.told, self.projects
        pairs = names.pairs([paragraph.name for paragraph in told], [form.name for form in forms], SAME_BUDGET)
        return [
            (told[pair.first], forms[pair.second], pair.how)
            for pair in pairs
            if pair.confidence >= ALIKE or _same_budget(told[pair.first], forms[pair.second])
        ]


#: Digits that are so much finer than others' are those of another unit: 174.35元 among amounts in 万元.
_OTHER_UNIT = 5000


def _as_fine(told: Sequence[Told]) -> list[Told]:
    """The paragraphs, each kind of figure with the digits of the one printed with most: 95分 beside 98.95分 is 95.00."""
    halves: dict[str, list[float]] = {}
    for paragraph in told:
        for what, figure in paragraph.figures.items():
            halves.setdefault(what, []).append(figure.half)
    least = {what: min(half for half in each if half >= max(each) / _OTHER_UNIT) for what, each in halves.items()}
    return [
        replace(
            paragraph, figures={what: replace(figure, half=least[what]) for what, figure in paragraph.figures.items()}
        )
        for paragraph in told
    ]


def with_equal_digits(figures: Sequence[Figure]) -> list[Figure]:
    """Figures of one list in prose, all with the digits of the one printed with most."""
    least = min((figure.half for figure in figures), default=0.0)
    return [replace(figure, half=least) for figure in figures]


def _same_budget(told: Told, form: Project) -> bool:
    stated, budget = told.figures.get("全年预算数"), form.figures["budget"]
    return bool(stated and budget and stated.value and stated.value == budget.value)


def records(frame: pd.DataFrame) -> list[tuple[Any, Record]]:
    """Index label and line of every row, missing values None."""
    return list(zip(frame.index, records_of(frame, *frame.columns), strict=True))


def _half(values: Iterable[Any], least: int = 2) -> float:
    return float(half_of_column(values, least))


def printed(frame: str, row: Any, line: Record, label: str, halves: Mapping[str, float]) -> dict[str, Figure | None]:
    """The figures of a row by column, None for a blank."""
    return {
        name: None if line[name] is None else Figure(f"{label}{WORDS[name]}", float(line[name]), half, frame, row, name)
        for name, half in halves.items()
    }


def every(lines: Sequence[Scored], column: str) -> list[Figure] | None:
    """That figure of every line; None where one of them is blank, or there are no lines."""
    figures = [line.figures[column] for line in lines]
    known = [figure for figure in figures if figure is not None]
    return known if known and len(known) == len(figures) else None
