"""Processed reports made by hand: departments and years as a test wants them, in a folder of processed reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from jscore import schema
from jscore.library import store
from jscore.narrative.identity import region
from jscore.report import Report
from tests.made import source

DEPARTMENT = "东山省南河市人社局（本级）"
Frames = dict[str, pd.DataFrame]
#: project, budget, executed, total_score
Project = tuple[str, float, float, float]
#: subject, measure, value, unit, printed, section
Fact = tuple[str, str, float, str, str, str]


def made(
    processed: Path, year: int | None, department: str | None = DEPARTMENT, report_id: str = "", times: float = 1.0,
    projects: Iterable[Project] = (), facts: Iterable[Fact] = (), without: Iterable[str] = (),
    rename: Mapping[str, str] | None = None, score: float | None = None, sha256: str = "",
) -> Report:  # fmt: skip
    """A report in the folder ``processed``: every amount of ``tests.made`` multiplied by ``times``.

    ``without`` are forms that it lacks, ``rename`` gives codes other names.
    """
    frames = _frames(times, set(without), rename or {})
    frames["projects"] = schema.from_records("projects", (
        {"project_no": n, "project": name, "budget": budget, "executed": executed, "total_score": total,
         "execution_rate": executed / budget if budget else None, "page": 20, "table_id": "p20t1", "row": n}
        for n, (name, budget, executed, total) in enumerate(projects, 1)
    ))  # fmt: skip
    frames["narrative"] = schema.from_records("narrative", (
        {"fact_no": n, "section": section, "subject": subject, "measure": measure, "value": value, "unit": unit,
         "printed": printed, "page": 3, "x0": 1, "y0": 1, "x1": 2, "y1": 2, "sentence": f"{subject}{printed}。"}
        for n, (subject, measure, value, unit, printed, section) in enumerate(facts, 1)
    ))  # fmt: skip
    if score is not None:
        overall = {"department": department, "total_score": score, "page": 19, "table_id": "p19t1", "row": 1}
        frames["overall"] = schema.from_records("overall", [overall])
    report_id = report_id or f"{'x' if department == DEPARTMENT else department}-{year}"
    info = {
        "report_id": report_id, "year": year, "department": department,
        "region": region(department) if department else None, "money_unit": "万元",
        "page_count": 30, "sha256": sha256 or report_id, "version": "0",
        "forms": {form: {"title": form, "status": "missing" if form in set(without) else "found", "pages": [1],
                         "tables": 1, "fragments": 1} for form in ("01", "02", "03", "04", "05", "06", "07", "08", "09")},
    }  # fmt: skip
    report = Report(None, frames, info)
    folder = processed / report_id
    folder.mkdir(parents=True, exist_ok=True)
    store.write(report, folder)
    return report


def _frames(times: float, without: set[str], rename: Mapping[str, str]) -> Frames:
    frames = source().frames
    names = {"revenue": ("amount",), "totals": ("amount",), "expenditure": ("amount",), "economic": ("amount",),
             "sangong": ("budget", "final")}  # fmt: skip
    for name, amounts in names.items():
        frame = frames[name].copy()
        own = frame["form"] if "form" in frame else {"revenue": "02", "economic": "06", "sangong": "09"}[name]
        frame = frame[~pd.Series(own, index=frame.index).isin(without)].reset_index(drop=True)
        for column in amounts:
            frame[column] = (frame[column] * times).round(2)
        if "function_code" in frame:
            frame["function_name"] = [
                rename.get(code, name)
                for code, name in zip(frame["function_code"], frame["function_name"], strict=True)
            ]
        frames[name] = frame
    return dict(frames)
