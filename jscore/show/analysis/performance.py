"""The self-evaluations: grades, execution, lost points, causes."""

from __future__ import annotations

from math import isinf

import pandas as pd

from jscore.language import tr
from jscore.scoring.grades import GRADES
from jscore.show.analysis.terms import SAME

#: Points of a project's form that its 预算执行率 can earn, where the form does not print them.
EXECUTION_WEIGHT = 10.0


def _graded(name: str, low: float, high: float) -> str:
    """A grade with its scores."""
    if isinf(high):
        return tr("{grade}（{low}分及以上）", grade=name, low=f"{low:g}")
    if isinf(low):
        return tr("{grade}（{high}分以下）", grade=name, high=f"{high:g}")
    return tr("{grade}（{low}–{high}分）", grade=name, low=f"{low:g}", high=f"{high:g}")


def by_grade(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects by grade of their total score: how many, their money, the score's mean."""
    rows = projects.dropna(subset="total_score")
    labels = [_graded(*grade) for grade in GRADES]
    groups = rows["total_score"].map(
        lambda score: next(label for label, (_, low, _) in zip(labels, GRADES, strict=True) if score >= low)
    )
    grades = (
        rows.groupby(groups)
        .agg(
            count=("project_no", "size"),
            budget=("budget", "sum"),
            executed=("executed", "sum"),
            mean_score=("total_score", "mean"),
            lowest=("total_score", "min"),
            highest=("total_score", "max"),
        )
        .reindex([label for label in labels if label in set(groups)])
        .rename_axis("grade")
        .reset_index()
    )
    grades.insert(4, "used_rate", grades["executed"] / grades["budget"].where(grades["budget"] > 0))
    return grades


def execution_weight(projects: pd.DataFrame) -> pd.Series[float]:
    """Points that each project's 预算执行率 can earn: those that its form prints, else 10."""
    return projects.reindex(columns=["execution_weight"])["execution_weight"].astype("float64").fillna(EXECUTION_WEIGHT)


def lost_by_part(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Points that every project lost, a row each: indicators_lost, execution_lost, deduction (as printed)."""
    of_projects = indicators[indicators["scope"] == "项目"]
    missed = (of_projects["weight"] - of_projects["score"]).groupby(of_projects["project_no"]).sum()
    return pd.DataFrame(
        {
            "indicators_lost": projects["project_no"].map(missed).astype("float64"),
            "execution_lost": execution_weight(projects) - projects["execution_score"],
            "deduction": projects["deduction"],
        }
    )


def points_lost(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Where every project lost its points: indicators, 预算执行率, 减分项; most first, projects that lost none left out."""
    parts = lost_by_part(projects, indicators)
    lost = projects[["project_no", "project", "total_score"]].join(parts).assign(lost=parts.sum(axis=1).round(6))
    return lost[lost["lost"] > SAME].sort_values("lost", ascending=False, kind="stable")


def by_kind(indicators: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Indicators of ``scope`` by 一级 and 二级指标: how many, how many with full points, points earned and lost."""
    rows = _scored(indicators, scope).fillna({"level1": "", "level2": ""})
    rows = rows.assign(full=rows["lost"] <= SAME, order=rows.groupby("level1", sort=False).ngroup())
    kinds = (
        rows.sort_values("order", kind="stable")
        .groupby(["level1", "level2"], sort=False)
        .agg(
            count=("lost", "size"),
            full=("full", "sum"),
            weight=("weight", "sum"),
            score=("score", "sum"),
            lost=("lost", "sum"),
        )
        .reset_index()
    )
    return kinds.assign(earned=kinds["score"] / kinds["weight"].where(kinds["weight"] > 0))


def missed_indicators(indicators: pd.DataFrame, projects: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Indicators of ``scope`` that did not earn all their points, with what the form says of why; most lost first."""
    rows = _scored(indicators, scope)
    rows = rows[rows["lost"] > SAME].sort_values("lost", ascending=False, kind="stable")
    names = projects.drop_duplicates("project_no").set_index("project_no")["project"]
    rows = rows.assign(project=rows["project_no"].map(names))
    operator, target, unit, actual = (rows[name].fillna("") for name in ("operator", "target", "unit", "actual"))
    rows = rows.assign(
        wanted=(operator + " " + target + " " + unit).str.strip(), reached=(actual + " " + unit).str.strip()
    )
    columns = [
        "project_no",
        "project",
        "level2",
        "level3",
        "wanted",
        "reached",
        "weight",
        "score",
        "lost",
        "cause",
        "reason",
        "page",
    ]
    return rows[columns]


def by_cause(indicators: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Points that indicators of ``scope`` lost, by the cause ticked; 未勾选 if none is."""
    rows = _scored(indicators, scope)
    rows = rows[rows["lost"] > SAME].assign(cause=lambda frame: frame["cause"].fillna(tr("未勾选")))
    causes = rows.groupby("cause", sort=False).agg(
        count=("lost", "size"), projects=("project_no", "nunique"), lost=("lost", "sum")
    )
    causes = causes.sort_values("lost", ascending=False, kind="stable").reset_index()
    whole = causes["lost"].sum()
    return causes.assign(share=causes["lost"] / whole if whole else float("nan"))


def _scored(indicators: pd.DataFrame, scope: str) -> pd.DataFrame:
    """The indicators of ``scope`` that have weight and score, with the points they lost."""
    rows = indicators[indicators["scope"] == scope].dropna(subset=["weight", "score"])
    return rows.assign(lost=(rows["weight"] - rows["score"]).round(6))
