"""The department's own form (部门整体绩效自评表) by a rule set: its tasks, its indicators and what its budget's execution earns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from jscore.language import sign, tr
from jscore.schema import PLACE, records_of
from jscore.scoring.computed import (
    Record,
    Scored,
    Sums,
    decimal,
    rate_places,
    scored,
    slack,
    total_of,
)
from jscore.scoring.marks import ZERO, Mark, Rate, execution_rate, how_executed, rounded
from jscore.scoring.rule_sets import RuleSet, number_text, percent
from jscore.text.numbers import half_of_column

_AMOUNTS = ("allocated", "executed", "execution_rate")
#: What a form prints of its budget's execution.
_OF_EXECUTION = ("budget", "executed", "execution_rate", "execution_score", "execution_weight")
#: An indicator that is the budget's execution itself.
EXECUTION = re.compile(r"(?:部门|整体)*预算(?:执行|完成)率")


@dataclass(frozen=True)
class Department:
    """A department's form: the line of its total, its tasks, its indicators, its execution, each by the rule."""

    line: Record
    tasks: Sums
    indicators: Sums
    execution: Execution
    half: Decimal

    @property
    def weights(self) -> Decimal:
        return self.tasks.weights + self.indicators.weights

    def total(self, places: Decimal, printed: bool = False) -> Decimal | None:
        """The total of the parts by the rule, or of the ``printed`` scores of the lines; None without any."""
        parts = (self.tasks, self.indicators)
        earned = total_of(part.reported if printed else part.exact for part in parts)
        return None if earned is None else rounded(earned + (self.execution.points or ZERO), places)

    def bound(self, total: Decimal | None) -> Decimal:
        """The difference that rounding explains."""
        return slack(total, self.half) + self.tasks.rounding + self.indicators.rounding + self.execution.rounding


def departments(
    overall: pd.DataFrame, tasks: pd.DataFrame, indicators: pd.DataFrame, rules: RuleSet, fixed: bool = False
) -> Iterator[Department]:
    """Every row of ``overall`` by the rule; ``fixed``: its execution by the points of the rule, not those that the form prints."""
    if overall.empty:
        return
    done = Sums.of(scored_tasks(tasks, rules))
    of_department = indicators[indicators["scope"] == "部门"]
    sums = Sums.of(scored(of_department, rules))
    half = half_of_column(overall["total_score"])
    half_rate = half_of_column(overall["execution_rate"], least=rate_places(overall["execution_rate"]))
    within = any(EXECUTION.fullmatch(name) for name in set(of_department["level3"].dropna()))
    for line in records_of(overall, "department", "total_score", *_OF_EXECUTION, *PLACE):
        if fixed:
            line["execution_weight"] = rules.of_form(decimal(line["execution_weight"])).execution_weight
        execution = _execution(line, half_rate, done.weights + sums.weights, within, rules)
        yield Department(line, done, sums, execution, half)


def scored_tasks(tasks: pd.DataFrame, rule_set: RuleSet) -> list[Scored]:
    """Every task (frame ``tasks``) by its execution rate."""
    amounts = half_of_column([*tasks["allocated"], *tasks["executed"]])
    rates = half_of_column(tasks["execution_rate"], least=rate_places(tasks["execution_rate"]))
    half = half_of_column(tasks["score"])
    task_scores = []
    for number, line in enumerate(records_of(tasks, "task", *_AMOUNTS, "weight", "score", *PLACE), 1):
        mark, spread = _task(line, amounts, rates, rule_set)
        line["indicator_no"] = number
        task_scores.append(Scored(line, decimal(line["score"]), mark, slack(mark.points, half) + spread))
    return task_scores


def _task(line: Record, half_amount: Decimal, half_rate: Decimal, rule_set: RuleSet) -> tuple[Mark, Decimal]:
    """A task's score, and what the rounding of its amounts may make of it."""
    weight = decimal(line["weight"])
    allocated, executed, printed = (decimal(line[name]) for name in _AMOUNTS)
    rate = execution_rate(allocated, executed, printed, half_amount, half_rate)
    if weight is None or rate is None:
        words = tr("未复算：没有印分值") if weight is None else tr("未复算：没有执行率")
        return Mark(None, "none", words), ZERO
    places = rule_set.execution_places
    low, points, high = (rounded(weight * value, places) for value in (rate.low, rate.value, rate.high))
    words = f"{number_text(weight)} × {rate.how} = {number_text(points)}"
    if not rate.agrees:
        words += sign("；") + tr("所印执行率不是{rate}", rate=percent(rate.value))
    return Mark(points, "numbers", words, rate.value), max(high - points, points - low)


@dataclass(frozen=True)
class Execution:
    """The points that a form gives its budget's execution beside those of its tasks and indicators; none without such."""

    weight: Decimal = ZERO
    reported: Decimal | None = None
    points: Decimal | None = None
    rounding: Decimal = ZERO
    how: str = ""
    rate: Rate | None = None


def _execution(line: Record, half_rate: Decimal, others: Decimal, within: bool, rule_set: RuleSet) -> Execution:
    """The execution score by the rate; as reported where the form has no rate.

    ``others`` are the weights of the tasks and indicators, ``within`` whether one of these is the execution itself.
    """
    budget, executed, printed, reported, weight = (decimal(line[name]) for name in _OF_EXECUTION)
    counted = others == rule_set.department_total or (within and not others)
    if reported is None or counted:
        return Execution()
    weight = rule_set.execution_weight if weight is None else weight
    half = half_of_column([line["execution_score"]])
    amounts = half_of_column([line["budget"], line["executed"]])
    rate = execution_rate(budget, executed, printed, amounts, half_rate)
    if rate is None:
        return Execution(weight, reported, reported, ZERO, how_executed(None, weight))
    low, points, high = (rounded(weight * x, rule_set.execution_places) for x in (rate.low, rate.value, rate.high))
    bound = max(high - points, points - low) + slack(points, half)
    return Execution(weight, reported, points, bound, how_executed(rate, weight), rate)
