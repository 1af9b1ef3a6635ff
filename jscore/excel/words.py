"""What the workbook calls its sheets, columns and units, and what it says of itself."""

from __future__ import annotations

from jscore.language import N_, bracketed, tr
from jscore.schema import VIEWS, Column
from jscore.summary.sentences import capital

#: The titles of sheets, by key.
TITLES = {
    "cover": N_("封面"),
    "findings": N_("发现"),
    "charts": N_("图表"),
    "totals": N_("收支总表"),
    "revenue": N_("收入"),
    "expenditure": N_("支出（功能分类）"),
    "economic": N_("支出（经济分类）"),
    "sangong": N_("三公"),
    "projects": N_("绩效自评（项目）"),
    "indicators": N_("绩效自评（指标）"),
    "overall": N_("绩效自评（部门）"),
    "narrative": N_("情况说明"),
    "dictionary": N_("说明"),
}
#: What a sheet answers.
ABOUT = {
    "findings": N_("未通过的核对，一行一条；后三列供填写"),
    "charts": N_("随各表变动的图"),
    "totals": N_("公开01、04表"),
    "revenue": N_("公开02表：来源、功能分类"),
    "expenditure": N_("公开03、05、07、08表：类、款、项"),
    "economic": N_("公开06表：基本支出经济分类"),
    "sangong": N_("公开09表：预算与决算"),
    "projects": N_("各项目的钱与得分，及复算"),
    "indicators": N_("各指标得分及复算"),
    "overall": N_("部门整体绩效自评及复算"),
    "narrative": N_("情况说明中的数字及原句"),
    "dictionary": N_("用法、颜色、各列含义"),
}
#: Units as headings have them, where that is another word; the number's format shows those that are "".
UNITS = {"points": N_("分"), "fraction": "", "see unit": "", "share": "", "difference": ""}
#: What to know before using the workbook.
NOTES = (
    N_("蓝色数字为报告印刷的数字，黑色数字为公式或复算值；改动蓝色数字，合计、占比、差异随之变动。"),
    N_("浅蓝底标题为报告原有的列，米色底标题为公式列，黄色列供填写；标题批注说明该列含义。"),
    N_("“发现”表的属实、答复、备注由跟进的人填写；重新生成本文件时按编号保留。"),
    N_("“页”为该行在报告 PDF 中的页码。金额一律为万元。空白表示原表未填，0 表示印为 0。比率按百分数显示。"),
    N_("印刷数字经四舍五入，n 个数字相加与合计的差不超过末位半个单位的 (n + 1) 倍即为相符。"),
    N_("复算得分是程序按评分规则得出的值，规则见该行“规则说明”；未见适用规则的为空。"),
    N_("全部单元格原文、各核对所用数字在同一文件夹的 parquet 文件中。"),
)


def computed(name: str) -> Column:
    """A column that the workbook computes, or that is to be filled in."""
    return VIEWS["workbook"][name]


def headed(text: str) -> str:
    """``text``, which elsewhere stands within a sentence, as a heading."""
    return capital(tr(text))


def unit_word(unit: str) -> str:
    """A unit as headings have it."""
    return tr(UNITS[unit]) if unit in UNITS else unit


def heading_of(column: Column) -> str:
    """A column's heading with its unit."""
    unit = unit_word(column.unit)
    return bracketed(column.heading(), unit) if unit else column.heading()
