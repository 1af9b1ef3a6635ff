"""Charts of several years and several departments: one function a chart, each taking a frame of ``years``.

As in ``charts`` every function takes ``ax=`` and returns an Axes, and a frame with nothing to draw gives one that says
无数据.  A figure that is derived from what the next year's report states is hollow and its year has a star.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from jscore import fonts
from jscore.fonts.palette import ACCENT, DARK, GREY, LIGHT, MIDDLE, PALE
from jscore.language import bracketed, tr
from jscore.show import drawing
from jscore.show.drawing import amount_text
from jscore.text.numbers import NOISE

__all__ = ["budget_and_final", "dumbbells", "movers", "score_strips", "slopes", "small_multiples"]

#: Labels of a slope chart are at least this far apart, in parts of its height.
APART = 0.045
#: Panels side by side in small multiples.
ACROSS = 3


@drawing.chart
def slopes(series: pd.DataFrame, title: str, top: int = 10, name: str = "item", ax: Axes | None = None) -> Axes:
    """The ``top`` largest lines of ``series`` (one topic, form and level), from year to year, with direct labels.

    ``name`` is the column that tells them apart: item, or department.
    """
    series = _labelled(series, name)
    wide = _largest(_by_year(series), top)
    if wide.shape[1] < 2:
        return drawing.no_data(ax, title)
    ax = drawing.axes(ax, max(7, len(wide)), height=0.42)
    places = range(wide.shape[1])
    _slope_lines(ax, wide, _derived(series))
    _slope_labels(ax, wide)
    ax.set_xlim(-0.35 * len(places), len(places) - 1 + 0.75 * len(places))
    ax.set_xticks(list(places), _year_names(series, wide.columns), color="black")
    ax.tick_params(axis="x", length=0)
    ax.yaxis.set_major_locator(NullLocator())
    ax.spines[["left", "bottom"]].set_visible(False)
    drawing.finish(ax, title, tr("万元；虚线为减少"))
    ax.xaxis.set_label_coords(0, -0.06)
    ax.xaxis.label.set_horizontalalignment("left")
    return ax


@drawing.chart
def small_multiples(
    series: pd.DataFrame, title: str, top: int = 9, name: str = "item", unit: str = "万元", ax: Axes | None = None
) -> Axes:
    """A small panel of bars a year for each of the ``top`` largest lines of ``series``, each on a scale of its own.

    ``name`` is the column that tells the lines apart: item, or department.
    """
    series = _labelled(series, name)
    wide = _largest(_by_year(series), top)
    if wide.empty:
        return drawing.no_data(ax, title)
    rows = -(-len(wide) // ACROSS)
    ax = drawing.axes(ax, rows, height=1.55)
    ax.set_axis_off()
    ax.set_title(fonts.drawable(tr("{title}（{unit}，各图比例不同）", title=title, unit=unit)))
    derived, years = _derived(series), _year_names(series, wide.columns)
    for number, (key, values) in enumerate(wide.iterrows()):
        row, column = divmod(number, ACROSS)
        panel = ax.inset_axes((column / ACROSS, 1 - (row + 0.86) / rows, 0.9 / ACROSS, 0.56 / rows))
        hollow = [(key, year) in derived for year in wide]
        panel.bar(
            range(len(values)),
            values.fillna(0.0),
            width=0.62,
            color=["white" if empty else MIDDLE for empty in hollow[:-1]] + [DARK],
            edgecolor=[GREY if empty else MIDDLE for empty in hollow[:-1]] + [DARK],
        )
        for place, value in enumerate(values):
            label = _short(value)
            end = (place, max(0.0, 0.0 if pd.isna(value) else value))
            drawing.note(panel, label, end, (0, 2), ha="center", va="bottom", fontsize=7.5)
        panel.set_title(fonts.drawable(fonts.wrap(str(key), 28, 2)), fontsize=8.5, pad=12)
        panel.set_xticks(range(len(values)), years, fontsize=7.5)
        panel.tick_params(length=0)
        panel.yaxis.set_major_locator(NullLocator())
        panel.spines[["left", "top", "right"]].set_visible(False)
        panel.set_xlim(-0.6, max(len(values), 2) - 0.4)
    return ax


@drawing.chart
def movers(changes: pd.DataFrame, title: str, count: int = 12, name: str = "item", ax: Axes | None = None) -> Axes:
    """The ``count`` largest changes (frame ``changes``: item, change, rate) as bars to the left and the right."""
    rows = changes[changes["change"].abs() > 0]
    rows = rows.loc[rows["change"].abs().sort_values(ascending=False, kind="stable").index].iloc[:count]
    if rows.empty:
        return drawing.no_data(ax, title)
    rows = rows.sort_values("change", ascending=False, kind="stable")
    ax = drawing.axes(ax, len(rows))
    shades = [ACCENT if change < 0 else DARK for change in rows["change"]]
    ax.barh(range(len(rows)), rows["change"], height=0.66, color=shades)
    drawing.name_bars(ax, [_coded(row, name) for row in rows.to_dict("records")])
    for place, row in enumerate(rows.to_dict("records")):
        away = 4 if row["change"] >= 0 else -4
        label, side = _change_text(row["change"], row["rate"]), "left" if away > 0 else "right"
        drawing.note(ax, label, (row["change"], place), (away, 0), ha=side)
    low, high = min(0.0, rows["change"].min()), max(0.0, rows["change"].max())
    room = 0.45 * (high - low)
    ax.set_xlim(low - room * (low < 0), high + room * (high > 0))
    ax.axvline(0, color=GREY, linewidth=0.8)
    return drawing.amount_axis(ax, title)


@drawing.chart
def budget_and_final(budget: pd.DataFrame, final: pd.DataFrame, title: str, ax: Axes | None = None) -> Axes:
    """Budget and final accounts of one line in every year (frames of ``series``), with how much of it was spent."""
    both = pd.DataFrame(
        {"budget": budget.groupby("year")["value"].first(), "final": final.groupby("year")["value"].first()}
    )
    if not both.fillna(0.0).to_numpy().any():
        return drawing.no_data(ax, title)
    stars = {year for _, year in _derived(final.assign(line=""))}
    ax = drawing.axes(ax, len(both), legend=True, height=0.55)
    names = [f"{year}{'*' if year in stars else ''}" for year in both.index]
    drawing.budget_and_final(ax, names, both["budget"], both["final"])
    ax.margins(x=0.18)
    return drawing.amount_axis(ax, title)


@drawing.chart
def dumbbells(projects: pd.DataFrame, title: str, ax: Axes | None = None) -> Axes:
    """Total score of each repeated project (frame ``years.projects``) in a year and the year before, by its change."""
    rows = projects.dropna(subset=["total_score", "prior_total_score"])
    if rows.empty:
        return drawing.no_data(ax, title)
    rows = rows.sort_values(["score_change", "project_no"], kind="stable").reset_index(drop=True)
    ax = drawing.axes(ax, len(rows), legend=True, height=0.26)
    for place, row in enumerate(rows.to_dict("records")):
        shade = ACCENT if row["score_change"] < 0 else DARK
        ax.plot([row["prior_total_score"], row["total_score"]], [place, place], color=shade, linewidth=1.4, zorder=1)
    ax.scatter(
        rows["prior_total_score"],
        rows.index,
        s=26,
        facecolor="white",
        edgecolor=GREY,
        zorder=2,
        label=_years_text(rows["prior_year"]),
    )
    ax.scatter(rows["total_score"], rows.index, s=30, color=DARK, zorder=3, label=_years_text(rows["year"]))
    names = [f"{row['project_no']}. {row['project']}" for row in rows.to_dict("records")]
    drawing.name_bars(ax, names, lines=1)
    for place, row in enumerate(rows.to_dict("records")):
        label = f"{row['score_change']:+.2f}".replace("-", "−").replace("+0.00", "0.00")
        drawing.note(ax, label, (max(row["total_score"], row["prior_total_score"]), place), (7, 0), fontsize=8)
    ax.margins(x=0.1)
    drawing.legend(ax)
    return drawing.finish(ax, title, tr("分"))


@drawing.chart
def score_strips(projects: pd.DataFrame, title: str, name: str = "department", ax: Axes | None = None) -> Axes:
    """Every project's total score as a tick in one line for each ``name`` (department or year), with the mean marked."""
    rows = projects.dropna(subset="total_score")
    if rows.empty:
        return drawing.no_data(ax, title)
    groups = [(str(key), group["total_score"]) for key, group in rows.groupby(name, sort=False)]
    ax = drawing.axes(ax, len(groups), legend=True, height=0.5)
    for place, (_, scores) in enumerate(groups):
        ax.plot(scores, [place] * len(scores), "|", color=MIDDLE, markersize=15, label="" if place else tr("一个项目"))
        ax.plot(scores.mean(), place, "D", color=DARK, markersize=6, label="" if place else tr("平均"))
        label = tr("{mean}（{number}个）", mean=f"{scores.mean():.2f}", number=len(scores))
        drawing.note(ax, label, (1, place), xycoords=("axes fraction", "data"), annotation_clip=False)
    drawing.name_bars(ax, [key for key, _ in groups])
    drawing.legend(ax)
    return drawing.finish(ax, title, tr("分"))


def _slope_lines(ax: Axes, wide: pd.DataFrame, derived: set[tuple[object, object]]) -> None:
    """A line a row, dashed where it falls from the first year to the last, with a dot a year."""
    places = range(wide.shape[1])
    for place in places:
        ax.axvline(place, color=PALE, linewidth=1, zorder=0)
    for key, figures in wide.iterrows():
        values = list(figures)
        known = [value for value in values if not pd.isna(value)]
        falls = known[-1] < known[0]
        shade = ACCENT if falls else DARK
        ax.plot(list(places), values, color=shade, linewidth=1.6, linestyle="--" if falls else "-", zorder=2)
        for place, year in zip(places, wide, strict=True):
            hollow = (key, year) in derived
            ax.plot(place, values[place], "o", color=shade, markersize=5, markerfacecolor="white" if hollow else shade)


def _slope_labels(ax: Axes, wide: pd.DataFrame) -> None:
    """Amounts at both ends, with the names after the last; labels that would touch are moved apart."""
    low, high = min(wide.min().min(), 0.0), wide.max().max()
    last = set(wide[wide.columns[-1]].dropna().index)
    away = 0.03 * wide.shape[1]
    for side, year in ((0, wide.columns[0]), (wide.shape[1] - 1, wide.columns[-1])):
        ends = wide[year].dropna().sort_values(kind="stable")
        spread = _spread(list(ends), APART * (high - low))
        low, high = min(low, *spread), max(high, *spread)
        for height, (key, value) in zip(spread, ends.items(), strict=True):
            named = side or key not in last
            label = (f"{fonts.shorten(str(key), 34)} " if named else "") + amount_text(value)
            ax.annotate(
                fonts.drawable(label), (side, value), (side + (away if side else -away), height),
                ha="left" if side else "right", va="center", fontsize=8.5, annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": LIGHT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
            )  # fmt: skip
    ax.set_ylim(low - APART * (high - low), high + APART * (high - low))


def _labelled(series: pd.DataFrame, name: str) -> pd.DataFrame:
    """``series`` with a ``line`` for each of its lines: the name, with the code where two have the same name."""
    if name != "item":
        return series.assign(line=series[name])
    same = series.groupby("item")["key"].transform("nunique") > 1
    return series.assign(line=series["item"].where(~same, series["key"] + " " + series["item"]))


def _by_year(series: pd.DataFrame) -> pd.DataFrame:
    """A row a line, a column a year; lines that are 0 or missing throughout are left out."""
    if series.empty:
        return pd.DataFrame()
    wide = series.pivot_table(index="line", columns="year", values="value", aggfunc="first", sort=False)
    wide = wide.reindex(columns=sorted(wide.columns))
    return wide[wide.fillna(0.0).ne(0.0).any(axis=1)]


def _largest(wide: pd.DataFrame, count: int) -> pd.DataFrame:
    return wide.loc[wide.max(axis=1).sort_values(ascending=False, kind="stable").index].iloc[:count]


def _derived(series: pd.DataFrame) -> set[tuple[object, object]]:
    derived = series[series["origin"] == "derived"]
    return set(zip(derived["line"], derived["year"], strict=True))


def _year_names(series: pd.DataFrame, years: pd.Index) -> list[str]:
    """The years, with a star where all figures are derived."""
    printed = set(series.loc[series["origin"] != "derived", "year"])
    return [f"{year}{'' if year in printed else '*'}" for year in years]


def _spread(values: Sequence[float], least: float) -> list[float]:
    """Places for labels at ascending ``values``, at least ``least`` apart, as near as may be."""
    places = list(values)
    for _ in range(200):
        moved = False
        for i in range(len(places) - 1):
            gap = places[i + 1] - places[i]
            if gap < least - NOISE:
                places[i] -= (least - gap) / 2
                places[i + 1] += (least - gap) / 2
                moved = True
        if not moved:
            break
    return places


def _short(value: float) -> str:
    """An amount with about four figures, for a small panel."""
    if pd.isna(value):
        return "—"
    return f"{value:,.{2 if abs(value) < 100 else 1 if abs(value) < 1000 else 0}f}".replace("-", "−")


def _coded(row: Mapping[Any, Any], name: str) -> str:
    key = str(row.get("key", ""))
    return f"{key} {row[name]}" if name == "item" and key.isdigit() else str(row[name])


def _change_text(change: float, rate: float) -> str:
    text = f"{change:+,.2f}"
    return (text if pd.isna(rate) else bracketed(text, f"{rate:+.1%}")).replace("-", "−")


def _years_text(of: pd.Series) -> str:
    distinct = sorted(set(of.dropna()))
    years = str(distinct[0]) if len(distinct) == 1 else f"{distinct[0]}–{distinct[-1]}"
    return tr("{years}年度", years=years)
