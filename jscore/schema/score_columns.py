"""Columns of the frames on scores that are not of the contract: heading, unit, meaning.

Belongs here: what ``scoring``, ``inference`` and ``hidden`` answer with, for headings in notebooks.  Does not: the frames
of the contract (``schema``).  A column whose name the contract has keeps the contract's meaning.
"""

from __future__ import annotations

from jscore.schema import Column

#: The unit ``share`` is a fraction that was computed, not printed.
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        # scoring
        Column("step", "text", "环节", "where points go"),
        Column("points", "number", "分", "points", "points"),
        Column("left", "number", "剩余", "points left after the step", "points"),
        Column("base", "number", "原规则得分", "total by the rule set compared with", "points"),
        Column("changed", "number", "新规则得分", "total by the changed rule set", "points"),
        Column("change", "number", "变化", "changed less base", "points"),
        Column("cap", "number", "总分上限", "what the total is capped at", "points"),
        Column("tasks_reported", "number", "任务得分（自评）", "scores of the tasks, added up", "points"),
        Column("tasks_recomputed", "number", "任务得分（复算）", "the same by the rule", "points"),
        Column("indicators_reported", "number", "指标得分（自评）", "scores of the indicators, added up", "points"),
        Column("indicators_recomputed", "number", "指标得分（复算）", "the same by the rule", "points"),
        # rule sets and inference
        Column("parameter", "text", "参数", "parameter of the rule set"),
        Column("meaning", "text", "含义", "what the parameter does"),
        Column("known", "text", "性质", "printed, inferred or assumed"),
        Column("origin", "text", "来源", "where the value comes from"),
        Column("interval", "text", "可取区间", "values that reproduce the scores"),
        Column("low", "number", "下限", "lower end of the interval", "parameter"),
        Column("high", "number", "上限", "upper end of the interval", "parameter"),
        Column("forms", "integer", "依据数", "forms or indicators that say something of the parameter"),
        Column("contradicting", "integer", "矛盾数", "how many of them say something else"),
        Column("verdict", "text", "判断", "exact, interval, one-sided or not identified"),
        Column("chosen", "text", "最佳值", "value of the rule set that most forms agree with"),
        Column("default", "text", "默认值", "value of the default rule set"),
        Column("pinned_by", "text", "界限来自", "the forms that set the ends of the interval"),
        Column("why", "text", "证据", "what the form prints, and what it says of the parameter"),
        Column("agrees", "text", "一致", "whether it fits where most forms meet"),
        # hidden
        Column("met_by", "text", "何以达标", "what meets the target"),
        Column("band_points", "number", "定性得分", "points that rest on grade bands or the form's own word", "points"),
        Column("band_share", "number", "定性占比", "part of its points that rests on grade bands", "share"),
        Column("to_the_digit", "integer", "恰好达标", "indicators whose actual is the very figure of the target"),
        Column("numeric", "integer", "定量指标", "indicators with target and actual in numbers"),
        Column("lost_to_cap", "number", "封顶失分", "uncapped less recomputed", "points"),
        Column("what", "text", "比较项", "executed, budget or total_score"),
        Column("on_form", "number", "自评表", "figure on the form", "万元"),
        Column("form_page", "integer", "自评表页", "page of the form"),
        Column("complete_without_money", "integer", "零执行而完成", "outputs and benefits complete without execution"),
        Column("paid_without_money", "integer", "零执行而发放", "indicators of money paid out without execution"),
        Column("easy_targets", "integer", "易达标指标", "targets that (almost) any actual meets"),
        Column("easy_share", "number", "易达标占比", "part of its points that rests on them", "share"),
        Column("overshoots", "integer", "远超目标", "actuals over their target by the rule's threshold or more"),
        Column("narrative", "integer", "与说明不符", "figures that the narrative states otherwise"),
        Column("flags", "integer", "疑点数", "questions of the four with an answer: 零执行而完成, 零执行而发放, 远超目标, 与说明不符"),
    )
}  # fmt: skip
