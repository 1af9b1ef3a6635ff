"""Each line beside itself a year before: change, rate, and what to know about the pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.library.years.prior import lines_and_stated
from jscore.library.years.yearly_lines import ECONOMIC, EXPENDITURE, PARTS, PROSE, SCORES, TOPICS, WHOLE
from jscore.text.names import SURE, normal_name, pairs

NEW, ENDED, DERIVED, GAP, LARGE, RENAMED, DOUBTED, MOVED = (
    "新增", "停列", "上年为推算", "隔年比较", "变动大", "改名", "与上年报告不符", "疑为改码",
)  # fmt: skip
#: From which rate, and which part of the table's whole, a change counts as large.
LARGE_RATE, LARGE_SHARE = 0.3, 0.01
#: Units of figures whose change is also given as a rate: scores and rates differ by points only.
RATED = ("万元", "个")

KEYS = ["department", "topic", "form", "key"]
COLUMNS = {
    "department": "str", "topic": "str", "form": "str", "key": "str", "item": "str", "level": "Int64", "unit": "str",
    "prior_year": "Int64", "year": "Int64", "prior": "float64", "value": "float64", "change": "float64", "rate": "float64",
    "flags": "str", "prior_origin": "str", "tolerance": "float64", "prior_report_id": "str", "report_id": "str",
}  # fmt: skip
SERIES = {
    "department": "str", "topic": "str", "form": "str", "key": "str", "item": "str", "level": "Int64", "unit": "str",
    "year": "Int64", "value": "float64", "origin": "str", "half_step": "float64", "report_id": "str", "page": "Int64",
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """The reports of a folder, or of one department, beside each other: ``series``, ``changes``, ``stated``."""

    series: pd.DataFrame
    changes: pd.DataFrame
    stated: pd.DataFrame


def compared(
    processed: str | Path | None = None, department: str | None = None, topics: Iterable[str] = TOPICS
) -> Compared:
    """``series``, ``changes`` and ``stated`` together: every report is read once."""
    wanted = tuple(topics)
    lines, stated = lines_and_stated(processed, department, wanted)
    figures = _series(lines, stated)
    return Compared(figures, _paired(figures, lines, stated), stated)


def series(
    processed: str | Path | None = None, department: str | None = None, topics: Iterable[str] = TOPICS
) -> pd.DataFrame:
    """Every line in every year that there is a figure of it, derived ones included.

    Columns: department, topic, form, key, item (the line's name in its last year), level, unit, year, value,
    origin (``printed``, ``summed``, ``counted``; ``derived`` from what the next year's report states, only where no
    report of that year has the line; ``none``, value 0, where the year's table has figures but not this line),
    half_step, report_id, page (in that report).
    """
    return compared(processed, department, topics).series


def changes(
    processed: str | Path | None = None, department: str | None = None, topics: Iterable[str] = TOPICS
) -> pd.DataFrame:
    """Each line of each year beside the same line a year before.

    Columns: department, topic, form, key, item, level, unit, prior_year, year, prior, value, change (value less
    prior), rate (change of prior; missing where prior is 0, and of
    scores and rates), flags (joined by 、), prior_origin (as in
    ``series``), tolerance (what rounding may have moved the change by, in the line's unit), prior_report_id, report_id.
    Only the same form is compared.  A line whose table has figures in both years but which stands in one of them only
    counts as 0 in the other; scores and figures of prose do not.
    """
    return compared(processed, department, topics).changes


def movers(changes: pd.DataFrame, count: int = 10, level: int = 3) -> pd.DataFrame:
    """The ``count`` lines of ``changes`` that moved most, of one form and year, the deepest ``level`` only."""
    rows = changes[(changes["level"] == level) & (changes["change"].abs() > 0)]
    order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].head(count)


def table(
    series: pd.DataFrame, topic: str, form: str | None = None, changes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The lines of ``topic`` (and ``form``) of one department, a column a year, with change and rate of the last two.

    Columns: form, key, item, level, unit, the years as text (``2023``; ``2022*`` where the figures of the year are
    derived from the report of 2023), change, rate; with ``changes`` those of the last year in it, which passes over a
    year without the line, and its flags.  Lines that are 0 or missing in every year are left out.
    """
    rows = series[series["topic"] == topic]
    rows = rows if form is None else rows[rows["form"] == form]
    keys = ["form", "key", "item", "level", "unit"]
    columns = sorted(set(rows["year"]))
    if rows.empty:
        return pd.DataFrame(columns=[*keys, "change", "rate"])
    wide = rows.pivot_table(index=keys, columns="year", values="value", aggfunc="first", sort=False)
    wide = wide.reindex(columns=columns).dropna(how="all")
    wide = wide[wide.fillna(0.0).ne(0.0).any(axis=1)]
    derived = {year for year, of_year in rows.groupby("year") if not set(of_year["origin"]) - {"derived"}}
    shown = wide.set_axis([f"{year}*" if year in derived else str(year) for year in columns], axis="columns")
    if len(columns) > 1:
        before, after = wide[columns[-2]], wide[columns[-1]]
        shown["change"] = (after - before).round(6)
        rated = shown.index.get_level_values("unit").isin(RATED)
        shown["rate"] = shown["change"] / before.where((before != 0) & rated)
    shown = shown.reset_index().rename_axis(columns=None)
    if changes is None:
        return shown
    last = changes[(changes["topic"] == topic) & (changes["year"] == columns[-1])].set_index(["form", "key"])
    last = last.reindex(shown.set_index(["form", "key"]).index)[["change", "rate", "flags"]].fillna({"flags": ""})
    alone = [] if len(columns) > 1 else ["change", "rate"]
    return shown.assign(**{str(name): last[name].to_numpy() for name in last if name not in alone})


def for_reading(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` without what says nothing in it: keys that are the names, one level, one form, one unit, no flags."""
    nothing = [name for name in ("form", "level", "unit") if name in table and table[name].nunique() <= 1]
    nothing += ["flags"] if "flags" in table and not table["flags"].any() else []
    codes = table["key"].where(table["key"].str.isdigit(), "")
    shorter = table.assign(key=codes).drop(columns=nothing)
    return shorter if codes.ne("").any() else shorter.drop(columns="key")


def by_department(series: pd.DataFrame, topic: str, key: str) -> pd.DataFrame:
    """Line ``key`` of ``topic`` of every department: department, form, a column a year, change and rate of the last two."""
    rows = series[(series["topic"] == topic) & (series["key"] == key)]
    if rows.empty:
        return pd.DataFrame(columns=["department", "form"])
    renamed = rows.assign(topic=topic, key=rows["department"], item=rows["department"], level=0)
    departments = table(renamed, topic).drop(columns=["key", "level", "unit"]).rename(columns={"item": "department"})
    return departments[["department", *(name for name in departments if name != "department")]]


def composition(series: pd.DataFrame, year: int, form: str | None) -> pd.DataFrame:
    """合计, 基本支出 and 项目支出 of ``form`` of every department that has it in ``year``, with the share of 项目支出."""
    parts = series[(series["topic"] == PARTS) & (series["year"] == year) & (series["form"] == form)]
    wide = parts.pivot_table(index="department", columns="key", values="value", aggfunc="first", sort=False)
    wide = wide.reindex(columns=[WHOLE, "基本支出", "项目支出"]).astype("float64").rename_axis(columns=None)
    wide = wide.assign(project_share=wide["项目支出"] / wide[WHOLE].where(wide[WHOLE] != 0)).reset_index()
    wide.insert(1, "form", form)
    return wide


def common_form(series: pd.DataFrame) -> str | None:
    """The form that most reports of ``series`` give expenditure in: 03, or 05 where it has more; None without either."""
    spending = series[
        (series["topic"] == EXPENDITURE) & series["form"].isin(["03", "05"]) & (series["origin"] != "derived")
    ]
    reports = spending.groupby("form")["report_id"].nunique().reindex(["03", "05"]).fillna(0)
    return None if not reports.any() else str(reports.idxmax())


def in_common_form(rows: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """The ``rows`` on expenditure that are in the common form of their own department (``series`` of all of them)."""
    forms = {department: common_form(of_department) for department, of_department in series.groupby("department")}
    spending = rows[rows["topic"].isin([EXPENDITURE, PARTS])]
    return spending[spending["form"] == spending["department"].map(forms)]


def _series(lines: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    names = lines.sort_values("year", kind="stable").drop_duplicates(KEYS, keep="last").set_index(KEYS)
    known = lines.assign(item=names["item"].reindex(lines.set_index(KEYS).index).to_numpy())
    derived = stated[stated["status"] == "skipped"]
    derived = derived.merge(lines[[*KEYS, "year", "level", "unit"]], on=[*KEYS, "year"], how="left")
    derived = derived.assign(year=derived["prior_year"], value=derived["prior"], origin="derived")
    derived = derived.assign(item=names["item"].reindex(derived.set_index(KEYS).index).to_numpy())
    rows = pd.concat([known, _nothing(known), derived], ignore_index=True).reindex(columns=list(SERIES))
    rows = rows.drop_duplicates([*KEYS, "year"], keep="first").astype(SERIES)
    order = {topic: place for place, topic in enumerate(TOPICS)}
    rows = rows.assign(order=rows["topic"].map(order))
    rows["code"] = rows["key"].where(rows["key"].str.isdigit(), "")
    rows["first"] = rows.groupby(KEYS, sort=False).ngroup()
    rows = rows.sort_values(["department", "order", "form", "code", "first", "year"], kind="stable")
    return rows[list(SERIES)].reset_index(drop=True)


def _nothing(known: pd.DataFrame) -> pd.DataFrame:
    """A 0 for each line in each year whose table has figures, but not this one."""
    tables = known[(known["topic"] != SCORES) & (known["form"] != PROSE)]
    years = tables[["department", "topic", "form", "year", "report_id"]].drop_duplicates()
    each = tables.sort_values("year", kind="stable").drop_duplicates(KEYS, keep="last")[
        [*KEYS, "item", "level", "unit"]
    ]
    both = each.merge(years, on=["department", "topic", "form"])
    there = both.merge(tables[[*KEYS, "year"]].assign(there=True), on=[*KEYS, "year"], how="left")["there"]
    return both[there.isna().to_numpy()].assign(value=0.0, origin="none", half_step=0.0)


def _paired(figures: pd.DataFrame, lines: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Each figure of ``figures`` that a report gives beside the one before it."""
    before = figures.groupby(KEYS, sort=False)[["year", "value", "origin", "half_step", "report_id"]].shift()
    both = figures.join(before.add_prefix("prior_")).rename(columns={"prior_value": "prior"})
    both = both[(both["origin"] != "derived") & both["prior_year"].notna()]
    both = both[~((both["value"] == 0) & (both["prior"] == 0))]
    both["change"] = (both["value"] - both["prior"]).round(6)
    both["rate"] = both["change"] / both["prior"].where((both["prior"] != 0) & both["unit"].isin(RATED))
    both["tolerance"] = both["half_step"] + both["prior_half_step"]
    both["flags"] = _flags(both, lines, stated)
    return both[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def _flags(both: pd.DataFrame, lines: pd.DataFrame, stated: pd.DataFrame) -> list[str]:
    printed = lines.set_index([*KEYS, "year"])["item"].to_dict()
    doubted = {tuple(row) for row in stated.loc[stated["status"] == "fail", [*KEYS, "year"]].itertuples(index=False)}
    whole = both.groupby(["department", "topic", "form", "year"])["value"].transform("max")
    whole = whole.combine(both.groupby(["department", "topic", "form", "year"])["prior"].transform("max"), max)
    moved = _moved(both)
    flags = []
    for row, most in zip(both.to_dict("records"), whole, strict=True):
        key = tuple(row[name] for name in KEYS)
        names = [printed.get((*key, row[when])) for when in ("year", "prior_year")]
        money = row["unit"] == "万元"
        conditions = {
            NEW: row["prior_origin"] == "none",
            ENDED: row["origin"] == "none",
            MOVED: (*key, row["year"]) in moved,
            RENAMED: None not in names and normal_name(str(names[0])) != normal_name(str(names[1])),
            LARGE: money and abs(row["change"]) >= LARGE_SHARE * most and abs(row["rate"]) >= LARGE_RATE,
            DERIVED: row["prior_origin"] == "derived",
            GAP: row["year"] - row["prior_year"] > 1,
            DOUBTED: (*key, row["year"]) in doubted,
        }
        flags.append("、".join(flag for flag, holds in conditions.items() if holds))
    return flags


def _moved(both: pd.DataFrame) -> set[tuple[Any, ...]]:
    """The lines of codes that began while one of the same name and level ended, and those that ended so."""
    moved = set()
    coded = both[both["topic"].isin([EXPENDITURE, ECONOMIC]) & (both["level"] > 0)]
    coded = coded[(coded["prior_origin"] == "none") | (coded["origin"] == "none")]
    for _, group in coded.groupby(["department", "topic", "form", "level", "year"]):
        began, ended = group[group["prior_origin"] == "none"], group[group["origin"] == "none"]
        for pair in pairs(list(began["item"]), list(ended["item"]), SURE):
            for row in (began.iloc[pair.first], ended.iloc[pair.second]):
                moved.add((*(row[name] for name in KEYS), row["year"]))
    return moved
