"""Which reports are compared between years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema
from jscore.library.editions import standings
from jscore.library.partitions import processed_reports
from jscore.library.selection import chosen
from jscore.library.store import processed_folder

COLUMNS = {
    "report_id": "str", "year": "Int64", "department": "str", "key": "str", "counts": "bool", "why": "str",
}  # fmt: skip


def reports(processed: str | Path | None = None, department: str | None = None) -> pd.DataFrame:
    """Every processed report, by department and year, and whether it counts in what is compared between years.

    Columns: report_id, year, department (as its last report calls it), key (the same for all names of a department),
    counts, why (in words, where it does not).  A department's report counts once a year (``editions``): of several the
    one that its name says was published last (更正, 修订, v2 ...).  ``department`` leaves out others; raises ReadError,
    with one line for the user, for one that no report is of.
    """
    listed = chosen(processed_reports(processed_folder(processed)), department)
    every = standings(info for _, info in listed)
    names = {each.key: each.info.get("department") or "" for each in every}
    rows = [
        {
            "report_id": each.report_id, "year": each.info.get("year"), "department": names[each.key],
            "key": each.key, "counts": not each.why, "why": each.why,
        }
        for each in every
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def counting(processed: str | Path | None = None, department: str | None = None) -> list[dict[str, Any]]:
    """The rows of ``reports`` that count, each with what is ``listed`` of it."""
    rows = reports(processed, department)
    listed = {folder.name: (folder, info) for folder, info in processed_reports(processed_folder(processed))}
    return [
        {**row, "listed": listed[row["report_id"]]}
        for row in schema.rows(rows[rows["counts"]])
        if row["report_id"] in listed
    ]
