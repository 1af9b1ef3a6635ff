"""What the notebooks on years say in sentences."""

from __future__ import annotations

import pandas as pd

from jscore.language import current, sign, tr
from jscore.language.words import word
from jscore.library.years.yearly_lines import BUDGET, PARTS, SANGONG, SCORES, TOTALS, WHOLE

#: The lines that sum a report up: topic, key, and whether only in the form that the department's reports have in common.
MAIN_LINES = (
    (TOTALS, "收入总计", False), (TOTALS, "支出总计", False), (TOTALS, "财政拨款支出", False), (TOTALS, "机关运行经费", False),
    (PARTS, "基本支出", True), (PARTS, "项目支出", True), (BUDGET, WHOLE, False), (SANGONG, WHOLE, False),
    (SCORES, "部门整体自评得分", False), (SCORES, "自评项目数", False), (SCORES, "项目平均得分", False),
    (SCORES, "项目预算执行率", False),
)  # fmt: skip


def what_is_there(reports: pd.DataFrame) -> list[str]:
    """Which reports of one department are compared (frame ``years.reports``), and what is missing for more."""
    counted = reports[reports["counts"]]
    years = sign("、").join(str(year) for year in counted["year"])
    sentences = [
        tr("{report}未采用：{why}。", report=row.report_id, why=row.why)
        for row in reports[~reports["counts"]].itertuples()
    ]
    if counted.empty:
        return [*sentences, tr("该部门的报告都没有写明年度，无从比较。")]
    if len(counted) == 1:
        told = tr("只有{year}年度一份报告，上年数只是这份报告所述的（比上年），以 * 标出。", year=years)
        return [*sentences, told + tr("请把另一年度的 PDF 放进 data/raw，再运行 `jscore run`。")]
    told = tr("共{number}份报告：{years}。", number=len(counted), years=years)
    gaps = sorted(set(range(int(counted["year"].min()), int(counted["year"].max()) + 1)) - set(counted["year"]))
    return [*sentences, told, *([tr("缺{years}年度的报告。", years=sign("、").join(map(str, gaps)))] if gaps else [])]


def departments_there(reports: pd.DataFrame) -> list[str]:
    """How many departments there are to compare, and what is missing for more."""
    counted = reports[reports["counts"]]
    count = counted["key"].nunique()
    if count < 2:
        return [tr("还没有两个部门的报告。请把另一部门的 PDF 放进 data/raw，再运行 `jscore run`。")]
    first, last = counted["year"].min(), counted["year"].max()
    return [
        tr(
            "{count}个部门，{number}份报告，{first}至{last}年度。",
            count=count,
            number=len(counted),
            first=first,
            last=last,
        )
    ]


def headlines(changes: pd.DataFrame) -> list[str]:
    """The main changes of the last year in ``changes`` (frame ``years.changes``, one department), in sentences."""
    if changes.empty:
        return [tr("没有可以比较的年度。")]
    last = changes[changes["year"] == changes["year"].max()]
    wanted = [
        (TOTALS, "支出总计"),
        (TOTALS, "机关运行经费"),
        (SANGONG, WHOLE),
        (BUDGET, WHOLE),
        (SCORES, "部门整体自评得分"),
        (SCORES, "项目平均得分"),
        (SCORES, "项目预算执行率"),
    ]
    sentences = []
    for topic, key in wanted:
        for row in last[(last["topic"] == topic) & (last["key"] == key)].to_dict("records"):
            rate = (
                ""
                if pd.isna(row["rate"])
                else f"（{row['rate']:+.1%}）"
                if current() == "zh"
                else f" ({row['rate']:+.1%})"
            )
            derived = tr("（推算）") if row["prior_origin"] == "derived" else ""
            sentences.append(
                tr(
                    "{name}{year}年{value}{unit}，{prior_year}年{prior}{unit}{derived}，相差{change}{rate}",
                    name=word(key if topic in (TOTALS, SCORES) else topic),
                    year=row["year"],
                    value=f"{row['value']:,.2f}",
                    unit=word(row["unit"]),
                    prior_year=row["prior_year"],
                    prior=f"{row['prior']:,.2f}",
                    derived=derived,
                    change=f"{row['change']:+,.2f}",
                    rate=rate,
                )
            )
    return sentences or [tr("各项总额都没有可以比较的年度。")]


def agreement(stated: pd.DataFrame) -> str:
    """How what the reports state of the year before agrees with the reports of it (frame ``years.stated``)."""
    counts = stated["status"].value_counts()
    checked = int(counts.get("pass", 0) + counts.get("fail", 0))
    if stated.empty:
        return tr("各报告都没有写明上年数。")
    if not checked:
        return tr("报告写明上年数{number}处，没有上年报告可供核对", number=len(stated))
    return tr(
        "报告所述的上年数，{checked}处可与上年报告核对，{agree}处相符；{skipped}处没有上年报告",
        checked=checked,
        agree=counts.get("pass", 0),
        skipped=counts.get("skipped", 0),
    )
