"""What a reader wants to know of a report first, computed once for the one page, the workbook's cover and the start page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from jscore import schema
from jscore.findings.causes import causes
from jscore.findings.choose import clean, count
from jscore.language import sign
from jscore.schema import Frames, Info
from jscore.scoring.grades import GRADES
from jscore.text.names import table_label
from jscore.text.normal import nfkc

#: How many items and findings are named.
ITEMS, FINDINGS = 5, 5
#: What prose calls all that was spent, the first that it states a budget of counts.
WHOLE = ("财政拨款支出", "一般公共预算财政拨款支出", "本年支出合计", "支出合计", "支出总计")
#: What an amount is called in prose, by the name it has here.
STATED = {
    "机关运行经费": ("机关运行经费", "机关运行经费支出"),
    "政府采购支出": ("政府采购支出总额", "政府采购支出", "政府采购金额"),
    "年初结转和结余": ("年初结转和结余", "上年结转和结余", "上年结转结余"),
    "年末结转和结余": ("年末结转和结余", "年末结转结余"),
    "车辆": ("车辆",),
    "单价100万元以上设备": ("单价100万元(含)以上设备(不含车辆)", "单价100万元(含)以上设备", "单价100万元以上设备"),
}


@dataclass(frozen=True)
class Figure:
    """A printed figure: its name, value and unit, the page it is on, and where it is in a frame (row and column)."""

    label: str
    value: float | None
    unit: str = "万元"
    page: int | None = None
    at: tuple[str, int, str] | None = None


@dataclass(frozen=True)
class Budget:
    """An opening budget beside the final accounts: 合计, 基本支出 or 项目支出, in 万元.

    ``stated`` says whether the report states the opening budget; otherwise it follows from the stated completion.
    """

    label: str
    opening: float | None
    final: float | None
    completion: float
    page: int
    stated: bool


@dataclass(frozen=True)
class Scores:
    """How self-evaluated projects scored, and what was budgeted and spent, in 万元."""

    projects: int
    scored: int
    mean: float | None
    #: How many have each grade of ``GRADES``.
    grades: tuple[int, ...]
    budget: float | None
    executed: float | None
    unspent: int
    unspent_budget: float


@dataclass(frozen=True)
class Matter:
    """A finding: its name, its severity, the sentence with the figures, the pages.

    ``alike`` is how many findings of the same relation there are, this one included.
    """

    finding: str
    severity: str
    message: str
    pages: str
    alike: int


@dataclass(frozen=True)
class Summary:
    """A report in brief.  What it does not have is None or empty; amounts are in 万元."""

    report_id: str
    department: str
    year: int | None
    revenue: Figure
    expenditure: Figure
    change: Figure
    appropriation: Figure
    basic: Figure
    project: Figure
    sources: tuple[Figure, ...]
    classes: tuple[Figure, ...]
    items: tuple[Figure, ...]
    budgets: tuple[Budget, ...]
    #: What the completions of the single 项 make of the opening budget, where it is less than the whole.
    budget_in_items: float | None
    sangong: tuple[tuple[Figure, Figure], ...]
    others: tuple[Figure, ...]
    department_score: Figure
    scores: Scores
    findings: tuple[Matter, ...]
    #: All findings by cause, with the columns of ``findings.causes``.
    causes: pd.DataFrame = field(compare=False, repr=False)
    failed: Mapping[str, int]
    held: int
    missing: tuple[str, ...]
    empty: tuple[str, ...]
    unread: int
    unknown: int

    @property
    def spent(self) -> float | None:
        """What was spent in the year: 基本支出, 项目支出 and the like together, or else the printed total."""
        parts = [part.value for part in (self.basic, self.project) if part.value is not None]
        classes = [part.value for part in self.classes if part.value is not None]
        return sum(classes) if classes else sum(parts) if parts else self.expenditure.value


def summary(frames: Frames, info: Info, findings: pd.DataFrame | None = None) -> Summary:
    """The facts of a report, from its ``frames`` and the content ``info`` of its report.json.

    ``findings`` are its findings by cause, where they are known already.
    """
    if findings is None:
        findings = causes({name: _frame(frames, name) for name in {**schema.FRAMES, **frames}})
    spending = _frame(frames, "expenditure")
    form = main_form(spending)
    of_form = spending[spending["form"] == form]
    narrative = _frame(frames, "narrative")
    checks = _frame(frames, "checks")
    counted = count(checks)
    basic, project = (
        _first(of_form, "expenditure", name, "amount", level=0, component=name) for name in ("基本支出", "项目支出")
    )
    stated = {name: _stated(narrative, name, names) for name, names in STATED.items()}
    forms: Mapping[str, Mapping[str, Any]] = info.get("forms") or {}
    return Summary(
        report_id=str(info.get("report_id") or ""),
        department=clean(info.get("department")),
        year=info.get("year"),
        revenue=_total(frames, narrative, "收入"),
        expenditure=_total(frames, narrative, "支出"),
        change=_stated(narrative, "支出比上年", ("支出总计", *WHOLE, "收入支出总计"), "yoy_rate"),
        appropriation=_appropriation(frames),
        basic=basic,
        project=project,
        sources=_sources(_frame(frames, "revenue")),
        classes=_lines(of_form, 1),
        items=_lines(of_form, 3)[:ITEMS],
        budgets=_budgets(narrative, {"基本支出": basic, "项目支出": project}),
        budget_in_items=_in_items(narrative),
        sangong=_sangong(_frame(frames, "sangong")),
        others=tuple(figure for figure in stated.values() if figure.value is not None),
        department_score=_first(
            _frame(frames, "overall"),
            "overall",
            "部门整体绩效自评得分",
            "total_score",
            unit="points",
        ),
        scores=_scores(_frame(frames, "projects")),
        findings=most_important(findings),
        causes=findings,
        failed=counted.failed,
        held=counted.held,
        missing=_forms(forms, "missing"),
        empty=_forms(forms, "empty"),
        unread=sum(len(info.get(name) or ()) for name in ("unread", "not_understood", "homeless")),
        unknown=len(info.get("unknown_tables") or ()),
    )


def _frame(frames: Frames, name: str) -> pd.DataFrame:
    return frames[name] if name in frames else schema.empty(name)


def main_form(expenditure: pd.DataFrame) -> str | None:
    """03 支出决算表, or 05 where the report has no figures in 03; None without either."""
    printed = set(expenditure.loc[expenditure["amount"].notna(), "form"])
    return next((form for form in ("03", "05") if form in printed), None)


# --- figures of tables ------------------------------------------------------------------------


def _first(rows: pd.DataFrame, name: str, label: str, column: str, unit: str = "万元", **where: Any) -> Figure:
    """The first value in ``column`` of the rows of frame ``name`` that are as ``where`` says; texts need only end so."""
    rows = rows.dropna(subset=column)
    for kind, wanted in where.items():
        same = rows[kind].str.endswith(wanted, na=False) if isinstance(wanted, str) else rows[kind] == wanted
        rows = rows[same.fillna(False)]
    return _figure(rows.iloc[0], name, label, column, unit) if len(rows) else Figure(label, None, unit)


def _figure(row: pd.Series, name: str, label: str, column: str, unit: str = "万元") -> Figure:
    value, page = row[column], row["page"]
    place = (name, int(row.name), column)  # type: ignore[call-overload]
    return Figure(label, None if pd.isna(value) else float(value), unit, None if pd.isna(page) else int(page), place)


def _total(frames: Frames, narrative: pd.DataFrame, side: str) -> Figure:
    totals = _frame(frames, "totals")
    printed = _first(totals, "totals", f"{side}总计", "amount", form="01", side=side, item="总计", fund="合计")
    if printed.value is not None:
        return printed
    return _stated(narrative, f"{side}总计", (f"{side}总计", "收入支出总计", "收支总计", "收、支总计"))


def _appropriation(frames: Frames) -> Figure:
    name = "财政拨款收入"
    revenue, totals = _frame(frames, "revenue"), _frame(frames, "totals")
    printed = _first(revenue, "revenue", name, "amount", level=0, source=name)
    if printed.value is not None:
        return printed
    return _first(totals, "totals", name, "amount", form="04", side="收入", item="本年收入合计")


def _sources(revenue: pd.DataFrame) -> tuple[Figure, ...]:
    """The sources of revenue that brought money in, the largest first."""
    whole = revenue[(revenue["level"] == 0) & (revenue["source"] != schema.SOURCES[0]) & (revenue["amount"] > 0)]
    whole = whole.drop_duplicates("source").sort_values("amount", ascending=False, kind="stable")
    return tuple(_figure(row, "revenue", str(row["source"]), "amount") for _, row in whole.iterrows())


def _lines(expenditure: pd.DataFrame, level: int) -> tuple[Figure, ...]:
    """The lines of one level with money, the largest first; none where a code has several, as by units of a department."""
    printed = expenditure[(expenditure["level"] == level) & (expenditure["component"] == "合计")].dropna(
        subset="amount"
    )
    if printed["function_code"].dropna().duplicated().any():
        return ()
    printed = printed[printed["amount"] != 0].sort_values("amount", ascending=False, kind="stable")
    return tuple(_figure(row, "expenditure", str(row["function_name"]), "amount") for _, row in printed.iterrows())


def _sangong(sangong: pd.DataFrame) -> tuple[tuple[Figure, Figure], ...]:
    """Budget and final accounts of 合计 and of each item with money."""
    pairs = [
        tuple(_figure(row, "sangong", str(row["item"]), column) for column in ("budget", "final"))
        for _, row in sangong.iterrows()
    ]
    return tuple(
        (budget, final) for budget, final in pairs if budget.value or final.value or budget.label == schema.SANGONG[0]
    )


def _scores(projects: pd.DataFrame) -> Scores:
    scores = projects["total_score"].dropna()
    idle = projects[(projects["executed"] == 0) & (projects["budget"] > 0)]

    def added(column: str) -> float | None:
        return float(projects[column].sum()) if projects[column].notna().any() else None

    grades = tuple(int(((scores >= low) & (scores < high)).sum()) for _, low, high in GRADES)
    return Scores(
        len(projects),
        len(scores),
        float(scores.mean()) if len(scores) else None,
        grades,
        added("budget"),
        added("executed"),
        len(idle),
        float(idle["budget"].sum()),
    )


def _forms(forms: Mapping[str, Mapping[str, Any]], status: str) -> tuple[str, ...]:
    return tuple(
        (table_label(key) if key.isdigit() else "") + f"“{clean(form.get('title')) or key}”"
        for key, form in forms.items()
        if form.get("status") == status
    )


# --- figures of prose -------------------------------------------------------------------------


@lru_cache(maxsize=1 << 12)
def _parts(subject: str) -> tuple[str, ...]:
    """The parts of a subject (``whole > part``), as names are compared."""
    return tuple(nfkc(part) for part in subject.split(" > "))


def _facts(
    narrative: pd.DataFrame, names: Collection[str], measure: str, parent: Collection[str] | None = None
) -> pd.DataFrame:
    """The facts of ``measure`` about one of ``names``, under one of ``parent``'s where that is given, in the names' order."""
    order = {nfkc(name): place for place, name in enumerate(names)}
    whole = {nfkc(name) for name in parent or ()}
    rows, ranks = [], []
    measured = narrative[narrative["measure"] == measure]
    for row, subject in zip(measured.index, measured["subject"], strict=True):
        parts = _parts(subject)
        if parts[-1] in order and (len(parts) == 1 or parts[-2] in whole):
            rows.append(row)
            ranks.append(order[parts[-1]])
    return (
        measured.loc[[rows[i] for i in sorted(range(len(rows)), key=ranks.__getitem__)]] if rows else measured.iloc[:0]
    )


def _stated(narrative: pd.DataFrame, label: str, names: Sequence[str], measure: str = "amount") -> Figure:
    """The first figure in prose about one of ``names``; what is counted has its own unit."""
    facts = _facts(narrative, names, measure)
    if facts.empty and measure == "amount":
        facts = _facts(narrative, names, "count")
    if facts.empty:
        return Figure(label, None, "fraction" if measure == "yoy_rate" else "万元")
    row = facts.iloc[0]
    return replace(_figure(row, "narrative", label, "value"), unit=str(row["unit"]))


def _budgets(narrative: pd.DataFrame, tables: Mapping[str, Figure]) -> tuple[Budget, ...]:
    """年初预算 → 决算 of the whole, 基本支出 and 项目支出, as prose states them."""
    budgets = []
    wanted = (("合计", WHOLE, None), ("基本支出", ("基本支出", "一般公共预算财政拨款基本支出"), WHOLE),
              ("项目支出", ("项目支出", "一般公共预算财政拨款项目支出"), WHOLE))  # fmt: skip
    for label, names, parent in wanted:
        completion = _facts(narrative, names, "budget_completion", parent)
        opening = _facts(narrative, [f"{name} 年初预算" for name in names], "amount", parent)
        rates = completion if len(completion) else opening
        if rates.empty:
            continue
        subject = str(rates["subject"].iloc[0]).removesuffix(" 年初预算")
        amounts = narrative[(narrative["measure"] == "amount") & (narrative["subject"] == subject)]["value"]
        final = float(amounts.iloc[0]) if len(amounts) else tables.get(label, Figure(label, None)).value
        budget = float(opening["value"].iloc[0]) if len(opening) else None
        rate = float(completion["value"].iloc[0]) if len(completion) else final / budget if final and budget else None
        if rate is None:
            continue
        if budget is None and final is not None and rate > 0:
            budget = round(final / rate, 2)
        budgets.append(Budget(label, budget, final, rate, int(rates["page"].iloc[0]), bool(len(opening))))
    return tuple(budgets)


def _in_items(narrative: pd.DataFrame) -> float | None:
    """The opening budgets of the 项 that prose gives a completion of, together; None without any."""
    items = narrative[narrative["subject"].str.endswith("（项）")].drop_duplicates(["subject", "measure"])
    by_measure = {measure: rows.set_index("subject")["value"] for measure, rows in items.groupby("measure")}
    if not {"budget_completion", "amount"} <= by_measure.keys():
        return None
    rates = by_measure["budget_completion"]
    budgets = by_measure["amount"] / rates[rates > 0]
    return round(float(budgets.sum()), 2) if budgets.notna().any() else None


# --- findings ---------------------------------------------------------------------------------


def most_important(findings: pd.DataFrame) -> tuple[Matter, ...]:
    """The findings that matter most, one a relation."""
    relation = findings["finding"].str.split(" ", n=1).str[0]
    alike = relation.map(relation.value_counts())
    first = findings.assign(alike=alike)[~relation.duplicated()].head(FINDINGS)
    return tuple(
        Matter(str(row["finding"]), str(row["severity"]), clean(row["message"]), clean(row["pages"]), int(row["alike"]))
        for _, row in first.iterrows()
    )


def short_pages(pages: str, most: int = 4) -> str:
    """The first pages of a list, and … where there are more."""
    named = re.split(r"[,、，]\s*", pages) if pages else []
    return sign("、").join(named[:most]) + ("…" if len(named) > most else "")
