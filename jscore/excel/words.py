"""The workbook's own words, Chinese and English, and the columns that it computes."""

from __future__ import annotations

from jscore.excel.meanings import meaning
from jscore.schema import Column, Lang

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
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "note"),
    # measures
    "amount": ("金额", "amount"),
    "share": ("占比", "share"),
    "yoy_change": ("比上年增减", "change on last year"),
    "yoy_rate": ("增减率", "rate of change"),
    "budget_completion": ("完成预算", "budget completion"),
    "count": ("计数", "count"),
    "score": ("得分", "score"),
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
    "sums that differ": ("各表合计不符（随数字变动）", "Sums on the sheets that differ (follows the figures)"),
    "answered": ("已填写“属实”（随填写变动）", "Findings answered (follows what is filled in)"),
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

#: Columns that the workbook computes or has filled in: label, meaning in Chinese and in English, unit.
_COMPUTED: dict[str, tuple[str, str, str, str]] = {
    "share": ("占比", "占全部的比重", "part of the whole", "fraction"),
    "parts": ("各栏合计", "该行各栏之和", "sum of the row's parts", "万元"),
    "below": ("下级合计", "下一级各行之和", "sum of the lines one level below", "万元"),
    "budget_below": ("预算下级合计", "预算数：下级各项之和", "budget: sum of the items below", "万元"),
    "final_below": ("决算下级合计", "决算数：下级各项之和", "final accounts: sum of the items below", "万元"),
    "final_difference": ("决算减预算", "决算数减预算数", "final accounts less budget", "万元"),
    "used": ("决算占预算", "决算数占预算数的比例", "final accounts of the budget", "fraction"),
    "rate": ("执行率（公式）", "执行数除以预算数", "executed of budget", "fraction"),
    "recomputed": ("复算得分", "程序按规则得出的得分", "score by the rule", "points"),
    "difference": ("差异", "自评得分减复算得分", "reported less recomputed", "points"),
    "money": (
        "涉及金额",
        "最大的一处差额；比率按其金额折算",
        "the largest difference; a rate's is taken of its amount",
        "万元",
    ),
    "instances": ("处数", "同一原因的不符有几处", "how many relations fail for this cause", "count"),
    "finding": ("编号", "发现的编号，重新生成时不变", "name of the finding, the same when made again", ""),
    "confirmed": ("属实", "供填写：是或否", "to be filled in: yes or no", ""),
    "answer": ("答复", "供填写：部门的答复", "to be filled in: the department's answer", ""),
    "notes": ("备注", "供填写", "to be filled in", ""),
}


def computed(name: str) -> Column:
    """A column that the workbook computes, or that is to be filled in."""
    for ending, label in (("_difference", "相差"), ("_agree", "核对")):
        stem = name.removesuffix(ending)
        if stem != name and name not in _COMPUTED:
            kind, unit = ("number", "万元") if ending == "_difference" else ("text", "")
            said = f"printed total less {_COMPUTED[stem][2]}" if unit else "whether rounding explains the difference"
            return Column(name, kind, _COMPUTED[stem][0] + label, said, unit)  # type: ignore[arg-type]
    label, _, said, unit = _COMPUTED[name]
    if unit == "count":
        return Column(name, "integer", label, said)
    return Column(name, "number" if unit else "text", label, said, unit)


def word(key: str, lang: Lang) -> str:
    """A word of the workbook."""
    return WORDS[key][lang == "en"]


def value_word(value: str, lang: Lang) -> str:
    """A value that is a word of the package, in the workbook's language; the report's own words as they are."""
    return word(value, lang) if value in WORDS and value.isascii() else value


def unit_word(unit: str, lang: Lang) -> str:
    """A unit as headings have it; "" for those that the number's format shows."""
    return UNITS[unit][lang == "en"] if unit in UNITS else unit


def heading_of(column: Column, lang: Lang) -> str:
    """A column's heading with its unit."""
    unit = unit_word(column.unit, lang)
    if not unit:
        return column.heading(lang)
    return f"{column.heading(lang)}（{unit}）" if lang == "zh" else f"{column.heading(lang)} ({unit})"


def meaning_of(column: Column, lang: Lang) -> str:
    """What a column means."""
    if lang == "zh" and column.name in _COMPUTED and column.label == _COMPUTED[column.name][0]:
        return _COMPUTED[column.name][1]
    stem, _, ending = column.name.rpartition("_")
    if lang == "zh" and stem in _COMPUTED and ending in ("difference", "agree"):
        return f"印刷数减{_COMPUTED[stem][1]}" if ending == "difference" else "差异是否可由四舍五入解释"
    return meaning(column, lang) if column.meaning else ""
