"""What may explain a contradiction in the money of projects: another printed amount, money of another year, the form's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from jscore.language import N_
from jscore.narrative.terms import item_name
from jscore.relations.forms import Project, Record
from jscore.relations.model import Figure, Result
from jscore.relations.source import Source
from jscore.relations.summaries import projects_named
from jscore.tables.evaluation_terms import source as kind_of_money
from jscore.text.normal import nfkc
from jscore.text.numbers import NOISE

#: An explanation in words, and the printed figures that it rests on.
Reason = tuple[str, tuple[Figure, ...]]
#: What stands before the explanations in a message, and between them.
MAY_EXPLAIN, BETWEEN = "。或可解释：", "；"
#: The explanations, as they are told in a message.
EARLIER_PART = N_("{equation}{item}{amount}万元（情况说明称其“{words}”）")
EARLIER_SAME = N_("情况说明称{part}支出{amount}万元，与{item}同额，后者（情况说明称其“{words}”）")
EARLIER_MAYBE = N_("情况说明称{part}支出{amount}万元，可能使用了以前年度的资金")
EARLIER_IN_ALL = N_("可能使用了以前年度的资金（情况说明称当年资金“{words}”）")
EARLIER_ITEMS = N_("情况说明称其中{amount}万元是以前年度的资金（{items}）")
OWN_WORDS = N_("{form}称“{words}”")
CARRIED = N_("{label}{amount}万元")
#: In the order in which a text is told by them: the more particular first.
REASONS = (EARLIER_SAME, EARLIER_MAYBE, EARLIER_IN_ALL, EARLIER_ITEMS, EARLIER_PART, OWN_WORDS, CARRIED)

_EARLIER = r"(?:上年度?|上一年度?|以前年度|往年|历年|去年)"
#: Prose that says that money was carried over from an earlier year.
_CARRIED_OVER = re.compile(
    rf"(?:包含|包括|含|使用|动用|属于?|来自|来源于|系|为|是|由)了?{_EARLIER}[^，,。；;\d]{{0,10}}(?:结转|结余|下达|安排)[^，,。；;\d]{{0,16}}"
)
#: A form's own words of money of another year.
_OTHER_YEAR = re.compile(
    rf"[^，,。；;：:]{{0,24}}(?:{_EARLIER}[^，,。；;]{{0,8}}(?:结转|结余|资金|预算|拨付)|(?:下年度?|下一年度?|次年|明年)[^，,。；;]{{0,8}}"
    r"(?:资金|预算|拨付|支付|批复|发放|兑现)|(?:资金|预算)[^，,。；;]{0,6}(?:下年度?|下一年度?|次年|明年))[^，,。；;]{0,12}"
)


def explained(check_id: str, result: Result, source: Source) -> Result:
    """``result``; where it fails and printed figures or words may explain why, its message says so, with their place."""
    explain = _EXPLAIN.get(check_id)
    if explain is None or result.holds or result.skipped or not result.message:
        return result
    reasons: dict[str, tuple[Figure, ...]] = dict(explain(result, source))
    if not reasons:
        return result
    figures = tuple(figure for places in reasons.values() for figure in places if figure not in result.figures)
    message = f"{result.message}{MAY_EXPLAIN}{BETWEEN.join(reasons)}"
    return replace(result, message=message, expected_figures=(*result.expected_figures, *figures))


def _spent(result: Result, source: Source) -> Iterator[Reason]:
    """Why prose states more spent on a project than its form: the difference is printed as money of an earlier year."""
    stated, form = result.actual_figures[0], _form_of(result, source)
    whole, part = result.actual or 0.0, result.expected or 0.0
    if same := _carried_over(source, stated, whole - part, result.tolerance or 0.0):
        item, words, figure = same
        equation = f"{whole:,.2f}＝{part:,.2f}＋{whole - part:,.2f}，" if part else ""
        amount = f"{figure.value or 0:,.2f}"
        yield EARLIER_PART.format(equation=equation, item=item, amount=amount, words=words), (figure,)
    elif reason := next(_carried_over_in_all(source), None):
        yield reason
    if form:
        yield from _own_words(source, form)


def _unpaid(result: Result, source: Source) -> Iterator[Reason]:
    """Why a form without spending claims what money pays for: prose states it as spent, or as money of another year."""
    form = _form_of(result, source)
    if form is None:
        return
    explains = False
    for part, stated in _told(source, form):
        explains = True
        amount = f"{stated.value or 0:,.2f}"
        if same := _carried_over(source, stated, stated.value or 0.0, stated.half):
            item, words, figure = same
            yield EARLIER_SAME.format(part=part, amount=amount, item=item, words=words), (stated, figure)
        else:
            yield EARLIER_MAYBE.format(part=part, amount=amount), (stated,)
    for reason in (*_own_words(source, form), *_funded(source, form)):
        explains = True
        yield reason
    if not explains:
        yield from _carried_over_in_all(source)


def _used_for_nothing(result: Result, source: Source) -> Iterator[Reason]:
    """Why money was spent and what it pays for is nothing: the form's own words."""
    if form := _form_of(result, source):
        yield from _own_words(source, form)


def _overspent(result: Result, source: Source) -> Iterator[Reason]:
    """Why more was spent than budgeted: money carried over that the form prints, or its own words."""
    if form := _form_of(result, source):
        over = (result.actual or 0.0) - (result.expected or 0.0)
        yield from _funded(source, form, over - (result.tolerance or 0.0))
        yield from _own_words(source, form)


def _uncovered(result: Result, source: Source) -> Iterator[Reason]:
    """Why forms and accounts differ: items of the accounts that prose says were paid with money of earlier years."""
    items = [(figure, line) for figure, line, _ in _of_earlier_years(source) if line["subject"].endswith("（项）")]
    if items:
        told = "、".join(f"{_item(line)}{figure.value or 0:,.2f}万元" for figure, line in items)
        added = sum(figure.value or 0.0 for figure, _ in items)
        yield EARLIER_ITEMS.format(amount=f"{added:,.2f}", items=told), tuple(figure for figure, _ in items)
    else:
        yield from _carried_over_in_all(source)


_EXPLAIN: dict[str, Callable[[Result, Source], Iterator[Reason]]] = {
    "summary.spent": _spent, "summary.coverage": _uncovered, "evaluation.project-spending": _uncovered,
    "evaluation.unpaid-complete": _unpaid, "evaluation.unpaid-paid": _unpaid, "evaluation.outcome-amount": _unpaid,
    "evaluation.paid-amount": _unpaid, "evaluation.paid-nothing": _used_for_nothing, "evaluation.overspent": _overspent,
}  # fmt: skip


def _form_of(result: Result, source: Source) -> Project | None:
    """The project's form that a result is about."""
    rows = {figure.row for figure in result.figures if figure.frame == "projects"}
    return next((form for form in source.evaluations.projects if form.row in rows), None)


def _of_earlier_years(source: Source) -> list[tuple[Figure, Record, str]]:
    """Amounts of the narrative whose sentence says that they are money of an earlier year, and what it says."""
    return source.derived(_find_of_earlier_years)


def _find_of_earlier_years(source: Source) -> list[tuple[Figure, Record, str]]:
    amounts = []
    for row, line in source.evaluations.records("narrative"):
        words = _CARRIED_OVER.search(nfkc(line["sentence"] or "").replace(" ", ""))
        if words and line["measure"] in ("amount", "yoy_change"):
            amounts.append((source.fact(row), line, words.group()))
    return amounts


def _carried_over(source: Source, stated: Figure, gap: float, tolerance: float) -> tuple[str, str, Figure] | None:
    """An amount other than ``stated`` that is ``gap`` and money of an earlier year: of what, what prose says of it, the amount."""
    for figure, line, words in _of_earlier_years(source):
        same = abs((figure.value or 0.0) - gap) <= tolerance + figure.half + NOISE
        if gap > 0 and same and figure.row != stated.row and line["measure"] == "amount":
            return _item(line), words, figure
    return None


def _item(line: Record) -> str:
    """The 项 that a figure of prose is of, and what part of it."""
    item, _, part = line["subject"].partition(" > ")
    return f"“{item_name(item)}”{f'的{part}' if part else ''}"


def _carried_over_in_all(source: Source) -> Iterator[Reason]:
    """What prose says of the year's money as a whole: that some of it is of earlier years."""
    for figure, line, words in _of_earlier_years(source):
        if line["measure"] == "yoy_change":
            yield EARLIER_IN_ALL.format(words=words), (figure,)
            return


def _told(source: Source, form: Project) -> Iterator[tuple[str, Figure]]:
    """What the narrative states as spent on a project: its words for it and the amount."""
    for row, line in source.evaluations.records("narrative"):
        whole, _, part = line["subject"].rpartition(" > ")
        spent = line["measure"] == "amount" and whole.endswith("项目支出") and (line["value"] or 0) > 0
        if spent and form in projects_named(part, source.evaluations.projects):
            yield part, source.fact(row)


def _own_words(source: Source, form: Project) -> Iterator[Reason]:
    """What the form itself says of money of another year."""
    texts = [("projects", form.row, "outcome", form.line["outcome"])]
    texts += [("indicators", indicator.row, "reason", indicator.line["reason"]) for indicator in form.indicators]
    for frame, row, column, text in texts:
        if match := _OTHER_YEAR.search(nfkc(text or "")):
            place = Figure(form.label, None, frame=frame, row=row, column=column)
            yield OWN_WORDS.format(form=form.label, words=match.group()), (place,)
            return


def _funded(source: Source, form: Project, over: float = 0.0) -> Iterator[Reason]:
    """Money carried over that the form prints beside the year's, where it is ``over`` or more."""
    for row, line in source.evaluations.records("project_funding"):
        amount = line["budget"] if line["budget"] is not None else line["executed"]
        carried_over = line["project_no"] == form.number and kind_of_money(line["source"] or "") == "carried_over"
        if carried_over and amount and amount >= over - NOISE:
            column = "budget" if line["budget"] is not None else "executed"
            figure = Figure(f"{form.label}上年结转资金", amount, 0.005, "project_funding", row, column)
            yield CARRIED.format(label=figure.label, amount=f"{amount:,.2f}"), (figure,)
