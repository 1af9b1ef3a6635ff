"""The charts of several years: what they draw is what the frames hold."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

from jscore.language import using
from jscore.show import year_charts


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def series(*rows: tuple[str, str, int, float | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["key", "item", "year", "value", "origin"])
    return frame.assign(department="甲局")


ITEMS = series(
    ("2080101", "行政运行", 2023, 10.0, "printed"), ("2080101", "行政运行", 2024, 25.0, "printed"),
    ("2010101", "行政运行", 2023, 30.0, "printed"), ("2010101", "行政运行", 2024, 12.0, "printed"),
    ("2210201", "住房公积金", 2023, 5.0, "derived"), ("2210201", "住房公积金", 2024, 6.0, "printed"),
    ("2080506", "职业年金", 2023, 0.0, "none"), ("2080506", "职业年金", 2024, 0.0, "none"),
)  # fmt: skip
EMPTY = ITEMS.iloc[:0]


def drawn(ax: Axes) -> list[str]:
    """All texts of the chart; that it can be drawn without a missing character is checked on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.figure.savefig(BytesIO(), format="png", dpi=40)
    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


def test_codes_of_one_name_are_two_lines() -> None:
    texts = drawn(year_charts.slopes(ITEMS, "支出"))
    assert {"2080101 行政运行 25.00", "2010101 行政运行 12.00", "住房公积金 6.00"} <= set(texts)
    assert not [text for text in texts if "职业年金" in text], "0 in every year"


def test_slopes_tell_falls_from_rises_without_colour() -> None:
    ax = year_charts.slopes(ITEMS, "支出")
    styles = {tuple(line.get_ydata()): line.get_linestyle() for line in ax.lines if len(line.get_xdata()) == 2}
    assert styles[10.0, 25.0] == "-" and styles[30.0, 12.0] == "--"


def test_a_derived_year_is_hollow_and_starred() -> None:
    ax = year_charts.slopes(ITEMS.assign(origin=["derived", "printed"] * 4), "支出")
    assert {"2023*", "2024"} <= set(drawn(ax))
    faces = [line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "o"]
    assert faces.count("white") == 3


def test_labels_are_kept_apart() -> None:
    close = series(*((str(n), f"项{n}", year, 100 + n / 10, "printed") for n in range(8) for year in (2023, 2024)))
    ax = year_charts.slopes(close.assign(value=close["value"].mask(close["key"] == "0", 0.1)), "支出")
    ax.figure.canvas.draw()
    boxes = sorted(
        (box.y0, box.y1)
        for text in ax.texts
        if text.get_text().startswith("项")
        for box in [Text.get_window_extent(text)]
    )
    assert len(boxes) == 8 and all(low[1] <= high[0] + 1 for low, high in zip(boxes, boxes[1:], strict=False))


def test_small_multiples_have_a_panel_a_line() -> None:
    ax = year_charts.small_multiples(ITEMS, "支出", top=2)
    panels = ax.child_axes
    assert [panel.get_title(loc="left") or panel.get_title() for panel in panels] == [
        "2010101 行政运行",
        "2080101 行政运行",
    ]
    assert [bar.get_height() for bar in panels[0].patches] == [30.0, 12.0]
    assert {"30.00", "12.00"} <= set(drawn(ax))


def test_movers_are_the_largest_with_change_and_rate() -> None:
    changes = pd.DataFrame({"key": ["1", "2", "3"], "item": ["甲", "乙", "丙"], "change": [5.0, -20.0, 0.0],
                            "rate": [0.5, float("nan"), 0.0]})  # fmt: skip
    texts = drawn(year_charts.movers(changes, "变动"))
    assert {"+5.00（+50.0%）", "−20.00", "1 甲", "2 乙"} <= set(texts) and "3 丙" not in texts
    assert [bar.get_width() for bar in year_charts.movers(changes, "变动", count=1).patches] == [-20.0]


def test_budget_and_final_of_each_year() -> None:
    budget = series(("合计", "合计", 2024, 10.0, "printed"))
    final = series(("合计", "合计", 2023, 4.0, "derived"), ("合计", "合计", 2024, 5.0, "printed"))
    assert {"2023*", "2024", "10.00", "5.00（50.0%）", "4.00"} <= set(
        drawn(year_charts.budget_and_final(budget, final, "三公"))
    )


def projects(**columns: list[Any]) -> pd.DataFrame:
    base = {"project_no": [1, 2], "project": ["甲", "乙"], "year": [2024, 2024], "prior_year": [2023, 2023],
            "department": ["丙局", "丙局"], "total_score": [90.0, 59.0], "prior_total_score": [80.0, 100.0],
            "score_change": [10.0, -41.0]}  # fmt: skip
    return pd.DataFrame({**base, **columns})


def test_score_drift_of_each_project() -> None:
    texts = drawn(year_charts.dumbbells(projects(), "得分"))
    assert {"1. 甲", "2. 乙", "+10.00", "−41.00", "2023年度", "2024年度"} <= set(texts)


def test_strips_give_the_mean() -> None:
    assert "74.50（2个）" in drawn(year_charts.score_strips(projects(), "得分"))


@pytest.mark.parametrize(
    "chart",
    [
        lambda ax: year_charts.slopes(EMPTY, "题", ax=ax),
        lambda ax: year_charts.slopes(ITEMS[ITEMS["year"] == 2024], "题", ax=ax),
        lambda ax: year_charts.small_multiples(EMPTY, "题", ax=ax),
        lambda ax: year_charts.movers(pd.DataFrame({"item": [], "change": [], "rate": []}), "题", ax=ax),
        lambda ax: year_charts.budget_and_final(EMPTY, EMPTY, "题", ax=ax),
        lambda ax: year_charts.dumbbells(projects().iloc[:0], "题", ax=ax),
        lambda ax: year_charts.score_strips(projects(total_score=[None, None]), "题", ax=ax),
    ],
)
def test_nothing_to_draw_is_said(chart: Any) -> None:
    _, ax = plt.subplots()
    assert chart(ax) is ax and {"题", "无数据"} <= set(drawn(ax))


def test_charts_of_scores_speak_english() -> None:
    named = projects().assign(project=["A", "B"], department="C")
    with using("en"):
        texts = [*drawn(year_charts.score_strips(named, "scores")), *drawn(year_charts.dumbbells(named, "scores"))]
    assert [text for text in texts if re.search("[\u4e00-\u9fff（]", text) and text != "分"] == []
