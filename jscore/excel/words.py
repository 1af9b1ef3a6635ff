"""The workbook's own words, Chinese and English."""

from __future__ import annotations

from jscore.language import Lang, bracketed
from jscore.schema import VIEWS, Column

#: By key: Chinese, English.
WORDS: dict[str, tuple[str, str]] = {
    # sheets
    "cover": ("封面", "Cover"),
    "findings": ("发现", "Findings"),
    "charts": ("图表", "Charts"),
    "totals": ("收支总表", "Totals"),
    "revenue": ("收入", "Revenue"),
    "expenditure": ("支出（功能分类）", "Expenditure, by function"),
    "economic": ("支出（经济分类）", "Expenditure, economic class"),
    "sangong": ("三公", "Sangong"),
    "projects": ("绩效自评（项目）", "Self-evaluation projects"),
    "indicators": ("绩效自评（指标）", "Self-evaluation indicators"),
    "overall": ("绩效自评（部门）", "Self-evaluation department"),
    "narrative": ("情况说明", "Narrative"),
    "dictionary": ("说明", "Dictionary"),
    # what a sheet answers
    "about findings": ("未通过的核对，一行一条；后三列供填写", "what does not hold, a row each; the last columns are yours"),
    "about charts": ("随各表变动的图", "charts that follow the sheets"),
    "about totals": ("公开01、04表", "tables 01 and 04"),
    "about revenue": ("公开02表：来源、功能分类", "table 02: sources by function"),
    "about expenditure": ("公开03、05、07、08表：类、款、项", "tables 03, 05, 07, 08: class, section, item"),
    "about economic": ("公开06表：基本支出经济分类", "table 06: basic expenditure by economic class"),
    "about sangong": ("公开09表：预算与决算", "table 09: budget and final accounts"),
    "about projects": ("各项目的钱与得分，及复算", "each project's money and score, and the score recomputed"),
    "about indicators": ("各指标得分及复算", "each indicator's score, recomputed"),
    "about overall": ("部门整体绩效自评及复算", "the department's own score, recomputed"),
    "about narrative": ("情况说明中的数字及原句", "figures stated in prose, with their sentences"),
    "about dictionary": ("用法、颜色、各列含义", "use, colours, meaning of every column"),
    # verdicts
    "agrees": ("相符", "agrees"),
    "differs": ("不符", "differs"),
    "gone": ("已不再出现", "no longer found"),
    # cover
    "source": ("来源文件", "Source file"),
    "page count": ("页数", "Pages"),
    "money unit": ("原表金额单位", "Money unit as printed"),
    "workbook unit": ("本工作簿金额单位", "Money unit of this workbook"),
    "workbook unit is": ("万元；空白表示原表未填", "万元 (10,000 yuan); a blank is a cell left blank in the report"),
    "headlines": ("要点", "In short"),
    "key figures": ("主要数据", "Key figures"),
    "sources of revenue": ("收入来源", "Where it came from"),
    "spent on": ("支出用于", "What it was spent on"),
    "largest items": ("最大的五个项", "The five largest items"),
    "opening": ("年初预算", "Opening budget"),
    "final": ("决算数", "Final accounts"),
    "completion": ("完成年初预算", "Of the opening budget"),
    "self-evaluations": ("项目绩效自评", "Self-evaluated projects"),
    "project count": ("项目数", "Projects"),
    "mean score": ("平均得分", "Mean score"),
    "projects budget": ("预算合计", "Budgets together"),
    "projects executed": ("执行数合计", "Spent together"),
    "projects unspent": ("有预算而分文未支", "With a budget and nothing spent"),
    "most important": ("最要紧的发现", "Findings that matter most"),
    "gaps": ("缺失与未能读取", "Missing or not readable"),
    "findings of the run": ("核对未通过（读取报告时）", "Relations that fail (as of reading)"),
    "held": ("核对通过（读取报告时）", "Relations that hold (as of reading)"),
    "sums that differ": ("各表合计不符（随数字变动）", "Sums that differ (live)"),
    "answered": ("已填写“属实”（随填写变动）", "Findings answered (live)"),
    "sheets": ("工作表", "Sheets"),
    "rows": ("{} 行", "{} rows"),
    "page": ("第 {} 页", "page {}"),
    # charts
    "budget": ("预算数", "Budget"),
    "no figures": ("本报告无此数据", "This report has no such figures"),
    # dictionary
    "how to use": ("用法", "How to use this workbook"),
    "sheet": ("工作表", "Sheet"),
    "heading": ("列", "Heading"),
    "in the package": ("名称", "Name"),
    "unit": ("单位", "Unit"),
    "meaning": ("含义", "Meaning"),
}  # fmt: skip

UNITS = {
    "points": ("分", "points"), "fraction": ("", ""), "see unit": ("", ""), "share": ("", ""), "difference": ("", ""),
}  # fmt: skip

#: What to know before using the workbook.
NOTES = (
    ("蓝色数字为报告印刷的数字，黑色数字为公式或复算值；改动蓝色数字，合计、占比、差异随之变动。",
     "Blue figures are printed in the report, black ones are formulas or recomputed; change a blue one, and sums, shares and differences follow."),
    ("浅蓝底标题为报告原有的列，米色底标题为公式列，黄色列供填写；标题批注说明该列含义。",
     "Headings on blue are columns of the report, those on beige are formulas, yellow columns are to be filled in; a heading's comment says what it is."),
    ("“发现”表的属实、答复、备注由跟进的人填写；重新生成本文件时按编号保留。",
     "Confirmed, Answer and Notes on the sheet Findings are for the one who follows them up; they are kept, by number, when this file is made again."),
    ("“页”为该行在报告 PDF 中的页码。金额一律为万元。空白表示原表未填，0 表示印为 0。比率按百分数显示。",
     "Page is the page of the PDF. Amounts are in 万元 (10,000 yuan). A blank was left blank, 0 was printed as 0. Rates are shown in per cent."),
    ("印刷数字经四舍五入，n 个数字相加与合计的差不超过末位半个单位的 (n + 1) 倍即为相符。",
     "Printed figures are rounded: a sum of n of them agrees with its total within n + 1 times half of the last printed digit."),
    ("复算得分是程序按评分规则得出的值，规则见该行“规则说明”；未见适用规则的为空。",
     "Recomputed scores are values; the rule is in words beside them. They are blank where no rule is known to fit."),
    ("全部单元格原文、各核对所用数字在同一文件夹的 parquet 文件中。",
     "Every printed cell and the figures of every relation are in the parquet files of the same folder."),
)  # fmt: skip


def computed(name: str) -> Column:
    """A column that the workbook computes, or that is to be filled in."""
    return VIEWS["workbook"][name]


def word(key: str, lang: Lang) -> str:
    """A word of the workbook."""
    return WORDS[key][lang == "en"]


def unit_word(unit: str, lang: Lang) -> str:
    """A unit as headings have it; "" for those that the number's format shows."""
    return UNITS[unit][lang == "en"] if unit in UNITS else unit


def heading_of(column: Column, lang: Lang) -> str:
    """A column's heading with its unit."""
    unit = unit_word(column.unit, lang)
    return bracketed(column.heading(lang), unit, lang) if unit else column.heading(lang)
