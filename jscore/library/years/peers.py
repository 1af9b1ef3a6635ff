"""Departments of one year beside each other: shares, how each stands beside the median, and figures a head."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jscore.library.years.yearly_changes import common_form, composition
from jscore.library.years.yearly_lines import BUDGET, SANGONG, SCORES, TOTALS, WHOLE

#: What is taken of each department: column, topic, key.
_TAKEN = (
    ("spent", TOTALS, "支出总计"), ("appropriated", TOTALS, "财政拨款支出总计"), ("office", TOTALS, "机关运行经费"),
    ("sangong", SANGONG, WHOLE), ("sangong_budget", BUDGET, WHOLE), ("mean_score", SCORES, "项目平均得分"),
)  # fmt: skip
#: Shares that are held against the median of all departments.
_BESIDE = ("project_share", "office_share", "sangong_share")


def peers(series: pd.DataFrame, year: int) -> pd.DataFrame:
    """The departments with expenditure in ``year`` (frame ``series``), the largest first; without two there are no rows.

    Columns: department, spent (支出总计, or that of 财政拨款 where there is no 01), project_share (by the one table that most
    departments have), office (机关运行经费) and sangong with their shares of what was spent, sangong_used (of its budget),
    mean_score of its projects; ``…_beside`` is a share divided by the median of all departments.
    """
    of_year = series[series["year"] == year]
    taken = {
        name: of_year[(of_year["topic"] == topic) & (of_year["key"] == key)].groupby("department")["value"].first()
        for name, topic, key in _TAKEN
    }
    rows = pd.DataFrame(taken)
    rows["spent"] = rows["spent"].fillna(rows["appropriated"])
    rows = rows[rows["spent"] > 0].sort_values("spent", ascending=False, kind="stable")
    parts = composition(series, year, common_form(of_year)).set_index("department")
    rows["project_share"] = parts["project_share"].reindex(rows.index)
    rows["office_share"] = rows["office"] / rows["spent"]
    rows["sangong_share"] = rows["sangong"] / rows["spent"]
    rows["sangong_used"] = rows["sangong"] / rows["sangong_budget"].where(rows["sangong_budget"] > 0)
    for name in _BESIDE:
        median = rows[name].median()
        rows[f"{name}_beside"] = rows[name] / median if median else float("nan")
    columns = [
        "spent", "project_share", "project_share_beside", "office", "office_share", "office_share_beside", "sangong",
        "sangong_share", "sangong_share_beside", "sangong_used", "mean_score",
    ]  # fmt: skip
    rows = rows[columns].rename_axis("department").reset_index()
    return rows if len(rows) > 1 else rows.head(0)


def headcounts(peers: pd.DataFrame) -> dict[str, float | None]:
    """The departments of ``peers``, each without a number of persons: what an analyst fills in."""
    return dict.fromkeys(peers["department"])


def per_head(peers: pd.DataFrame, headcount: Mapping[str, float | None]) -> pd.DataFrame:
    """What each department of ``peers`` spent a head, for those that ``headcount`` has persons of.

    Columns: department, headcount, spent_per_head (万元), office_per_head and sangong_per_head (元).
    """
    heads = peers["department"].map({name: heads for name, heads in headcount.items() if heads}).astype("float64")
    per_person = pd.DataFrame(
        {
            "department": peers["department"], "headcount": heads, "spent_per_head": peers["spent"] / heads,
            "office_per_head": peers["office"] * 10_000 / heads, "sangong_per_head": peers["sangong"] * 10_000 / heads,
        }
    )  # fmt: skip
    return per_person.dropna(subset="headcount").reset_index(drop=True)
