"""Projects followed from year to year by their names.

Two projects of consecutive reports of a department are one where their names differ in nothing that tells projects
apart (``names``: punctuation, a year before or after, words such as 项目 and 经费).  Names that are merely alike are
shown as ``candidate``, with a confidence, and never joined; where a name fits two, it is joined to neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema
from jscore.library.panels import rows_of
from jscore.library.store import processed_folder
from jscore.library.years.counted_reports import counting
from jscore.text.names import FORMS, Pair, nearest, pairs

BEGUN, REPEATED, FIRST = "新增", "延续", "首个年度"
ENDS, GOES_ON, LAST = "未再列", "延续", "末个年度"
UNSURE = "待核对"
#: What each status means.
STATUS = {
    FIRST: "of the first report with self-evaluations: what was before is not known",
    BEGUN: "the report before has self-evaluations and no project of this name",
    REPEATED: "the report before, or after, has it",
    ENDS: "the report after has self-evaluations and no project of this name",
    UNSURE: "its name fits several of the other report, or one of the other fits several: joined to none",
    LAST: "of the last report with self-evaluations",
}
#: What stands in ``how`` where a name fits several of the other report.
SEVERAL = "several"

_FIGURES = ("budget", "executed", "execution_rate", "total_score")
COLUMNS = {
    "department": "str", "project_key": "str", "year": "Int64", "project_no": "Int64", "project": "str",
    "latest_name": "str", "status": "str", "after": "str", "how": "str", "confidence": "float64", "candidate": "str",
    **dict.fromkeys(_FIGURES, "float64"), "prior_year": "Int64", "prior_no": "Int64",
    **{f"prior_{name}": "float64" for name in _FIGURES}, "score_change": "float64", "report_id": "str", "page": "Int64",
}  # fmt: skip


def projects(processed: str | Path | None = None, department: str | None = None) -> pd.DataFrame:
    """Every self-evaluated project of every report that counts, joined to that of the report before.

    Columns: department, project_key (the same for one project in all years), year, project_no, project (as printed),
    latest_name (its name in its last year), status (``STATUS``: beside the report before), after (beside the report
    after), how (what the names differ in: ``exact``, ``punctuation``, ``year``, ``wording``; ``similar`` for a
    candidate, ``several`` where more than one fits), confidence (0 to 1, that it is the same project), candidate (the
    name in the report before that is most alike, where none was joined), budget, executed (万元), execution_rate
    (fraction), total_score, the same of the year before as ``prior_*``, score_change, report_id, page.
    Reports without self-evaluations are passed over: ``prior_year`` says what is compared.
    """
    rows: list[dict[str, Any]] = []
    for _, parts in groupby(_read(counting(processed, department), processed_folder(processed)), key=itemgetter(0)):
        rows += _followed([projects_of_year for _, projects_of_year in parts])
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def by_status(projects: pd.DataFrame) -> pd.DataFrame:
    """How many projects of each year are new, go on and are not listed again, with their budgets (``projects``).

    Columns: department, year, prior_year, projects, repeated, begun, ended (of the report before, not in this one),
    unsure (not joined, with a candidate), budget and begun_budget (万元).  Without a report before, what is compared with
    it is missing.
    """
    rows = []
    for (department, year), in_year in projects.groupby(["department", "year"], sort=False):
        before = in_year["prior_year"].dropna()
        rows.append(
            {
                "department": department,
                "year": year,
                "projects": len(in_year),
                "budget": in_year["budget"].sum(min_count=1),
            }
        )
        if len(before):
            begun = in_year[in_year["status"] == BEGUN]
            last = projects[(projects["department"] == department) & (projects["year"] == before.iloc[0])]
            rows[-1] |= {
                "prior_year": before.iloc[0], "repeated": (in_year["status"] == REPEATED).sum(), "begun": len(begun),
                "ended": (last["after"] == ENDS).sum(), "unsure": in_year["candidate"].notna().sum(),
                "begun_budget": begun["budget"].sum(),
            }  # fmt: skip
    counts = ("year", "prior_year", "projects", "repeated", "begun", "ended", "unsure")
    kinds = {"department": "str", **dict.fromkeys(counts, "Int64"), "budget": "float64", "begun_budget": "float64"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _read(counted: Sequence[dict[str, Any]], processed: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The projects of each report that has any, with the key of its department, in the order of years."""
    columns = ["project_no", "project", *_FIGURES, "page"]
    rows = rows_of("projects", columns, [report["listed"] for report in counted], processed).dropna(subset="project")
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in schema.rows(rows):
        parts.setdefault(row["report_id"], []).append(row)
    for report in counted:
        if part := parts.get(report["report_id"]):
            yield report["key"], [{**row, **{name: report[name] for name in ("year", "department")}} for row in part]


def _followed(parts: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of ``projects`` for one department, whose reports are ``parts``."""
    rows: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for part in parts:
        projects_now = [
            {
                **row,
                "status": BEGUN if before else FIRST,
                "after": LAST,
                "project_key": f"{row['year']}-{row['project_no']}",
            }
            for row in part
        ]
        _join(before, projects_now)
        rows += projects_now
        before = projects_now
    names = {row["project_key"]: row["project"] for row in rows}
    return [{**row, "latest_name": names[row["project_key"]]} for row in rows]


def _join(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Mark which projects of ``after`` are those of ``before``, what became of these, and what is only alike."""
    if not before:
        return
    names, former = [row["project"] for row in after], [row["project"] for row in before]
    joined = {pair.first: pair for pair in pairs(names, former)}
    free = [name for place, name in enumerate(former) if place not in {pair.second for pair in joined.values()}]
    for row in before:
        row["after"] = ENDS
    for place, row in enumerate(after):
        row["prior_year"] = before[0]["year"]
        if place in joined:
            _take(row, before[joined[place].second], joined[place])
        else:
            row |= _alike(row["project"], free)
            if row.get("how") == SEVERAL:
                row["status"] = UNSURE
                for earlier in before:
                    if earlier["after"] == ENDS and earlier["project"] in row["candidate"].split("；"):
                        earlier["after"] = UNSURE


def _take(row: dict[str, Any], earlier: dict[str, Any], pair: Pair) -> None:
    earlier["after"] = GOES_ON
    row |= {f"prior_{name}": earlier[name] for name in _FIGURES}
    row |= {
        "status": REPEATED, "project_key": earlier["project_key"], "how": pair.how, "confidence": pair.confidence,
        "prior_no": earlier["project_no"], "score_change": row["total_score"] - earlier["total_score"],
    }  # fmt: skip


def _alike(name: str, others: list[str]) -> Mapping[str, Any]:
    """What a name that was joined to none comes nearest to: several that fit, or one that is merely alike."""
    for _, form in FORMS:
        same = [other for other in others if form(other) == form(name)]
        if same:
            return {
                "how": SEVERAL,
                "confidence": round(1 / max(len(same), 2), 3),
                "candidate": "；".join(dict.fromkeys(same)),
            }
    best = nearest(name, others)
    return {"how": "similar", "confidence": best[1], "candidate": best[0]} if best else {}
