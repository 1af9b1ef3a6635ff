"""The narrative on the budget: completions beside budgets and final amounts, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.paragraphs import normal
from jscore.narrative.terms import GENERAL, ITEM, SANGONG, Term, about
from jscore.narrative.wording import tidy
from jscore.relations.model import Figure, Result, Tests, in_words
from jscore.relations.printed import Sum, table_lines
from jscore.relations.source import Source, unique
from jscore.relations.statements import (
    ON_A_PAR,
    Statement,
    beside,
    by_subject,
    final_amount,
    not_above,
    printed_text,
    statements,
)
from jscore.text.numbers import NOISE

TESTS = Tests()

_BUDGETS = ("年初预算", "预算", "全年预算", "当年预算", "本年预算", "本年度预算", "调整预算")


def stated_completion(source: Source, statement: Statement) -> Iterator[Sum]:
    """The final amount and the budget that are stated of the subject of a completion."""
    final, budget = _final_and_budget(source, statement)
    if final and budget:
        yield final, budget


def listed_completion(source: Source, statement: Statement) -> Iterator[Sum]:
    """Final accounts and budget in 09 of what a completion is of, where no budget is stated."""
    if not _final_and_budget(source, statement)[1]:
        final, budget = (_of_09(source, statement, column) for column in ("final", "budget"))
        if final and budget:
            yield final, budget


def _of_09(source: Source, statement: Statement, column: str) -> Figure | None:
    """What 09 prints in ``column`` of the item of 三公 that ``statement`` is about."""
    if not statement.term or statement.term.name != SANGONG:
        return None
    return unique(source.amounts("sangong", "item", column=column).get((statement.term.what,)))


def adjusted_completion(source: Source, statement: Statement) -> Iterator[Sum]:
    """The final amount and the adjusted budget of the subject of a completion of that."""
    final, budget = beside(source, statement, "amount", ""), beside(source, statement, "amount", statement.role)
    if final and budget:
        yield final.figure, budget.figure


def final_and_budget(source: Source, statement: Statement) -> Iterator[Sum]:
    """The final amount of the subject of a change against the budget, and the budget, subtracted."""
    final, budget = final_amount(source, statement), _compared_budget(source, statement)
    if final and budget:
        yield final, budget.times(-1)


def final_over_budget(source: Source, statement: Statement) -> Iterator[Sum]:
    """The final amount and the budget of the subject of a rate against the budget."""
    for final, budget in final_and_budget(source, statement):
        yield final, budget.times(-1)


def change_against_budget(source: Source, statement: Statement) -> Iterator[Sum]:
    """The change in money beside a rate against a budget that is not stated, and the final amount."""
    moved, final = beside(source, statement, "amount", statement.role), final_amount(source, statement)
    if moved and final and moved.sentence == statement.sentence and not _compared_budget(source, statement):
        yield moved.figure, final


_COMPARED_BUDGET = re.compile(r"(?:[比较与同于]|超[出过]?)(?:20\d\d年度?)?(?P<which>年初|全年|当年|本年|调整)")


def _compared_budget(source: Source, statement: Statement) -> Figure | None:
    """The budget that a change is held against: of several that are stated of its subject the one that is named, else that of 09."""
    printed = statement.text.find(normal(printed_text(source, statement)))
    named = list(_COMPARED_BUDGET.finditer(statement.text[: max(printed, 0)]))
    roles = [role for role in _BUDGETS if not named or role.startswith(named[-1]["which"]) or role == "预算"]
    stated = [
        other
        for other in source.derived(by_subject)[(statement.section, statement.path)]
        if other.measure == "amount" and other.role in roles
    ]
    if not stated and not (named and adjusted_in_09(source)):
        return _of_09(source, statement, "budget")
    return stated[0].figure if stated and len({other.value for other in stated}) == 1 else None


def adjusted_in_09(source: Source) -> bool:
    """Whether a note says that the budget of 09 is the adjusted one, so that an opening one may be another."""
    return any("全年预算" in p.text or "调整后" in p.text for p in source.paragraphs if p.text.startswith("注"))


@TESTS.of("narrative.completion-of-nothing")
def completion_of_nothing(source: Source) -> Iterator[Result]:
    for statement, final, budget in source.derived(_completions):
        final = final or final_amount(source, statement)
        if final and not final.value and not (budget and budget.value):
            message = f"{statement.figure.label}印为{statement.value:.2%}，而支出为零"
            yield in_words(statement.subject, statement.value in (0, 1), message, [statement.figure], [final])


@TESTS.of("narrative.completion-of-no-budget")
def completion_of_no_budget(source: Source) -> Iterator[Result]:
    for statement, final, budget in source.derived(_completions):
        final = final or final_amount(source, statement)
        no_budget = not budget.value if budget else _plans_nothing(statement)
        if final and final.value and no_budget:
            message = f"{statement.figure.label}印为{statement.value:.2%}，而预算为零，没有完成率"
            yield in_words(
                statement.subject,
                not statement.value,
                message,
                [statement.figure],
                [budget, final] if budget else [final],
            )


_NOTHING_PLANNED = re.compile(r"[未无没]有?(?:年初)?(?:安排|编制|编列|列入)?(?:年初)?(?:部门)?预算")


def _plans_nothing(statement: Statement) -> bool:
    """Whether the sentence of a completion says that there was no budget at the beginning of the year."""
    return "完成年初预算" in statement.text and _NOTHING_PLANNED.search(statement.text) is not None


@TESTS.of("narrative.item-budgets")
def item_budgets(source: Source) -> Iterator[Result]:
    budgets = [
        statement
        for statement in statements(source)
        if statement.measure == "amount" and statement.role in _BUDGETS and statement.term
    ]
    for whole in [statement for statement in budgets if statement.term == Term("支出", "", GENERAL)][:1]:
        items = {
            statement.term: statement.figure
            for statement in budgets
            if statement.term
            and statement.term.name == ITEM
            and statement.term.scope == GENERAL
            and statement.role == whole.role
        }
        if len(items) > 1:
            yield not_above(whole, list(items.values()), "各项")


def _completions(source: Source) -> list[tuple[Statement, Figure | None, Figure | None]]:
    """Completions of the year's budget, each with the final amount and the budget that are stated of the same subject."""
    return [
        (statement, *_final_and_budget(source, statement))
        for statement in statements(source)
        if statement.measure == "budget_completion" and not statement.role
    ]


def _final_and_budget(source: Source, statement: Statement) -> tuple[Figure | None, Figure | None]:
    final = beside(source, statement, "amount", "")
    budget = beside(source, statement, "amount", *_budgets_of(source, statement))
    return final.figure if final else None, budget.figure if budget else None


def _budgets_of(source: Source, statement: Statement) -> tuple[str, ...]:
    """The roles of the budget that ``statement`` is a completion of: 完成年初预算的 is not of the adjusted one beside it."""
    printed = re.escape(normal(printed_text(source, statement)))
    said_of = re.search(rf"完成了?(?P<which>年初|全年|当年|本年)预算[^，。；]{{0,8}}?{printed}", statement.text)
    if not said_of:
        return _BUDGETS
    return (*(role for role in _BUDGETS if role.startswith(said_of["which"])), "预算")


_NO_BUDGET = re.compile(
    r"[未无没](?:有)?(?:年初)?(?:安排|编制|列入|列)?[^，。；]{0,6}预算|预算为0|追加|结转|以前年度|上级(?:下达|补助|专款)|年中下达"
)


def _undefined(source: Source, explained: bool) -> Iterator[Result]:
    """Completions of 0% of subjects that spent: the budget was zero, and a rate of it says nothing."""
    for statement, final, budget in source.derived(_completions):
        final = final or final_amount(source, statement)
        if final and final.value and not statement.value and not (budget and budget.value):
            said_why = bool(_NO_BUDGET.search(statement.text))
            if said_why == explained:
                message = f"{statement.figure.label}印为0，而支出为{final.value:,.2f}万元：预算为零时没有完成率"
                yield in_words(statement.subject, False, message, [statement.figure], [final])
        elif not explained:
            yield in_words(statement.subject, True, "", [statement.figure])


@TESTS.of("narrative.completion-of-zero")
def completion_of_zero(source: Source) -> Iterator[Result]:
    yield from _undefined(source, explained=False)


@TESTS.of("narrative.completion-without-budget")
def completion_without_budget(source: Source) -> Iterator[Result]:
    yield from _undefined(source, explained=True)


@TESTS.of("narrative.implied-budgets")
def implied_budgets(source: Source) -> Iterator[Result]:
    complete = {
        (statement.section, statement.path): (statement, final)
        for statement, final, _ in source.derived(_completions)
        if final and statement.value
    }
    for (section, path), (statement, final) in complete.items():
        parts = [complete.get((section, (*path, name))) for name in ("基本支出", "项目支出")]
        known = [part for part in parts if part]
        if len(known) == 2:
            middle, reach = _budget(statement, final)
            ends = [_budget(*part) for part in known]
            figures = tuple(figure for part, amount in known for figure in (amount, part.figure))
            expected, tolerance = sum(end[0] for end in ends), reach + sum(end[1] for end in ends)
            yield Result(
                statement.subject,
                abs(middle - expected) <= tolerance,
                middle,
                expected,
                tolerance,
                "万元",
                (statement.figure, final),
                figures,
                f"按完成率推算，{statement.subject}的预算约{middle:,.2f}万元，基本支出与项目支出的预算相加约{expected:,.2f}万元",
            )


def _budget(statement: Statement, final: Figure) -> tuple[float, float]:
    """The budget that an amount and its completion imply, and how far off it may be."""
    assert final.value is not None
    half = statement.figure.half
    low = (final.value - final.half) / (statement.value + half)
    high = (final.value + final.half) / max(statement.value - half, NOISE)
    return (low + high) / 2, (high - low) / 2


_WORD = re.compile(
    r"(?:决算数?|支出)(?:[与和同]?(?:年初|全年)?预算数?)?(?:(?P<more>大于|高于|多于|超出|超过)|(?P<less>小于|低于|少于)|(?P<same>等于|持平))"
    r"(?:于)?(?:年初|全年)?(?:预算)?"
)


@TESTS.of("narrative.budget-word")
def budget_word(source: Source) -> Iterator[Result]:
    year = source.info.get("year")
    compared = [
        statement
        for statement in statements(source)
        if not statement.role
        and (
            statement.measure == "budget_completion"
            or (statement.measure == "amount" and _budget_of(source, statement))
        )
    ]
    for paragraph in source.paragraphs:
        for word in _WORD.finditer(paragraph.text) if paragraph.accounts and "预算" in paragraph.text else ():
            if "预算" not in word.group() or "（" in paragraph.text[word.end() : word.end() + 1]:
                continue
            before = paragraph.text[: word.start()]
            near = [
                (before.rfind(p), statement)
                for statement in compared
                if statement.text in paragraph.text and (p := normal(printed_text(source, statement)))
            ]
            named, _ = tidy(re.split("[。；，：]", before)[-1], year)
            terms = about(named, paragraph.section, source.derived(table_lines)) if named else []
            of_it = [(place, statement) for place, statement in near if terms and statement.term in terms]
            place, subject = max(of_it or near, key=lambda pair: pair[0], default=(-1, None))
            if subject and place >= 0 and (of_it or "。" not in before[place:].rstrip("。")):
                yield _worded(source, subject, word)


def _budget_of(source: Source, statement: Statement) -> Statement | None:
    """The budget that the sentence of an amount states of the same subject."""
    budget = beside(source, statement, "amount", *_BUDGETS)
    return budget if budget and budget.sentence == statement.sentence else None


def _worded(source: Source, statement: Statement, word: re.Match[str]) -> Result:
    final, budget = _final_and_budget(source, statement)
    final = statement.figure if statement.measure == "amount" else final
    said = f"情况说明写“{word.group()}”，而"
    if final and budget and (final.value or budget.value):
        less = (final.value or 0.0) - (budget.value or 0.0)
        par = abs(less) <= max(
            ON_A_PAR * max(final.value or 0.0, budget.value or 0.0), final.half + budget.half + NOISE
        )
        holds = less > 0 if word["more"] else less < 0 if word["less"] else par
        message = f"{said}决算数为{final.value:,.2f}万元，预算数为{budget.value:,.2f}万元"
        low, high = (budget, final) if word["more"] else (final, budget)
        return Result(
            statement.subject, holds, low.value, high.value, low.half + high.half, "万元", (low,), (high,), message,
            limit=not word["same"],
        )  # fmt: skip
    final = final or final_amount(source, statement)
    message = f"{said}{statement.figure.label}为{statement.value:.2%}"
    nothing = statement.value == 0 and not (final and final.value)
    holds = statement.value > 1 if word["more"] else nothing or statement.value < 1 if word["less"] else nothing
    if abs(statement.value - 1) <= statement.figure.half:
        holds = bool(word["same"]) or not _exactly(statement, final)
    return in_words(statement.subject, holds, message, [statement.figure], [final] if final else [])


def _exactly(statement: Statement, final: Figure | None) -> bool:
    """Whether a completion of 100% is one of exactly that: any other budget would print another one."""
    return bool(final and final.value and 2 * final.half / final.value > statement.figure.half)
