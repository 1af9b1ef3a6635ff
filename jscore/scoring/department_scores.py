"""The department's own form (部门整体绩效自评表) recomputed: tasks, indicators and its execution rate add up to its total."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from jscore import schema
from jscore.language import sign, tr
from jscore.schema import PLACE, records_of
from jscore.scoring.computed import Record, Sums, as_float, compared, decimal, weights_differ
from jscore.scoring.department_forms import Execution, departments, scored_tasks
from jscore.scoring.marks import ZERO, rounded
from jscore.scoring.rule_sets import RuleSet, number_text
from jscore.scoring.rule_sets import rule_set as named
from jscore.scoring.scores import Rules, by_report, chosen

_COMPARED = ("reported", "recomputed", "difference", "tolerance", "status", "rule")
_TEXTS = ("task", "department", "rule", "status", "table_id")
_EXECUTION = ("execution_score_reported", "execution_score_recomputed")
_SUMS = ("tasks_reported", "tasks_recomputed", "indicators_reported", "indicators_recomputed", *_EXECUTION)


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
        {**{name: task.line[name] for name in ("task", "allocated", "executed", "weight", *PLACE)}, **task.compared,
         "rule": task.mark.rule}
        for task in scored_tasks(tasks, rule_set)
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
    rule_set, why = chosen(rules, schema.empty("projects"), indicators, overall, tasks)
    if rule_set is None:
        records = [
            {"department": line["department"], **compared(decimal(line["total_score"]), None, ZERO),
             "rule": tr("未复算：{why}", why=why), **{name: line[name] for name in PLACE}}
            for line in records_of(overall, "department", "total_score", *PLACE)
        ]  # fmt: skip
        return _framed(records, "department", "weights", *_SUMS, *_COMPARED, *PLACE)
    records = []
    for form in departments(overall, tasks, indicators, rule_set):
        task_sums, indicator_sums, execution, line = form.tasks, form.indicators, form.execution, form.line
        total = form.total(rule_set.subtotal_places)
        sums = (
            task_sums.reported,
            task_sums.exact,
            indicator_sums.reported,
            indicator_sums.exact,
            execution.reported,
            execution.points,
        )
        records.append({
            "department": line["department"], "weights": as_float(form.weights + execution.weight),
            **{name: as_float(value) for name, value in zip(_SUMS, sums, strict=True)},
            **compared(decimal(line["total_score"]), total, form.bound(total)),
            "rule": _rule(task_sums, indicator_sums, execution, total, rule_set), **{name: line[name] for name in PLACE},
        })  # fmt: skip
    return _framed(records, "department", "weights", *_SUMS, *_COMPARED, *PLACE)


def _rule(task_sums: Sums, indicator_sums: Sums, execution: Execution, total: Decimal | None, rule_set: RuleSet) -> str:
    if total is None:
        return tr("没有总分：自评表没有打了分的任务和指标")
    parts = {tr("任务"): task_sums.exact, tr("指标"): indicator_sums.exact, tr("执行率"): execution.points}
    named = [f"{name} {number_text(rounded(points, 4))}" for name, points in parts.items() if points is not None]
    sentences = [f"{' + '.join(named)}{execution.how} = {number_text(total)}"]
    weights = task_sums.weights + indicator_sums.weights + execution.weight
    if task_sums.weights + indicator_sums.weights and weights != rule_set.department_total:
        sentences.append(weights_differ(weights, rule_set.department_total))
    sentences += [tr("任务：{gap}", gap=gap) for gap in task_sums.gaps]
    return sign("；").join([*sentences, *indicator_sums.gaps])


def _framed(records: list[Record], *columns: str) -> pd.DataFrame:
    kinds = {name: "str" if name in _TEXTS else "Int64" if name in ("page", "row") else "float64" for name in columns}
    return pd.DataFrame.from_records(records).reindex(columns=list(columns)).astype(kinds)
