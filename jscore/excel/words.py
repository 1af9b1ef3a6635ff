"""The workbook's own words, Chinese and English.

Belongs here: names of sheets, lines of the cover, verdicts, units.  Does not: headings of columns (``schema`` and
``columns``) and the report's text, which stays as printed.
"""

from __future__ import annotations

from jscore.schema import Lang

#: By key: Chinese, English.
WORDS: dict[str, tuple[str, str]] = {
    # sheets
    "cover": ("封面", "Cover"),
    "charts": ("图表", "Charts"),
    "checks": ("核对", "Checks"),
    "totals": ("收支总表", "Totals"),
    "revenue": ("收入", "Revenue"),
    "expenditure": ("支出（功能分类）", "Expenditure, by function"),
    "economic": ("支出（经济分类）", "Expenditure, economic class"),
    "sangong": ("三公", "Sangong"),
    "projects": ("绩效自评（项目）", "Self-evaluation projects"),
    "indicators": ("绩效自评（指标）", "Self-evaluation indicators"),
    "overall": ("绩效自评（部门）", "Self-evaluation department"),
    "rule": ("评分规则", "Scoring rule"),
    "narrative": ("情况说明", "Narrative"),
    "check_figures": ("核对所用数字", "Check figures"),
    "cells": ("单元格", "Cells"),
    "dictionary": ("说明", "Dictionary"),
    # what a sheet answers
    "about charts": ("四张图，数据随各表变动", "four charts that follow the sheets"),
    "about checks": ("勾稽关系：不符的在前，按严重程度排列", "accounting relations, those that fail first, most severe first"),
    "about totals": ("公开01、04表", "tables 01 and 04"),
    "about revenue": ("公开02表：来源、功能分类", "table 02: sources by function"),
    "about expenditure": ("公开03、05、07、08表：类、款、项", "tables 03, 05, 07, 08: class, section, item"),
    "about economic": ("公开06表：基本支出经济分类", "table 06: basic expenditure by economic class"),
    "about sangong": ("公开09表：预算与决算", "table 09: budget and final accounts"),
    "about projects": ("各项目得分复算", "each project's score recomputed"),
    "about indicators": ("各指标得分复算", "each indicator's score recomputed"),
    "about overall": ("部门整体绩效自评得分复算", "the department's own score recomputed"),
    "about rule": ("评分规则的参数，可改", "parameters of the scoring rule, to be changed"),
    "about narrative": ("情况说明中的数字及原句", "figures stated in prose, with their sentences"),
    "about check_figures": ("各核对所用的数字及其出处", "the printed figures behind each check"),
    "about cells": ("各表全部单元格原文", "every printed table cell"),
    "about dictionary": ("用法、颜色、各列含义", "use, colours, meaning of every column"),
    # verdicts
    "agrees": ("相符", "agrees"),
    "differs": ("不符", "differs"),
    "skipped": ("未核对", "not tested"),
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "note"),
    # groups and bases
    "table": ("表内", "within a table"),
    "cross-table": ("表间", "between tables"),
    "narrative group": ("文表", "narrative and tables"),
    "self-evaluation": ("绩效自评", "self-evaluation"),
    "completeness": ("完整性", "completeness"),
    "numbers": ("目标与完成值", "target and actual"),
    "band": ("定性等级", "grade band"),
    "completion": ("自评完成程度", "printed completion"),
    "none": ("无", "none"),
    # cover
    "report": ("报告", "Report"),
    "department": ("部门", "Department"),
    "year": ("年度", "Year"),
    "source": ("来源文件", "Source file"),
    "page count": ("页数", "Pages"),
    "money unit": ("原表金额单位", "Money unit as printed"),
    "workbook unit": ("本工作簿金额单位", "Money unit of this workbook"),
    "workbook unit is": ("万元；空白表示原表未填", "万元 (10,000 yuan); a blank is a cell left blank in the report"),
    "key figures": ("主要数据", "Key figures"),
    "total revenue": ("收入总计", "Total revenue"),
    "total expenditure": ("支出总计", "Total expenditure"),
    "appropriation": ("财政拨款收入", "Fiscal appropriation"),
    "basic": ("基本支出", "Basic expenditure"),
    "project": ("项目支出", "Project expenditure"),
    "sangong budget": ("“三公”经费预算数", "Sangong, budget"),
    "sangong final": ("“三公”经费决算数", "Sangong, final accounts"),
    "department score": ("部门整体绩效自评得分", "Department's own score"),
    "project count": ("绩效自评项目", "Self-evaluated projects"),
    "mean score": ("项目自评平均得分", "Mean score of projects"),
    "findings": ("核对结果", "What the checks found"),
    "errors": ("不符：错误", "Relations that fail: errors"),
    "warnings": ("不符：警告", "Relations that fail: warnings"),
    "notes": ("不符：提示", "Relations that fail: notes"),
    "held": ("相符", "Relations that hold"),
    "formulas agree": ("公式与程序一致", "Formulas that agree with jscore"),
    "formulas differ": ("公式与程序不一致", "Formulas that differ from jscore"),
    "formulas differ why": ("改动数字后不为 0", "not 0 once a figure was changed"),
    "see checks": ("见“核对”", "see Checks"),
    "sheets": ("工作表", "Sheets"),
    "rows": ("{} 行", "{} rows"),
    "page": ("第 {} 页", "page {}"),
    "pages": ("第 {}–{} 页", "pages {}–{}"),
    "forms": ("公开的表（有数据 {}，空表 {}，未见 {}）", "Published tables (with figures {}, empty {}, missing {})"),
    "form": ("公开{}表", "Table {}"),
    "evaluation form": ("绩效自评表", "Self-evaluation"),
    "found": ("有数据", "with figures"),
    "empty": ("空表（无此项收支）", "empty (no such money)"),
    "missing": ("目录列出，正文未见", "announced, not printed"),
    "title": ("{}部门决算", "Final accounts {}"),
    "year of": ("{} 年度", "{}"),
    "back": ("返回封面", "Back to the cover"),
    # charts
    "revenue by source": ("收入构成（按来源）", "Revenue by source"),
    "expenditure by class": ("各类支出的构成", "Expenditure by class"),
    "sangong chart": ("“三公”经费：预算数与决算数", "Sangong: budget and final accounts"),
    "score chart": ("执行率与自评总得分", "Execution rate and total score"),
    "budget": ("预算数", "Budget"),
    "final": ("决算数", "Final accounts"),
    "execution rate": ("执行率", "Execution rate"),
    "total score": ("自评总得分", "Total score"),
    "no figures": ("本报告无此数据", "This report has no such figures"),
    # dictionary
    "how to use": ("用法", "How to use this workbook"),
    "sheet": ("工作表", "Sheet"),
    "in the package": ("名称", "Name"),
    "parameter": ("参数", "Parameter"),
    "heading": ("列", "Heading"),
    "unit": ("单位", "Unit"),
    "values": ("取值", "Values"),
    "meaning": ("含义", "Meaning"),
    "below": ("执行率低于", "execution rate below"),
    "total": ("总分至多", "total at most"),
    "sum": ("合计", "Total"),
}  # fmt: skip

#: Values of frames that are words of the package.
VALUES: dict[str, tuple[str, str]] = {
    "amount": ("金额", "amount"), "share": ("占比", "share"), "yoy_change": ("比上年增减", "change on last year"),
    "yoy_rate": ("增减率", "rate of change"), "budget_completion": ("完成预算", "budget completion"),
    "count": ("计数", "count"), "score": ("得分", "score"), "actual": ("被核对", "under test"),
    "expected": ("据以核对", "held against"), "pass": ("相符", "agrees"), "fail": ("不符", "differs"),
}  # fmt: skip

UNITS = {
    "points": ("分", "points"),
    "fraction": ("", ""),
    "see unit": ("", ""),
    "share": ("", ""),
    "difference": ("", ""),
}

#: What to know before using the workbook.
NOTES = (
    ("蓝色数字为报告印刷的数字，黑色数字为公式；改动蓝色数字，合计、占比、差异、得分和核对随之变动。",
     "Blue figures are printed in the report, black ones are formulas: change a blue one, and totals, shares, differences, scores and checks follow."),
    ("浅蓝底标题为报告原有的列，米色底标题为计算列；标题批注说明该列含义。",
     "Headings on blue are columns of the report, headings on beige are computed; a heading's comment says what it is."),
    ("“页”为该行在报告 PDF 中的页码；折叠的列（表号、行、列）指明“单元格”表中的位置。",
     "Page is the page of the PDF that a row is printed on; the folded columns (table, row, column) find it in Cells."),
    ("金额一律为万元。空白表示原表未填，0 表示印为 0。比率为小数，按百分数显示。",
     "Amounts are in 万元 (10,000 yuan). A blank was left blank, 0 was printed as 0. Rates are fractions, shown in per cent."),
    ("印刷数字经四舍五入，n 个数字相加与合计的差不超过末位半个单位的 (n + 1) 倍即为相符（舍入误差）。",
     "Printed figures are rounded: a sum of n of them agrees with its total within n + 1 times half of the last printed digit (tolerance)."),
    ("评分规则的参数在“评分规则”表中，改动后各指标和项目的复算得分随之变动。",
     "The parameters of the scoring rule are on the sheet Scoring rule; change one, and every recomputed score follows."),
    ("“jscore”列为程序计算的值，与公式的结果应当一致；不一致表示数字被改动过。",
     "Columns named jscore hold what the package computed; the formulas must give the same, unless a figure was changed."),
)  # fmt: skip


def word(key: str, lang: Lang) -> str:
    """A word of the workbook."""
    return WORDS[key][lang == "en"]


def unit_word(unit: str, lang: Lang) -> str:
    """A unit as headings have it; "" for those that the number's format shows."""
    return UNITS[unit][lang == "en"] if unit in UNITS else unit


def value_word(value: str, lang: Lang) -> str:
    """A value that is a word of the package, in the workbook's language; the report's own words as they are."""
    known = VALUES.get(value) or WORDS.get(value)
    return known[lang == "en"] if known and value.isascii() else value
