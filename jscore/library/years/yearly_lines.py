"""The lines that are compared between years: one figure of one report, under a key that is the same every year.

A line is known by topic, form and key.  The form belongs to it, so that 03 支出决算表 of one year never stands beside
05 一般公共预算 of another: a report that lacks 03 is compared by 05 with the 05 of other years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema
from jscore.library.panels import rows_of
from jscore.library.partitions import Listed
from jscore.library.store import processed_folder
from jscore.library.years.counted_reports import counting
from jscore.text.numbers import half_of

TOTALS, REVENUE, EXPENDITURE, PARTS = "收支总额", "收入来源", "支出功能分类", "支出构成"
ECONOMIC, SANGONG, BUDGET, SCORES = "基本支出经济分类", "“三公”经费决算", "“三公”经费预算", "绩效自评"
TOPICS = (TOTALS, REVENUE, EXPENDITURE, PARTS, ECONOMIC, SANGONG, BUDGET, SCORES)
#: What stands as the form of a line that is stated in the 情况说明, not in a table.
PROSE = "说明"
#: Key of the whole of a table.
WHOLE = "合计"

#: Reports whose frames are in memory at once.
AT_ONCE = 100

COLUMNS = {
    "report_id": "str", "year": "Int64", "department": "str", "topic": "str", "form": "str", "key": "str", "item": "str",
    "level": "Int64", "unit": "str", "value": "float64", "origin": "str", "half_step": "float64", "page": "Int64",
}  # fmt: skip

Line = dict[str, Any]
#: The rows of a frame, those only that have a figure in the column named.
Rows = Callable[..., list[Line]]

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
    return together(line for _, report_lines in each(processed, department, tuple(topics)) for line in report_lines)


def each(
    processed: str | Path | None, department: str | None, topics: Iterable[str]
) -> Iterator[tuple[dict[str, list[Line]], list[Line]]]:
    """Report by report the rows that the lines of ``topics`` are made of, by frame, and the lines, with whose they are."""
    counted = counting(processed, department)
    for start in range(0, len(counted), AT_ONCE):
        some = counted[start : start + AT_ONCE]
        read = _rows_of_each([report["listed"] for report in some], processed_folder(processed), topics)
        for report in some:
            rows = read[report["report_id"]]
            who = {name: report[name] for name in ("report_id", "year", "department")}
            yield rows, [who | line for line in lines_of(rows, report["listed"][1], topics)]


def together(lines: Iterable[Line]) -> pd.DataFrame:
    """``lines`` from those of each report."""
    return pd.DataFrame(list(lines), columns=list(COLUMNS)).astype(COLUMNS)


def lines_of(read: Mapping[str, list[Line]], info: Mapping[str, Any], topics: Iterable[str] = TOPICS) -> list[Line]:
    """The lines of one report (the rows of its frames, the content of report.json): topic to page of ``lines``.

    No frame is made of the few rows of a report: pandas takes longer for that than all else together.
    """

    def rows(name: str, known: str = "") -> list[Line]:
        return [row for row in read[name] if not known or row[known] == row[known]]

    by_place: dict[tuple[str, str, str], Line] = {}
    for topic in topics:
        for line in _MAKERS[topic](rows):
            if line["value"] == line["value"]:
                by_place.setdefault((topic, line["form"], str(line["key"])), {"topic": topic, **line})
    for line in by_place.values():
        parts = line.pop("parts")
        line["half_step"] = half_step(info, line["form"]) * parts if line["unit"] == "万元" else 0.0
    return list(by_place.values())


def half_step(info: Mapping[str, Any], form: str) -> float:
    """Half the last place of an amount of ``form``, in 万元: tables print two decimals of their unit."""
    unit = (info.get("money_units") or {}).get(form) or info.get("money_unit") or "万元"
    return float(half_of(2, unit))


def _rows_of_each(listed: Sequence[Listed], processed: Path, topics: Iterable[str]) -> dict[str, dict[str, list[Line]]]:
    """The rows, and of them the columns, that the lines of ``topics`` are made of, by report and frame."""
    needed = {name: columns for topic in topics for name, columns in _NEEDED[topic].items()}
    by_report: dict[str, dict[str, list[Line]]] = {folder.name: {name: [] for name in needed} for folder, _ in listed}
    for name, columns in needed.items():
        for row in schema.rows(rows_of(name, columns, listed, processed)):
            by_report[row.pop("report_id")][name].append(row)
    return by_report


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


def _line(
    form: str,
    key: str,
    item: str,
    value: float,
    page: Any,
    level: int = 0,
    unit: str = "万元",
    origin: str = "printed",
    parts: int = 1,
) -> Line:
    return {"form": form, "key": key, "item": item, "value": value, "page": page, "level": level, "unit": unit,
            "origin": origin, "parts": parts}  # fmt: skip


def _totals(rows: Rows) -> list[Line]:
    total_lines = []
    for form, side, fund, end, item in _TOTALS:
        for row in rows("totals", "amount"):
            if (row["form"], row["side"], row["fund"]) == (form, side, fund) and str(row["item"]).endswith(end):
                total_lines.append(_line(form, item, item, row["amount"], row["page"]))
                break
    for fact in rows("narrative", "value"):
        if (fact["subject"], fact["measure"], fact["unit"]) == ("机关运行经费", "amount", "万元"):
            total_lines.append(_line(PROSE, "机关运行经费", "机关运行经费", fact["value"], fact["page"]))
            break
    return total_lines


def _revenue(rows: Rows) -> list[Line]:
    return [
        line
        for source in schema.SOURCES
        for line in _whole(
            [row for row in rows("revenue", "amount") if row["source"] == source],
            "02",
            source,
            int(source != schema.SOURCES[0]),
        )
    ]


def _expenditure(rows: Rows) -> list[Line]:
    spending_lines = []
    for form, of_form in _by_form(rows("expenditure", "amount")).items():
        whole = [row for row in of_form if row["component"] == WHOLE]
        spending_lines += [*_whole(whole, form, WHOLE, 0), *_coded(whole, form, "function_code", "function_name")]
    return spending_lines


def _parts(rows: Rows) -> list[Line]:
    return [
        line
        for form, of_form in _by_form(rows("expenditure", "amount")).items()
        for component in schema.COMPONENTS[:6]
        for line in _whole(
            [row for row in of_form if row["component"] == component], form, component, int(component != WHOLE)
        )
    ]


def _economic(rows: Rows) -> list[Line]:
    details = rows("economic", "amount")
    wholes = [
        line
        for group in schema.GROUPS
        for line in _whole([row for row in details if row["group"] == group], "06", f"{group}合计", 0)
    ]
    return wholes + _coded(details, "06", "economic_code", "economic_name")


def _sangong(column: str) -> Callable[[Rows], list[Line]]:
    def made(rows: Rows) -> list[Line]:
        return [
            _line("09", row["item"], row["item"], row[column], row["page"], int(row["item"] != WHOLE))
            for row in rows("sangong", column)
        ]

    return made


def _scores(rows: Rows) -> list[Line]:
    score_lines = [
        _line("overall", "部门整体自评得分", "部门整体自评得分", row["total_score"], row["page"], 0, "分")
        for row in rows("overall", "total_score")[:1]
    ]
    projects = rows("projects")
    if not projects:
        return score_lines
    scores = [row["total_score"] for row in rows("projects", "total_score")]
    spent = [row for row in rows("projects", "executed") if row["budget"] == row["budget"]]
    budget = sum(row["budget"] for row in spent)
    counted: list[tuple[str, float, str]] = [("自评项目数", len(projects), "个")]
    if scores:
        counted += [
            ("项目平均得分", round(sum(scores) / len(scores), 4), "分"), ("项目最低得分", min(scores), "分"),
            ("得分90分及以上的项目", sum(score >= 90 for score in scores), "个"),
        ]  # fmt: skip
    counted.append(("未执行的项目", sum(row["executed"] == 0 for row in projects), "个"))
    if budget > 0:
        counted.append(("项目预算执行率", round(100 * sum(row["executed"] for row in spent) / budget, 4), "%"))
    page = projects[0]["page"]
    return score_lines + [_line("project", key, key, value, page, 0, unit, "counted") for key, value, unit in counted]


_MAKERS: dict[str, Callable[[Rows], list[Line]]] = {
    TOTALS: _totals,
    REVENUE: _revenue,
    EXPENDITURE: _expenditure,
    PARTS: _parts,
    ECONOMIC: _economic,
    SANGONG: _sangong("final"),
    BUDGET: _sangong("budget"),
    SCORES: _scores,
}


def _by_form(rows: Sequence[Line]) -> dict[str, list[Line]]:
    by_form: dict[str, list[Line]] = {}
    for row in rows:
        by_form.setdefault(row["form"], []).append(row)
    return dict(sorted(by_form.items()))


def _whole(rows: Sequence[Line], form: str, key: str, level: int) -> list[Line]:
    """The printed 合计 of ``rows``, or the sum of their 类 where the table prints none."""
    for row in rows:
        if row["level"] == 0:
            return [_line(form, key, key, row["amount"], row["page"], level)]
    classes = [row for row in rows if row["level"] == 1]
    if not classes:
        return []
    added = round(sum(row["amount"] for row in classes), 6)
    return [_line(form, key, key, added, classes[0]["page"], level, origin="summed", parts=len(classes))]


def _coded(rows: Sequence[Line], form: str, code: str, name: str) -> list[Line]:
    coded = sorted((row for row in rows if isinstance(row[code], str)), key=lambda row: str(row[code]))
    return [_line(form, row[code], row[name], row["amount"], row["page"], int(row["level"])) for row in coded]
