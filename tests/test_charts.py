"""The charts: what they draw is what the frames hold, and every Chinese character is drawn."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from jscore import fonts, schema
from jscore.show import charts

Rows = list[dict[str, Any]]


def spent(form: str, code: str, name: str, level: int, **components: float | None) -> Rows:
    key = {"form": form, "function_code": code, "function_name": name, "level": level}
    return [{**key, "component": component, "amount": amount} for component, amount in components.items()]


EXPENDITURE = schema.from_records("expenditure", [
    *spent("05", "", "合计", 0, 合计=100.0, 基本支出=40.0, 项目支出=60.0),
    *spent("05", "201", "一般公共服务支出", 1, 合计=30.0, 基本支出=30.0, 项目支出=None),
    *spent("05", "208", "社会保障和就业支出", 1, 合计=70.0, 基本支出=10.0, 项目支出=60.0),
    *spent("05", "2010101", "行政运行", 3, 合计=30.0, 基本支出=30.0, 项目支出=None),
    *spent("05", "2080101", "行政运行", 3, 合计=60.0, 基本支出=None, 项目支出=60.0),
    *spent("05", "2080102", "其他支出", 3, 合计=10.0, 基本支出=10.0, 项目支出=None),
])  # fmt: skip
REVENUE = schema.from_records("revenue", [
    {"function_name": name, "level": level, "source": source, "amount": amount}
    for name, level in (("合计", 0), ("教育支出", 1))
    for source, amount in zip(schema.SOURCES, (10.0, 8.0, None, 2.0, None, None, 0.0), strict=True)
])  # fmt: skip
NARRATIVE = schema.from_records("narrative", [
    {"subject": subject, "measure": measure, "value": value}
    for subject, measure, value in (
        ("教育支出（类）教育管理事务（款）行政运行（项）", "budget_completion", 0.5),
        ("教育支出(类)普通教育(款)小学教育(项)", "budget_completion", 8.2),
        ("财政拨款支出", "budget_completion", 0.7),
        ("教育支出（类）教育管理事务（款）行政运行（项） 追加预算", "budget_completion", 1.0),
        ("收入总计", "amount", 10.0),
    )
])  # fmt: skip
SANGONG = schema.from_records("sangong", [
    {"item": item, "budget": budget, "final": final}
    for item, budget, final in zip(
        schema.SANGONG, (10.0, None, 4.0, 6.0, 6.0, 0.0), (5.0, None, 1.0, 4.0, 4.0, 0.0), strict=True
    )
])  # fmt: skip
PROJECTS = schema.from_records("projects", [
    {"project_no": row[0], "project": row[1], "execution_rate": row[2], "execution_score": row[3],
     "deduction": row[4], "total_score": row[5]}
    for row in (
        (1, "甲", 1.0, 10.0, 0.0, 100.0),
        (2, "名称很长的项目" * 12, 0.5, 5.0, 26.0, 59.0),
        (3, "丙", 1.0, 10.0, None, 80.0),
    )
])  # fmt: skip
INDICATORS = schema.from_records("indicators", [
    {"scope": "项目", "project_no": number, "level1": level1, "level2": level2, "weight": weight, "score": score}
    for number, level1, level2, weight, score in (
        (1, "产出指标", "数量指标", 50.0, 50.0), (1, "效益指标", "社会效益指标", 40.0, 40.0),
        (2, "产出指标", "质量指标", 60.0, 50.0), (2, "产出指标", "数量指标", 30.0, 30.0),
        (3, "产出指标", "数量指标", 90.0, 70.0), (3, "效益指标", "社会效益指标", None, None),
    )
])  # fmt: skip

CHARTS: dict[str, tuple[Callable[..., Axes], tuple[str, ...]]] = {
    "revenue_by_source": (charts.revenue_by_source, ("revenue",)),
    "expenditure_by_class": (charts.expenditure_by_class, ("expenditure",)),
    "expenditure_by_item": (charts.expenditure_by_item, ("expenditure",)),
    "budget_completion": (charts.budget_completion, ("narrative",)),
    "sangong_budget_final": (charts.sangong_budget_final, ("sangong",)),
    "sangong_composition": (charts.sangong_composition, ("sangong",)),
    "score_against_execution": (charts.score_against_execution, ("projects",)),
    "lost_points": (charts.lost_points, ("projects", "indicators")),
}
FRAMES = {
    "revenue": REVENUE, "expenditure": EXPENDITURE, "narrative": NARRATIVE,
    "sangong": SANGONG, "projects": PROJECTS, "indicators": INDICATORS,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def lengths(ax: Axes, container: int = 0) -> list[float]:
    return [bar.get_width() for bar in ax.containers[container]]


def names(ax: Axes) -> list[str]:
    return [label.get_text().replace("\n", "") for label in ax.get_yticklabels()]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def save(ax: Axes, kind: str = "png") -> None:
    """Draw ``ax``; a warning, as of a missing glyph, is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.figure.savefig(BytesIO(), format=kind)


@pytest.mark.parametrize("chart", CHARTS)
def test_every_character_is_drawn(chart: str) -> None:
    draw, frames = CHARTS[chart]
    ax = draw(*(FRAMES[name] for name in frames))
    save(ax)
    assert "无数据" not in words(ax)


@pytest.mark.parametrize("chart", CHARTS)
def test_empty_frames_say_so(chart: str) -> None:
    draw, frames = CHARTS[chart]
    ax = draw(*(schema.empty(name) for name in frames))
    save(ax)
    assert words(ax) == ["无数据"]


@pytest.mark.parametrize("chart", CHARTS)
def test_draws_on_an_axes_of_another_style(chart: str) -> None:
    draw, frames = CHARTS[chart]
    _, ax = plt.subplots()
    assert draw(*(FRAMES[name] for name in frames), ax=ax) is ax
    save(ax)
    assert len(plt.get_fignums()) == 1
    assert mpl.rcParams["font.family"] == ["sans-serif"]


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_embeds_the_font(kind: str) -> None:
    save(charts.sangong_budget_final(SANGONG), kind)


def test_a_character_that_no_font_has_is_marked() -> None:
    rare = "\U00030edd"
    ax = charts.lost_points(PROJECTS.assign(project=f"{rare}面"), INDICATORS)
    save(ax)
    assert names(ax)[0] == "2. 〓面"


def test_a_missing_glyph_would_be_noticed() -> None:
    _, ax = plt.subplots()
    ax.set_title("\U00030edd")
    with pytest.raises(UserWarning, match="missing from font"):
        save(ax)


@pytest.mark.slow
def test_importing_the_package_leaves_matplotlib_alone() -> None:
    code = "import sys, jscore, jscore.fonts, jscore.excel; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_revenue_by_source_takes_the_total_row() -> None:
    ax = charts.revenue_by_source(REVENUE)
    assert names(ax) == list(schema.SOURCES[1:])
    assert lengths(ax) == [8, 0, 2, 0, 0, 0]
    assert words(ax) == ["8.00（80.0%）", "—", "2.00（20.0%）", "—", "—", "0.00（0.0%）"]
    assert ax.get_xlabel() == "万元"


def test_expenditure_by_class_is_stacked_and_sorted() -> None:
    ax = charts.expenditure_by_class(EXPENDITURE)
    assert names(ax) == ["社会保障和就业支出", "一般公共服务支出"]
    assert (lengths(ax, 0), lengths(ax, 1)) == ([10, 30], [60, 0])
    assert [bar.get_x() for bar in ax.containers[1]] == [10, 30]
    assert "一般公共预算" in ax.get_title(loc="left")


def test_expenditure_prefers_the_whole_over_the_general_budget() -> None:
    whole = spent("03", "201", "一般公共服务支出", 1, 合计=5.0, 基本支出=3.0, 经营支出=2.0)
    both = pd.concat([EXPENDITURE, schema.from_records("expenditure", whole)])
    ax = charts.expenditure_by_class(both)
    assert [container.get_label() for container in ax.containers] == ["基本支出", "经营支出"]
    assert len(names(charts.expenditure_by_class(both, form="05"))) == 2


def test_expenditure_by_item_sums_up_the_rest() -> None:
    ax = charts.expenditure_by_item(EXPENDITURE, top=2)
    assert names(ax) == ["2080101 行政运行", "2010101 行政运行", "其余1项"]
    assert lengths(ax) == [60, 30, 10]


def test_budget_completion_keeps_to_the_items_and_cuts_long_bars() -> None:
    ax = charts.budget_completion(NARRATIVE)
    assert names(ax) == ["小学教育", "行政运行"]
    assert lengths(ax) == [3, 0.5]
    assert words(ax) == ["820.00% »", "50.00%"]


def test_sangong_charts() -> None:
    ax = charts.sangong_budget_final(SANGONG)
    assert lengths(ax, 0) == [10, 0, 4, 6, 6, 0]
    assert lengths(ax, 1) == [5, 0, 1, 4, 4, 0]
    assert words(ax)[6:] == ["5.00（50.0%）", "—", "1.00（25.0%）", "4.00（66.7%）", "4.00（66.7%）", "0.00"]
    ax = charts.sangong_composition(SANGONG)
    assert [container.get_label() for container in ax.containers] == ["公务接待费", "公务用车运行维护费"]
    assert lengths(ax, 0) == pytest.approx([0.4, 0.2])
    assert names(ax) == ["预算数10.00 万元", "决算数5.00 万元"]


def test_score_against_execution_joins_projects_at_one_place() -> None:
    ax = charts.score_against_execution(PROJECTS.assign(total_score=[100.0, 59.0, 100.0]))
    (dots,) = ax.collections
    assert sorted(map(tuple, dots.get_offsets().tolist())) == [(0.5, 59), (1, 100)]
    assert sorted(dots.get_sizes()) == [26, 52]
    assert sorted(words(ax)) == ["1、3", "2"]


def test_lost_points_by_where_they_were_lost() -> None:
    ax = charts.lost_points(PROJECTS, INDICATORS)
    assert [name[:2] for name in names(ax)] == ["2.", "3."]
    assert {container.get_label(): lengths(ax, n) for n, container in enumerate(ax.containers)} == {
        "指标失分": [10, 20], "预算执行率失分": [5, 0], "减分项": [26, 0],
    }  # fmt: skip
    assert ax.get_title(loc="left").startswith("2个项目共失61.00分，49%失在")


def test_names_do_not_overlap() -> None:
    long = PROJECTS.assign(project="名称很长的项目，" * 12)
    for ax in (charts.lost_points(long, INDICATORS), charts.expenditure_by_item(EXPENDITURE)):
        ax.figure.canvas.draw()
        boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
        assert not any(a.overlaps(b) for a, b in zip(boxes, boxes[1:], strict=False))
        assert all(box.x0 >= 0 for box in boxes)


@pytest.mark.parametrize(("text", "lines"), [
    ("短", ["短"]),
    ("一二三四五六七八", ["一二三四", "五六七八"]),
    ("一二三四五六七八九十十一", ["一二三四五", "六七八九…"]),
    ("一二三四五，六七", ["一二三四", "五，六七"]),
    ("专项2024年度经费", ["专项2024", "年度经费"]),
])  # fmt: skip
def test_wrap(text: str, lines: list[str]) -> None:
    assert fonts.wrap(text, 10).split("\n") == lines
