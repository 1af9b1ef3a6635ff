"""Which reports there are, and which one counts where a department has two for one year."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.library.store import processed_folder, read_info
from jscore.library.store import reports as folders
from jscore.text.names import department_key

#: What a file's name says of a report that was published again.
_CORRECTED = re.compile(r"更正|修正|修订|勘误|订正|重新公开|correct|revis|errat", re.IGNORECASE)

COLUMNS = {
    "report_id": "str", "year": "Int64", "department": "str", "key": "str", "counts": "bool", "why": "str",
}  # fmt: skip


def reports(processed: str | Path | None = None, department: str | None = None) -> pd.DataFrame:
    """Every processed report, by department and year, and whether it counts in what is compared between years.

    Columns: report_id, year, department (as its last report calls it), key (the same for all names of a department),
    counts, why (in words, where it does not).  A department's report counts once a year.  Of several for one year it
    is the one whose name says that it is a correction (更正, 修订, 勘误 ...), and of several of these, or none, the
    last by name, figures compared as numbers (``-v10`` after ``-v9``).  ``department`` leaves out others.
    """
    infos = [info for folder in folders(processed_folder(processed)) if (info := read_info(folder)) is not None]
    rows = [_row(info) for info in infos]
    if department is not None:
        rows = [row for row in rows if row["key"] == department_key(department)]
    rows.sort(key=lambda row: (row["key"], row["year"] or 0, row["corrected"], _natural(row["report_id"])))
    names = {row["key"]: row["department"] for row in rows if row["key"]}
    for row, after in zip(rows, [*rows[1:], None], strict=False):
        row["department"] = names.get(row["key"], row["department"])
        if not row["key"] or row["year"] is None:
            row["why"] = "no department" if not row["key"] else "no year"
        elif after is not None and (after["key"], after["year"]) == (row["key"], row["year"]):
            last = [other for other in rows if (other["key"], other["year"]) == (row["key"], row["year"])][-1]
            same = "the same PDF as" if last["sha256"] == row["sha256"] else "another report of this year, corrected in"
            row["why"] = f"{same} {last['report_id']}"
        row["counts"] = not row["why"]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def counting(processed: str | Path | None = None, department: str | None = None) -> list[dict[str, Any]]:
    """The rows of ``reports`` that count, each with its ``folder``."""
    listed = reports(processed, department)
    root = processed_folder(processed)
    return [{**row, "folder": root / row["report_id"]} for row in records(listed[listed["counts"]])]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of ``frame`` as dicts."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _row(info: dict[str, Any]) -> dict[str, Any]:
    name = info.get("department") or ""
    return {
        "report_id": info["report_id"], "year": info.get("year"), "department": name, "key": department_key(name),
        "corrected": bool(_CORRECTED.search(info["report_id"])), "sha256": info.get("sha256"), "why": "",
    }  # fmt: skip


def _natural(text: str) -> list[tuple[int, str]]:
    """``text`` to sort by, its figures as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]
