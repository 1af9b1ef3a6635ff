"""What notebook 04 shows beside tables and charts: page crops of findings, and what another rule set changes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from jscore.language import tr
from jscore.scoring import doubts
from jscore.scoring.computed import Record
from jscore.scoring.inference import base_of
from jscore.scoring.rule_sets import PARAMETERS, Cap, RuleSet, in_words
from jscore.scoring.scores import what_if as changed_totals
from jscore.show import notebooks
from jscore.show.interactive import fill, front_end
from jscore.show.notebooks import Shown, say, together

if TYPE_CHECKING:
    from jscore.report import Report

#: Parameters with a slider: the largest value and the step.
SLIDERS = {
    "overshoot_threshold": (2.0, 0.05), "overshoot_penalty": (10.0, 0.5), "miss_threshold": (1.0, 0.05),
    "miss_penalty": (10.0, 0.5), "execution_weight": (30.0, 1.0),
}  # fmt: skip


def crops(report: Report, rows: pd.DataFrame, none: str, count: int = 3) -> Shown:
    """The printed lines of the first ``count`` projects of ``rows``, one each, with what they are.

    ``rows`` is an answer of ``doubts`` with the place of a table's row or of a sentence.
    """
    if rows.empty:
        return say(none)
    first = [row for _, row in rows.drop_duplicates("project_no").head(count).iterrows()]
    return together(
        *(notebooks.printed(report, "cells", _line(report, row), *_what_and_figures(row), margin=20) for row in first)
    )


def _line(report: Report, row: pd.Series) -> pd.Series:
    """Page and box of a sentence, or of a table's row without the merged cells that reach beyond it."""
    if "x0" in row:
        return row
    cells = report.cells
    line = cells[(cells["table_id"] == row["table_id"]) & (cells["row"] == row["row"])]
    line = line[line["rowspan"] == line["rowspan"].min()]
    if line.empty:
        return row
    box = {"x0": line["x0"].min(), "y0": line["y0"].min(), "x1": line["x1"].max(), "y1": line["y1"].max()}
    return pd.Series({"page": line["page"].iloc[0], **box})


def _what_and_figures(row: pd.Series) -> tuple[str, str]:
    """What a finding is, and its figures, for the line above its picture."""
    what = f"{row['project_no']}. {row['project']}"
    if "stated" in row:
        stated, on_form = f"{row['stated']:,.2f}", f"{row['on_form']:,.2f}"
        told = tr(
            "情况说明{stated}，自评表{on_form}（第{page}页）", stated=stated, on_form=on_form, page=row["form_page"]
        )
        return what, told
    actual = f"{row['actual']} {row['unit']}" if pd.notna(row["unit"]) else f"{row['actual']}"
    spent = notebooks.money(row["executed"])
    return what, tr(
        "{indicator} {actual}，得{points}分；执行数{spent}",
        indicator=row["level3"],
        actual=actual,
        points=notebooks.points(row["score"]),
        spent=spent,
    )


def suspect_forms(projects: pd.DataFrame, indicators: pd.DataFrame) -> Shown:
    """What forms give away: copied outcomes, counts for less than a yuan each, twins, bands below their targets, grades."""
    copied, cheap = doubts.copied_goals(projects), doubts.unit_costs(projects, indicators)
    twins, grades = doubts.same_indicators(projects, indicators), doubts.grades_against_scores(projects)
    bands = doubts.bands_against_targets(projects, indicators)
    return together(
        notebooks.table(
            copied[["project_no", "project", "likeness", "outcome", "page"]], of="projects", height=30,
            none=tr("没有照抄年初目标的完成情况。"),
        ),
        notebooks.table(
            cheap[["project_no", "project", "executed", "level3", "actual", "unit", "each", "page"]], of="indicators",
            none=tr("没有摊下来每个不到一元的数量。"),
        ),
        notebooks.table(twins.drop(columns=["table_id", "row"]), of="projects", none=tr("没有两个项目的指标全同。")),
        notebooks.table(
            bands[["project_no", "project", "level3", "operator", "target", "unit", "actual", "score", "page"]], of="indicators",
            none=tr("没有以低于目标的等级得满分的指标。"),
        ),
        notebooks.table(grades.drop(columns=["table_id", "row"]), of="projects", none=tr("没有与总得分不符的评价等级。")),
    )  # fmt: skip


def what_if(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None, **changes: Any) -> Shown:
    """What changes if parameters of ``base`` have other values: a sentence, and the totals that differ.

    ``changes`` are parameters by name (``overshoot_threshold=0.5``, ``caps=[(0.5, 59)]``).
    """
    base = base_of(projects, indicators, base)
    other = base.replace(**changes)
    totals = changed_totals(projects, indicators, other, base)
    moved = totals[totals["change"].fillna(0) != 0]
    settings = [
        f"{_label(name)} {in_words(name, base[name])} → {in_words(name, other[name])}"
        for name in PARAMETERS
        if other[name] != base[name]
    ]
    if totals.empty:
        return say(tr("本报告没有打了分的项目自评表。"))
    told = tr(
        "{settings}：{all}个总分中有{moved}个改变",
        settings="; ".join(settings) or tr("原有规则"),
        all=len(totals),
        moved=len(moved),
    )
    if len(moved):
        before, after = f"{totals['base'].mean():.2f}", f"{totals['changed'].mean():.2f}"
        told += tr("，平均分由{before}变为{after}", before=before, after=after)
    shown = moved.drop(columns="rule").sort_values("change", key=abs, ascending=False, kind="stable")
    return together(say(told), notebooks.table(shown, none=tr("没有总分改变。"), of="project_scores"))


def _label(parameter: str) -> str:
    label = PARAMETERS[parameter]["label"]
    return tr(label)


def panel(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> Any:
    """A slider for each parameter, and what it changes; without a front end for widgets, what to write instead."""
    widgets = front_end()
    if widgets is None or projects.empty:
        return say(tr("在 JupyterLab 里这里是滑块；在上一个单元里改数值，作用相同。"))
    base = base_of(projects, indicators, base)
    sliders = _sliders(widgets, base)
    output = widgets.Output()

    def update(_: Any = None) -> None:
        fill(output, what_if(projects, indicators, base, **_values(sliders, base)))

    for slider in sliders.values():
        slider.observe(update, "value")
    update()
    return widgets.VBox([*sliders.values(), output])


def _sliders(widgets: Any, base: RuleSet) -> dict[str, Any]:
    def slider(text: str, value: Decimal, most: float, step: float) -> Any:
        return widgets.FloatSlider(
            value=float(value),
            min=0.0,
            max=max(most, float(value)),
            step=step,
            description=text,
            continuous_update=False,
            readout_format=".2f",
            style={"description_width": "16em"},
            layout={"width": "40em"},
        )

    made = {
        name: slider(_label(name), base[name], most, step)
        for name, (most, step) in SLIDERS.items()
        if base[name] is not None
    }
    for place, cap in enumerate(base.caps):
        made[f"below {place}"] = slider(tr("总分上限{place}：执行率低于", place=place + 1), cap.below, 1.0, 0.05)
        made[f"total {place}"] = slider(tr("总分上限{place}：总分至多", place=place + 1), cap.total, 100.0, 1.0)
    return made


def _values(sliders: dict[str, Any], base: RuleSet) -> Record:
    """The values that sliders stand at, as changes of ``base``; what binary fractions add to them is rounded off."""
    at = {name: Decimal(str(round(slider.value, 6))) for name, slider in sliders.items()}
    caps = [Cap(at[f"below {place}"], at[f"total {place}"]) for place in range(len(base.caps))]
    return {**{name: at[name] for name in SLIDERS if name in at}, "caps": caps}
