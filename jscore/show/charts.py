"""Charts: one function a chart, each taking a report's frames and returning a matplotlib Axes.

Every chart takes ``ax=``, an Axes to draw on, and makes a figure of its own without it.  A frame with nothing to draw
gives an Axes that says 无数据.  Amounts are in 万元; the words on a chart are the report's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes

from jscore import schema
from jscore.fonts.palette import ACCENT, DARK, LIGHT, MIDDLE, PALE
from jscore.language import bracketed, tr
from jscore.narrative.terms import item_name
from jscore.show import drawing
from jscore.show.analysis.performance import lost_by_part
from jscore.show.drawing import amount_and_share, amount_text, use_style
from jscore.summary import sentences
from jscore.summary.facts import Summary

__all__ = [
    "budget_bridge",
    "budget_completion",
    "expenditure_by_class",
    "expenditure_by_item",
    "lost_points",
    "revenue_by_source",
    "sangong_budget_final",
    "sangong_composition",
    "score_against_execution",
    "use_style",
]

FORM_TITLES = {
    "03": "支出决算",
    "05": "一般公共预算财政拨款支出",
    "07": "政府性基金预算财政拨款支出",
    "08": "国有资本经营预算财政拨款支出",
}

#: Items that a title counts together; a step of a bridge that is worth a bar, as a part of final accounts.
FIRST, BRIDGED = 5, 1e-4


@drawing.chart
def revenue_by_source(revenue: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Revenue (frame ``revenue``: level, source, amount) by 收入来源, with each one's share; blank ones as —."""
    rows = _top_level(revenue[revenue["source"] != schema.SOURCES[0]])
    amounts = rows.groupby("source", sort=False)["amount"].sum(min_count=1)
    if not amounts.fillna(0.0).any():
        return drawing.no_data(ax, tr("收入来源"))
    largest = str(amounts.fillna(0.0).idxmax())
    share = sentences.percent(amounts[largest] / amounts.sum())
    title = tr("本年收入的{share}来自{source}", share=share, source=largest)
    ax = drawing.axes(ax, len(amounts))
    labels = [amount_and_share(amount, amounts.sum()) for amount in amounts]
    drawing.bars(ax, amounts, list(amounts.index), labels)
    return drawing.amount_axis(ax, title)


@drawing.chart
def expenditure_by_class(expenditure: pd.DataFrame, form: str | None = None, ax: Axes | None = None) -> Axes:
    """Expenditure (frame ``expenditure``) by 类, stacked by component: 基本支出, 项目支出 and what else there is.

    ``form`` is 03, 05, 07 or 08; without it 03, the whole expenditure, or 05 where the report has no 03.
    """
    rows, form = _of_form(expenditure, form)
    classes = _by_code(rows, 1)
    if classes.empty:
        return drawing.no_data(ax, FORM_TITLES[form])
    classes = classes.loc[classes["合计"].sort_values(ascending=False, kind="stable").index]
    largest = sentences.percent(classes["合计"].iloc[0] / classes["合计"].sum())
    title = _of_table(tr("{rate}的支出用于{label}", rate=largest, label=classes.index[0][1]), form)
    components = [name for name in schema.COMPONENTS[1:6] if name in classes and classes[name].fillna(0.0).any()]
    ax = drawing.axes(ax, len(classes), legend=True)
    drawing.stack(ax, classes[components], inside=amount_text)
    drawing.name_bars(ax, [name for _, name in classes.index])
    labels = [amount_and_share(amount, classes["合计"].sum()) for amount in classes["合计"]]
    drawing.label_ends(ax, classes[components].sum(axis=1), labels)
    drawing.legend(ax)
    return drawing.amount_axis(ax, title)


@drawing.chart
def budget_bridge(facts: Summary, ax: Axes | None = None) -> Axes:
    """From the opening budget to final accounts (``Summary.budgets``): what 基本支出, 项目支出 and the rest added or took."""
    budgets = {
        budget.label: budget for budget in facts.budgets if budget.opening is not None and budget.final is not None
    }
    whole = budgets.get("合计")
    if whole is None or whole.opening is None or whole.final is None:
        return drawing.no_data(ax, tr("年初预算与决算"))
    steps = [
        (label, (budget.final or 0.0) - (budget.opening or 0.0)) for label, budget in budgets.items() if label != "合计"
    ]
    rest = whole.final - whole.opening - sum(change for _, change in steps)
    if abs(rest) > BRIDGED * whole.final:
        steps.append((tr("其他"), rest))
    ax = drawing.axes(ax, len(steps) + 2)
    ends = whole.opening + pd.Series([change for _, change in steps]).cumsum()
    starts = [whole.opening, *ends][: len(steps)]
    names = [tr("年初预算"), *(label for label, _ in steps), tr("决算")]
    left = pd.Series([0.0, *(min(start, end) for start, end in zip(starts, ends, strict=True)), 0.0])
    length = pd.Series([whole.opening, *(abs(change) for _, change in steps), whole.final])
    shades = [LIGHT, *(ACCENT if change < 0 else MIDDLE for _, change in steps), DARK]
    ax.barh(range(len(names)), length, left=left, height=0.66, color=shades)
    drawing.name_bars(ax, names)
    signed = [f"{change:+,.2f}".replace("-", "−") for _, change in steps]
    final = bracketed(amount_text(whole.final), sentences.percent(whole.completion))
    drawing.label_ends(ax, left + length, [amount_text(whole.opening), *signed, final])
    return drawing.amount_axis(ax, sentences.budgeting(facts))


@drawing.chart
def expenditure_by_item(
    expenditure: pd.DataFrame, top: int = 12, form: str | None = None, ax: Axes | None = None
) -> Axes:
    """The ``top`` 项 of expenditure (frame ``expenditure``), the others in one bar.  ``form`` as in the chart by 类."""
    rows, form = _of_form(expenditure, form)
    items = _by_code(rows, 3)
    if items.empty:
        return drawing.no_data(ax, FORM_TITLES[form])
    amounts = items["合计"].dropna().sort_values(ascending=False, kind="stable")
    first = amounts.iloc[:FIRST]
    rate = sentences.percent(first.sum() / amounts.sum())
    title = _of_table(tr("最大的{number}个项占支出的{rate}", number=len(first), rate=rate), form)
    shown, rest = amounts.iloc[:top], amounts.iloc[top:]
    names = [f"{code} {name}" for code, name in shown.index]
    shades = [DARK] * len(shown)
    if len(rest):
        shown = pd.concat([shown, pd.Series([rest.sum()])])
        names.append(tr("其余{number}项", number=len(rest)))
        shades.append(LIGHT)
    ax = drawing.axes(ax, len(shown))
    drawing.bars(ax, shown, names, [amount_and_share(amount, amounts.sum()) for amount in shown], shades)
    return drawing.amount_axis(ax, title)


@drawing.chart
def budget_completion(narrative: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """How much of its opening budget each 项 spent, as stated in prose (frame ``narrative``: subject, measure, value).

    Items without an opening budget (0%) are left out.  Bars longer than three times the budget are cut; their labels give
    the figure and ».
    """
    facts = narrative[(narrative["measure"] == "budget_completion") & (narrative["value"] > 0)]
    items = facts[facts["subject"].str.contains(r"[（(]项[）)]$", na=False)]
    facts = (items if len(items) else facts).sort_values("value", ascending=False, kind="stable")
    if facts.empty:
        return drawing.no_data(ax, tr("各项支出与年初预算"))
    values = facts["value"]
    low, high = (values < 0.9).sum(), (values > 1.1).sum()
    title = tr("{low}个项支出不到年初预算的九成，{high}个超过一成以上", low=low, high=high)
    limit = min(max(1.0, values.max()), 3.0)
    labels = [f"{value:.2%}" + (" »" if value > limit else "") for value in values]
    ax = drawing.axes(ax, len(facts))
    shades = [DARK if value <= 1 else MIDDLE for value in values]
    drawing.bars(ax, values.clip(upper=limit), [item_name(subject) for subject in facts["subject"]], labels, shades)
    ax.axvline(1, color=ACCENT, linewidth=1, linestyle="--")
    return drawing.share_axis(ax, title, tr("占年初预算"))


@drawing.chart
def sangong_budget_final(sangong: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Budget against final accounts of every line of 三公 (frame ``sangong``: item, budget, final), with completion."""
    if not sangong[["budget", "final"]].fillna(0.0).to_numpy().any():
        return drawing.no_data(ax, tr("“三公”经费"))
    budget, final = sangong["budget"], sangong["final"]
    whole = sangong.loc[sangong["item"] == schema.SANGONG[0], ["budget", "final"]].sum()
    title = tr("“三公”经费支出{amount}万元", amount=amount_text(whole["final"]))
    if whole["budget"]:
        title += tr("，为预算的{rate}", rate=sentences.percent(whole["final"] / whole["budget"]))
    ax = drawing.axes(ax, len(sangong), legend=True, height=0.48)
    drawing.budget_and_final(ax, list(sangong["item"]), budget, final)
    return drawing.amount_axis(ax, title)


@drawing.chart
def sangong_composition(sangong: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """What 三公 was budgeted and spent for, in shares (frame ``sangong``: item, budget, final)."""
    parts = _sangong_parts(sangong)
    parts = parts.loc[parts.any(axis=1), parts.any(axis=0)]
    if parts.empty:
        return drawing.no_data(ax, tr("“三公”经费"))
    spent = parts.iloc[-1]
    share = sentences.percent(spent.max() / spent.sum())
    title = tr("“三公”经费的{share}是{item}", share=share, item=spent.idxmax())
    printed = sangong.loc[sangong["item"] == schema.SANGONG[0], ["budget", "final"]].sum()
    ax = drawing.axes(ax, len(parts), legend=True, height=0.5)
    drawing.stack(ax, parts.div(parts.sum(axis=1), axis=0), inside="{:.1%}".format)
    words = {"budget": tr("预算数"), "final": tr("决算数")}
    drawing.name_bars(ax, [f"{words[name]}\n{amount_text(printed[name])} 万元" for name in parts.index])
    drawing.legend(ax)
    return drawing.share_axis(ax, title, tr("占“三公”经费"))


@drawing.chart
def score_against_execution(projects: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Total score against 执行率 (frame ``projects``); a larger dot is more projects at one place.

    Labels are the projects' numbers, joined where dots are close together.
    """
    points = projects.dropna(subset=["project_no", "execution_rate", "total_score"])
    if points.empty:
        return drawing.no_data(ax, tr("执行率与自评总得分"))
    title = tr(
        "{number}个项目平均执行{rate}、自评{score}分（数字为项目序号）",
        number=len(points),
        rate=sentences.percent(points["execution_rate"].mean()),
        score=f"{points['total_score'].mean():.2f}",
    )
    points = points.assign(execution_rate=points["execution_rate"].round(3), total_score=points["total_score"].round(1))
    places = points.groupby(["execution_rate", "total_score"]).size().reset_index(name="projects")
    ax = drawing.axes(ax, 12)
    ax.scatter(
        places["execution_rate"],
        places["total_score"],
        s=26 * places["projects"],
        color=MIDDLE,
        edgecolor=DARK,
        alpha=0.8,
    )
    _number_points(ax, points)
    ax.margins(x=0.08, y=0.12)
    ax.set_ylabel(tr("总得分（分）"))
    ax.grid(color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    return drawing.share_axis(ax, title, tr("执行率"))


@drawing.chart
def lost_points(projects: pd.DataFrame, indicators: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points that each project lost, and where: indicators (分值 less 得分), 预算执行率, 减分项.

    Frames ``projects`` (project_no, project, execution_score, deduction) and ``indicators`` (weight, score); projects
    that lost none are left out.
    """
    lost = _lost(projects, indicators)
    lost = lost[lost.sum(axis=1) > 0.005]
    if lost.empty:
        return drawing.no_data(ax, tr("项目失分及其来源"))
    most = lost.sum().idxmax()
    title = tr(
        "{number}个项目共失{points}分，{share}失在{source}",
        number=len(lost),
        points=f"{lost.sum().sum():,.2f}",
        share=sentences.percent(lost[most].sum() / lost.sum().sum()),
        source=most,
    )
    totals = lost.sum(axis=1).round(2).sort_values(ascending=False, kind="stable")
    lost = lost.loc[totals.index]
    ax = drawing.axes(ax, len(lost), legend=True, height=0.25)
    drawing.stack(ax, lost, shades=(DARK, LIGHT, ACCENT))
    drawing.name_bars(ax, _project_names(projects.set_index("project_no", drop=False).loc[lost.index]), lines=1)
    drawing.label_ends(ax, totals, [f"{total:.2f}" for total in totals])
    drawing.legend(ax)
    return drawing.finish(ax, title, tr("分"))


def _of_table(title: str, form: str) -> str:
    """A title with the table that it is of, where that is not all expenditure."""
    if form == "03":
        return title
    return bracketed(title, FORM_TITLES[form])


def _top_level(rows: pd.DataFrame) -> pd.DataFrame:
    """The 合计 rows, or the 类 where a table prints no 合计."""
    return rows[rows["level"] == (0 if (rows["level"] == 0).any() else 1)]


def _of_form(expenditure: pd.DataFrame, form: str | None) -> tuple[pd.DataFrame, str]:
    """The rows of ``form``, or of the first of 03 and 05 that has any."""
    if form is None:
        form = next((name for name in ("03", "05") if (expenditure["form"] == name).any()), "03")
    return expenditure[expenditure["form"] == form], form


def _by_code(rows: pd.DataFrame, level: int) -> pd.DataFrame:
    """Amounts of ``level``: a row a code and name, a column a component, 合计 among them; empty if there is none."""
    rows = rows[rows["level"] == level].fillna({"function_code": ""})
    keys = ["function_code", "function_name", "component"]
    table = rows.groupby(keys, sort=False)["amount"].sum(min_count=1).unstack(sort=False)
    return table.dropna(subset="合计") if "合计" in table else table.iloc[:0]


def _sangong_parts(sangong: pd.DataFrame) -> pd.DataFrame:
    """budget and final (rows) of the parts of 三公 that add up to its total (columns)."""
    amounts = sangong.groupby("item")[["budget", "final"]].sum()
    _, abroad, reception, cars, running, buying = schema.SANGONG
    split = amounts.reindex([running, buying]).fillna(0.0).to_numpy().any()
    return amounts.reindex([abroad, reception, *((running, buying) if split else (cars,))]).fillna(0.0).T


def _lost(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Points lost, by project_no (rows) and where (columns)."""
    lost = lost_by_part(projects, indicators).assign(deduction=projects["deduction"].abs())
    lost.columns = pd.Index(["指标失分", "预算执行率失分", "减分项"])
    return lost.set_axis(projects["project_no"]).fillna(0.0).clip(lower=0.0)


def _number_points(ax: Axes, points: pd.DataFrame) -> None:
    """Write the project's number beside each dot, and over dots too close together for that the numbers of all."""
    for group in _clusters(points):
        place = (group["execution_rate"].mean(), group["total_score"].max())
        numbers = sorted(group["project_no"])
        label = "、".join(map(str, numbers)) if len(numbers) <= 5 else tr("{number}个项目", number=len(numbers))
        if len(group) == 1:
            ax.annotate(label, place, (6, 0), textcoords="offset points", va="center")
        else:
            largest = group.groupby(["execution_rate", "total_score"]).size().max()
            ax.annotate(label, place, (0, 2 + 3 * largest**0.5), textcoords="offset points", ha="center", va="bottom")


def _clusters(points: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Groups of points that are too close together for a label each."""
    points = points.sort_values("total_score", kind="stable")
    points = points.assign(band=(points["total_score"].diff() > 1.6).cumsum())
    points = points.sort_values(["band", "execution_rate"], kind="stable")
    apart = (points["band"].diff() != 0) | (points["execution_rate"].diff() > 0.06)
    for _, group in points.groupby(apart.cumsum()):
        yield group


def _project_names(projects: pd.DataFrame) -> list[str]:
    names = zip(projects["project_no"], projects["project"].fillna(""), strict=True)
    return [f"{number}. {name}" for number, name in names]
