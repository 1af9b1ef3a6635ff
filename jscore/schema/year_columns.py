"""Columns of the frames that lay years side by side: what they are called and how they are written.

Belongs here: descriptions, as ``schema`` has them for a report's frames.  A column named by a year (``2023``) holds
amounts and needs none.
"""

from __future__ import annotations

from jscore.schema import Column

#: ``of="years"`` in ``notebooks.table`` and ``analysis.column``.
OF = "years"

COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("report_id", "text", "报告", "name of the PDF without .pdf"),
        Column("department", "text", "部门", "as its last report calls it"),
        Column("counts", "text", "采用", "whether it is compared with other years"),
        Column("why", "text", "说明", "why it is not"),
        Column("year", "integer", "年度", "year of the accounts"),
        Column("prior_year", "integer", "对比年度", "the year it is compared with"),
        Column("topic", "text", "类别", "what the line belongs to"),
        Column("form", "text", "表", "form of the line; 说明: stated in prose"),
        Column("key", "text", "编码", "code, or name, of the line"),
        Column("item", "text", "项目", "the line, as its last report prints it"),
        Column("unit", "text", "单位", "of the figures"),
        Column("prior", "number", "对比年度数", "figure of the year compared with", "万元"),
        Column("value", "number", "本年数", "figure of the year", "万元"),
        Column("change", "number", "增减", "the year less the one before", "万元"),
        Column("rate", "number", "增减率", "change of the year before", "share"),
        Column("flags", "text", "提示", "what to know about the pair"),
        Column("stated", "number", "说明所述", "the change, rate or amount that the report states", "万元"),
        Column("reported", "number", "上年报告数", "the line in the report of the year before", "万元"),
        Column("difference", "number", "相差", "derived figure less that of the report", "万元"),
        Column("tolerance", "number", "舍入误差", "the difference that rounding explains", "万元"),
        Column("status", "text", "结论", "pass, fail; skipped: no report of that year"),
        Column("printed", "text", "印刷数字", "the figure with its unit, as printed"),
        Column("agrees", "text", "增减率相符", "whether stated change and rate give the same"),
        Column("page", "integer", "页", "page of the sentence"),
        Column("project_no", "integer", "序号", "order in the report"),
        Column("project", "text", "项目", "name of the project, as printed"),
        Column("state", "text", "状态", "beside the report before"),
        Column("after", "text", "下一年度", "beside the report after"),
        Column("how", "text", "名称差异", "what the two names differ in"),
        Column("confidence", "number", "可信度", "that it is the same project, 0 to 1", "points"),
        Column("candidate", "text", "相近项目", "name in the report before that is most alike"),
        Column("budget", "number", "预算", "budget of the year", "万元"),
        Column("begun_budget", "number", "新增项目预算", "budgets of the new projects", "万元"),
        Column("execution_rate", "number", "执行率", "spent of budget", "fraction"),
        Column("total_score", "number", "得分", "self-evaluated total score", "points"),
        Column("prior_total_score", "number", "上年得分", "that of the year before", "points"),
        Column("score_change", "number", "得分增减", "the year less the one before", "points"),
        Column("projects", "integer", "项目数", "self-evaluated projects"),
        Column("repeated", "integer", "延续", "projects that the report before has too"),
        Column("begun", "integer", "新增", "projects that it has not"),
        Column("ended", "integer", "未再列", "projects of the report before that are not listed again"),
        Column("unsure", "integer", "待核对", "new projects whose names are like one of the report before"),
        Column("project_share", "number", "项目支出占比", "项目支出 of 合计", "share"),
    )
}
