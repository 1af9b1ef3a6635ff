"""What every column means, in Chinese, by the column's name; ``schema`` says it in English."""

from __future__ import annotations

from jscore.schema import Column, Lang

MEANINGS: dict[str, str] = {
    "page": "该行在 PDF 中的页码，从 1 起",
    # accounts
    "form": "01 至 09 为公开表号；overall、project 为绩效自评表；unknown 为其他表",
    "side": "表的收入一侧或支出一侧",
    "line_no": "印刷的行次；表上没有则空",
    "item": "项目名称，去掉序号",
    "fund": "合计，或公开04表支出的三类资金",
    "amount": "决算金额",
    "function_code": "3、5、7 位：类、款、项；合计行为空",
    "function_name": "印刷的科目名称",
    "level": "0 合计，1 类，2 款，3 项（经济分类：1 类，2 款）",
    "source": "表上的栏目：收入来源",
    "component": "表上的栏目：支出构成",
    "economic_code": "3、5 位：类、款；两个合计行为空",
    "economic_name": "印刷的科目名称",
    "group": "人员经费或公用经费",
    "budget": "全年预算数",
    "final": "决算数",
    # self-evaluations
    "department": "表上的部门（单位）名称",
    "revenue_budget": "年初预算收入",
    "expenditure_budget": "年初预算支出",
    "goal": "年初设定的目标",
    "outcome": "全年实际完成情况",
    "total_score": "印刷的总得分",
    "task": "任务名称",
    "allocated": "下达金额",
    "executed": "执行金额",
    "execution_rate": "印刷的执行率",
    "weight": "可得的分数",
    "score": "自评所得分数",
    "project_no": "项目自评表在报告中的次序，从 1 起",
    "project": "项目（政策）名称",
    "supervisor": "主管部门",
    "implementer": "实施单位",
    "indicator_subtotal": "印刷的指标自评得分小计",
    "execution_score": "印刷的预算执行率得分",
    "deduction": "印刷的减分",
    "scope": "部门：部门整体自评表；项目：项目自评表",
    "indicator_no": "指标在表中的次序，从 1 起",
    "level1": "指标体系第一级",
    "level2": "指标体系第二级",
    "level3": "指标",
    "operator": "印刷的运算符号",
    "target": "印刷的指标值",
    "unit": "印刷的度量单位",
    "actual": "印刷的完成值",
    "completion": "印刷的完成程度",
    "cause": "勾选的偏差原因，多项以顿号分开",
    "reason": "印刷的原因说明",
    "improvement": "印刷的改进措施",
    # narrative
    "fact_no": "在报告中的次序，从 1 起",
    "section": "所在章节的标题",
    "subject": "数字所说的事项，用原句中的词",
    "measure": "数字的类型",
    "value": "金额为万元，比率为小数，下降为负",
    "printed": "印刷的数字及单位",
    "sentence": "原句",
    # checks
    "check_no": "核对在报告中的次序，从 1 起",
    "check_id": "勾稽关系的编号",
    "title": "勾稽关系的内容",
    "severity": "不符时的严重程度",
    "status": "程序的核对结论；缺少所需数字的未核对",
    "expected": "由其他印刷数字得出的数",
    "difference": "自评或印刷数减复算或应有数",
    "tolerance": "四舍五入可以解释的误差",
    "pages": "所用各数字的页码",
    "message": "何处不符，或为何未核对",
    "execution_weight": "执行率为 100% 时的得分",
}  # fmt: skip


def meaning(column: Column, lang: Lang) -> str:
    """What ``column`` means, in ``lang`` where that is known."""
    return column.meaning if lang == "en" else MEANINGS.get(column.name, column.meaning)
