"""The sheets of the self-evaluations and of the prose: what is printed, and scores recomputed beside it, with their rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from jscore import schema
from jscore.excel.accounts import ratios
from jscore.excel.book import Book
from jscore.excel.fields import Field, Placed, cell_values, of_frame
from jscore.excel.words import computed
from jscore.language.words import word
from jscore.schema import Frames
from jscore.scoring import marks

#: Columns of the prose that are not printed.
_ASIDE = ("printed", "section", "sentence")
_RATE = 'IF(OR([executed]="",N([{whole}])<=0),"",[executed]/[{whole}])'


def projects_sheet(book: Book, title: str, frames: Frames) -> Placed:
    """绩效自评（项目）: every project's money and score, its execution rate by formula, its score recomputed."""
    projects = frames["projects"]
    scores = _beside(projects, frames.get("project_scores"), ["project_no"])
    fields = [
        *of_frame("projects", projects, ("project_no", "project", "budget", "executed", "execution_rate")),
        _rate(projects, "budget"),
        *of_frame("projects", projects, ("indicator_subtotal", "execution_score", "deduction", "total_score")),
        *_recomputed(projects["total_score"], scores, "total_score"),
        *of_frame("projects", projects, ("page",)),
        *_rule(scores),
        *of_frame("projects", projects, ("supervisor", "implementer", "goal", "outcome"), aside=("goal", "outcome")),
    ]
    fields = [replace(field, aside=True) if field.name in ("supervisor", "implementer") else field for field in fields]
    return _finish(book, title, fields, "projects", projects, "project", ("budget", "executed", "total_score"))


def indicators_sheet(book: Book, title: str, frames: Frames) -> Placed:
    """绩效自评（指标）: every indicator and its score, the score recomputed."""
    indicators = frames["indicators"]
    scores = _beside(indicators, frames.get("indicator_scores"), ["scope", "project_no", "indicator_no"])
    names = ("scope", "project_no", "indicator_no", "level1", "level2", "level3", "operator", "target", "unit", "actual",
             "completion", "weight", "score")  # fmt: skip
    rest = ("cause", "reason", "improvement")
    fields = [
        *of_frame("indicators", indicators, names),
        *_recomputed(indicators["score"], scores, "score"),
        *of_frame("indicators", indicators, ("page",)),
        *_rule(scores),
        *of_frame("indicators", indicators, rest, aside=rest),
    ]
    return _finish(book, title, fields, "indicators", indicators, "indicator_no", ("weight", "score"))


def overall_sheet(book: Book, title: str, frames: Frames) -> Placed:
    """绩效自评（部门）: the department's form, its tasks under it, its goal and outcome at the end."""
    overall, tasks = frames.get("overall", schema.empty("overall")), frames.get("tasks", schema.empty("tasks"))
    names = ("department", "revenue_budget", "expenditure_budget", "total_score", "page")
    placed = _finish(
        book,
        title,
        of_frame("overall", overall, names),
        "overall",
        overall,
        "",
        ("revenue_budget", "expenditure_budget", "total_score"),
    )
    fields = [
        *of_frame("tasks", tasks, ("task", "allocated", "executed", "execution_rate")),
        _rate(tasks, "allocated"),
        *of_frame("tasks", tasks, ("weight", "score", "page")),
    ]
    sheet = book.sheet(title)
    under = sheet.table(fields, placed.rows + 4)
    last = under.top + max(under.rows, 1)
    for field in of_frame("overall", overall, ("goal", "outcome")):
        book.described.append((title, field.column, field.column.explained(), False))
        for text in filter(None, field.values):
            sheet.prose(last + 2, field.column.heading(), text, len(fields))
            last += 3
    sheet.print_on(len(fields), last)
    return placed


def narrative_sheet(book: Book, title: str, narrative: pd.DataFrame) -> Placed:
    """情况说明: every figure stated in prose, with its sentence."""
    measures = [word(str(measure)) for measure in narrative["measure"]]
    printed = of_frame(
        "narrative", narrative, ("value", "unit", "page", "printed", "section", "sentence"), aside=_ASIDE
    )
    printed[1] = replace(printed[1], values=["%" if unit == "fraction" else unit for unit in printed[1].values])
    fields = [
        *of_frame("narrative", narrative, ("fact_no", "subject"), wide=100),
        replace(of_frame("narrative", narrative, ("measure",))[0], values=measures),
        *printed,
    ]
    return _finish(book, title, fields, "narrative", narrative, "subject", ("value",))


def _beside(frame: pd.DataFrame, scores: pd.DataFrame | None, keys: list[str]) -> pd.DataFrame:
    """The rows of ``scores`` in the order of ``frame``; nothing where there is no score."""
    keys = [*keys, *schema.PLACE]
    if scores is None or scores.empty:
        return pd.DataFrame({"recomputed": float("nan"), "rule": None}, index=frame.index)
    first_scores = scores.drop_duplicates(keys)
    first_scores = first_scores.assign(rule=[marks.rule_in_short(score) for score in first_scores.to_dict("records")])
    return frame[keys].merge(first_scores[[*keys, "recomputed", "rule"]], on=keys, how="left", validate="m:1")


def _recomputed(reported: pd.Series, scores: pd.DataFrame, name: str) -> list[Field]:
    made, printed = cell_values(scores["recomputed"]), cell_values(reported)
    off = [None if p is None or m is None else round(p - m, 9) + 0.0 for p, m in zip(printed, made, strict=True)]
    formula = f'IF(OR([{name}]="",[recomputed]=""),"",ROUND([{name}]-[recomputed],9))'
    return [
        Field(computed("recomputed"), made, [None] * len(made)),
        Field(computed("difference"), off, formula),
    ]


def _rule(scores: pd.DataFrame) -> list[Field]:
    column = next(column for column in schema.FRAMES["project_scores"].columns if column.name == "rule")
    return [Field(column, cell_values(scores["rule"], "text"), aside=True)]


def _rate(frame: pd.DataFrame, whole: str) -> Field:
    wholes = [value if value and value > 0 else None for value in cell_values(frame[whole])]
    return Field(computed("rate"), ratios(cell_values(frame["executed"]), wholes), _RATE.format(whole=whole))


def _finish(
    book: Book,
    title: str,
    fields: list[Field],
    name: str,
    frame: pd.DataFrame,
    key: str,
    figures: Sequence[str],
) -> Placed:
    """Write the sheet, and tell where the ``figures`` of the frame stand."""
    placed = book.sheet(title).whole(fields, key=key)
    book.locate(name, frame, placed, figures)
    return placed
