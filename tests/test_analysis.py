"""What the notebooks compute: on small frames with known answers, and on the shipped report."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from jscore import schema
from jscore.show import analysis
from tests.shared import RAW, report

PLACE = {"page": 1, "table_id": "p1-1", "row": 1, "col": 1}


def frame(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    return schema.from_records(name, [{**PLACE, **row} for row in rows])


def spent(
    code: str | None, name: str, basic: float | None, project: float | None, form: str = "05"
) -> list[dict[str, Any]]:
    level = 0 if code is None else len(code) // 2
    own = {"form": form, "function_code": code, "function_name": name, "level": level}
    whole = None if basic is None and project is None else (basic or 0) + (project or 0)
    amounts = zip(("合计", "基本支出", "项目支出"), (whole, basic, project), strict=True)
    return [{**own, "component": component, "amount": amount} for component, amount in amounts]


def fact(
    subject: str, measure: str, value: float, unit: str = "万元", section: str = "三公", page: int = 9
) -> dict[str, Any]:
    return {"fact_no": 1, "section": section, "subject": subject, "measure": measure, "value": value, "unit": unit,
            "page": page, "sentence": subject}  # fmt: skip


def narrative(*facts: dict[str, Any]) -> pd.DataFrame:
    return schema.from_records("narrative", facts)


EXPENDITURE = frame(
    "expenditure",
    *spent(None, "合计", 60.0, 40.0),
    *spent("208", "社会保障和就业支出", 60.0, 20.0),
    *spent("20801", "管理事务", 60.0, 20.0),
    *spent("2080101", "行政运行", 60.0, None),
    *spent("2080199", "其他支出", None, 20.0),
    *spent("210", "卫生健康支出", None, 20.0),
    *spent("21011", "医疗", None, 20.0),
    *spent("2101101", "单位医疗", None, 20.0),
)


def records(found: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(
        found[list(columns)].astype(object).where(found[list(columns)].notna(), None).itertuples(index=False, name=None)
    )


# --- descriptions, picking --------------------------------------------------------------


def test_every_column_of_every_answer_is_described() -> None:
    terms = {*schema.SOURCES, *schema.COMPONENTS}
    for found in answers(report(RAW).frames, report(RAW).info):
        for name in found:
            assert name in terms or schema.column(str(name)).meaning, name


def test_headings_come_from_the_frame_asked_for() -> None:
    assert schema.column("budget", "projects").label == "项目预算金额"
    assert schema.column("budget", "sangong").label == "预算数"
    assert schema.column("share").unit == "share"
    assert schema.column("合计").label == "合计"


def test_picking_a_value() -> None:
    lines = pd.DataFrame({"item": ["a", "b"], "amount": [1.0, 2.0]}, index=[7, 9])
    assert analysis.pick(lines, "amount", item="b") == 2.0
    assert pd.isna(analysis.pick(lines, "amount", item="c"))
    assert analysis.pick(lines, "item", none="nobody", amount=3.0) == "nobody"
    assert analysis.row_of(lines, item="b", amount=2.0) == 9
    assert analysis.top(lines, "amount") == 9
    assert analysis.top(lines.head(0), "amount") is None


# --- tables by code ---------------------------------------------------------------------


def test_a_tree_has_a_column_for_what_has_figures_and_shares() -> None:
    tree = analysis.expenditure_tree(EXPENDITURE, "05")
    assert list(tree) == [
        "function_code",
        "function_name",
        "level",
        "合计",
        "基本支出",
        "项目支出",
        "share",
        "basic_share",
        "project_share",
    ]
    assert records(tree, "function_code", "合计", "share", "project_share")[:4] == [
        ("", 100.0, 1.0, 0.4), ("208", 80.0, 0.8, 0.25), ("20801", 80.0, 0.8, 0.25), ("2080101", 60.0, 0.6, 0.0),
    ]  # fmt: skip


def test_a_tree_without_a_total_row_takes_its_classes_for_the_whole() -> None:
    tree = analysis.expenditure_tree(EXPENDITURE[EXPENDITURE["level"] > 0], "05")
    assert records(tree[tree["level"] == 1], "function_code", "share") == [("208", 0.8), ("210", 0.2)]
    assert records(analysis.by_form(EXPENDITURE[EXPENDITURE["level"] > 0]), "form", "合计", "project_share") == [
        ("05", 100.0, 0.4)
    ]


def test_the_main_form_is_one_with_figures() -> None:
    blank = frame("expenditure", *spent(None, "合计", None, None, form="03"))
    assert analysis.main_form(pd.concat([blank, EXPENDITURE])) == "05"
    assert analysis.main_form(blank) is None
    assert analysis.expenditure_tree(blank, "03").empty
    assert analysis.expenditure_tree(blank, None).empty


def test_the_largest_items_add_up() -> None:
    largest = analysis.largest(analysis.expenditure_tree(EXPENDITURE, "05"), count=2)
    assert records(largest, "function_name", "合计", "cumulative") == [("行政运行", 60.0, 0.6), ("其他支出", 20.0, 0.8)]


def test_revenue_by_source_keeps_what_is_blank_apart_from_zero() -> None:
    amounts = {"本年收入合计": 10.0, "财政拨款收入": 8.0, "其他收入": 2.0, "经营收入": 0.0, "事业收入": None}
    rows = [
        {"function_name": "合计", "level": 0, "source": source, "amount": amount} for source, amount in amounts.items()
    ]
    found = analysis.by_source(frame("revenue", *rows)).set_index("source")
    assert found.loc["财政拨款收入", "share"] == 0.8
    assert pd.isna(found.loc["事业收入", "amount"])
    assert len(found) == len(schema.SOURCES)


# --- beside the narrative ---------------------------------------------------------------


def line(form: str, item: str, amount: float | None, side: str = "收入") -> dict[str, Any]:
    return {"form": form, "side": side, "item": item, "fund": "合计", "amount": amount}


def test_revenue_across_tables() -> None:
    totals = frame(
        "totals", line("01", "一般公共预算财政拨款收入", 8.0), line("01", "其他收入", 2.0), line("01", "总计", 10.0),
        line("04", "一般公共预算财政拨款", 8.0), line("04", "总计", 8.0),
    )  # fmt: skip
    found = analysis.revenue_across_tables(totals, schema.empty("revenue"))
    assert records(found, "item", "in_01", "in_04", "outside") == [
        ("一般公共预算财政拨款收入", 8.0, 8.0, 0.0), ("其他收入", 2.0, None, 2.0), ("总计", 10.0, 8.0, 2.0),
    ]  # fmt: skip


def test_lines_beside_what_prose_states() -> None:
    prose = narrative(
        fact("收入支出总计", "amount", 11.0), fact("收入支出总计", "yoy_change", -2.0), fact("收入支出总计", "yoy_rate", -0.15, "fraction"),
        fact("本年收入合计 > 财政拨款收入", "amount", 8.0), fact("本年收入合计 > 财政拨款收入", "share", 0.8, "fraction"),
        fact("其他收入", "amount", 0.0), fact("其他收入", "amount", 5.0),
    )  # fmt: skip
    prose["section"] = "一、收入支出决算总体情况说明"
    lines = pd.DataFrame({"item": ["总计", "财政拨款收入", "其他收入", "经营收入"], "amount": [10.0, 8.0, None, None]})
    found = analysis.beside_narrative(lines, prose)
    assert records(found, "item", "stated", "difference", "stated_share", "yoy_change") == [
        ("总计", 11.0, -1.0, None, -2.0), ("财政拨款收入", 8.0, 0.0, 0.8, None), ("其他收入", 0.0, 0.0, None, None),
    ]  # fmt: skip


def test_completion_of_items_from_rate_or_budget() -> None:
    first, second = (
        "社会保障和就业支出（类）管理事务（款）行政运行（项）",
        "社会保障和就业支出（类）管理事务（款）其他支出（项）",
    )
    prose = narrative(
        fact(first, "amount", 60.0), fact(first, "budget_completion", 1.2, "fraction"), fact(f"{first} > 工资", "amount", 3.0),
        fact(f"{second} 年初预算", "amount", 40.0), fact(second, "amount", 21.0), fact(f"{second} 追加预算", "budget_completion", 1.0, "fraction"),
        fact("卫生健康支出（类）行政事业单位医疗（款）单位医疗（项）", "amount", 20.0),
        fact("卫生健康支出（类）行政事业单位医疗（款）单位医疗（项）", "budget_completion", 0.0, "fraction"),
    )  # fmt: skip
    prose["section"] = "五、一般公共预算财政拨款支出决算情况说明"
    found = analysis.completion_by_item(analysis.expenditure_tree(EXPENDITURE, "05"), prose)
    columns = ("function_code", "stated", "difference", "opening", "budget_completion", "basis")
    assert records(found, *columns) == [
        ("2080101", 60.0, 0.0, 50.0, 1.2, "完成预算"),
        ("2080199", 21.0, -1.0, 40.0, 0.525, "年初预算"),
        ("2101101", 20.0, 0.0, None, 0.0, "完成预算"),
    ]


# --- 三公 -------------------------------------------------------------------------------

SANGONG = frame(
    "sangong", {"item": "合计", "budget": 10.0, "final": 6.0}, {"item": "因公出国（境）费"},
    {"item": "公务接待费", "budget": 4.0, "final": 1.0}, {"item": "公务用车购置及运行费", "budget": 6.0, "final": 5.0},
    {"item": "公务用车运行维护费", "budget": 6.0, "final": 5.0},
)  # fmt: skip


def test_sangong_lines() -> None:
    found = analysis.sangong_lines(SANGONG)
    assert records(found, "item", "difference", "used", "share")[:2] == [
        ("合计", -4.0, 0.6, 1.0),
        ("公务接待费", -3.0, 0.25, 1 / 6),
    ]
    assert "因公出国（境）费" not in set(found["item"])


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("财政拨款安排的“三公”经费", "合计"), ("“三公”经费财政拨款支出", "合计"), ("因公出国（境）费", "因公出国（境）费"),
        ("公务用车购置及运行维护费", "公务用车购置及运行费"), ("公务用车购置支出", "公务用车购置费"), ("公务用车运行维护支出", "公务用车运行维护费"),
    ],
)  # fmt: skip
def test_sangong_against_last_year(words: str, item: str) -> None:
    lines = frame("sangong", {"item": item, "budget": 8.0, "final": 6.0})
    prose = narrative(
        fact(f"全部 > {words}", "amount", 6.0), fact(words, "yoy_change", -2.0), fact(words, "yoy_rate", -0.25, "fraction"),
        fact(words, "yoy_change", 99.0, section="机关运行经费"),
    )  # fmt: skip
    found = analysis.sangong_beside_narrative(lines, prose)
    assert records(found, "item", "difference", "last_year", "rate") == [(item, 0.0, 8.0, -0.25)]


def test_money_per_car_and_guest() -> None:
    prose = narrative(
        fact("公务用车运行维护费 > 公务用车", "count", 7, "辆"), fact("使用财政拨款的公务用车保有量", "count", 20, "辆"),
        fact("国内公务接待", "count", 3, "批次"), fact("国内公务接待", "count", 0, "人次"), fact("车辆", "count", 21, "辆", "国有资产占用情况"),
        fact("车辆 > 机要通信用车", "count", 0, "辆", "国有资产占用情况"),
    )  # fmt: skip
    found = analysis.sangong_per_unit(SANGONG, prose)
    assert records(found, "item", "number", "unit", "per_unit") == [
        ("公务用车运行维护费", 20.0, "辆", 2500.0),
        ("公务用车运行维护费", 7.0, "辆", pytest.approx(50_000 / 7)),
        ("公务接待费", 0.0, "人次", None),
    ]
    assert len(analysis.sangong_counts(prose)) == 5


# --- self-evaluations -------------------------------------------------------------------

PROJECTS = frame(
    "projects",
    {"project_no": 1, "project": "甲", "budget": 10.0, "executed": 10.0, "execution_rate": 1.0, "execution_score": 10.0,
     "deduction": 0.0, "total_score": 95.0},
    {"project_no": 2, "project": "乙", "budget": 30.0, "executed": 0.0, "execution_rate": 0.0, "execution_score": 0.0,
     "deduction": 31.0, "total_score": 59.0},
    {"project_no": 3, "project": "丙", "budget": 10.0, "executed": 10.0, "execution_rate": 1.0, "execution_score": 10.0,
     "deduction": 0.0, "total_score": 100.0},
    {"project_no": 4, "project": "丁"},
)  # fmt: skip


def indicator(
    project_no: int | None, level2: str, weight: float | None, score: float | None, **more: Any
) -> dict[str, Any]:
    scope = "部门" if project_no is None else "项目"
    return {
        "scope": scope,
        "project_no": project_no,
        "indicator_no": 1,
        "level2": level2,
        "weight": weight,
        "score": score,
        **more,
    }


INDICATORS = frame(
    "indicators", indicator(1, "数量", 50.0, 45.0, level1="产出", cause="其他", operator=">=", target="3", unit="次", actual="2"),
    indicator(1, "质量", 40.0, 40.0, level1="产出"), indicator(2, "社会", 90.0, 90.0, level1="效益"),
    indicator(3, "数量", 90.0, 90.0, level1="产出"), indicator(4, "数量", None, None), indicator(None, "履职", 10.0, 8.0),
)  # fmt: skip


def test_projects_by_grade() -> None:
    assert records(analysis.by_grade(PROJECTS), "grade", "count", "budget", "used_rate") == [
        ("优（90分及以上）", 2, 20.0, 1.0), ("差（60分以下）", 1, 30.0, 0.0),
    ]  # fmt: skip


def test_points_lost_add_up_to_100_with_the_score() -> None:
    lost = analysis.points_lost(PROJECTS, INDICATORS)
    assert records(lost, "project", "indicators_lost", "execution_lost", "deduction", "lost") == [
        ("乙", 0.0, 10.0, 31.0, 41.0), ("甲", 5.0, 0.0, 0.0, 5.0),
    ]  # fmt: skip
    assert (lost["lost"] + lost["total_score"]).tolist() == [100.0, 100.0]


def test_indicators_by_kind_and_cause() -> None:
    assert records(analysis.by_kind(INDICATORS), "level2", "count", "full", "lost") == [
        ("数量", 2, 1, 5.0), ("质量", 1, 1, 0.0), ("社会", 1, 1, 0.0),
    ]  # fmt: skip
    assert records(analysis.by_kind(INDICATORS, "部门"), "level2", "lost") == [("履职", 2.0)]
    assert records(analysis.by_cause(INDICATORS), "cause", "count", "projects", "share") == [("其他", 1, 1, 1.0)]
    assert records(analysis.by_cause(INDICATORS, "部门"), "cause", "lost") == [("未勾选", 2.0)]
    missed = analysis.missed_indicators(INDICATORS, PROJECTS)
    assert records(missed, "project", "wanted", "reached", "lost") == [("甲", ">= 3 次", "2 次", 5.0)]


# --- any report -------------------------------------------------------------------------


def answers(frames: dict[str, pd.DataFrame], info: dict[str, Any]) -> list[pd.DataFrame]:
    """What every function of the module answers."""
    prose, spending = frames["narrative"], frames["expenditure"]
    tree = analysis.expenditure_tree(spending, analysis.main_form(spending))
    return [
        analysis.forms(info), analysis.unknown_tables(info), analysis.unread(info), analysis.frame_sizes(frames),
        analysis.identities(frames["checks"]), analysis.broken(frames["checks"]),
        analysis.by_source(frames["revenue"]), analysis.revenue_tree(frames["revenue"]),
        analysis.revenue_across_tables(frames["totals"], frames["revenue"]),
        analysis.revenue_beside_narrative(frames["totals"], frames["revenue"], prose),
        analysis.by_form(spending), tree, analysis.largest(tree), analysis.completion_by_item(tree, prose),
        analysis.economic_tree(frames["economic"]), analysis.sangong_lines(frames["sangong"]),
        analysis.sangong_beside_narrative(frames["sangong"], prose), analysis.sangong_counts(prose),
        analysis.sangong_per_unit(frames["sangong"], prose), analysis.by_grade(frames["projects"]),
        analysis.points_lost(frames["projects"], frames["indicators"]),
        *(analysis.by_kind(frames["indicators"], scope) for scope in ("项目", "部门")),
        *(analysis.by_cause(frames["indicators"], scope) for scope in ("项目", "部门")),
        *(analysis.missed_indicators(frames["indicators"], frames["projects"], scope) for scope in ("项目", "部门")),
    ]  # fmt: skip


def test_empty_frames_give_frames_without_rows() -> None:
    info = {"forms": {}, "unknown_tables": [], "other_tables": [], "unread": [], "money_units": {}, "money_unit": None}
    full = answers(report(RAW).frames, report(RAW).info)
    for empty, whole in zip(answers({name: schema.empty(name) for name in schema.FRAMES}, info), full, strict=True):
        assert len(empty) == (len(schema.FRAMES) if "frame" in empty else 0)
        assert set(empty) <= set(whole)


def test_blank_frames_give_answers_without_figures() -> None:
    frames = {name: found.copy() for name, found in report(RAW).frames.items()}
    for name in ("totals", "revenue", "expenditure", "economic", "sangong", "projects", "indicators"):
        numbers = [c.name for c in schema.FRAMES[name].columns if c.kind == "number"]
        frames[name][numbers] = float("nan")
    for answer in answers(frames, report(RAW).info)[6:8]:
        assert answer.empty


def test_the_shipped_report() -> None:
    shipped = report(RAW)
    relations = analysis.identities(shipped.checks)
    assert relations["tested"].sum() == relations["held"].sum() > 100
    tree = analysis.expenditure_tree(shipped.expenditure, "05")
    assert tree.loc[tree["level"] == 3, "share"].sum() == pytest.approx(1)
    completion = analysis.completion_by_item(tree, shipped.narrative)
    assert len(completion) == (tree["level"] == 3).sum()
    assert completion["difference"].abs().max() < analysis.SAME
    lost = analysis.points_lost(shipped.projects, shipped.indicators)
    assert (lost["lost"] + lost["total_score"]).to_numpy() == pytest.approx(100, abs=0.02)
    cell = analysis.value_cell(shipped.cells, shipped.projects["table_id"].iloc[0], "总得分")
    assert float(shipped.cells["text"].loc[cell]) == shipped.projects["total_score"].iloc[0]
