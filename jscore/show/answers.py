"""The sentences that notebooks open with: what a report says to their question, each only where there are figures for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jscore import schema
from jscore.language import bracketed, current, sign, tr
from jscore.scoring import doubts
from jscore.show import analysis
from jscore.summary import sentences
from jscore.summary.facts import Figure, Summary, summary
from jscore.summary.sentences import amount, percent

if TYPE_CHECKING:
    from jscore.report import Report
    from jscore.scoring.fitting import Fit
    from jscore.scoring.rule_sets import RuleSet

#: A completion of its opening budget below and above which an item is named.
LOW, HIGH = 0.9, 1.1


def facts(report: Report) -> Summary:
    """The report in brief, without its findings, which take longest."""
    return summary(report.frames, report.info, pd.DataFrame({"finding": pd.Series(dtype="str")}))


def extract(report: Report) -> list[str]:
    """What was read of a report."""
    info, forms = report.info, analysis.forms(report.info)
    unread = sum(len(info[name]) for name in ("unread", "not_understood", "homeless"))
    read = tr(
        "{pages}页中{tables}页有表，读出{cells}个单元格", pages=info["page_count"],
        tables=report.cells["page"].nunique(), cells=f"{len(report.cells):,}",
    )  # fmt: skip
    missing = tr("，{unread}处数字未能读取或归位", unread=unread) if unread else tr("，没有未能读取的数字")
    status = forms.groupby("status")["title"].agg("、".join)
    return [
        read + missing,
        tr("有数字的表{found}张，共{all}张", found=(forms["status"] == "found").sum(), all=len(forms)),
        *([tr("空表（无此项收支）：{names}", names=status["empty"])] if "empty" in status else []),
        *([tr("目录列有而正文未见：{names}", names=status["missing"])] if "missing" in status else []),
        *analysis.relations_that_hold(report.checks),
    ]


def revenue(report: Report) -> list[str]:
    """Where the money came from."""
    sources = analysis.by_source(report.revenue)
    across = analysis.revenue_across_tables(report.totals, report.revenue)
    prose = analysis.revenue_beside_narrative(report.totals, report.revenue, report.narrative)
    shared = sources[sources["source"] != schema.SOURCES[0]]
    total = across[across["item"] == "总计"]
    largest = analysis.top(shared, "share")
    lines = []
    if largest is not None:
        whole = amount(analysis.pick(sources, "amount", source=schema.SOURCES[0]))
        share, source = percent(shared["share"].loc[largest]), shared["source"].loc[largest]
        lines.append(tr("本年收入{amount}万元，{share}来自{source}", amount=whole, share=share, source=source))
    if pd.notna(analysis.pick(total, "in_01")):
        lines.append(tr("连同年初结转和结余，收入总计{amount}万元", amount=amount(analysis.pick(total, "in_01"))))
    if analysis.pick(total, "outside") > analysis.SAME:
        lines.append(tr("其中{amount}万元不是财政拨款", amount=amount(analysis.pick(total, "outside"))))
    return [*lines, *changes(prose[prose["item"] == "总计"]), *_as_stated(prose)]


def _as_stated(prose: pd.DataFrame) -> list[str]:
    """Whether prose states the amounts that tables print."""
    stated = prose["stated"].notna().sum()
    differ = prose.loc[prose["difference"].abs() >= analysis.SAME, "item"]
    if len(differ):
        return [tr("情况说明所述金额与表不符：{items}", items="、".join(differ))]
    return [tr("情况说明所述的{stated}个金额都与表相符", stated=stated)] if stated else []


def expenditure(report: Report, completion: pd.DataFrame) -> list[str]:
    """What the money was spent on, and how that is beside the budget (``analysis.completion_by_item``)."""
    report_facts = facts(report)
    basic, project = report_facts.basic.value or 0.0, report_facts.project.value or 0.0
    economic = analysis.economic_tree(report.economic)
    people = economic[(economic["level"] == 1) & (economic["group"] == "人员经费")]
    tellers = (sentences.spending, sentences.budgeting, sentences.budget_elsewhere, sentences.composition)
    return _told(
        *(tell(report_facts) for tell in tellers),
        sentences.basic_and_project(basic, project) if basic + project > 0 else "",
        _budgeted_items(completion),
        tr("人员经费占基本支出的{share}", share=percent(people["share"].sum())) if len(people) else "",
    )


def _budgeted_items(completion: pd.DataFrame) -> str:
    """How many items reached their opening budget, and what was spent without any."""
    if completion.empty:
        return ""
    rate = completion["budget_completion"]
    without = completion[(rate == 0) & (completion["stated"] > 0)]
    told = tr(
        "{number}个项有年初预算，其中{low}个支出不到九成，{high}个超过一成以上", number=(rate > 0).sum(),
        low=rate.between(0, LOW, inclusive="neither").sum(), high=(rate > HIGH).sum(),
    )  # fmt: skip
    if without.empty:
        return told
    spent = amount(without["stated"].sum())
    return told + tr("；{number}个项没有年初预算而支出{amount}万元", number=len(without), amount=spent)


def sangong(report: Report) -> list[str]:
    """What 三公 cost, per car and per guest, and what running the office, procurement and assets are."""
    report_facts = facts(report)
    lines = analysis.sangong_lines(report.sangong)
    parts = lines[~lines["item"].isin(["合计", "公务用车运行维护费", "公务用车购置费"])]
    largest = analysis.top(parts, "share")
    year = analysis.sangong_beside_narrative(report.sangong, report.narrative)
    each = analysis.sangong_per_unit(report.sangong, report.narrative).dropna(subset="per_unit")
    return _told(
        sentences.trips_and_cars(report_facts),
        ""
        if largest is None
        else tr("其中{share}是{item}", share=percent(parts["share"].loc[largest]), item=parts["item"].loc[largest]),
        *(
            tr(
                "{item}按{counted}{number}{unit}算，每{each}{money}元", item=row["item"], counted=row["counted"],
                number=f"{row['number']:g}", unit=row["unit"], each=row["unit"], money=f"{row['per_unit']:,.0f}",
            )
            for row in each.to_dict("records")
        ),
        *changes(year),
        *(figure(other) for other in report_facts.others if "结转" not in other.label),
    )  # fmt: skip


def scores(report: Report, fit: Fit, otherwise: pd.DataFrame) -> list[str]:
    """How projects score, where they lose points, by which rule, and what the money does not bear out.

    ``otherwise`` are the figures of projects that the narrative states otherwise (``relations.summaries.told_otherwise``).
    """
    projects, indicators = report.projects, report.indicators
    if projects.empty:
        return [tr("本报告没有项目绩效自评表")]
    totals = projects["total_score"].dropna()
    mean = tr("{number}个项目的自评表没有得分", number=len(projects))
    if len(totals):
        mean = tr(
            "{number}个项目自评平均{mean}分，最低{low}，最高{high}", number=len(totals), mean=f"{totals.mean():.2f}",
            low=f"{totals.min():.2f}", high=f"{totals.max():.2f}",
        )  # fmt: skip
    return _told(
        mean,
        _spent_by_projects(projects),
        _points_lost(projects, indicators),
        *_without_money(projects, indicators),
        tr("情况说明所述的项目数字有{number}处与自评表不同", number=len(otherwise)) if len(otherwise) else "",
        fit.why if len(totals) else "",
        _whole_department(report.overall),
    )


def _spent_by_projects(projects: pd.DataFrame) -> str:
    """What the forms say was spent of their budgets, and how projects that spent nothing score."""
    told = tr(
        "各自评表预算合计{budget}万元，执行{executed}万元", budget=amount(projects["budget"].sum()),
        executed=amount(projects["executed"].sum()),
    )  # fmt: skip
    unspent = projects[projects["executed"] == 0]
    if unspent.empty:
        return told
    highest = f"{unspent['total_score'].max():.2f}"
    return told + tr("；{number}个项目没有支出，最高仍得{points}分", number=len(unspent), points=highest)


def _points_lost(projects: pd.DataFrame, indicators: pd.DataFrame) -> str:
    kinds, lost = analysis.by_kind(indicators), analysis.points_lost(projects, indicators)
    if kinds.empty or lost.empty:
        return ""
    worst = kinds.sort_values("lost", ascending=False).iloc[0]
    return tr(
        "指标失{lost}分（满分{weight}，最多的是{kind}），预算执行率失{execution}分，减分项扣{deduction}分",
        lost=f"{kinds['lost'].sum():,.2f}", weight=f"{kinds['weight'].sum():,.2f}", kind=worst["level2"] or worst["level1"],
        execution=f"{lost['execution_lost'].sum():,.2f}", deduction=f"{lost['deduction'].sum():,.2f}",
    )  # fmt: skip


def _without_money(projects: pd.DataFrame, indicators: pd.DataFrame) -> list[str]:
    """Claims of projects that spent nothing, and actuals that are the very target."""
    idle = doubts.complete_without_money(projects, indicators)
    paid = doubts.paid_without_money(projects, indicators)
    even = doubts.evenness(projects, indicators).iloc[0]
    claims = (
        (idle, tr("没有支出而产出、效益报完成的指标{number}个，在{projects}个项目")),
        (paid, tr("没有支出而报资金已发放的指标{number}个，在{projects}个项目")),
    )
    told = [text.format(number=len(rows), projects=rows["project_no"].nunique()) for rows, text in claims if len(rows)]
    if even["to_the_digit"]:
        same, compared = f"{even['to_the_digit']:.0f}", f"{even['indicators']:.0f}"
        told.append(tr("{compared}个可比的指标中，{same}个的完成值与目标值完全相同", compared=compared, same=same))
    return told


def _whole_department(overall: pd.DataFrame) -> str:
    totals = overall["total_score"].dropna()
    return tr("部门整体自评{points}分", points=f"{totals.iloc[0]:.2f}") if len(totals) else ""


def derived_rule(
    projects: pd.DataFrame, fit: Fit, rules: RuleSet, inferred: pd.DataFrame, departures: pd.DataFrame
) -> list[str]:
    """Which known rule the scores follow, what the forms make of it, and what they leave open (frames of ``inference``)."""
    if projects.empty:
        return [tr("本报告没有项目绩效自评表")]
    unknown = inferred.loc[inferred["verdict"] == "not identified", "label"].drop_duplicates()
    fewer = tr("由自评表推出的规则算得出全部得分")
    if len(departures):
        fewer = tr("由自评表推出的规则有{number}个得分算不出", number=len(departures))
    return _told(
        fit.why,
        tr("已知规则中的“{rule}”与自评表完全相容", rule=rules.called) if rules is fit.rule_set else fewer,
        tr("自评表无法确定的参数：{parameters}", parameters=sign("、").join(unknown)) if len(unknown) else "",
    )


def audit(report: Report, causes: pd.DataFrame, most: int = 5) -> list[str]:
    """How many relations hold, and the findings that matter most (``analysis.findings_by_cause``)."""
    verdict = sentences.verdict(facts(report))
    return _told(verdict, *analysis.relations_that_hold(report.checks), *map(_finding, causes.head(most).itertuples()))


def _finding(cause: tuple[object, ...]) -> str:
    line = cause._asdict()  # type: ignore[attr-defined]
    where = f"（{sentences.pages(line['pages'])}）" if line["pages"] else ""
    return f"{line['message']}{where}"


def departments(peers: pd.DataFrame, year: int) -> list[str]:
    """How departments compare (``years.peers``)."""
    if peers.empty:
        return [tr("{year}年度只有一个部门的报告，或没有支出总计", year=year)]
    spent = peers["spent"]
    lines = [
        tr(
            "{year}年度{number}个部门共支出{amount}万元，最多的{department}占{share}", year=year, number=len(peers),
            amount=amount(spent.sum()), department=peers["department"].iloc[0],
            share=percent(spent.max() / spent.sum()),
        )
    ]  # fmt: skip
    ranges = (
        ("project_share", tr("项目支出占比最低{low}（{lowest}），最高{high}（{highest}）")),
        ("sangong_share", tr("“三公”经费占支出最低{low}（{lowest}），最高{high}（{highest}）")),
        ("office_share", tr("机关运行经费占支出最低{low}（{lowest}），最高{high}（{highest}）")),
    )
    for column, told in ranges:
        known = peers.dropna(subset=column).sort_values(column, kind="stable")
        if len(known) > 1:
            shares, names = known[column], known["department"]
            low, high = f"{shares.iloc[0]:.1%}", f"{shares.iloc[-1]:.1%}"
            lines.append(told.format(low=low, lowest=names.iloc[0], high=high, highest=names.iloc[-1]))
    return lines


def figure(fact: Figure) -> str:
    """A printed figure in a sentence."""
    if fact.value is None:
        return ""
    value = amount(fact.value) if fact.unit == "万元" else f"{fact.value:,.10g}"
    space = "" if current() == "zh" else " "
    return f"{tr(fact.label)}{space}{value}{space}{fact.unit}"


def changes(frame: pd.DataFrame) -> list[str]:
    """A sentence for each line of ``frame`` (item, yoy_change, yoy_rate) with a change on the year before."""
    stated = frame.dropna(subset="yoy_change")
    lines = []
    for item, change, rate in zip(stated["item"], stated["yoy_change"], stated["yoy_rate"], strict=True):
        more = tr("{item}比上年增加{amount}万元") if change >= 0 else tr("{item}比上年减少{amount}万元")
        told = more.format(item=item, amount=amount(abs(change)))
        lines.append(told if pd.isna(rate) else bracketed(told, f"{abs(rate):.2%}"))
    return lines


def _told(*parts: str) -> list[str]:
    return [part for part in parts if part]
