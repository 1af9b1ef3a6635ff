"""The department's own form (部门整体绩效自评表) recomputed: tasks, indicators and its execution rate add up to its total."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from jscore import schema
from jscore.language import sign, tr
from jscore.scoring.computed import (
    PLACE,
    Record,
    Scored,
    Sums,
    as_float,
    compared,
    decimal,
    lines,
    rate_places,
    scored,
    slack,
    total_of,
    weights_differ,
)
from jscore.scoring.marks import ZERO, Mark, execution_rate, how_executed, rounded
from jscore.scoring.rule_sets import RuleSet, percent, plain
from jscore.scoring.rule_sets import rule_set as named
from jscore.scoring.scores import Rules, by_report, chosen
from jscore.text.numbers import half_of_column

_COMPARED = ("reported", "recomputed", "difference", "tolerance", "status", "rule")
_TEXTS = ("task", "department", "rule", "status", "table_id")
_AMOUNTS = ("allocated", "executed", "execution_rate")
_EXECUTION = ("execution_score_reported", "execution_score_recomputed")
_SUMS = ("tasks_reported", "tasks_recomputed", "indicators_reported", "indicators_recomputed", *_EXECUTION)
#: What a form prints of its budget's execution.
_OF_EXECUTION = ("budget", "executed", "execution_rate", "execution_score", "execution_weight")
#: An indicator that is the budget's execution itself.
EXECUTION = re.compile(r"(?:部门|整体)*预算(?:执行|完成)率")


def score_tasks(tasks: pd.DataFrame, rules: RuleSet | None = None) -> pd.DataFrame:
    """Frame ``tasks`` scored, a row a task: task, allocated, executed (万元), weight, then as in ``indicator_scores``.

    A task scores its weight by executed of allocated, at most 1, rounded as 预算执行率得分 is (``rules``: the national set): assumed, as the forms known
    so far give every task all its points.
    """
    panel = by_report(score_tasks, (tasks,), rules)
    if panel is not None:
        return panel
    rule_set = rules or named("national")
    records = [
        {**{name: one.line[name] for name in ("task", "allocated", "executed", "weight", *PLACE)}, **one.compared,
         "rule": one.mark.rule}
        for one in _scored_tasks(tasks, rule_set)
    ]  # fmt: skip
    return _framed(records, "task", "allocated", "executed", "weight", *_COMPARED, *PLACE)


def score_department(
    overall: pd.DataFrame, tasks: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None
) -> pd.DataFrame:
    """The department's total, a row a row of ``overall``: department, weights, tasks and indicators (scope 部门) added up and the
    score for the budget's execution where the form gives it points of its own, as reported and recomputed, then as in
    ``project_scores``.
    """
    panel = by_report(score_department, (overall, tasks, indicators), rules)
    if panel is not None:
        return panel
    rule_set, why = chosen(rules, schema.empty("projects"), indicators)
    if rule_set is None:
        records = [
            {"department": line["department"], **compared(decimal(line["total_score"]), None, ZERO),
             "rule": tr("未复算：{why}", why=why), **{name: line[name] for name in PLACE}}
            for line in lines(overall, "department", "total_score", *PLACE)
        ]  # fmt: skip
        return _framed(records, "department", "weights", *_SUMS, *_COMPARED, *PLACE)
    done = Sums.of(_scored_tasks(tasks, rule_set))
    own = Sums.of(scored(indicators[indicators["scope"] == "部门"], rule_set))
    half = half_of_column(overall["total_score"])
    half_rate = half_of_column(overall["execution_rate"], least=rate_places(overall["execution_rate"]))
    names = set(indicators.loc[indicators["scope"] == "部门", "level3"].dropna())
    within = any(EXECUTION.fullmatch(name) for name in names)
    earned = total_of((done.exact, own.exact))
    records = []
    for line in lines(overall, "department", "total_score", *_OF_EXECUTION, *PLACE):
        execution = _execution(line, half_rate, done.weights + own.weights, within, rule_set)
        exact = None if earned is None else earned + (execution.points or ZERO)
        total = None if exact is None else rounded(exact, rule_set.subtotal_places)
        bound = slack(exact, half) + done.rounding + own.rounding + execution.rounding
        sums = (done.reported, done.exact, own.reported, own.exact, execution.reported, execution.points)
        records.append({
            "department": line["department"], "weights": as_float(done.weights + own.weights + execution.weight),
            **{name: as_float(value) for name, value in zip(_SUMS, sums, strict=True)},
            **compared(decimal(line["total_score"]), total, bound),
            "rule": _rule(done, own, execution, total, rule_set), **{name: line[name] for name in PLACE},
        })  # fmt: skip
    return _framed(records, "department", "weights", *_SUMS, *_COMPARED, *PLACE)


def _scored_tasks(tasks: pd.DataFrame, rule_set: RuleSet) -> list[Scored]:
    amounts = half_of_column([*tasks["allocated"], *tasks["executed"]])
    rates = half_of_column(tasks["execution_rate"], least=rate_places(tasks["execution_rate"]))
    half = half_of_column(tasks["score"])
    found = []
    for number, line in enumerate(lines(tasks, "task", *_AMOUNTS, "weight", "score", *PLACE), 1):
        mark, spread = _task(line, amounts, rates, rule_set)
        line["indicator_no"] = number
        found.append(Scored(line, decimal(line["score"]), mark, slack(mark.points, half) + spread))
    return found


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
    said = f"{plain(weight)} × {rate.how} = {plain(points)}"
    if not rate.agrees:
        said += sign("；") + tr("所印执行率不是{rate}", rate=percent(rate.value))
    return Mark(points, "numbers", said, rate.value), max(high - points, points - low)


@dataclass(frozen=True)
class Execution:
    """The points that a form gives its budget's execution beside those of its tasks and indicators; none without such."""

    weight: Decimal = ZERO
    reported: Decimal | None = None
    points: Decimal | None = None
    rounding: Decimal = ZERO
    how: str = ""


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
    return Execution(weight, reported, points, bound, how_executed(rate, weight))


def _rule(done: Sums, own: Sums, execution: Execution, total: Decimal | None, rule_set: RuleSet) -> str:
    if total is None:
        return tr("没有总分：自评表没有打了分的任务和指标")
    parts = {tr("任务"): done.exact, tr("指标"): own.exact, tr("执行率"): execution.points}
    named = [f"{name} {plain(rounded(points, 4))}" for name, points in parts.items() if points is not None]
    said = [f"{' + '.join(named)}{execution.how} = {plain(total)}"]
    weights = done.weights + own.weights + execution.weight
    if done.weights + own.weights and weights != rule_set.department_total:
        said.append(weights_differ(weights, rule_set.department_total))
    said += [tr("任务：{gap}", gap=gap) for gap in done.gaps]
    return sign("；").join([*said, *own.gaps])


def _framed(records: list[Record], *columns: str) -> pd.DataFrame:
    kinds = {name: "str" if name in _TEXTS else "Int64" if name in ("page", "row") else "float64" for name in columns}
    return pd.DataFrame.from_records(records).reindex(columns=list(columns)).astype(kinds)
