"""The report of ``made`` with a narrative and self-evaluations, made by hand, in which all their relations hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from jscore import schema, scoring
from jscore.narrative.facts import facts
from jscore.narrative.paragraphs import paragraphs
from jscore.pdf.pages import Line
from jscore.relations.source import Source
from tests import made

DEPARTMENT = "东海省临江市劳动局（本级）"
#: Name and budget of the projects; the first six spent 4.00 of 10.00 and attained 90% of an output.
PROJECTS = (
    ("人才引进奖励", 10.0), ("职业技能竞赛", 10.0), ("就业服务平台运维", 10.0), ("劳动监察经费", 10.0), ("社保宣传经费", 10.0),
    ("专家评审费", 10.0), ("办公楼维修", 12.34), ("乡村道路养护", 20.01),
)  # fmt: skip
COVER = (f"{DEPARTMENT}", "2024年度部门决算")
CONTENTS = ("一、收入支出决算总表", "二、收入决算表", "七、政府性基金预算财政拨款收入支出决算表")
NARRATIVE = (
    "第二部分 2024年度部门决算情况说明",
    "一、收入支出决算总体情况说明",
    "（一）支出总计223.21万元，包括：",
    "1.基本支出120.04万元。",
    "2.项目支出95.17万元。主要包括办公楼维修资金12.33万元，职业技能竞赛4.00万元等业务支出。",
    "二、财政拨款支出决算情况说明",
    "（一）总体情况。",
    "2024年度财政拨款支出215.21万元。与年初预算相比，2024年度财政拨款支出完成年初预算的95.00%。",
    "三、其他重要事项的情况说明",
    "（一）国有资产占用情况。",
    "截至2024年12月31日，共有车辆3辆。",
    "（二）预算绩效管理工作情况。",
    "1.整体绩效自评情况及结果。",
    "组织对1个单位开展部门（单位）整体绩效自评，涉及一般公共预算支出226.54万元，政府性基金预算支出0.00万元，"
    "国有资本经营预算支出0.00万元。《部门（单位）整体绩效自评表》见附件。",
    "2.项目绩效自评情况及结果。",
    "根据预算绩效管理要求，本部门组织对2024年度预算项目支出全面开展绩效自评，共涉及预算支出项目8个（其中：一般公共预算项目8个，"
    "政府性基金预算项目0个，国有资本经营预算项目0个），涉及资金92.35万元（其中：一般公共预算资金92.35万元，政府性基金预算资金0.00万元，"
    "国有资本经营预算资金0.00万元），自评覆盖率达到90%。",
    "具体评价结果如下：",
)
GLOSSARY = ("1.社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（项）：反映行政单位的基本支出。",)
TABLES = (f"单位：{DEPARTMENT} 2024年度 金额单位：万元",)


def summary(name: str, score: str, budget: str, executed: str, rate: str, outputs: str) -> str:
    return (
        f"“{name}”项目自评综述：根据年初设定的绩效目标，项目自评得分{score}分。项目全年预算数为{budget}万元，执行数为{executed}万元，"
        f"完成预算的{rate}。项目绩效目标完成情况：一是产出指标方面完成{outputs}；二是效益指标方面完成{outputs}。"
    )


def told() -> list[str]:
    first = [("59.00", "10.00", "4.00", "40.00%", "90%")] * 6
    rest = [("99.99", "12.34", "12.33", "99.92%", "100%"), ("20.00", "20.01", "0.00", "0.00%", "0%")]
    return [
        f"（{number}）" + summary(name, *figures)
        for number, ((name, _), figures) in enumerate(zip(PROJECTS, [*first, *rest], strict=True), 1)
    ]


def source(swap: Mapping[str, str] | None = None, more: Sequence[str] = (), **info: Any) -> Source:
    """The report; ``swap`` replaces words of the text, ``more`` are paragraphs added to the narrative."""
    held = _source(tuple((swap or {}).items()), tuple(more))
    frames = {name: frame.copy(deep=False) for name, frame in held.frames.items()}
    return replace(held, frames=frames, info=held.info | info)


@cache
def _source(swap: tuple[tuple[str, str], ...], more: tuple[str, ...]) -> Source:
    base = made.source()
    pages = [COVER, CONTENTS, [*NARRATIVE, *told(), *more], GLOSSARY, *[(heading,) for heading in TABLES]]
    lines = _lines(pages, dict(swap))
    frames = dict(base.frames)
    frames |= {
        "overall": schema.from_records("overall", _overall()), "tasks": schema.from_records("tasks", _tasks()),
        "projects": schema.from_records("projects", _projects()),
        "indicators": schema.from_records("indicators", _indicators()), "narrative": facts(lines),
    }  # fmt: skip
    frames["cells"] = pd.concat([frames["cells"], schema.from_records("cells", _cells(frames))], ignore_index=True)
    forms = {key: {"status": "found", "pages": pages} for key, pages in (("overall", [20]), ("project", [21, 22]))}
    held = {**base.info, "forms": base.info["forms"] | forms, "department": DEPARTMENT, "year": 2024}
    places = {name: _places(name, frames[name]) for name in _COLUMNS}
    return scored(Source(frames, held, places, paragraphs(lines), lines))


def scored(held: Source) -> Source:
    """``held`` with its scores recomputed by the rule that they were made by."""
    frames, rules = dict(held.frames), scoring.rule_set("shenyang-2024")
    frames["indicator_scores"] = scoring.score_indicators(frames["indicators"], rules)
    frames["project_scores"] = scoring.score_projects(frames["projects"], frames["indicators"], rules)
    return replace(held, frames=frames)


def _lines(pages: Sequence[Sequence[str]], swap: Mapping[str, str]) -> list[Line]:
    """Lines as they would be printed, a paragraph a line, indented as paragraphs are."""
    found = []
    for page, texts in enumerate(pages, 1):
        for number, text in enumerate(texts):
            for old, new in swap.items():
                text = text.replace(old, new)
            top = 800.0 - 24 * number
            found.append(Line(text, (90.0, top - 12, 90.0 + 10 * len(text), top), page))
    return found


# --- forms --------------------------------------------------------------------------------

#: Columns of the forms' frames that print figures, in the order of their cells.
_COLUMNS = {
    "overall": ("revenue_budget", "expenditure_budget", "total_score"),
    "tasks": ("allocated", "executed", "execution_rate", "weight", "score"),
    "projects": ("budget", "executed", "execution_rate", "indicator_subtotal", "execution_score", "deduction", "total_score"),
    "indicators": ("completion", "weight", "score", "actual"),
}  # fmt: skip


def _overall() -> list[dict[str, Any]]:
    return [{
        "department": "123 临江市劳动局本级", "revenue_budget": 226.54, "expenditure_budget": 226.54, "total_score": 97.0,
        "page": 20, "table_id": "p20-1", "row": 0,
    }]  # fmt: skip


def _tasks() -> list[dict[str, Any]]:
    lines = (
        ("基本支出人员经费", 100.01, 90.02, 0.9001, 20.0, 18.0), ("基本支出公用经费", 30.02, 30.02, 1.0, 20.0, 20.0),
        ("办公楼维修", 12.34, 12.33, 0.9992, 10.0, 10.0),
    )  # fmt: skip
    names = ("task", "allocated", "executed", "execution_rate", "weight", "score")
    return [
        {**dict(zip(names, line, strict=True)), "page": 20, "table_id": "p20-1", "row": row}
        for row, line in enumerate(lines, 2)
    ]


def _projects() -> list[dict[str, Any]]:
    names = ("executed", "execution_rate", "indicator_subtotal", "execution_score", "deduction", "total_score")
    first = [(4.0, 0.4, 86.0, 4.0, 31.0, 59.0)] * 6
    rest = [(12.33, 0.9992, 90.0, 9.99, 0.0, 99.99), (0.0, 0.0, 20.0, 0.0, 0.0, 20.0)]
    return [
        {
            "project_no": number, "project": name, "implementer": "临江市劳动局本级", "budget": budget,
            **dict(zip(names, figures, strict=True)), "page": 21, "table_id": f"p21-{number}", "row": 0,
        }
        for number, ((name, budget), figures) in enumerate(zip(PROJECTS, [*first, *rest], strict=True), 1)
    ]  # fmt: skip


def _indicators() -> list[dict[str, Any]]:
    found = [
        _indicator("部门", None, 1, "预算执行", "预算执行率", "=", "100", "%", "95", 0.95, 20.0, 19.0),
        _indicator("部门", None, 2, "履职效能", "重点工作数量", ">=", "1", "项", "1", 1.0, 30.0, 30.0),
    ]
    for number in range(1, 9):
        done, benefit = ("90", "96") if number < 7 else ("100", "96") if number == 7 else ("0", "0")
        part, all_ = int(done) / 100, float(benefit != "0")
        found += [
            _indicator("项目", number, 1, "产出指标", "完成数量", ">=", "100", "次", done, part, 40.0, 40.0 * part),
            _indicator("项目", number, 2, "效益指标", "政策知晓率", ">=", "95", "%", benefit, all_, 30.0, 30.0 * all_),
            _indicator("项目", number, 3, "满意度指标", "群众满意度", ">=", "90", "%", "95", 1.0, 20.0, 20.0),
        ]
    return found


def _indicator(
    scope: str, project: int | None, number: int, level1: str, level3: str, operator: str, target: str, unit: str,
    actual: str, completion: float, weight: float, score: float,
) -> dict[str, Any]:  # fmt: skip
    return {
        "scope": scope, "project_no": project, "indicator_no": number, "level1": level1, "level3": level3,
        "operator": operator, "target": target, "unit": unit, "actual": actual, "completion": completion, "weight": weight,
        "score": score, "cause": "其他" if score < weight else None, "page": 21 if project else 20,
        "table_id": f"p21-{project}" if project else "p20-1", "row": 5 + number,
    }  # fmt: skip


def _places(name: str, frame: pd.DataFrame) -> list[dict[str, tuple[int, int]]]:
    first = {"overall": 0, "tasks": 0, "projects": 0, "indicators": 10}[name]
    return [
        {column: (int(row), first + col) for col, column in enumerate(_COLUMNS[name])} for row in frame["row"].tolist()
    ]


def _cells(frames: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """A cell for every figure of the forms."""
    found = []
    for name in _COLUMNS:
        at = _places(name, frames[name])
        for line, places in zip(frames[name].to_dict("records"), at, strict=True):
            for column, (row, col) in places.items():
                top = 800.0 - 20 * row
                found.append({
                    "table_id": line["table_id"], "form": "project" if line["page"] == 21 else "overall", "row": row, "col": col,
                    "rowspan": 1, "colspan": 1, "page": line["page"], "x0": 40.0 * col, "x1": 40.0 * col + 40, "y0": top - 20,
                    "y1": top, "text": str(line[column]),
                })  # fmt: skip
    return found
