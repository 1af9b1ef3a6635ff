"""Every frame and column, described once: type, unit, Chinese label, meaning.

Belongs here: what a column is.  Validation (pandera), the README's data dictionary and
the headings of the workbook, Chinese and English, are all made from ``FRAMES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

Kind = Literal["text", "number", "integer"]
#: Language of headings.
Lang = Literal["zh", "en"]

#: What pandas holds a column of each kind in.
DTYPES: dict[Kind, str] = {"text": "str", "number": "float64", "integer": "Int64"}

SOURCES = ("本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
COMPONENTS = (
    "合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出",
    "年初结转和结余", "本年收入", "年末结转和结余",
)  # fmt: skip
FUNDS = ("合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
SANGONG = ("合计", "因公出国（境）费", "公务接待费", "公务用车购置及运行费", "公务用车运行维护费", "公务用车购置费")
GROUPS = ("人员经费", "公用经费")
CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
CHECK_GROUPS = ("table", "cross-table", "narrative", "self-evaluation", "completeness")
MEASURES = ("amount", "share", "yoy_change", "yoy_rate", "budget_completion", "count", "score")

#: English headings of columns whose name, in words, is not one.
ENGLISH = {
    "table_id": "Table", "line_no": "Line", "col": "Column", "x0": "Left", "y0": "Bottom", "x1": "Right", "y1": "Top",
    "function_name": "Function", "economic_name": "Economic item", "final": "Final accounts", "text": "Text as printed",
    "level1": "Indicator, level 1", "level2": "Indicator, level 2", "level3": "Indicator", "fact_no": "No.",
    "project_no": "Project no.", "indicator_no": "Indicator no.", "check_no": "Check no.", "check_id": "Check",
}  # fmt: skip
#: The report's terms in English, where they head a column or name a line.
TERMS = {
    "合计": "Total", "本年收入合计": "Revenue of the year", "财政拨款收入": "Fiscal appropriation",
    "上级补助收入": "Subsidies from above", "事业收入": "Institutional revenue", "经营收入": "Business revenue",
    "附属单位上缴收入": "Payments by subordinate units", "其他收入": "Other revenue", "基本支出": "Basic expenditure",
    "项目支出": "Project expenditure", "上缴上级支出": "Payments to above", "经营支出": "Business expenditure",
    "对附属单位补助支出": "Subsidies to subordinate units", "年初结转和结余": "Opening balance",
    "本年收入": "Revenue of the year", "年末结转和结余": "Closing balance",
    "一般公共预算财政拨款": "General public budget", "政府性基金预算财政拨款": "Government-managed funds",
    "国有资本经营预算财政拨款": "State capital operations", "因公出国（境）费": "Overseas trips",
    "公务接待费": "Official receptions", "公务用车购置及运行费": "Official cars, bought and run",
    "公务用车运行维护费": "Running of official cars", "公务用车购置费": "Official cars bought",
    "人员经费": "Staff costs", "公用经费": "Running costs", "收入": "Revenue", "支出": "Expenditure",
}  # fmt: skip


def in_words(name: str) -> str:
    """A frame's or column's name as an English heading."""
    return ENGLISH.get(name) or name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    ``label`` is its Chinese heading, ``unit`` what its numbers count, ``values`` the
    terms it may hold, ``required`` whether it must never be missing.
    """

    name: str
    kind: Kind
    label: str
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()
    required: bool = False

    def heading(self, lang: Lang = "zh") -> str:
        """Its heading, without the unit."""
        return self.label if lang == "zh" else TERMS.get(self.name) or in_words(self.name)


@dataclass(frozen=True)
class Frame:
    """One frame: what a row is, and its columns in order."""

    name: str
    label: str
    row_is: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def heading(self, lang: Lang = "zh") -> str:
        """Its label."""
        return self.label if lang == "zh" else in_words(self.name)


def _text(name: str, label: str, meaning: str, values: Iterable[str] = (), required: bool = False) -> Column:
    return Column(name, "text", label, meaning, "", tuple(values), required)


def _amount(name: str, label: str, meaning: str) -> Column:
    return Column(name, "number", label, meaning, "万元")


def _rate(name: str, label: str, meaning: str) -> Column:
    return Column(name, "number", label, meaning, "fraction")


def _points(name: str, label: str, meaning: str) -> Column:
    return Column(name, "number", label, meaning, "points")


def _integer(name: str, label: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "integer", label, meaning, required=required)


PAGE = _integer("page", "页", "first page it is printed on, from 1", required=True)
TABLE_ID = _text("table_id", "表号", "the printed table, as in `cells`: page and order on it", required=True)
ROW = _integer("row", "行", "row of the printed cell in `cells`", required=True)
COL = _integer("col", "列", "column of the printed cell in `cells`", required=True)
BOX = tuple(
    Column(name, "number", label, f"{meaning} of its box, from the bottom left of the page as shown", "points")
    for name, label, meaning in (
        ("x0", "左", "left edge"), ("y0", "下", "lower edge"), ("x1", "右", "right edge"), ("y1", "上", "upper edge"),
    )
)  # fmt: skip
PLACE = (PAGE, TABLE_ID, ROW)
LONG = (*PLACE, COL)

FUNCTION = (
    _text("function_code", "功能分类科目编码", "3, 5 or 7 digits: 类, 款, 项; missing for 合计"),
    _text("function_name", "科目名称", "name of the code, as printed", required=True),
    _integer("level", "级次", "0 合计, 1 类, 2 款, 3 项", required=True),
)
PROJECT_NO = _integer("project_no", "项目序号", "order of the project's form in the report, from 1")

#: What many self-evaluation forms print beyond the contract.
EVALUATED = (
    _amount("opening_budget", "年初预算数", "budget at the start of the year, as printed"),
    _amount("budget", "全年预算数", "budget of the year, as printed"),
    _amount("executed", "全年执行数", "amount spent, as printed"),
    _rate("execution_rate", "执行率", "spent of budget, as printed"),
    _points("execution_score", "预算执行率得分", "score of the execution rate, as printed"),
    _points("execution_weight", "预算执行率分值", "points that the execution rate can earn, as printed"),
    _points("reviewed_score", "财政审核评分", "score given by the finance department, as printed"),
    _text("grade", "评价等级", "grade (优, 良, 中, 差), as printed"),
)

#: A recomputed score beside the reported one.
COMPARED = (
    _points("reported", "自评得分", "score as printed"),
    _points("recomputed", "复算得分", "score by the rule"),
    _points("difference", "差异", "reported less recomputed"),
    _points("tolerance", "舍入误差", "the difference that the rounding of the printed figures explains"),
    _text("status", "结论", "skipped where either is missing", ("pass", "fail", "skipped"), required=True),
)

FRAMES: dict[str, Frame] = {
    frame.name: frame
    for frame in (
        Frame("cells", "单元格", "a printed table cell", (
            TABLE_ID,
            _text("form", "表", "01 to 09, overall, project or unknown", required=True),
            ROW, COL,
            _integer("rowspan", "跨行", "rows it spans", required=True),
            _integer("colspan", "跨列", "columns it spans", required=True),
            PAGE, *BOX,
            _text("text", "文字", "text as printed, its line breaks removed"),
            _text("source", "来源", "how it was read: text, ocr, or ocr-corrected (the reading that a sum bears out)", ("text", "ocr", "ocr-corrected")),
            _rate("confidence", "可信度", "of the least certain character read by OCR; missing where the text was not"),
        )),
        Frame("totals", "收支总表", "an amount of 01 or 04", (
            _text("form", "表", "01 收入支出决算总表 or 04 财政拨款收入支出决算总表", ("01", "04"), required=True),
            _text("side", "收支", "side of the table", ("收入", "支出"), required=True),
            _integer("line_no", "行次", "printed line number; missing where the form has none"),
            _text("item", "项目", "item as printed, without its ordinal (一、)", required=True),
            _text("fund", "资金来源", "合计, or in 04's 支出 one of the three budgets", FUNDS, required=True),
            _amount("amount", "金额", "final-accounts amount"),
            *LONG,
        )),
        Frame("revenue", "收入决算", "an amount of 02", (
            *FUNCTION,
            _text("source", "收入来源", "column of the table", SOURCES, required=True),
            _amount("amount", "金额", "final-accounts amount"),
            *LONG,
        )),
        Frame("expenditure", "支出决算", "an amount of 03, 05, 07 or 08", (
            _text("form", "表", "03, 05, 07 or 08", ("03", "05", "07", "08"), required=True),
            *FUNCTION,
            _text("component", "支出构成", "column of the table", COMPONENTS, required=True),
            _amount("amount", "金额", "final-accounts amount"),
            *LONG,
        )),
        Frame("economic", "基本支出经济分类", "a line of 06", (
            _text("economic_code", "经济分类科目编码", "3 or 5 digits: 类, 款; missing for the two totals"),
            _text("economic_name", "科目名称", "name of the code, as printed", required=True),
            _integer("level", "级次", "0 人员经费合计 and 公用经费合计, 1 类, 2 款", required=True),
            _text("group", "经费", "人员经费 or 公用经费", GROUPS, required=True),
            _amount("amount", "决算数", "final-accounts amount"),
            *LONG,
        )),
        Frame("sangong", "三公经费", "a line of 09", (
            _text("item", "项目", "the contract's term for the item", SANGONG, required=True),
            _amount("budget", "预算数", "budget of the year"),
            _amount("final", "决算数", "final-accounts amount"),
            *LONG,
        )),
        Frame("overall", "部门整体绩效自评", "the department's self-evaluation", (
            _text("department", "部门（单位）名称", "name on the form"),
            _amount("revenue_budget", "年初预算收入", "revenue budget at the start of the year"),
            _amount("expenditure_budget", "年初预算支出", "expenditure budget at the start of the year"),
            _text("goal", "年初总体目标", "goal set at the start of the year"),
            _text("outcome", "全年完成情况", "what was done"),
            _points("total_score", "总评价得分", "total score"),
            *EVALUATED,
            *PLACE,
        )),
        Frame("tasks", "年度主要任务", "one of the department's tasks", (
            _text("task", "对应项目", "the task", required=True),
            _amount("allocated", "项目下达金额", "amount allocated"),
            _amount("executed", "项目执行金额", "amount spent"),
            _rate("execution_rate", "项目执行率", "spent of allocated, as printed"),
            _points("weight", "分值", "points it can earn"),
            _points("score", "得分", "points it earned"),
            *PLACE,
        )),
        Frame("projects", "项目绩效自评", "a project's self-evaluation", (
            replace(PROJECT_NO, required=True),
            _text("project", "项目（政策）名称", "name of the project"),
            _text("supervisor", "主管部门", "supervising department"),
            _text("implementer", "实施单位", "implementing unit"),
            _amount("budget", "项目预算金额", "budget of the year"),
            _amount("executed", "全年执行数", "amount spent"),
            _rate("execution_rate", "执行率", "spent of budget, as printed"),
            _text("goal", "年初设定目标", "goal set at the start of the year"),
            _text("outcome", "全年实际完成情况", "what was done"),
            _points("indicator_subtotal", "指标自评得分小计", "sum of the indicators' scores, as printed"),
            _points("execution_score", "预算执行率得分", "score of the execution rate, as printed"),
            _points("deduction", "减分项", "points taken off, as printed"),
            _points("total_score", "绩效自评总得分", "total score, as printed"),
            *EVALUATED[:1], *EVALUATED[-3:],
            *PLACE,
        )),
        Frame("project_funding", "资金来源", "money of a source on a self-evaluation form, the total first", (
            _text("scope", "范围", "部门: the department's form; 项目: a project's", ("部门", "项目"), required=True),
            PROJECT_NO,
            _text("source", "资金来源", "source of the money, as printed, without 其中; 合计 where the form names none", required=True),
            _amount("opening_budget", "年初预算数", "budget at the start of the year"),
            _amount("budget", "全年预算数", "budget of the year"),
            _amount("executed", "全年执行数", "amount spent"),
            _rate("execution_rate", "执行率", "spent of budget, as printed"),
            _points("weight", "分值", "points it can earn"),
            _points("score", "得分", "points it earned"),
            *PLACE,
        )),
        Frame("form_fields", "自评表其他内容", "what a self-evaluation form prints beyond the other frames", (
            PROJECT_NO,
            _text("label", "栏目", "label beside it or heading over it, as printed"),
            _text("value", "内容", "as printed", required=True),
            *LONG,
        )),
        Frame("indicators", "绩效指标", "an indicator", (
            _text("scope", "范围", "部门: the department's form; 项目: a project's", ("部门", "项目"), required=True),
            PROJECT_NO,
            _integer("indicator_no", "指标序号", "order in its form, from 1", required=True),
            _text("level1", "一级指标", "first level of the indicator tree"),
            _text("level2", "二级指标", "second level"),
            _text("level3", "三级指标", "the indicator"),
            _text("operator", "运算符号", "as printed: =, >=, <= or none; 定性 where a form prints it there"),
            _text("nature", "指标类型", "as printed, where a form has such a column beside the operator"),
            _text("target", "指标值", "target, as printed"),
            _text("unit", "度量单位", "as printed"),
            _text("actual", "全年完成值", "actual, as printed"),
            _rate("completion", "完成程度", "as printed"),
            _points("weight", "分值", "points it can earn"),
            _points("score", "得分", "points it earned"),
            _text("cause", "偏差原因", f"the ticked cause ({'、'.join(CAUSES)}); several are joined by 、"),
            _text("reason", "原因说明", "explanation, as printed"),
            _text("improvement", "改进措施", "as printed"),
            *PLACE,
        )),
        Frame("narrative", "情况说明", "a figure stated in prose", (
            _integer("fact_no", "序号", "order in the report, from 1", required=True),
            _text("section", "章节", "nearest heading above"),
            _text("subject", "事项", "what the figure is about, in the sentence's words", required=True),
            _text("measure", "类型", "kind of figure", MEASURES, required=True),
            Column("value", "number", "数值", "amounts in 万元, shares and rates as fractions, a fall as a negative",
                   "see unit", required=True),
            _text("unit", "单位", "万元, fraction, 分 or what is counted (辆, 个, 人次 ...)", required=True),
            _text("printed", "印刷数字", "the figure with its unit, as printed"),
            PAGE, *BOX,
            _text("sentence", "原句", "the sentence as printed", required=True),
        )),
        Frame("indicator_scores", "指标得分复算", "an indicator's score recomputed, beside the reported one", (
            _text("scope", "范围", "部门: the department's form; 项目: a project's", ("部门", "项目"), required=True),
            PROJECT_NO,
            _integer("indicator_no", "指标序号", "order in its form, from 1", required=True),
            _text("level3", "三级指标", "the indicator"),
            _points("weight", "分值", "points it can earn, as printed"),
            _rate("completion_reported", "完成程度（自评）", "completion, as printed"),
            _rate("completion", "完成程度（复算）", "completion by the rule, from target and actual"),
            _rate("excess", "超出目标", "how far the actual is over its target, as a share of it; short of it: negative"),
            _points("penalty", "偏离扣分", "points that the rule takes off for overshooting or missing the target by far"),
            *COMPARED,
            _text("basis", "依据", "what the score rests on: target and actual, a grade band, the printed completion",
                  ("numbers", "band", "completion", "none"), required=True),
            _text("rule", "规则说明", "how the score comes about, in words", required=True),
            *PLACE,
        )),
        Frame("project_scores", "项目得分复算", "a project's score recomputed, beside the reported one", (
            replace(PROJECT_NO, required=True),
            _text("project", "项目（政策）名称", "name of the project"),
            _points("weights", "指标分值合计", "weights of its indicators, added up"),
            *(
                unit(f"{name}_{which}", f"{label}（{word}）", meaning)
                for name, label, unit in (
                    ("indicator_subtotal", "指标自评得分小计", _points), ("execution_rate", "执行率", _rate),
                    ("execution_score", "预算执行率得分", _points), ("deduction", "减分项", _points),
                )
                for which, word, meaning in (("reported", "自评", "as printed"), ("recomputed", "复算", "by the rule"))
            ),
            _points("cap_reported", "总分上限（自评）", "the printed total, where a 减分项 brings the parts down to it"),
            _points("cap_recomputed", "总分上限（复算）", "what the execution rate caps the total at, by the rule; else missing"),
            _points("uncapped", "未封顶得分", "what the total would be without a cap, by the rule"),
            *COMPARED,
            _text("departs", "不符部分", "parts that the printed figures they are made of do not give, joined by 、"),
            _text("rule", "规则说明", "how the total comes about, in words", required=True),
            *PLACE,
        )),
        Frame("checks", "核对", "a relation that was tested", (
            _integer("check_no", "核对序号", "order in the report, from 1", required=True),
            _text("check_id", "核对编号", "name of the relation, in the catalogue of relations", required=True),
            _text("title", "核对内容", "what the relation is, in Chinese", required=True),
            _text("group", "类别", "what it compares", CHECK_GROUPS, required=True),
            _text("severity", "严重程度", "how grave it is if it does not hold", ("error", "warning", "info"), required=True),
            _text("status", "结论", "skipped where the report lacks a figure that it needs", ("pass", "fail", "skipped"),
                  required=True),
            _text("subject", "对象", "what it was tested on; missing where skipped altogether"),
            Column("expected", "number", "应为", "what the other printed figures make of it", "see unit"),
            Column("actual", "number", "印为", "the printed figure under test", "see unit"),
            Column("difference", "number", "相差", "actual less expected", "see unit"),
            Column("tolerance", "number", "舍入误差", "the difference that rounding explains", "see unit"),
            _integer("limit", "上限", "1 where expected is the most that actual may be, else 0", required=True),
            _text("unit", "单位", "of the four numbers: 万元, fraction, 分 or what is counted", required=True),
            _text("pages", "页码", "pages of all its figures, joined by a comma and a space"),
            _text("message", "说明", "what does not hold, or why it was skipped, in a Chinese sentence"),
        )),
        Frame("check_figures", "核对所用数字", "a printed figure that a relation was tested on", (
            _integer("check_no", "核对序号", "the relation, as in `checks`", required=True),
            _text("role", "作用", "the figure under test, or one that it is held against", ("actual", "expected"), required=True),
            _text("label", "名称", "what it is", required=True),
            Column("value", "number", "数值", "negative where it is subtracted", "see unit"),
            _text("unit", "单位", "万元, fraction, 分 or what is counted; missing for words"),
            _text("frame", "数据表", "the frame that holds it; missing for text outside the tables"),
            _integer("frame_row", "数据行", "its row there, from 0"),
            _text("column", "数据列", "its column there"),
            _text("printed", "印刷文字", "its text as printed, with its unit or cell"),
            replace(PAGE, required=False), replace(TABLE_ID, required=False), replace(ROW, required=False),
            replace(COL, required=False), *BOX,
        )),
    )
}  # fmt: skip


def empty(name: str) -> pd.DataFrame:
    """Frame ``name`` without rows, its columns typed."""
    return typed(name, pd.DataFrame(columns=FRAMES[name].names))


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the columns of frame ``name``, in order and in their types."""
    spec = FRAMES[name]
    frame = frame.reindex(columns=spec.names)
    return frame.astype({column.name: DTYPES[column.kind] for column in spec.columns})


def from_records(name: str, records: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Frame ``name`` of ``records`` (a dict a row), typed; empty text becomes missing."""
    frame = pd.DataFrame.from_records(list(records), columns=None)
    for column in FRAMES[name].columns:
        if column.kind == "text" and column.name in frame:
            frame[column.name] = frame[column.name].map(lambda value: value or None)
    return typed(name, frame)


@cache
def pandera_schema(name: str) -> pa.DataFrameSchema:
    """The pandera schema of frame ``name``."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                DTYPES[column.kind],
                checks=pa.Check.isin(column.values) if column.values else None,
                nullable=not column.required,
                title=column.label,
                description=column.meaning,
            )
            for column in FRAMES[name].columns
        },
        strict=True,
        ordered=True,
        name=name,
        title=FRAMES[name].label,
    )


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` if it fits the schema of ``name``; raises pandera's SchemaErrors if not."""
    return pandera_schema(name).validate(frame, lazy=True)


def dictionary() -> str:
    """The data dictionary of the README, in Markdown."""
    parts = []
    for frame in FRAMES.values():
        rows = [
            f"| `{c.name}` | {c.kind} | {c.unit} | {c.label} | {c.meaning}"
            + (f": {'、'.join(c.values)}" if c.values else "")
            + " |"
            for c in frame.columns
        ]
        parts.append(
            "\n".join([f"#### `{frame.name}` {frame.label}", "", f"One row is {frame.row_is}.", "",
                       "| column | type | unit | 中文 | meaning |", "| --- | --- | --- | --- | --- |", *rows])
        )  # fmt: skip
    return "\n\n".join(parts) + "\n"
