"""Findings by cause: what fails for one reason is one finding, and the weightiest stands first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from jscore import schema
from jscore.findings.card_shown import card_rows, holding
from jscore.findings.causes import causes
from jscore.findings.choose import counts, held_of
from jscore.findings.equal_amounts import equal_amounts
from jscore.relations.engine import run_checks
from jscore.relations.source import Source
from jscore.show import analysis
from tests import made, made_evaluations, made_narrative
from tests.shared import RAW, report
from tests.test_checks_tables import changed, rows


def found(source: Source) -> tuple[pd.DataFrame, int]:
    """The findings by cause, and how many relations fail."""
    checks, figures = run_checks(source)
    frames = {**source.frames, "checks": checks, "check_figures": figures}
    return causes(frames), int((checks["status"] == "fail").sum())


MISPRINTS: tuple[tuple[str, dict[str, Any], str, float], ...] = (
    ("expenditure", {"form": "05", "function_code": "2080101", "component": "合计"}, "amount", 90.0),
    ("revenue", {"function_code": "20801", "source": "财政拨款收入"}, "amount", -7.5),
    ("economic", {"economic_code": "30102"}, "amount", 1000.0),
    ("totals", {"form": "01", "side": "支出", "item": "总计"}, "amount", 1.25),
    ("sangong", {"item": "公务用车购置及运行费"}, "final", 40.0),
)


@pytest.mark.parametrize(("frame", "where", "column", "off"), MISPRINTS, ids=[f"{m[0]} {m[3]}" for m in MISPRINTS])
def test_one_misprint_is_one_finding(frame: str, where: dict[str, Any], column: str, off: float) -> None:
    source = made.source()
    value = source.frames[frame].loc[rows(source.frames[frame], where), column].iloc[0]
    own, failed = found(changed(source, frame, where, column, value + off))
    assert failed and own["instances"].sum() == failed
    assert len(own) == 1 and own["money"].iloc[0] == pytest.approx(abs(off))


def test_two_misprints_are_two_findings_the_dearer_first() -> None:
    source = made.source()
    for frame, where, column, off in (MISPRINTS[2], MISPRINTS[4]):
        value = source.frames[frame].loc[rows(source.frames[frame], where), column].iloc[0]
        source = changed(source, frame, where, column, value + off)
    own, failed = found(source)
    assert own["money"].round(2).tolist() == [1000.0, 40.0] and own["instances"].sum() == failed


SLIPS: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("公开03表", "expenditure", {"form": "03"}, 1),
    ("公开05表", "expenditure", {"form": "05"}, -1),
    ("公开02表", "revenue", {}, 1),
    ("公开01表收入", "totals", {"form": "01", "side": "收入"}, 1),
    ("公开01表支出", "totals", {"form": "01", "side": "支出"}, -1),
    ("公开04表收入", "totals", {"form": "04", "side": "收入"}, 1),
    ("公开04表支出", "totals", {"form": "04", "side": "支出"}, -1),
    ("公开06表", "economic", {}, 1),
    ("公开06表", "economic", {}, -1),
    ("公开09表", "sangong", {}, 1),
    ("公开03表合计", "expenditure", {"form": "03", "component": "合计"}, -1),
    ("公开02表财政拨款收入", "revenue", {"source": "财政拨款收入"}, 1),
)


@pytest.mark.parametrize(("table", "frame", "where", "step"), SLIPS)
def test_amounts_a_row_too_low_or_too_high_are_one_finding(
    table: str, frame: str, where: dict[str, Any], step: int
) -> None:
    source = made.source()
    held = source.frames[frame].copy()
    chosen = held.loc[(held[list(where)] == pd.Series(where)).all(axis=1)] if where else held
    split = next((name for name in ("component", "source", "fund") if name in chosen), None)
    for _, own in chosen.groupby(split) if split else [("", chosen)]:
        for column in {"amount", "budget", "final"} & set(held.columns):
            held.loc[own.index, column] = own[column].shift(step).to_numpy()
    own, failed = found(replace(source, frames={**source.frames, frame: held}))
    slipped = own[own["message"].str.contains("低一行" if step == 1 else "高一行")]
    assert failed >= 3 and len(slipped) == 1, own[["message", "instances"]].to_string()
    assert slipped["finding"].iloc[0] == f"table.slipped {table}"
    assert slipped["instances"].iloc[0] > failed / 2


@pytest.mark.parametrize(("step", "left", "says"), [
    (1, "blank", "“20801 人力资源和社会保障管理事务”至“212 城乡社区支出”共4行的金额比科目低一行，每行的数应为下一行所印：如“20801 人力资源和社会保障管理事务”印为空白，应为150.03万元"),
    (1, "same", "“2080101 行政运行”至“212 城乡社区支出”共3行的金额比科目低一行，每行的数应为下一行所印：如“2080101 行政运行”印为150.03万元，应为100.01万元"),
    (-1, "blank", "“20801 人力资源和社会保障管理事务”至“212 城乡社区支出”共4行的金额比科目高一行，每行的数应为上一行所印：如“20801 人力资源和社会保障管理事务”印为100.01万元，应为150.03万元"),
    (-1, "other end", "“20801 人力资源和社会保障管理事务”至“212 城乡社区支出”共4行的金额比科目高一行"),
])  # fmt: skip
def test_a_part_of_a_table_that_has_slipped_is_said_with_its_rows_and_what_they_must_be(
    step: int, left: str, says: str
) -> None:
    """From 20801 to 212, over a break of the page; where the first amount stood is nothing, still the same, or the last."""
    source = made.source()
    spent = source.frames["expenditure"].copy()
    of_03 = spent["form"].eq("03")
    spent.loc[of_03 & spent["row"].ge(7), "page"] = 4
    for _, own in spent[of_03 & spent["row"].between(4, 7)].groupby("component"):
        first, *_, last = own["amount"][::step]
        filled = {"blank": float("nan"), "same": first, "other end": last}[left]
        spent.loc[own.index, "amount"] = own["amount"].shift(step, fill_value=filled)
    own, _ = found(replace(source, frames={**source.frames, "expenditure": spent}))
    assert len(own) == 1 and own["finding"].iloc[0] == "table.slipped 公开03表"
    assert f"公开03表第3–4页各栏{says}" in own["message"].iloc[0]


def test_what_the_text_says_wrong_is_not_put_down_to_amounts_that_have_slipped() -> None:
    """A table that the contents announce and a year in prose: the slip leaves both as they are."""
    missing = {**made.source().info["forms"], "07": {"status": "missing", "pages": []}}
    source = made_narrative.source(
        made_narrative.NATIONAL.replace("比2023年度增加1.02", "比2022年度增加1.02"), forms=missing
    )
    spent = source.frames["expenditure"].copy()
    for _, own in spent[spent["form"].eq("03")].groupby("component"):
        spent.loc[own.index, "amount"] = own["amount"].shift(1)
    own, _ = found(replace(source, frames={**source.frames, "expenditure": spent}))
    assert {"complete.table 公开07表“政府性基金预算财政拨款收入支出决算表”", "table.slipped 公开03表"} <= set(
        own["finding"]
    )
    assert own["finding"].str.startswith("narrative.year").sum() == 1, own["finding"].tolist()


@pytest.mark.parametrize("column", ["budget", "final"])
def test_a_column_of_sangong_that_has_slipped_is_one_finding(column: str) -> None:
    source = made.source()
    held = source.frames["sangong"].copy()
    held[column] = held[column].shift(1)
    own, _ = found(replace(source, frames={**source.frames, "sangong": held}))
    assert own["finding"].tolist() == [f"table.slipped 公开09表{'预算数' if column == 'budget' else '决算数'}"]


def test_amounts_that_are_all_alike_may_be_wrong_otherwise() -> None:
    """One class, section and item: which amount is missing is said, not that the others have slipped."""
    source = made.source()
    spent = source.frames["expenditure"].copy()
    for _, own in spent[spent["form"].eq("08")].groupby("component"):
        spent.loc[own.index, "amount"] = own["amount"].shift(1, fill_value=0.0)
    own, failed = found(replace(source, frames={**source.frames, "expenditure": spent}))
    assert failed and not own["finding"].str.startswith("table.slipped").any()


@pytest.mark.parametrize(("frame", "where"), [
    ("totals", {"form": "01", "side": "支出"}), ("totals", {"form": "04", "side": "收入"}), ("economic", {}), ("sangong", {}),
    ("expenditure", {"form": "03"}),
])  # fmt: skip
def test_amounts_that_are_wrong_otherwise_have_not_slipped(frame: str, where: dict[str, Any]) -> None:
    source = made.source()
    held = source.frames[frame].copy()
    chosen = held.loc[(held[list(where)] == pd.Series(where)).all(axis=1)] if where else held
    for column in {"amount", "budget", "final"} & set(held.columns):
        held.loc[chosen.index, column] = chosen[column] * [1 + place % 5 / 10 for place in range(len(chosen))]
    own, failed = found(replace(source, frames={**source.frames, frame: held}))
    assert failed > 3 and not own["finding"].str.startswith("table.slipped").any()


@pytest.mark.parametrize(("form", "code", "wrong"), [
    ("05", "2080101", "2080150"), ("03", "2080101", "2089901"), ("05", "20801", "20810"), ("05", "221", "224"), ("03", "2210201", "2080102"),
])  # fmt: skip
def test_a_misprinted_code_is_one_finding_with_all_that_fails_for_it(form: str, code: str, wrong: str) -> None:
    source = made.source()
    spent = source.frames["expenditure"].copy()
    spent.loc[spent["form"].eq(form) & spent["function_code"].eq(code), "function_code"] = wrong
    own, failed = found(replace(source, frames={**source.frames, "expenditure": spent}))
    assert len(own) == 1 and own["instances"].iloc[0] == failed, own["message"].tolist()
    assert wrong in own["message"].iloc[0] and code in own["message"].iloc[0]


# --- what a difference is equal to ------------------------------------------------------------

BASIC = {"form": "05", "level": 0, "component": "基本支出"}


def said_of_basic(off: float, **lines: float) -> str:
    """What is said of 05's 基本支出 that is ``off`` by so much, with more ``lines`` (e30201=7.13) on 06 and none of its own sums."""
    source = made.source()
    economic = source.frames["economic"]
    more = economic.iloc[[3] * len(lines)].assign(
        economic_code=[name[1:] for name in lines],
        level=[1 if len(name) == 4 else 2 for name in lines],
        amount=list(lines.values()),
        row=range(90, 90 + len(lines)),
    )
    frames = {**source.frames, "economic": pd.concat([economic, more], ignore_index=True)}
    source = replace(source, frames=frames)
    checks, figures = run_checks(changed(source, "expenditure", BASIC, "amount", 120.04 + off))
    own = checks[checks["check_id"].eq("05-06.basic")].to_dict("records")
    of_it = figures[figures["check_no"].eq(own[0]["check_no"])].to_dict("records")
    return equal_amounts(own[0], of_it, Source.of_frames(frames))


def test_a_difference_that_another_figure_equals_says_which() -> None:
    assert said_of_basic(-30.01) == "；差额与公开06表 30102 津贴补贴相同"
    source = made.source()
    own, _ = found(changed(source, "expenditure", BASIC, "amount", 120.04 + 30.01))
    assert own["message"].str.contains("差额与公开06表 30102 津贴补贴相同").all()


def test_it_is_said_of_one_line_that_several_tables_print_and_not_of_several_lines() -> None:
    assert "2120803" in said_of_basic(30.04)  # 02, 03, 07
    assert said_of_basic(17.31, e30201=17.31) and not said_of_basic(17.31, e30201=17.31, e30202=17.31)


@pytest.mark.parametrize(("off", "line"), [(50.0, 50.0), (20.0, 20.0), (0.13, 0.13), (17.31, 17.33)])
def test_what_may_be_chance_is_not_said(off: float, line: float) -> None:
    """Round differences, small ones among many small amounts, and what is not equal."""
    few = {f"e302{number:02}": 0.1 + number / 100 for number in range(20)} if off < 1 else {}
    assert not said_of_basic(off, e30299=line, **few)


def test_a_difference_that_two_figures_of_one_column_make_names_both() -> None:
    said = said_of_basic(151.23, e30201=53.11, e30202=98.12)
    assert said == "；差额等于公开06表 30201 津贴补贴与公开06表 30202 津贴补贴之和"
    assert not said_of_basic(151.23, e30201=53.11, e30202=98.12, e30203=50.12, e30204=101.11)  # two pairs
    assert not said_of_basic(151.23, e30201=53.11, e303=98.12)  # of two levels, where one may hold the other
    assert not said_of_basic(150.0, e30201=52.0, e30202=98.0)  # round


# --- names -------------------------------------------------------------------------------------


def test_a_finding_has_the_same_name_where_its_form_has_another_number() -> None:
    def names(number: int) -> list[str]:
        held = changed(made_evaluations.source(), "projects", {"project_no": 1}, "executed", 7.77)
        frames = {name: frame.copy() for name, frame in held.frames.items()}
        for name in ("projects", "indicators", "project_scores", "indicator_scores"):
            frames[name].loc[frames[name]["project_no"] == 1, "project_no"] = number
        own, _ = found(replace(held, frames=frames))
        return own["finding"].tolist()

    assert "evaluation.rate 自评表“人才引进奖励”执行数" in names(1) and names(1) == names(61)


def test_words_of_one_relation_are_one_finding_with_a_name_that_stays() -> None:
    own = causes(report(RAW).frames)
    failed = report(RAW).findings
    assert own["instances"].sum() == len(failed) and len(own) < len(failed) / 2
    assert own["finding"].is_unique and not own["finding"].str.contains(r"^\d+$").any()
    shown = own["message"][own["instances"] > 1]
    assert shown.str.contains("处|项").all()


def test_a_report_without_findings_has_none() -> None:
    own, failed = found(made.source())
    assert failed == 0 and own.empty and list(own.columns)[0] == "finding"


def test_how_many_relations_hold_is_said_the_same_everywhere() -> None:
    shipped = report(RAW)
    said = holding(held_of(counts(shipped.checks)))
    assert {label: text for label, text in card_rows(shipped.info) if label in said} == said
    assert analysis.relations_that_hold(shipped.checks) == [f"{a}：{b}" for a, b in said.items()]


@pytest.mark.parametrize(("off", "number"), [(12.89, 1), (100.0, 2)])
def test_two_relations_off_by_one_amount_are_one_finding_unless_it_is_round(off: float, number: int) -> None:
    alike = [
        {
            "check_no": place, "check_id": check_id, "title": check_id, "group": "narrative", "severity": "error",
            "status": "fail", "subject": check_id, "expected": 1000.0, "actual": 1000.0 + off, "difference": off,
            "tolerance": 0.01, "limit": 0, "unit": "万元", "pages": "1", "message": "不符",
        }
        for place, check_id in enumerate(("narrative.totals", "narrative.basic"), 1)
    ]  # fmt: skip
    frames = {"checks": schema.from_records("checks", alike), "check_figures": schema.empty("check_figures")}
    own = causes(frames)
    assert len(own) == number and own["instances"].sum() == 2 and own["finding"].is_unique


def test_one_figure_that_prose_and_forms_contradict_twice_is_one_finding() -> None:
    """The 2024 report: no two findings are of one figure that is off by one amount, and none is of another project."""
    audited = report(RAW)
    own = causes(audited.frames)
    cause_of = {int(number): place for place, row in own.iterrows() for number in row["check_nos"].split(", ")}
    tested = audited.check_figures[audited.check_figures["role"] == "actual"]
    seen: dict[tuple[Any, ...], set[Any]] = {}
    for check in audited.findings[audited.findings["difference"].notna()].to_dict("records"):
        for line in tested[tested["check_no"] == check["check_no"]].to_dict("records"):
            key = (line["frame"], line["frame_row"], line["column"], round(abs(check["difference"]), 2))
            seen.setdefault(key, set()).add(cause_of[check["check_no"]])
    assert seen and all(len(places) == 1 for places in seen.values())
    of_projects = audited.checks[audited.checks["check_id"] == "summary.spent"]
    assert len(of_projects) > 3 and not of_projects["subject"].str.contains("科技优才").any()
    groups = audited.checks[audited.checks["check_id"] == "department.basic-groups"]
    assert len(groups) == 1 and own["message"].str.contains("差额与公开06表 30239 其他交通费用相同").sum() == 1


@pytest.mark.parametrize(("was", "now", "says"), [
    ("基本支出120.04万元，占", "基本支出150.04万元，占", "如为120.04万元则都相符"),  # its sum, its share, table 03
    ("支出170.06万元，占本年", "支出170.06亿元，占本年", "如为170.06万元则都相符"),
    ("年初预算为95.00万元", "年初预算为195.00万元", "年初预算"),  # its completion, and more than the whole budget
    ("公务接待费支出决算2.03万元", "公务接待费支出决算2.30万元", "如为2.03万元则都相符"),
    ("“三公”经费财政拨款支出预算为46.00万元，支出决算为43.06万元", "“三公”经费财政拨款支出预算为46.00万元，支出决算为34.06万元", "如为43.06万元则都相符"),
])  # fmt: skip
def test_one_misprint_in_prose_is_one_finding(was: str, now: str, says: str) -> None:
    assert was in made_narrative.NATIONAL
    own, failed = found(made_narrative.source(made_narrative.NATIONAL.replace(was, now)))
    assert failed > 1 and len(own) == 1 and says in own["message"].iloc[0], own["message"].tolist()


def test_a_second_error_is_not_hidden_by_the_first() -> None:
    text = made_narrative.NATIONAL.replace("基本支出120.04万元，占55.78%", "基本支出150.04万元，占65.78%")
    own, _ = found(made_narrative.source(text))
    assert own["message"].str.contains("65.78%").sum() == 1 and own["message"].str.contains("150.04万元").sum() == 1
