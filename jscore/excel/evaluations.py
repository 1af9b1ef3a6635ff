"""The sheets of the self-evaluations: printed figures beside scores that formulas make of them by the scoring rule.

Belongs here: 绩效自评（指标）, （项目）, （部门）, 评分规则; the rule of ``scoring.marking`` as formulas.  Does not: the rule itself.

What a target or an actual is in numbers, and whether an indicator is scored by them, by a grade band or by the completion
that its form prints, is the package's reading and stands in columns of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.columns import Series
from jscore.excel.fields import Field, Placed, plain, quoted
from jscore.excel.meanings import MEANINGS
from jscore.excel.sheets import BLUE, FORMATS, HEAD, RULED, Book, Sheet
from jscore.schema import Column
from jscore.scoring import department_scores, marking
from jscore.scoring.rule_sets import DEFAULT, PARAMETERS, RuleSet
from jscore.text.numbers import NOISE

Frames = Mapping[str, pd.DataFrame]

ALIGN = ("left", "right", "center", "left")
#: Formulas round what binary fractions add to a quotient off before it is held against a threshold.
EXACT = 10
#: Completion, in the sheet's columns, of an indicator that is scored by its numbers.
BY_NUMBERS = {
    ">=": 'IF([goal]>0,[done]/[goal],IF([done]>=[goal],1,0))',
    "=": 'IF([goal]>0,[done]/[goal],IF([done]=[goal],1,0))',
    "<=": 'IF([done]<=[goal],1,IF(AND(over_limit="ratio",[goal]>=0),[goal]/[done],0))',
}  # fmt: skip
PENALTY = {
    ">=": "IF(AND(N([excess])>0,N([excess])>=overshoot_threshold),overshoot_penalty,0)",
    "=": "IF(N([excess])<0,IF(-[excess]>=miss_threshold,miss_penalty,0),"
    "IF(AND(N([excess])>0,N([excess])>=overshoot_threshold),overshoot_penalty,0))",
}


def rule_sheet(book: Book, rules: RuleSet = DEFAULT) -> None:
    """评分规则: every parameter of the rule set in a cell with its name."""
    sheet = book.add(book.say("rule"))
    for col, (key, wide) in enumerate(
        zip(("parameter", "values", "in the package", "meaning"), (34, 12, 24, 96), strict=True)
    ):
        sheet.put(0, col, book.say(key), bold=True, bg_color=HEAD, bottom=1, bottom_color=RULED, align=ALIGN[col])
        sheet.sheet.set_column(col, col, wide)
    lines = _parameters(book, rules)
    for row, (name, label, value, unit, said) in enumerate(lines, 1):
        shown = float(value) if isinstance(value, Decimal) else value
        sheet.put(row, 0, label)
        sheet.put(row, 1, shown, num_format=FORMATS.get(unit, "General"), font_color=BLUE, align="right")
        sheet.put(row, 2, name, indent=1)
        sheet.put(row, 3, said, text_wrap=True)
        book.workbook.define_name(name, f"={quoted(sheet.title)}!$B${row + 1}")
    sheet.put(len(lines) + 2, 0, f"{book.say('rule')}: {rules.name}")
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    sheet.page()


def _parameters(book: Book, rules: RuleSet) -> list[tuple[str, str, Any, str, str]]:
    """The parameters of ``rules``: name, label, value, unit, meaning; two for each cap."""
    chinese = book.lang == "zh"
    lines = []
    for name, about in PARAMETERS.items():
        label = about["label"] if chinese else schema.in_words(name)
        said = MEANINGS.get(name, about["meaning"]) if chinese else about["meaning"]
        if name != "caps":
            lines.append((name, label, rules[name], about["unit"], said))
            continue
        for number, cap in enumerate(rules.caps, 1):
            for part, value, unit in (("below", cap.below, "fraction"), ("total", cap.total, "points")):
                what = MEANINGS[f"cap {part}"] if chinese else about["meaning"]
                lines.append((f"cap_{number}_{part}", f"{label} {number}: {book.say(part)}", value, unit, what))
    return lines


# --- a score beside the reported one ------------------------------------------------------


def _against(book: Book, reported: str, scores: pd.DataFrame, made: Field) -> list[Field]:
    """What follows a recomputed score: the reported one less it, what rounding explains, the verdict, jscore's own value
    and whether the formula gives the same.
    """
    yes, no = book.say("agrees"), book.say("differs")
    name = made.name
    own, off, bound = (plain(scores[column]) for column in ("recomputed", "difference", "tolerance"))
    either = f'OR([{reported}]="",[{name}]="")'
    verdicts = [
        None if d is None or t is None else yes if abs(d) <= t + NOISE else no for d, t in zip(off, bound, strict=True)
    ]
    known = [value is not None for value in own]
    return [
        made,
        Field(_points("difference", "差异", "reported less recomputed"), off, f'IF({either},"",ROUND([{reported}]-[{name}],{EXACT}))'),
        Field(_points("tolerance", "舍入误差", "the difference that the rounding of printed figures explains"), bound),
        Field(Column("verdict", "text", "结论", "whether rounding explains the difference"), verdicts,
              f'IF(OR({either},[tolerance]=""),"",IF(ABS([difference])<=[tolerance]+1E-9,"{yes}","{no}"))'),
        Field(_points("by_jscore", "jscore", "the score as the package computed it"), own),
        Field(Column("as_jscore", "text", "与程序一致", "whether the formula gives what the package computed"),
              [yes if there else None for there in known],
              [f'IF(ISNUMBER([{name}]),IF(ABS([{name}]-[by_jscore])<1E-6,"{yes}","{no}"),"{no}")' if there else None for there in known]),
    ]  # fmt: skip


def _counted(points: Sequence[float | None], reported: Sequence[float | None]) -> Field:
    """What counts for the total: the recomputed score, or the reported one where the rule does not reach."""
    meaning = "the recomputed score, or the reported one where the rule does not reach"
    values = [own if own is not None else printed for own, printed in zip(points, reported, strict=True)]
    formulas = ["[points]" if own is not None else 'IF([score]="","",[score])' for own in points]
    return Field(_points("counted", "计入得分", meaning), values, formulas)


def _points(name: str, label: str, meaning: str) -> Column:
    return Column(name, "number", label, meaning, "points")


def _printed(frame: pd.DataFrame, name: str, *columns: str) -> list[Field]:
    described = {column.name: column for column in schema.FRAMES[name].columns}
    return [Field(described[column], plain(frame[column], described[column].kind)) for column in columns]


def _register(book: Book, name: str, placed: Placed, columns: Sequence[str], rows: int) -> None:
    for row in range(rows):
        for column in columns:
            book.figures[name, row, column] = placed.cell(column, row)


# --- indicators ---------------------------------------------------------------------------


def indicators_sheet(book: Book, frames: Frames) -> Placed:
    """绩效自评（指标）: every indicator, its completion, penalty and score by formulas."""
    indicators, scores = frames["indicators"], frames["indicator_scores"]
    fields = [
        *_printed(indicators, "indicators", "scope", "project_no", "indicator_no", "level1", "level2", "level3",
                  "operator", "target", "unit", "actual", "completion", "weight", "score"),
        *_recomputed(book, indicators, scores),
        *_printed(indicators, "indicators", "cause", "reason", "improvement", "page", "table_id", "row"),
    ]  # fmt: skip
    sheet = book.add(book.say("indicators"))
    placed = sheet.list(fields, key="indicator_no")
    _flags(sheet, placed, fields)
    _register(book, "indicators", placed, ("completion", "weight", "score"), len(indicators))
    return placed


def _recomputed(book: Book, indicators: pd.DataFrame, scores: pd.DataFrame) -> list[Field]:
    """The numbers that an indicator is scored by, and the score that they make, step by step."""
    steps = {name: Series() for name in ("goal", "done", "low", "high", "completed", "excess", "penalty", "points")}
    bases = [str(basis) for basis in scores["basis"]]
    held = indicators.assign(
        **{f"by_{c}": scores[c].to_numpy() for c in ("completion", "excess", "penalty", "recomputed")}
    )
    for line, basis in zip(held.to_dict("records"), bases, strict=True):
        values = {c: plain([line[f"by_{c}"]])[0] for c in ("completion", "excess", "penalty", "recomputed")}
        formulas, ends = _steps(
            {k: "" if pd.isna(line[k]) else str(line[k]) for k in ("operator", "target", "unit", "actual")}, basis
        )
        for name, value in ends.items():
            steps[name].add(value, None)
        scored = values["recomputed"] is not None
        for name, value in (("completed", values["completion"]), ("excess", values["excess"]),
                            ("penalty", values["penalty"]), ("points", values["recomputed"])):  # fmt: skip
            steps[name].add(value, formulas.get(name) if scored else None)
    basis_words = [book.say(basis) for basis in bases]
    made = steps["points"].field(
        _points("points", "复算得分", "weight times completion less what is taken off, not below 0")
    )
    return [
        Field(Column("basis", "text", "复算依据", "what the score rests on"), basis_words),
        steps["goal"].field(Column("goal", "number", "指标值（数）", "the target in numbers")),
        steps["done"].field(Column("done", "number", "完成值（数）", "the actual in numbers")),
        steps["low"].field(Column("low", "number", "等级下限", "lower end of the grade band", "fraction")),
        steps["high"].field(Column("high", "number", "等级上限", "upper end of the grade band", "fraction")),
        steps["completed"].field(Column("completed", "number", "复算完成程度", "completion by the rule", "fraction")),
        steps["excess"].field(Column("excess", "number", "超出目标", "how far the actual is over its target", "fraction")),
        steps["penalty"].field(_points("penalty", "偏离扣分", "points taken off for overshooting or missing the target by far")),
        *_against(book, "score", scores, made),
        _counted(made.values, plain(indicators["score"])),
    ]  # fmt: skip


def _steps(printed: Mapping[str, str], basis: str) -> tuple[dict[str, str], dict[str, float | None]]:
    """The formulas of an indicator's completion, excess, penalty and score, and the numbers that they rest on."""
    ends: dict[str, float | None] = dict.fromkeys(("goal", "done", "low", "high"))
    formulas = {"points": "MAX([weight]*[completed]-N([penalty]),0)", "penalty": "0"}
    if basis == "numbers":
        operator = marking.comparison(printed["operator"], printed["target"])
        goal, done = (marking.number(printed[name], printed["unit"]) for name in ("target", "actual"))
        ends |= {"goal": None if goal is None else float(goal), "done": None if done is None else float(done)}
        formulas["completed"] = f"ROUND(MIN(MAX({BY_NUMBERS[operator]},0),1),completion_places)"
        formulas["excess"] = f'IF([goal]>0,ROUND(([done]-[goal])/[goal],{EXACT}),"")'
        formulas["penalty"] = PENALTY.get(operator, "0")
    elif basis == "band":
        low, high = marking.band(printed["actual"]) or (None, None)
        ends |= {"low": None if low is None else float(low), "high": None if high is None else float(high)}
        formulas["completed"] = "MIN(MAX([completion],[low]),[high])"
    else:
        formulas["completed"] = "MIN(MAX([completion],0),1)"
    return formulas, ends


# --- projects -----------------------------------------------------------------------------


def projects_sheet(book: Book, frames: Frames, indicators: Placed, rules: RuleSet = DEFAULT) -> Placed:
    """绩效自评（项目）: every project's rate, parts, cap, 减分项 and total by formulas over ``indicators``."""
    projects, scores = frames["projects"], frames["project_scores"]
    fields = [
        *_printed(projects, "projects", "project_no", "project", "budget", "executed", "execution_rate",
                  "indicator_subtotal", "execution_score", "deduction", "total_score"),
        *_project_steps(book, frames, indicators, rules),
        _departs(book, scores),
        *_printed(projects, "projects", "supervisor", "implementer", "goal", "outcome", "page", "table_id", "row"),
    ]  # fmt: skip
    sheet = book.add(book.say("projects"))
    placed = sheet.list(fields, key="project")
    _flags(sheet, placed, fields)
    names = (
        "budget",
        "executed",
        "execution_rate",
        "indicator_subtotal",
        "execution_score",
        "deduction",
        "total_score",
    )
    _register(book, "projects", placed, names, len(projects))
    return placed


def _departs(book: Book, scores: pd.DataFrame) -> Field:
    """The parts of a form that its printed figures do not give, by their headings."""
    described = {column.name: column for column in schema.FRAMES["projects"].columns}
    described["indicators"] = Column("indicators", "text", schema.FRAMES["indicators"].label, "")
    parts = [[] if pd.isna(names) else str(names).split("、") for names in scores["departs"]]
    said = ["、".join(described[name].heading(book.lang) for name in names) or None for names in parts]
    return Field(next(c for c in schema.FRAMES["project_scores"].columns if c.name == "departs"), said)


RATE = (
    "IF(AND(N([{whole}])>0,ISNUMBER([executed]),N([executed])>=0),MIN([executed]/[{whole}],1),"
    'IF(ISNUMBER([execution_rate]),MIN(MAX([execution_rate],0),1),""))'
)


def _project_steps(book: Book, frames: Frames, indicators: Placed, rules: RuleSet) -> list[Field]:
    """From amounts and indicators to the total, a column a step."""
    projects, scores = frames["projects"], frames["project_scores"]
    exact = _exact(frames)
    by_rule = {
        name: plain(scores[name])
        for name in ("execution_rate_recomputed", "indicator_subtotal_recomputed", "execution_score_recomputed",
                     "uncapped", "cap_recomputed", "deduction_recomputed", "recomputed")
    }  # fmt: skip
    of_project = f'{indicators.whole("scope")},"项目",{indicators.whole("project_no")},[project_no]'
    as_printed = [
        not pd.isna(rate) and "execution_rate" not in str(departs)
        for rate, departs in zip(projects["execution_rate"], scores["departs"], strict=True)
    ]
    used = ["MIN(MAX([execution_rate],0),1)" if printed else "[rate]" for printed in as_printed]
    earned = "IF(ISNUMBER([execution]),[execution],N([execution_score]))"
    cap = _cap(rules)
    over = [
        f'IF(OR([uncapped]="",[cap]=""),0,IF([uncapped]<=[cap],0,MAX([exact]+execution_weight*{rate}-[cap],0)))'
        for rate in used
    ]
    made = Field(_points("total", "复算总得分", "the sum of the parts, at most the cap"), by_rule["recomputed"],
                 _where(by_rule["recomputed"], 'IF([cap]="",[uncapped],MIN([uncapped],[cap]))'))  # fmt: skip
    return [
        Field(Column("rate", "number", "复算执行率", "executed of budget, at most 1", "fraction"),
              by_rule["execution_rate_recomputed"], RATE.format(whole="budget")),
        Field(_points("exact", "指标得分合计", "scores of the indicators by the rule, added up"), exact,
              _where(exact, f"ROUND(SUMIFS({indicators.whole('counted')},{of_project}),{EXACT})")),
        Field(_points("subtotal", "复算指标小计", "the same, rounded"), by_rule["indicator_subtotal_recomputed"],
              _where(by_rule["indicator_subtotal_recomputed"], "ROUND([exact],subtotal_places)")),
        Field(_points("execution", "复算执行率得分", "weight times rate, rounded"), by_rule["execution_score_recomputed"],
              'IF(ISNUMBER([rate]),ROUND(execution_weight*[rate],execution_places),"")'),
        Field(_points("uncapped", "未封顶得分", "the sum of the two"), by_rule["uncapped"],
              _where(by_rule["uncapped"], f"[subtotal]+{earned}")),
        Field(_points("cap", "总分上限", "what the execution rate caps the total at"), by_rule["cap_recomputed"],
              _where(by_rule["uncapped"], cap)),
        Field(_points("over", "复算减分项", "what the unrounded sum has over the cap"), by_rule["deduction_recomputed"],
              [text if value is not None else None for text, value in zip(over, by_rule["deduction_recomputed"], strict=True)]),
        *_against(book, "total_score", scores, made),
    ]  # fmt: skip


def _exact(frames: Frames) -> list[float | None]:
    """The scores that count, added up, of every project."""
    own = frames["indicators"]["scope"] == "项目"
    counted = frames["indicator_scores"]["recomputed"].fillna(frames["indicators"]["score"])[own.to_numpy()]
    sums = counted.groupby(frames["indicators"].loc[own, "project_no"]).sum(min_count=1)
    found = frames["projects"]["project_no"].map(sums)
    return [None if pd.isna(value) else round(float(value), EXACT) for value in found]


def _cap(rules: RuleSet) -> str:
    """The formula of what the execution rate caps a total at; an empty text where it does not."""
    caps = sorted(enumerate(rules.caps, 1), key=lambda cap: cap[1].total)
    steps = "".join(f"IF(ROUND([rate],{EXACT})<cap_{number}_below,cap_{number}_total," for number, _ in caps)
    return f'IF(ISNUMBER([rate]),{steps}""{")" * len(caps)},"")'


def _where(values: Sequence[float | None], formula: str) -> list[str | None]:
    """``formula`` in the rows that the rule reaches."""
    return [None if value is None else formula for value in values]


# --- the department -----------------------------------------------------------------------


def overall_sheet(book: Book, frames: Frames, indicators: Placed) -> Placed:
    """绩效自评（部门）: the department's total from its tasks and indicators, and the tasks."""
    overall, tasks = frames["overall"], frames["tasks"]
    sheet = book.add(book.say("overall"))
    scores = department_scores.score_tasks(tasks)
    points = plain(scores["recomputed"])
    rates = [
        None if a is None or e is None or a <= 0 else min(e / a, 1.0)
        for a, e in zip(plain(tasks["allocated"]), plain(tasks["executed"]), strict=True)
    ]
    rates = [
        printed if rate is None else rate for rate, printed in zip(rates, plain(tasks["execution_rate"]), strict=True)
    ]
    made = Field(_points("points", "复算得分", "weight times rate, rounded"), points,
                 _where(points, "ROUND([weight]*[rate],execution_places)"))  # fmt: skip
    fields = [
        *_printed(tasks, "tasks", "task", "allocated", "executed", "execution_rate", "weight", "score"),
        Field(Column("rate", "number", "复算执行率", "executed of allocated, at most 1", "fraction"), rates,
              RATE.format(whole="allocated")),
        *_against(book, "score", scores, made),
        _counted(points, plain(tasks["score"])),
        *_printed(tasks, "tasks", "page", "table_id", "row"),
    ]  # fmt: skip
    placed = sheet.list(fields)
    _flags(sheet, placed, fields)
    _register(book, "tasks", placed, ("allocated", "executed", "execution_rate", "weight", "score"), len(tasks))
    whole = _department_total(book, frames, indicators, placed)
    under = sheet.table(whole, placed.rows + 3)
    _flags(sheet, under, whole)
    _register(book, "overall", under, ("total_score", "revenue_budget", "expenditure_budget"), len(overall))
    return under


def _department_total(book: Book, frames: Frames, indicators: Placed, tasks: Placed) -> list[Field]:
    overall = frames["overall"]
    scores = department_scores.score_department(overall, frames["tasks"], frames["indicators"])
    parts = {name: plain(scores[f"{name}_recomputed"]) for name in ("tasks", "indicators")}
    formulas = {
        "tasks": f"ROUND(SUM({tasks.whole('counted')}),{EXACT})",
        "indicators": f'ROUND(SUMIFS({indicators.whole("counted")},{indicators.whole("scope")},"部门"),{EXACT})',
    }
    labels = {"tasks": "任务得分", "indicators": "指标得分"}
    total = plain(scores["recomputed"])
    made = Field(_points("total", "复算总得分", "the sum of the two, rounded"), total,
                 _where(total, "ROUND(N([tasks])+N([indicators]),subtotal_places)"))  # fmt: skip
    return [
        *_printed(overall, "overall", "department", "revenue_budget", "expenditure_budget", "total_score"),
        *(
            Field(
                _points(name, labels[name], "scores by the rule, added up"),
                parts[name],
                _where(parts[name], formulas[name]),
            )
            for name in parts
        ),
        *_against(book, "total_score", scores, made),
        *_printed(overall, "overall", "goal", "outcome", "page", "table_id", "row"),
    ]


def _flags(sheet: Sheet, placed: Placed, fields: Sequence[Field]) -> None:
    for one in fields:
        if one.name in ("verdict", "as_jscore"):
            sheet.flag(placed, one.name, list(one.values), counted=one.name == "as_jscore")
