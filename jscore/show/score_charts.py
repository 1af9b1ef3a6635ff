"""Charts of the scoring: where points go, what caps do, which clues pin a parameter down."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from jscore.fonts.palette import ACCENT, DARK, GREY, LIGHT
from jscore.language import bracketed, tr
from jscore.scoring.rule_sets import PARAMETERS, RuleSet, number_text
from jscore.show import charts, drawing

#: Clues that a chart shows on either side of where they meet.
SHOWN = 5


@drawing.chart
def where_points_go(flow: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A waterfall from the full score to the average total (``scoring.where_points_go``: step, points, left)."""
    if flow.empty:
        return drawing.no_data(ax, tr("平均一个项目的分数去向"))
    title = tr(
        "平均一个项目得{points}分，失分最多处：{step}", points=f"{flow['left'].iloc[-1]:.2f}", step=_costliest(flow)
    )
    level = flow["step"].isin([flow["step"].iloc[0], flow["step"].iloc[-1]])
    lengths = flow["points"].abs()
    starts = flow["left"].where(~level, 0.0)
    ax = drawing.axes(ax, len(flow))
    shades = [DARK if whole else ACCENT for whole in level]
    ax.barh(range(len(flow)), lengths, left=starts, height=0.66, color=shades)
    drawing.name_bars(ax, [tr(step) for step in flow["step"]])
    signs = ["" if whole else "−" for whole in level]
    labels = [f"{sign}{points:.2f}" for sign, points in zip(signs, lengths, strict=True)]
    drawing.label_ends(ax, starts + lengths, labels)
    ax.margins(x=0.08)
    return drawing.finish(ax, title, tr("分"))


@drawing.chart
def score_against_execution(
    projects: pd.DataFrame, project_scores: pd.DataFrame, rule_set: RuleSet | None = None, ax: Axes | None = None
) -> Axes:
    """Total score against 执行率 (frame ``projects``), the caps of ``rule_set`` drawn in.

    A ring (frame ``project_scores``: execution_rate_recomputed, uncapped) is where a total would be without its cap.
    """
    ax = charts.score_against_execution(projects, ax=ax)
    scores = project_scores.dropna(subset=["cap_recomputed", "uncapped", "execution_rate_recomputed"])
    capped = scores[scores["uncapped"] > scores["cap_recomputed"]]
    if not ax.axison:
        return ax
    rates, uncapped = capped["execution_rate_recomputed"], capped["uncapped"]
    ax.vlines(rates, capped["cap_recomputed"], uncapped, color=LIGHT, linewidth=0.8, zorder=0)
    ax.scatter(
        rates, uncapped, s=18, facecolor="white", edgecolor=GREY, linewidth=0.8, zorder=1, label=tr("未封顶得分")
    )
    start = 0.0
    for cap in rule_set.caps if rule_set else ():
        ax.hlines(float(cap.total), start, float(cap.below), color=ACCENT, linewidth=1.6, zorder=0)
        words = tr("上限{total}", total=number_text(cap.total))
        middle = ((start + float(cap.below)) / 2, float(cap.total))
        drawing.note(ax, words, middle, (0, -11), ha="center", va="baseline", color=ACCENT, fontsize=9)
        start = float(cap.below)
    if rule_set and rule_set.caps:
        ax.hlines([], 0, 0, color=ACCENT, label=tr("总分上限（{rule}）", rule=rule_set.called))
    drawing.legend(ax)
    return drawing.share_axis(ax, ax.get_title(loc="left"), tr("执行率"))  # the title makes room for the legend


@drawing.chart
def clues(evidence: pd.DataFrame, inferred: pd.DataFrame, parameter: str, ax: Axes | None = None) -> Axes:
    """What forms say of ``parameter``: the values that each allows, and the band where most of them meet.

    Frames ``inference.evidence`` and ``inference.infer``.  Shown are the forms closest to the band.
    """
    clue_rows = evidence[evidence["parameter"] == parameter]
    row = inferred[inferred["parameter"] == parameter]
    label = row["label"].iloc[0] if len(row) else parameter
    interval = row["interval"].iloc[0] if len(row) else ""
    title = tr(
        "{label}{parameter}：{interval}（{number}条依据）",
        label=label,
        parameter=f" {parameter}",
        interval=interval,
        number=len(clue_rows),
    )
    if clue_rows.empty:
        return drawing.no_data(ax, title)
    shown = _closest(clue_rows)
    low, high = row["low"].iloc[0], row["high"].iloc[0]
    end = _end(shown, low, high)
    ax = drawing.axes(ax, len(shown))
    ax.axvspan(low, end if pd.isna(high) else high, color=LIGHT, alpha=0.5, zorder=0)
    widths = (shown["high"].fillna(end).clip(upper=end) - shown["low"]).clip(lower=0.002 * end)
    shades = [DARK if agrees == "yes" else ACCENT for agrees in shown["agrees"]]
    ax.barh(range(len(shown)), widths, left=shown["low"], height=0.25, color=shades)
    counted = zip(shown["why"], shown["count"], strict=True)
    reasons = [why if count == 1 else bracketed(why, str(count)) for why, count in counted]
    names = [re.sub("：|: ", "\n", reason, count=1) for reason in reasons]
    drawing.name_bars(ax, names)
    ax.set_xlim(0, end)
    if parameter.endswith("below") or PARAMETERS.get(parameter, {}).get("unit") == "fraction":
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    return drawing.finish(ax, title, tr("各表允许的取值"))


def _costliest(flow: pd.DataFrame) -> str:
    """The step that costs most points, between the first and the last."""
    steps = flow.iloc[1:-1]
    if steps.empty:
        return "—"
    step = str(steps["step"].iloc[int(steps["points"].abs().to_numpy().argmax())])
    return tr(step)


def _closest(clue_rows: pd.DataFrame) -> pd.DataFrame:
    """The clues that lie closest to where they meet, equal ones as one with their count."""
    distinct = clue_rows.assign(high=clue_rows["high"].fillna(float("inf"))).groupby(
        ["low", "high", "agrees"], sort=False
    )
    counted = distinct.agg(why=("why", "first"), count=("why", "size")).reset_index()
    counted["high"] = counted["high"].replace(float("inf"), float("nan"))
    below = counted[counted["low"] > 0].sort_values("low", ascending=False).head(SHOWN)
    above = counted[counted["high"].notna()].sort_values("high").head(SHOWN)
    against = counted[counted["agrees"] == "no"].head(SHOWN)
    picked = pd.concat([below.iloc[::-1], above, against]).drop_duplicates(["low", "high", "agrees"])
    return picked if len(picked) else counted.head(SHOWN)


def _end(shown: pd.DataFrame, low: float, high: float) -> float:
    """The right end of the axis: beyond every bound that is shown."""
    bounds = [*shown["low"], *shown["high"].dropna(), low, *([] if pd.isna(high) else [high])]
    return float(max(bounds)) * 1.15 or 1.0
