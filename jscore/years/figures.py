"""The lines that are compared between years: one figure of one report, under a key that is the same every year.

A line is known by topic, form and key.  The form belongs to it, so that 03 支出决算表 of one year never stands beside
05 一般公共预算 of another: a report that lacks 03 is compared by 05 with the 05 of other years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema
from jscore.panels import read_columns
from jscore.store import read_info
from jscore.years.which import counting

TOTALS, REVENUE, EXPENDITURE, PARTS = "收支总额", "收入来源", "支出功能分类", "支出构成"
ECONOMIC, SANGONG, BUDGET, SCORES = "基本支出经济分类", "“三公”经费决算", "“三公”经费预算", "绩效自评"
TOPICS = (TOTALS, REVENUE, EXPENDITURE, PARTS, ECONOMIC, SANGONG, BUDGET, SCORES)
#: What stands as the form of a line that is stated in the 情况说明, not in a table.
PROSE = "说明"
#: Key of the whole of a table.
WHOLE = "合计"

COLUMNS = {
    "report_id": "str", "year": "Int64", "department": "str", "topic": "str", "form": "str", "key": "str", "item": "str",
    "level": "Int64", "unit": "str", "value": "float64", "origin": "str", "half_step": "float64", "page": "Int64",
}  # fmt: skip

Frames = Mapping[str, pd.DataFrame]
Line = dict[str, Any]

#: The lines of 01 and 04 that are compared: form, side, fund, how the item ends, what it is called here.
_TOTALS = (
    ("01", "收入", schema.FUNDS[0], "本年收入合计", "本年收入合计"),
    ("01", "收入", schema.FUNDS[0], "年初结转和结余", "年初结转和结余"),
    ("01", "收入", schema.FUNDS[0], "总计", "收入总计"),
    ("01", "支出", schema.FUNDS[0], "本年支出合计", "本年支出合计"),
    ("01", "支出", schema.FUNDS[0], "年末结转和结余", "年末结转和结余"),
    ("01", "支出", schema.FUNDS[0], "总计", "支出总计"),
    ("04", "收入", schema.FUNDS[0], "本年收入合计", "财政拨款收入"),
    ("04", "收入", schema.FUNDS[0], "总计", "财政拨款收入总计"),
    ("04", "支出", schema.FUNDS[0], "本年支出合计", "财政拨款支出"),
    ("04", "支出", schema.FUNDS[0], "总计", "财政拨款支出总计"),
)  # fmt: skip


def lines(
    processed: str | Path | None = None, department: str | None = None, topics: Iterable[str] = TOPICS
) -> pd.DataFrame:
    """Every line of the reports that count (``reports``), report by report.

    Columns: report_id, year, department, topic, form (01 to 09, overall, project, or 说明 for prose), key, item (as
    printed), level, unit (万元, 分, 个 or %), value, origin (``printed``; ``summed`` where a table prints no
    合计; ``counted`` of self-evaluations), half_step (what rounding may have taken from the value), page.
    Lines without a figure are left out.
    """
    return together(found for _, found in each(processed, department, tuple(topics)))


def each(
    processed: str | Path | None, department: str | None, topics: Iterable[str]
) -> Iterator[tuple[dict[str, pd.DataFrame], pd.DataFrame]]:
    """Report by report the frames that the lines of ``topics`` are made of, and the lines, with whose they are."""
    for report in counting(processed, department):
        frames = frames_in(report["folder"], topics)
        found = lines_of(frames, read_info(report["folder"]) or {}, topics)
        yield frames, found.assign(**{name: report[name] for name in ("report_id", "year", "department")})


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """``lines`` from those of each report."""
    parts = list(parts)
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return found.reindex(columns=list(COLUMNS)).astype(COLUMNS)


def lines_of(frames: Frames, info: Mapping[str, Any], topics: Iterable[str] = TOPICS) -> pd.DataFrame:
    """The lines of one report (``frames``, the content of report.json): topic to page of ``lines``."""
    found: list[Line] = []
    for topic in topics:
        found += [{"topic": topic, **line} for line in _MAKERS[topic](frames)]
    frame = pd.DataFrame(
        found, columns=["topic", "form", "key", "item", "level", "unit", "value", "origin", "page", "parts"]
    )
    frame = frame.dropna(subset="value").drop_duplicates(["topic", "form", "key"])
    steps = frame["form"].map(lambda form: half_step(info, form)).where(frame["unit"] == "万元", 0.0)
    return frame.assign(half_step=steps * frame["parts"]).drop(columns="parts").reset_index(drop=True)


def half_step(info: Mapping[str, Any], form: str) -> float:
    """Half the last place of an amount of ``form``, in 万元: tables print two decimals of their unit."""
    from jscore.numbers import UNITS

    unit = (info.get("money_units") or {}).get(form) or info.get("money_unit") or "万元"
    return 0.5 * 10.0 ** (UNITS.get(unit, 0) - 2)


def frames_in(folder: Path, topics: Iterable[str] = TOPICS) -> dict[str, pd.DataFrame]:
    """The columns that the lines of ``topics`` are made of, from a report's folder; an absent frame is empty."""
    needed = {name: columns for topic in topics for name, columns in _NEEDED[topic].items()}
    found = {}
    for name, columns in needed.items():
        path = folder / f"{name}.parquet"
        found[name] = read_columns(path, columns) if path.is_file() else schema.empty(name)[list(columns)]
    return found


_FUNCTION = ("function_code", "function_name", "level")
_NARRATIVE = ("fact_no", "section", "subject", "measure", "value", "unit", "printed", "page", "sentence")
_NEEDED: dict[str, dict[str, tuple[str, ...]]] = {
    TOTALS: {"totals": ("form", "side", "item", "fund", "amount", "page"), "narrative": _NARRATIVE},
    REVENUE: {"revenue": (*_FUNCTION, "source", "amount", "page"), "narrative": _NARRATIVE},
    EXPENDITURE: {
        "expenditure": ("form", *_FUNCTION, "component", "amount", "page"),
        "narrative": _NARRATIVE,
    },
    PARTS: {"expenditure": ("form", *_FUNCTION, "component", "amount", "page")},
    ECONOMIC: {"economic": ("economic_code", "economic_name", "level", "group", "amount", "page")},
    SANGONG: {"sangong": ("item", "budget", "final", "page"), "narrative": _NARRATIVE},
    BUDGET: {"sangong": ("item", "budget", "final", "page")},
    SCORES: {
        "overall": ("total_score", "page"),
        "projects": ("project_no", "project", "budget", "executed", "execution_rate", "total_score", "page"),
    },
}


def _line(form: str, key: str, item: str, value: float, page: Any, level: int = 0, unit: str = "万元",
          origin: str = "printed", parts: int = 1) -> Line:  # fmt: skip
    return {"form": form, "key": key, "item": item, "value": value, "page": page, "level": level, "unit": unit,
            "origin": origin, "parts": parts}  # fmt: skip


def _totals(frames: Frames) -> list[Line]:
    totals, found = frames["totals"].dropna(subset="amount"), []
    for form, side, fund, end, item in _TOTALS:
        own = totals[(totals["form"] == form) & (totals["side"] == side) & (totals["fund"] == fund)]
        own = own[own["item"].str.endswith(end, na=False)]
        if len(own):
            found.append(_line(form, item, item, own["amount"].iloc[0], own["page"].iloc[0]))
    facts = frames["narrative"]
    own = facts[(facts["subject"] == "机关运行经费") & (facts["measure"] == "amount") & (facts["unit"] == "万元")]
    if len(own):
        found.append(_line(PROSE, "机关运行经费", "机关运行经费", own["value"].iloc[0], own["page"].iloc[0]))
    return found


def _revenue(frames: Frames) -> list[Line]:
    found = []
    for source, own in frames["revenue"].dropna(subset="amount").groupby("source", sort=False):
        found += _whole(own, "02", str(source), int(source != schema.SOURCES[0]))
    return sorted(found, key=lambda line: schema.SOURCES.index(line["key"]))


def _expenditure(frames: Frames) -> list[Line]:
    rows = frames["expenditure"].dropna(subset="amount")
    found = []
    for form, own in rows[rows["component"] == WHOLE].groupby("form"):
        found += _whole(own, str(form), WHOLE, 0)
        found += _coded(own, str(form), "function_code", "function_name")
    return found


def _parts(frames: Frames) -> list[Line]:
    rows = frames["expenditure"].dropna(subset="amount")
    found = []
    for form, own in rows.groupby("form"):
        for component in schema.COMPONENTS[:6]:
            found += _whole(own[own["component"] == component], str(form), component, int(component != WHOLE))
    return found


def _economic(frames: Frames) -> list[Line]:
    rows = frames["economic"].dropna(subset="amount")
    found = []
    for group, own in rows.groupby("group", sort=False):
        found += _whole(own.assign(function_code=own["economic_code"]), "06", f"{group}合计", 0)
    return found + _coded(rows, "06", "economic_code", "economic_name")


def _sangong(column: str) -> Callable[[Frames], list[Line]]:
    def made(frames: Frames) -> list[Line]:
        rows = frames["sangong"].dropna(subset=column)
        return [
            _line("09", row["item"], row["item"], row[column], row["page"], int(row["item"] != WHOLE))
            for row in rows.to_dict("records")
        ]

    return made


def _scores(frames: Frames) -> list[Line]:
    overall, projects = frames["overall"].dropna(subset="total_score"), frames["projects"]
    found = []
    if len(overall):
        found.append(_line("overall", "部门整体自评得分", "部门整体自评得分", overall["total_score"].iloc[0],
                           overall["page"].iloc[0], 0, "分"))  # fmt: skip
    if projects.empty:
        return found
    scores, page = projects["total_score"].dropna(), projects["page"].iloc[0]
    budget = projects.dropna(subset=["budget", "executed"])[["budget", "executed"]].sum()
    counted: list[tuple[str, float, str]] = [("自评项目数", len(projects), "个")]
    if len(scores):
        counted += [
            ("项目平均得分", round(float(scores.mean()), 4), "分"), ("项目最低得分", float(scores.min()), "分"),
            ("得分90分及以上的项目", int((scores >= 90).sum()), "个"),
        ]  # fmt: skip
    counted.append(("未执行的项目", int((projects["executed"] == 0).sum()), "个"))
    if budget["budget"] > 0:
        counted.append(("项目预算执行率", round(100 * budget["executed"] / budget["budget"], 4), "%"))
    return found + [_line("project", key, key, value, page, 0, unit, "counted") for key, value, unit in counted]


_MAKERS: dict[str, Callable[[Frames], list[Line]]] = {
    TOTALS: _totals, REVENUE: _revenue, EXPENDITURE: _expenditure, PARTS: _parts, ECONOMIC: _economic,
    SANGONG: _sangong("final"), BUDGET: _sangong("budget"), SCORES: _scores,
}  # fmt: skip


def _whole(rows: pd.DataFrame, form: str, key: str, level: int) -> list[Line]:
    """The printed 合计 of ``rows``, or the sum of their 类 where the table prints none."""
    whole, classes = rows[rows["level"] == 0], rows[rows["level"] == 1]
    if len(whole):
        return [_line(form, key, key, whole["amount"].iloc[0], whole["page"].iloc[0], level)]
    if len(classes):
        added = round(float(classes["amount"].sum()), 6)
        return [_line(form, key, key, added, classes["page"].iloc[0], level, origin="summed", parts=len(classes))]
    return []


def _coded(rows: pd.DataFrame, form: str, code: str, name: str) -> list[Line]:
    rows = rows.dropna(subset=[code]).sort_values(code, kind="stable")
    return [
        _line(form, row[code], row[name], row["amount"], row["page"], int(row["level"]))
        for row in rows[[code, name, "amount", "page", "level"]].to_dict("records")
    ]
