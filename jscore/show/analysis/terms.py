"""Columns that notebooks show beside the schema's, and picking a figure or row of a frame."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jscore import schema
from jscore.schema import Column, score_columns, year_columns

#: Columns that are not of the contract.  The unit ``share`` is a fraction that was computed, not printed.
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("title", "text", "表名", "printed title of the form"),
        Column("status", "text", "状态", "found, empty or missing"),
        Column("pages", "text", "页", "first and last page"),
        Column("tables", "integer", "表数", "tables of the form"),
        Column("fragments", "integer", "片段", "parts that page breaks cut them into"),
        Column("begins", "text", "开头", "first cells of a table"),
        Column("frame", "text", "数据表", "name of the frame"),
        Column("label", "text", "名称", "its Chinese name"),
        Column("rows", "integer", "行数", "rows of the frame"),
        Column("relation", "text", "勾稽关系", "what must add up"),
        Column("tested", "integer", "检验", "relations tested"),
        Column("held", "integer", "成立", "relations that hold"),
        Column("error", "integer", "error", "relations of this severity that do not hold"),
        Column("warning", "integer", "warning", "relations of this severity that do not hold"),
        Column("info", "integer", "info", "relations of this severity that do not hold"),
        Column("money", "number", "涉及金额", "largest difference of a finding", "万元"),
        Column("instances", "integer", "处数", "relations that fail for this cause"),
        Column("figures", "integer", "印证数字", "printed figures that bear it out"),
        Column("check_nos", "text", "核对序号", "its relations, as in `checks`"),
        Column("skipped", "integer", "未核对", "relations that the report lacks a figure for"),
        Column("reason", "text", "原因", "why a relation was not tested"),
        Column("revenue", "number", "收入总计", "total of the revenue side", "万元"),
        Column("expenditure", "number", "支出总计", "total of the expenditure side", "万元"),
        Column("difference", "number", "差额", "first figure less the second", "万元"),
        Column("holds", "text", "相符", "是 if they are equal"),
        Column("in_01", "number", "01表", "amount in 收入支出决算总表", "万元"),
        Column("in_02", "number", "02表", "amount in 收入决算表", "万元"),
        Column("in_04", "number", "04表", "amount in 财政拨款收入支出决算总表", "万元"),
        Column("outside", "number", "财政拨款以外", "01 less 04: money that is no 财政拨款", "万元"),
        Column("share", "number", "占比", "part of the whole", "share"),
        Column("cumulative", "number", "累计占比", "shares down to this line, added up", "share"),
        Column("basic_share", "number", "基本支出占比", "基本支出 of 合计", "share"),
        Column("project_share", "number", "项目支出占比", "项目支出 of 合计", "share"),
        Column("stated", "number", "情况说明", "amount stated in the narrative", "万元"),
        Column("stated_share", "number", "说明占比", "share stated in the narrative", "fraction"),
        Column("yoy_change", "number", "比上年增减", "change on the year before, stated", "万元"),
        Column("yoy_rate", "number", "增减率", "rate of change on the year before, stated", "fraction"),
        Column("budget_completion", "number", "完成预算", "final accounts of the budget, stated", "fraction"),
        Column("opening", "number", "年初预算", "opening budget: stated, or stated amount / 完成预算", "万元"),
        Column("basis", "text", "依据", "what the narrative states: 完成预算, 年初预算 or both"),
        Column("last_year", "number", "上年决算（推算）", "final accounts less the stated change", "万元"),
        Column("rate", "number", "增减率（推算）", "stated change / 上年决算（推算）", "share"),
        Column("used", "number", "决算占预算", "final accounts of the budget, from the table", "share"),
        Column("number", "number", "数量", "how many, as stated", "integer"),
        Column("per_unit", "number", "平均费用（元）", "final accounts / 数量", "元"),
        Column("counted", "text", "计数对象", "what is counted, in the narrative's words"),
        Column("grade", "text", "等级", "grade of 财预〔2020〕10号"),
        Column("band", "text", "执行率区间", "range of 执行率"),
        Column("count", "integer", "个数", "how many"),
        Column("used_rate", "number", "执行率", "executed of budget, of all of them", "share"),
        Column("mean_score", "number", "平均得分", "mean of 总得分", "points"),
        Column("lowest", "number", "最低得分", "lowest 总得分", "points"),
        Column("highest", "number", "最高得分", "highest 总得分", "points"),
        Column("wanted", "text", "目标", "operator, target and unit, as printed"),
        Column("reached", "text", "完成", "actual and unit, as printed"),
        Column("full", "integer", "满分个数", "indicators that earned all their points"),
        Column("lost", "number", "失分", "points not earned", "points"),
        Column("indicators_lost", "number", "指标失分", "分值 less 得分 of the indicators", "points"),
        Column("execution_lost", "number", "预算执行率失分", "10 less 预算执行率得分", "points"),
        Column("earned", "number", "得分率", "得分 of 分值", "share"),
        Column("projects", "integer", "项目数", "projects concerned"),
        Column("what", "text", "内容", "line of the report card"),
        Column("how_many", "text", "结果", "what the report card says"),
    )
}


#: A difference of amounts below this is none: they are printed with two decimals.
SAME = 0.005


def column(name: str, of: str = "") -> Column:
    """The description of column ``name``: that of frame ``of`` (``years``: of several years), of this module or of the schema; else of its name."""
    own = [c for c in schema.FRAMES[of].columns if c.name == name] if of in schema.FRAMES else []
    own += [year_columns.COLUMNS[name]] if of == year_columns.OF and name in year_columns.COLUMNS else []
    described = [c for frame in schema.FRAMES.values() for c in frame.columns if c.name == name]
    described += [score_columns.COLUMNS[name]] if name in score_columns.COLUMNS else []
    return next(
        iter([*own, *([COLUMNS[name]] if name in COLUMNS else []), *described]),
        Column(name, "number", name, "", "万元"),
    )


def pick(frame: pd.DataFrame, wanted: str, none: Any = float("nan"), **where: Any) -> Any:
    """Column ``wanted`` of the first row that has the values ``where``; ``none`` if there is none."""
    row = row_of(frame, **where)
    return none if row is None else frame.at[row, wanted]


def row_of(frame: pd.DataFrame, **where: Any) -> Any | None:
    """Index label of the first row of ``frame`` that has the values ``where``; None if there is none."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return None if frame.empty else frame.index[0]


def top(frame: pd.DataFrame, by: str) -> Any | None:
    """Index label of the row of ``frame`` with the largest ``by``; None if there is none."""
    values = frame[by].dropna()
    return None if values.empty else values.idxmax()


def compared(first: pd.Series[float], second: pd.Series[float]) -> dict[str, Any]:
    difference = (first - second).round(6)
    return {"difference": difference, "holds": (difference.abs() < SAME).map({True: "是", False: "否"})}
