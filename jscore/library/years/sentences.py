"""What the notebooks on years say in sentences."""

from __future__ import annotations

import pandas as pd

from jscore.library.years.yearly_lines import BUDGET, PARTS, SANGONG, SCORES, TOTALS, WHOLE

#: The lines that sum a report up: topic, key, and whether only in the form that the department's reports have in common.
MAIN_LINES = (
    (TOTALS, "收入总计", False), (TOTALS, "支出总计", False), (TOTALS, "财政拨款支出", False), (TOTALS, "机关运行经费", False),
    (PARTS, "基本支出", True), (PARTS, "项目支出", True), (BUDGET, WHOLE, False), (SANGONG, WHOLE, False),
    (SCORES, "部门整体自评得分", False), (SCORES, "自评项目数", False), (SCORES, "项目平均得分", False),
    (SCORES, "项目预算执行率", False),
)  # fmt: skip
_MORE = "put the PDF of another year into data/raw and run `jscore run` again"


def what_is_there(reports: pd.DataFrame) -> list[str]:
    """Which reports of one department are compared (frame ``years.reports``), and what is missing for more."""
    own = reports[reports["counts"]]
    years = ", ".join(str(year) for year in own["year"])
    said = [f"{row.report_id} is left out: {row.why}." for row in reports[~reports["counts"]].itertuples()]
    if own.empty:
        return [*said, "No report of this department says its year: nothing can be compared."]
    if len(own) == 1:
        return [*said, f"One report, of {years}. To see years side by side {_MORE}; until then the year before is only what "
                       "this report states of it (比上年), marked *."]  # fmt: skip
    gaps = sorted(set(range(int(own["year"].min()), int(own["year"].max()) + 1)) - set(own["year"]))
    missing = f" No report of {', '.join(map(str, gaps))}." if gaps else ""
    return [*said, f"{len(own)} reports: {years}.{missing}"]


def departments_there(reports: pd.DataFrame) -> list[str]:
    """How many departments there are to compare, and what is missing for more."""
    own = reports[reports["counts"]]
    count = own["key"].nunique()
    if count < 2:
        return [f"{'One department' if count else 'No department'} so far. To compare departments put the PDF of another "
                "one into data/raw and run `jscore run` again."]  # fmt: skip
    return [f"{count} departments, {len(own)} reports, years {own['year'].min()} to {own['year'].max()}."]


def headlines(changes: pd.DataFrame) -> list[str]:
    """The main changes of the last year in ``changes`` (frame ``years.changes``, one department), in sentences."""
    if changes.empty:
        return ["There is no year to compare with."]
    last = changes[changes["year"] == changes["year"].max()]
    wanted = [
        (TOTALS, "支出总计"), (TOTALS, "机关运行经费"), (SANGONG, WHOLE), (BUDGET, WHOLE),
        (SCORES, "部门整体自评得分"), (SCORES, "项目平均得分"), (SCORES, "项目预算执行率"),
    ]  # fmt: skip
    said = []
    for topic, key in wanted:
        for row in last[(last["topic"] == topic) & (last["key"] == key)].to_dict("records"):
            rate = "" if pd.isna(row["rate"]) else f" ({row['rate']:+.1%})"
            name = key if topic in (TOTALS, SCORES) else f"{topic}{key}"
            derived = " (derived)" if row["prior_origin"] == "derived" else ""
            said.append(
                f"{name}: {row['prior']:,.2f} {row['unit']} in {row['prior_year']}{derived}, "
                f"{row['value']:,.2f} in {row['year']}: {row['change']:+,.2f}{rate}"
            )
    return said or ["None of the totals has a year to compare with."]


def agreement(stated: pd.DataFrame) -> str:
    """How what the reports state of the year before agrees with the reports of it (frame ``years.stated``)."""
    counts = stated["status"].value_counts()
    checked = int(counts.get("pass", 0) + counts.get("fail", 0))
    if stated.empty:
        return "No report states a figure of the year before."
    if not checked:
        return f"{len(stated)} figures of the year before are stated; no report of that year is there to check them."
    return (
        f"{checked} stated figures of the year before could be checked against its report, {counts.get('pass', 0)} agree; "
        f"{counts.get('skipped', 0)} could not."
    )
