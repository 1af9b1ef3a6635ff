"""The charts of the one page as marks on a sheet, drawn as SVG or into a PDF by whoever has the pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from jscore.fonts import shorten, width
from jscore.fonts.palette import DARK, INK, LIGHT
from jscore.language import bracketed, current, tr
from jscore.scoring.grades import GRADES
from jscore.summary import sentences
from jscore.summary.facts import Figure, Summary

#: How many 类 are drawn.
CLASSES = 3
#: Units across, about a phone's pixels; height of a bar and of letters.
WIDTH, BAR, LETTERS = 360.0, 13.0, 12.0
#: Units that a column of text takes.
_COLUMN = LETTERS * 0.58


@dataclass(frozen=True)
class Bar:
    """A filled rectangle, from its upper left corner."""

    x: float
    y: float
    wide: float
    high: float
    fill: str


@dataclass(frozen=True)
class Words:
    """A text on a line, ``x`` being where it begins or, at ``end``, ends."""

    x: float
    y: float
    text: str
    ink: str = INK
    size: float = LETTERS
    at: Literal["start", "end"] = "start"


@dataclass(frozen=True)
class Chart:
    """A chart: the sentence that it shows, its marks, its height, and what has to be known to read it."""

    title: str
    marks: Sequence[Bar | Words]
    high: float
    notes: tuple[str, ...] = ()

    @property
    def svg(self) -> str:
        """The chart as an SVG element that is as wide as it may be."""
        parts = []
        for mark in self.marks:
            if isinstance(mark, Bar):
                parts.append(
                    f'<rect x="{mark.x:g}" y="{mark.y:g}" width="{mark.wide:g}" height="{mark.high:g}" fill="{mark.fill}"/>'
                )
            else:
                parts.append(
                    f'<text x="{mark.x:g}" y="{mark.y:g}" fill="{mark.ink}" font-size="{mark.size:g}" '
                    f'text-anchor="{mark.at}">{escape(mark.text)}</text>'
                )
        box = f"0 0 {WIDTH:g} {self.high:g}"
        return f'<svg viewBox="{box}" role="img" aria-label="{escape(self.title)}">{"".join(parts)}</svg>'


def _room(label: str) -> float:
    """Units that a label takes after its bar."""
    return width(label) * _COLUMN + 6


def _scaled(labelled: Sequence[tuple[float | None, str]], x: float = 0.0) -> float:
    """Units for one 万元, so that bars from ``x`` and the labels after them fit into the chart."""
    return min(((WIDTH - x - _room(label)) / value for value, label in labelled if value and value > 0), default=0.0)


def _labelled(x: float, y: float, wide: float, fill: str, label: str) -> list[Bar | Words]:
    """A bar with its label after it."""
    wide = max(wide, 0.5)
    return [Bar(x, y, wide, BAR, fill), Words(x + wide + 4, y + BAR - 2.5, label)]


def budgets(facts: Summary) -> Chart | None:
    """年初预算 → 决算: two bars for the whole, 基本支出 and 项目支出."""
    shown = [budget for budget in facts.budgets if budget.opening and budget.final is not None]
    if not shown:
        return None
    told = [
        (
            (budget.opening or 0.0, f"{tr('年初预算')} {sentences.amount(budget.opening)}"),
            (budget.final or 0.0, f"{tr('决算')} {sentences.with_share(budget.final, budget.completion)}"),
        )
        for budget in shown
    ]
    scale = _scaled([bar for bars in told for bar in bars])
    marks: list[Bar | Words] = []
    y = 0.0
    for budget, (opening, final) in zip(shown, told, strict=True):
        marks.append(Words(0, y + 12, tr("支出") if budget.label == "合计" else budget.label))
        marks += _labelled(0, y + 17, opening[0] * scale, LIGHT, opening[1])
        marks += _labelled(0, y + 17 + BAR + 1, final[0] * scale, DARK, final[1])
        y += 17 + 2 * BAR + 11
    derived = sentences.derived_budget() if any(not budget.stated for budget in shown) else ""
    notes = tuple(filter(None, (sentences.budget_elsewhere(facts), derived)))
    return Chart(sentences.budgeting(facts), marks, y - 4, notes)


def _shares(figures: Sequence[Figure], whole: float, title: str) -> Chart:
    """A bar a line, its name above it, its amount and its share of the whole after it."""
    told = [
        (figure.value or 0.0, sentences.with_share(figure.value or 0.0, (figure.value or 0.0) / whole))
        for figure in figures
    ]
    scale = _scaled(told)
    marks: list[Bar | Words] = []
    y = 0.0
    for figure, (value, label) in zip(figures, told, strict=True):
        marks.append(Words(0, y + 12, shorten(figure.label, int(WIDTH / _COLUMN))))
        marks += _labelled(0, y + 16, max(value, 0.0) * scale, DARK, label)
        y += 16 + BAR + 7
    return Chart(title, marks, y - 4)


def items(facts: Summary) -> Chart | None:
    """The largest 项."""
    return _shares(facts.items, facts.spent, sentences.largest_items(facts)) if facts.items and facts.spent else None


def classes(facts: Summary) -> Chart | None:
    """The largest 类."""
    largest = facts.classes[:CLASSES]
    return _shares(largest, facts.spent, sentences.largest_class(facts)) if largest and facts.spent else None


def parts(facts: Summary) -> Chart | None:
    """基本支出 and 项目支出 as one bar."""
    basic, project = facts.basic.value or 0.0, facts.project.value or 0.0
    if basic + project <= 0 or min(basic, project) < 0:
        return None
    share = basic / (basic + project)
    labels = [f"{figure.label} {sentences.amount(figure.value)}" for figure in (facts.basic, facts.project)]
    cut = WIDTH * share
    marks: list[Bar | Words] = [
        Bar(0, 18, max(cut - 1, 0.5), BAR + 3, DARK), Bar(cut, 18, max(WIDTH - cut, 0.5), BAR + 3, LIGHT),
        Words(0, 12, labels[0]), Words(WIDTH, 12, labels[1], at="end"),
    ]  # fmt: skip
    return Chart(sentences.basic_and_project(basic, project), marks, 36)


def grades(facts: Summary) -> Chart | None:
    """How many projects have which grade, and how much of their budgets was spent."""
    scores = facts.scores
    if not scores.scored:
        return None
    scale = _scaled([(float(many), str(many)) for many in scores.grades], 60)
    marks: list[Bar | Words] = []
    y = 0.0
    for (name, low, high), many in zip(GRADES, scores.grades, strict=True):
        bounds = f"≥{low:g}" if low > 0 else f"<{high:g}"
        marks.append(Words(0, y + BAR - 2.5, f"{name if current() == 'zh' else ''} {bounds}".strip()))
        marks += _labelled(60, y, many * scale, DARK, str(many))
        y += BAR + 4
    if scores.budget and scores.executed is not None:
        y += 6
        budget, spent = sentences.amount(scores.budget), sentences.amount(scores.executed)
        told = tr("项目预算{budget}万元，执行{spent}万元", budget=budget, spent=spent)
        marks.append(Words(0, y + 10, bracketed(told, sentences.percent(scores.executed / scores.budget))))
        marks.append(Bar(0, y + 15, WIDTH, BAR, LIGHT))
        marks.append(Bar(0, y + 15, WIDTH * min(max(scores.executed / scores.budget, 0.0), 1.0), BAR, DARK))
        y += 15 + BAR + 4
    return Chart(sentences.scoring(facts), marks, y)


def charts(facts: Summary) -> list[Chart]:
    """The charts that the report has figures for, in order of reading."""
    made = (
        budgets(facts), items(facts), grades(facts), classes(facts), parts(facts)
    )  # fmt: skip
    return [
        replace(chart, title=sentences.capital(chart.title), notes=tuple(map(sentences.capital, chart.notes)))
        for chart in made
        if chart is not None
    ]
