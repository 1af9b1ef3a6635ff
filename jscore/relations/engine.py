"""Runs the checks and writes down what came of each: the frames ``checks`` and ``check_figures``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from jscore import schema
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.explained import explained
from jscore.relations.model import Check, Result
from jscore.relations.source import Source
from jscore.schema import SEVERITIES, Frames
from jscore.text.names import table_label

#: How the words for a need that a report lacks read.
NEEDS = {"narrative": "情况说明", "overall": "部门整体绩效自评表", "project": "项目绩效自评表"}
_STATUS = {"empty": "为空表", "missing": "目录列有而未见", None: "未见"}


@dataclass(frozen=True, slots=True)
class _Tested:
    check: Check
    result: Result

    @property
    def status(self) -> str:
        if self.result.skipped:
            return "skipped"
        return "pass" if self.result.holds else "fail"


def run_checks(source: Source, relations: Sequence[Check] = CATALOGUE) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames ``checks`` (a row a relation tested) and ``check_figures`` (a row a printed figure of one) of a report.

    Each of ``relations`` has a row: one that cannot be tested is skipped, with the reason as its message.
    """
    tested = [outcome for check in relations for outcome in _test(check, source)]
    figures = _figures(tested, source)
    pages: dict[int, set[int]] = defaultdict(set)
    for number, page in zip(figures["check_no"].tolist(), figures["page"].tolist(), strict=True):
        if page is not pd.NA:
            pages[number].add(page)
    records = [
        {
            "check_no": number, "check_id": outcome.check.check_id, "title": outcome.check.title, "group": outcome.check.group,
            "severity": outcome.check.severity, "status": outcome.status, "subject": outcome.result.subject,
            "expected": outcome.result.expected, "actual": outcome.result.actual, "difference": outcome.result.difference,
            "tolerance": outcome.result.tolerance, "limit": int(outcome.result.limit), "unit": outcome.result.unit,
            "pages": ", ".join(str(page) for page in sorted(pages.get(number, ()))), "message": _message(outcome),
        }
        for number, outcome in enumerate(tested, 1)
    ]  # fmt: skip
    return schema.from_records("checks", records), figures


def findings(checks: pd.DataFrame) -> pd.DataFrame:
    """The relations of frame ``checks`` that do not hold, most severe first, otherwise in the frame's order."""
    failed = checks[checks["status"] == "fail"]
    rank = failed["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    return failed.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)


def borne_out(frames: Frames, *columns: str) -> set[tuple[Any, ...]]:
    """What ``columns`` of frame ``check_figures`` say of the figures of sums and equalities that hold, prose left out: they are confirmed."""
    checks, figures = frames["checks"], frames["check_figures"]
    lines = zip(*(checks[name].tolist() for name in ("check_no", "status", "expected", "group")), strict=True)
    holding = {number for number, *line in lines if line[0] == "pass" and line[1] == line[1] and line[2] != "narrative"}
    of_figures = zip(*(figures[name].tolist() for name in ("check_no", *columns)), strict=True)
    return {tuple(figure) for number, *figure in of_figures if number in holding}


def _test(check: Check, source: Source) -> Iterator[_Tested]:
    lacks = next((need for need in check.needs if not source.has(need)), None)
    if lacks is not None:
        yield _Tested(check, Result("", False, skipped=_lacking(lacks, source.info["forms"])))
        return
    none = True
    for result in check.test(source):
        none = False
        yield _Tested(check, explained(check.check_id, _unless_unread(result, source), source))
    if none:
        yield _Tested(check, Result("", False, skipped="本报告没有可供核对的数字"))


def _unless_unread(result: Result, source: Source) -> Result:
    """``result``, skipped if it fails where a figure that may belong to it could not be read."""
    if result.holds or result.skipped or not (unread := source.unread_beside(result)):
        return result
    return replace(result, skipped=f"同行或同列有未能识读的内容“{unread}”，不作判断")


def _lacking(need: str, forms: Mapping[str, Any]) -> str:
    lacking = []
    for form in need.split("|"):
        name = NEEDS.get(form, table_label(form))
        lacking.append(name + _STATUS.get(forms.get(form, {}).get("status"), "未见"))
    return "、".join(lacking)


# --- words -------------------------------------------------------------------------------


def shown(value: float | None, unit: str) -> str:
    """A value as a report would print it: 1,234.50 万元, 12.34%, 7 辆."""
    if value is None:
        return "—"
    if unit == "fraction":
        return f"{value * 100:.6f}".rstrip("0").rstrip(".") + "%"
    if unit == "万元":
        short = f"{value:,.6f}".rstrip("0")
        whole, _, digits = short.partition(".")
        return f"{whole}.{digits:0<2}万元"
    return f"{value:,.10g}{unit}"


def _message(outcome: _Tested) -> str:
    result = outcome.result
    if result.skipped or result.message:
        return result.skipped or ("" if result.holds else result.message)
    if result.holds or result.actual is None or result.difference is None:
        return ""
    parts = result.expected_figures
    made = parts[0].label if len(parts) == 1 else f"{len(parts)}项相加" if _sum(result) else "相关各项推算"
    must = "不应大于" if result.limit else "应为"
    name = next((figure.label for figure in result.actual_figures), "")
    return (
        f"{name}印为{shown(result.actual, result.unit)}，"
        f"按{made}{must}{shown(result.expected, result.unit)}，相差{shown(result.difference, result.unit)}"
        f"（舍入可解释的误差不超过{shown(result.tolerance, result.unit)}）"
    )


def _sum(result: Result) -> bool:
    return result.unit != "fraction" and all((part.value or 0) >= 0 for part in result.expected_figures)


# --- where figures are printed -------------------------------------------------------------


def _figures(tested: list[_Tested], source: Source) -> pd.DataFrame:
    """Frame ``check_figures``: every figure of every result, at its printed cell or line."""
    return schema.from_records(
        "check_figures",
        [
            {
                "check_no": number,
                "role": role,
                "label": figure.label,
                "value": figure.value,
                "frame": figure.frame,
                "frame_row": figure.row,
                "column": figure.column,
                **source.place(figure),
            }
            for number, outcome in enumerate(tested, 1)
            for role, figures in (
                ("actual", outcome.result.actual_figures),
                ("expected", outcome.result.expected_figures),
            )
            for figure in figures
        ],
    )
