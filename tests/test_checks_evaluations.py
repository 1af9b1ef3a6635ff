"""Relations of the self-evaluations: each broken by one printed unit beyond its tolerance, and held within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jscore import schema
from jscore.relations import plausibility, summaries
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import findings, run_checks
from jscore.relations.source import Source
from jscore.scoring import doubts
from tests import made_evaluations as made
from tests.shared import RAW, REPORTS, needs_shared, report
from tests.test_checks_tables import named, rows

#: One change of a frame: the frame, the row, the column, the value.
Change = tuple[str, dict[str, Any], str, Any]


def changed(held: Source, *changes: Change) -> Source:
    """``held`` with other values in its frames, its scores recomputed where they may be others."""
    frames = dict(held.frames)
    for name, where, column, value in changes:
        frames[name] = frames[name].copy()
        frames[name].loc[rows(frames[name], where), column] = value
    other = replace(held, frames=frames)
    return made.scored(other) if {"projects", "indicators"} & {change[0] for change in changes} else other


def statuses(held: Source, check_id: str, subject: str = "") -> list[str]:
    checks, _ = run_checks(held, named(check_id))
    own = checks[checks["subject"].fillna("").str.contains(subject, regex=False)]
    assert len(own), f"no row of {check_id} {subject}"
    return own["status"].tolist()


def first() -> dict[str, Any]:
    return {"project_no": 1}


def office() -> dict[str, Any]:
    return {"project_no": 7}


def of(project: int, number: int) -> dict[str, Any]:
    return {"project_no": project, "indicator_no": number}


def own(number: int) -> dict[str, Any]:
    return {"scope": "部门", "indicator_no": number}


def fact(subject: str, measure: str = "amount") -> dict[str, Any]:
    return {"subject": subject, "measure": measure}


def execution_beside(score: float | None, weight: float | None) -> tuple[Change, ...]:
    """A task's 10 points given to the execution of the budget, beside lines that have 90."""
    office_ = {"task": "办公楼维修"}
    return (
        ("tasks", office_, "weight", 0.0), ("tasks", office_, "score", 0.0),
        ("overall", {"row": 0}, "execution_score", score), ("overall", {"row": 0}, "execution_weight", weight),
    )  # fmt: skip


def of_execution(budget: float | None, executed: float | None, rate: float | None = None) -> tuple[Change, ...]:
    """What the department's form prints of its budget's execution."""
    printed = {"budget": budget, "executed": executed, "execution_rate": rate}
    return tuple(("overall", {"row": 0}, name, value) for name, value in printed.items())


def unweighted() -> tuple[Change, ...]:
    """The department's lines without weights, and none of them the execution of the budget."""
    lines = [("tasks", {"row": row}) for row in (2, 3, 4)] + [("indicators", own(1)), ("indicators", own(2))]
    return (*((name, where, "weight", None) for name, where in lines), ("indicators", own(1), "level3", "经费控制率"))


#: check_id, subject, the changed figure, what rounding explains of a change, the printed unit.
ROUNDED: tuple[tuple[str, str, tuple[str, dict[str, Any], str], float, float], ...] = (
    ("evaluation.rate", "人才引进奖励", ("projects", first(), "execution_rate"), 0.0007, 0.0001),
    ("evaluation.weights", "人才引进奖励", ("indicators", of(1, 3), "weight"), 0.0, 0.1),
    ("evaluation.subtotal", "人才引进奖励", ("projects", first(), "indicator_subtotal"), 0.02, 0.01),
    ("evaluation.subtotal", "人才引进奖励", ("indicators", of(1, 1), "score"), 0.02, 0.01),
    ("evaluation.execution-score", "人才引进奖励", ("projects", first(), "execution_score"), 0.01, 0.01),
    ("evaluation.total", "人才引进奖励", ("projects", first(), "total_score"), 0.02, 0.01),
    ("evaluation.total", "人才引进奖励", ("projects", first(), "deduction"), 0.02, 0.01),
    ("evaluation.completion", "自评表1指标1", ("indicators", of(1, 1), "completion"), 0.0, 0.01),
    ("evaluation.indicator-rule", "自评表1指标1", ("indicators", of(1, 1), "score"), 0.0, 0.01),
    ("department.total", "部门整体自评表", ("overall", {"row": 0}, "total_score"), 0.03, 0.01),
    ("department.weights", "部门整体自评表", ("tasks", {"task": "办公楼维修"}, "weight"), 0.0, 0.1),
    ("department.task-rate", "人员经费", ("tasks", {"task": "基本支出人员经费"}, "execution_rate"), 0.0001, 0.0001),
    ("department.basic", "基本支出", ("tasks", {"task": "基本支出公用经费"}, "executed"), 0.01, 0.01),
    ("department.basic-groups", "公用经费", ("tasks", {"task": "基本支出公用经费"}, "executed"), 0.01, 0.01),
    ("department.project-money", "办公楼维修” allocated", ("tasks", {"task": "办公楼维修"}, "allocated"), 0.01, 0.01),
    ("department.project-money", "办公楼维修” executed", ("projects", office(), "executed"), 0.01, 0.01),
    ("department.balance", "部门整体自评表", ("overall", {"row": 0}, "revenue_budget"), 0.01, 0.01),
    ("department.evaluated-money", "整体绩效自评", ("overall", {"row": 0}, "expenditure_budget"), 0.02, 0.01),
    ("department.execution-rate", "预算执行率", ("narrative", fact("财政拨款支出", "budget_completion"), "value"), 0.005, 0.0001),
    ("summary.score", "办公楼维修", ("narrative", fact("办公楼维修 自评得分", "score"), "value"), 0.01, 0.01),
    ("summary.budget", "办公楼维修", ("projects", office(), "budget"), 0.01, 0.01),
    ("summary.executed", "办公楼维修", ("narrative", fact("办公楼维修 执行数"), "value"), 0.01, 0.01),
    ("summary.rate", "人才引进奖励", ("narrative", fact("人才引进奖励 完成预算", "budget_completion"), "value"), 0.0001, 0.0001),
    ("summary.own-rate", "人才引进奖励", ("narrative", fact("人才引进奖励 完成预算", "budget_completion"), "value"), 0.0007, 0.0001),
    ("summary.count", "自评项目", ("narrative", fact("预算支出项目", "count"), "value"), 0.0, 1.0),
    ("summary.told-count", "自评项目", ("narrative", fact("预算支出项目", "count"), "value"), 0.0, 1.0),
    ("summary.money", "自评项目涉及资金", ("narrative", fact("预算支出项目 > 涉及资金"), "value"), 0.04, 0.01),
    ("summary.funds", "自评项目资金", ("narrative", fact("预算支出项目 > 涉及资金"), "value"), 0.02, 0.01),
    ("summary.funds", "自评项目个数", ("narrative", fact("预算支出项目", "count"), "value"), 0.0, 1.0),
    ("summary.spent", "办公楼维修资金", ("narrative", fact("项目支出 > 办公楼维修资金"), "value"), 0.01, 0.01),
)  # fmt: skip
#: check_id, subject, changes with which it holds, changes with which it does not.
CASES: tuple[tuple[str, str, tuple[Change, ...], tuple[Change, ...]], ...] = (
    ("evaluation.overspent", "办公楼维修", (("projects", office(), "executed", 12.35),), (("projects", office(), "executed", 12.36),)),
    ("evaluation.project-spending", "项目支出", (("projects", {"project_no": 8}, "executed", 58.88),),
     (("projects", {"project_no": 8}, "executed", 58.89),)),
    ("evaluation.score-limit", "重点工作", (("indicators", own(2), "score", 30.0),), (("indicators", own(2), "score", 30.01),)),
    ("evaluation.score-limit", "基本支出公用经费", (("tasks", {"task": "基本支出公用经费"}, "score", 20.0),),
     (("tasks", {"task": "基本支出公用经费"}, "score", 20.01),)),
    ("evaluation.range", "", (("indicators", of(8, 1), "score", 0.0),), (("indicators", of(8, 1), "score", -0.01),)),
    ("evaluation.range", "", (("projects", office(), "total_score", 100.0),), (("projects", office(), "total_score", 100.01),)),
    ("evaluation.full-marks", "自评表1指标1", (("indicators", of(1, 1), "score", 39.99),), (("indicators", of(1, 1), "score", 40.0),)),
    ("evaluation.completion", "自评表1指标3", (("indicators", of(1, 3), "completion", 1.06),),
     (("indicators", of(1, 3), "completion", 1.07),)),
    ("evaluation.total-rule", "人才引进奖励", (("projects", first(), "deduction", 31.01),),
     (("projects", first(), "deduction", 30.99), ("projects", first(), "total_score", 59.01))),
    ("evaluation.unpaid-complete", "乡村道路养护", (("indicators", of(8, 1), "actual", "99"),),
     (("indicators", of(8, 1), "actual", "100"), ("indicators", of(8, 1), "score", 40.0))),
    ("evaluation.unpaid-paid", "乡村道路养护", (("indicators", of(8, 1), "level3", "资金拨付率"),),
     (("indicators", of(8, 1), "level3", "资金拨付率"), ("indicators", of(8, 1), "score", 0.01))),
    ("evaluation.paid-amount", "拨付资金金额",
     (("indicators", of(1, 1), "level3", "拨付资金金额"), ("indicators", of(1, 1), "unit", "万元"), ("indicators", of(1, 1), "actual", "4.01")),
     (("indicators", of(1, 1), "level3", "拨付资金金额"), ("indicators", of(1, 1), "unit", "万元"), ("indicators", of(1, 1), "actual", "4.02"))),
    ("evaluation.outcome-amount", "人才引进奖励", (("projects", first(), "outcome", "已兑现奖励19人，合计4.01万元。拟再发放，共计9万元。"),),
     (("projects", first(), "outcome", "已兑现奖励19人，合计4.02万元。"),)),
    ("evaluation.paid-nothing", "资助标准", (("indicators", of(1, 1), "level3", "资助标准"),),
     (("indicators", of(1, 1), "level3", "资助标准"), ("indicators", of(1, 1), "actual", "0"))),
    ("evaluation.reason", "自评表1指标1", (("indicators", of(1, 1), "reason", "申报较少"),), (("indicators", of(1, 1), "cause", None),)),
    ("evaluation.twice", "人才引进奖励", (("projects", {"project_no": 2}, "project", "人才引进奖励（二）"),),
     (("projects", {"project_no": 2}, "project", "人才引进 奖励"),)),
    ("evaluation.name-year", "人才引进奖励", (("projects", first(), "project", "2024年人才引进奖励"),),
     (("projects", first(), "project", "人才引进奖励——2025"),)),
    ("evaluation.same-figures", "自评表1", (("indicators", of(1, 3), "level3", "政策知晓率"),),
     (("indicators", of(1, 3), "level3", "政策知晓率"), ("indicators", of(1, 3), "target", "95"), ("indicators", of(1, 3), "actual", "96"))),
    ("department.task-score", "人员经费", (("tasks", {"task": "基本支出人员经费"}, "score", 19.99),),
     (("tasks", {"task": "基本支出人员经费"}, "score", 20.0),)),
    ("department.task-twice", "", (("tasks", {"task": "办公楼维修"}, "task", "基本支出其他"),),
     (("tasks", {"task": "办公楼维修"}, "task", "基本支出 公用经费"),)),
    ("department.total", "部门整体自评表", execution_beside(10.0, 10.0), execution_beside(9.94, 10.0)),
    ("department.total", "部门整体自评表", (*execution_beside(10.0, None), *unweighted()), (*execution_beside(9.94, None), *unweighted())),
    ("department.total", "部门整体自评表", execution_beside(10.0, 10.0)[2:], (("overall", {"row": 0}, "total_score", 107.0),)),
    ("department.execution-score", "部门整体自评表", (*execution_beside(8.0, 10.0), *of_execution(100.0, 79.95)),
     (*execution_beside(8.0, 10.0), *of_execution(100.0, 79.9))),
    ("department.execution-score", "部门整体自评表", (*execution_beside(8.0, None), *of_execution(None, None, 0.8)),
     (*execution_beside(8.06, None), *of_execution(None, None, 0.8))),
    ("department.weights", "部门整体自评表", execution_beside(10.0, 10.0), execution_beside(10.0, 11.0)),
    ("department.weights", "部门整体自评表", execution_beside(10.0, 10.0)[2:], execution_beside(None, None)),
    ("department.opening-budget", "财政拨款支出", (("narrative", fact("财政拨款支出", "budget_completion"), "value", 0.9499),),
     (("narrative", fact("财政拨款支出", "budget_completion"), "value", 0.9501),)),
    ("summary.complete", "办公楼维修", (("indicators", of(7, 1), "completion", 1.2),), (("indicators", of(7, 1), "completion", 0.99),)),
)  # fmt: skip
#: check_id, subject, words swapped in the text with which it holds, and with which it does not.
TEXTS: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    (
        "summary.name",
        "办公楼维修",
        {"“办公楼维修”项目自评": "“办公楼（维修）”项目自评"},
        {"“办公楼维修”项目自评": "“办公楼维护”项目自评"},
    ),
)


def test_the_made_report_holds() -> None:
    checks, figures = run_checks(made.source())
    mine = checks[checks["group"].isin(["self-evaluation", "completeness"])]
    failing = findings(mine)
    # its forms are made by one pattern, so that all of them ask for what the first one asks
    assert failing["check_id"].eq("evaluation.same-indicators").all(), failing[["check_id", "message"]].to_string()
    assert len(failing) == len(made.source().frames["projects"]) - 1
    of_mine = figures[figures["check_no"].isin(mine["check_no"])]
    assert of_mine[["page", "x0", "y0", "x1", "y1"]].notna().all(axis=None)


@pytest.mark.parametrize(("check_id", "subject", "figure", "most", "unit"), ROUNDED, ids=lambda x: str(x)[:30])
def test_a_figure_may_be_off_by_its_rounding_and_no_more(
    check_id: str, subject: str, figure: tuple[str, dict[str, Any], str], most: float, unit: float
) -> None:
    held = made.source()
    frame, where, column = figure
    value = held.frames[frame].loc[rows(held.frames[frame], where), column].iloc[0]
    for sign in (1, -1):
        within = changed(held, (frame, where, column, round(value + sign * most, 6)))
        beyond = changed(held, (frame, where, column, round(value + sign * (most + unit), 6)))
        assert statuses(within, check_id, subject) == ["pass"]
        assert "fail" in statuses(beyond, check_id, subject)


@pytest.mark.parametrize(("check_id", "subject", "holds", "breaks"), CASES, ids=lambda x: str(x)[:30])
def test_limits_targets_and_names(
    check_id: str, subject: str, holds: Sequence[Change], breaks: Sequence[Change]
) -> None:
    assert "fail" not in statuses(changed(made.source(), *holds), check_id, subject)
    assert "fail" in statuses(changed(made.source(), *breaks), check_id, subject)


@pytest.mark.parametrize(("check_id", "subject", "holds", "breaks"), TEXTS, ids=lambda x: str(x)[:30])
def test_words_of_the_narrative(check_id: str, subject: str, holds: dict[str, str], breaks: dict[str, str]) -> None:
    assert statuses(made.source(holds), check_id, subject) == ["pass"]
    assert statuses(made.source(breaks), check_id, subject) == ["fail"]


def test_a_claim_to_cover_all_projects() -> None:
    whole = made.source({"自评覆盖率达到90%": "自评覆盖率达到100%"})
    assert statuses(whole, "summary.coverage") == ["fail"]
    for executed, expected in ((58.89, "pass"), (58.9, "fail"), (58.78, "fail")):
        held = changed(whole, ("projects", {"project_no": 8}, "executed", executed))
        assert statuses(held, "summary.coverage") == [expected]


def test_spending_is_held_against_projects_much_alike_only() -> None:
    forms = made.source().evaluations.projects
    named = {part: [form.name for form in summaries.projects_named(part, forms)]
             for part in ("办公楼维修资金", "人才引进相关奖励资金", "农村道路养护", "劳动保障经费", "宣传费")}  # fmt: skip
    assert named["办公楼维修资金"] == ["办公楼维修"]
    assert named["人才引进相关奖励资金"] == ["人才引进奖励"]
    assert named["农村道路养护"] == named["劳动保障经费"] == named["宣传费"] == []


def reasons(check_id: str, *changes: Change, funded: float | None = None) -> str:
    """What the finding of a relation says may explain it, "" for nothing."""
    held = changed(made.source(), *changes)
    if funded is not None:
        line = {
            "scope": "项目",
            "project_no": 7,
            "source": "其中：上年结转资金",
            "budget": funded,
            "page": 1,
            "table_id": "t",
            "row": 0,
        }
        held = replace(held, frames={**held.frames, "project_funding": schema.from_records("project_funding", [line])})
    (message,) = findings(run_checks(held, named(check_id))[0])["message"]
    return str(message).partition("。或可解释：")[2]


@pytest.mark.parametrize(
    ("sentence", "amount", "part", "explains"),
    [
        ("此项资金为上年结转项目资金", 5.0, 7.33, "12.33＝7.33＋5.00"),
        ("由以前年度下达的专项资金中支出", 12.33, 0.0, "（情况说明称其“由以前年度下达的专项资金中支出”）"),
        ("使用历年结余资金安排", 5.0, 7.33, "12.33＝7.33＋5.00"),
        ("此项资金为上年结转项目资金", 5.02, 7.33, ""),
        ("年初未安排预算", 5.0, 7.33, ""),
    ],
)
def test_a_difference_that_is_money_of_earlier_years_says_so(
    sentence: str, amount: float, part: float, explains: str
) -> None:
    other = fact("财政拨款支出")
    words = reasons(
        "summary.spent", ("projects", office(), "executed", part), ("narrative", other, "value", amount),
        ("narrative", other, "sentence", f"职业培训（项）{amount}万元，{sentence}。"),
    )  # fmt: skip
    assert explains in words if explains else not words


def test_money_carried_over_and_words_of_another_year_explain_spending() -> None:
    more: Change = ("projects", office(), "executed", 20.0)
    assert reasons("evaluation.overspent", more, funded=8.0) == "自评表7“办公楼维修”上年结转资金8.00万元"
    assert reasons("evaluation.overspent", more, funded=7.0) == reasons("evaluation.overspent", more) == ""
    for said in ("使用上年结转资金支付尾款", "动用以前年度资金", "用去年预算支付"):
        assert said[:5] in reasons("evaluation.overspent", more, ("indicators", of(7, 1), "reason", f"其他：{said}。"))
    assert not reasons("evaluation.overspent", more, ("indicators", of(7, 1), "reason", "上年度完成较好，资金充足。"))


def test_a_rule_that_most_scores_depart_from_is_not_that_of_the_report() -> None:
    full = [("indicators", of(number, 1), "score", 35.0) for number in range(1, 7)]
    assert statuses(changed(made.source(), *full), "evaluation.indicator-rule") == ["skipped"]
    whole = [("projects", {"project_no": number}, name, value) for number in range(1, 7)
             for name, value in (("deduction", 0.0), ("total_score", 90.0))]  # fmt: skip
    assert statuses(changed(made.source(), *whole), "evaluation.total-rule") == ["skipped"]


def test_the_weight_of_the_execution_rate_is_that_of_the_forms() -> None:
    lines = [("projects", {"project_no": number}, "execution_score", 8.0) for number in range(1, 7)]
    lines += [("projects", office(), "execution_score", 19.98)]
    lines += [("indicators", of(number, 3), "weight", 10.0) for number in range(1, 9)]
    held = changed(made.source(), *lines)
    assert set(statuses(held, "evaluation.weights")) == {"pass"}
    assert set(statuses(held, "evaluation.execution-score")) == {"pass"}


def test_forms_without_execution_score_may_weigh_all_or_all_but_it() -> None:
    held = changed(made.source(), *[("projects", {"project_no": n}, "execution_score", None) for n in range(1, 9)])
    assert set(statuses(held, "evaluation.weights")) == {"pass"}
    whole = changed(held, *[("indicators", of(n, 3), "weight", 30.0) for n in range(1, 8)])
    assert set(statuses(whole, "evaluation.weights")) == {"pass"}
    assert "fail" in statuses(changed(held, ("indicators", of(1, 3), "weight", 25.0)), "evaluation.weights")


def test_a_sum_with_a_blank_part_is_not_tested() -> None:
    held = changed(made.source(), ("indicators", of(1, 1), "score", None))
    checks, _ = run_checks(held)
    subtotals = checks[checks["check_id"] == "evaluation.subtotal"]
    assert len(subtotals) == 7 and (subtotals["status"] == "pass").all()


def test_a_choice_of_forms_says_nothing_of_their_number() -> None:
    held = made.source({"预算支出项目8个": "预算支出项目40个", "涉及资金92.35万元": "涉及资金900.00万元"})
    for check_id in ("summary.count", "summary.told-count", "summary.money"):
        assert statuses(held, check_id) == ["skipped"]


def test_claims_without_money_are_those_of_the_analysis() -> None:
    held = changed(made.source(), ("indicators", of(8, 2), "actual", "96"), ("indicators", of(8, 2), "score", 30.0))
    found = doubts.complete_without_money(held.frames["projects"], held.frames["indicators"])
    checks, figures = run_checks(held)
    failed = checks[(checks["check_id"] == "evaluation.unpaid-complete") & (checks["status"] == "fail")]
    scores = figures[figures["check_no"].isin(failed["check_no"]) & (figures["role"] == "expected")]
    assert len(found) == len(scores) == 1
    assert held.frames["indicators"].loc[scores["frame_row"], "indicator_no"].tolist() == found["indicator_no"].tolist()


def test_every_relation_of_the_self_evaluations_is_tested_here() -> None:
    tested = {case[0] for case in (*ROUNDED, *CASES, *TEXTS)} | {"summary.coverage", "evaluation.funding"}
    of_forms = {check.check_id for check in CATALOGUE if check.group == "self-evaluation"}
    assert tested == of_forms - plausibility.TESTS.keys()


def test_a_sum_is_not_tested_where_an_indicator_may_not_have_been_read() -> None:
    held = made.source()
    frames = dict(held.frames)
    frames["indicators"] = frames["indicators"].drop(frames["indicators"].index[-1])
    held = made.scored(replace(held, frames=frames))
    assert statuses(held, "evaluation.subtotal", "乡村道路养护") == ["skipped"]
    assert statuses(held, "evaluation.weights", "乡村道路养护") == ["fail"]


def test_a_total_with_another_part_in_most_forms_is_not_tested() -> None:
    bonus = [("projects", {"project_no": number}, "total_score", 61.0) for number in range(1, 6)]
    assert statuses(changed(made.source(), *bonus), "evaluation.total") == ["skipped"]


def test_an_execution_score_by_steps_of_the_rate_is_not_tested() -> None:
    steps = [("projects", {"project_no": number}, "execution_score", 5.0 + number) for number in range(1, 6)]
    assert statuses(changed(made.source(), *steps), "evaluation.execution-score") == ["skipped"]


def test_a_paragraph_with_two_budgets_is_not_held_against_one() -> None:
    held = made.source({"项目全年预算数为12.34万元": "项目年初预算数为11.00万元，全年预算数为12.34万元"})
    assert "全年预算数" not in next(told for told in held.evaluations.told if told.name == "办公楼维修").figures
    assert set(statuses(held, "summary.budget")) == {"pass"}


def test_scores_in_prose_have_the_digits_of_the_one_printed_with_most() -> None:
    held = made.source({"自评得分59.00分": "自评得分59分"})
    assert set(statuses(held, "summary.score")) == {"pass"}
    told = fact("人才引进奖励 自评得分", "score")
    assert statuses(changed(held, ("narrative", told, "value", 59.02)), "summary.score", "人才引进奖励") == ["fail"]


# --- reports --------------------------------------------------------------------------------


def found_in(path: Path) -> dict[str, list[str]]:
    """The findings of self-evaluations and completeness in a report, error and warning: check_id → messages."""
    checks = report(path).frames["checks"]
    own = findings(checks[checks["group"].isin(["self-evaluation", "completeness"]) & (checks["severity"] != "info")])
    return {str(name): held["message"].tolist() for name, held in own.groupby("check_id")}


@needs_shared
def test_planted_errors_are_found() -> None:
    found = found_in(REPORTS / "synthetic" / "anshan-culture-2024.pdf")
    assert "88分" in found["evaluation.subtotal"][0] and "90分" in found["evaluation.subtotal"][0]
    assert "77.77%" in found["evaluation.rate"][0]
    assert "47.5" in found["evaluation.full-marks"][0] and len(found["evaluation.full-marks"]) == 1
    assert "62分" in found["summary.score"][0] and "59分" in found["summary.score"][0]
    assert "10,633.15" in found["summary.money"][0]


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(
    "pdf",
    [RAW, REPORTS / "synthetic" / "shenyang-hrss-2023.pdf", REPORTS / "synthetic" / "yingkou-agriculture-2024.pdf",
     *sorted((REPORTS / "real").glob("*.pdf"))],
    ids=lambda path: path.stem,
)  # fmt: skip
def test_a_report_without_planted_errors_has_none(pdf: Path) -> None:
    checks = report(pdf).frames["checks"]
    own = findings(checks[checks["group"].isin(["self-evaluation", "completeness"])])
    assert own[own["severity"] == "error"].empty


def test_what_the_report_contradicts_itself_in() -> None:
    found = found_in(RAW)
    assert ["育才" in message and "用才" in message for message in found["summary.name"]] == [True]
    spent = "".join(found["summary.spent"])
    assert len(found["summary.spent"]) == 5 and "高精尖" not in spent
    assert all(name in spent for name in ("引博工程", "人才贡献", "优秀工程师", "就业补助", "急需紧缺人才"))
    assert "68.76%" in found["department.execution-rate"][0] and "4,551.34" in found["department.opening-budget"][0]
    assert len(found["complete.table"]) == 3 and set(found) & {"left.hint", "left.nameless"} == {
        "left.hint",
        "left.nameless",
    }
    assert "380.00万元" in found["evaluation.outcome-amount"][0]
    assert any("282.50＝100.00＋182.50，“其他就业补助支出”182.50万元" in message for message in found["summary.spent"])
    assert any("引进人才费用" in message and "上年结转项目资金" in message for message in found["summary.spent"])
    assert any("称“下年预算指标拨付资金”" in message for message in found["evaluation.paid-nothing"])
    assert "evaluation.paid-amount" not in found  # the 167 of a project that spent nothing are said once
    assert any("拨付资金金额" in message for message in found["evaluation.unpaid-paid"])


@needs_shared
def test_a_heading_of_another_department() -> None:
    found = found_in(REPORTS / "real" / "putuo-planning-2024.pdf")
    assert set(found) == {"complete.department", "left.placeholder"}
    assert "“上海市规划和自然资源局”" in found["complete.department"][0]
    assert "“增长13.95”" in found["left.placeholder"][0] and "“下降（增长）”" in found["left.placeholder"][1]
    assert found_in(REPORTS / "real" / "putuo-finance-2024.pdf") == {}


def test_forms_without_subtotal_and_deduction() -> None:
    """The form of 财预〔2020〕10号: the total is the sum of the indicators' scores and that of the execution rate."""
    national = [
        ("projects", {"project_no": number}, name, value) for number in range(1, 9)
        for name, value in (("indicator_subtotal", None), ("deduction", None))
    ] + [("projects", {"project_no": number}, "total_score", 90.0) for number in range(1, 7)]  # fmt: skip
    held = changed(made.source(), *national)
    assert set(statuses(held, "evaluation.total")) == {"pass"}
    assert statuses(changed(held, ("projects", first(), "total_score", 90.02)), "evaluation.total", "人才引进") == [
        "pass"
    ]
    assert statuses(changed(held, ("projects", first(), "total_score", 90.03)), "evaluation.total", "人才引进") == [
        "fail"
    ]


@pytest.mark.parametrize(
    "sentence",
    ["2024年，本单位对8个预算项目进行了绩效自评，涉及金额92.35万元，自评覆盖率90%。", "本部门共有8个项目开展绩效自评，涉及预算金额92.35万元。"],
)  # fmt: skip
def test_other_words_for_all_projects(sentence: str) -> None:
    whole = next(text for text in made.NARRATIVE if text.startswith("根据预算绩效管理要求"))
    assert statuses(made.source({whole: sentence}), "summary.count") == ["pass"]
    assert statuses(made.source({whole: sentence}), "summary.money") == ["pass"]
    assert statuses(made.source({whole: sentence.replace("8个", "9个")}), "summary.count") == ["fail"]
    assert statuses(made.source({whole: sentence.replace("92.35", "95.32")}), "summary.money") == ["fail"]
