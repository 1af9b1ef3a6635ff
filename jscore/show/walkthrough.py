"""What notebook 04 shows beside tables and charts: page crops of findings, and what another rule set changes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

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
    return together(*(notebooks.printed(report, "cells", _line(report, row), *_said(row), margin=20) for row in first))


def _line(report: Report, row: pd.Series) -> pd.Series:
    """Page and box of a sentence, or of a table's row without the merged cells that reach beyond it."""
    if "x0" in row:
        return row
    cells = report.cells
    own = cells[(cells["table_id"] == row["table_id"]) & (cells["row"] == row["row"])]
    own = own[own["rowspan"] == own["rowspan"].min()]
    if own.empty:
        return row
    box = {"x0": own["x0"].min(), "y0": own["y0"].min(), "x1": own["x1"].max(), "y1": own["y1"].max()}
    return pd.Series({"page": own["page"].iloc[0], **box})


def _said(row: pd.Series) -> tuple[str, str]:
    """What a finding is, and its figures, for the line above its picture."""
    what = f"{row['project_no']}. {row['project']}"
    if "stated" in row:
        return (
            what,
            f"{row['stated']:,.2f} in the narrative, {row['on_form']:,.2f} on the form (page {row['form_page']})",
        )
    actual = f"{row['actual']} {row['unit']}" if pd.notna(row["unit"]) else f"{row['actual']}"
    spent = notebooks.money(row["executed"])
    return what, f"{row['level3']} {actual}, {notebooks.points(row['score'])} points; executed {spent}"


def what_if(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None, **changes: Any) -> Shown:
    """What changes if parameters of ``base`` have other values: a sentence, and the totals that differ.

    ``changes`` are parameters by name (``overshoot_threshold=0.5``, ``caps=[(0.5, 59)]``).
    """
    base = base_of(projects, indicators, base)
    other = base.replace(**changes)
    found = changed_totals(projects, indicators, other, base)
    moved = found[found["change"].fillna(0) != 0]
    settings = [
        f"{name} {in_words(name, base[name])} → {in_words(name, other[name])}"
        for name in PARAMETERS
        if other[name] != base[name]
    ]
    if found.empty:
        return say("This report has no scored projects.")
    said = f"{'; '.join(settings) or 'The rule set as it is'}: {len(moved)} of {len(found)} totals change"
    mean = f", their mean from {found['base'].mean():.2f} to {found['changed'].mean():.2f}" if len(moved) else ""
    shown = moved.drop(columns="rule").sort_values("change", key=abs, ascending=False, kind="stable")
    return together(say(f"{said}{mean}."), notebooks.table(shown, none="No total changes.", of="project_scores"))


def panel(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> Any:
    """A slider for each parameter, and what it changes; without a front end for widgets, what to write instead."""
    widgets = front_end()
    if widgets is None or projects.empty:
        return say("In JupyterLab there are sliders here; the cell above does the same for values that are typed in.")
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
            value=float(value), min=0.0, max=max(most, float(value)), step=step, description=text,
            continuous_update=False, readout_format=".2f", style={"description_width": "16em"}, layout={"width": "40em"},
        )  # fmt: skip

    made = {
        name: slider(f"{PARAMETERS[name]['label']} {name}", base[name], most, step)
        for name, (most, step) in SLIDERS.items()
        if base[name] is not None
    }
    for place, cap in enumerate(base.caps):
        made[f"below {place}"] = slider(f"总分上限 {place + 1}: below", cap.below, 1.0, 0.05)
        made[f"total {place}"] = slider(f"总分上限 {place + 1}: total", cap.total, 100.0, 1.0)
    return made


def _values(sliders: dict[str, Any], base: RuleSet) -> Record:
    """The values that sliders stand at, as changes of ``base``; what binary fractions add to them is rounded off."""
    at = {name: Decimal(str(round(slider.value, 6))) for name, slider in sliders.items()}
    caps = [Cap(at[f"below {place}"], at[f"total {place}"]) for place in range(len(base.caps))]
    return {**{name: at[name] for name in SLIDERS if name in at}, "caps": caps}
