"""The charts of every report: no character is missing, and what is drawn adds up to what is printed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from jscore import schema, scoring
from jscore.show import charts, score_charts
from jscore.summary.facts import summary
from tests.shared import RAW, REPORTS, report

#: Last to first, as the truths are gone through first to last: two workers do not wait for the same report.
ALL = [RAW, *sorted(REPORTS.glob("*/*.pdf"), reverse=True)]

pytestmark = pytest.mark.slow  # all reports are read

#: Every chart by name, and the frames that it takes.
CHARTS: dict[str, tuple[Callable[..., Axes], tuple[str, ...]]] = {
    name: (getattr(charts, name), frames)
    for name, frames in {
        "revenue_by_source": ("revenue",), "expenditure_by_class": ("expenditure",), "expenditure_by_item": ("expenditure",),
        "budget_completion": ("narrative",), "sangong_budget_final": ("sangong",), "sangong_composition": ("sangong",),
        "score_against_execution": ("projects",),
        "lost_points": ("projects", "indicators"),
    }.items()
}  # fmt: skip
CHARTS["score_against_execution with caps"] = (score_charts.score_against_execution, ("projects", "project_scores"))


_DRAWN: set[tuple[str, str]] = set()


def is_new(what: str, *rows: pd.DataFrame) -> bool:
    """Whether no report before had the same ``rows``: many differ in how they are printed alone, and their charts do not."""
    said = "".join(frame.drop(columns=[*schema.PLACE, "col"], errors="ignore").to_csv() for frame in rows)
    known = len(_DRAWN)
    _DRAWN.add((what, said))
    return len(_DRAWN) > known


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def test_every_chart_is_tried() -> None:
    public = {name for name in charts.__all__ if name != "use_style"}
    assert public <= {"budget_bridge", *(draw.__name__ for draw, _ in CHARTS.values())}


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_bridge_leads_from_the_opening_budget_to_final_accounts(path: Path) -> None:
    read = report(path)
    if not is_new("bridge", read.narrative, read.expenditure):
        return
    facts = summary(read.frames, read.info)
    whole = next((each for each in facts.budgets if each.label == "合计" and each.opening and each.final), None)
    ax = charts.budget_bridge(facts)
    if whole is None:
        assert not ax.containers
    else:
        widths = [bar.get_width() for container in ax.containers for bar in container]
        assert (widths[0], widths[-1]) == pytest.approx((whole.opening, whole.final))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_glyph_is_missing(path: Path) -> None:
    for draw, names in CHARTS.values():
        frames = [report(path).frames[name] for name in names]
        if any(map(len, frames)) and is_new(draw.__name__, *frames):
            drawn_whole(draw(*frames))


@pytest.mark.parametrize("chart", CHARTS)
def test_no_glyph_is_missing_where_there_is_nothing_to_draw(chart: str) -> None:
    draw, frames = CHARTS[chart]
    drawn_whole(draw(*map(schema.empty, frames)))


def drawn_whole(ax: Axes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.figure.canvas.draw()
    assert "〓" not in "".join(text.get_text() for text in ax.texts)
    assert "〓" not in "".join(label.get_text() for label in ax.get_yticklabels())
    plt.close(ax.figure)


def drawn(ax: Axes) -> float:
    return float(sum(bar.get_width() for container in ax.containers for bar in container))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_bars_add_up_to_what_is_printed(path: Path) -> None:
    frames: dict[str, Any] = report(path).frames
    revenue, sangong, projects, indicators = (frames[name] for name in ("revenue", "sangong", "projects", "indicators"))
    if not is_new("bars", revenue, sangong, projects, indicators):
        return
    own = revenue[(revenue["level"] == revenue["level"].min()) & (revenue["source"] != schema.SOURCES[0])]
    assert drawn(charts.revenue_by_source(revenue)) == pytest.approx(own["amount"].sum())
    assert drawn(charts.sangong_budget_final(sangong)) == pytest.approx(sangong[["budget", "final"]].sum().sum())
    flow = scoring.where_points_go(projects, indicators)
    assert isinstance(score_charts.where_points_go(flow), Axes)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_classes_of_expenditure_add_up_to_the_form(path: Path) -> None:
    expenditure: pd.DataFrame = report(path).expenditure
    if not is_new("classes", expenditure):
        return
    form = next((name for name in ("03", "05") if (expenditure["form"] == name).any()), "03")
    rows = expenditure[(expenditure["form"] == form) & (expenditure["level"] == 1)]
    parts = rows[rows["component"].isin(schema.COMPONENTS[1:6])]
    printed = set(rows.loc[(rows["component"] == "合计") & rows["amount"].notna(), "function_code"])
    expected = parts.loc[parts["function_code"].isin(printed), "amount"].sum()
    assert drawn(charts.expenditure_by_class(expenditure, form)) == pytest.approx(expected)
